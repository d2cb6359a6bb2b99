/* Ranking metrics over lists of movie numbers. No I/O, no threads: callers decide who
 * computes which user; results depend on the lists only.
 *
 * Per user, with k the cut-off, R the relevant test movies, h the hits in the first k places:
 *   precision = |h| / k                  recall = |h| / |R|
 *   f1        = 2pr / (p + r), 0 if both are 0
 *   ndcg      = sum over h of 1/log2(rank + 1), divided by the same sum over the ranks
 *               1..min(k, |R|)           (Jarvelin & Kekalainen 2002, binary gain)
 *   hit_rate  = 1 if there is a hit
 * and a report's value is their mean over the evaluated users. A short list counts as it is:
 * its empty places are misses. System level, with c_i the lists that hold movie i:
 *   coverage  = movies with c_i > 0 / all movies
 *   diversity = 1 - mean over pairs of users of |A and B| / k      (Zhou et al. 2010)
 *             = 1 - sum c_i (c_i - 1) / (k U (U - 1)), whatever the lengths of the lists */
#ifndef RS_EVAL_METRICS_H
#define RS_EVAL_METRICS_H

#include "base/runtime.h"

enum {
    RS_METRIC_PRECISION,
    RS_METRIC_RECALL,
    RS_METRIC_F1,
    RS_METRIC_NDCG,
    RS_METRIC_HIT_RATE,
    RS_USER_METRICS, /* those above have a value for each user */
    RS_METRIC_COVERAGE = RS_USER_METRICS,
    RS_METRIC_DIVERSITY,
    RS_METRICS
};

/* Name of a metric, as reports and the gate use it. */
const char *rs_metric_name(size_t metric);
/* Number of the metric; RS_METRICS if there is none of this name. */
size_t rs_metric_find(const char *name);

/* What a place in the list is worth: tables for one cut-off. */
typedef struct rs_discount {
    recsys_runtime *runtime; /* not retained */
    size_t k;
    double *gain;  /* [k] 1/log2(rank + 1) of place 0, 1, ... */
    double *ideal; /* [k + 1] sum of the first n gains */
} rs_discount;

recsys_status rs_discount_begin(rs_discount *discount, recsys_runtime *runtime, size_t k,
                                recsys_error *err);
void rs_discount_end(rs_discount *discount);

/* One user's relevant movies. `total` counts those too that nobody can recommend because
 * the model does not know them; they are not among `movies`. */
typedef struct rs_relevant {
    const uint32_t *movies; /* [count] ascending */
    size_t count, total;    /* total >= count, total > 0 */
} rs_relevant;

/* Values of one user's list (no movie twice; places from k on are not looked at). */
void rs_user_metrics(const uint32_t *list, size_t length, const rs_relevant *relevant,
                     const rs_discount *discount, double values[RS_USER_METRICS]);

/* Means over users, added in user order: values[users][RS_USER_METRICS]; NaN for no user. */
void rs_mean_metrics(const double *values, size_t users, double means[RS_USER_METRICS]);

/* System level, from the number of lists that hold each movie; NaN where there is nothing to
 * divide by: no movie at all, fewer than two users. */
double rs_coverage(const uint64_t *lists, size_t movies);
double rs_diversity(const uint64_t *lists, size_t movies, size_t users, size_t k);

#endif
