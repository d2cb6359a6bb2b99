/* Tables of ids: who is number i, and which number has this id.
 *
 * Ids are opaque UTF-8 texts. A table whose ids are all canonical decimals is kept as
 * integers in numerical order; any other is kept as texts in the order of their bytes. */
#ifndef RS_DATA_IDS_H
#define RS_DATA_IDS_H

#include <recsys/base.h>

/* Longest id in bytes; numbers of ids fit 32 bits and UINT32_MAX means "none". */
enum { RS_ID_BYTES = 4096 };

/* Sorted and unique; a view over arrays owned elsewhere. */
typedef struct rs_ids {
    size_t count;
    int textual;             /* 0: integers[count]; 1: offsets[count + 1], bytes */
    const int64_t *integers; /* ascending, not negative */
    const uint64_t *offsets;
    const char *bytes; /* id i is bytes[offsets[i] .. offsets[i + 1]) */
} rs_ids;

/* Number of an id; SIZE_MAX if there is none. Integers are found by canonical text only. */
size_t rs_ids_find(const rs_ids *ids, const char *text, size_t size);
/* Id i as text with snprintf's contract; 0 if i is out of range. */
size_t rs_ids_text(const rs_ids *ids, size_t i, char *buffer, size_t size);

/* Form in a container part: uint64 count, uint64 textual, then integers, or offsets and
 * bytes. Bind checks everything: order, bounds, UTF-8; `what` names the part in errors. */
recsys_status rs_ids_bind(rs_ids *ids, const void *part, size_t size, const char *what,
                          recsys_error *err);
recsys_status rs_ids_pack(const rs_ids *ids, recsys_runtime *rt, void **part, size_t *size,
                          recsys_error *err);
/* View of a part that this library has just packed: no checks. */
void rs_ids_view(rs_ids *ids, const void *part);

/* The union of two tables and, for each, old number -> new number. A map is ascending unless
 * its table was of integers and the union is of texts ("9" comes after "10"). */
recsys_status rs_ids_union(const rs_ids *a, const rs_ids *b, recsys_runtime *rt, void **part,
                           size_t *part_size, uint32_t **map_a, uint32_t **map_b,
                           recsys_error *err);
/* The ids whose used[i] is not 0, in order and of the same kind. */
recsys_status rs_ids_select(const rs_ids *ids, const uint8_t *used, recsys_runtime *rt,
                            void **part, size_t *part_size, recsys_error *err);

/* Text of id i: its bytes in place, or decimals written to `digits`. */
typedef struct rs_id_text {
    const char *data;
    size_t size;
} rs_id_text;
rs_id_text rs_ids_at(const rs_ids *ids, size_t i, char digits[24]);

#endif
