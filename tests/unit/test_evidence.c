/* What an evaluation knows beside lists and judgements: training data, genres and times by
 * hand; what coverage is a share of; lists by popularity; examples. */
#include "worlds_testing.h"

#include "base/json.h"
#include "eval/evidence.h"

/* ---- the data --------------------------------------------------------------------- */

/* Movie 1 has a genre twice, 4 has none, 2 is in no catalogue. */
static const char catalogue_text[] =
    "movieId,title,genres\n1,A,Drama|Comedy|Drama\n3,B,Comedy\n"
    "4,C,\n";
static const row training[] = {{"a", "3", 5, 0}, {"a", "2", 4, 0}, {"b", "3", 2, 0}};

static void same_numbers(const uint64_t *got, const uint64_t *want, size_t count)
{
    for (size_t i = 0; i < count; i++) assert_int_equal(got[i], want[i]);
}

static void same_movies(const uint32_t *got, const uint32_t *want, size_t count)
{
    for (size_t i = 0; i < count; i++) assert_int_equal(got[i], want[i]);
}

/* The model's movies are 1, 2, 3, 4; those of the test, 4 and 9, have the numbers behind. */
static void evidence_of_a_model(void **state)
{
    (void)state;
    const row tested[] = {{"c", "9", 5, 1500000005}, {"a", "4", 5, 1500000007}};
    const uint32_t user_of[] = {0, UINT32_MAX}; /* a, c */
    recsys_error err = RECSYS_ERROR_INIT;
    rs_evidence e;
    recsys_catalogue *movies = read_catalogue("movies.csv", catalogue_text);
    recsys_ratings *train = make_ratings(NULL, training, 3),
                   *test = make_ratings(NULL, tested, 2);
    recsys_model *model = fit(NULL, train, movies);
    assert_ok(rs_evidence_of_model(&e, model, test, user_of, &err), &err);
    assert_int_equal(e.users, 2);
    assert_int_equal(e.movies, 6);
    assert_int_equal(e.catalogue, 4);
    assert_int_equal(e.rated, 2);
    assert_int_equal(e.train_users, 2);
    same_numbers(e.raters, (const uint64_t[]){0, 1, 2, 0, 0, 0}, 6);
    same_movies(e.popular, (const uint32_t[]){2, 1, 0, 3, 4, 5}, 6);
    same_numbers(e.profile_ptr, (const uint64_t[]){0, 2, 2}, 3);
    same_movies(e.profile_movie, (const uint32_t[]){1, 2}, 2);
    assert_int_equal(e.categories, 2);
    same_numbers(e.category_ptr, (const uint64_t[]){0, 2, 2, 3, 3, 3, 3}, 7);
    assert_int_equal(e.category[0], 0); /* Drama came first, then Comedy */
    assert_int_equal(e.category[1], 1);
    assert_int_equal(e.category[2], 1);
    assert_true(e.time[0] == INT64_C(1500000007000) && e.time[1] == INT64_C(1500000005000));
    rs_evidence_free(&e);
    recsys_model_destroy(model);
    recsys_catalogue_destroy(movies);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
}

static uint32_t add_id(rs_id_table *table, const char *id)
{
    return rs_id_table_text(table, id, strlen(id));
}

/* The tables know z and a, 9 and 3 already; then b and 2, and from the catalogue 1 and 4. */
static void evidence_of_ratings(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    rs_evidence e;
    rs_id_table users, ids;
    recsys_catalogue *movies = read_catalogue("movies.csv", catalogue_text);
    recsys_ratings *train = make_ratings(NULL, training, 3);
    rs_id_table_begin(&users, train->runtime);
    rs_id_table_begin(&ids, train->runtime);
    assert_int_equal(add_id(&users, "z") + add_id(&users, "a"), 1);
    assert_int_equal(add_id(&ids, "9") + add_id(&ids, "3"), 1);
    assert_ok(rs_evidence_of_ratings(&e, train, &movies->view, &users, &ids, &err), &err);
    assert_int_equal(e.users, 3);
    assert_int_equal(e.movies, 5); /* 9, 3, 2, 1, 4 */
    assert_int_equal(e.catalogue, 4);
    assert_int_equal(e.rated, 2);
    assert_int_equal(e.train_users, 2);
    same_numbers(e.raters, (const uint64_t[]){0, 2, 1, 0, 0}, 5);
    same_movies(e.popular, (const uint32_t[]){1, 2, 3, 4, 0}, 5);
    same_numbers(e.profile_ptr, (const uint64_t[]){0, 0, 2, 3}, 4);
    same_movies(e.profile_movie, (const uint32_t[]){2, 1, 1}, 3);
    assert_int_equal(e.categories, 2);
    same_numbers(e.category_ptr, (const uint64_t[]){0, 0, 1, 1, 3, 3}, 6);
    same_movies(e.category, (const uint32_t[]){0, 0, 1}, 3); /* Comedy came first */
    assert_null(e.time);
    rs_evidence_free(&e);
    assert_ok(rs_evidence_of_ratings(&e, NULL, &movies->view, &users, &ids, &err), &err);
    assert_int_equal(e.catalogue, 3);
    assert_int_equal(e.rated + e.train_users, 0);
    rs_evidence_free(&e);
    assert_ok(rs_evidence_of_ratings(&e, NULL, NULL, &users, &ids, &err), &err);
    assert_int_equal(e.catalogue + e.rated + e.train_users, 0);
    assert_null(e.category_ptr);
    rs_evidence_free(&e);
    rs_id_table_free(&users);
    rs_id_table_free(&ids);
    recsys_catalogue_destroy(movies);
    recsys_ratings_destroy(train);
}

static void a_catalogue_without_genres_says_nothing(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    rs_evidence e;
    rs_id_table users, ids;
    recsys_catalogue *movies =
        read_catalogue("movies.csv", "movieId,title,genres\n1,A,\n2,B, | \n");
    rs_id_table_begin(&users, movies->runtime);
    rs_id_table_begin(&ids, movies->runtime);
    assert_ok(rs_evidence_of_ratings(&e, NULL, &movies->view, &users, &ids, &err), &err);
    assert_null(e.category_ptr);
    assert_int_equal(e.catalogue, 2);
    rs_evidence_free(&e);
    rs_id_table_free(&users);
    rs_id_table_free(&ids);
    recsys_catalogue_destroy(movies);
}

/* ---- coverage -------------------------------------------------------------------- */

/* The lists hold 3 and 1; two movies are rated, three in the catalogue, four in both. */
static void what_coverage_is_a_share_of(void **state)
{
    (void)state;
    static const struct {
        const char *of;
        double nothing, train, catalogue, both;
    } want[] = {{"movies", NAN, 2.0 / 2, 2.0 / 3, 2.0 / 4},
                {"rated", NAN, 2.0 / 2, NAN, 2.0 / 2},
                {"padded", NAN, 2.0 / 3, 2.0 / 4, 2.0 / 5},
                {"count", 2, 2, 2, 2}};
    recsys_catalogue *movies = read_catalogue("movies.csv", catalogue_text);
    recsys_ratings *train = make_ratings(NULL, training, 3);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const char *const pairs[] = {"evaluation.definition.coverage_of", want[i].of, NULL};
        const double values[] = {want[i].nothing, want[i].train, want[i].catalogue,
                                 want[i].both};
        for (int known = 0; known < 4; known++) {
            const run_case c = {.run = "user,movie\nu,3\nv,3\nv,1\n",
                                .judgements = "user,movie\nu,1\nv,2\n",
                                .train = known & 1 ? train : NULL,
                                .movies = known & 2 ? movies : NULL};
            recsys_error err = RECSYS_ERROR_INIT;
            recsys_report *report = NULL;
            assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
            is_near(metric(report, "coverage"), values[known], want[i].of);
            assert_int_equal(report->rated, known & 1 ? 2 : 0);
            recsys_report_destroy(report);
        }
    }
    recsys_catalogue_destroy(movies);
    recsys_ratings_destroy(train);
}

static void a_model_has_rated_and_other_movies(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.profile", "msrec", NULL};
    const row tested[] = {{"b", "2", 5, 0}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    recsys_config *config = make_config(pairs);
    recsys_catalogue *movies = read_catalogue("movies.csv", catalogue_text);
    recsys_ratings *train = make_ratings(NULL, training, 3),
                   *test = make_ratings(NULL, tested, 1);
    recsys_model *model = fit(NULL, train, movies);
    assert_ok(recsys_evaluate_popularity(&report, model, test, config, NULL, &err), &err);
    is_near(metric(report, "coverage"), 3.0 / 2, "2, 1 and 4 of two that are rated");
    assert_int_equal(report->by_popularity, 1);
    recsys_report_destroy(report);
    recsys_config_destroy(config);
    recsys_model_destroy(model);
    recsys_catalogue_destroy(movies);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
}

/* ---- by popularity --------------------------------------------------------------- */

/* Movies 101 to 1200 have three raters, 50 to 100 two, the others one. Who rated nothing gets
 * 50 at 1101, whatever the model's ways of fusing and filtering are. */
static void popularity_far_down(void **state)
{
    (void)state;
    enum { MOVIES = 1200 };
    static const char *const fusions[] = {"auto", "calibrated", "minmax", "rrf", "learned"};
    static row made[3 * MOVIES];
    static char ids[MOVIES + 1][8];
    size_t count = 0;
    for (size_t m = 1; m <= MOVIES; m++) {
        snprintf(ids[m], sizeof *ids, "%zu", m);
        made[count++] = (row){"a", ids[m], 1, 0};
        if (m >= 50) made[count++] = (row){"b", ids[m], 5, 0};
        if (m > 100) made[count++] = (row){"c", ids[m], 3, 0};
    }
    const row tested = {"z", "50", 5, 0};
    recsys_ratings *train = make_ratings(NULL, made, count);
    recsys_ratings *test = make_ratings(NULL, &tested, 1);
    for (size_t i = 0; i < sizeof fusions / sizeof *fusions; i++) {
        const char *const pairs[] = {"evaluation.k",
                                     "1200",
                                     "model.hybrid.fusion",
                                     fusions[i],
                                     "model.recommendation.min_rating_threshold",
                                     "4",
                                     "model.recommendation.diversity",
                                     "0.5",
                                     "evaluation.auc",
                                     "true",
                                     NULL};
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_report *report = NULL;
        recsys_model *model = NULL;
        recsys_config *config = make_config(pairs);
        assert_ok(recsys_model_fit(&model, NULL, train, NULL, config, NULL, &err), &err);
        assert_ok(recsys_evaluate_popularity(&report, model, test, config, NULL, &err), &err);
        is_near(metric(report, "mrr"), 1.0 / 1101, fusions[i]);
        /* above 49, level with 50 */
        is_near(metric(report, "auc"), (49 + 25) / 1199.0, fusions[i]);
        recsys_report_destroy(report);
        recsys_config_destroy(config);
        recsys_model_destroy(model);
    }
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
}

/* ---- examples -------------------------------------------------------------------- */

/* The same users in every system's report, their lists, and titles. */
static void examples_are_the_oracles(void **state)
{
    (void)state;
    world w;
    size_t checked = 0;
    static char want[8300];
    for (worlds_begin(&w); world_next(&w);)
        while (world_line(&w)) {
            if (!world_line_is(&w, "examples") && !world_line_is(&w, "titles")) continue;
            snprintf(want, sizeof want, "\"%s\":%s,\"%s\":", w.field[0], w.field[2],
                     world_line_is(&w, "examples") ? "titles" : "gate_metrics");
            assert_contains(recsys_report_json(world_report(&w)), want);
            checked++;
        }
    assert_int_equal(checked, 7 * SYSTEMS * 2);
}

static void hostile_texts(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    static const char run[] =
        "{\"user\":\"\\\"\\\\\\n</script>\",\"movie\":\"],{\\\"}\"}\n"
        "{\"user\":\"\\\"\\\\\\n</script>\",\"movie\":\"\\u0001\\u2028\"}\n";
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    recsys_catalogue *movies = read_catalogue(
        "movies.jsonl", "{\"movie_id\":\"],{\\\"}\",\"title\":\"\\\"\\\\ \\u0007 \\\",\"}\n"
                        "{\"movie_id\":\"\\u0001\\u2028\",\"title\":\"\"}\n");
    const run_case c = {.run = run, .judgements = run, .movies = movies};
    assert_ok(evaluate_run(&report, &c, none, &err), &err);
    const char *json = recsys_report_json(report);
    assert_null(rs_json_check(report->runtime, json, strlen(json), NULL));
    assert_contains(json, "\"examples\":[{\"user\":\"\\\"\\\\\\n</script>\",\"relevant\":"
                          "[\"],{\\\"}\",\"\\u0001\xe2\x80\xa8\"],\"list\":[\"],{\\\"}\",");
    assert_contains(json, "\"titles\":{\"],{\\\"}\":\"\\\"\\\\ \\u0007 \\\",\"},");
    recsys_report_destroy(report);
    recsys_catalogue_destroy(movies);
}

/* v counts 0 and is no example of anything. */
static void whoever_likes_nothing_is_not_shown(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.definition.no_relevant", "zero", NULL};
    static const run_case c = {.run = "user,movie\nu,a\nv,a\n",
                               .judgements = "user,movie,grade\nv,a,0\nu,a,1\nu,b,0\n"};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
    assert_int_equal(recsys_report_users(report), 2);
    assert_contains(recsys_report_json(report), "\"examples\":[{\"user\":\"u\",\"relevant\":"
                                                "[\"a\"],\"list\":[\"a\"]}],\"titles\":{}");
    recsys_report_destroy(report);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        count++;
    }
    return count;
}

/* Thirty of forty relevant movies, thirty of a list of forty others, five of six users. */
static void long_examples_are_cut(void **state)
{
    (void)state;
    enum { USERS = 6, EACH = 40 };
    static const char *const pairs[] = {"evaluation.k", "50", NULL};
    static char run[USERS * EACH * 16], judged[USERS * EACH * 16];
    static char movies[USERS * EACH * 2 * 24] = "movieId,title,genres\n";
    size_t n[3] = {0, 0, strlen(movies)};
    n[0] = (size_t)snprintf(run, sizeof run, "user,movie\n");
    n[1] = (size_t)snprintf(judged, sizeof judged, "user,movie\n");
    for (size_t i = 0; i < USERS * EACH; i++) {
        n[0] += (size_t)snprintf(run + n[0], sizeof run - n[0], "%zu,L%zu\n", i / EACH, i);
        n[1] +=
            (size_t)snprintf(judged + n[1], sizeof judged - n[1], "%zu,R%zu\n", i / EACH, i);
        n[2] +=
            (size_t)snprintf(movies + n[2], sizeof movies - n[2], "L%zu,T,\nR%zu,T,\n", i, i);
    }
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    recsys_catalogue *catalogue = read_catalogue("movies.csv", movies);
    const run_case c = {.run = run, .judgements = judged, .movies = catalogue};
    assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
    const char *json = strstr(recsys_report_json(report), "\"examples\"");
    assert_non_null(json);
    assert_int_equal(count_of(json, "\"user\":"), 5);
    assert_int_equal(count_of(json, "\"L"), 2 * 5 * 30); /* and each has a title */
    assert_int_equal(count_of(json, "\"R"), 2 * 5 * 30);
    assert_int_equal(count_of(json, ":\"T\""), 5 * 60);
    recsys_report_destroy(report);
    recsys_catalogue_destroy(catalogue);
}

/* ---- memory ---------------------------------------------------------------------- */

typedef struct data {
    recsys_catalogue *movies;
    recsys_ratings *train;
} data;

static recsys_status gather_again(recsys_runtime *runtime, void *given, recsys_error *err)
{
    const data *d = given;
    rs_evidence e;
    rs_id_table users, ids;
    rs_id_table_begin(&users, runtime);
    rs_id_table_begin(&ids, runtime);
    recsys_status status =
        rs_evidence_of_ratings(&e, d->train, &d->movies->view, &users, &ids, err);
    rs_evidence_free(&e);
    rs_id_table_free(&users);
    rs_id_table_free(&ids);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    data d = {read_catalogue("movies.csv", catalogue_text), make_ratings(NULL, training, 3)};
    assert_true(test_each_allocation(gather_again, &d, 1, 1) > 10);
    recsys_catalogue_destroy(d.movies);
    recsys_ratings_destroy(d.train);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_of_a_model),
        cmocka_unit_test(evidence_of_ratings),
        cmocka_unit_test(a_catalogue_without_genres_says_nothing),
        cmocka_unit_test(what_coverage_is_a_share_of),
        cmocka_unit_test(a_model_has_rated_and_other_movies),
        cmocka_unit_test(popularity_far_down),
        cmocka_unit_test(examples_are_the_oracles),
        cmocka_unit_test(hostile_texts),
        cmocka_unit_test(whoever_likes_nothing_is_not_shown),
        cmocka_unit_test(long_examples_are_cut),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
