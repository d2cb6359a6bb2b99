/* The bar that the largest reach, beside a whole sort. */
#include "testing.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/bar.h"

enum { MOST_VALUES = 4000 };

static int falling(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x < y) - (x > y);
}

static void check(const float *value, size_t count, size_t most)
{
    static float sorted[MOST_VALUES];
    uint32_t bins[RS_BAR_BINS];
    size_t above = 0, at = 0;
    rs_bar bar = rs_bar_find(value, count, most, bins);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = value[i];
        above += value[i] > bar.least;
        at += value[i] == bar.least;
    }
    if (count <= most) {
        assert_true(bar.least == 0);
        return;
    }
    qsort(sorted, count, sizeof *sorted, falling);
    assert_int_equal(above + bar.equal, most);
    assert_true(bar.equal <= at);
    if (most > 0) assert_true(sorted[most - 1] >= bar.least);
    assert_true(sorted[most] <= bar.least);
}

static void it_is_where_a_sort_puts_it(void **state)
{
    (void)state;
    static float value[MOST_VALUES];
    static const size_t most[] = {1, 2, 3, 500, 3999, 4000, 5000};
    uint64_t seed = 3;
    /* levels: many equal values, few, or hardly any; then all of one size */
    static const uint64_t levels[] = {1, 7, 1000, UINT64_C(1) << 40};
    for (size_t l = 0; l < 4; l++)
        for (size_t m = 0; m < sizeof most / sizeof *most; m++) {
            for (size_t i = 0; i < MOST_VALUES; i++)
                value[i] = (float)(test_random(&seed) % levels[l]) / (float)(1 + i % 3);
            check(value, MOST_VALUES, most[m]);
            check(value, 1 + test_random(&seed) % MOST_VALUES, most[m]);
        }
}

static void large_and_small_values_too(void **state)
{
    (void)state;
    static const float value[] = {0,       FLT_MAX,  FLT_MIN, FLT_MIN / 2, FLT_TRUE_MIN, 1, 1,
                                  FLT_MAX, INFINITY, 0,       1e-30F,      1e30F,        1};
    enum { COUNT = sizeof value / sizeof *value };
    for (size_t most = 1; most <= COUNT; most++) check(value, COUNT, most);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_where_a_sort_puts_it),
        cmocka_unit_test(large_and_small_values_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
