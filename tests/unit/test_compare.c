/* recsys_compare: against tests/oracle/compare.py through the fixture that
 * make_compare_fixture.py wrote, and by hand. */
#include "evaluations_testing.h"
#include "intervals_testing.h"
#include "reports_testing.h"

#include "base/json.h"
#include "eval/holm.h"
#include "eval/metrics.h"

static recsys_difference at(const recsys_comparison *comparison, size_t i)
{
    recsys_difference d = RECSYS_DIFFERENCE_INIT;
    assert_int_equal(recsys_comparison_at(comparison, i, &d), 1);
    return d;
}

/* ---- against the oracle ---------------------------------------------------------- */

enum { MOST_REPORTS = 16, MOST_USERS = 16 };

typedef struct fixture {
    size_t systems, runs;
    char confidence[32];
    test_user users[MOST_REPORTS][MOST_USERS];
    size_t count[MOST_REPORTS];
} fixture;

static int read_reports(FILE *file, fixture *f)
{
    if (fscanf(file, " case %zu %zu %31s", &f->systems, &f->runs, f->confidence) != 3) return 0;
    assert_true(f->systems * f->runs <= MOST_REPORTS);
    for (size_t r = 0; r < f->systems * f->runs; r++) {
        assert_int_equal(fscanf(file, " report %zu", &f->count[r]), 1);
        assert_true(f->count[r] <= MOST_USERS);
        for (size_t i = 0; i < f->count[r]; i++) {
            test_user *user = &f->users[r][i];
            assert_int_equal(fscanf(file, "%15s", user->id), 1);
            for (size_t m = 0; m < RS_USER_METRICS; m++)
                assert_int_equal(fscanf(file, "%lf", &user->value[m]), 1);
        }
    }
    return 1;
}

static void read_first(fixture *f)
{
    FILE *file = fopen("tests/data/compare.txt", "r");
    assert_non_null(file);
    assert_int_equal(read_reports(file, f), 1);
    fclose(file);
}

static recsys_comparison *compare_as(const fixture *f, const char *interval)
{
    recsys_comparison *comparison = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *reports[MOST_REPORTS];
    recsys_config *config =
        config_with("evaluation.interval", interval, "evaluation.confidence", f->confidence);
    for (size_t r = 0; r < f->systems * f->runs; r++)
        reports[r] = report_of(config, f->users[r], f->count[r]);
    assert_ok(recsys_compare(&comparison, (const recsys_report *const *)reports, f->systems,
                             f->runs, config, &err),
              &err);
    for (size_t r = 0; r < f->systems * f->runs; r++) recsys_report_destroy(reports[r]);
    recsys_config_destroy(config);
    return comparison;
}

static void check_difference(FILE *file, const recsys_difference *d)
{
    size_t system;
    char metric[32];
    double want[8];
    int significant;
    assert_int_equal(fscanf(file, "%zu %31s", &system, metric), 2);
    for (size_t i = 0; i < 8; i++) assert_int_equal(fscanf(file, "%lf", &want[i]), 1);
    assert_int_equal(fscanf(file, "%d", &significant), 1);
    assert_int_equal(d->system, system);
    assert_string_equal(d->metric, metric);
    const double got[8] = {d->value, d->baseline, d->difference, d->low,
                           d->high,  d->p,        d->p_wilcoxon, d->p_holm};
    for (size_t i = 0; i < 8; i++) near(got[i], want[i]);
    assert_int_equal(d->significant, significant);
}

static void as_the_oracle_says(void **state)
{
    (void)state;
    static fixture f;
    size_t cases = 0, significant = 0;
    FILE *file = fopen("tests/data/compare.txt", "r");
    assert_non_null(file);
    for (; read_reports(file, &f); cases++) {
        size_t users, count;
        recsys_comparison *comparison = compare_as(&f, "normal");
        assert_int_equal(fscanf(file, " users %zu %zu", &users, &count), 2);
        assert_int_equal(recsys_comparison_users(comparison), users);
        assert_int_equal(recsys_comparison_count(comparison), count);
        for (size_t i = 0; i < count; i++) {
            const recsys_difference d = at(comparison, i);
            check_difference(file, &d);
            significant += (size_t)d.significant;
        }
        recsys_difference none = RECSYS_DIFFERENCE_INIT;
        assert_int_equal(recsys_comparison_at(comparison, count, &none), 0);
        recsys_comparison_destroy(comparison);
    }
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
    assert_int_equal(cases, 9);
    assert_true(significant > 0);
}

/* Differences of a metric between two systems of one run, in the first report's order. */
static size_t gaps_of(const fixture *f, size_t system, size_t metric, double *gaps)
{
    size_t count = 0;
    for (size_t i = 0; i < f->count[0]; i++) {
        for (size_t j = 0; j < f->count[system]; j++) {
            double gap = f->users[system][j].value[metric] - f->users[0][i].value[metric];
            if (strcmp(f->users[0][i].id, f->users[system][j].id) == 0 && !isnan(gap))
                gaps[count++] = gap;
        }
    }
    return count;
}

/* Each interval is that of the bootstrap over the differences of its metric alone. */
static void intervals_are_drawn_over_the_differences(void **state)
{
    (void)state;
    static const char *const kinds[] = {"auto", "bca", "percentile"};
    static fixture f;
    read_first(&f);
    for (size_t kind = 0; kind < 3; kind++) {
        const rs_interval_method method = kind < 2 ? RS_BY_BCA : RS_BY_PERCENTILE;
        recsys_comparison *comparison = compare_as(&f, kinds[kind]);
        for (size_t i = 0; i < recsys_comparison_count(comparison); i++) {
            double gaps[MOST_USERS], low, high;
            recsys_error err = RECSYS_ERROR_INIT;
            recsys_difference d = at(comparison, i);
            size_t count = gaps_of(&f, d.system, rs_metric_find(d.metric), gaps);
            assert_int_equal(count, 9);
            assert_ok(
                drawn_interval(&low, &high, runtime, gaps, count, 10000, 1, 0.95, method, &err),
                &err);
            near(d.low, low);
            near(d.high, high);
            assert_true(d.low < d.difference && d.difference < d.high);
        }
        assert_contains(recsys_comparison_json(comparison),
                        kind < 2 ? "\"method\":\"bca\"" : "\"method\":\"percentile\"");
        recsys_comparison_destroy(comparison);
    }
}

static void no_interval_where_none_is_wanted(void **state)
{
    (void)state;
    static fixture f;
    read_first(&f);
    recsys_comparison *comparison = compare_as(&f, "none");
    near(at(comparison, 0).low, (double)NAN);
    near(at(comparison, 0).high, (double)NAN);
    near(at(comparison, 0).p, 0.046875);
    assert_contains(recsys_comparison_json(comparison), "\"low\":null,\"high\":null,\"p\":");
    recsys_comparison_destroy(comparison);
}

/* ---- by hand --------------------------------------------------------------------- */

static recsys_comparison *compare_two(const recsys_report *first, const recsys_report *second,
                                      const recsys_config *config)
{
    const recsys_report *const both[2] = {first, second};
    recsys_comparison *comparison = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_compare(&comparison, both, 2, 1, config, &err), &err);
    return comparison;
}

/* Whatever the interval: twenty users, so that signs are drawn. */
static void a_system_is_no_better_than_itself(void **state)
{
    (void)state;
    static const char *const kinds[] = {"bca", "percentile", "normal"};
    test_user users[20];
    test_users(users, 20, 0.1, 0.03);
    for (size_t kind = 0; kind < 3; kind++) {
        recsys_config *config = config_with("evaluation.interval", kinds[kind]);
        recsys_report *report = report_of(config, users, 20);
        recsys_comparison *comparison = compare_two(report, report, config);
        assert_int_equal(recsys_comparison_users(comparison), 20);
        assert_int_equal(recsys_comparison_count(comparison), RS_USER_METRICS);
        for (size_t i = 0; i < RS_USER_METRICS; i++) {
            recsys_difference d = at(comparison, i);
            near(d.value, 0.385);
            near(d.baseline, 0.385);
            assert_true(d.difference == 0 && d.low == 0 && d.high == 0);
            assert_true(d.p == 1 && d.p_wilcoxon == 1 && d.p_holm == 1);
            assert_int_equal(d.significant, 0);
        }
        recsys_comparison_destroy(comparison);
        recsys_report_destroy(report);
        recsys_config_destroy(config);
    }
}

/* Twelve users each 0.5 better: 2 of 2^12 sign vectors, times the 8 metrics. p below .05 is
 * significant; evaluation.confidence decides. */
static void what_is_significant_is_up_to_the_config(void **state)
{
    (void)state;
    static const char *const confidences[] = {"0.95", "0.999"};
    test_user first[12], second[12];
    test_users(first, 12, 0.1, 0.01);
    test_users(second, 12, 0.6, 0.01);
    for (size_t i = 0; i < 2; i++) {
        recsys_config *config = config_with("evaluation.confidence", confidences[i]);
        recsys_report *a = report_of(config, first, 12), *b = report_of(config, second, 12);
        recsys_comparison *comparison = compare_two(a, b, config);
        recsys_difference d = at(comparison, 0);
        near(d.difference, 0.5);
        near(d.p, 2.0 / 4096);
        near(d.p_holm, 16.0 / 4096);
        assert_int_equal(d.significant, i == 0);
        recsys_comparison_destroy(comparison);
        recsys_report_destroy(a);
        recsys_report_destroy(b);
        recsys_config_destroy(config);
    }
}

/* Two users in two runs; "b" is only in the first run of the other system. */
static void a_run_counts_for_those_whom_all_have_there(void **state)
{
    (void)state;
    const test_user runs[4][2] = {
        {{"a", {0.25, NAN, NAN, NAN, NAN, NAN, NAN, NAN}},
         {"b", {1, NAN, NAN, NAN, NAN, NAN, NAN, NAN}}},
        {{"a", {0.75, NAN, NAN, NAN, NAN, NAN, NAN, NAN}},
         {"b", {0, NAN, NAN, NAN, NAN, NAN, NAN, NAN}}},
        {{"b", {0.5, NAN, NAN, NAN, NAN, NAN, NAN, NAN}},
         {"a", {1, NAN, NAN, NAN, NAN, NAN, NAN, NAN}}},
        {{"a", {0.5, NAN, NAN, NAN, NAN, NAN, NAN, NAN}},
         {"c", {1, NAN, NAN, NAN, NAN, NAN, NAN, NAN}}},
    };
    recsys_report *reports[4];
    recsys_comparison *comparison = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    for (size_t r = 0; r < 4; r++) reports[r] = report_of(NULL, runs[r], 2);
    assert_ok(
        recsys_compare(&comparison, (const recsys_report *const *)reports, 2, 2, NULL, &err),
        &err);
    assert_int_equal(recsys_comparison_users(comparison), 2);
    assert_int_equal(recsys_comparison_count(comparison), 1);
    /* a: (1 + .5) / 2 beside (.25 + .75) / 2; b: .5 beside 1, of the first run alone. */
    near(at(comparison, 0).value, (0.75 + 0.5) / 2);
    near(at(comparison, 0).baseline, (0.5 + 1) / 2);
    near(at(comparison, 0).difference, -0.125);
    recsys_comparison_destroy(comparison);
    for (size_t r = 0; r < 4; r++) recsys_report_destroy(reports[r]);
}

/* ---- what cannot be compared ----------------------------------------------------- */

static void refuse(const recsys_report *const *reports, size_t systems, size_t runs,
                   recsys_status wanted, const char *text)
{
    recsys_comparison *comparison = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_fails(recsys_compare(&comparison, reports, systems, runs, NULL, &err), wanted, &err);
    assert_contains(err.text, text);
    assert_null(comparison);
}

static void one_system_is_not_enough(void **state)
{
    (void)state;
    test_user users[2];
    test_users(users, 2, 0.5, 0);
    recsys_report *report = report_of(NULL, users, 2);
    const recsys_report *const reports[3] = {report, report, NULL};
    refuse(reports, 1, 2, RECSYS_E_INVALID, "1 systems of 2 runs, expected 2 or more");
    refuse(reports, 2, 0, RECSYS_E_INVALID, "2 systems of 0 runs");
    refuse(reports, SIZE_MAX / 2, 3, RECSYS_E_INVALID, "systems of 3 runs");
    refuse(reports, 3, 1, RECSYS_E_INVALID, "report 2 is NULL");
    recsys_report_destroy(report);
}

static void nobody_in_common(void **state)
{
    (void)state;
    test_user users[4];
    test_users(users, 4, 0.5, 0);
    recsys_report *first = report_of(NULL, users, 2), *second = report_of(NULL, users + 2, 2);
    recsys_report *empty = report_of(NULL, users, 0);
    refuse((const recsys_report *const[]){first, second}, 2, 1, RECSYS_E_EMPTY,
           "no user is in the reports of all 2 systems");
    refuse((const recsys_report *const[]){first, empty}, 2, 1, RECSYS_E_EMPTY, "no user");
    refuse((const recsys_report *const[]){empty, empty}, 2, 1, RECSYS_E_EMPTY, "no user");
    recsys_report_destroy(first);
    recsys_report_destroy(second);
    recsys_report_destroy(empty);
}

/* Two users whom both have, but never with the same metric. */
static void nothing_known_in_common(void **state)
{
    (void)state;
    test_user first[1], second[1];
    test_users(first, 1, 0.5, 0);
    test_users(second, 1, 0.5, 0);
    for (size_t m = 0; m < RS_USER_METRICS; m++)
        (m % 2 == 0 ? first : second)->value[m] = (double)NAN;
    recsys_report *a = report_of(NULL, first, 1), *b = report_of(NULL, second, 1);
    refuse((const recsys_report *const[]){a, b}, 2, 1, RECSYS_E_EMPTY, "no user");
    recsys_report_destroy(a);
    recsys_report_destroy(b);
}

static void reports_must_be_of_the_same_protocol(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *text;
    } cases[] = {
        {"evaluation.k", "5", "a report at K = 5 beside one at K = 10"},
        {"evaluation.profile", "trec", "a report of the profile trec beside one of recsys"},
        {"evaluation.definition.gain", "linear",
         "the profile recsys with {\"gain\":\"linear\"} beside one of recsys"},
        {"evaluation.relevance_threshold", "0.7", "relevant from 3.5 beside one with 4"},
    };
    test_user users[2];
    test_users(users, 2, 0.5, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        recsys_config *config = config_with(cases[i].key, cases[i].value);
        recsys_report *report = report_of(NULL, users, 2), *other = report_of(config, users, 2);
        refuse((const recsys_report *const[]){report, other}, 2, 1, RECSYS_E_INVALID,
               cases[i].text);
        refuse((const recsys_report *const[]){report, report, report, other}, 2, 2,
               RECSYS_E_INVALID, cases[i].text);
        recsys_report_destroy(report);
        recsys_report_destroy(other);
        recsys_config_destroy(config);
    }
}

/* The same run of two systems must be of one test; runs may be of several. */
static void reports_must_be_of_the_same_test(void **state)
{
    (void)state;
    test_user users[2];
    recsys_report *r[4];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_comparison *comparison = NULL;
    test_users(users, 2, 0.5, 0);
    for (size_t i = 0; i < 4; i++) {
        r[i] = report_of(NULL, users, 2);
        memset(r[i]->data_hash, i % 2 == 0 ? 'a' : 'b', RS_HASH_TEXT - 1);
    }
    assert_ok(recsys_compare(&comparison, (const recsys_report *const *)r, 2, 2, NULL, &err),
              &err);
    recsys_comparison_destroy(comparison);
    refuse((const recsys_report *const *)r, 4, 1, RECSYS_E_INVALID,
           "reports 0 and 1 are of different test ratings");
    for (size_t i = 0; i < 4; i++) recsys_report_destroy(r[i]);
}

/* ---- of real reports ------------------------------------------------------------- */

/* The fixture's run beside itself turned round: means of what recsys_report_user_metric says,
 * over the users of both. */
static recsys_report *score(const char *run, const recsys_config *config)
{
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_evaluate_run(&report, runtime, run, "tests/profiles/fixture/qrels.trec",
                                  NULL, NULL, config, &err),
              &err);
    return report;
}

static void check_means(const recsys_report *first, const recsys_report *second,
                        const recsys_difference *d)
{
    double sum[2] = {0, 0};
    size_t count = 0;
    for (size_t i = 0; recsys_report_user(first, i) != NULL; i++) {
        for (size_t j = 0; recsys_report_user(second, j) != NULL; j++) {
            if (strcmp(recsys_report_user(first, i), recsys_report_user(second, j)) != 0)
                continue;
            sum[0] += user_metric(first, i, d->metric);
            sum[1] += user_metric(second, j, d->metric);
            count++;
        }
    }
    near(d->baseline, sum[0] / (double)count);
    near(d->value, sum[1] / (double)count);
    near(d->difference, sum[1] / (double)count - sum[0] / (double)count);
}

static void means_of_real_reports(void **state)
{
    (void)state;
    recsys_config *config = config_with("evaluation.k", "5", "evaluation.cutoffs", "1,3,20");
    recsys_report *first = score("tests/profiles/fixture/run.trec", config);
    recsys_report *second = score("tests/profiles/fixture/run.tsv", config);
    recsys_comparison *comparison = compare_two(first, second, config);
    assert_int_equal(recsys_comparison_users(comparison), recsys_report_users(first));
    for (size_t i = 0; i < recsys_comparison_count(comparison); i++) {
        recsys_difference d = at(comparison, i);
        check_means(first, second, &d);
    }
    recsys_comparison_destroy(comparison);
    recsys_report_destroy(first);
    recsys_report_destroy(second);
    recsys_config_destroy(config);
}

/* ---- JSON, threads, memory ------------------------------------------------------- */

static void the_json_says_it_all(void **state)
{
    (void)state;
    test_user first[2] = {{"a", {0.5, NAN, NAN, NAN, NAN, NAN, NAN, NAN}},
                          {"b", {0.25, NAN, NAN, NAN, NAN, NAN, NAN, NAN}}};
    test_user second[2] = {{"b", {0.5, NAN, NAN, NAN, NAN, NAN, NAN, NAN}},
                           {"a", {0.75, NAN, NAN, NAN, NAN, NAN, NAN, NAN}}};
    recsys_config *config =
        config_with("evaluation.interval", "percentile", "evaluation.k", "3");
    recsys_report *a = report_of(config, first, 2), *b = report_of(config, second, 2);
    recsys_comparison *comparison = compare_two(a, b, config);
    const char *json = recsys_comparison_json(comparison);
    assert_null(rs_json_check(runtime, json, strlen(json), NULL));
    /* Both are .25 better: 2 of 4 sign vectors, of the differences as of their ranks. */
    char want[512], p[32];
    rs_format_real(p, at(comparison, 0).p_wilcoxon);
    near(at(comparison, 0).p_wilcoxon, 0.5);
    snprintf(want, sizeof want,
             "{\"users\":2,\"confidence\":0.95,\"method\":\"percentile\",\"replicates\":10000,"
             "\"correction\":\"holm\",\"differences\":[{\"system\":1,\"metric\":\"precision\","
             "\"k\":3,\"value\":0.625,\"baseline\":0.375,\"difference\":0.25,\"low\":0.25,"
             "\"high\":0.25,\"p\":0.5,\"p_wilcoxon\":%s,\"p_holm\":0.5,"
             "\"significant\":false}]}",
             p);
    assert_string_equal(json, want);
    recsys_comparison_destroy(comparison);
    recsys_report_destroy(a);
    recsys_report_destroy(b);
    recsys_config_destroy(config);
}

/* Enough users for signs to be drawn, by several tasks. */
static char *compare_on(size_t threads)
{
    enum { USERS = 60 };
    static test_user first[USERS], second[USERS];
    test_heap heap = {0};
    uint64_t random = 7;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_comparison *comparison = NULL;
    recsys_report *reports[2] = {NULL, NULL};
    recsys_runtime *own = test_runtime(&heap, threads);
    test_users(first, USERS, 0.2, 0.001);
    test_users(second, USERS, 0.2, 0.001);
    for (size_t i = 0; i < USERS; i++)
        for (size_t m = 0; m < RS_USER_METRICS; m++)
            second[i].value[m] += (double)test_below(&random, 100) / 300 - 0.1;
    assert_ok(test_report(&reports[0], own, NULL, first, USERS, &err), &err);
    assert_ok(test_report(&reports[1], own, NULL, second, USERS, &err), &err);
    assert_ok(
        recsys_compare(&comparison, (const recsys_report *const *)reports, 2, 1, NULL, &err),
        &err);
    char *json = strdup(recsys_comparison_json(comparison));
    assert_non_null(json);
    recsys_comparison_destroy(comparison);
    recsys_report_destroy(reports[0]);
    recsys_report_destroy(reports[1]);
    recsys_runtime_destroy(own);
    assert_int_equal(atomic_load(&heap.live), 0);
    return json;
}

static void threads_do_not_show(void **state)
{
    (void)state;
    char *one = compare_on(1), *two = compare_on(2), *seven = compare_on(7);
    assert_string_equal(one, two);
    assert_string_equal(one, seven);
    free(one);
    free(two);
    free(seven);
}

static recsys_status make_and_compare(recsys_runtime *own, void *config, recsys_error *err)
{
    test_user users[20];
    recsys_report *reports[2] = {NULL, NULL};
    recsys_comparison *comparison = NULL;
    recsys_status status;
    test_users(users, 20, 0.1, 0.02);
    RS_TRY(test_report(&reports[0], own, config, users, 20, err));
    users[3].value[0] = 1;
    RS_TRY(test_report(&reports[1], own, config, users, 20, err));
    status =
        recsys_compare(&comparison, (const recsys_report *const *)reports, 2, 1, config, err);
    assert_int_equal(comparison != NULL, status == RECSYS_OK);
out:
    recsys_comparison_destroy(comparison);
    recsys_report_destroy(reports[0]);
    recsys_report_destroy(reports[1]);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    recsys_config *config = config_with("evaluation.replicates", "100");
    assert_true(test_each_allocation(make_and_compare, config, 1, 1) > 30);
    recsys_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_oracle_says),
        cmocka_unit_test(intervals_are_drawn_over_the_differences),
        cmocka_unit_test(no_interval_where_none_is_wanted),
        cmocka_unit_test(a_system_is_no_better_than_itself),
        cmocka_unit_test(what_is_significant_is_up_to_the_config),
        cmocka_unit_test(a_run_counts_for_those_whom_all_have_there),
        cmocka_unit_test(one_system_is_not_enough),
        cmocka_unit_test(nobody_in_common),
        cmocka_unit_test(nothing_known_in_common),
        cmocka_unit_test(reports_must_be_of_the_same_protocol),
        cmocka_unit_test(reports_must_be_of_the_same_test),
        cmocka_unit_test(means_of_real_reports),
        cmocka_unit_test(the_json_says_it_all),
        cmocka_unit_test(threads_do_not_show),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
