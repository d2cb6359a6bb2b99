/* The interval of one column's mean, straight from the bootstrap. */
#ifndef RS_INTERVALS_TESTING_H
#define RS_INTERVALS_TESTING_H

#include "eval/resample.h"

static inline recsys_status drawn_interval(double *low, double *high, recsys_runtime *in,
                                           const double *values, size_t users,
                                           size_t replicates, uint64_t seed, double confidence,
                                           rs_interval_method method, recsys_error *err)
{
    rs_replicates drawn;
    rs_interval found = {0};
    const rs_columns column = {values, users, 1};
    recsys_status status = rs_resample_means(&drawn, in, &column, replicates, seed, err);
    if (status == RECSYS_OK)
        status = rs_interval_find(&found, &drawn.of[0], method, (1 - confidence) / 2,
                                  1 - (1 - confidence) / 2, err);
    rs_replicates_free(&drawn);
    *low = found.lower;
    *high = found.upper;
    return status;
}

#endif
