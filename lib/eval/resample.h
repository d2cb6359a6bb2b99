/* The bootstrap of means over users (Efron 1979): a resample draws as many users as there are,
 * each with the same probability, with replacement. All columns are measured on the same
 * resamples, so that a mean of differences is compared in pairs.
 *
 * What is drawn depends on the seed, the number of the resample and the number of users alone;
 * a column's replicates do not depend on the other columns, nor on the number of threads. */
#ifndef RS_EVAL_RESAMPLE_H
#define RS_EVAL_RESAMPLE_H

#include "eval/columns.h"
#include "eval/quantiles.h"

typedef struct rs_replicates {
    recsys_runtime *runtime;
    size_t columns;
    /* [columns] means, for rs_interval_find. A column's estimate is the mean over the users for
     * whom it is defined, NaN for none; resamples without any of these have no replicate. The
     * acceleration is the jackknife's, for a mean with m the estimate
     *     sum (x - m)^3 / (6 (sum (x - m)^2)^1.5)     (Efron & Tibshirani 1993, eq. 14.15) */
    rs_distribution *of;
    double *sorted;
} rs_replicates;

/* Errors: NO_MEMORY; INVALID for 0 resamples, or see rs_columns_check. Free it in any case. */
recsys_status rs_resample_means(rs_replicates *replicates, recsys_runtime *runtime,
                                const rs_columns *columns, size_t resamples, uint64_t seed,
                                recsys_error *err);
void rs_replicates_free(rs_replicates *replicates);

#endif
