/* Confidence intervals from the replicates of a bootstrap (Efron & Tibshirani 1993, "An
 * Introduction to the Bootstrap").
 *
 *   percentile  quantiles of the replicates themselves (ch. 13)
 *   BCa         those of probabilities corrected for bias and skewness (Efron 1987; ch. 14)
 *               p -> Phi(z0 + (z0 + z_p) / (1 - a (z0 + z_p))), with a the acceleration,
 *               z0 = Phi^-1(share of replicates below the estimate), equal ones counting half
 *
 * The quantile p of B sorted replicates is at place p (B - 1) from 0, between two by straight
 * line, as numpy.percentile has it. Probabilities 0 and 1 are the smallest and the largest
 * replicate. */
#ifndef RS_EVAL_QUANTILES_H
#define RS_EVAL_QUANTILES_H

#include "base/runtime.h"

typedef enum rs_interval_method { RS_BY_PERCENTILE, RS_BY_BCA } rs_interval_method;

typedef struct rs_distribution {
    const double *sorted; /* [count] replicates, rising */
    size_t count;
    double estimate;     /* from the data themselves */
    double acceleration; /* for BCa */
} rs_distribution;

typedef struct rs_interval {
    double lower, upper;       /* NaN without replicates */
    rs_interval_method method; /* that was used */
} rs_interval;

/* Quantiles `lower` and `upper` of the distribution: 0.025 and 0.975 for 95 %, 0.05 and 1 for a
 * lower bound alone. Where BCa is not defined, as all replicates are equal or on one side of
 * the estimate, it is the percentile interval. Errors: INVALID unless 0 <= lower <= upper <= 1.
 */
recsys_status rs_interval_find(rs_interval *interval, const rs_distribution *distribution,
                               rs_interval_method method, double lower, double upper,
                               recsys_error *err);

#endif
