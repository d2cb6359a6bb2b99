/* Lists from files beside judgements: the order of rows does not show, training ratings must
 * not be judged, and the gate judges no listed candidates. */
#include "evaluations_testing.h"

#include "eval/report.h"

/* ---- order of rows --------------------------------------------------------------- */

enum { USERS = 40 };

/* Judgements of users in a stride that visits all of them; names: "u7", or 7. */
static void judge(char *text, size_t room, size_t stride, const char *prefix)
{
    size_t n = (size_t)snprintf(text, room, "user,movie\n");
    for (size_t i = 0; i < USERS; i++) {
        size_t user = i * stride % USERS;
        n += (size_t)snprintf(text + n, room - n, "%s%zu,a\n%s%zu,b%zu\n", prefix, user, prefix,
                              user, user % 3);
    }
}

static void list(char *text, size_t room, const char *prefix)
{
    size_t n = (size_t)snprintf(text, room, "user,movie,rank\n");
    for (size_t user = 0; user < USERS; user += 1 + user % 2)
        n += (size_t)snprintf(text + n, room - n, "%s%zu,x,1\n%s%zu,b1,2\n%s%zu,a,%zu\n",
                              prefix, user, prefix, user, prefix, user, 3 + user % 5);
}

static void the_order_of_judgements_does_not_show(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"", "u"}, *const none[] = {NULL};
    static char judged[8192], run[8192];
    for (size_t p = 0; p < 2; p++) {
        recsys_report *report[2] = {NULL, NULL};
        recsys_error err = RECSYS_ERROR_INIT;
        list(run, sizeof run, prefixes[p]);
        const run_case c = {.run = run, .judgements = judged};
        for (size_t i = 0; i < 2; i++) {
            judge(judged, sizeof judged, i == 0 ? 1 : 13, prefixes[p]);
            assert_ok(evaluate_run(&report[i], &c, none, &err), &err);
        }
        assert_string_equal(recsys_report_json(report[0]), recsys_report_json(report[1]));
        assert_string_equal(rs_report_user(report[1], 0), p == 0 ? "0" : "u0");
        assert_string_equal(rs_report_user(report[1], 2), p == 0 ? "2" : "u10");
        recsys_report_destroy(report[0]);
        recsys_report_destroy(report[1]);
    }
}

/* ---- training ratings ------------------------------------------------------------ */

static recsys_rule rule_called(const recsys_verdict *verdict, const char *name)
{
    recsys_rule rule = RECSYS_RULE_INIT;
    for (size_t i = 0; recsys_verdict_rule(verdict, i, &rule); i++)
        if (strcmp(rule.name, name) == 0) return rule;
    fail_msg("no rule \"%s\"", name);
    return rule;
}

static void judged_training_ratings_never_pass(void **state)
{
    (void)state;
    static const row training[] = {{"u", "a", 5, 0}, {"v", "b", 4, 0}, {"v", "c", 1, 0}};
    static const char *const none[] = {NULL};
    recsys_ratings *train = make_ratings(NULL, training, 3);
    static const struct {
        const char *judgements, *says;
    } cases[] = {{"user,movie\nu,b\nv,a\n", "\"judged_in_training\":0,"},
                 {"user,movie\nv,c\nu,b\nv,b\n", "\"judged_in_training\":2,"}};
    for (size_t i = 0; i < 2; i++) {
        const run_case c = {
            .run = "user,movie\nu,x\n", .judgements = cases[i].judgements, .train = train};
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_report *report = NULL;
        recsys_verdict *verdict = NULL;
        assert_ok(evaluate_run(&report, &c, none, &err), &err);
        assert_contains(recsys_report_json(report), cases[i].says);
        assert_ok(recsys_gate_check(&verdict, report, NULL, NULL, &err), &err);
        assert_int_equal(strstr(recsys_verdict_json(verdict), "\"judgements\"") != NULL, i);
        if (i == 1)
            assert_string_equal(
                rule_called(verdict, "judgements").reason,
                "judgements among the training ratings are 2, expected at most 0");
        assert_false(recsys_verdict_passed(verdict));
        recsys_verdict_destroy(verdict);
        recsys_report_destroy(report);
    }
    recsys_ratings_destroy(train);
}

/* ---- the gate -------------------------------------------------------------------- */

/* Everything right, and still refused; what cannot be known says what it needs. */
static void listed_candidates_never_pass(void **state)
{
    (void)state;
    const run_case c = {.run = "user,movie\nu,a\nv,a\n",
                        .judgements = "user,movie\nu,a\nv,a\n",
                        .candidates = "user,movie\nu,a\nu,b\nv,a\nv,b\n"};
    recsys_config *config = config_with("evaluation.gate.users", "1");
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    recsys_verdict *verdict = NULL;
    assert_ok(evaluate_texts(&report, &c, config, &err), &err);
    assert_ok(recsys_gate_check(&verdict, report, NULL, config, &err), &err);
    assert_false(recsys_verdict_passed(verdict));
    assert_string_equal(rule_called(verdict, "candidates").reason,
                        "candidates were listed: the gate judges rankings of all movies");
    assert_string_equal(rule_called(verdict, "coverage").reason,
                        "coverage is not known: it needs training ratings or a catalogue");
    recsys_verdict_destroy(verdict);
    recsys_report_destroy(report);
    recsys_config_destroy(config);
}

/* A model is judged by its lists of all movies, whatever is listed: x is the most popular movie
 * that u, v and w have not seen, but only y and z are candidates. */
static void models_are_judged_without_candidates(void **state)
{
    (void)state;
    static const row training[] = {{"a", "x", 5, 0}, {"b", "x", 5, 0}, {"c", "x", 5, 0},
                                   {"a", "y", 5, 0}, {"b", "y", 5, 0}, {"c", "z", 5, 0}};
    static const row tested[] = {{"u", "z", 5, 0}, {"v", "z", 5, 0}, {"w", "z", 5, 0}};
    char folder[256], path[512];
    test_folder(folder);
    test_text_file(path, folder, "listed", "user,movie\nu,y\nv,y\nw,y\n");
    recsys_config *config =
        config_with("evaluation.candidates", path, "evaluation.gate.rules", "mrr@10 >= 0.4");
    recsys_ratings *train = make_ratings(NULL, training, 6);
    recsys_ratings *test = make_ratings(NULL, tested, 3);
    recsys_model *model = fit(NULL, train, NULL);
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    recsys_verdict *verdict = NULL;
    assert_ok(recsys_evaluate(&report, model, test, config, NULL, &err), &err);
    near(metric(report, "mrr"), 1.0 / 2); /* y z */
    assert_ok(recsys_gate_check(&verdict, report, NULL, config, &err), &err);
    near(rule_called(verdict, "mrr@10").value, 1.0 / 3); /* x y z */
    recsys_verdict_destroy(verdict);
    recsys_report_destroy(report);
    recsys_model_destroy(model);
    recsys_ratings_destroy(test);
    recsys_ratings_destroy(train);
    recsys_config_destroy(config);
    test_remove_folder(folder);
}

/* ---- means that are no means over users ------------------------------------------ */

/* An F1 of means has no interval, in its parts as well, and cannot be compared in pairs. */
static void parts_of_f1_of_means_have_no_interval(void **state)
{
    (void)state;
    const run_case c = {.run = "user,movie\nu,a\nu,b\nv,a\nw,x\n",
                        .judgements = "user,movie\nu,a\nv,a\nv,b\nw,c\n",
                        .people = "user,kind\nu,x\nv,x\nw,x\n"};
    recsys_config *config = config_with("evaluation.definition.f1", "of_means");
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *reports[2] = {NULL, NULL};
    recsys_comparison *comparison = NULL;
    for (size_t i = 0; i < 2; i++)
        assert_ok(evaluate_texts(&reports[i], &c, config, &err), &err);
    const rs_group *group = &reports[0]->breakdown[0].group[0];
    near(group->metrics[RS_METRIC_F1], metric(reports[0], "f1"));
    assert_true(isnan(group->low[RS_METRIC_F1]) && isnan(group->high[RS_METRIC_F1]));
    assert_true(group->low[RS_METRIC_RECALL] < group->high[RS_METRIC_RECALL]);
    assert_ok(
        recsys_compare(&comparison, (const recsys_report *const *)reports, 2, 1, config, &err),
        &err);
    assert_null(strstr(recsys_comparison_json(comparison), "\"metric\":\"f1\""));
    assert_contains(recsys_comparison_json(comparison), "\"metric\":\"recall\"");
    recsys_comparison_destroy(comparison);
    recsys_report_destroy(reports[0]);
    recsys_report_destroy(reports[1]);
    recsys_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_judgements_does_not_show),
        cmocka_unit_test(judged_training_ratings_never_pass),
        cmocka_unit_test(listed_candidates_never_pass),
        cmocka_unit_test(models_are_judged_without_candidates),
        cmocka_unit_test(parts_of_f1_of_means_have_no_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
