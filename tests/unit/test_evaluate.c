/* recsys_evaluate: who is asked, who is skipped, what is refused, and that threads do not
 * show. */
#include "sample.h"
#include "evaluations_testing.h"

#include "base/json.h"
#include "eval/report.h"

/* ---- by hand --------------------------------------------------------------------- */

/* Movie 1 has four raters, 2 has three, 3 has two, 4 has one, all ratings 5: whoever the
 * model does not know gets 1, 2, 3, 4. */
static const row training[] = {
    {"a", "1", 5, 0}, {"a", "2", 5, 0}, {"a", "3", 5, 0}, {"a", "4", 5, 0}, {"b", "1", 5, 0},
    {"b", "2", 5, 0}, {"b", "3", 5, 0}, {"c", "1", 5, 0}, {"c", "2", 5, 0}, {"d", "1", 5, 0}};
enum { TRAINING = sizeof training / sizeof *training };

static recsys_report *evaluate_model(const recsys_model *model, const recsys_ratings *test,
                                     const char *k)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = config_with("evaluation.k", k);
    recsys_report *report = NULL;
    assert_ok(recsys_evaluate(&report, model, test, config, NULL, &err), &err);
    recsys_config_destroy(config);
    return report;
}

static recsys_report *evaluate_at(const row *test_rows, size_t count, const char *k)
{
    recsys_ratings *train = make_ratings(NULL, training, TRAINING);
    recsys_ratings *test = make_ratings(NULL, test_rows, count);
    recsys_model *model = fit(NULL, train, NULL);
    recsys_report *report = evaluate_model(model, test, k);
    assert_string_equal(report->model_hash, recsys_model_hash(model));
    assert_string_equal(report->data_hash, recsys_ratings_hash(test));
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
    return report;
}

static void unknown_users_get_the_popular_movies(void **state)
{
    (void)state;
    /* K = 2, so each list is 1, 2. x: hit at rank 1, the only relevant one. y: hit at rank 2
     * of two relevant ones, of which the model does not know "99". z: nothing relevant. */
    const row test[] = {{"x", "1", 5, 0},
                        {"x", "2", 3.5f, 0},
                        {"y", "2", 4, 0},
                        {"y", "99", 5, 0},
                        {"z", "1", 1, 0}};
    recsys_report *report = evaluate_at(test, 5, "2");
    assert_int_equal(recsys_report_k(report), 2);
    assert_int_equal(recsys_report_users(report), 2);
    assert_int_equal(recsys_report_skipped(report), 1);
    assert_near(recsys_report_threshold(report), 4, 0);
    double ndcg_y = (1 / log2(3)) / (1 + 1 / log2(3));
    assert_near(metric(report, "precision"), 0.5, 1e-15);
    assert_near(metric(report, "recall"), (1 + 0.5) / 2, 1e-15);
    assert_near(metric(report, "f1"), (2.0 / 3 + 0.5) / 2, 1e-15);
    assert_near(metric(report, "ndcg"), (1 + ndcg_y) / 2, 1e-15);
    assert_near(metric(report, "hit_rate"), 1, 0);
    assert_near(metric(report, "coverage"), 2.0 / 4, 0);
    assert_near(metric(report, "diversity"), 0, 0);
    assert_int_equal(report->strangers, 2);
    assert_int_equal(report->relevant, 3);
    assert_int_equal(report->unlisted, 1);
    recsys_report_destroy(report);
}

/* c has seen 1 and 2, so 3 and 4 are all that is left for them, in either order. */
static void known_users_do_not_get_what_they_have_seen(void **state)
{
    (void)state;
    const row test[] = {{"c", "3", 5, 0}, {"c", "4", 5, 0}};
    recsys_report *report = evaluate_at(test, 2, "10");
    assert_int_equal(report->strangers, 0);
    assert_near(metric(report, "precision"), 0.2, 1e-15);
    assert_near(metric(report, "recall"), 1, 0);
    assert_near(metric(report, "ndcg"), 1, 1e-15);
    assert_near(metric(report, "coverage"), 0.5, 0);
    assert_true(isnan(metric(report, "diversity"))); /* of one user's list */
    assert_contains(recsys_report_json(report), "\"diversity\":null");
    recsys_report_destroy(report);
}

/* Training ids are numbers, so 10 comes after 9; "tt" turns those of the test into strings,
 * where it comes before. */
static void ids_of_another_kind_are_matched_by_text(void **state)
{
    (void)state;
    row train_rows[12], test[5];
    static char ids[12][4];
    for (size_t i = 0; i < 12; i++) {
        snprintf(ids[i], sizeof *ids, "%zu", i + 1);
        train_rows[i] = (row){i == 0 ? "1" : "2", ids[i], 5, 0};
    }
    for (size_t i = 0; i < 4; i++) test[i] = (row){"1", ids[7 + i], 5, 0}; /* 8, 9, 10, 11 */
    test[4] = (row){"zz", "tt", 5, 0};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    recsys_ratings *train = make_ratings(NULL, train_rows, 12), *given;
    given = make_ratings(NULL, test, 5);
    recsys_model *model = fit(NULL, train, NULL);
    assert_ok(recsys_evaluate(&report, model, given, NULL, NULL, &err), &err);
    /* User 1 lacks eleven movies, gets ten of them; at least three of the four are there. */
    double found = report->lists.scores.value[RS_METRIC_PRECISION] * 10;
    assert_true(found > 2.9);
    assert_int_equal(report->strangers, 1);
    recsys_report_destroy(report);
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(given);
}

/* ---- refusals -------------------------------------------------------------------- */

static void leaks_are_refused_with_the_first_pair(void **state)
{
    (void)state;
    const row test[] = {{"a", "99", 5, 0},
                        {"b", "2", 1, 0},
                        {"b", "3", 5, 0},
                        {"b", "4", 5, 0},
                        {"c", "1", 5, 0}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    recsys_ratings *train = make_ratings(NULL, training, TRAINING);
    recsys_ratings *given = make_ratings(NULL, test, 5);
    recsys_model *model = fit(NULL, train, NULL);
    assert_fails(recsys_evaluate(&report, model, given, NULL, NULL, &err), RECSYS_E_LEAK, &err);
    assert_contains(err.text, "user \"b\", movie \"2\"");
    assert_contains(err.text, "3 of the 5");
    assert_null(report);
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(given);
}

static void nothing_relevant_is_refused(void **state)
{
    (void)state;
    const row test[] = {{"c", "3", 3.5f, 0}, {"d", "2", 1, 0}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    recsys_ratings *train = make_ratings(NULL, training, TRAINING);
    recsys_ratings *given = make_ratings(NULL, test, 2);
    recsys_model *model = fit(NULL, train, NULL);
    assert_fails(recsys_evaluate(&report, model, given, NULL, NULL, &err), RECSYS_E_EMPTY,
                 &err);
    assert_contains(err.text, "the highest test rating is 3.5, relevant is from 4 on");
    assert_int_equal(recsys_evaluate(&report, NULL, given, NULL, NULL, NULL), RECSYS_E_INVALID);
    assert_int_equal(recsys_evaluate(&report, model, NULL, NULL, NULL, NULL), RECSYS_E_INVALID);
    assert_null(report);
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(given);
}

/* ---- random ratings -------------------------------------------------------------- */

enum { USERS = 400, MOVIES = 60, RANDOM_ROWS = 8000 };

/* Movies with small numbers are rated more often. The same seed gives the same rows. */
static void random_rows(row *made, char ids[][8], size_t count)
{
    uint64_t random = 42;
    size_t most = USERS > MOVIES ? USERS : MOVIES;
    for (size_t i = 0; i < most; i++) snprintf(ids[i], sizeof *ids, "%u", (unsigned)(i + 1));
    for (size_t i = 0; i < count; i++) {
        size_t movie = test_below(&random, MOVIES) * test_below(&random, MOVIES) / MOVIES;
        made[i] = (row){ids[test_below(&random, USERS)], ids[movie],
                        (float)(1 + test_below(&random, 5)), 0};
    }
}

static recsys_ratings *random_ratings(recsys_runtime *runtime)
{
    static row made[RANDOM_ROWS];
    static char ids[USERS + MOVIES][8];
    random_rows(made, ids, RANDOM_ROWS);
    return make_ratings(runtime, made, RANDOM_ROWS);
}

static recsys_runtime *threads_of(size_t threads)
{
    recsys_runtime *runtime = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
    assert_ok(recsys_runtime_set_threads(runtime, threads, &err), &err);
    return runtime;
}

/* The calling thread waits before it begins, so that the others do have a share. */
static int wait_a_little(void *data, const char *stage, uint64_t done, uint64_t total)
{
    (void)data;
    (void)total;
    if (done == 0 && strcmp(stage, "evaluation") == 0) usleep(2000);
    return 0;
}

static void threads_do_not_show(void **state)
{
    (void)state;
    static const size_t threads[] = {1, 2, 7};
    const recsys_progress wait = {wait_a_little, NULL};
    char *first = NULL;
    for (size_t i = 0; i < 3; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_runtime *runtime = threads_of(threads[i]);
        recsys_ratings *all = random_ratings(runtime), *train = NULL, *test = NULL;
        recsys_report *report = NULL;
        assert_ok(recsys_split(&train, &test, all, "user-random:0.3", 5, &err), &err);
        recsys_model *model = fit(runtime, train, NULL);
        assert_ok(recsys_evaluate(&report, model, test, NULL, &wait, &err), &err);
        const char *json = recsys_report_json(report);
        assert_null(rs_json_check(runtime, json, strlen(json), NULL));
        if (first == NULL)
            first = strdup(json);
        else
            assert_string_equal(json, first);
        recsys_report_destroy(report);
        recsys_model_destroy(model);
        recsys_ratings_destroy(all);
        recsys_ratings_destroy(train);
        recsys_ratings_destroy(test);
        recsys_runtime_destroy(runtime);
    }
    free(first);
}

typedef struct relevant_movies {
    uint32_t *movies; /* [count] those that the model knows */
    size_t count, total;
} relevant_movies;

/* One user's relevant movies, as numbers of the model, found by public calls only. */
static relevant_movies relevant_of(const recsys_model *model, const recsys_ratings *test,
                                   size_t user, uint32_t *buffer)
{
    relevant_movies relevant = {.movies = buffer};
    recsys_rating r = RECSYS_RATING_INIT;
    char id[16];
    for (size_t j = 0; recsys_ratings_user_at(test, user, j, &r); j++) {
        if (r.value < 4) continue;
        relevant.total++;
        recsys_ratings_movie_id(test, r.movie, id, sizeof id);
        size_t movie = recsys_model_find_movie(model, id);
        if (movie != SIZE_MAX) buffer[relevant.count++] = (uint32_t)movie;
    }
    return relevant;
}

static double ndcg_by_hand(const recsys_result *list, const relevant_movies *relevant)
{
    double gain = 0, ideal = 0;
    for (size_t i = 0; i < recsys_result_size(list); i++)
        for (size_t j = 0; j < relevant->count; j++)
            if (relevant->movies[j] == recsys_result_movie(list, i))
                gain += 1 / log2((double)i + 2);
    for (size_t i = 0; i < 10 && i < relevant->total; i++) ideal += 1 / log2((double)i + 2);
    return gain / ideal;
}

/* What a caller gets who asks for one list after the other. */
static double mean_ndcg_by_hand(const recsys_model *model, const recsys_ratings *test)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list = NULL;
    uint32_t buffer[MOVIES];
    double sum = 0;
    size_t users = 0;
    char id[16];
    assert_ok(recsys_context_create(&context, model, &err), &err);
    assert_ok(recsys_query_create(&query, NULL, &err), &err);
    for (size_t user = 0; user < recsys_ratings_users(test); user++) {
        relevant_movies relevant = relevant_of(model, test, user, buffer);
        if (relevant.total == 0) continue;
        recsys_ratings_user_id(test, user, id, sizeof id);
        assert_ok(recsys_query_set_user(query, id, &err), &err);
        assert_ok(recsys_query_set_limit(query, 10, &err), &err);
        assert_ok(recsys_recommend(&list, context, query, &err), &err);
        sum += ndcg_by_hand(list, &relevant);
        users++;
    }
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    return sum / (double)users;
}

static int refuse(void *data, const char *stage, uint64_t done, uint64_t total)
{
    (void)data;
    (void)stage;
    return done > 0 || total == 0;
}

static void lists_are_those_that_a_caller_gets(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *all = random_ratings(NULL), *train = NULL, *test = NULL;
    recsys_report *report = NULL;
    assert_ok(recsys_split(&train, &test, all, "user-random:0.3", 5, &err), &err);
    recsys_model *model = fit(NULL, train, NULL);
    const recsys_progress progress = {refuse, NULL};
    assert_fails(recsys_evaluate(&report, model, test, NULL, &progress, &err), RECSYS_CANCELLED,
                 &err);
    assert_null(report);
    assert_ok(recsys_evaluate(&report, model, test, NULL, NULL, &err), &err);
    assert_near(metric(report, "ndcg"), mean_ndcg_by_hand(model, test), 0);
    assert_true(metric(report, "ndcg") > 0);
    recsys_report_destroy(report);
    recsys_model_destroy(model);
    recsys_ratings_destroy(all);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
}

/* ---- the gate's cut -------------------------------------------------------------- */

/* A model with so much diversity, and ratings that it has not seen. Its movies are many enough
 * for a longer list to be chosen from a wider pool. */
static recsys_model *sample_split(recsys_ratings **test, const char *diversity)
{
    char folder[256], path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = config_with("model.recommendation.diversity", diversity);
    recsys_model *model = NULL;
    recsys_catalogue *movies = NULL;
    recsys_ratings *all = NULL, *train = NULL;
    test_folder(folder);
    sample_catalogue_file(path, folder, 300);
    assert_ok(sample_ratings(&all, NULL, 100, 300, &err), &err);
    assert_ok(sample_catalogue(&movies, NULL, path, &err), &err);
    assert_ok(recsys_split(&train, test, all, "user-random:0.1", 5, &err), &err);
    assert_ok(recsys_model_fit(&model, NULL, train, movies, config, NULL, &err), &err);
    recsys_config_destroy(config);
    recsys_catalogue_destroy(movies);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(all);
    test_remove_folder(folder);
    return model;
}

/* The cut of one report is that of a run at this K alone. */
static void same_cut(const rs_cut *got, const rs_cut *want)
{
    assert_int_equal(got->k, want->k);
    for (size_t m = 0; m < RS_METRICS; m++) {
        assert_int_equal(isnan(got->metrics[m]), isnan(want->metrics[m]));
        if (!isnan(got->metrics[m])) assert_near(got->metrics[m], want->metrics[m], 0);
    }
}

static void one_run_gives_both_cuts(void **state)
{
    (void)state;
    static const char *const diversity[] = {"0", "0.8"};
    for (size_t i = 0; i < 2; i++) {
        recsys_ratings *test = NULL;
        recsys_model *model = sample_split(&test, diversity[i]);
        recsys_report *ten = evaluate_model(model, test, "10");
        recsys_report *five = evaluate_model(model, test, "5");
        recsys_report *thirty = evaluate_model(model, test, "30");
        same_cut(&ten->gate.cut[0], &ten->lists.cut[ten->told]);
        same_cut(&five->gate.cut[0], &ten->lists.cut[ten->told]);
        same_cut(&thirty->gate.cut[0], &ten->lists.cut[ten->told]);
        assert_true(metric(five, "recall") < metric(ten, "recall"));
        assert_true(metric(ten, "recall") < metric(thirty, "recall"));
        recsys_report_destroy(thirty);
        recsys_report_destroy(five);
        recsys_report_destroy(ten);
        recsys_model_destroy(model);
        recsys_ratings_destroy(test);
    }
}

/* Held against a hit rate between that at 10 and that at 50. */
static void a_larger_k_does_not_pass_the_gate(void **state)
{
    (void)state;
    static const char *const ks[] = {"5", "10", "50"};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *test = NULL;
    recsys_model *model = sample_split(&test, "0");
    recsys_config *config = NULL;
    char minimum[32];
    assert_ok(recsys_config_create(&config, NULL, &err), &err);
    for (size_t i = 3; i-- > 0;) {
        recsys_report *report = evaluate_model(model, test, ks[i]);
        recsys_verdict *verdict = NULL;
        if (i == 2) {
            double at_ten = report->gate.cut[0].metrics[RS_METRIC_HIT_RATE];
            double at_fifty = metric(report, "hit_rate");
            assert_true(at_ten < at_fifty);
            snprintf(minimum, sizeof minimum, "%.9f", (at_ten + at_fifty) / 2);
            assert_ok(recsys_config_set(config, "evaluation.gate.hit_rate", minimum, &err),
                      &err);
        }
        assert_ok(recsys_gate_check(&verdict, report, NULL, config, &err), &err);
        assert_int_equal(recsys_verdict_passed(verdict), 0);
        recsys_verdict_destroy(verdict);
        recsys_report_destroy(report);
    }
    recsys_config_destroy(config);
    recsys_model_destroy(model);
    recsys_ratings_destroy(test);
}

/* ---- memory ---------------------------------------------------------------------- */

static void every_allocation_may_fail(void **state)
{
    (void)state;
    const row test_rows[] = {{"c", "3", 5, 0}, {"x", "1", 5, 0}, {"y", "99", 5, 0}};
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 1);
    recsys_ratings *train = make_ratings(runtime, training, TRAINING);
    recsys_ratings *test = make_ratings(runtime, test_rows, 3);
    recsys_model *model = fit(runtime, train, NULL);
    assert_true(evaluate_each_allocation(&heap, model, test, NULL) > 20);
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
    recsys_runtime_destroy(runtime);
    assert_int_equal(atomic_load(&heap.live), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_users_get_the_popular_movies),
        cmocka_unit_test(known_users_do_not_get_what_they_have_seen),
        cmocka_unit_test(ids_of_another_kind_are_matched_by_text),
        cmocka_unit_test(leaks_are_refused_with_the_first_pair),
        cmocka_unit_test(nothing_relevant_is_refused),
        cmocka_unit_test(threads_do_not_show),
        cmocka_unit_test(lists_are_those_that_a_caller_gets),
        cmocka_unit_test(one_run_gives_both_cuts),
        cmocka_unit_test(a_larger_k_does_not_pass_the_gate),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
