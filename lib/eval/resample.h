/* Resampling users: how far could means and differences be off by the luck of who was there? */
#ifndef RS_EVAL_RESAMPLE_H
#define RS_EVAL_RESAMPLE_H

#include "base/runtime.h"

typedef struct rs_bootstrap {
    size_t replicates;
    uint64_t seed;
    double confidence;
    int bca; /* bias-corrected and accelerated, else plain percentiles */
} rs_bootstrap;

/* Intervals of the means of values[users][columns] by the bootstrap over users (Efron 1987;
 * Efron & Tibshirani 1993, ch. 13, 14). All columns share the resamples: replicate b draws the
 * same users whatever else is computed. NaN values are left out of their column's mean, and a
 * resample without any of a column's values is left out of that column. The quantiles of the
 * replicates are interpolated as numpy.percentile does.
 *
 * BCa: z0 from the share of replicates below the mean (those level with it count half),
 * acceleration sum d^3 / (6 (sum d^2)^1.5) with d the deviations, which is what the jackknife
 * of a mean comes to. Where it is not defined - all values equal - percentiles are used.
 * NaN: a column without values. Memory: 16 bytes x replicates x columns. Errors: NO_MEMORY. */
recsys_status rs_bootstrap_means(double *low, double *high, recsys_runtime *runtime,
                                 const double *values, size_t users, size_t columns,
                                 const rs_bootstrap *bootstrap, recsys_error *err);

/* Its last step: replicates[count] in rising order, the mean that they are replicates of, and
 * the acceleration. */
void rs_bootstrap_interval(double *low, double *high, const double *replicates, size_t count,
                           double mean, double acceleration, const rs_bootstrap *bootstrap);

/* Two-sided p of the paired randomisation test (Fisher 1935; Smucker, Allan & Carterette 2007):
 * how often is |sum| of the differences as large with random signs? All 2^n sign vectors where
 * there are no more than `replicates`; else (1 + how many of them) / (replicates + 1).
 * differences[count] are finite; none: 1. Errors: NO_MEMORY. */
recsys_status rs_randomisation_test(double *p, recsys_runtime *runtime,
                                    const double *differences, size_t count, size_t replicates,
                                    uint64_t seed, recsys_error *err);

#endif
