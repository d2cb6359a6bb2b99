#include "eval/metrics.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static const char *const names[RS_METRICS] = {
    [RS_METRIC_PRECISION] = "precision",
    [RS_METRIC_RECALL] = "recall",
    [RS_METRIC_F1] = "f1",
    [RS_METRIC_NDCG] = "ndcg",
    [RS_METRIC_HIT_RATE] = "hit_rate",
    [RS_METRIC_COVERAGE] = "coverage",
    [RS_METRIC_DIVERSITY] = "diversity",
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

recsys_status rs_discount_begin(rs_discount *discount, recsys_runtime *runtime, size_t k,
                                recsys_error *err)
{
    size_t sums = 0;
    *discount = (rs_discount){.runtime = runtime, .k = k};
    if (!rs_add(k, 1, &sums)) return rs_fail_memory(err, "discounts of ranks");
    discount->gain = rs_array(runtime, k, sizeof *discount->gain);
    discount->ideal = rs_array(runtime, sums, sizeof *discount->ideal);
    if (discount->gain == NULL || discount->ideal == NULL) {
        rs_discount_end(discount);
        return rs_fail_memory(err, "discounts of ranks");
    }
    discount->ideal[0] = 0;
    for (size_t place = 0; place < k; place++) {
        discount->gain[place] = 1 / log2((double)place + 2);
        discount->ideal[place + 1] = discount->ideal[place] + discount->gain[place];
    }
    return RECSYS_OK;
}

void rs_discount_end(rs_discount *discount)
{
    rs_free(discount->runtime, discount->gain);
    rs_free(discount->runtime, discount->ideal);
    *discount = (rs_discount){0};
}

static int holds(const uint32_t *sorted, size_t count, uint32_t movie)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < movie)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && sorted[low] == movie;
}

void rs_user_metrics(const uint32_t *list, size_t length, const rs_relevant *relevant,
                     const rs_discount *discount, double values[RS_USER_METRICS])
{
    size_t k = discount->k, hits = 0;
    double gain = 0;
    for (size_t place = 0; place < length && place < k; place++) {
        if (!holds(relevant->movies, relevant->count, list[place])) continue;
        hits++;
        gain += discount->gain[place];
    }
    double precision = (double)hits / (double)k;
    double recall = (double)hits / (double)relevant->total;
    size_t best = relevant->total < k ? relevant->total : k;
    values[RS_METRIC_PRECISION] = precision;
    values[RS_METRIC_RECALL] = recall;
    values[RS_METRIC_F1] = hits == 0 ? 0 : 2 * precision * recall / (precision + recall);
    values[RS_METRIC_NDCG] = gain / discount->ideal[best];
    values[RS_METRIC_HIT_RATE] = hits > 0;
}

void rs_mean_metrics(const double *values, size_t users, double means[RS_USER_METRICS])
{
    for (size_t m = 0; m < RS_USER_METRICS; m++) {
        double sum = 0;
        for (size_t user = 0; user < users; user++) sum += values[user * RS_USER_METRICS + m];
        means[m] = users > 0 ? sum / (double)users : (double)NAN;
    }
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
