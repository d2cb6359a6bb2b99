/* Allocation through the runtime's hooks; every size is count * size, overflow-checked. */
#ifndef RS_BASE_MEMORY_H
#define RS_BASE_MEMORY_H

#include "base/runtime.h"

/* Uninitialised or zeroed array; NULL when out of memory or the size overflows. An empty
 * array is a valid, unique pointer. */
void *rs_array(recsys_runtime *runtime, size_t count, size_t size);
void *rs_array_zero(recsys_runtime *runtime, size_t count, size_t size);
/* A copy of count * size bytes. */
void *rs_array_copy(recsys_runtime *runtime, const void *from, size_t count, size_t size);
/* Change an array's length; the old array stays valid when NULL is returned. */
void *rs_array_resize(recsys_runtime *runtime, void *array, size_t count, size_t size);
void rs_free(recsys_runtime *runtime, void *memory);

/* Make room for at least `need` elements, doubling; returns 0 and changes nothing when out
 * of memory. `array` is the address of a pointer. */
int rs_reserve(recsys_runtime *runtime, void *array, size_t *capacity, size_t need,
               size_t size);

char *rs_strdup(recsys_runtime *runtime, const char *text);

/* Multiply and add with overflow check; return 0 on overflow. */
int rs_mul(size_t a, size_t b, size_t *product);
int rs_add(size_t a, size_t b, size_t *sum);

#endif
