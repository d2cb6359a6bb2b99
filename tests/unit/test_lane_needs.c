/* The least number of ratings in common for a similarity, against numbers worked out by hand
 * and against similarities. */
#include "testing.h"

#include <float.h>
#include <math.h>

#include "models/lane_needs.h"
#include "models/similarity.h"

static unsigned need(rs_similarity_kind kind, float shrinkage, float least, float u, float v)
{
    rs_common common = {kind, 3, shrinkage};
    return rs_common_need(&common, least, u, v);
}

static void hand_made_numbers(void **state)
{
    (void)state;
    /* n / (n + 2) = 3 / 4 for n = 6 */
    assert_int_equal(need(RS_PEARSON, 2, 0.75F, 9, 9), 6);
    assert_int_equal(need(RS_CORATED_COSINE, 2, 0.76F, 9, 9), 7);
    assert_int_equal(need(RS_CORATED_COSINE, 0, 0.75F, 9, 9), 3);
    /* 20 / (30 + 30 - 20) = 1 / 2 */
    assert_int_equal(need(RS_JACCARD, 0, 0.5F, 30, 30), 20);
    assert_int_equal(need(RS_JACCARD, 0, 0.51F, 30, 30), 21);
    assert_int_equal(need(RS_JACCARD, 60, 0.5F, 30, 30), 60);
    /* 12 / (4 * 6) = 1 / 2; 12 / 24 * 12 / 13 is less, 13 / 24 * 13 / 14 is more */
    assert_int_equal(need(RS_COSINE, 0, 0.5F, 4, 6), 12);
    assert_int_equal(need(RS_COSINE, 1, 0.5F, 4, 6), 13);
    /* bounds that nobody can be below, or reach */
    assert_int_equal(need(RS_COSINE, 5, -1, 4, 6), 3);
    assert_int_equal(need(RS_JACCARD, 5, 0, 4, 6), 3);
    assert_int_equal(need(RS_COSINE, 0, 1, 4, 6), RS_LANE_NEED_MOST);
    assert_int_equal(need(RS_PEARSON, 1, FLT_MAX, 4, 6), RS_LANE_NEED_MOST);
    assert_int_equal(need(RS_COSINE, 0, 0.5F, 40, 60), RS_LANE_NEED_MOST);
    assert_float_equal(rs_common_reach(RS_COSINE, 64, 9, 2), 4, 0);
    assert_float_equal(rs_common_reach(RS_COSINE, 0, 9, 0), 0, 0);
    assert_float_equal(rs_common_reach(RS_JACCARD, 64, 9, 2), 9, 0);
}

/* Two rows with `common` movies rated by both, and some more each; ratings -2..5. */
static rs_sums draw_rows(uint64_t *draw, rs_side *u, rs_side *v)
{
    rs_sums s = {0};
    size_t common = test_below(draw, 60), rest = test_below(draw, 4) * test_below(draw, 40);
    *u = *v = (rs_side){0};
    for (size_t i = 0; i < common + rest; i++) {
        double x = (double)test_below(draw, 8) - 2, y = (double)test_below(draw, 8) - 2;
        int is_u = i < common || i % 3 != 0, is_v = i < common || i % 3 == 0;
        u->count += (uint64_t)is_u;
        v->count += (uint64_t)is_v;
        u->square += is_u ? x * x : 0;
        v->square += is_v ? y * y : 0;
        if (i >= common) continue;
        s.common++;
        s.dot += x * y;
        s.uu += x * x;
        s.vv += y * y;
        s.u += x;
        s.v += y;
    }
    u->sum = s.u;
    v->sum = s.v;
    return s;
}

static void no_pair_with_less_is_as_similar(void **state)
{
    (void)state;
    uint64_t draw = 3;
    for (size_t i = 0; i < 100000; i++) {
        rs_side u, v;
        rs_sums s = draw_rows(&draw, &u, &v);
        rs_settings settings = {0};
        settings.cf.shrinkage = (double)(test_below(&draw, 3) * test_below(&draw, 20));
        for (rs_similarity_kind kind = RS_COSINE; kind <= RS_JACCARD; kind++) {
            settings.cf.similarity = kind;
            float least = (float)rs_similarity(&settings, &s, &u, &v);
            rs_common common = {kind, 0, (float)settings.cf.shrinkage};
            least -= fabsf(least) * 1e-5F; /* as rs_best does */
            unsigned needed =
                rs_common_need(&common, least, rs_common_reach(kind, u.square, u.count, 5),
                               rs_common_reach(kind, v.square, v.count, 5));
            assert_true(needed <= s.common || least <= 0);
        }
    }
}

static void users_as_one_by_one(void **state)
{
    (void)state;
    uint64_t draw = 9;
    for (rs_similarity_kind kind = RS_COSINE; kind <= RS_JACCARD; kind++) {
        static rs_lane_bar bar[RS_TABLES];
        static rs_lane_needs needs;
        float reach[RS_WIDE];
        rs_common common = {kind, 2, kind % 2 ? 1 : 10};
        for (size_t u = 0; u < RS_WIDE; u++) {
            reach[u] = (float)test_below(&draw, 200) / 4;
            bar[u / RS_LANES].least[u % RS_LANES] =
                u == 77 ? FLT_MAX : (float)test_below(&draw, 1000) / 900 - 0.05F;
        }
        rs_lane_needs_set(&needs, &common, bar, reach, 7.5F);
        for (size_t u = 0; u < RS_WIDE; u++) {
            unsigned rest = 0;
            for (unsigned j = 0; j < RS_LANE_PLANES; j++)
                rest |= (unsigned)(needs.plane[j].word[u / 64] >> u % 64 & 1) << j;
            assert_int_equal(
                RS_LANE_NEED_MOST - rest,
                rs_common_need(&common, bar[u / RS_LANES].least[u % RS_LANES], reach[u], 7.5F));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hand_made_numbers),
        cmocka_unit_test(no_pair_with_less_is_as_similar),
        cmocka_unit_test(users_as_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
