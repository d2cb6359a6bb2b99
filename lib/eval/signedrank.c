#include "eval/signedrank.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "base/parallel.h"
#include "eval/normal.h"

enum { MOST_EXACT = 50, MOST_SUM = MOST_EXACT * (MOST_EXACT + 1) / 2 };

typedef struct ranking {
    const rs_columns *columns;
    rs_signed_rank *result;
    rs_keyed *scratch; /* [threads][2][users] */
} ranking;

/* Sums over the ranked values. All are multiples of one half, hence exact. */
typedef struct rank_sums {
    double above, below; /* ranks of values above and below 0 */
    double ties;         /* of t^3 - t over groups of t equal sizes */
} rank_sums;

static rank_sums add_ranks(const rs_keyed *item, size_t count)
{
    rank_sums sums = {0, 0, 0};
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && item[to].key == item[from].key;) to++;
        double size = (double)(to - from), rank = (double)(from + to + 1) / 2;
        for (size_t i = from; i < to; i++) *(item[i].value ? &sums.above : &sums.below) += rank;
        sums.ties += size * size * size - size;
    }
    return sums;
}

/* 2 P(W <= sum) where W is the sum of the ranks 1..count that fair coins choose. `sum` is at
 * most its mean; counts of up to 2^50 choices are exact. */
static double exact_p(size_t count, double sum)
{
    double ways[MOST_SUM + 1] = {1}, at_most = 0;
    size_t total = 0;
    for (size_t rank = 1; rank <= count; rank++) {
        total += rank;
        for (size_t s = total; s >= rank; s--) ways[s] += ways[s - rank];
    }
    for (size_t s = 0; s <= total && (double)s <= sum; s++) at_most += ways[s];
    return fmin(1, 2 * at_most / ldexp(1, (int)count));
}

static double normal_p(size_t count, const rank_sums *sums, double sum)
{
    double n = (double)count;
    double variance = (n * (n + 1) * (2 * n + 1) - sums->ties / 2) / 24;
    return rs_normal_two_sided((sum - n * (n + 1) / 4) / sqrt(variance));
}

/* Defined values other than 0, sizes as keys, whether above 0 as values. */
static size_t take(const rs_columns *columns, size_t column, rs_keyed *item, size_t *zeros)
{
    size_t count = 0;
    *zeros = 0;
    for (size_t u = 0; u < columns->users; u++) {
        double value = columns->value[u * columns->columns + column];
        *zeros += value == 0;
        if (value < 0 || value > 0)
            item[count++] = (rs_keyed){rs_falling(-fabs(value)), value > 0};
    }
    return count;
}

static recsys_status test_column(void *shared, size_t task, size_t thread, recsys_error *err)
{
    const ranking *r = shared;
    rs_keyed *item = r->scratch + 2 * thread * r->columns->users;
    rs_signed_rank *result = &r->result[task];
    size_t zeros;
    (void)err;
    result->count = take(r->columns, task, item, &zeros);
    result->exact = zeros == 0 && result->count > 0 && result->count <= MOST_EXACT;
    if (result->count == 0) {
        result->statistic = zeros > 0 ? 0 : (double)NAN;
        result->p = zeros > 0 ? 1 : (double)NAN;
        return RECSYS_OK;
    }
    rs_sort_keyed(item, item + r->columns->users, result->count);
    rank_sums sums = add_ranks(item, result->count);
    result->statistic = fmin(sums.above, sums.below);
    result->p = result->exact ? exact_p(result->count, ceil(result->statistic))
                              : normal_p(result->count, &sums, result->statistic);
    return RECSYS_OK;
}

recsys_status rs_signed_rank_test(rs_signed_rank *result, recsys_runtime *runtime,
                                  const rs_columns *columns, recsys_error *err)
{
    recsys_status status = rs_columns_check(columns, "signed ranks", err);
    size_t items;
    if (status != RECSYS_OK) return status;
    if (!rs_mul(columns->users, rs_parallel_threads(runtime, columns->columns), &items))
        return rs_fail_memory(err, "signed ranks");
    ranking r = {columns, result, rs_array(runtime, items, 2 * sizeof *r.scratch)};
    if (r.scratch == NULL) return rs_fail_memory(err, "signed ranks");
    status = rs_parallel(runtime, columns->columns, test_column, &r, "signed ranks", NULL, err);
    rs_free(runtime, r.scratch);
    return status;
}
