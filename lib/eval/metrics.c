#include "eval/metrics.h"

#include <math.h>
#include <string.h>

static const char *const names[RS_METRICS] = {
    [RS_METRIC_PRECISION] = "precision",
    [RS_METRIC_RECALL] = "recall",
    [RS_METRIC_F1] = "f1",
    [RS_METRIC_NDCG] = "ndcg",
    [RS_METRIC_HIT_RATE] = "hit_rate",
    [RS_METRIC_MAP] = "map",
    [RS_METRIC_MRR] = "mrr",
    [RS_METRIC_AUC] = "auc",
    [RS_METRIC_COVERAGE] = "coverage",
    [RS_METRIC_DIVERSITY] = "diversity",
    [RS_METRIC_USER_COVERAGE] = "user_coverage",
    [RS_METRIC_DIVERSITY_JACCARD] = "diversity_jaccard",
    [RS_METRIC_DIVERSITY_COSINE] = "diversity_cosine",
    [RS_METRIC_GINI] = "gini",
    [RS_METRIC_ENTROPY] = "entropy",
    [RS_METRIC_NOVELTY] = "novelty",
    [RS_METRIC_POPULARITY_BIAS] = "popularity_bias",
    [RS_METRIC_TAIL] = "tail",
    [RS_METRIC_ILD] = "ild",
    [RS_METRIC_SERENDIPITY] = "serendipity",
    [RS_METRIC_RMSE] = "rmse",
    [RS_METRIC_MAE] = "mae",
};

const char *rs_metric_name(size_t metric)
{
    return metric < RS_METRICS ? names[metric] : NULL;
}

size_t rs_metric_find(const char *name)
{
    size_t metric = 0;
    while (metric < RS_METRICS && strcmp(names[metric], name) != 0) metric++;
    return metric;
}

double rs_coverage(const uint64_t *lists, size_t movies)
{
    size_t covered = 0;
    for (size_t i = 0; i < movies; i++) covered += lists[i] > 0;
    return movies > 0 ? (double)covered / (double)movies : (double)NAN;
}

double rs_diversity(const uint64_t *lists, size_t movies, size_t users, size_t k)
{
    if (users < 2 || k == 0) return (double)NAN;
    double shared = 0; /* over ordered pairs of users; whole numbers, exact below 2^53 */
    for (size_t i = 0; i < movies; i++)
        if (lists[i] > 0) shared += (double)lists[i] * (double)(lists[i] - 1);
    return 1 - shared / ((double)k * (double)users * (double)(users - 1));
}
