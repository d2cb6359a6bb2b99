/* Reports and verdicts from numbers that are put in by hand. */
#include "testing.h"

#include <math.h>

#include "base/json.h"
#include "eval/gate.h"

static recsys_report *make_report(recsys_runtime *runtime, const recsys_config *config,
                                  recsys_error *err)
{
    recsys_report *report = NULL;
    if (rs_report_make(&report, runtime, config, 5, err) != RECSYS_OK) return NULL;
    for (size_t m = 0; m < RS_METRICS; m++) {
        report->lists.cut[report->told].metrics[m] = 0.5;
        report->gate.cut[0].metrics[m] = 0.5;
    }
    report->users = report->gate.scores.users = 20;
    report->skipped = 3;
    memset(report->model_hash, 'a', RS_HASH_TEXT - 1);
    memset(report->data_hash, 'b', RS_HASH_TEXT - 1);
    return report;
}

static recsys_report *defaults(void)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = NULL;
    assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
    recsys_report *report = make_report(runtime, NULL, &err);
    assert_non_null(report);
    recsys_runtime_destroy(runtime);
    return report;
}

static recsys_config *make_config(const char *key, const char *value)
{
    recsys_config *config = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_config_create(&config, NULL, &err), &err);
    if (key != NULL) assert_ok(recsys_config_set(config, key, value, &err), &err);
    return config;
}

static recsys_verdict *judge(const recsys_report *report, const recsys_config *config)
{
    recsys_verdict *verdict = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_gate_check(&verdict, report, NULL, config, &err), &err);
    return verdict;
}

static int passes(const recsys_report *report, const recsys_config *config)
{
    recsys_verdict *verdict = judge(report, config);
    int passed = recsys_verdict_passed(verdict);
    recsys_verdict_destroy(verdict);
    return passed;
}

/* ---- rules ----------------------------------------------------------------------- */

static void a_good_report_passes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double value, bound;
    } want[] = {{"precision", 0.5, 0.01},
                {"hit_rate", 0.5, 0.10},
                {"coverage", 0.5, 0.05},
                {"users", 20, 10}};
    recsys_report *report = defaults();
    recsys_verdict *verdict = judge(report, NULL);
    assert_int_equal(recsys_verdict_passed(verdict), 1);
    assert_int_equal(recsys_verdict_rule_count(verdict), 4);
    for (size_t i = 0; i < 4; i++) {
        recsys_rule rule = RECSYS_RULE_INIT;
        assert_int_equal(recsys_verdict_rule(verdict, i, &rule), 1);
        assert_string_equal(rule.name, want[i].name);
        assert_near(rule.value, want[i].value, 0);
        assert_near(rule.bound, want[i].bound, 0);
        assert_int_equal(rule.passed, 1);
    }
    recsys_rule rule = RECSYS_RULE_INIT;
    assert_int_equal(recsys_verdict_rule(verdict, 4, &rule), 0);
    recsys_verdict_destroy(verdict);
    rs_report_free(report);
}

static void each_rule_can_fail_alone(void **state)
{
    (void)state;
    static const size_t metrics[] = {RS_METRIC_PRECISION, RS_METRIC_HIT_RATE,
                                     RS_METRIC_COVERAGE};
    static const double least[] = {0.01, 0.10, 0.05};
    recsys_report *report = defaults();
    for (size_t i = 0; i < 3; i++) {
        double *value = &report->gate.cut[0].metrics[metrics[i]];
        *value = least[i];
        assert_int_equal(passes(report, NULL), 1);
        *value = nextafter(least[i], 0);
        assert_int_equal(passes(report, NULL), 0);
        *value = 0.5;
    }
    report->gate.scores.users = 10;
    assert_int_equal(passes(report, NULL), 1);
    report->gate.scores.users = 9;
    assert_int_equal(passes(report, NULL), 0);
    rs_report_free(report);
}

/* What a report tells at evaluation.k is not what the gate looks at. */
static void only_the_metrics_at_ten_are_judged(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = NULL;
    recsys_config *config = make_config("evaluation.k", "50");
    assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
    recsys_report *report = make_report(runtime, config, &err);
    assert_int_equal(recsys_report_k(report), 50);
    assert_int_equal(report->gate.cut[0].k, 10);
    for (size_t m = 0; m < RS_METRICS; m++) report->lists.cut[report->told].metrics[m] = 0;
    assert_int_equal(passes(report, config), 1);
    for (size_t m = 0; m < RS_METRICS; m++) {
        report->lists.cut[report->told].metrics[m] = 1;
        report->gate.cut[0].metrics[m] = 0;
    }
    assert_int_equal(passes(report, config), 0);
    assert_ok(rs_report_write(report, &err), &err);
    assert_contains(
        recsys_report_json(report),
        "\"gate_metrics\":{\"k\":10,\"precision\":0,\"hit_rate\":0,\"coverage\":0}");
    rs_report_free(report);
    recsys_config_destroy(config);
    recsys_runtime_destroy(runtime);
}

static void what_is_no_number_never_passes(void **state)
{
    (void)state;
    static const size_t metrics[] = {RS_METRIC_PRECISION, RS_METRIC_HIT_RATE,
                                     RS_METRIC_COVERAGE};
    recsys_config *config = make_config("evaluation.gate.precision", "0");
    recsys_report *report = defaults();
    for (size_t i = 0; i < 3; i++) {
        report->gate.cut[0].metrics[metrics[i]] = (double)NAN;
        assert_int_equal(passes(report, config), 0);
        report->gate.cut[0].metrics[metrics[i]] = (double)INFINITY;
        assert_int_equal(passes(report, config), 0);
        report->gate.cut[0].metrics[metrics[i]] = 0.5;
    }
    assert_int_equal(passes(report, config), 1);
    recsys_config_destroy(config);
    rs_report_free(report);
}

/* Metrics of a report that nobody finished are NaN. */
static void an_unfinished_report_never_passes(void **state)
{
    (void)state;
    recsys_runtime *runtime = NULL;
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
    assert_ok(rs_report_make(&report, runtime, NULL, 5, &err), &err);
    report->users = report->gate.scores.users = 1000;
    assert_int_equal(passes(report, NULL), 0);
    rs_report_free(report);
    recsys_runtime_destroy(runtime);
    assert_int_equal(recsys_verdict_passed(NULL), 0);
}

static void the_config_sets_the_minimum(void **state)
{
    (void)state;
    static const char *const keys[] = {"evaluation.gate.precision", "evaluation.gate.hit_rate",
                                       "evaluation.gate.coverage"};
    recsys_report *report = defaults();
    for (size_t i = 0; i < 3; i++) {
        recsys_config *config = make_config(keys[i], "0.6");
        assert_int_equal(passes(report, config), 0);
        recsys_config_destroy(config);
    }
    recsys_config *config = make_config("evaluation.gate.users", "21");
    assert_int_equal(passes(report, config), 0);
    recsys_config_destroy(config);
    rs_report_free(report);
}

/* A caller built against an older, shorter recsys_rule. */
static void no_more_is_written_than_the_struct_has(void **state)
{
    (void)state;
    recsys_report *report = defaults();
    recsys_verdict *verdict = judge(report, NULL);
    recsys_rule rule = {offsetof(recsys_rule, bound), NULL, 0, -1, 0, -1, 0, 0, NULL};
    assert_int_equal(recsys_verdict_rule(verdict, 0, &rule), 1);
    assert_string_equal(rule.name, "precision");
    assert_near(rule.bound, -1, 0);
    assert_int_equal(rule.passed, -1);
    recsys_verdict_destroy(verdict);
    rs_report_free(report);
}

/* ---- JSON ------------------------------------------------------------------------ */

static void the_verdict_says_what_was_judged(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = NULL;
    recsys_config *config = make_config("evaluation.split", "user-random:0.2");
    assert_ok(recsys_config_set(config, "evaluation.seed", "7", &err), &err);
    assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
    recsys_report *report = make_report(runtime, config, &err);
    report->lists.cut[report->told].metrics[RS_METRIC_DIVERSITY] = (double)NAN;
    recsys_verdict *verdict = judge(report, config);
    const char *json = recsys_verdict_json(verdict);
    assert_null(rs_json_check(runtime, json, strlen(json), NULL));
    assert_contains(
        json,
        "{\"passed\":true,"
        "\"model_hash\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\","
        "\"data_hash\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\","
        "\"protocol\":{\"split\":\"user-random:0.2\",\"seed\":7,\"profile\":\"recsys\","
        "\"definition\":{},\"candidates\":\"all\",\"k\":10,"
        "\"relevance_threshold\":0.8,\"relevant_from\":4,\"users\":20,\"skipped\":3},"
        "\"metrics\":{\"precision\":0.5,\"recall\":0.5,\"f1\":0.5,\"ndcg\":0.5,"
        "\"hit_rate\":0.5,\"map\":0.5,\"mrr\":0.5,\"auc\":0.5,\"coverage\":0.5,"
        "\"diversity\":null,");
    assert_contains(recsys_verdict_json(verdict),
                    "\"rules\":[{\"name\":\"precision\",\"metric\":\"precision\",\"k\":10,"
                    "\"value\":0.5,\"low\":null,\"high\":null,"
                    "\"relation\":\">=\",\"bound\":0.01,\"passed\":true},"
                    "{\"name\":\"hit_rate\",\"metric\":\"hit_rate\",\"k\":10,\"value\":0.5,"
                    "\"low\":null,\"high\":null,"
                    "\"relation\":\">=\",\"bound\":0.1,\"passed\":true},"
                    "{\"name\":\"coverage\",\"metric\":\"coverage\",\"k\":10,\"value\":0.5,"
                    "\"low\":null,\"high\":null,"
                    "\"relation\":\">=\",\"bound\":0.05,\"passed\":true},"
                    "{\"name\":\"users\",\"value\":20,\"low\":null,\"high\":null,"
                    "\"relation\":\">=\",\"bound\":10,\"passed\":true}],"
                    "\"gate\":{\"k\":10,\"evaluation.gate.precision\":0.01,"
                    "\"evaluation.gate.hit_rate\":0.1,\"evaluation.gate.coverage\":0.05,"
                    "\"evaluation.gate.users\":10,\"evaluation.gate.rules\":\"\","
                    "\"evaluation.gate.champion.metric\":\"ndcg\","
                    "\"evaluation.gate.champion.margin\":0.02,"
                    "\"evaluation.gate.champion.confidence\":0.95,"
                    "\"evaluation.gate.champion.coverage_loss\":0.1,"
                    "\"evaluation.gate.champion.tail_loss\":0.1}}");
    recsys_verdict_destroy(verdict);
    rs_report_free(report);
    recsys_config_destroy(config);
    recsys_runtime_destroy(runtime);
}

static void the_protocol_is_what_the_config_sets(void **state)
{
    (void)state;
    static const struct {
        const char *split, *want;
    } cases[] = {{NULL, "{\"split\":null,\"seed\":null,"},
                 {"given", "{\"split\":\"given\",\"seed\":null,"},
                 {"user-random:0.5", "{\"split\":\"user-random:0.5\",\"seed\":1,"}};
    for (size_t i = 0; i < 3; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_runtime *runtime = NULL;
        const char *key = cases[i].split == NULL ? NULL : "evaluation.split";
        recsys_config *config = make_config(key, cases[i].split);
        assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
        recsys_report *report = make_report(runtime, config, &err);
        assert_ok(rs_report_write(report, &err), &err);
        assert_contains(recsys_report_json(report), cases[i].want);
        rs_report_free(report);
        recsys_config_destroy(config);
        recsys_runtime_destroy(runtime);
    }
}

static void a_metric_is_asked_by_name(void **state)
{
    (void)state;
    double value = 0;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = defaults();
    report->lists.cut[report->told].metrics[RS_METRIC_NDCG] = 0.25;
    assert_ok(recsys_report_metric(report, "ndcg", 10, &value, NULL, &err), &err);
    assert_near(value, 0.25, 0);
    assert_fails(recsys_report_metric(report, "best", 0, &value, NULL, &err),
                 RECSYS_E_NOT_FOUND, &err);
    assert_contains(
        err.text, "precision, recall, f1, ndcg, hit_rate, map, mrr, auc, coverage, diversity");
    assert_int_equal(recsys_report_metric_count(report), RS_METRICS);
    assert_string_equal(recsys_report_metric_name(report, RS_METRIC_DIVERSITY), "diversity");
    assert_null(recsys_report_metric_name(report, RS_METRICS));
    rs_report_free(report);
}

/* ---- threshold ------------------------------------------------------------------- */

static void the_threshold_is_a_share_of_the_scale(void **state)
{
    (void)state;
    recsys_report *report = defaults();
    assert_near(report->threshold, 4, 0);
    assert_int_equal(rs_report_relevant(report, 4), 1);
    assert_int_equal(rs_report_relevant(report, 3.5f), 0);
    /* In doubles 0.7 * 3 is not what the float 2.1 is. */
    report->threshold = 0.7 * 3;
    assert_int_equal(rs_report_relevant(report, 2.1f), 1);
    rs_report_free(report);
}

/* ---- memory ---------------------------------------------------------------------- */

static recsys_status report_and_judge(recsys_runtime *runtime, void *config, recsys_error *err)
{
    recsys_verdict *verdict = NULL;
    recsys_report *report = make_report(runtime, config, err);
    if (report == NULL) return RECSYS_E_NO_MEMORY;
    recsys_status status = rs_report_write(report, err);
    if (status == RECSYS_OK) status = recsys_gate_check(&verdict, report, NULL, config, err);
    assert_int_equal(verdict != NULL, status == RECSYS_OK);
    recsys_verdict_destroy(verdict);
    rs_report_free(report);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    recsys_config *config = make_config("evaluation.split", "user-random:0.2");
    assert_true(test_each_allocation(report_and_judge, config, 1, 1) > 5);
    recsys_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_report_passes),
        cmocka_unit_test(each_rule_can_fail_alone),
        cmocka_unit_test(only_the_metrics_at_ten_are_judged),
        cmocka_unit_test(what_is_no_number_never_passes),
        cmocka_unit_test(an_unfinished_report_never_passes),
        cmocka_unit_test(the_config_sets_the_minimum),
        cmocka_unit_test(no_more_is_written_than_the_struct_has),
        cmocka_unit_test(the_verdict_says_what_was_judged),
        cmocka_unit_test(the_protocol_is_what_the_config_sets),
        cmocka_unit_test(a_metric_is_asked_by_name),
        cmocka_unit_test(the_threshold_is_a_share_of_the_scale),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
