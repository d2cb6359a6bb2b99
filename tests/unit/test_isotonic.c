/* Isotonic regression: the pooled means of a textbook example, and optimality by properties. */
#include "testing.h"

#include "base/memory.h"
#include "rank/calibrate.h"

static void pools_are_weighted_means(void **state)
{
    (void)state;
    recsys_runtime *runtime;
    assert_ok(rs_runtime_make(&runtime, NULL, NULL), (recsys_error *)NULL);
    /* falling fit of 5 6 3 1 2 with weights 1 3 1 1 2:
     * (5, 6) -> 5.75; 3 stays; (1, 2) -> 5/3 */
    double value[] = {5, 6, 3, 1, 2};
    const double weight[] = {1, 3, 1, 1, 2}, wanted[] = {5.75, 5.75, 3, 5.0 / 3, 5.0 / 3};
    assert_true(rs_isotonic_falling(runtime, value, weight, 5));
    for (size_t i = 0; i < 5; i++) assert_near(value[i], wanted[i], 1e-15);
    rs_runtime_release(runtime);
}

static void entries_without_weight_join_a_neighbour(void **state)
{
    (void)state;
    recsys_runtime *runtime;
    assert_ok(rs_runtime_make(&runtime, NULL, NULL), (recsys_error *)NULL);
    double value[] = {0, 4, 9, 2, 0}, none[] = {3, 2};
    const double weight[] = {0, 1, 0, 1, 0}, zero[] = {0, 0};
    const double wanted[] = {4, 4, 2, 2, 2};
    assert_true(rs_isotonic_falling(runtime, value, weight, 5));
    assert_near(value[0], wanted[0], 0);
    assert_near(value[1], wanted[1], 0);
    assert_true(value[2] == 4 || value[2] == 2);
    assert_near(value[3], wanted[3], 0);
    assert_near(value[4], wanted[4], 0);
    assert_true(rs_isotonic_falling(runtime, none, zero, 2));
    assert_near(none[0], 0, 0);
    assert_near(none[1], 0, 0);
    rs_runtime_release(runtime);
}

/* The min-max formula of the isotonic fit (Robertson et al. 1988): fit[i] is the smallest over
 * a <= i of the largest over b >= i of the weighted mean of a..b, falling version. */
static double by_min_max(const double *y, const double *w, size_t n, size_t i)
{
    double best = 1e300;
    for (size_t a = 0; a <= i; a++) {
        double largest = -1e300;
        for (size_t b = i; b < n; b++) {
            double sum = 0, weight = 0;
            for (size_t k = a; k <= b; k++) {
                sum += y[k] * w[k];
                weight += w[k];
            }
            if (sum / weight > largest) largest = sum / weight;
        }
        if (largest < best) best = largest;
    }
    return best;
}

static void agrees_with_the_min_max_formula(void **state)
{
    (void)state;
    recsys_runtime *runtime;
    uint64_t draw = 5;
    assert_ok(rs_runtime_make(&runtime, NULL, NULL), (recsys_error *)NULL);
    for (int round = 0; round < 500; round++) {
        double y[12], w[12], fit[12];
        size_t n = 1 + test_below(&draw, 12);
        for (size_t i = 0; i < n; i++) {
            y[i] = fit[i] = (double)test_below(&draw, 20);
            w[i] = (double)(1 + test_below(&draw, 5));
        }
        assert_true(rs_isotonic_falling(runtime, fit, w, n));
        for (size_t i = 0; i < n; i++) assert_near(fit[i], by_min_max(y, w, n, i), 1e-12);
    }
    rs_runtime_release(runtime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pools_are_weighted_means),
        cmocka_unit_test(entries_without_weight_join_a_neighbour),
        cmocka_unit_test(agrees_with_the_min_max_formula),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
