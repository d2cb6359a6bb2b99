/* What a model ranks in an evaluation: movies that the user has seen, those seen besides, those
 * that nobody rated; and how means are rounded. By hand. */
#include "evaluations_testing.h"

#include "base/text.h"

/* Raters of 1 to 4: four, three, two, one; the catalogue has 5 too. */
static const row training[] = {
    {"a", "1", 5, 0}, {"a", "2", 5, 0}, {"a", "3", 5, 0}, {"a", "4", 5, 0}, {"b", "1", 5, 0},
    {"b", "2", 5, 0}, {"b", "3", 5, 0}, {"c", "1", 5, 0}, {"c", "2", 5, 0}, {"d", "1", 5, 0}};

typedef struct place {
    recsys_model *model;
    recsys_catalogue *movies;
    char folder[256];
} place;

static int set_up(void **state)
{
    char path[512];
    place *p = calloc(1, sizeof *p);
    recsys_error err = RECSYS_ERROR_INIT;
    if (p == NULL) return -1;
    test_folder(p->folder);
    test_text_file(path, p->folder, "movies.csv", "movieId,title\n1,A\n2,B\n3,C\n4,D\n5,E\n");
    assert_ok(recsys_catalogue_read(&p->movies, NULL, path, NULL, &err), &err);
    recsys_ratings *train = make_ratings(NULL, training, sizeof training / sizeof *training);
    p->model = fit(NULL, train, p->movies);
    recsys_ratings_destroy(train);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    place *p = *state;
    recsys_model_destroy(p->model);
    recsys_catalogue_destroy(p->movies);
    test_remove_folder(p->folder);
    free(p);
    return 0;
}

/* The report of popularity for d, who has rated 1 and likes `movie`. */
static recsys_report *ask_popular(const place *p, const char *movie, const char *const *pairs)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    const row likes = {"d", movie, 5, 0};
    recsys_ratings *test = make_ratings(NULL, &likes, 1);
    recsys_config *config = make_config(pairs);
    assert_ok(recsys_evaluate_popularity(&report, p->model, test, config, NULL, &err), &err);
    recsys_config_destroy(config);
    recsys_ratings_destroy(test);
    return report;
}

static void rank_is(const place *p, const char *movie, const char *const *pairs, double rank,
                    const char *protocol)
{
    recsys_report *report = ask_popular(p, movie, pairs);
    is_near(metric_at(report, "mrr", 0), rank > 0 ? 1 / rank : 0, movie);
    assert_contains(recsys_report_json(report), protocol);
    recsys_report_destroy(report);
}

static void seen_movies(void **state)
{
    const place *p = *state;
    char path[512];
    test_text_file(path, p->folder, "validation.csv", "userId,movieId,rating\nd,2,4\na,3,1\n");
    const char *const train[] = {"evaluation.seen_mask", "train", NULL};
    const char *const none[] = {"evaluation.seen_mask", "none", NULL};
    const char *const more[] = {"evaluation.seen_ratings", path, NULL};
    const char *const only[] = {"evaluation.seen_ratings", path, "evaluation.seen_mask", "none",
                                NULL};
    rank_is(p, "3", train, 2, "\"seen_mask\":\"train\"");      /* 2 3 4 5 */
    rank_is(p, "3", none, 3, "\"seen_mask\":\"none\"");        /* 1 2 3 4 5 */
    rank_is(p, "3", more, 1, "\"seen_mask\":\"train+given\""); /* 3 4 5 */
    rank_is(p, "3", only, 2, "\"seen_mask\":\"none+given\"");  /* 1 3 4 5 */
}

static void movies_that_nobody_rated(void **state)
{
    const place *p = *state;
    const char *const all[] = {"evaluation.candidate_movies", "all", NULL};
    const char *const rated[] = {"evaluation.candidate_movies", "rated", NULL};
    rank_is(p, "5", all, 4, "\"candidates\":\"all\"");
    rank_is(p, "5", rated, 0, "\"candidates\":\"rated\"");
    rank_is(p, "4", rated, 3, "\"candidates\":\"rated\"");
}

/* A model whose users get again what they have rated: a list of all five movies. */
static void models_may_keep_rated_movies(void **state)
{
    const place *p = *state;
    static const char *const words[] = {"leave_out", "keep"};
    recsys_query *query = NULL;
    recsys_context *context = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_context_create(&context, p->model, &err), &err);
    assert_ok(recsys_query_create(&query, NULL, &err), &err);
    for (size_t i = 0; i < 2; i++) {
        const recsys_result *result = NULL;
        size_t met = 0;
        recsys_query_clear(query);
        assert_ok(recsys_query_set_user(query, "d", &err), &err);
        assert_ok(recsys_query_set_option(query, "model.recommendation.min_rating_threshold",
                                          "0", &err),
                  &err);
        assert_ok(
            recsys_query_set_option(query, "model.recommendation.rated_movies", words[i], &err),
            &err);
        assert_ok(recsys_recommend(&result, context, query, &err), &err);
        for (size_t at = 0; at < recsys_result_size(result); at++)
            met += recsys_result_movie(result, at) == 0;
        assert_int_equal(met, i);
    }
    recsys_query_destroy(query);
    recsys_context_destroy(context);
}

/* 1/3 and its interval's ends, which stay as they are. */
static void means_are_rounded_where_that_is_asked(void **state)
{
    const place *p = *state;
    const char *const pairs[] = {"evaluation.seen_mask", "none", "evaluation.decimals", "4",
                                 NULL};
    recsys_report *report = ask_popular(p, "3", pairs);
    assert_true(metric_at(report, "mrr", 0) == 0.3333);
    assert_contains(recsys_report_json(report), "\"mrr\":0.3333,");
    assert_contains(recsys_report_json(report), "\"decimals\":4");
    recsys_report_destroy(report);
}

static void lists_of_a_run_stand_as_they_are(void **state)
{
    const place *p = *state;
    static const char *const pairs[][3] = {{"evaluation.candidate_movies", "rated", NULL},
                                           {"evaluation.seen_mask", "none", NULL},
                                           {"evaluation.seen_ratings", "x", NULL}};
    char path[512], want[256];
    test_text_file(path, p->folder, "run.csv", "user,movie\nd,1\n");
    for (size_t i = 0; i < 3; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_report *report = NULL;
        recsys_config *config = make_config(pairs[i]);
        assert_fails(recsys_evaluate_run(&report, NULL, path, path, NULL, NULL, config, &err),
                     RECSYS_E_CONFIG, &err);
        snprintf(want, sizeof want,
                 "%s: is for a model's lists; those of a run stand as they are", pairs[i][0]);
        assert_string_equal(err.text, want);
        recsys_config_destroy(config);
    }
}

/* Python: round(2.675, 2), round(0.125, 2), round(0.375, 2), round(1e300, 3). */
static void rounding_is_pythons(void **state)
{
    (void)state;
    assert_true(rs_round(2.675, 2) == 2.67);
    assert_true(rs_round(0.125, 2) == 0.12);
    assert_true(rs_round(0.375, 2) == 0.38);
    assert_true(rs_round(1e300, 3) == 1e300);
    assert_true(isnan(rs_round((double)NAN, 3)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(seen_movies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(movies_that_nobody_rated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(models_may_keep_rated_movies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(means_are_rounded_where_that_is_asked, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(lists_of_a_run_stand_as_they_are, set_up, tear_down),
        cmocka_unit_test(rounding_is_pythons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
