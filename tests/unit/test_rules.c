/* evaluation.gate.rules: what its text says, and what is refused. */
#include "configs_testing.h"
#include "runtime_testing.h"

#include <recsys/recsys.h>

#include "eval/metrics.h"
#include "eval/rules.h"

/* ---- what is read ---------------------------------------------------------------- */

static void check(const char *text, const rs_bound *want, size_t count)
{
    rs_rules rules;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = config_with("evaluation.gate.rules", text);
    assert_ok(rs_rules_parse(&rules, runtime, config, &err), &err);
    assert_int_equal(rules.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(rules.rule[i].metric, want[i].metric);
        assert_int_equal(rules.rule[i].k, want[i].k);
        assert_int_equal(rules.rule[i].at_most, want[i].at_most);
        assert_near(rules.rule[i].bound, want[i].bound, 0);
    }
    rs_rules_free(&rules);
    recsys_config_destroy(config);
}

static void one_rule(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        rs_bound want;
    } cases[] = {
        {"ndcg@20 >= 0.25", {RS_METRIC_NDCG, 20, 0, 0.25}},
        {"ndcg >= 0.25", {RS_METRIC_NDCG, 10, 0, 0.25}},
        {"popularity_bias<=1", {RS_METRIC_POPULARITY_BIAS, 10, 1, 1}},
        {"  hit_rate@1   <=   -1.5e-3  ", {RS_METRIC_HIT_RATE, 1, 1, -0.0015}},
        {"mae@100000>=0", {RS_METRIC_MAE, 100000, 0, 0}},
        {"precision@7 <=1e6", {RS_METRIC_PRECISION, 7, 1, 1e6}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].text, &cases[i].want, 1);
}

static void several_rules_in_their_order(void **state)
{
    (void)state;
    const rs_bound want[] = {{RS_METRIC_RECALL, 20, 0, 0.1},
                             {RS_METRIC_GINI, 10, 1, 0.9},
                             {RS_METRIC_RECALL, 20, 1, 0.5},
                             {RS_METRIC_COVERAGE, 5, 0, 0.2}};
    check("recall@20>=0.1,gini <= .9 , recall@20<=0.5,  coverage@5 >= 0.2", want, 4);
}

static void no_text_no_rules(void **state)
{
    (void)state;
    rs_rules rules;
    recsys_error err = RECSYS_ERROR_INIT;
    check("", NULL, 0);
    assert_ok(rs_rules_parse(&rules, runtime, NULL, &err), &err);
    assert_int_equal(rules.count, 0);
    rs_rules_free(&rules);
}

static void every_metric_has_a_rule(void **state)
{
    (void)state;
    for (size_t m = 0; m < RS_METRICS; m++) {
        char text[64];
        const rs_bound want = {m, 3, 0, 1};
        snprintf(text, sizeof text, "%s@3 >= 1", rs_metric_name(m));
        check(text, &want, 1);
    }
}

/* ---- what is refused ------------------------------------------------------------- */

static void refuse(const char *text, const char *rule, const char *problem)
{
    rs_rules rules;
    recsys_error err = RECSYS_ERROR_INIT;
    char want[256];
    recsys_config *config = config_with("evaluation.gate.rules", text);
    snprintf(want, sizeof want, "evaluation.gate.rules: \"%s\": %s; expected METRIC@K", rule,
             problem);
    assert_fails(rs_rules_parse(&rules, runtime, config, &err), RECSYS_E_CONFIG, &err);
    assert_contains(err.text, want);
    assert_null(rules.rule);
    recsys_config_destroy(config);
}

#define NO_SIGN "has neither >= nor <="
#define NO_METRIC "there is no such metric"
#define NO_K "K is not a whole number from 1 to 100000"
#define NO_BOUND "the bound is not a number"

static void what_is_no_rule(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *problem;
    } cases[] = {
        {"ndcg@10", NO_SIGN},
        {"ndcg@10 0.25", NO_SIGN},
        {"ndcg@10 = 0.25", NO_SIGN},
        {"ndcg@10 > 0.25", NO_SIGN},
        {"ndcg@10 => 0.25", NO_SIGN},
        {"= 0.25", NO_SIGN},
        {">= 0.25", NO_METRIC},
        {"@10 >= 0.25", NO_METRIC},
        {"best@10 >= 0.25", NO_METRIC},
        {"NDCG@10 >= 0.25", NO_METRIC},
        {"users >= 5", NO_METRIC},
        {"a_name_that_is_far_longer_than_that_of_any_metric_there_has_been >= 1", NO_METRIC},
        {"ndcg@ >= 0.25", NO_K},
        {"ndcg@0 >= 0.25", NO_K},
        {"ndcg@-5 >= 0.25", NO_K},
        {"ndcg@100001 >= 0.25", NO_K},
        {"ndcg@99999999999999999999 >= 0.25", NO_K},
        {"ndcg@ten >= 0.25", NO_K},
        {"ndcg@1.5 >= 0.25", NO_K},
        {"ndcg@10@20 >= 0.25", NO_K},
        {"ndcg@10 >=", NO_BOUND},
        {"ndcg@10 >= high", NO_BOUND},
        {"ndcg@10 >= 0.2 0.3", NO_BOUND},
        {"ndcg@10 >= nan", NO_BOUND},
        {"ndcg@10 >= inf", NO_BOUND},
        {"ndcg@10 >== 0.25", NO_BOUND},
        {"0.1 <= ndcg@10 <= 0.9", NO_METRIC},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        refuse(cases[i].rule, cases[i].rule, cases[i].problem);
        snprintf(text, sizeof text, "recall >= 0.1 , %s ,f1 <= 1", cases[i].rule);
        refuse(text, cases[i].rule, cases[i].problem);
    }
}

static void a_comma_too_many(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "ndcg >= 0.1,", ",ndcg >= 0.1", "ndcg >= 0.1,,f1 >= 0.1", ",", "  ", "ndcg >= 0.1, "};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) refuse(texts[i], "", NO_SIGN);
}

/* The message does not swallow a novel. */
static void a_long_rule_is_cut(void **state)
{
    (void)state;
    rs_rules rules;
    char text[301], want[128];
    recsys_error err = RECSYS_ERROR_INIT;
    memset(text, 'x', 300);
    text[300] = '\0';
    recsys_config *config = config_with("evaluation.gate.rules", text);
    snprintf(want, sizeof want, "\"%.100s\": has neither", text);
    assert_fails(rs_rules_parse(&rules, runtime, config, &err), RECSYS_E_CONFIG, &err);
    assert_contains(err.text, want);
    recsys_config_destroy(config);
}

static void no_metric_has_such_a_name(void **state)
{
    (void)state;
    rs_rules rules;
    char text[8192];
    recsys_error err = RECSYS_ERROR_INIT;
    memset(text, 'x', 8000);
    snprintf(text + 8000, sizeof text - 8000, ">=1");
    recsys_config *config = config_with("evaluation.gate.rules", text);
    assert_fails(rs_rules_parse(&rules, runtime, config, &err), RECSYS_E_CONFIG, &err);
    assert_contains(err.text, NO_METRIC);
    recsys_config_destroy(config);
}

static void a_hundred_are_enough(void **state)
{
    (void)state;
    rs_rules rules;
    char text[2048] = "f1>=0";
    recsys_error err = RECSYS_ERROR_INIT;
    size_t size = strlen(text);
    for (size_t i = 1; i < 100; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, ",f1@%zu<=1", i);
    recsys_config *config = config_with("evaluation.gate.rules", text);
    assert_ok(rs_rules_parse(&rules, runtime, config, &err), &err);
    assert_int_equal(rules.count, 100);
    assert_int_equal(rules.rule[99].k, 99);
    rs_rules_free(&rules);
    snprintf(text + size, sizeof text - size, ",f1>=0");
    assert_ok(recsys_config_set(config, "evaluation.gate.rules", text, &err), &err);
    assert_fails(rs_rules_parse(&rules, runtime, config, &err), RECSYS_E_CONFIG, &err);
    assert_contains(err.text, "evaluation.gate.rules: 101 of them, at most 100");
    recsys_config_destroy(config);
}

/* Neither a report nor a verdict is made of what cannot be read. */
static void reports_refuse_it_too(void **state)
{
    (void)state;
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = config_with("evaluation.gate.rules", "ndcg@10 >= much");
    assert_fails(recsys_evaluate_run(&report, runtime, "tests/profiles/fixture/run.trec",
                                     "tests/profiles/fixture/qrels.trec", NULL, NULL, config,
                                     &err),
                 RECSYS_E_CONFIG, &err);
    assert_contains(err.text, "\"ndcg@10 >= much\": the bound is not a number");
    assert_null(report);
    recsys_config_destroy(config);
}

static recsys_status parse(recsys_runtime *own, void *config, recsys_error *err)
{
    rs_rules rules;
    recsys_status status = rs_rules_parse(&rules, own, config, err);
    rs_rules_free(&rules);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    recsys_config *config = config_with("evaluation.gate.rules", "ndcg >= 0.1, f1@5 <= 1");
    assert_int_equal(test_each_allocation(parse, config, 1, 1), 1);
    recsys_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_rule),
        cmocka_unit_test(several_rules_in_their_order),
        cmocka_unit_test(no_text_no_rules),
        cmocka_unit_test(every_metric_has_a_rule),
        cmocka_unit_test(what_is_no_rule),
        cmocka_unit_test(a_comma_too_many),
        cmocka_unit_test(a_long_rule_is_cut),
        cmocka_unit_test(no_metric_has_such_a_name),
        cmocka_unit_test(a_hundred_are_enough),
        cmocka_unit_test(reports_refuse_it_too),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
