/* Wilcoxon's signed-rank test of paired differences. */
#ifndef RS_EVAL_SIGNEDRANK_H
#define RS_EVAL_SIGNEDRANK_H

#include "base/runtime.h"

/* Two-sided p (Wilcoxon 1945). Zeros are left out, equal sizes share their mean rank. Exact for
 * up to 50 differences of different sizes and without zeros; else by the normal distribution,
 * its variance corrected for ties, without a correction for continuity: scipy.stats.wilcoxon
 * with zero_method "wilcox". differences[count] are finite; all zero or none: 1. Errors:
 * NO_MEMORY. */
recsys_status rs_signed_rank_test(double *p, recsys_runtime *runtime, const double *differences,
                                  size_t count, recsys_error *err);

#endif
