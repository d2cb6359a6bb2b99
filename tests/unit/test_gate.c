/* Reports and verdicts from numbers that are put in by hand. */
#include "evaluations_testing.h"
#include "runtime_testing.h"
#include "verdicts_testing.h"

#include "base/json.h"
#include "eval/gate.h"

static recsys_report *make_report(recsys_runtime *in, const recsys_config *config,
                                  recsys_error *err)
{
    recsys_report *report = NULL;
    if (rs_report_make(&report, in, config, 5, err) != RECSYS_OK) return NULL;
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

static recsys_report *made_with(const recsys_config *config)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = make_report(runtime, config, &err);
    assert_non_null(report);
    return report;
}

static recsys_report *defaults(void)
{
    return made_with(NULL);
}

static int passes(const recsys_report *report, const recsys_config *config)
{
    recsys_verdict *verdict = judge(report, NULL, config);
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
    recsys_verdict *verdict = judge(report, NULL, NULL);
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
    recsys_config *config = config_with("evaluation.k", "50");
    recsys_report *report = made_with(config);
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
}

static void what_is_no_number_never_passes(void **state)
{
    (void)state;
    static const size_t metrics[] = {RS_METRIC_PRECISION, RS_METRIC_HIT_RATE,
                                     RS_METRIC_COVERAGE};
    recsys_config *config = config_with("evaluation.gate.precision", "0");
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
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(rs_report_make(&report, runtime, NULL, 5, &err), &err);
    report->users = report->gate.scores.users = 1000;
    assert_int_equal(passes(report, NULL), 0);
    rs_report_free(report);
    assert_int_equal(recsys_verdict_passed(NULL), 0);
}

static void the_config_sets_the_minimum(void **state)
{
    (void)state;
    static const char *const keys[] = {"evaluation.gate.precision", "evaluation.gate.hit_rate",
                                       "evaluation.gate.coverage"};
    recsys_report *report = defaults();
    for (size_t i = 0; i < 3; i++) {
        recsys_config *config = config_with(keys[i], "0.6");
        assert_int_equal(passes(report, config), 0);
        recsys_config_destroy(config);
    }
    recsys_config *config = config_with("evaluation.gate.users", "21");
    assert_int_equal(passes(report, config), 0);
    recsys_config_destroy(config);
    rs_report_free(report);
}

/* A caller built against an older, shorter recsys_rule. */
static void no_more_is_written_than_the_struct_has(void **state)
{
    (void)state;
    recsys_report *report = defaults();
    recsys_verdict *verdict = judge(report, NULL, NULL);
    recsys_rule rule = {offsetof(recsys_rule, bound), NULL, 0, -1, 0, -1, 0, 0, NULL};
    assert_int_equal(recsys_verdict_rule(verdict, 0, &rule), 1);
    assert_string_equal(rule.name, "precision");
    assert_near(rule.bound, -1, 0);
    assert_int_equal(rule.passed, -1);
    recsys_verdict_destroy(verdict);
    rs_report_free(report);
}

/* ---- evaluation.gate.rules ------------------------------------------------------- */

enum { OWN = 4 };

static double *gate_value(recsys_report *report, size_t k, size_t metric)
{
    size_t cut = rs_report_gate_cut(report, k);
    assert_true(cut < report->gate.cuts);
    return &report->gate.cut[cut].metrics[metric];
}

static void rules_come_behind_the_own_ones(void **state)
{
    (void)state;
    recsys_config *config =
        config_with("evaluation.gate.rules", "recall@20 >= 0.25, gini@5 <= 0.75, ndcg >= 0.4");
    recsys_report *report = made_with(config);
    assert_int_equal(report->gate.cuts, 3);
    *gate_value(report, 20, RS_METRIC_RECALL) = 0.3;
    report->gate.cut[2].low[RS_METRIC_RECALL] = 0.2;
    report->gate.cut[2].high[RS_METRIC_RECALL] = 0.4;
    *gate_value(report, 5, RS_METRIC_GINI) = 0.7;
    for (size_t m = 0; m < RS_METRICS; m++) *gate_value(report, 10, m) = 0.6;
    recsys_verdict *verdict = judge(report, NULL, config);
    static const recsys_rule want[] = {
        {sizeof want[0], "recall@20", 0.3, 0.25, 0, 1, 0.2, 0.4, NULL},
        {sizeof want[0], "gini@5", 0.7, 0.75, 1, 1, NAN, NAN, NULL},
        {sizeof want[0], "ndcg@10", 0.6, 0.4, 0, 1, NAN, NAN, NULL}};
    assert_int_equal(recsys_verdict_rule_count(verdict), OWN + 3);
    assert_int_equal(recsys_verdict_passed(verdict), 1);
    for (size_t i = 0; i < 3; i++) {
        recsys_rule rule = rule_at(verdict, OWN + i);
        assert_string_equal(rule.name, want[i].name);
        assert_near(rule.value, want[i].value, 0);
        assert_near(rule.bound, want[i].bound, 0);
        assert_int_equal(rule.at_most, want[i].at_most);
        assert_int_equal(rule.passed, 1);
        assert_null(rule.reason);
    }
    assert_near(rule_at(verdict, OWN).low, 0.2, 0);
    assert_near(rule_at(verdict, OWN).high, 0.4, 0);
    recsys_verdict_destroy(verdict);
    rs_report_free(report);
    recsys_config_destroy(config);
}

static void bounds_are_kept_to_the_last_digit(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *low_text, *high_text;
    } cases[] = {
        {"ndcg@3 >= 0.25", "ndcg@3 is 0.24999999999999997, expected at least 0.25", NULL},
        {"ndcg@3 <= 0.25", NULL, "ndcg@3 is 0.25000000000000006, expected at most 0.25"},
    };
    for (size_t i = 0; i < 2; i++) {
        recsys_config *config = config_with("evaluation.gate.rules", cases[i].rule);
        recsys_report *report = made_with(config);
        for (int side = -1; side <= 1; side++) {
            const char *reason = side < 0   ? cases[i].low_text
                                 : side > 0 ? cases[i].high_text
                                            : NULL;
            for (size_t m = 0; m < RS_METRICS; m++) *gate_value(report, 10, m) = 0.5;
            *gate_value(report, 3, RS_METRIC_NDCG) =
                side == 0 ? 0.25 : nextafter(0.25, side < 0 ? 0 : 1);
            recsys_verdict *verdict = judge(report, NULL, config);
            recsys_rule rule = rule_at(verdict, OWN);
            assert_int_equal(rule.passed, reason == NULL);
            assert_int_equal(recsys_verdict_passed(verdict), reason == NULL);
            if (reason != NULL)
                assert_string_equal(rule.reason, reason);
            else
                assert_null(rule.reason);
            recsys_verdict_destroy(verdict);
        }
        rs_report_free(report);
        recsys_config_destroy(config);
    }
}

static void reasons_are_rounded(void **state)
{
    (void)state;
    recsys_report *report = defaults();
    *gate_value(report, 10, RS_METRIC_HIT_RATE) = 1.0 / 30;
    recsys_verdict *verdict = judge(report, NULL, NULL);
    assert_null(rule_at(verdict, 0).reason);
    assert_string_equal(rule_at(verdict, 1).reason,
                        "hit_rate is 0.033333, expected at least 0.1");
    recsys_verdict_destroy(verdict);
    report->gate.scores.users = 3;
    verdict = judge(report, NULL, NULL);
    assert_string_equal(rule_at(verdict, 3).reason, "users is 3, expected at least 10");
    recsys_verdict_destroy(verdict);
    rs_report_free(report);
}

/* Not even what is below every bound. */
static void no_number_keeps_no_bound(void **state)
{
    (void)state;
    static const double values[] = {NAN, INFINITY, -INFINITY};
    static const char *const rules[] = {"gini <= 1", "gini >= 0"};
    for (size_t r = 0; r < 2; r++) {
        recsys_config *config = config_with("evaluation.gate.rules", rules[r]);
        recsys_report *report = made_with(config);
        assert_int_equal(passes(report, config), 1);
        for (size_t i = 0; i < 3; i++) {
            *gate_value(report, 10, RS_METRIC_GINI) = values[i];
            recsys_verdict *verdict = judge(report, NULL, config);
            recsys_rule rule = rule_at(verdict, OWN);
            assert_int_equal(recsys_verdict_passed(verdict), 0);
            assert_int_equal(rule.passed, 0);
            assert_string_equal(rule.reason,
                                r == 0 ? "gini@10 is not a number, expected at most 1"
                                       : "gini@10 is not a number, expected at least 0");
            recsys_verdict_destroy(verdict);
        }
        rs_report_free(report);
        recsys_config_destroy(config);
    }
}

/* A K that nobody asked for when the report was made; evaluation.cutoffs do not help. */
static void what_was_not_scored_fails(void **state)
{
    (void)state;
    static const char *const rules[] = {"ndcg@20 >= 0", "ndcg@20 <= 1"};
    recsys_config *cutoffs = config_with("evaluation.cutoffs", "20");
    recsys_report *report = made_with(cutoffs);
    for (size_t i = 0; i < 2; i++) {
        recsys_config *config = config_with("evaluation.gate.rules", rules[i]);
        recsys_verdict *verdict = judge(report, NULL, config);
        recsys_rule rule = rule_at(verdict, OWN);
        assert_int_equal(recsys_verdict_passed(verdict), 0);
        assert_int_equal(rule.passed, 0);
        assert_true(isnan(rule.value));
        assert_string_equal(rule.reason, "ndcg@20 was not scored: the report was made with "
                                         "another evaluation.gate.rules");
        const char *json = recsys_verdict_json(verdict);
        assert_null(rs_json_check(report->runtime, json, strlen(json), NULL));
        assert_contains(json, "{\"name\":\"ndcg@20\",\"metric\":\"ndcg\",\"k\":20,"
                              "\"value\":null,\"low\":null,\"high\":null,");
        recsys_verdict_destroy(verdict);
        recsys_config_destroy(config);
    }
    rs_report_free(report);
    recsys_config_destroy(cutoffs);
}

static void rules_that_cannot_be_read(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_verdict *verdict = NULL;
    recsys_config *config = config_with("evaluation.gate.rules", "ndcg");
    recsys_report *report = defaults();
    assert_fails(recsys_gate_check(&verdict, report, NULL, config, &err), RECSYS_E_CONFIG,
                 &err);
    assert_contains(err.text, "evaluation.gate.rules: \"ndcg\": has neither >= nor <=");
    assert_null(verdict);
    rs_report_free(report);
    recsys_config_destroy(config);
}

/* ---- by the library's own definitions -------------------------------------------- */

/* Grades 1 and 2 are relevant, c has none; b has no list. */
static recsys_report *score_lists(recsys_config *config)
{
    static const run_case c = {
        .run = "user,movie,rank\na,9,1\na,1,2\na,3,3\nc,9,1\nd,4,1\nd,9,2\n",
        .judgements = "user,movie,grade\na,1,1\na,2,2\na,3,2\nb,1,1\nc,1,0\nd,4,1\n"};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_texts(&report, &c, config, &err), &err);
    return report;
}

/* By hand, of a, b and d: c is skipped. At 2: precision (1 + 0 + 1) / 2 / 3; NDCG of a is
 * (1 / log2 3) / (1 + 1 / log2 3). */
static void check_own(const recsys_verdict *verdict)
{
    double second = 1 / log2(3), ideal = 1 + second;
    assert_near(rule_at(verdict, 0).value, (2.0 / 10 + 1.0 / 10) / 3, 1e-15);
    assert_near(rule_at(verdict, 1).value, 2.0 / 3, 1e-15);
    assert_near(rule_at(verdict, 3).value, 3, 0);
    assert_near(rule_at(verdict, OWN).value, (1.0 / 2 + 1.0 / 2) / 3, 1e-15);
    assert_near(rule_at(verdict, OWN + 1).value, (second / ideal + 1) / 3, 1e-15);
    assert_near(rule_at(verdict, OWN + 2).value, ((1.0 / 2 + 2.0 / 3) / 3 + 1) / 3, 1e-15);
}

static void nothing_lowers_or_raises_the_bar(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"evaluation.k", "10"},
        {"evaluation.k", "1"},
        {"evaluation.cutoffs", "1,2,3"},
        {"evaluation.profile", "trec"},
        {"evaluation.profile", "lenskit"},
        {"evaluation.profile", "dacrema"},
        {"evaluation.definition.gain", "exp2"},
        {"evaluation.definition.users", "listed"},
        {"evaluation.definition.precision_of", "list"},
        {"evaluation.definition.no_relevant", "zero"},
        {"evaluation.definition.map", "mean_precision"},
        {"evaluation.definition.hit_rate", "count"},
        {"evaluation.definition.coverage_of", "count"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_config *config =
            config_with("evaluation.gate.rules", "precision@2 >= 0, ndcg@2 >= 0, map >= 0");
        assert_ok(recsys_config_set(config, cases[i][0], cases[i][1], &err), &err);
        recsys_report *report = score_lists(config);
        recsys_verdict *verdict = judge(report, NULL, config);
        check_own(verdict);
        assert_true(isnan(rule_at(verdict, 2).value)); /* no catalogue: no coverage */
        recsys_verdict_destroy(verdict);
        recsys_report_destroy(report);
        recsys_config_destroy(config);
    }
}

/* ---- JSON ------------------------------------------------------------------------ */

static void the_verdict_says_what_was_judged(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = config_with("evaluation.split", "user-random:0.2");
    assert_ok(recsys_config_set(config, "evaluation.seed", "7", &err), &err);
    recsys_report *report = made_with(config);
    report->lists.cut[report->told].metrics[RS_METRIC_DIVERSITY] = (double)NAN;
    recsys_verdict *verdict = judge(report, NULL, config);
    const char *json = recsys_verdict_json(verdict);
    assert_null(rs_json_check(runtime, json, strlen(json), NULL));
    assert_contains(
        json,
        "{\"passed\":true,"
        "\"model_hash\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\","
        "\"data_hash\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\","
        "\"protocol\":{\"split\":\"user-random:0.2\",\"seed\":7,\"profile\":\"recsys\","
        "\"numbers_of\":\"librecsys\",\"verified\":true,"
        "\"definition\":{},\"candidates\":\"all\",\"seen_mask\":\"train\",\"k\":10,"
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
        const char *key = cases[i].split == NULL ? NULL : "evaluation.split";
        recsys_config *config = config_with(key, cases[i].split);
        recsys_report *report = made_with(config);
        assert_ok(rs_report_write(report, &err), &err);
        assert_contains(recsys_report_json(report), cases[i].want);
        rs_report_free(report);
        recsys_config_destroy(config);
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

static recsys_status report_and_judge(recsys_runtime *in, void *config, recsys_error *err)
{
    recsys_verdict *verdict = NULL;
    recsys_report *report = make_report(in, config, err);
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
    recsys_config *config = config_with("evaluation.split", "user-random:0.2");
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
        cmocka_unit_test(rules_come_behind_the_own_ones),
        cmocka_unit_test(bounds_are_kept_to_the_last_digit),
        cmocka_unit_test(reasons_are_rounded),
        cmocka_unit_test(no_number_keeps_no_bound),
        cmocka_unit_test(what_was_not_scored_fails),
        cmocka_unit_test(rules_that_cannot_be_read),
        cmocka_unit_test(nothing_lowers_or_raises_the_bar),
        cmocka_unit_test(the_verdict_says_what_was_judged),
        cmocka_unit_test(the_protocol_is_what_the_config_sets),
        cmocka_unit_test(a_metric_is_asked_by_name),
        cmocka_unit_test(the_threshold_is_a_share_of_the_scale),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
