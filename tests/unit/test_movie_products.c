/* Item CF and RP3beta: scores against NumPy's through the fixture that
 * make_movie_products_fixture.py wrote; what is kept; movies that nobody rated; the same bytes
 * for any number of threads; reasons, files, updates. */
#include "alone_testing.h"
#include "configs_testing.h"
#include "numbers_testing.h"
#include "sample.h"

#include <float.h>

#include "models/source.h"
#include "rank/context.h"

enum { MOST = 400, OPTIONS = 8 };

static const size_t sources[] = {RS_ITEM_CF, RS_RP3BETA};
enum { BOTH = sizeof sources / sizeof *sources };

typedef struct given {
    char user[8], movie[8];
    double value; /* rating or score */
} given;

/* One case of the fixture. */
typedef struct problem {
    size_t source;
    char key[OPTIONS][64], value[OPTIONS][32];
    given rating[MOST], ask[8], score[64];
    size_t options, ratings, asked, scores;
    size_t next; /* of the ratings as rows */
} problem;

static int take_line(problem *p, const char *line)
{
    char key[32];
    given *rating = &p->rating[p->ratings], *ask = &p->ask[p->asked];
    given *score = &p->score[p->scores];
    assert_true(p->ratings < MOST && p->options < OPTIONS);
    if (sscanf(line, "set %31s %31s", key, p->value[p->options]) == 2)
        snprintf(p->key[p->options++], sizeof p->key[0], "model.%s.%s",
                 rs_source_names[p->source], key);
    else if (sscanf(line, "rating %7s %7s %lf", rating->user, rating->movie, &rating->value) ==
             3)
        p->ratings++;
    else if (sscanf(line, "ask %7s %lf", ask->movie, &ask->value) == 2)
        p->asked++;
    else if (sscanf(line, "score %7s %lf", score->movie, &score->value) == 2)
        p->scores++;
    else
        return 0;
    return 1;
}

static int next_problem(FILE *file, char line[256], problem *p)
{
    char name[32];
    memset(p, 0, sizeof *p);
    if (sscanf(line, "case %31s", name) != 1) return 0;
    p->source = strcmp(name, rs_source_names[RS_ITEM_CF]) == 0 ? RS_ITEM_CF : RS_RP3BETA;
    assert_string_equal(name, rs_source_names[p->source]);
    line[0] = '\0';
    while (fgets(line, 256, file) != NULL && take_line(p, line)) line[0] = '\0';
    return 1;
}

static int next_row(void *data, recsys_row *out)
{
    problem *p = data;
    if (p->next == p->ratings) return 0;
    const given *g = &p->rating[p->next++];
    *out = (recsys_row){.user = g->user, .movie = g->movie, .rating = (float)g->value};
    return 1;
}

/* ---- models and queries ---------------------------------------------------------- */

/* With a source enabled, and options of it: key, value, ..., NULL. */
static recsys_config *config_of(size_t source, const char *const *pairs)
{
    char key[64];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = config_with(NULL);
    snprintf(key, sizeof key, "model.%s.enabled", rs_source_names[source]);
    assert_ok(recsys_config_set(config, key, "true", &err), &err);
    for (; *pairs != NULL; pairs += 2) {
        snprintf(key, sizeof key, "model.%s.%s", rs_source_names[source], pairs[0]);
        assert_ok(recsys_config_set(config, key, pairs[1], &err), &err);
    }
    return config;
}

static recsys_model *fit_with(recsys_runtime *in, const recsys_ratings *ratings, size_t source,
                              const char *const *pairs)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = NULL;
    recsys_config *config = config_of(source, pairs);
    assert_ok(recsys_model_fit(&model, in, ratings, NULL, config, NULL, &err), &err);
    recsys_config_destroy(config);
    return model;
}

static recsys_model *fit_sample(size_t source, size_t users, size_t movies,
                                const char *const *pairs)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    assert_ok(sample_ratings(&ratings, NULL, users, movies, &err), &err);
    recsys_model *model = fit_with(NULL, ratings, source, pairs);
    recsys_ratings_destroy(ratings);
    return model;
}

static const char *const none[] = {NULL};

static recsys_query *ask_alone(size_t source)
{
    char key[64];
    snprintf(key, sizeof key, "model.%s.share", rs_source_names[source]);
    return query_alone(key);
}

/* ---- scores ---------------------------------------------------------------------- */

static void check_scores(const problem *p, const recsys_model *model, recsys_context *context)
{
    const rs_scores *scores = &context->scratch.scores[p->source];
    for (size_t i = 0; i < p->scores; i++) {
        const given *wanted = &p->score[i];
        size_t movie = rs_ids_find(&model->movies, wanted->movie, strlen(wanted->movie));
        assert_true(movie != SIZE_MAX);
        assert_int_equal(scores->scored[movie], wanted->value != 0);
        if (wanted->value != 0) is_within(scores->score[movie], wanted->value, 1e-5, "a score");
    }
}

static void solve(problem *p)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    recsys_model *model = NULL;
    recsys_context *context = NULL;
    const recsys_result *result = NULL;
    recsys_config *config = config_of(p->source, none);
    for (size_t i = 0; i < p->options; i++)
        assert_ok(recsys_config_set(config, p->key[i], p->value[i], &err), &err);
    assert_ok(recsys_ratings_from_rows(&ratings, NULL, next_row, p, &err), &err);
    assert_ok(recsys_model_fit(&model, NULL, ratings, NULL, config, NULL, &err), &err);
    recsys_query *query = ask_alone(p->source);
    for (size_t i = 0; i < p->asked; i++)
        assert_ok(
            recsys_query_add_rating(query, p->ask[i].movie, (float)p->ask[i].value, 0, &err),
            &err);
    assert_ok(recsys_context_create(&context, model, &err), &err);
    assert_ok(recsys_recommend(&result, context, query, &err), &err);
    check_scores(p, model, context);
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
    recsys_config_destroy(config);
}

static void scores_are_numpys(void **state)
{
    (void)state;
    char line[256];
    size_t cases[RS_SOURCES] = {0};
    problem *p = malloc(sizeof *p);
    FILE *file = fopen("tests/data/movie_products.txt", "r");
    assert_true(p != NULL && file != NULL && fgets(line, sizeof line, file) != NULL);
    while (next_problem(file, line, p)) {
        solve(p);
        cases[p->source]++;
    }
    assert_int_equal(cases[RS_ITEM_CF], 22);
    assert_int_equal(cases[RS_RP3BETA], 5);
    fclose(file);
    free(p);
}

/* Shares of the reasons add up to the score, and all are movies that were rated. */
typedef struct told {
    const char *source;
    double sum;
} told;

static int add_share(void *data, const recsys_reason *reason)
{
    told *t = data;
    assert_string_equal(reason->source, t->source);
    assert_int_equal(reason->kind, RECSYS_REASON_SIMILAR);
    assert_true(reason->movie_id != NULL && reason->similarity > 0);
    t->sum += reason->share;
    return 0;
}

static void reasons_add_up(void **state)
{
    (void)state;
    for (size_t s = 0; s < BOTH; s++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_context *context = NULL;
        const recsys_result *result = NULL;
        recsys_model *model = fit_sample(sources[s], 40, 30, none);
        recsys_query *query = ask_alone(sources[s]);
        assert_ok(recsys_query_set_user(query, "u003", &err), &err);
        assert_ok(recsys_context_create(&context, model, &err), &err);
        assert_ok(recsys_recommend(&result, context, query, &err), &err);
        assert_true(recsys_result_size(result) > 5);
        for (size_t i = 0; i < 5; i++) {
            told t = {rs_source_names[sources[s]], 0};
            assert_ok(recsys_result_explain(result, i, add_share, &t, &err), &err);
            is_near(t.sum, recsys_result_score(result, i), "shares");
        }
        recsys_query_destroy(query);
        recsys_context_destroy(context);
        recsys_model_destroy(model);
    }
}

/* ---- what is kept ---------------------------------------------------------------- */

/* Each movie has so many weights to it, all above 0. */
static void few_weights_are_kept(void **state)
{
    (void)state;
    static const char *const few[] = {"neighbors", "3", NULL};
    for (size_t s = 0; s < BOTH; s++) {
        size_t to[30] = {0};
        recsys_model *model = fit_sample(sources[s], 40, 30, few);
        const rs_similar *lists = &model->lists[sources[s]];
        for (uint64_t at = 0; at < lists->ptr[30]; at++) {
            assert_true(lists->similarity[at] > 0);
            to[lists->movie[at]]++;
        }
        for (size_t movie = 0; movie < 30; movie++) assert_int_equal(to[movie], 3);
        recsys_model_destroy(model);
    }
}

/* Four movies with the same raters, and two with another: equal weights, of which those of the
 * smaller ids are kept. */
static int tied_row(void *data, recsys_row *row)
{
    static const char *const movies[] = {"a", "b", "c", "d", "e", "f"};
    static const char *const users[] = {"1", "2", "3"};
    size_t *next = data, i = (*next)++;
    if (i == 14) return 0;
    *row = (recsys_row){.user = users[i % 3], .movie = movies[i / 3], .rating = 4};
    if (i >= 12) *row = (recsys_row){.user = "4", .movie = movies[i - 8], .rating = 4};
    return 1;
}

static void ties_go_to_the_smaller_id(void **state)
{
    (void)state;
    static const char *const two[] = {"neighbors", "2", NULL};
    static const uint32_t to[] = {1, 2, 3, 0, 2, 3, 0, 1, 5, 4};
    static const uint64_t ptr[] = {0, 3, 6, 8, 8, 9, 10};
    for (size_t s = 0; s < BOTH; s++) {
        size_t next = 0;
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_ratings *ratings = NULL;
        assert_ok(recsys_ratings_from_rows(&ratings, NULL, tied_row, &next, &err), &err);
        recsys_model *model = fit_with(NULL, ratings, sources[s], two);
        assert_memory_equal(model->lists[sources[s]].ptr, ptr, sizeof ptr);
        assert_memory_equal(model->lists[sources[s]].movie, to, sizeof to);
        recsys_model_destroy(model);
        recsys_ratings_destroy(ratings);
    }
}

/* Ratings that are not above 0, and of sizes far apart, at the end two movies of the largest
 * and of small ones: what is learned stays sound. */
static int odd_row(void *data, recsys_row *row)
{
    static const float ratings[] = {0, -3, 3e38F, 0.01F, 5, -1e30F, 2};
    static char user[32], movie[32];
    size_t *next = data, i = (*next)++, last = i < 200 ? 0 : i - 200;
    if (i == 240) return 0;
    snprintf(user, sizeof user, "%zu", i < 200 ? i / 10 : last / 2);
    snprintf(movie, sizeof movie, "%zu", i < 200 ? i * 7 % 23 : 23 + last % 2);
    *row = (recsys_row){.user = user, .movie = movie, .rating = ratings[i * i % 7]};
    if (i >= 200) row->rating = ratings[2 + last % 2];
    return 1;
}

static void odd_ratings_do_no_harm(void **state)
{
    (void)state;
    static const char *const weightings[] = {"none", "tfidf", "bm25"};
    static const char *const asymmetries[] = {"0", "0.5", "1"};
    size_t next = 0;
    float largest = 0;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    assert_ok(recsys_ratings_from_rows(&ratings, NULL, odd_row, &next, &err), &err);
    for (size_t i = 0; i < 10; i++) {
        const char *const pairs[] = {
            "weighting",  weightings[i / 3 % 3], "asymmetry", asymmetries[i % 3],
            "similarity", "asymmetric",          "shrinkage", "0",
            NULL};
        recsys_model *model =
            fit_with(NULL, ratings, i < 9 ? RS_ITEM_CF : RS_RP3BETA, i < 9 ? pairs : none);
        assert_ok(recsys_model_validate(model, RECSYS_VALIDATE_FULL, &err), &err);
        const rs_similar *lists = &model->lists[i < 9 ? RS_ITEM_CF : RS_RP3BETA];
        for (uint64_t at = 0; at < lists->ptr[model->movies.count]; at++) {
            assert_true(lists->similarity[at] > 0);
            largest = lists->similarity[at] > largest ? lists->similarity[at] : largest;
        }
        recsys_model_destroy(model);
    }
    assert_true(largest == FLT_MAX);
    recsys_ratings_destroy(ratings);
}

/* Movies that are only in the catalogue move numbers and nothing else. */
static void unrated_movies_change_nothing(void **state)
{
    (void)state;
    char folder[256], path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    recsys_catalogue *catalogue = NULL;
    test_folder(folder);
    test_text_file(path, folder, "movies.jsonl",
                   "{\"movie_id\": \"a\", \"title\": \"A\"}\n"
                   "{\"movie_id\": \"m0041\", \"title\": \"B\"}\n");
    assert_ok(sample_catalogue(&catalogue, NULL, path, &err), &err);
    assert_ok(sample_ratings(&ratings, NULL, 40, 30, &err), &err);
    for (size_t s = 0; s < BOTH; s++) {
        recsys_model *with = NULL, *without = fit_with(NULL, ratings, sources[s], none);
        recsys_config *config = config_of(sources[s], none);
        assert_ok(recsys_model_fit(&with, NULL, ratings, catalogue, config, NULL, &err), &err);
        const rs_similar *a = &with->lists[sources[s]], *b = &without->lists[sources[s]];
        assert_int_equal(with->movies.count, 32);
        assert_int_equal(a->ptr[32], b->ptr[30]);
        assert_memory_equal(a->similarity, b->similarity, b->ptr[30] * sizeof *b->similarity);
        for (uint64_t at = 0; at < b->ptr[30]; at++)
            assert_int_equal(a->movie[at], b->movie[at] + (b->movie[at] <= 4 ? 1 : 2));
        recsys_config_destroy(config);
        recsys_model_destroy(with);
        recsys_model_destroy(without);
    }
    recsys_catalogue_destroy(catalogue);
    recsys_ratings_destroy(ratings);
    test_remove_folder(folder);
}

/* ---- threads, files, updates ----------------------------------------------------- */

static void threads_do_not_show(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    assert_ok(sample_ratings(&ratings, NULL, 300, 400, &err), &err);
    for (size_t s = 0; s < BOTH; s++) {
        char hash[2][65];
        for (size_t t = 0; t < 2; t++) {
            recsys_runtime *in = NULL;
            assert_ok(recsys_runtime_create(&in, NULL, &err), &err);
            assert_ok(recsys_runtime_set_threads(in, t == 0 ? 1 : 3, &err), &err);
            recsys_model *model = fit_with(in, ratings, sources[s], none);
            snprintf(hash[t], sizeof hash[t], "%s", recsys_model_hash(model));
            recsys_model_destroy(model);
            recsys_runtime_destroy(in);
        }
        assert_string_equal(hash[0], hash[1]);
    }
    recsys_ratings_destroy(ratings);
}

/* Of a file: as it was, and damaged. */
static void check_file(size_t source, const char *path)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *opened = NULL, *model = fit_sample(source, 40, 30, none);
    assert_ok(recsys_model_save(model, path, &err), &err);
    assert_ok(recsys_model_open(&opened, NULL, path, &err), &err);
    assert_ok(recsys_model_validate(opened, RECSYS_VALIDATE_FULL, &err), &err);
    assert_string_equal(recsys_model_hash(opened), recsys_model_hash(model));
    assert_contains(recsys_model_manifest(opened), rs_source_names[source]);
    assert_true(opened->lists[source].ptr[30] > 100);
    recsys_model_destroy(opened);
    uint32_t *first = (uint32_t *)(uintptr_t)model->lists[source].movie, held = first[0];
    first[0] = first[1];
    assert_fails(rs_model_validate(model, 1, &err), RECSYS_E_DAMAGED, &err);
    first[0] = 30;
    assert_fails(rs_model_bind_sources(model, &err), RECSYS_E_DAMAGED, &err);
    first[0] = held;
    float *weight = (float *)(uintptr_t)model->lists[source].similarity;
    weight[3] = NAN;
    assert_fails(rs_model_bind_sources(model, &err), RECSYS_E_DAMAGED, &err);
    recsys_model_destroy(model);
}

static void files_hold_them(void **state)
{
    (void)state;
    char folder[256], path[512];
    test_folder(folder);
    for (size_t s = 0; s < BOTH; s++) check_file(sources[s], test_path(path, folder, "model"));
    test_remove_folder(folder);
}

/* An updated model has the weights of a fit on everything. */
static void updates_learn_anew(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *some = NULL, *all = NULL;
    assert_ok(sample_ratings(&some, NULL, 25, 30, &err), &err);
    assert_ok(sample_ratings(&all, NULL, 40, 30, &err), &err);
    for (size_t s = 0; s < BOTH; s++) {
        recsys_model *old = fit_with(NULL, some, sources[s], none), *updated = NULL;
        recsys_model *whole = fit_with(NULL, all, sources[s], none);
        assert_ok(recsys_model_update(&updated, old, all, NULL, RECSYS_UPDATE_REFIT, NULL, NULL,
                                      &err),
                  &err);
        const rs_similar *a = &updated->lists[sources[s]], *b = &whole->lists[sources[s]];
        size_t count = (size_t)b->ptr[30];
        assert_memory_equal(a->ptr, b->ptr, 31 * sizeof *b->ptr);
        assert_memory_equal(a->movie, b->movie, count * sizeof *b->movie);
        assert_memory_equal(a->similarity, b->similarity, count * sizeof *b->similarity);
        recsys_model_destroy(old);
        recsys_model_destroy(updated);
        recsys_model_destroy(whole);
    }
    recsys_ratings_destroy(some);
    recsys_ratings_destroy(all);
}

/* Models that do not ask for them have none. */
static void they_are_off_by_default(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    recsys_model *model = NULL;
    assert_ok(sample_ratings(&ratings, NULL, 40, 30, &err), &err);
    assert_ok(recsys_model_fit(&model, NULL, ratings, NULL, NULL, NULL, &err), &err);
    for (size_t s = 0; s < BOTH; s++) {
        assert_false(rs_has_source(model, sources[s]));
        assert_null(strstr(recsys_model_manifest(model), rs_source_names[sources[s]]));
    }
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
}

/* ---- allocations ----------------------------------------------------------------- */

static recsys_status fit_both(recsys_runtime *runtime, void *data, recsys_error *err)
{
    recsys_ratings *ratings = NULL;
    recsys_model *model = NULL;
    recsys_status status = sample_ratings(&ratings, runtime, 14, 9, err);
    if (status == RECSYS_OK)
        status = recsys_model_fit(&model, runtime, ratings, NULL, data, NULL, err);
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = config_of(RS_ITEM_CF, none);
    assert_ok(recsys_config_set(config, "model.rp3beta.enabled", "true", &err), &err);
    assert_true(test_each_allocation(fit_both, config, 1, 1) > 100);
    assert_true(test_each_allocation(fit_both, config, 2, 7) > 100);
    recsys_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_numpys),
        cmocka_unit_test(reasons_add_up),
        cmocka_unit_test(few_weights_are_kept),
        cmocka_unit_test(ties_go_to_the_smaller_id),
        cmocka_unit_test(odd_ratings_do_no_harm),
        cmocka_unit_test(unrated_movies_change_nothing),
        cmocka_unit_test(threads_do_not_show),
        cmocka_unit_test(files_hold_them),
        cmocka_unit_test(updates_learn_anew),
        cmocka_unit_test(they_are_off_by_default),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
