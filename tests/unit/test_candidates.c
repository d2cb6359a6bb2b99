/* Listed candidates: of a model, of a run, and who has none; numbers of He et al. (NCF) by
 * hand. */
#include "worlds_testing.h"

#include "base/json.h"

/* ---- against the oracle ---------------------------------------------------------- */

/* All metrics, of users' lists too: those of the run and of popularity without the movies that
 * are no candidates. */
static void values_are_the_oracles(void **state)
{
    (void)state;
    world w;
    size_t values = 0;
    for (worlds_begin(&w); world_next(&w);) {
        for (size_t s = 0; s < SYSTEMS; s++)
            assert_contains(recsys_report_json(w.report[s]), s % 2 == 1
                                                                 ? "\"candidates\":\"listed\""
                                                                 : "\"candidates\":\"all\"");
        while (world_line(&w)) {
            if (!world_line_is(&w, "value") || world_system(&w) % 2 == 0) continue;
            world_check_value(&w);
            values++;
        }
    }
    assert_int_equal(values, 7 * 2 * 3 * 22); /* worlds, systems, cut-offs, metrics */
}

/* ---- runs ------------------------------------------------------------------------ */

/* Leave one out and four negatives each, as neural_collaborative_filtering's evaluate.py does
 * with 99: HR is whether the positive is among the first K, NDCG ln 2 / ln(place + 2) of it.
 *   1: 10 at place 0 of 10 a b c d   2: a, then 20 at place 1   3: four negatives, then 30
 *   4: the scorer knows more movies, x and y, which are no candidates: 40 at place 2
 * Two of four are among the first two places. */
static void neural_collaborative_filtering(void **state)
{
    (void)state;
    static const char *const pairs[] = {
        "evaluation.profile", "ncf", "evaluation.k", "2", "evaluation.cutoffs", "3,10", NULL};
    static const run_case c = {
        .run = "user,movie,score\n"
               "1,10,9\n1,a,8\n1,b,7\n1,c,6\n1,d,5\n"
               "2,b,1\n2,a,9\n2,20,8\n2,c,2\n2,d,3\n"
               "3,a,9\n3,b,8\n3,c,7\n3,d,6\n3,30,5\n"
               "4,x,9\n4,a,8\n4,y,7\n4,b,6\n4,10,5.5\n4,40,5\n4,c,4\n4,d,3\n",
        .judgements = "user,movie\n1,10\n2,20\n3,30\n4,40\n",
        .candidates = "user,movie\n1,a\n1,b\n1,c\n1,d\n2,a\n2,b\n2,c\n2,d\n"
                      "3,a\n3,b\n3,c\n3,d\n4,a\n4,b\n4,c\n4,d\n"};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
    is_near(metric_at(report, "hit_rate", 2), 2.0 / 4, "HR@2");
    is_near(metric_at(report, "hit_rate", 3), 3.0 / 4, "HR@3");
    is_near(metric_at(report, "hit_rate", 10), 1, "HR@10");
    double places[] = {log(2) / log(0 + 2), log(2) / log(1 + 2), log(2) / log(4 + 2),
                       log(2) / log(2 + 2)};
    is_near(metric_at(report, "ndcg", 2), (places[0] + places[1]) / 4, "NDCG@2");
    is_near(metric_at(report, "ndcg", 3), (places[0] + places[1] + places[3]) / 4, "NDCG@3");
    is_near(metric_at(report, "ndcg", 10), (places[0] + places[1] + places[2] + places[3]) / 4,
            "NDCG@10");
    assert_contains(recsys_report_json(report), "\"profile\":\"ncf\"");
    assert_contains(recsys_report_json(report), "\"candidates\":\"listed\"");
    recsys_report_destroy(report);
}

/* What is judged is a candidate too; what is listed and not in the run, or of nobody that
 * anybody knows, changes nothing. */
static void judged_movies_are_candidates(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.k", "1", NULL};
    static const run_case c = {"user,movie\nu,x\nu,a\nu,b\nw,a\n", "user,movie\nu,a\n",
                               .candidates = "user,movie\nu,b\nu,z\nnobody,x\n"};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
    is_near(metric(report, "precision"), 1, "a is in front");
    recsys_report_destroy(report);
}

/* v has nothing relevant and is not evaluated; w is, though no list of theirs is there. */
static void who_has_no_candidate_is_named(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.relevant_grade", "4", NULL};
    static const char judged[] = "user,movie,grade\nv,a,1\nu,a,5\nw \"x\",b,4\n";
    static const run_case some = {"user,movie\nv,a\nu,a\n", judged,
                                  .candidates = "user,movie\nu,b\n"};
    static const run_case all = {"user,movie\nv,a\nu,a\n", judged,
                                 .candidates = "user,movie\nu,b\n\"w \"\"x\"\"\",c\n"};
    static const run_case none = {"user,movie\nu,a\n", judged, .candidates = "user,movie\n"};
    static const run_case twice = {"user,movie\nu,a\n", judged,
                                   .candidates = "user,movie\nu,b\nu,b\n"};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_fails(evaluate_run(&report, &some, pairs, &err), RECSYS_E_INVALID, &err);
    assert_contains(err.text,
                    "evaluation.candidates: no candidate for the test user \"w \"x\"\"");
    assert_fails(evaluate_run(&report, &none, pairs, &err), RECSYS_E_EMPTY, &err);
    assert_contains(err.text, "candidates");
    assert_fails(evaluate_run(&report, &twice, pairs, &err), RECSYS_E_PARSE, &err);
    assert_contains(err.text, "candidates:3:");
    assert_null(report);
    assert_ok(evaluate_run(&report, &all, pairs, &err), &err);
    recsys_report_destroy(report);
}

static void a_profile_of_candidates_needs_them(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.profile", "ncf", NULL};
    const row training[] = {{"a", "1", 5, 0}, {"b", "2", 5, 0}}, tested[] = {{"a", "2", 5, 0}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    recsys_config *config = make_config(pairs);
    recsys_ratings *train = make_ratings(NULL, training, 2);
    recsys_ratings *test = make_ratings(NULL, tested, 1);
    recsys_model *model = fit(NULL, train, NULL);
    assert_fails(recsys_evaluate(&report, model, test, config, NULL, &err), RECSYS_E_CONFIG,
                 &err);
    assert_contains(err.text, "ncf ranks listed candidates");
    assert_fails(recsys_evaluate_run(&report, NULL, "a", "b", NULL, NULL, config, &err),
                 RECSYS_E_CONFIG, &err);
    recsys_config_destroy(config);
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
}

/* ---- models ----------------------------------------------------------------------- */

/* Movie 1 has four raters, 2 three, 3 two, 4 one: whoever the model does not know gets them in
 * this order. The texts have another order than the numbers. */
static const row by_number[] = {{"1", "10", 5, 0}, {"1", "9", 5, 0},  {"1", "8", 5, 0},
                                {"1", "7", 5, 0},  {"2", "10", 5, 0}, {"2", "9", 5, 0},
                                {"2", "8", 5, 0},  {"3", "10", 5, 0}, {"3", "9", 5, 0},
                                {"4", "10", 5, 0}};
static const row by_text[] = {{"ä", "d\"", 5, 0}, {"ä", "c", 5, 0},   {"ä", "b", 5, 0},
                              {"ä", "a", 5, 0},   {"b", "d\"", 5, 0}, {"b", "c", 5, 0},
                              {"b", "b", 5, 0},   {"c", "d\"", 5, 0}, {"c", "c", 5, 0},
                              {"d", "d\"", 5, 0}};

static recsys_status evaluate_listed(recsys_report **report, const row *training,
                                     const row *tested, size_t count, const char *candidates,
                                     int by_popularity, recsys_error *err)
{
    static const char *const pairs[] = {"evaluation.auc", "true", "evaluation.k", "2", NULL};
    char folder[256];
    recsys_config *config = make_config(pairs);
    recsys_ratings *train = make_ratings(NULL, training, 10);
    recsys_ratings *test = make_ratings(NULL, tested, count);
    recsys_model *model = fit(NULL, train, NULL);
    test_folder(folder);
    set_file(config, "evaluation.candidates", folder, "candidates", candidates);
    recsys_status status = (by_popularity ? recsys_evaluate_popularity : recsys_evaluate)(
        report, model, test, config, NULL, err);
    recsys_config_destroy(config);
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
    test_remove_folder(folder);
    return status;
}

/* Candidates of 77: 10 and, as it is tested, 7; 55 is no movie. So 7 is second of two and below
 * the only other one; otherwise it would be fourth. 88: 9, 8 and the tested 10. */
static void a_model_ranks_what_is_listed(void **state)
{
    (void)state;
    const row numbers[] = {{"77", "7", 5, 0}, {"88", "10", 5, 0}};
    const row texts[] = {{"é", "a", 5, 0}, {"z", "d\"", 5, 0}};
    for (int popular = 0; popular < 2; popular++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_report *report[2] = {NULL, NULL};
        assert_ok(evaluate_listed(&report[0], by_number, numbers, 2,
                                  "user,movie\n77,55\n77,10\n99,9\n88,9\n88,8\n", popular,
                                  &err),
                  &err);
        assert_ok(evaluate_listed(&report[1], by_text, texts, 2,
                                  "user;movie\né;nothing\né;\"d\"\"\"\nq;c\nz;b\nz;c\n",
                                  popular, &err),
                  &err);
        for (size_t i = 0; i < 2; i++) {
            is_near(metric(report[i], "mrr"), (0.5 + 1) / 2, "mrr");
            is_near(metric(report[i], "auc"), (0 + 1) / 2.0, "auc");
            is_near(metric(report[i], "coverage"), 3.0 / 4, "10, 7, and one of 9 and 8");
            const char *json = recsys_report_json(report[i]);
            assert_null(rs_json_check(report[i]->runtime, json, strlen(json), NULL));
            assert_contains(json, "\"candidates\":\"listed\"");
            recsys_report_destroy(report[i]);
        }
    }
}

static void a_model_needs_candidates_for_everybody(void **state)
{
    (void)state;
    const row tested[] = {{"77", "7", 5, 0}, {"88", "10", 5, 0}, {"99", "7", 1, 0}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_fails(evaluate_listed(&report, by_number, tested, 3, "user,movie\n77,10\n", 0, &err),
                 RECSYS_E_INVALID, &err);
    assert_contains(err.text, "evaluation.candidates: no candidate for the test user \"88\"");
    assert_null(report);
    assert_ok(
        evaluate_listed(&report, by_number, tested, 3, "user,movie\n77,10\n88,1\n", 0, &err),
        &err); /* nothing of 99 is relevant */
    recsys_report_destroy(report);
}

/* ---- memory ---------------------------------------------------------------------- */

static recsys_status run_again(recsys_runtime *runtime, void *data, recsys_error *err)
{
    const char *const *paths = data;
    recsys_report *report = NULL;
    recsys_config *config = NULL;
    recsys_status status = recsys_config_create(&config, NULL, err);
    if (status == RECSYS_OK)
        status = recsys_config_set(config, "evaluation.candidates", paths[2], err);
    if (status == RECSYS_OK) status = recsys_config_set(config, "evaluation.auc", "true", err);
    if (status == RECSYS_OK)
        status = recsys_config_set(config, "evaluation.predictions", "true", err);
    if (status == RECSYS_OK)
        status =
            recsys_evaluate_run(&report, runtime, paths[0], paths[1], NULL, NULL, config, err);
    recsys_report_destroy(report);
    recsys_config_destroy(config);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    char folder[256], path[3][512];
    test_folder(folder);
    const char *paths[] = {
        test_text_file(path[0], folder, "run", "user,movie,score\nu,a,2\nu,b,1\nv,b,1\n"),
        test_text_file(path[1], folder, "judgements", "user,movie\nu,b\nv,a\n"),
        test_text_file(path[2], folder, "candidates", "user,movie\nu,a\nv,b\n")};
    assert_true(test_each_allocation(run_again, paths, 1, 1) > 30);
    test_remove_folder(folder);
}

/* Of a model, whose candidates every thread asks for. */
static void every_allocation_of_a_model_may_fail(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.auc", "true", "evaluation.predictions",
                                        "true", NULL};
    char folder[256];
    const row tested[] = {{"3", "7", 5, 0}, {"88", "10", 5, 0}};
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 1);
    recsys_config *config = make_config(pairs);
    recsys_ratings *train = make_ratings(runtime, by_number, 10);
    recsys_ratings *test = make_ratings(runtime, tested, 2);
    recsys_model *model = fit(runtime, train, NULL);
    test_folder(folder);
    set_file(config, "evaluation.candidates", folder, "candidates", "user,movie\n3,8\n88,9\n");
    assert_true(evaluate_each_allocation(&heap, model, test, config) > 30);
    recsys_config_destroy(config);
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
    recsys_runtime_destroy(runtime);
    test_remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_the_oracles),
        cmocka_unit_test(neural_collaborative_filtering),
        cmocka_unit_test(judged_movies_are_candidates),
        cmocka_unit_test(who_has_no_candidate_is_named),
        cmocka_unit_test(a_profile_of_candidates_needs_them),
        cmocka_unit_test(a_model_ranks_what_is_listed),
        cmocka_unit_test(a_model_needs_candidates_for_everybody),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(every_allocation_of_a_model_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
