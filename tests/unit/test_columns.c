/* What the bootstrap and the tests of significance have in common: little data, what is
 * refused, the same bytes for each column of values whatever runs beside it, memory. */
#include "significance_testing.h"

#include "eval/holm.h"

/* ---- little data ------------------------------------------------------------------ */

static void nobody(void **state)
{
    (void)state;
    const double value[] = {(double)NAN, (double)NAN};
    for (size_t users = 0; users <= 2; users += 2) {
        rs_replicates made = resample(value, users, 1, 100, 1);
        assert_int_equal(made.of[0].count, 0);
        closely(made.of[0].estimate, (double)NAN);
        check_both(&made.of[0], (double)NAN, (double)NAN);
        rs_replicates_free(&made);
        rs_sign_flips flips = flip(value, users, 100, 1);
        closely(flips.p, (double)NAN);
        closely(flips.mean, (double)NAN);
        assert_int_equal(flips.count, 0);
        closely(rank(value, users).p, (double)NAN);
        closely(rank(value, users).statistic, (double)NAN);
    }
}

static void one_user(void **state)
{
    (void)state;
    const double value[] = {-0.7};
    rs_replicates made = resample(value, 1, 1, 100, 1);
    assert_int_equal(made.of[0].count, 100);
    check_both(&made.of[0], -0.7, -0.7);
    rs_replicates_free(&made);
    closely(flip(value, 1, 100, 1).p, 1); /* both signs are as far from 0 */
    assert_int_equal(flip(value, 1, 100, 1).exact, 1);
    closely(rank(value, 1).p, 1);
}

static void no_difference_at_all(void **state)
{
    (void)state;
    static const double value[610];
    rs_replicates made = resample(value, 610, 1, 300, 1);
    check_both(&made.of[0], 0, 0);
    rs_replicates_free(&made);
    assert_true(flip(value, 610, 300, 1).p == 1);
    assert_true(rank(value, 610).p == 1);
    assert_true(rank(value, 610).statistic == 0);
    assert_int_equal(rank(value, 610).count, 0);
}

/* ---- refusals --------------------------------------------------------------------- */

static void check_refused(double bad)
{
    recsys_error err = RECSYS_ERROR_INIT;
    double value[] = {0, 1, 2, 3, 4, 5};
    rs_replicates made;
    rs_sign_flips flips[2];
    rs_signed_rank ranks[2];
    rs_columns all = {value, 3, 2};
    value[3] = bad;
    assert_fails(rs_resample_means(&made, runtime, &all, 10, 1, &err), RECSYS_E_INVALID, &err);
    assert_contains(err.text, "row 1, column 1");
    rs_replicates_free(&made);
    assert_fails(rs_sign_flip_test(flips, runtime, &all, 10, 1, &err), RECSYS_E_INVALID, &err);
    assert_contains(err.text, "row 1, column 1");
    assert_fails(rs_signed_rank_test(ranks, runtime, &all, &err), RECSYS_E_INVALID, &err);
    assert_contains(err.text, "row 1, column 1");
}

static void infinite_values_are_refused(void **state)
{
    (void)state;
    check_refused((double)INFINITY);
    check_refused(-(double)INFINITY);
    check_refused(-1e101);
}

static void nothing_to_do_is_refused(void **state)
{
    (void)state;
    const double value[] = {1, 2};
    recsys_error err = RECSYS_ERROR_INIT;
    rs_columns all = {value, 2, 1};
    rs_replicates made;
    rs_sign_flips flips;
    assert_fails(rs_resample_means(&made, runtime, &all, 0, 1, &err), RECSYS_E_INVALID, &err);
    rs_replicates_free(&made);
    assert_fails(rs_sign_flip_test(&flips, runtime, &all, 0, 1, &err), RECSYS_E_INVALID, &err);
}

static void what_is_no_probability_is_refused(void **state)
{
    (void)state;
    static const double bad[] = {-0.1, 1.5, (double)INFINITY};
    static const double sorted[] = {1, 2};
    recsys_error err = RECSYS_ERROR_INIT;
    rs_distribution of = {sorted, 2, 1.5, 0};
    rs_interval interval;
    for (size_t i = 0; i < 3; i++) {
        double p[] = {0.5, bad[i]}, adjusted[2];
        assert_fails(rs_holm_adjust(adjusted, runtime, p, 2, &err), RECSYS_E_INVALID, &err);
        assert_contains(err.text, "p-value 1");
        assert_fails(rs_interval_find(&interval, &of, RS_BY_BCA, bad[i], bad[i], &err),
                     RECSYS_E_INVALID, &err);
    }
    assert_fails(rs_interval_find(&interval, &of, RS_BY_BCA, 0.9, 0.1, &err), RECSYS_E_INVALID,
                 &err);
    assert_fails(rs_interval_find(&interval, &of, RS_BY_BCA, (double)NAN, 1, &err),
                 RECSYS_E_INVALID, &err);
}

/* ---- the same bytes --------------------------------------------------------------- */

enum { USERS = 610, COLUMNS = 7, RESAMPLES = 1500 };

typedef struct outcome {
    rs_replicates made;
    rs_sign_flips flips[COLUMNS];
    rs_signed_rank ranks[COLUMNS];
} outcome;

static outcome run_all(size_t threads, const double *value, size_t columns, uint64_t seed)
{
    outcome o;
    test_heap heap = {0};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *in = test_runtime(&heap, threads);
    rs_columns all = {value, USERS, columns};
    memset(&o, 0, sizeof o);
    rs_replicates made = resample_in(in, value, USERS, columns, RESAMPLES, seed);
    assert_ok(rs_sign_flip_test(o.flips, in, &all, RESAMPLES, seed, &err), &err);
    assert_ok(rs_signed_rank_test(o.ranks, in, &all, &err), &err);
    o.made.of = malloc(columns * sizeof *o.made.of);
    o.made.sorted = malloc(columns * RESAMPLES * sizeof *o.made.sorted);
    assert_true(o.made.of != NULL && o.made.sorted != NULL);
    for (size_t c = 0; c < columns; c++) {
        o.made.of[c] = made.of[c];
        o.made.of[c].sorted = o.made.sorted + c * RESAMPLES;
        memcpy(o.made.sorted + c * RESAMPLES, made.of[c].sorted,
               made.of[c].count * sizeof *o.made.sorted);
    }
    rs_replicates_free(&made);
    rs_runtime_release(in);
    assert_int_equal(atomic_load(&heap.live), 0);
    return o;
}

static void free_outcome(outcome *o)
{
    free(o->made.of);
    free(o->made.sorted);
}

/* Column a of one has what column b of another has, to the last bit. */
static int same_column(const outcome *one, size_t a, const outcome *other, size_t b)
{
    const rs_distribution *x = &one->made.of[a], *y = &other->made.of[b];
    return x->count == y->count && x->estimate == y->estimate &&
           x->acceleration == y->acceleration && one->flips[a].p == other->flips[b].p &&
           one->flips[a].mean == other->flips[b].mean && one->ranks[a].p == other->ranks[b].p &&
           memcmp(x->sorted, y->sorted, x->count * sizeof *x->sorted) == 0;
}

static void same_bytes_for_any_number_of_threads(void **state)
{
    (void)state;
    double *value = make_values(USERS, COLUMNS, 1);
    outcome one = run_all(1, value, COLUMNS, 77);
    for (size_t threads = 2; threads <= 7; threads += 5) {
        outcome other = run_all(threads, value, COLUMNS, 77);
        for (size_t c = 0; c < COLUMNS; c++) assert_true(same_column(&one, c, &other, c));
        free_outcome(&other);
    }
    free_outcome(&one);
    free(value);
}

static void a_column_does_not_see_the_others(void **state)
{
    (void)state;
    double *value = make_values(USERS, COLUMNS, 1), alone[USERS];
    outcome all = run_all(1, value, COLUMNS, 77);
    for (size_t c = 0; c < COLUMNS; c++) {
        for (size_t u = 0; u < USERS; u++) alone[u] = value[u * COLUMNS + c];
        outcome one = run_all(1, alone, 1, 77);
        assert_true(same_column(&one, 0, &all, c));
        free_outcome(&one);
    }
    free_outcome(&all);
    free(value);
}

static void seeds_make_other_resamples(void **state)
{
    (void)state;
    double *value = make_values(USERS, 1, 1);
    for (size_t u = 0; u < USERS; u++) value[u] -= 0.15; /* p is far from 0 and 1 */
    outcome one = run_all(1, value, 1, 0), again = run_all(1, value, 1, 0);
    outcome other = run_all(1, value, 1, 1);
    assert_true(same_column(&one, 0, &again, 0));
    assert_int_not_equal(
        memcmp(one.made.of[0].sorted, other.made.of[0].sorted, RESAMPLES * sizeof(double)), 0);
    assert_true(one.flips[0].p != other.flips[0].p);
    assert_true(one.ranks[0].p == other.ranks[0].p);
    free_outcome(&one);
    free_outcome(&again);
    free_outcome(&other);
    free(value);
}

/* ---- memory ----------------------------------------------------------------------- */

static recsys_status ask_all(recsys_runtime *in, void *data, recsys_error *err)
{
    rs_columns all = {data, USERS, COLUMNS};
    rs_replicates made;
    rs_sign_flips flips[COLUMNS];
    rs_signed_rank ranks[COLUMNS];
    double p[COLUMNS];
    recsys_status status = rs_resample_means(&made, in, &all, 70, 1, err);
    rs_replicates_free(&made);
    if (status == RECSYS_OK) status = rs_sign_flip_test(flips, in, &all, 600, 1, err);
    if (status == RECSYS_OK) status = rs_signed_rank_test(ranks, in, &all, err);
    if (status != RECSYS_OK) return status;
    for (size_t c = 0; c < COLUMNS; c++) p[c] = ranks[c].p;
    return rs_holm_adjust(p, in, p, COLUMNS, err);
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    double *value = make_values(USERS, COLUMNS, 1);
    for (size_t u = 0; u < USERS; u++) value[u * COLUMNS] = u < 5; /* exact flips too */
    assert_true(test_each_allocation(ask_all, value, 1, 1) > 15);
    assert_true(test_each_allocation(ask_all, value, 2, 3) > 15);
    free(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody),
        cmocka_unit_test(one_user),
        cmocka_unit_test(no_difference_at_all),
        cmocka_unit_test(infinite_values_are_refused),
        cmocka_unit_test(nothing_to_do_is_refused),
        cmocka_unit_test(what_is_no_probability_is_refused),
        cmocka_unit_test(same_bytes_for_any_number_of_threads),
        cmocka_unit_test(a_column_does_not_see_the_others),
        cmocka_unit_test(seeds_make_other_resamples),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
