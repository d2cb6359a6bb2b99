/* Names of the metrics, and those of all lists together. With c_i the lists, cut at k, that
 * hold movie i, and U the users:
 *   coverage  = movies with c_i > 0 / all movies
 *   diversity = 1 - mean over pairs of users of |A and B| / k      (Zhou et al. 2010)
 *             = 1 - sum c_i (c_i - 1) / (k U (U - 1)), whatever the lengths of the lists
 * For those of one list see eval/score.h. */
#ifndef RS_EVAL_METRICS_H
#define RS_EVAL_METRICS_H

#include "base/runtime.h"

enum {
    RS_METRIC_PRECISION,
    RS_METRIC_RECALL,
    RS_METRIC_F1,
    RS_METRIC_NDCG,
    RS_METRIC_HIT_RATE,
    RS_METRIC_MAP,
    RS_METRIC_MRR,
    RS_METRIC_AUC,
    RS_USER_METRICS, /* those above have a value for each user */
    RS_METRIC_COVERAGE = RS_USER_METRICS,
    RS_METRIC_DIVERSITY,
    RS_METRIC_USER_COVERAGE,
    RS_METRIC_DIVERSITY_JACCARD,
    RS_METRIC_DIVERSITY_COSINE,
    RS_METRIC_GINI,
    RS_METRIC_ENTROPY,
    RS_METRIC_NOVELTY,
    RS_METRIC_POPULARITY_BIAS,
    RS_METRIC_TAIL,
    RS_METRIC_ILD,
    RS_METRIC_SERENDIPITY,
    RS_METRIC_RMSE,
    RS_METRIC_MAE,
    RS_METRICS
};

/* The gate's cut-off is always the same, so that no option lowers the bar. */
enum { RS_GATE_K = 10 };

/* Name of a metric, as reports and the gate use it. */
const char *rs_metric_name(size_t metric);
/* Number of the metric; RS_METRICS if there is none of this name. */
size_t rs_metric_find(const char *name);

/* System level, from the number of lists that hold each movie; NaN where there is nothing to
 * divide by: no movie at all, fewer than two users. */
double rs_coverage(const uint64_t *lists, size_t movies);
double rs_diversity(const uint64_t *lists, size_t movies, size_t users, size_t k);

#endif
