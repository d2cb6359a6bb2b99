/* AUC and predicted ratings: against pairs counted one by one (tests/oracle/variety.py, which
 * the maker of the fixture holds against scikit-learn), and by hand. */
#include "worlds_testing.h"

#include "eval/auc.h"

/* ---- one ranking ------------------------------------------------------------------ */

/* "1+ 1- 0.5-": scores, falling, of relevant (+) and other movies. */
static double auc_of(const char *ranking, size_t relevant)
{
    rs_auc auc = {.relevant = relevant};
    char *end;
    for (const char *at = ranking; *at != '\0'; at = *end == '\0' ? end : end + 1) {
        double score = strtod(at, &end);
        rs_auc_add(&auc, score, *end++ == '+');
    }
    return rs_auc_end(&auc);
}

static void by_hand(void **state)
{
    (void)state;
    is_near(auc_of("3+ 2- 1-", 1), 1, "the best");
    is_near(auc_of("3- 2- 1+", 1), 0, "the worst");
    is_near(auc_of("4- 3+ 2- 1+", 2), 1.0 / 4, "one of four pairs");
    is_near(auc_of("1+ 1-", 1), 0.5, "a tie");
    /* 3+ beats all three; 2+ loses to 3-, ties with 2-, beats 1- */
    is_near(auc_of("3+ 3- 2- 2+ 1-", 2), (2.5 + 1.5) / 6, "ties at both");
    is_near(auc_of("2+ 1- 0-", 3), 2.0 / 6, "two relevant ones are not ranked");
    is_near(auc_of("2- 1-", 1), 0, "none is ranked");
    is_near(auc_of("-0+ 0-", 1), 0.5, "zeros are level");
    is_near(auc_of("2- 1-", 0), (double)NAN, "nothing relevant");
    is_near(auc_of("2+ 1+", 2), (double)NAN, "nothing else");
    is_near(auc_of("", 1), (double)NAN, "nothing at all");
}

/* ---- against the oracle ---------------------------------------------------------- */

static void values_are_the_oracles(void **state)
{
    (void)state;
    static const char *const names[] = {"auc", "rmse", "mae"};
    world w;
    size_t values = 0;
    for (worlds_begin(&w); world_next(&w);)
        while (world_line(&w)) {
            if (!world_line_is(&w, "value")) continue;
            for (size_t i = 0; i < 3; i++)
                if (strcmp(names[i], w.field[2]) == 0) {
                    world_check_value(&w);
                    values++;
                }
        }
    assert_int_equal(values, 7 * SYSTEMS * 3 * 3); /* worlds, systems, cut-offs, metrics */
}

/* ---- runs ------------------------------------------------------------------------ */

/* Ranks and the order of the file have no ties, whatever the scores are. */
static void runs_by_rank_and_by_place(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.auc", "true", NULL};
    static const char *const runs[] = {"user,movie,rank,score\nu,a,2,1\nu,b,1,1\nu,c,3,1\n",
                                       "user,movie\nu,b\nu,a\nu,c\n"};
    for (size_t i = 0; i < 2; i++) {
        const run_case c = {.run = runs[i], .judgements = "user,movie\nu,b\nv,a\n"};
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_report *report = NULL;
        assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
        is_near(user_metric(report, 0, "auc"), 1, "b is in front");
        is_near(user_metric(report, 1, "auc"), (double)NAN, "no list");
        is_near(metric(report, "auc"), 1, "whoever has a list");
        recsys_report_destroy(report);
    }
}

static void not_asked_for(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    static const run_case c = {.run = "user,movie,score\nu,a,2\nu,b,1\n",
                               .judgements = "user,movie,grade\nu,a,1\n"};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &c, none, &err), &err);
    is_near(metric(report, "auc"), (double)NAN, "auc");
    is_near(metric(report, "rmse"), (double)NAN, "rmse");
    is_near(metric(report, "mae"), (double)NAN, "mae");
    recsys_report_destroy(report);
}

/* Of the pairs that both have, those of users with nothing relevant too: gaps .5, -1 and 2. */
static void predictions_of_a_run(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.predictions", "true",
                                        "evaluation.relevant_grade", "4", NULL};
    static const char judged[] = "user,movie,grade\nu,a,4\nu,b,3\nu,x,5\nv,a,1\nw,a,4\n";
    static const run_case some = {
        .run = "user,movie,score\nu,a,4.5\nu,b,2\nu,c,9\nv,a,3\nz,a,7\n", .judgements = judged};
    static const run_case none = {.run = "user,movie,score\nu,c,4\n", .judgements = judged};
    static const run_case unscored = {.run = "user,movie\nu,a\n", .judgements = judged};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &some, pairs, &err), &err);
    is_near(metric(report, "rmse"), sqrt((0.25 + 1 + 4) / 3), "rmse");
    is_near(metric(report, "mae"), 3.5 / 3, "mae");
    assert_int_equal(report->predicted, 3);
    recsys_report_destroy(report);
    report = NULL;
    assert_ok(evaluate_run(&report, &none, pairs, &err), &err);
    is_near(metric(report, "rmse"), (double)NAN, "no pair");
    recsys_report_destroy(report);
    report = NULL;
    assert_fails(evaluate_run(&report, &unscored, pairs, &err), RECSYS_E_INVALID, &err);
    assert_contains(err.text, "the run has no scores");
    assert_null(report);
}

/* ---- models ----------------------------------------------------------------------- */

/* What a caller who allows only the tested movies is told, with no movie left out. */
static double predicted(const recsys_model *model, const char *user, const char *movie)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list = NULL;
    assert_ok(recsys_context_create(&context, model, &err), &err);
    assert_ok(recsys_query_create(&query, NULL, &err), &err);
    assert_ok(recsys_query_set_user(query, user, &err), &err);
    assert_ok(recsys_query_allow(query, movie, &err), &err);
    assert_ok(recsys_recommend(&list, context, query, &err), &err);
    assert_int_equal(recsys_result_size(list), 1);
    double rating = recsys_result_rating(list, 0);
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    return rating;
}

/* d has nothing relevant, and the model does not know 9: both ratings of d count, that of 9
 * does not. */
static void predictions_of_a_model(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.predictions", "true", NULL};
    const row training[] = {{"a", "1", 5, 0}, {"a", "2", 4, 0}, {"a", "3", 2, 0},
                            {"b", "1", 4, 0}, {"b", "2", 5, 0}, {"b", "4", 1, 0},
                            {"c", "1", 3, 0}, {"d", "3", 5, 0}};
    const row tested[] = {{"c", "2", 5, 0}, {"c", "4", 2, 0}, {"c", "9", 5, 0},
                          {"d", "1", 3, 0}, {"d", "4", 3, 0}, {"x", "1", 4, 0}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    double square = 0, absolute = 0;
    recsys_config *config = make_config(pairs);
    recsys_ratings *train = make_ratings(NULL, training, 8);
    recsys_ratings *test = make_ratings(NULL, tested, 6);
    recsys_model *model = fit(NULL, train, NULL);
    for (size_t i = 0; i < 6; i++) {
        if (i == 2) continue;
        double gap =
            predicted(model, tested[i].user, tested[i].movie) - (double)tested[i].rating;
        square += gap * gap;
        absolute += fabs(gap);
    }
    assert_ok(recsys_evaluate(&report, model, test, config, NULL, &err), &err);
    is_near(metric(report, "rmse"), sqrt(square / 5), "rmse");
    is_near(metric(report, "mae"), absolute / 5, "mae");
    assert_int_equal(report->predicted, 5);
    assert_int_equal(recsys_report_users(report), 2);
    assert_int_equal(recsys_report_skipped(report), 1);
    recsys_report_destroy(report);
    assert_ok(recsys_evaluate_popularity(&report, model, test, config, NULL, &err), &err);
    is_near(metric(report, "rmse"), (double)NAN, "popularity predicts nothing");
    recsys_report_destroy(report);
    recsys_config_destroy(config);
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
}

/* Pairs of one user's ranking of all movies, by public calls: no filter leaves out any. */
static double auc_by_pairs(const recsys_model *model, const char *user, const uint8_t *relevant,
                           size_t count)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list = NULL;
    double right = 0, pairs = 0;
    assert_ok(recsys_context_create(&context, model, &err), &err);
    assert_ok(recsys_query_create(&query, NULL, &err), &err);
    assert_ok(recsys_query_set_user(query, user, &err), &err);
    assert_ok(recsys_query_set_limit(query, count, &err), &err);
    assert_ok(
        recsys_query_set_option(query, "model.recommendation.min_rating_threshold", "0", &err),
        &err);
    assert_ok(recsys_recommend(&list, context, query, &err), &err);
    for (size_t i = 0; i < recsys_result_size(list); i++)
        for (size_t j = 0; j < recsys_result_size(list); j++) {
            if (!relevant[recsys_result_movie(list, i)]) continue;
            if (relevant[recsys_result_movie(list, j)]) continue;
            double a = recsys_result_score(list, i), b = recsys_result_score(list, j);
            right += a > b ? 1 : a == b ? 0.5 : 0;
            pairs++;
        }
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    return right / pairs;
}

enum { MODEL_MOVIES = 30 };

/* Everybody likes movies of their own half. */
static size_t draw_rows(row *made, char ids[][8], size_t users)
{
    size_t count = 0;
    uint64_t random = 7;
    for (size_t u = 0; u < users; u++)
        for (size_t m = 0; m < MODEL_MOVIES; m++)
            if (test_below(&random, 3) == 0)
                made[count++] =
                    (row){ids[u], ids[m], (float)(u % 2 == m % 2 ? 5 : 1 + m % 3), 0};
    return count;
}

/* Movie "999" is of no training rating, so it is relevant and ranked below all. */
static void auc_of_a_model(void **state)
{
    (void)state;
    enum { USERS = 20 };
    static const char *const pairs[] = {
        "evaluation.auc", "true", "model.recommendation.min_rating_threshold", "4.5", NULL};
    static row made[USERS * MODEL_MOVIES];
    static char ids[MODEL_MOVIES][8];
    uint8_t relevant[MODEL_MOVIES] = {0};
    row tested[2] = {{"1", NULL, 5, 0}, {"1", "999", 5, 0}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    recsys_model *model = NULL;
    for (size_t i = 0; i < MODEL_MOVIES; i++) snprintf(ids[i], sizeof *ids, "%zu", i + 1);
    recsys_ratings *train = make_ratings(NULL, made, draw_rows(made, ids, USERS));
    recsys_config *config = make_config(pairs);
    assert_ok(recsys_model_fit(&model, NULL, train, NULL, config, NULL, &err), &err);
    size_t at = 0;
    while (rs_matrix_find(&model->ratings, 0, at) != UINT64_MAX) at++;
    tested[0].movie = ids[at];
    relevant[at] = 1;
    double alone = auc_by_pairs(model, "1", relevant, MODEL_MOVIES);
    for (size_t count = 1; count <= 2; count++) {
        recsys_ratings *test = make_ratings(NULL, tested, count);
        assert_ok(recsys_evaluate(&report, model, test, config, NULL, &err), &err);
        is_near(metric(report, "auc"), alone / (double)count, "auc");
        recsys_report_destroy(report);
        recsys_ratings_destroy(test);
    }
    recsys_config_destroy(config);
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
}

/* More movies than a caller may ask for at once. The last one is rated by two, the others by
 * one; of all but the last, a user who rated nothing has one relevant one. */
static void auc_of_very_many_movies(void **state)
{
    (void)state;
    enum { MOVIES = 100100 };
    static const char *const pairs[] = {"evaluation.auc", "true", NULL};
    row *made = malloc((MOVIES + 1) * sizeof *made);
    char(*ids)[8] = malloc(MOVIES * sizeof *ids);
    assert_true(made != NULL && ids != NULL);
    for (size_t i = 0; i < MOVIES; i++) {
        snprintf(ids[i], sizeof *ids, "%zu", i + 1);
        made[i] = (row){"1", ids[i], 5, 0};
    }
    made[MOVIES] = (row){"2", ids[MOVIES - 1], 5, 0};
    const row tested = {"3", "17", 5, 0};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    recsys_config *config = make_config(pairs);
    recsys_ratings *train = make_ratings(NULL, made, MOVIES + 1);
    recsys_ratings *test = make_ratings(NULL, &tested, 1);
    recsys_model *model = fit(NULL, train, NULL);
    assert_ok(recsys_evaluate_popularity(&report, model, test, config, NULL, &err), &err);
    is_near(metric(report, "auc"), (MOVIES - 2) * 0.5 / (MOVIES - 1), "auc");
    recsys_report_destroy(report);
    recsys_config_destroy(config);
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
    free(made);
    free(ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(values_are_the_oracles),
        cmocka_unit_test(runs_by_rank_and_by_place),
        cmocka_unit_test(not_asked_for),
        cmocka_unit_test(predictions_of_a_run),
        cmocka_unit_test(predictions_of_a_model),
        cmocka_unit_test(auc_of_a_model),
        cmocka_unit_test(auc_of_very_many_movies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
