/* A matrix as the lane kernels want it: rows by falling reach as lists of small numbers. */
#ifndef RS_MODELS_LANE_ROWS_H
#define RS_MODELS_LANE_ROWS_H

#include "models/coding.h"
#include "models/lane_needs.h"
#include "models/pairs.h"

typedef struct rs_lane_rows {
    recsys_runtime *runtime;
    rs_coding coding;
    size_t rows, columns;
    size_t active;    /* ranks from here on have too few ratings to be a neighbour */
    uint32_t *row;    /* [rows] by rank: reach falling, number rising, active ones first */
    rs_side *side;    /* [rows] by rank, as all below */
    float *norm;      /* [rows] 1 / |r|, 0 where that is 0 */
    float *mean;      /* [rows] mean of the bytes */
    float *reach;     /* [rows] see rs_common_need */
    uint64_t *from;   /* [rows + 1] lists, multiples of 4 */
    uint32_t *column; /* by falling number of ratings; number `columns` is an empty one */
    uint8_t *rating;
} rs_lane_rows;

/* The ratings of `pairs` must have a coding. Memory: 5 bytes a rating, 48 a row; 32 a column on
 * the way. Free it in any case. */
recsys_status rs_lane_rows_make(rs_lane_rows *rows, const rs_pairs *pairs, recsys_error *err);
void rs_lane_rows_free(rs_lane_rows *rows);

static inline rs_lane_list rs_lane_rows_list(const rs_lane_rows *rows, size_t rank)
{
    uint64_t from = rows->from[rank];
    return (rs_lane_list){rows->column + from, rows->rating + from,
                          (size_t)(rows->from[rank + 1] - from)};
}

#endif
