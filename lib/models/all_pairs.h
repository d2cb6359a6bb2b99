/* Every row against every other one, or some rows against all: neighbour lists by the lane
 * kernels.
 *
 * Rows are taken 512 at a time as lanes (see lane_block.h); each other row is then a list that
 * is held against all of them at once. With the longest rows as the first lanes every pair is
 * looked at once, while the shorter row is the list. The sums are exact integers, an estimate
 * passes over pairs that cannot enter either list, and the others get the same formulas as a
 * live query: the lists are the same to the last bit. */
#ifndef RS_MODELS_ALL_PAIRS_H
#define RS_MODELS_ALL_PAIRS_H

#include "models/lane_block.h"

/* Can these ratings be lanes (see rs_coding_find)? Others go one row at a time. */
int rs_all_pairs_fits(const rs_matrix *m);

/* Nanoseconds, about, from counts alone: so many rows against all as lanes (lanes as many as
 * there are rows: each pair once), making the lists for it, and so many rows one at a time. */
double rs_lanes_cost(const rs_matrix *m, size_t lanes);
double rs_lane_rows_cost(const rs_matrix *m);
double rs_live_cost(const rs_matrix *m, size_t rows);

/* Lists of all rows, at most lists->most each. `kernel` NULL: the runtime's.
 * Memory: 5 bytes a rating, 16 lists->most + 80 bytes a row, 32 bytes a column, and for each
 * thread 128 bytes a column and 1.1 MB. */
recsys_status rs_all_pairs(const rs_pairs *pairs, const rs_lane_kernel *kernel, rs_lists *lists,
                           const recsys_progress *progress, recsys_error *err);

/* One pass over the matrix. */
recsys_status rs_lane_pass(const rs_pairs *pairs, const rs_lane_rows *rows,
                           const rs_lane_kernel *kernel, const rs_pass *pass, rs_best *best,
                           const recsys_progress *progress, recsys_error *err);

#endif
