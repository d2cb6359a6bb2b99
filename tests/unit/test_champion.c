/* The gate beside a champion: reports whose users and values are put in by hand. */
#include "reports_testing.h"
#include "verdicts_testing.h"

#include "base/json.h"
#include "eval/compare.h"
#include "eval/gate.h"

enum { MOST = 40, RULES = 7, CHAMPION = 4, COVERAGE, TAIL };

/* All users with the same value of every metric. */
static recsys_report *make_even(size_t count, double value)
{
    test_user users[MOST];
    test_users(users, count, value, 0);
    return report_of(NULL, users, count);
}

static recsys_verdict *judge_all(const recsys_report *report, const recsys_report *champion,
                                 const recsys_config *config)
{
    recsys_verdict *verdict = judge(report, champion, config);
    assert_int_equal(recsys_verdict_rule_count(verdict), RULES);
    return verdict;
}

/* The rule fails alone, for this reason; NULL: all pass. */
static void check(const recsys_report *report, const recsys_report *champion,
                  const recsys_config *config, size_t failed, const char *reason)
{
    recsys_verdict *verdict = judge_all(report, champion, config);
    assert_int_equal(recsys_verdict_passed(verdict), reason == NULL);
    for (size_t i = 0; i < RULES; i++) {
        recsys_rule rule = rule_at(verdict, i);
        int fails = reason != NULL && i == failed;
        assert_int_equal(rule.passed, !fails);
        if (fails)
            assert_string_equal(rule.reason, reason);
        else
            assert_null(rule.reason);
    }
    recsys_verdict_destroy(verdict);
}

/* ---- no worse than it ------------------------------------------------------------ */

static void a_model_is_not_worse_than_itself(void **state)
{
    (void)state;
    static const char *const names[] = {"champion.ndcg", "champion.coverage", "champion.tail"};
    static const double bounds[] = {-0.02 * 0.5, -0.1 * 0.5, -0.1 * 0.5};
    recsys_report *report = make_even(20, 0.5);
    recsys_verdict *verdict = judge_all(report, report, NULL);
    assert_int_equal(recsys_verdict_passed(verdict), 1);
    for (size_t i = 0; i < 3; i++) {
        recsys_rule rule = rule_at(verdict, CHAMPION + i);
        assert_string_equal(rule.name, names[i]);
        assert_near(rule.value, 0, 0);
        assert_near(rule.bound, bounds[i], 1e-15);
        assert_int_equal(rule.at_most, 0);
        assert_int_equal(rule.passed, 1);
        assert_null(rule.reason);
    }
    recsys_rule rule = rule_at(verdict, CHAMPION);
    assert_near(rule.low, 0, 0);
    assert_true(rule.high > 0 && isinf(rule.high));
    assert_true(isnan(rule_at(verdict, COVERAGE).low) && isnan(rule_at(verdict, TAIL).high));
    recsys_verdict_destroy(verdict);
    rs_report_free(report);
}

/* Not even with no margin at all. */
static void no_margin(void **state)
{
    (void)state;
    recsys_config *config = config_with("evaluation.gate.champion.margin", "0");
    recsys_report *champion = make_even(20, 0.5), *better = make_even(20, 0.75);
    recsys_report *worse = make_even(20, 0.5 - 1.0 / 1024);
    check(champion, champion, config, 0, NULL);
    check(better, champion, config, 0, NULL);
    check(worse, champion, config, CHAMPION,
          "champion.ndcg may be as low as -0.000977, expected at least 0");
    rs_report_free(champion);
    rs_report_free(better);
    rs_report_free(worse);
    recsys_config_destroy(config);
}

static void worse_by_more_than_the_margin(void **state)
{
    (void)state;
    recsys_report *report = make_even(40, 0.375), *champion = make_even(40, 0.5);
    recsys_verdict *verdict = judge_all(report, champion, NULL);
    recsys_rule rule = rule_at(verdict, CHAMPION);
    assert_int_equal(recsys_verdict_passed(verdict), 0);
    assert_near(rule.value, -0.125, 0);
    assert_near(rule.low, -0.125, 0);
    assert_near(rule.bound, -0.01, 1e-15);
    recsys_verdict_destroy(verdict);
    check(report, champion, NULL, CHAMPION,
          "champion.ndcg may be as low as -0.125, expected at least -0.01");
    rs_report_free(report);
    rs_report_free(champion);
}

/* The bound itself is kept: 1/8 of 0.5 may be lost, and is. */
static void worse_by_just_the_margin(void **state)
{
    (void)state;
    recsys_config *config = config_with("evaluation.gate.champion.margin", "0.125");
    recsys_report *champion = make_even(20, 0.5);
    recsys_report *report = make_even(20, 0.5 - 0.0625), *less = make_even(20, 0.4374);
    check(report, champion, config, 0, NULL);
    check(less, champion, config, CHAMPION,
          "champion.ndcg may be as low as -0.0626, expected at least -0.0625");
    rs_report_free(report);
    rs_report_free(less);
    rs_report_free(champion);
    recsys_config_destroy(config);
}

/* The same mean difference, -0.005 of the 0.01 that may be lost: with a spread of a half it is
 * not sure, with hardly any it is. */
static void how_sure_it_is_decides(void **state)
{
    (void)state;
    static const double spreads[] = {0.5, 0.001};
    for (size_t s = 0; s < 2; s++) {
        test_user users[MOST];
        test_users(users, MOST, 0.495, 0);
        for (size_t i = 0; i < MOST; i++)
            for (size_t m = 0; m < RS_USER_METRICS; m++)
                users[i].value[m] += (i % 2 == 0 ? spreads[s] : -spreads[s]) / 2;
        recsys_report *champion = make_even(MOST, 0.5), *report = report_of(NULL, users, MOST);
        recsys_verdict *verdict = judge_all(report, champion, NULL);
        recsys_rule rule = rule_at(verdict, CHAMPION);
        assert_near(rule.value, -0.005, 1e-12);
        assert_true(rule.low < rule.value);
        assert_int_equal(rule.passed, s == 1);
        recsys_verdict_destroy(verdict);
        rs_report_free(report);
        rs_report_free(champion);
    }
}

/* ---- the bound ------------------------------------------------------------------- */

/* Differences -.25, .25, -.125, .0625: one-sided bounds mean - z scipy.stats.sem with z
 * scipy.stats.norm.ppf of .95 and .8; the median of the distribution is the mean. "none" has no
 * intervals to tell, but the gate needs one. */
static void the_lower_bound_is_one_sided(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *confidence;
        double low;
    } cases[] = {{"normal", "0.95", -0.19553086544781728},
                 {"normal", "0.8", -0.10767732242203751},
                 {"normal", "0.5", -0.015625},
                 {"none", "0.95", -0.19553086544781728}};
    static const double gaps[] = {-0.25, 0.25, -0.125, 0.0625};
    test_user users[4];
    test_users(users, 4, 0.5, 0);
    for (size_t i = 0; i < 4; i++)
        for (size_t m = 0; m < RS_USER_METRICS; m++) users[i].value[m] += gaps[i];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        recsys_config *config =
            config_with("evaluation.interval", cases[i].kind,
                        "evaluation.gate.champion.confidence", cases[i].confidence);
        recsys_report *champion = make_even(4, 0.5), *report = report_of(config, users, 4);
        recsys_verdict *verdict = judge_all(report, champion, config);
        recsys_rule rule = rule_at(verdict, CHAMPION);
        assert_near(rule.value, -0.015625, 1e-15);
        assert_near(rule.low, cases[i].low, 1e-12);
        recsys_verdict_destroy(verdict);
        rs_report_free(report);
        rs_report_free(champion);
        recsys_config_destroy(config);
    }
}

/* ---- which values ---------------------------------------------------------------- */

/* The metric that the config names, users paired by id, at the gate's K: what was scored at
 * evaluation.k is of no interest. */
static void values_are_those_of_the_gate(void **state)
{
    (void)state;
    test_user users[20], turned[20];
    test_users(users, 20, 0.25, 0.0125);
    for (size_t i = 0; i < 20; i++) users[i].value[RS_METRIC_MAP] = 0.75;
    for (size_t i = 0; i < 20; i++) turned[i] = users[19 - i];
    recsys_config *config =
        config_with("evaluation.gate.champion.metric", "map", "evaluation.k", "3");
    recsys_report *champion = report_of(NULL, users, 20),
                  *report = report_of(config, turned, 20);
    check(report, champion, NULL, 0, NULL);
    for (size_t i = 0; i < 20 * RS_USER_METRICS; i++) report->lists.scores.value[i] = 0;
    check(report, champion, NULL, 0, NULL);
    check(report, champion, config, 0, NULL);
    for (size_t i = 0; i < 20; i++)
        report->gate.scores.value[i * RS_USER_METRICS + RS_METRIC_MAP] = 0.5;
    check(report, champion, NULL, 0, NULL);
    check(report, champion, config, CHAMPION,
          "champion.map may be as low as -0.25, expected at least -0.015");
    rs_report_free(champion);
    rs_report_free(report);
    recsys_config_destroy(config);
}

/* A profile may count users whom the gate skips: here the second of three. */
static void the_gate_may_have_fewer_users(void **state)
{
    (void)state;
    rs_non_inferior found;
    recsys_error err = RECSYS_ERROR_INIT;
    test_user users[3], others[3];
    test_users(users, 3, 0.25, 0.25);
    test_users(others, 3, 0.5, 0.125);
    recsys_report *report = report_of(NULL, users, 3), *champion = report_of(NULL, others, 3);
    rs_scores *gate = &report->gate.scores;
    gate->users = 2;
    gate->user[1] = 2;
    memcpy(gate->value + RS_USER_METRICS, gate->value + 2 * RS_USER_METRICS,
           RS_USER_METRICS * sizeof *gate->value);
    assert_ok(rs_non_inferiority(&found, report, champion, "ndcg", 0.95, &err), &err);
    assert_int_equal(found.users, 2); /* .25 and .75 beside .5 and .75 */
    assert_near(found.champion, 0.625, 0);
    assert_near(found.difference, -0.125, 0);
    assert_true(-0.25 <= found.low && found.low < found.difference);
    rs_report_free(report);
    rs_report_free(champion);
}

static void metrics_without_values_for_users(void **state)
{
    (void)state;
    static const char *const names[] = {"coverage", "best", "", "NDCG"};
    recsys_report *report = make_even(20, 0.5);
    for (size_t i = 0; i < 4; i++) {
        char want[128];
        recsys_verdict *verdict = NULL;
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_config *config = config_with("evaluation.gate.champion.metric", names[i]);
        snprintf(want, sizeof want,
                 "evaluation.gate.champion.metric: \"%s\" has no values for users; expected "
                 "precision, ",
                 names[i]);
        assert_fails(recsys_gate_check(&verdict, report, report, config, &err), RECSYS_E_CONFIG,
                     &err);
        assert_contains(err.text, want);
        assert_null(verdict);
        assert_ok(recsys_gate_check(&verdict, report, NULL, config, &err), &err);
        assert_int_equal(recsys_verdict_rule_count(verdict), CHAMPION);
        recsys_verdict_destroy(verdict);
        recsys_config_destroy(config);
    }
    rs_report_free(report);
}

/* ---- nothing to compare: refused, and no error ------------------------------------ */

static void nobody_in_common(void **state)
{
    (void)state;
    test_user users[40];
    test_users(users, 40, 0.5, 0);
    recsys_report *report = report_of(NULL, users, 20),
                  *champion = report_of(NULL, users + 20, 20);
    check(report, champion, NULL, CHAMPION,
          "champion.ndcg cannot be compared: no user has a value in both reports");
    rs_report_free(champion);
    for (size_t i = 0; i < 20; i++) users[i].value[RS_METRIC_NDCG] = (double)NAN;
    champion = report_of(NULL, users, 20);
    check(report, champion, NULL, CHAMPION,
          "champion.ndcg cannot be compared: no user has a value in both reports");
    recsys_verdict *verdict = judge_all(report, champion, NULL);
    assert_true(isnan(rule_at(verdict, CHAMPION).value));
    assert_true(isnan(rule_at(verdict, CHAMPION).low));
    recsys_verdict_destroy(verdict);
    rs_report_free(report);
    rs_report_free(champion);
}

/* Better values, but they do not mean the same. */
static void judged_on_something_else(void **state)
{
    (void)state;
    test_user users[20];
    test_users(users, 20, 0.5, 0);
    recsys_config *config = config_with("evaluation.relevance_threshold", "0.5");
    recsys_report *report = make_even(20, 0.75), *champion = report_of(config, users, 20);
    check(report, champion, NULL, CHAMPION,
          "champion.ndcg cannot be compared: the champion's report has another threshold of "
          "relevance");
    rs_report_free(champion);
    champion = make_even(20, 0.5);
    memset(champion->data_hash, 'a', RS_HASH_TEXT - 1);
    check(report, champion, NULL, 0, NULL); /* lists have no hash */
    memset(report->data_hash, 'b', RS_HASH_TEXT - 1);
    check(report, champion, NULL, CHAMPION,
          "champion.ndcg cannot be compared: the champion's report is of other test ratings");
    memset(report->data_hash, 'a', RS_HASH_TEXT - 1);
    check(report, champion, NULL, 0, NULL);
    rs_report_free(report);
    rs_report_free(champion);
    recsys_config_destroy(config);
}

/* ---- of all lists ---------------------------------------------------------------- */

/* 0.5 is the champion's. */
static void check_loss(size_t metric, size_t rule, const char *key, const char *name)
{
    char reason[128];
    recsys_report *report = make_even(20, 0.5), *champion = make_even(20, 0.5);
    double *value = &report->gate.cut[rs_report_gate_cut(report, RS_GATE_K)].metrics[metric];
    recsys_config *strict = config_with(key, "0");
    recsys_config *quarter = config_with(key, "0.25");
    report->lists.cut[report->told].metrics[metric] = 0;
    *value = 0.375; /* .125 of what may be .05, 0 and .125 */
    snprintf(reason, sizeof reason, "%s is -0.125, expected at least -0.05", name);
    check(report, champion, NULL, rule, reason);
    snprintf(reason, sizeof reason, "%s is -0.125, expected at least 0", name);
    check(report, champion, strict, rule, reason);
    check(report, champion, quarter, 0, NULL);
    *value = 0.46;
    check(report, champion, NULL, 0, NULL);
    *value = 0.75;
    check(report, champion, strict, 0, NULL);
    *value = (double)NAN;
    recsys_verdict *verdict = judge_all(report, champion, quarter);
    recsys_rule found = rule_at(verdict, rule);
    assert_int_equal(recsys_verdict_passed(verdict), 0);
    assert_int_equal(found.passed, 0);
    snprintf(reason, sizeof reason, "%s is not a number, expected at least -0.125", name);
    assert_string_equal(found.reason, reason);
    recsys_verdict_destroy(verdict);
    recsys_config_destroy(strict);
    recsys_config_destroy(quarter);
    rs_report_free(report);
    rs_report_free(champion);
}

static void coverage_must_not_be_lost(void **state)
{
    (void)state;
    check_loss(RS_METRIC_COVERAGE, COVERAGE, "evaluation.gate.champion.coverage_loss",
               "champion.coverage");
}

static void the_tail_must_not_be_lost(void **state)
{
    (void)state;
    check_loss(RS_METRIC_TAIL, TAIL, "evaluation.gate.champion.tail_loss", "champion.tail");
}

/* ---- JSON ------------------------------------------------------------------------ */

static void the_verdict_names_the_champion(void **state)
{
    (void)state;
    recsys_report *report = make_even(20, 0.375), *champion = make_even(20, 0.5);
    memset(report->model_hash, 'a', RS_HASH_TEXT - 1);
    memset(champion->model_hash, 'c', RS_HASH_TEXT - 1);
    recsys_verdict *verdict = judge_all(report, champion, NULL);
    const char *json = recsys_verdict_json(verdict);
    assert_null(rs_json_check(runtime, json, strlen(json), NULL));
    assert_contains(json, "{\"passed\":false,\"model_hash\":\"aaaa");
    assert_contains(json,
                    "\"data_hash\":null,\"champion_hash\":"
                    "\"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc\",");
    assert_contains(json, "{\"name\":\"champion.ndcg\",\"metric\":\"ndcg\",\"k\":10,"
                          "\"value\":-0.125,\"low\":-0.125,\"high\":null,\"relation\":\">=\","
                          "\"bound\":-0.01,\"reason\":\"champion.ndcg may be as low as -0.125, "
                          "expected at least -0.01\",\"passed\":false},");
    assert_contains(json, "{\"name\":\"champion.coverage\",\"metric\":\"coverage\",\"k\":10,"
                          "\"value\":0,\"low\":null,\"high\":null,\"relation\":\">=\","
                          "\"bound\":-0.05,\"passed\":true},");
    recsys_verdict_destroy(verdict);
    champion->by_popularity = 1; /* its hash is that of another's ratings */
    verdict = judge_all(report, champion, NULL);
    assert_null(strstr(recsys_verdict_json(verdict), "champion_hash"));
    recsys_verdict_destroy(verdict);
    verdict = judge(report, NULL, NULL);
    assert_null(strstr(recsys_verdict_json(verdict), "champion_hash"));
    recsys_verdict_destroy(verdict);
    rs_report_free(report);
    rs_report_free(champion);
}

/* ---- memory ---------------------------------------------------------------------- */

static recsys_status make_and_judge(recsys_runtime *own, void *config, recsys_error *err)
{
    test_user users[12];
    recsys_report *report = NULL, *champion = NULL;
    recsys_verdict *verdict = NULL;
    recsys_status status;
    test_users(users, 12, 0.1, 0.02);
    RS_TRY(test_report(&champion, own, config, users, 12, err));
    users[3].value[RS_METRIC_NDCG] = 0;
    RS_TRY(test_report(&report, own, config, users, 12, err));
    status = recsys_gate_check(&verdict, report, champion, config, err);
    assert_int_equal(verdict != NULL, status == RECSYS_OK);
out:
    recsys_verdict_destroy(verdict);
    recsys_report_destroy(report);
    recsys_report_destroy(champion);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    recsys_config *config = config_with("evaluation.replicates", "100", "evaluation.gate.rules",
                                        "ndcg >= 0.5, f1@3 <= 0");
    assert_true(test_each_allocation(make_and_judge, config, 1, 1) > 40);
    recsys_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_is_not_worse_than_itself),
        cmocka_unit_test(no_margin),
        cmocka_unit_test(worse_by_more_than_the_margin),
        cmocka_unit_test(worse_by_just_the_margin),
        cmocka_unit_test(how_sure_it_is_decides),
        cmocka_unit_test(the_lower_bound_is_one_sided),
        cmocka_unit_test(values_are_those_of_the_gate),
        cmocka_unit_test(the_gate_may_have_fewer_users),
        cmocka_unit_test(metrics_without_values_for_users),
        cmocka_unit_test(nobody_in_common),
        cmocka_unit_test(judged_on_something_else),
        cmocka_unit_test(coverage_must_not_be_lost),
        cmocka_unit_test(the_tail_must_not_be_lost),
        cmocka_unit_test(the_verdict_names_the_champion),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
