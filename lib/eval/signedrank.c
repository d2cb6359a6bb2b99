#include "eval/signedrank.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "eval/normal.h"

enum { MOST_EXACT = 50, MOST_SUM = MOST_EXACT * (MOST_EXACT + 1) / 2 };

static int compare_sizes(const void *a, const void *b)
{
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

/* Ranks of what is sorted by size. */
typedef struct ranks {
    double positive; /* sum of the ranks of positive differences */
    double ties;     /* sum of t^3 - t over the groups of equal sizes */
} ranks;

static ranks rank(const double *sorted, size_t count)
{
    ranks r = {0, 0};
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && fabs(sorted[end]) == fabs(sorted[first]); end++) {}
        double size = (double)(end - first);
        double mean = (double)(first + 1) + (size - 1) / 2;
        r.ties += size * (size * size - 1);
        for (size_t i = first; i < end; i++) r.positive += sorted[i] > 0 ? mean : 0;
    }
    return r;
}

/* Of all 2^count sign vectors, the share whose positive ranks add up to this or less, and the
 * share of this or more; the smaller one twice. Counts below 2^50 are exact. */
static double exact_p(size_t count, size_t positive)
{
    double ways[MOST_SUM + 1] = {1}, less = 0, more = 0, all = ldexp(1, (int)count);
    size_t most = 0;
    for (size_t r = 1; r <= count; r++) {
        most += r;
        for (size_t sum = most; sum >= r; sum--) ways[sum] += ways[sum - r];
    }
    for (size_t sum = 0; sum <= most; sum++) {
        if (sum <= positive) less += ways[sum];
        if (sum >= positive) more += ways[sum];
    }
    return fmin(1, 2 * fmin(less, more) / all);
}

static double normal_p(size_t count, const ranks *r)
{
    double n = (double)count, mean = n * (n + 1) / 4;
    double variance = (n * (n + 1) * (2 * n + 1) - r->ties / 2) / 24;
    double least = fmin(r->positive, n * (n + 1) / 2 - r->positive);
    return fmin(1, 2 * rs_normal_below((least - mean) / sqrt(variance)));
}

recsys_status rs_signed_rank_test(double *p, recsys_runtime *runtime, const double *differences,
                                  size_t count, recsys_error *err)
{
    double *sorted = rs_array(runtime, count, sizeof *sorted);
    size_t kept = 0;
    if (sorted == NULL) return rs_fail_memory(err, "the signed-rank test");
    for (size_t i = 0; i < count; i++)
        if (differences[i] != 0) sorted[kept++] = differences[i];
    qsort(sorted, kept, sizeof *sorted, compare_sizes);
    ranks r = rank(sorted, kept);
    rs_free(runtime, sorted);
    if (kept == 0)
        *p = 1;
    else if (kept <= MOST_EXACT && kept == count && r.ties == 0)
        *p = exact_p(kept, (size_t)r.positive);
    else
        *p = normal_p(kept, &r);
    return RECSYS_OK;
}
