/* The columns of a matrix from its rows, in parallel and in the same order always. */
#ifndef RS_DATA_CSC_H
#define RS_DATA_CSC_H

#include "base/runtime.h"

typedef struct rs_rows_view {
    size_t users, movies;
    const uint64_t *user_ptr;
    const uint32_t *user_movie;
    const void *value; /* codes (width 1) or floats (width 4) */
    size_t width;
} rs_rows_view;

typedef struct rs_columns {
    uint64_t *movie_ptr;
    uint32_t *movie_user;
    void *value;
} rs_columns;

recsys_status rs_columns_build(rs_columns *columns, recsys_runtime *rt,
                               const rs_rows_view *rows, recsys_error *err);
void rs_columns_free(rs_columns *columns, recsys_runtime *rt);

/* Into how many groups a counting sort should be split: no more than there are threads, and
 * so few that their counters (one per bucket and group) stay small beside `items`. */
size_t rs_sort_groups(const recsys_runtime *rt, uint64_t items, size_t buckets);
/* Counters of `groups` groups, [group][bucket], to positions: group after group within each
 * bucket. Also fills ptr[buckets + 1]. */
void rs_counts_to_positions(uint64_t *counts, size_t groups, size_t buckets, uint64_t *ptr);

#endif
