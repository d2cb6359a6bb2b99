/* Paired randomisation test of a mean difference, two-sided, of each column (Fisher 1935;
 * Smucker, Allan & Carterette 2007): if two systems did not differ, each user's difference
 * could as well have the other sign. T is the sum of the differences, T* that with other signs.
 *
 *   2^n <= flips   exact: the share of all 2^n signs with |T*| >= |T|, n being the differences
 *                  that are not 0, as those do not care
 *   otherwise      random signs: (1 + those with |T*| >= |T|) / (flips + 1)
 *
 * |T*| counts as |T| if it is less by no more than 1e-12 sum |d|, the rounding of the sums. All
 * columns have the same random signs; a column's result does not depend on the others, nor on
 * the number of threads. */
#ifndef RS_EVAL_SIGNFLIP_H
#define RS_EVAL_SIGNFLIP_H

#include "eval/columns.h"

typedef struct rs_sign_flips {
    size_t count; /* differences that are defined */
    double mean;  /* of them; NaN for none */
    double p;     /* 1 if all are 0, NaN if none is defined */
    int exact;
} rs_sign_flips;

/* One result a column. Errors: NO_MEMORY; INVALID for 0 flips, or see rs_columns_check. */
recsys_status rs_sign_flip_test(rs_sign_flips *result, recsys_runtime *runtime,
                                const rs_columns *columns, size_t flips, uint64_t seed,
                                recsys_error *err);

#endif
