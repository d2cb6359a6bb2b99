/* The similarity formulas against numbers worked out by hand, and the pieces beside them. */
#include "testing.h"

#include <math.h>

#include "models/scratch.h"
#include "models/similarity.h"

/* u rated a=4 b=2 c=5 d=3; v rated a=5 b=1 c=4 e=2. Common: a, b, c. */
static const rs_sums sums = {.common = 3,
                             .dot = 4 * 5 + 2 * 1 + 5 * 4,
                             .uu = 16 + 4 + 25,
                             .vv = 25 + 1 + 16,
                             .u = 11,
                             .v = 10};
static const rs_side u = {4, 14, 54}, v = {4, 12, 46};

static double similarity(rs_similarity_kind kind, double shrinkage, const rs_sums *s)
{
    rs_settings settings = {0};
    settings.cf.similarity = kind;
    settings.cf.shrinkage = shrinkage;
    return rs_similarity(&settings, s, &u, &v);
}

static void formulas_give_hand_made_numbers(void **state)
{
    (void)state;
    assert_near(similarity(RS_COSINE, 0, &sums), 42 / sqrt(54.0 * 46), 1e-15);
    assert_near(similarity(RS_CORATED_COSINE, 0, &sums), 42 / sqrt(45.0 * 42), 1e-15);
    /* means over common: 11/3 and 10/3; deviations (1/3, -5/3, 4/3) and (5/3, -7/3, 2/3) */
    assert_near(similarity(RS_PEARSON, 0, &sums), 48 / sqrt(42.0 * 78), 1e-12);
    /* own means 3.5 and 3: deviations (.5, -1.5, 1.5) and (2, -2, 1) */
    assert_near(similarity(RS_ADJUSTED_COSINE, 0, &sums), 5.5 / sqrt(4.75 * 9), 1e-12);
    /* a, b, c of a, b, c, d, e */
    assert_near(similarity(RS_JACCARD, 0, &sums), 3.0 / 5, 1e-15);
}

static void shrinkage_weighs_by_common_movies(void **state)
{
    (void)state;
    double plain = similarity(RS_COSINE, 0, &sums);
    assert_near(similarity(RS_COSINE, 7, &sums), plain * 3 / 10, 1e-15);
    assert_near(similarity(RS_JACCARD, 7, &sums), 3.0 / 5 * 3 / 10, 1e-15);
}

/* A list may be found from either end of a pair. */
static void both_sides_get_the_same_bits(void **state)
{
    (void)state;
    uint64_t draw = 5;
    for (size_t i = 0; i < 20000; i++) {
        double n = (double)(1 + test_below(&draw, 9)), r[6];
        for (size_t k = 0; k < 6; k++) r[k] = (double)test_below(&draw, 1000) / 7;
        rs_sums s = {(uint32_t)n, r[0], r[1], r[2], r[3], r[4]},
                turned = {(uint32_t)n, r[0], r[2], r[1], r[4], r[3]};
        rs_side a = {9 + test_below(&draw, 50), r[3] + r[5], r[1] + r[0]},
                b = {9 + test_below(&draw, 50), r[4] + r[1], r[2] + r[5]};
        for (rs_similarity_kind kind = RS_COSINE; kind <= RS_JACCARD; kind++) {
            rs_settings settings = {0};
            settings.cf.similarity = kind;
            settings.cf.shrinkage = 2.5;
            assert_true(rs_similarity(&settings, &s, &a, &b) ==
                        rs_similarity(&settings, &turned, &b, &a));
        }
    }
}

static void no_common_movies_or_no_norm_is_zero(void **state)
{
    (void)state;
    rs_sums none = {0}, zeros = {.common = 4};
    assert_near(similarity(RS_JACCARD, 0, &none), 0, 0);
    for (rs_similarity_kind kind = RS_COSINE; kind <= RS_ADJUSTED_COSINE; kind++) {
        assert_near(similarity(kind, 0, &none), 0, 0);
        rs_settings settings = {0};
        settings.cf.similarity = kind;
        rs_side empty = {4, 0, 0};
        assert_near(rs_similarity(&settings, &zeros, &empty, &empty), 0, 0);
    }
    /* v gave 4 three times: no spread, so no correlation, whatever rounding leaves */
    rs_sums flat = {3, 4.1 * 11, 45, 4.1 * 4.1 * 3, 11, 4.1 * 3};
    assert_near(similarity(RS_PEARSON, 0, &flat), 0, 0);
}

static void one_common_movie_is_cosine_one(void **state)
{
    (void)state;
    for (int a = 1; a <= 50; a++)
        for (int b = 1; b <= 50; b++) {
            double x = a / 10.0, y = b / 10.0;
            rs_sums one = {1, x * y, x * x, y * y, x, y};
            assert_near(similarity(RS_CORATED_COSINE, 0, &one), 1, 1e-15);
            assert_true(similarity(RS_CORATED_COSINE, 0, &one) <= 1);
        }
}

static void powers_agree_with_the_math_library(void **state)
{
    (void)state;
    uint64_t draw = 7;
    for (int i = 0; i < 10000; i++) {
        double x = (double)(1 + test_below(&draw, 200000)), b = (double)test_below(&draw, 2001);
        assert_near(rs_power(x, b / 1000) / pow(x, b / 1000), 1, 1e-9);
    }
    assert_near(rs_power(17, 0), 1, 0);
    assert_near(rs_power(17, 1), 17, 0);
    assert_near(rs_power(17, 2), 289, 0);
    assert_near(rs_power(16, 0.5), 4, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_give_hand_made_numbers),
        cmocka_unit_test(shrinkage_weighs_by_common_movies),
        cmocka_unit_test(both_sides_get_the_same_bits),
        cmocka_unit_test(no_common_movies_or_no_norm_is_zero),
        cmocka_unit_test(one_common_movie_is_cosine_one),
        cmocka_unit_test(powers_agree_with_the_math_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
