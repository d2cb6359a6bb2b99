/* Numbering a source's candidates, against a plain sort of the whole. */
#include "testing.h"

#include "base/memory.h"
#include "rank/fuse.h"

enum { MOVIES = 3000 };

static const double *order_by;

static int by_score(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (order_by[x] != order_by[y]) return order_by[x] > order_by[y] ? -1 : 1;
    return x < y ? -1 : 1;
}

static void fill(rs_scores *scores, uint8_t *candidate, uint64_t *draw, size_t distinct)
{
    scores->count = 0;
    for (uint32_t i = 0; i < MOVIES; i++) {
        scores->scored[i] = test_below(draw, 4) != 0;
        candidate[i] = test_below(draw, 5) != 0;
        scores->rank[i] = 0;
        scores->score[i] = (double)test_below(draw, distinct) / 7;
        if (scores->scored[i]) scores->touched[scores->count++] = i;
    }
    for (size_t i = scores->count; i > 1; i--) { /* the order of arrival must not matter */
        size_t j = test_below(draw, i);
        uint32_t swap = scores->touched[i - 1];
        scores->touched[i - 1] = scores->touched[j];
        scores->touched[j] = swap;
    }
}

static void check(const rs_scores *scores, const uint8_t *candidate, size_t ranks)
{
    static uint32_t sorted[MOVIES];
    size_t count = 0;
    for (uint32_t i = 0; i < MOVIES; i++)
        if (scores->scored[i] && candidate[i]) sorted[count++] = i;
    order_by = scores->score;
    qsort(sorted, count, sizeof *sorted, by_score);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(scores->rank[sorted[i]], i < ranks ? i + 1 : 0);
    if (count == 0) return;
    assert_near(scores->high, scores->score[sorted[0]], 0);
    assert_near(scores->low, scores->score[sorted[count - 1]], 0);
}

static void ranks_are_those_of_a_sort(void **state)
{
    (void)state;
    static double score[MOVIES];
    static uint8_t scored[MOVIES], candidate[MOVIES];
    static uint32_t touched[MOVIES], rank[MOVIES];
    static rs_keyed ranked[2 * MOVIES];
    rs_scores scores = {.score = score, .scored = scored, .touched = touched, .rank = rank};
    rs_scratch scratch = {.candidate = candidate, .ranked = ranked};
    static const size_t cuts[] = {0, 1, 2, 15, 16, 17, 100, 1000, 2000, MOVIES, MOVIES + 5};
    static const size_t kinds[] = {1, 2, 50, 1000000};
    uint64_t draw = 1;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t c = 0; c < sizeof cuts / sizeof *cuts; c++)
            for (int round = 0; round < 5; round++) {
                fill(&scores, candidate, &draw, kinds[k]);
                rs_rank_source(&scratch, &scores, cuts[c]);
                check(&scores, candidate, cuts[c]);
            }
}

static void equal_scores_scale_to_one(void **state)
{
    (void)state;
    double score[2] = {3, 3};
    rs_scores scores = {.score = score, .low = 3, .high = 3};
    assert_near(rs_scaled(&scores, 0), 1, 0);
    scores.low = 1;
    scores.high = 5;
    assert_near(rs_scaled(&scores, 1), 0.5, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_are_those_of_a_sort),
        cmocka_unit_test(equal_scores_scale_to_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
