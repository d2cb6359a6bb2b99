/* Wilcoxon's signed-rank test, two-sided (Wilcoxon 1945), of each column, as
 * scipy.stats.wilcoxon(d, zero_method="wilcox", correction=False, method="auto") has it:
 * zeros are dropped and what is left is ranked by size, equal sizes sharing their mean rank.
 *
 *   up to 50 values, none of them 0   the exact distribution of the rank sum, that without ties
 *   otherwise                         the normal distribution, its variance corrected for ties
 *
 * That is the rule of SciPy 1.10. With ties the rank sum may end in one half, which the exact
 * distribution does not have: it is rounded towards the middle, so that p is the same whichever
 * system comes first, as SciPy does from 1.14 on. 1.10 rounds down, which gives the smaller p
 * for one of the two orders. */
#ifndef RS_EVAL_SIGNEDRANK_H
#define RS_EVAL_SIGNEDRANK_H

#include "eval/columns.h"

typedef struct rs_signed_rank {
    size_t count;     /* values that are defined and not 0 */
    double statistic; /* the smaller of the rank sums above and below 0; NaN: nobody defined */
    double p;         /* 1 if all are 0, NaN if none is defined */
    int exact;
} rs_signed_rank;

/* One result a column. Errors: NO_MEMORY; INVALID, see rs_columns_check. */
recsys_status rs_signed_rank_test(rs_signed_rank *result, recsys_runtime *runtime,
                                  const rs_columns *columns, recsys_error *err);

#endif
