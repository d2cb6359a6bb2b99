#include "base/memory.h"

#include <string.h>

int rs_mul(size_t a, size_t b, size_t *product)
{
    return !__builtin_mul_overflow(a, b, product);
}

int rs_add(size_t a, size_t b, size_t *sum)
{
    return !__builtin_add_overflow(a, b, sum);
}

void *rs_array(recsys_runtime *runtime, size_t count, size_t size)
{
    size_t bytes;
    if (!rs_mul(count, size, &bytes)) return NULL;
    const recsys_allocator *allocator = &runtime->allocator;
    return allocator->allocate(allocator->user_data, bytes > 0 ? bytes : 1);
}

void *rs_array_zero(recsys_runtime *runtime, size_t count, size_t size)
{
    void *array = rs_array(runtime, count, size);
    if (array != NULL) memset(array, 0, count * size);
    return array;
}

void *rs_array_copy(recsys_runtime *runtime, const void *from, size_t count, size_t size)
{
    void *array = rs_array(runtime, count, size);
    if (array != NULL && count * size > 0) memcpy(array, from, count * size);
    return array;
}

void *rs_array_resize(recsys_runtime *runtime, void *array, size_t count, size_t size)
{
    size_t bytes;
    if (!rs_mul(count, size, &bytes)) return NULL;
    const recsys_allocator *allocator = &runtime->allocator;
    return allocator->reallocate(allocator->user_data, array, bytes > 0 ? bytes : 1);
}

void rs_free(recsys_runtime *runtime, void *memory)
{
    if (memory != NULL) runtime->allocator.release(runtime->allocator.user_data, memory);
}

int rs_reserve(recsys_runtime *runtime, void *array, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity) return 1;
    size_t wanted = *capacity < 8 ? 8 : *capacity;
    while (wanted < need)
        if (!rs_mul(wanted, 2, &wanted)) return 0;
    void *old;
    memcpy(&old, array, sizeof old);
    void *grown = rs_array_resize(runtime, old, wanted, size);
    if (grown == NULL) return 0;
    memcpy(array, &grown, sizeof grown);
    *capacity = wanted;
    return 1;
}

char *rs_strdup(recsys_runtime *runtime, const char *text)
{
    return rs_array_copy(runtime, text, strlen(text) + 1, 1);
}
