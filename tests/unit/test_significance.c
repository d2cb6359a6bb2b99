/* Whether a difference is real: randomisation, signed ranks and Holm against SciPy, through the
 * fixture; p-values against theory. */
#include "significance_testing.h"

#include "eval/holm.h"

/* ---- against the fixture ---------------------------------------------------------- */

static void check_wilcoxon(const fixture *f)
{
    double other[MOST];
    rs_signed_rank result = rank(f->list[0], f->count[0]);
    closely(result.statistic, f->number[0]);
    closely(result.p, f->number[1]);
    assert_int_equal(result.exact, f->number[2] > 0);
    for (size_t i = 0; i < f->count[0]; i++) other[i] = -f->list[0][f->count[0] - 1 - i];
    rs_signed_rank swapped = rank(other, f->count[0]);
    assert_memory_equal(&swapped.p, &result.p, sizeof result.p);
}

static void signed_ranks_as_scipy(void **state)
{
    (void)state;
    each_line("wilcoxon", 67, check_wilcoxon);
}

static void check_flips(const fixture *f)
{
    rs_sign_flips result = flip(f->list[0], f->count[0], 10000, 1);
    closely(result.p, f->number[0]);
    assert_int_equal(result.exact, 1);
}

static void sign_flips_as_scipy(void **state)
{
    (void)state;
    each_line("flips", 12, check_flips);
}

/* Random signs find the exact p within five standard errors. */
static void check_random_flips(const fixture *f)
{
    const size_t flips = 4000;
    double p = f->number[0];
    if (f->count[0] < 13) return;
    rs_sign_flips result = flip(f->list[0], f->count[0], flips, 9);
    assert_int_equal(result.exact, 0);
    assert_near(result.p, p, 5 * sqrt(p * (1 - p) / (double)flips) + 1 / (double)flips);
    double of_one = result.p * (double)(flips + 1);
    assert_near(of_one, round(of_one), 1e-12);
    assert_true(of_one >= 1);
}

static void random_sign_flips_near_the_exact(void **state)
{
    (void)state;
    each_line("flips", 12, check_random_flips);
}

static void check_holm(const fixture *f)
{
    double adjusted[MOST], in_place[MOST];
    recsys_error err = RECSYS_ERROR_INIT;
    size_t count = f->count[0];
    memcpy(in_place, f->list[0], sizeof in_place);
    assert_ok(rs_holm_adjust(adjusted, runtime, f->list[0], count, &err), &err);
    assert_ok(rs_holm_adjust(in_place, runtime, in_place, count, &err), &err);
    for (size_t i = 0; i < count; i++) closely(adjusted[i], f->list[1][i]);
    for (size_t i = 0; i < count; i++) closely(in_place[i], f->list[1][i]);
}

static void holm_as_a_loop(void **state)
{
    (void)state;
    each_line("holm", 5, check_holm);
}

/* ---- signs ------------------------------------------------------------------------ */

/* With many users T* is nearly normal, with the variance sum d^2. Over 100 seeds p has that
 * mean and varies as a share of 4,096 independent flips does. Users repeat after 64, which a
 * word of signs has, and some have no value. */
static void sign_flips_have_their_distribution(void **state)
{
    (void)state;
    enum { USERS = 650, SEEDS = 100, FLIPS = 4096 };
    double value[USERS], sum = 0, squares = 0, mean = 0, chi = 0, p[SEEDS];
    rs_draws words = rs_draws_at(12, 0, 0);
    for (size_t u = 0; u < 64; u++) value[u] = user_value(&words) - user_value(&words);
    for (size_t u = 0; u < 64; u++) mean += value[u] / 64;
    for (size_t u = 0; u < 64; u++) value[u] += 0.01 - mean;
    for (size_t u = 64; u < USERS; u++) value[u] = u < 640 ? value[u % 64] : (double)NAN;
    for (size_t u = 0; u < 640; u++) {
        sum += value[u];
        squares += value[u] * value[u];
    }
    mean = 0;
    double expected = erfc(fabs(sum) / sqrt(2 * squares));
    assert_true(expected > 0.1 && expected < 0.9);
    for (size_t s = 0; s < SEEDS; s++) {
        rs_sign_flips result = flip(value, USERS, FLIPS, s);
        p[s] = (result.p * (FLIPS + 1) - 1) / FLIPS;
        mean += p[s] / SEEDS;
    }
    double variance = expected * (1 - expected) / FLIPS;
    assert_near(mean, expected, 5 * sqrt(variance / SEEDS) + 0.001);
    for (size_t s = 0; s < SEEDS; s++) chi += (p[s] - mean) * (p[s] - mean) / variance;
    check_chi_squared(chi, SEEDS - 1);
}

/* No random signs reach 100 differences of the same sign: only the data themselves count. */
static void smallest_p_of_random_flips(void **state)
{
    (void)state;
    double value[100];
    for (size_t u = 0; u < 100; u++) value[u] = -0.1 - (double)u / 1000;
    rs_sign_flips result = flip(value, 100, 999, 3);
    closely(result.p, 0.001);
    closely(result.mean, -0.1495);
    assert_int_equal(result.exact, 0);
}

/* T is 0.3 - 0.1 - 0.2, nothing but rounding, and so are others of the eight sums. */
static void rounded_sums_are_as_far(void **state)
{
    (void)state;
    const double zero[] = {0.3, -0.1, -0.2}, tenths[] = {0.1, 0.2, 0.3, 0.4, -0.5, 0.6, 0.7};
    closely(flip(zero, 3, 8, 1).p, 1);
    /* In tenths |T| is 18 of 28 in all: the smaller part of the split is 5 or less, which 10 of
     * 128 splits have: nothing, 1, 2, 3, 4, 5, 1+2, 1+3, 1+4, 2+3; each way round. */
    closely(flip(tenths, 7, 128, 1).p, 20.0 / 128);
}

static void undefined_values_are_left_out_of_tests(void **state)
{
    (void)state;
    const double with[] = {0.5, (double)NAN, 0.25, -0.125, (double)NAN, 0.75, 0.5};
    const double without[] = {0.5, 0.25, -0.125, 0.75, 0.5};
    rs_sign_flips a = flip(with, 7, 1000, 1), b = flip(without, 5, 1000, 1);
    assert_int_equal(a.count, 5);
    assert_true(a.mean == b.mean && a.p == b.p && a.exact && b.exact);
    rs_signed_rank c = rank(with, 7), d = rank(without, 5);
    assert_int_equal(c.count, 5);
    assert_true(c.p == d.p && c.statistic == d.statistic);
}

/* ---- errors of the first kind ----------------------------------------------------- */

/* Where there is no difference p-values are uniform: 5 % of them are up to 0.05 (four standard
 * errors of 400). Signs are random, so is which sign is whose. */
static void tests_reject_as_often_as_they_say(void **state)
{
    (void)state;
    enum { SAMPLES = 400, SAMPLE = 100 };
    size_t rejected[2] = {0, 0};
    for (size_t s = 0; s < SAMPLES; s++) {
        double value[SAMPLE];
        rs_draws words = rs_draws_at(2025, s, 0);
        for (size_t u = 0; u < SAMPLE; u++) value[u] = user_value(&words) - user_value(&words);
        rejected[0] += flip(value, SAMPLE, 999, s).p <= 0.05;
        rejected[1] += rank(value, SAMPLE).p <= 0.05;
    }
    for (int test = 0; test < 2; test++)
        assert_near((double)rejected[test] / SAMPLES, 0.05, 4 * sqrt(0.05 * 0.95 / SAMPLES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signed_ranks_as_scipy),
        cmocka_unit_test(sign_flips_as_scipy),
        cmocka_unit_test(random_sign_flips_near_the_exact),
        cmocka_unit_test(holm_as_a_loop),
        cmocka_unit_test(sign_flips_have_their_distribution),
        cmocka_unit_test(smallest_p_of_random_flips),
        cmocka_unit_test(rounded_sums_are_as_far),
        cmocka_unit_test(undefined_values_are_left_out_of_tests),
        cmocka_unit_test(tests_reject_as_often_as_they_say),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
