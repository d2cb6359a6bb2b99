/* Ids as they are met: a hash table that numbers them in order of arrival, one for each
 * reading thread, and the merge of several into one sorted table. */
#ifndef RS_DATA_IDTABLE_H
#define RS_DATA_IDTABLE_H

#include "base/hash.h"
#include "base/runtime.h"
#include "data/ids.h"

#define RS_NO_ID UINT32_MAX
/* Integers below have a table of their own, indexed by the integer: most data numbers its
 * users and movies from 1, and then a look-up is a single load. */
#define RS_DIRECT_IDS (UINT64_C(1) << 20)

typedef struct rs_id_slot {
    uint64_t key;   /* the integer, or the text's hash */
    uint32_t entry; /* number + 1, 0: free */
    uint32_t text;  /* 1: look at the bytes too */
} rs_id_slot;

/* Canonical decimals are kept as integers beside texts: they can be written back exactly. */
typedef struct rs_id_table {
    recsys_runtime *runtime;
    uint32_t *direct;   /* [direct_size] number + 1 of a small integer, 0: not met */
    size_t direct_size; /* 0 or a power of two */
    rs_id_slot *slots;  /* hash table of all others */
    int bits;           /* of the number of slots; 0: none yet */
    size_t hashed;      /* slots in use */
    size_t count, capacity;
    int64_t *value; /* [count]: the integer, or -1 - number of the text */
    size_t texts, text_capacity;
    uint64_t *text_at; /* [texts + 1] */
    char *bytes;
    size_t bytes_capacity;
    uint64_t last_key; /* the integer asked for last: rows often come grouped */
    uint32_t last;
} rs_id_table;

void rs_id_table_begin(rs_id_table *table, recsys_runtime *runtime);
void rs_id_table_free(rs_id_table *table);
/* Number of an id, added when new; RS_NO_ID when out of memory or full. `text` must be a
 * valid id; canonical decimals in it are found as integers. */
uint32_t rs_id_table_text(rs_id_table *table, const char *text, size_t size);
uint32_t rs_id_table_add(rs_id_table *table, uint64_t integer);

static inline size_t rs_id_slot_of(const rs_id_table *table, uint64_t key)
{
    return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - table->bits));
}

/* The same for an integer below 2^63. */
static inline uint32_t rs_id_table_integer(rs_id_table *table, uint64_t integer)
{
    if (table->last_key == integer) return table->last;
    if (integer < table->direct_size) {
        if (table->direct[integer] != 0) {
            table->last_key = integer;
            return table->last = table->direct[integer] - 1;
        }
    } else if (table->bits > 0) {
        size_t mask = ((size_t)1 << table->bits) - 1, at = rs_id_slot_of(table, integer);
        for (; table->slots[at].entry != 0; at = (at + 1) & mask) {
            if (table->slots[at].key != integer || table->slots[at].text) continue;
            table->last_key = integer;
            return table->last = table->slots[at].entry - 1;
        }
    }
    return rs_id_table_add(table, integer);
}

/* Text of entry i: its bytes in place, or decimals written to `digits`. */
rs_id_text rs_id_table_at(const rs_id_table *table, uint32_t i, char digits[24]);

/* What is wrong with an id, as an expectation ("UTF-8 text"), or NULL. */
const char *rs_id_problem(const char *text, size_t size);

/* All ids of `count` tables as one packed, sorted part. map[base[t] + i] becomes the number
 * of table t's entry i; the caller frees part and map. base has count + 1 entries. */
recsys_status rs_id_tables_merge(rs_id_table *const *tables, size_t count, recsys_runtime *rt,
                                 void **part, size_t *part_size, uint32_t **map, size_t *base,
                                 recsys_error *err);

#endif
