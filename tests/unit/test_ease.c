/* EASE: scores against NumPy's through the fixture that make_ease_fixture.py wrote, whichever
 * side the matrix is of; what is kept; the same bytes for any number of threads; reasons. */
#include "alone_testing.h"
#include "configs_testing.h"
#include "numbers_testing.h"
#include "sample.h"

#include "rank/context.h"
#include "models/ease_system.h"
#include "models/learned.h"
#include "models/source.h"
#include "rank/fuse.h"

enum { MOST = 2000 };

typedef struct given {
    const char *user, *movie;
    float rating;
} given;

/* One case of the fixture. */
typedef struct problem {
    char option[4][32]; /* regularization, dropout, row_exponent, popularity_discount */
    given rating[MOST], ask[8];
    size_t next; /* of the ratings as rows */
    char id[2 * MOST + 16][8];
    size_t ids, ratings, asked, scores;
    char movie[64][8];
    double score[64];
} problem;

static const char *keep_id(problem *p, const char *text)
{
    char *id = p->id[p->ids++];
    snprintf(id, sizeof p->id[0], "%s", text);
    return id;
}

static int take_line(problem *p, const char *line)
{
    char user[8], movie[8];
    float rating;
    double score;
    if (sscanf(line, "rating %7s %7s %f", user, movie, &rating) == 3) {
        assert_true(p->ratings < MOST);
        const char *of = keep_id(p, user);
        p->rating[p->ratings++] = (given){of, keep_id(p, movie), rating};
    } else if (sscanf(line, "ask %7s %f", movie, &rating) == 2) {
        p->ask[p->asked++] = (given){"", keep_id(p, movie), rating};
    } else if (sscanf(line, "score %7s %lf", movie, &score) == 2) {
        snprintf(p->movie[p->scores], sizeof p->movie[0], "%s", movie);
        p->score[p->scores++] = score;
    } else {
        return 0;
    }
    return 1;
}

static int next_problem(FILE *file, char line[256], problem *p)
{
    memset(p, 0, sizeof *p);
    if (sscanf(line, "case %*d %*d %31s %31s %31s %31s", p->option[0], p->option[1],
               p->option[2], p->option[3]) != 4)
        return 0;
    line[0] = '\0';
    while (fgets(line, 256, file) != NULL && take_line(p, line)) line[0] = '\0';
    return 1;
}

static int next_row(void *data, recsys_row *out)
{
    problem *p = data;
    if (p->next == p->ratings) return 0;
    out->user = p->rating[p->next].user;
    out->movie = p->rating[p->next].movie;
    out->rating = p->rating[p->next++].rating;
    out->timestamp = 0;
    return 1;
}

static recsys_model *fit_with(recsys_runtime *in, const recsys_ratings *ratings,
                              const char *const *pairs)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = NULL;
    recsys_config *config = make_config(pairs);
    assert_ok(recsys_config_set(config, "model.ease.enabled", "true", &err), &err);
    assert_ok(recsys_model_fit(&model, in, ratings, NULL, config, NULL, &err), &err);
    recsys_config_destroy(config);
    return model;
}

static recsys_query *ask_alone(const given *rated, size_t count)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_query *query = query_alone("model.ease.share");
    for (size_t i = 0; i < count; i++)
        assert_ok(recsys_query_add_rating(query, rated[i].movie, rated[i].rating, 0, &err),
                  &err);
    return query;
}

static void check_list(const problem *p, const recsys_result *result,
                       const recsys_context *context, double tolerance)
{
    const rs_scores *scores = &context->scratch.scores[RS_EASE];
    assert_int_equal(recsys_result_size(result), p->scores < 20 ? p->scores : 20);
    for (size_t i = 0; i < recsys_result_size(result); i++) {
        assert_string_equal(recsys_result_item(result, i), p->movie[i]);
        is_within(scores->score[recsys_result_movie(result, i)], p->score[i], tolerance,
                  "a score");
    }
}

static void check_scores(const char *precision, double tolerance)
{
    char line[256];
    size_t cases = 0;
    problem *p = malloc(sizeof *p);
    FILE *file = fopen("tests/data/ease.txt", "r");
    assert_true(p != NULL && file != NULL && fgets(line, sizeof line, file) != NULL);
    for (; next_problem(file, line, p); cases++) {
        const char *const pairs[] = {"model.ease.regularization",
                                     p->option[0],
                                     "model.ease.dropout",
                                     p->option[1],
                                     "model.ease.row_exponent",
                                     p->option[2],
                                     "model.ease.popularity_discount",
                                     p->option[3],
                                     "model.ease.precision",
                                     precision,
                                     "model.ease.min_ratings",
                                     "1",
                                     NULL};
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_ratings *ratings = NULL;
        assert_ok(recsys_ratings_from_rows(&ratings, NULL, next_row, p, &err), &err);
        recsys_model *model = fit_with(NULL, ratings, pairs);
        recsys_context *context = NULL;
        recsys_query *query = ask_alone(p->ask, p->asked);
        const recsys_result *result = NULL;
        assert_ok(recsys_context_create(&context, model, &err), &err);
        assert_ok(recsys_recommend(&result, context, query, &err), &err);
        check_list(p, result, context, tolerance);
        near(model->ease_head->kept, 1);
        assert_true(model->ease_head->residual > 0 && model->ease_head->residual < 1e-4);
        recsys_query_destroy(query);
        recsys_context_destroy(context);
        recsys_model_destroy(model);
        recsys_ratings_destroy(ratings);
    }
    assert_int_equal(cases, 9);
    fclose(file);
    free(p);
}

/* Weights are floats in either case. */
static void scores_are_numpys(void **state)
{
    (void)state;
    check_scores("single", 1e-5);
    check_scores("double", 5e-7);
}

/* Shares of the reasons add up to the score, and all are movies that were rated. */
static int add_share(void *data, const recsys_reason *reason)
{
    double *sum = data;
    assert_string_equal(reason->source, "ease");
    assert_int_equal(reason->kind, RECSYS_REASON_SIMILAR);
    assert_true(reason->movie_id != NULL && reason->similarity != 0);
    *sum += reason->share;
    return 0;
}

static void reasons_add_up(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    assert_ok(sample_ratings(&ratings, NULL, 40, 30, &err), &err);
    recsys_model *model = fit_with(NULL, ratings, none);
    recsys_context *context = NULL;
    recsys_query *query = ask_alone(NULL, 0);
    const recsys_result *result = NULL;
    assert_ok(recsys_query_set_user(query, "u003", &err), &err);
    assert_ok(recsys_context_create(&context, model, &err), &err);
    assert_ok(recsys_recommend(&result, context, query, &err), &err);
    assert_true(recsys_result_size(result) > 5);
    for (size_t i = 0; i < 5; i++) {
        double sum = 0;
        assert_ok(recsys_result_explain(result, i, add_share, &sum, &err), &err);
        is_near(sum, recsys_result_score(result, i), "shares");
    }
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
}

/* One MiB holds 512 rows of floats or 362 of doubles: with so many users, or fewer, all movies
 * are in; else the popular. */
static void memory_is_kept_to(void **state)
{
    (void)state;
    static const struct {
        size_t users, movies, solved;
        const char *precision;
    } cases[] = {{512, 600, 600, "single"}, {513, 600, 512, "single"},
                 {600, 512, 512, "single"}, {600, 500, 500, "single"},
                 {362, 400, 400, "double"}, {363, 400, 362, "double"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_ratings *ratings = NULL;
        const char *const small[] = {"model.ease.memory", "1", "model.ease.precision",
                                     cases[i].precision, NULL};
        assert_ok(sample_ratings(&ratings, NULL, cases[i].users, cases[i].movies, &err), &err);
        recsys_model *model = fit_with(NULL, ratings, small);
        assert_int_equal(model->ease_head->movies, cases[i].solved);
        for (size_t movie = 0; movie < model->movies.count && i == 1; movie++)
            if (model->lists[RS_EASE].ptr[movie + 1] > model->lists[RS_EASE].ptr[movie])
                assert_true(rs_raters(model, movie) >=
                            rs_raters(model, model->statistics.popular[511]));
        assert_ok(recsys_model_validate(model, 1, &err), &err);
        recsys_model_destroy(model);
        recsys_ratings_destroy(ratings);
    }
}

/* An inverse that is none is found out. */
static void wrong_inverses_are_found(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{60, 40}, {40, 60}};
    static const char *const none[] = {NULL};
    for (size_t i = 0; i < 2; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_ratings *ratings = NULL;
        rs_ease_system system = {.runtime = NULL};
        double residual;
        assert_ok(sample_ratings(&ratings, NULL, sizes[i][0], sizes[i][1], &err), &err);
        recsys_model *model = fit_with(NULL, ratings, none);
        recsys_config *config = make_config(none);
        assert_ok(rs_learned_make(model, &err), &err);
        assert_ok(rs_ease_system_make(&system, model, config, NULL, &err), &err);
        assert_ok(rs_ease_check(&system, &residual, &err), &err);
        assert_true(residual < 1e-5);
        system.inverse[0] *= 1.1F;
        assert_fails(rs_ease_check(&system, &residual, &err), RECSYS_E_INVALID, &err);
        assert_true(residual > 0.05);
        rs_ease_system_free(&system);
        recsys_config_destroy(config);
        recsys_model_destroy(model);
        recsys_ratings_destroy(ratings);
    }
}

/* Of a matrix that is nearly singular. */
static void doubles_have_a_smaller_residual(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    double residual[2];
    assert_ok(sample_ratings(&ratings, NULL, 80, 60, &err), &err);
    for (size_t i = 0; i < 2; i++) {
        const char *const pairs[] = {"model.ease.regularization",
                                     "0.001",
                                     "model.ease.dropout",
                                     "0",
                                     "model.ease.precision",
                                     i == 0 ? "single" : "double",
                                     NULL};
        recsys_model *model = fit_with(NULL, ratings, pairs);
        residual[i] = model->ease_head->residual;
        recsys_model_destroy(model);
    }
    assert_true(residual[1] < residual[0] / 2);
    recsys_ratings_destroy(ratings);
}

/* Fewer weights are kept, and it is said how much they are worth. */
static void few_weights_are_kept(void **state)
{
    (void)state;
    static const char *const few[] = {"model.ease.neighbors", "3", NULL};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    assert_ok(sample_ratings(&ratings, NULL, 40, 30, &err), &err);
    recsys_model *model = fit_with(NULL, ratings, few);
    assert_int_equal(model->lists[RS_EASE].ptr[model->movies.count], 3 * 30);
    assert_true(model->ease_head->kept > 0.1 && model->ease_head->kept < 1);
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
}

static void threads_do_not_show(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    static const size_t sizes[][2] = {{400, 300}, {300, 400}};
    for (size_t s = 0; s < 2; s++) {
        char hash[2][65];
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_ratings *ratings = NULL;
        assert_ok(sample_ratings(&ratings, NULL, sizes[s][0], sizes[s][1], &err), &err);
        for (size_t t = 0; t < 2; t++) {
            recsys_runtime *in = NULL;
            assert_ok(recsys_runtime_create(&in, NULL, &err), &err);
            assert_ok(recsys_runtime_set_threads(in, t == 0 ? 1 : 3, &err), &err);
            recsys_model *model = fit_with(in, ratings, none);
            snprintf(hash[t], sizeof hash[t], "%s", recsys_model_hash(model));
            recsys_model_destroy(model);
            recsys_runtime_destroy(in);
        }
        assert_string_equal(hash[0], hash[1]);
        recsys_ratings_destroy(ratings);
    }
}

/* Of a file: as it was, and damaged. */
static void files_hold_it(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    char folder[256], path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    recsys_model *opened = NULL;
    test_folder(folder);
    test_path(path, folder, "model");
    assert_ok(sample_ratings(&ratings, NULL, 40, 30, &err), &err);
    recsys_model *model = fit_with(NULL, ratings, none);
    assert_ok(recsys_model_save(model, path, &err), &err);
    assert_ok(recsys_model_open(&opened, NULL, path, &err), &err);
    assert_ok(recsys_model_validate(opened, 1, &err), &err);
    assert_string_equal(recsys_model_hash(opened), recsys_model_hash(model));
    assert_int_equal(opened->ease_head->movies, 30);
    recsys_model_destroy(opened);
    uint32_t *first = (uint32_t *)model->lists[RS_EASE].movie;
    uint32_t held = first[0];
    first[0] = first[1];
    assert_fails(rs_model_validate(model, 1, &err), RECSYS_E_DAMAGED, &err);
    first[0] = held;
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
    test_remove_folder(folder);
}

/* Without EASE the share that it would have is user CF's. */
static void models_need_not_have_it(void **state)
{
    (void)state;
    static const char *const without[] = {"model.ease.enabled", "false", NULL};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    assert_ok(sample_ratings(&ratings, NULL, 40, 30, &err), &err);
    recsys_model *model = NULL;
    recsys_config *config = make_config(without);
    double weight[RS_SOURCES];
    assert_ok(recsys_model_fit(&model, NULL, ratings, NULL, config, NULL, &err), &err);
    assert_null(model->ease_head);
    assert_null(strstr(recsys_model_manifest(model), "ease"));
    rs_settings settings = model->settings;
    settings.share[RS_EASE] = 1;
    rs_weigh_sources(model, &settings, weight);
    assert_true(weight[RS_USER_CF] == settings.hybrid.cf_weight);
    assert_true(weight[RS_EASE] == 0);
    recsys_config_destroy(config);
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
}

/* Shares given are kept, the others have what is left as they learned it. */
static void shares_are_dealt_out(void **state)
{
    (void)state;
    static const struct {
        double given[2], expected[2];
    } cases[] = {{{-1, -1}, {0.25, 0.75}}, {{0.4, -1}, {0.4, 0.6}}, {{-1, 1}, {0, 1}},
                 {{3, 1}, {0.75, 0.25}},   {{0, 0.5}, {0, 1}},      {{0, -1}, {0, 1}}};
    static const uint64_t some[1];
    recsys_model model = {.fusion.share[RS_USER_CF] = 0.25, .fusion.share[RS_EASE] = 0.75};
    model.lists[RS_EASE].ptr = some;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double weight[RS_SOURCES];
        rs_settings settings = {.hybrid.cf_weight = 0.5, .hybrid.content_weight = 0.3};
        settings.share[RS_USER_CF] = cases[i].given[0];
        settings.share[RS_EASE] = cases[i].given[1];
        rs_weigh_sources(&model, &settings, weight);
        near(weight[RS_USER_CF], 0.5 * cases[i].expected[0]);
        near(weight[RS_EASE], 0.5 * cases[i].expected[1]);
        near(weight[RS_CONTENT], 0.3);
        near(weight[RS_ITEM_CF], 0);
    }
}

/* What all weights say at once is what they say one by one. */
static void the_whole_is_the_sum_of_weights(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{60, 40}, {40, 60}};
    static const char *const all[] = {"model.ease.neighbors", "100", NULL};
    for (size_t i = 0; i < 2; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_ratings *ratings = NULL;
        recsys_context *context = NULL, *whole = NULL;
        rs_ease_system system = {.runtime = NULL};
        recsys_config *config = make_config(all);
        assert_ok(sample_ratings(&ratings, NULL, sizes[i][0], sizes[i][1], &err), &err);
        recsys_model *model = fit_with(NULL, ratings, all);
        assert_ok(rs_learned_make(model, &err), &err);
        assert_ok(rs_ease_system_make(&system, model, config, NULL, &err), &err);
        assert_int_equal(system.by_users, i == 1);
        assert_ok(rs_context_make(&context, model, &err), &err);
        model->ease_whole = &system;
        assert_ok(rs_context_make(&whole, model, &err), &err);
        for (size_t user = 0; user < sizes[i][0]; user += 7) {
            rs_scores *a = &context->scratch.scores[RS_EASE];
            rs_scores *b = &whole->scratch.scores[RS_EASE];
            rs_profile_load(&context->scratch.profile, model, user);
            rs_profile_load(&whole->scratch.profile, model, user);
            rs_scores_clear(a);
            rs_scores_clear(b);
            model->ease_whole = NULL;
            rs_ease_source.score(model, &context->scratch, a);
            model->ease_whole = &system;
            rs_ease_source.score(model, &whole->scratch, b);
            for (size_t j = 0; j < model->movies.count; j++)
                if (rs_matrix_find(&model->ratings, user, j) == UINT64_MAX && a->scored[j])
                    is_within(b->score[j], a->score[j], 1e-5, "a score");
        }
        rs_context_free(context);
        rs_context_free(whole);
        model->ease_whole = NULL;
        rs_ease_system_free(&system);
        recsys_model_destroy(model);
        recsys_config_destroy(config);
        recsys_ratings_destroy(ratings);
    }
}

/* Movies that one user rated have no weights, unless they are asked for. */
static void rarely_rated_movies_are_left_out(void **state)
{
    (void)state;
    static const char *const asked[][3] = {{"model.ease.min_ratings", "1", NULL},
                                           {"model.ease.min_ratings", "12", NULL}};
    for (size_t i = 0; i < 2; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_ratings *ratings = NULL;
        assert_ok(sample_ratings(&ratings, NULL, 40, 300, &err), &err);
        recsys_model *model = fit_with(NULL, ratings, asked[i]);
        size_t expected = 0;
        for (size_t movie = 0; movie < model->movies.count; movie++)
            expected += rs_raters(model, movie) >= (i == 0 ? 1 : 12);
        assert_int_equal(model->ease_head->movies, expected);
        assert_true(expected < model->movies.count || i == 0);
        recsys_model_destroy(model);
        recsys_ratings_destroy(ratings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_numpys),
        cmocka_unit_test(reasons_add_up),
        cmocka_unit_test(memory_is_kept_to),
        cmocka_unit_test(wrong_inverses_are_found),
        cmocka_unit_test(doubles_have_a_smaller_residual),
        cmocka_unit_test(few_weights_are_kept),
        cmocka_unit_test(threads_do_not_show),
        cmocka_unit_test(files_hold_it),
        cmocka_unit_test(models_need_not_have_it),
        cmocka_unit_test(shares_are_dealt_out),
        cmocka_unit_test(the_whole_is_the_sum_of_weights),
        cmocka_unit_test(rarely_rated_movies_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
