/* Intervals of means: the normal one against SciPy, and which kind is used when. */
#include "evaluations_testing.h"
#include "intervals_testing.h"
#include "runtime_testing.h"

#include "eval/interval.h"

static rs_interval_plan plan_of(rs_interval_kind kind, double confidence)
{
    return (rs_interval_plan){kind, 1000, confidence, 1};
}

static void intervals(double *low, double *high, const double *values, size_t users,
                      size_t columns, const rs_interval_plan *plan)
{
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(rs_intervals(low, high, runtime, values, users, columns, plan, &err), &err);
}

/* ---- the normal distribution's --------------------------------------------------- */

/* scipy.stats.norm.interval(confidence, mean, scipy.stats.sem(values)): not Student's t. Two
 * columns; the second one has a value of three users alone. */
static void as_scipy_says(void **state)
{
    (void)state;
    static const double values[] = {0.1, 1, 0.4, NAN, 0.35, 0.25, 0.8, 0.5, 0.6, NAN};
    static const struct {
        double confidence, low[2], high[2];
    } want[] = {
        {0.95,
         {0.2180939339091844, 0.15120189318864774},
         {0.6819060660908156, 1.0154647734780191}},
        {0.5, {0.370193296499141, 0.4346223215932574}, {0.529806703500859, 0.7320443450734093}},
        {0.9999,
         {-0.010341040070001084, -0.27446154869123107},
         {0.9103410400700012, 1.4411282153578977}},
    };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        double low[2], high[2];
        const rs_interval_plan plan = plan_of(RS_INTERVAL_NORMAL, want[i].confidence);
        intervals(low, high, values, 5, 2, &plan);
        for (size_t c = 0; c < 2; c++) {
            near(low[c], want[i].low[c]);
            near(high[c], want[i].high[c]);
        }
    }
}

/* 0.5 -+ 1.959963984540054 * sqrt(.5 / 2) */
static void two_users(void **state)
{
    (void)state;
    static const double values[] = {0, 1};
    double low, high;
    const rs_interval_plan plan = plan_of(RS_INTERVAL_NORMAL, 0.95);
    intervals(&low, &high, values, 2, 1, &plan);
    near(low, 0.5 - 1.959963984540054 / 2);
    near(high, 0.5 + 1.959963984540054 / 2);
}

static void all_alike(void **state)
{
    (void)state;
    static const double values[] = {0.25, 0.25, 0.25};
    double low, high;
    const rs_interval_plan plan = plan_of(RS_INTERVAL_NORMAL, 0.95);
    intervals(&low, &high, values, 3, 1, &plan);
    near(low, 0.25);
    near(high, 0.25);
}

/* One value says nothing about its spread; no value says nothing at all. */
static void too_few_users(void **state)
{
    (void)state;
    static const double values[] = {0.25, NAN, NAN, NAN, NAN, 0.5};
    double low[2], high[2];
    const rs_interval_plan plan = plan_of(RS_INTERVAL_NORMAL, 0.95);
    intervals(low, high, values, 1, 2, &plan);
    for (size_t c = 0; c < 2; c++) near(low[c] + high[c], (double)NAN);
    intervals(low, high, values, 3, 2, &plan);
    for (size_t c = 0; c < 2; c++) near(low[c] + high[c], (double)NAN);
    low[0] = high[0] = 7;
    intervals(low, high, values, 0, 1, &plan);
    near(low[0], (double)NAN);
    near(high[0], (double)NAN);
}

/* ---- which one ------------------------------------------------------------------- */

static void none_is_none(void **state)
{
    (void)state;
    static const double values[] = {0, 1, 0.5, 0.25};
    double low[2] = {1, 1}, high[2] = {1, 1};
    const rs_interval_plan plan = plan_of(RS_INTERVAL_NONE, 0.95);
    intervals(low, high, values, 2, 2, &plan);
    for (size_t c = 0; c < 2; c++) {
        near(low[c], (double)NAN);
        near(high[c], (double)NAN);
    }
}

static void resamples_are_as_planned(void **state)
{
    (void)state;
    static const double values[] = {0, 1, 0.25, 1, 1, 0, 0.5, 1, 1, 1};
    for (int bca = 0; bca < 2; bca++) {
        double low, high, want_low, want_high;
        recsys_error err = RECSYS_ERROR_INIT;
        const rs_interval_plan plan = {bca ? RS_INTERVAL_BCA : RS_INTERVAL_PERCENTILE, 500, 0.8,
                                       9};
        intervals(&low, &high, values, 10, 1, &plan);
        assert_ok(drawn_interval(&want_low, &want_high, runtime, values, 10, 500, 9, 0.8,
                                 bca ? RS_BY_BCA : RS_BY_PERCENTILE, &err),
                  &err);
        near(low, want_low);
        near(high, want_high);
        assert_true(low < 0.675 && 0.675 < high);
    }
}

/* 2^28 draws are the most that auto makes. */
static void auto_settles(void **state)
{
    (void)state;
    static const struct {
        size_t replicates, users;
        rs_interval_kind want;
    } cases[] = {
        {10000, 0, RS_INTERVAL_BCA},
        {10000, 26843, RS_INTERVAL_BCA}, /* 2^28 = 268,435,456 */
        {10000, 26844, RS_INTERVAL_NORMAL},
        {1 << 8, 1 << 20, RS_INTERVAL_BCA},
        {1 << 8, (1 << 20) + 1, RS_INTERVAL_NORMAL},
        {1000000, 268, RS_INTERVAL_BCA},
        {1000000, 269, RS_INTERVAL_NORMAL},
        {100, SIZE_MAX, RS_INTERVAL_NORMAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_interval_plan plan = {RS_INTERVAL_AUTO, cases[i].replicates, 0.9, 3};
        plan = rs_interval_settle(plan, cases[i].users);
        assert_int_equal(plan.kind, cases[i].want);
        assert_int_equal(plan.replicates, cases[i].replicates);
        assert_near(plan.confidence, 0.9, 0);
        assert_int_equal(plan.seed, 3);
    }
}

static void what_was_chosen_stays(void **state)
{
    (void)state;
    static const rs_interval_kind kinds[] = {RS_INTERVAL_BCA, RS_INTERVAL_PERCENTILE,
                                             RS_INTERVAL_NORMAL, RS_INTERVAL_NONE};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(rs_interval_settle(plan_of(kinds[i], 0.5), 1).kind, kinds[i]);
        assert_int_equal(rs_interval_settle(plan_of(kinds[i], 0.5), SIZE_MAX).kind, kinds[i]);
        assert_int_equal(rs_interval_draws(kinds[i]), i < 2);
    }
}

/* ---- from the config ------------------------------------------------------------- */

static void the_config_plans(void **state)
{
    (void)state;
    static const char *const words[] = {"auto", "bca", "percentile", "normal", "none"};
    static const rs_interval_kind kinds[] = {RS_INTERVAL_AUTO, RS_INTERVAL_BCA,
                                             RS_INTERVAL_PERCENTILE, RS_INTERVAL_NORMAL,
                                             RS_INTERVAL_NONE};
    recsys_error err = RECSYS_ERROR_INIT;
    rs_interval_plan plan = rs_interval_plan_from(NULL);
    assert_int_equal(plan.kind, RS_INTERVAL_AUTO);
    assert_int_equal(plan.replicates, 10000);
    assert_near(plan.confidence, 0.95, 0);
    assert_int_equal(plan.seed, 1);
    recsys_config *config = config_with("evaluation.replicates", "123", "evaluation.confidence",
                                        "0.75", "evaluation.seed", "77");
    for (size_t i = 0; i < 5; i++) {
        assert_ok(recsys_config_set(config, "evaluation.interval", words[i], &err), &err);
        plan = rs_interval_plan_from(config);
        assert_int_equal(plan.kind, kinds[i]);
        assert_string_equal(rs_interval_name(plan.kind), words[i]);
        assert_int_equal(plan.replicates, 123);
        assert_near(plan.confidence, 0.75, 0);
        assert_int_equal(plan.seed, 77);
    }
    recsys_config_destroy(config);
}

/* ---- of a report ----------------------------------------------------------------- */

/* Two users with a precision of 1 and 0 at K = 1. */
static void a_report_has_them(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.interval", "normal", "evaluation.k", "1",
                                        NULL};
    static const run_case c = {.run = "user,movie,rank\na,1,1\nb,2,1\n",
                               .judgements = "user,movie\na,1\nb,1\n"};
    double value;
    recsys_interval interval = RECSYS_INTERVAL_INIT;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
    assert_ok(recsys_report_metric(report, "precision", 0, &value, &interval, &err), &err);
    near(value, 0.5);
    near(interval.low, 0.5 - 1.959963984540054 / 2);
    near(interval.high, 0.5 + 1.959963984540054 / 2);
    near(interval.confidence, 0.95);
    assert_ok(recsys_report_metric(report, "diversity", 0, &value, &interval, &err), &err);
    near(interval.low, (double)NAN);
    assert_contains(recsys_report_json(report),
                    "\"intervals\":{\"method\":\"normal\",\"confidence\":0.95,\"metrics\":{");
    recsys_report_destroy(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_scipy_says),    cmocka_unit_test(two_users),
        cmocka_unit_test(all_alike),        cmocka_unit_test(too_few_users),
        cmocka_unit_test(none_is_none),     cmocka_unit_test(resamples_are_as_planned),
        cmocka_unit_test(auto_settles),     cmocka_unit_test(what_was_chosen_stays),
        cmocka_unit_test(the_config_plans), cmocka_unit_test(a_report_has_them),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
