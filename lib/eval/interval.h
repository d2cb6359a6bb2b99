/* Confidence intervals of means over users, as evaluation.interval asks for them. */
#ifndef RS_EVAL_INTERVAL_H
#define RS_EVAL_INTERVAL_H

#include <recsys/config.h>

#include "base/runtime.h"

typedef enum rs_interval_kind {                   /* in the order of evaluation.interval */
                                RS_INTERVAL_AUTO, /* BCA, or NORMAL where that takes long */
                                RS_INTERVAL_BCA,
                                RS_INTERVAL_PERCENTILE,
                                RS_INTERVAL_NORMAL, /* mean +- z s / sqrt(n) */
                                RS_INTERVAL_NONE
} rs_interval_kind;

typedef struct rs_interval_plan {
    rs_interval_kind kind;
    size_t replicates;
    double confidence;
    uint64_t seed;
} rs_interval_plan;

rs_interval_plan rs_interval_plan_from(const recsys_config *config);
/* AUTO settled: the bootstrap where it draws at most 2^28 users in all. With more users than
 * that the mean of a bounded value is as good as normal (central limit theorem). */
rs_interval_plan rs_interval_settle(rs_interval_plan plan, size_t users);
const char *rs_interval_name(rs_interval_kind kind);
int rs_interval_draws(rs_interval_kind kind); /* does it draw resamples? */

/* The interval of each column's mean over values[users][columns], NaN left out; `plan` is
 * settled. NaN where there is none: fewer than two users, or NONE. Errors: NO_MEMORY. */
recsys_status rs_intervals(double *low, double *high, recsys_runtime *runtime,
                           const double *values, size_t users, size_t columns,
                           const rs_interval_plan *plan, recsys_error *err);

#endif
