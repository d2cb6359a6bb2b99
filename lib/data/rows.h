/* Rows as they are read: compact, in order, with ids numbered by their collector.
 *
 * Each reading thread has one collector (its tables of ids and values); each chunk of the
 * input has its own rows. A rating is one byte while there are few different ones, a time
 * four bytes while all are whole seconds; a chunk changes to wider arrays when it must. */
#ifndef RS_DATA_ROWS_H
#define RS_DATA_ROWS_H

#include "data/idtable.h"

enum {
    RS_ROW_VALUES = 254,    /* codes of a collector are 0..253 */
    RS_ROW_WITHDRAWN = 255, /* code of a null rating; NaN among floats */
    RS_ROW_TENTHS = 1000,   /* ratings n/10 have a table of their own */
    RS_ROW_SLOTS = 512      /* of the hash over other values */
};

typedef struct rs_collector {
    recsys_runtime *runtime;
    rs_id_table users, movies;
    size_t values;
    float value[RS_ROW_VALUES];
    struct {
        uint32_t bits;
        uint32_t code; /* + 1, 0: free */
    } slot[RS_ROW_SLOTS];
    uint8_t tenth[RS_ROW_TENTHS]; /* code of n/10, RS_ROW_WITHDRAWN: not known */
} rs_collector;

typedef struct rs_rows {
    recsys_runtime *runtime;
    size_t collector; /* number of the collector that numbered the ids */
    size_t count, capacity;
    uint32_t *user, *movie;
    uint8_t *code; /* or */
    float *value;
    uint32_t *second; /* or */
    int64_t *milli;
} rs_rows;

void rs_collector_begin(rs_collector *collector, recsys_runtime *runtime);
void rs_collector_free(rs_collector *collector);
/* Code of a value, RS_ROW_WITHDRAWN if there are too many different ones. */
unsigned rs_collector_code(rs_collector *collector, float value);

/* Make room for `expected` rows; more is made when needed. 0: out of memory. */
int rs_rows_begin(rs_rows *rows, recsys_runtime *runtime, size_t collector, size_t expected);
int rs_rows_grow(rs_rows *rows);
/* Give back what was not needed. 0: out of memory. */
int rs_rows_fit(rs_rows *rows);
void rs_rows_free(rs_rows *rows);

/* Add any row: value NaN withdraws, time is in milliseconds and not negative. 0: out of
 * memory. */
int rs_rows_put(rs_rows *rows, rs_collector *collector, uint32_t user, uint32_t movie,
                float value, int64_t milli);

/* Can a row with a code and a time in seconds be added by rs_rows_quick? */
static inline int rs_rows_is_compact(const rs_rows *rows)
{
    return rows->code != NULL && rows->second != NULL;
}

/* The same for compact rows; there must be room. */
static inline void rs_rows_quick(rs_rows *rows, uint32_t user, uint32_t movie, unsigned code,
                                 uint32_t second)
{
    size_t at = rows->count++;
    rows->user[at] = user;
    rows->movie[at] = movie;
    rows->code[at] = (uint8_t)code;
    rows->second[at] = second;
}

#endif
