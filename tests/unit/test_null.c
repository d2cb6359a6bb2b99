/* NULL where a pointer is needed, for every public function: what returns a status refuses and
 * names itself and the argument, what returns a value answers "none". That no function is
 * missing here is checked by tests/tools/nulls.sh. Then public structs of older callers, and
 * values that a query refuses. */
#include "sample.h"

#include <math.h>

typedef struct world {
    char folder[256], movies[512], model_path[512];
    recsys_runtime *runtime;
    recsys_config *config;
    recsys_ratings *ratings, *train, *test;
    recsys_catalogue *catalogue;
    recsys_model *model;
    recsys_context *context;
    recsys_query *query;
    const recsys_result *list;
    recsys_report *report;
    recsys_verdict *verdict;
    recsys_comparison *comparison;
    recsys_error err;
} world;

static int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    recsys_error *err = &w->err;
    w->err = (recsys_error)RECSYS_ERROR_INIT;
    test_folder(w->folder);
    test_path(w->model_path, w->folder, "m.recsys");
    assert_ok(recsys_runtime_create(&w->runtime, NULL, err), err);
    assert_ok(recsys_config_create(&w->config, NULL, err), err);
    assert_ok(sample_ratings(&w->ratings, NULL, 30, 20, err), err);
    assert_ok(recsys_split(&w->train, &w->test, w->ratings, "user-random:0.3", 1, err), err);
    sample_catalogue_file(w->movies, w->folder, 20);
    assert_ok(sample_catalogue(&w->catalogue, NULL, w->movies, err), err);
    assert_ok(recsys_model_fit(&w->model, NULL, w->train, w->catalogue, NULL, NULL, err), err);
    assert_ok(recsys_model_save(w->model, w->model_path, err), err);
    assert_ok(recsys_evaluate(&w->report, w->model, w->test, NULL, NULL, err), err);
    assert_ok(recsys_gate_check(&w->verdict, w->report, NULL, NULL, err), err);
    const recsys_report *both[2] = {w->report, w->report};
    assert_ok(recsys_compare(&w->comparison, both, 2, 1, NULL, err), err);
    assert_ok(recsys_context_create(&w->context, w->model, err), err);
    assert_ok(recsys_query_create(&w->query, NULL, err), err);
    assert_ok(recsys_recommend(&w->list, w->context, w->query, err), err);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world *w = *state;
    recsys_query_destroy(w->query);
    recsys_context_destroy(w->context);
    recsys_comparison_destroy(w->comparison);
    recsys_verdict_destroy(w->verdict);
    recsys_report_destroy(w->report);
    recsys_model_destroy(w->model);
    recsys_catalogue_destroy(w->catalogue);
    recsys_ratings_destroy(w->test);
    recsys_ratings_destroy(w->train);
    recsys_ratings_destroy(w->ratings);
    recsys_config_destroy(w->config);
    recsys_runtime_destroy(w->runtime);
    test_remove_folder(w->folder);
    free(w);
    return 0;
}

/* The call in `source` must have been refused for the NULL in `argument`. */
static void check_refusal(recsys_status status, const char *source, const char *argument,
                          recsys_error *err)
{
    char wanted[128];
    int name = (int)strcspn(source, "(");
    snprintf(wanted, sizeof wanted, "%.*s: %s is NULL", name, source, argument);
    if (status != RECSYS_E_INVALID || err->status != status || strcmp(err->text, wanted) != 0)
        fail_msg("%s: status %d \"%s\", expected \"%s\"", source, (int)status, err->text,
                 wanted);
    *err = (recsys_error)RECSYS_ERROR_INIT;
}

#define REFUSED(argument, call) check_refusal(call, #call, argument, err)

/* ---- calls that return a status -------------------------------------------------- */

static void base_and_config(void **state)
{
    world *w = *state;
    recsys_error *err = &w->err;
    recsys_config *copy = NULL;
    const recsys_executor no_run = {.struct_size = sizeof no_run};
    REFUSED("runtime", recsys_runtime_create(NULL, NULL, err));
    REFUSED("runtime", recsys_runtime_set_threads(NULL, 1, err));
    REFUSED("runtime", recsys_runtime_set_executor(NULL, NULL, err));
    REFUSED("run", recsys_runtime_set_executor(w->runtime, &no_run, err));
    assert_ok(recsys_runtime_set_executor(w->runtime, NULL, err), err);
    REFUSED("runtime", recsys_runtime_set_isa(NULL, "auto", err));
    REFUSED("isa", recsys_runtime_set_isa(w->runtime, NULL, err));
    REFUSED("config", recsys_config_create(NULL, NULL, err));
    REFUSED("config", recsys_config_load(NULL, "x", err));
    REFUSED("path", recsys_config_load(w->config, NULL, err));
    REFUSED("config", recsys_config_load_text(NULL, "", 0, "x", err));
    REFUSED("text", recsys_config_load_text(w->config, NULL, 1, "x", err));
    assert_ok(recsys_config_load_text(w->config, NULL, 0, NULL, err), err);
    REFUSED("config", recsys_config_set(NULL, "k", "v", err));
    REFUSED("key", recsys_config_set(w->config, NULL, "v", err));
    REFUSED("value", recsys_config_set(w->config, "k", NULL, err));
    REFUSED("copy", recsys_config_copy(NULL, w->config, err));
    REFUSED("config", recsys_config_copy(&copy, NULL, err));
    REFUSED("config", recsys_config_register(NULL, NULL, 0, err));
    REFUSED("options", recsys_config_register(w->config, NULL, 1, err));
    assert_ok(recsys_config_register(w->config, NULL, 0, err), err);
    assert_null(copy);
}

static int no_row(void *user_data, recsys_row *row)
{
    (void)user_data;
    (void)row;
    return 0;
}

static void ratings_and_catalogue(void **state)
{
    world *w = *state;
    recsys_error *err = &w->err;
    recsys_ratings *r = NULL;
    recsys_catalogue *c = NULL;
    recsys_csr csr = {.struct_size = sizeof csr};
    recsys_movie movie = RECSYS_MOVIE_INIT;
    REFUSED("ratings", recsys_ratings_read(NULL, NULL, "x", NULL, NULL, NULL, err));
    REFUSED("path", recsys_ratings_read(&r, NULL, NULL, NULL, NULL, NULL, err));
    REFUSED("ratings", recsys_ratings_from_rows(NULL, NULL, no_row, NULL, err));
    REFUSED("next", recsys_ratings_from_rows(&r, NULL, NULL, NULL, err));
    REFUSED("ratings", recsys_ratings_from_csr(NULL, NULL, &csr, err));
    REFUSED("csr", recsys_ratings_from_csr(&r, NULL, NULL, err));
    REFUSED("stream", recsys_ratings_from_arrow(&r, NULL, NULL, NULL, err));
    REFUSED("ratings", recsys_ratings_save(NULL, "x", err));
    REFUSED("path", recsys_ratings_save(w->ratings, NULL, err));
    REFUSED("ratings", recsys_ratings_write(NULL, "x", err));
    REFUSED("path", recsys_ratings_write(w->ratings, NULL, err));
    REFUSED("ratings", recsys_ratings_open(NULL, NULL, "x", err));
    REFUSED("path", recsys_ratings_open(&r, NULL, NULL, err));
    recsys_neighbours *n = NULL;
    REFUSED("neighbours",
            recsys_neighbours_fit(NULL, NULL, w->ratings, RECSYS_USERS, NULL, NULL, err));
    REFUSED("ratings", recsys_neighbours_fit(&n, NULL, NULL, RECSYS_USERS, NULL, NULL, err));
    assert_null(n);
    REFUSED("catalogue", recsys_catalogue_read(NULL, NULL, "x", NULL, err));
    REFUSED("path", recsys_catalogue_read(&c, NULL, NULL, NULL, err));
    REFUSED("catalogue", recsys_catalogue_add_tags(NULL, "x", NULL, err));
    REFUSED("path", recsys_catalogue_add_tags(w->catalogue, NULL, NULL, err));
    REFUSED("catalogue", recsys_catalogue_add_links(NULL, "x", NULL, err));
    REFUSED("path", recsys_catalogue_add_links(w->catalogue, NULL, NULL, err));
    REFUSED("catalogue", recsys_catalogue_get(NULL, "m001", &movie, err));
    REFUSED("movie_id", recsys_catalogue_get(w->catalogue, NULL, &movie, err));
    REFUSED("movie", recsys_catalogue_get(w->catalogue, "m001", NULL, err));
    assert_null(r);
    assert_null(c);
}

static void models_and_evaluation(void **state)
{
    world *w = *state;
    recsys_error *err = &w->err;
    recsys_model *m = NULL;
    recsys_ratings *a = NULL, *b = NULL;
    recsys_report *report = NULL;
    recsys_verdict *verdict = NULL;
    double value = 7;
    size_t folds = 7;
    REFUSED("model", recsys_model_fit(NULL, NULL, w->ratings, NULL, NULL, NULL, err));
    REFUSED("ratings", recsys_model_fit(&m, NULL, NULL, NULL, NULL, NULL, err));
    REFUSED("next", recsys_model_update(NULL, w->model, w->ratings, NULL, RECSYS_UPDATE_REFIT,
                                        NULL, NULL, err));
    REFUSED("model", recsys_model_update(&m, NULL, w->ratings, NULL, RECSYS_UPDATE_REFIT, NULL,
                                         NULL, err));
    REFUSED("ratings", recsys_model_update(&m, w->model, NULL, NULL, RECSYS_UPDATE_REFIT, NULL,
                                           NULL, err));
    REFUSED("model", recsys_model_save(NULL, "x", err));
    REFUSED("path", recsys_model_save(w->model, NULL, err));
    REFUSED("model", recsys_model_open(NULL, NULL, w->model_path, err));
    REFUSED("path", recsys_model_open(&m, NULL, NULL, err));
    REFUSED("model", recsys_model_validate(NULL, RECSYS_VALIDATE_FULL, err));
    REFUSED("model", recsys_model_movie(NULL, 0, NULL, NULL, err));
    assert_ok(recsys_model_movie(w->model, 0, NULL, NULL, err), err);
    REFUSED("train", recsys_split(NULL, &b, w->ratings, "user-random:0.2", 1, err));
    REFUSED("test", recsys_split(&a, NULL, w->ratings, "user-random:0.2", 1, err));
    REFUSED("ratings", recsys_split(&a, &b, NULL, "user-random:0.2", 1, err));
    REFUSED("how", recsys_split(&a, &b, w->ratings, NULL, 1, err));
    REFUSED("train", recsys_split_fold(NULL, &b, w->ratings, "k-fold:2", 1, 0, err));
    REFUSED("test", recsys_split_fold(&a, NULL, w->ratings, "k-fold:2", 1, 0, err));
    REFUSED("ratings", recsys_split_fold(&a, &b, NULL, "k-fold:2", 1, 0, err));
    REFUSED("how", recsys_split_fold(&a, &b, w->ratings, NULL, 1, 0, err));
    REFUSED("how", recsys_split_folds(NULL, &folds, err));
    REFUSED("folds", recsys_split_folds("k-fold:2", NULL, err));
    REFUSED("report", recsys_evaluate(NULL, w->model, w->test, NULL, NULL, err));
    REFUSED("model", recsys_evaluate(&report, NULL, w->test, NULL, NULL, err));
    REFUSED("test", recsys_evaluate(&report, w->model, NULL, NULL, NULL, err));
    REFUSED("report", recsys_evaluate_popularity(NULL, w->model, w->test, NULL, NULL, err));
    REFUSED("model", recsys_evaluate_popularity(&report, NULL, w->test, NULL, NULL, err));
    REFUSED("test", recsys_evaluate_popularity(&report, w->model, NULL, NULL, NULL, err));
    REFUSED("report",
            recsys_evaluate_run(NULL, NULL, "run", "judgements", NULL, NULL, NULL, err));
    REFUSED("run",
            recsys_evaluate_run(&report, NULL, NULL, "judgements", NULL, NULL, NULL, err));
    REFUSED("judgements",
            recsys_evaluate_run(&report, NULL, "run", NULL, NULL, NULL, NULL, err));
    REFUSED("report", recsys_report_metric(NULL, "ndcg", 0, &value, NULL, err));
    REFUSED("name", recsys_report_metric(w->report, NULL, 0, &value, NULL, err));
    REFUSED("value", recsys_report_metric(w->report, "ndcg", 0, NULL, NULL, err));
    REFUSED("report", recsys_report_user_metric(NULL, 0, "ndcg", 0, &value, err));
    REFUSED("name", recsys_report_user_metric(w->report, 0, NULL, 0, &value, err));
    REFUSED("value", recsys_report_user_metric(w->report, 0, "ndcg", 0, NULL, err));
    const recsys_report *both[2] = {w->report, w->report};
    recsys_comparison *comparison = NULL;
    REFUSED("comparison", recsys_compare(NULL, both, 2, 1, NULL, err));
    REFUSED("reports", recsys_compare(&comparison, NULL, 2, 1, NULL, err));
    both[1] = NULL;
    REFUSED("report 1", recsys_compare(&comparison, both, 2, 1, NULL, err));
    REFUSED("verdict", recsys_gate_check(NULL, w->report, NULL, NULL, err));
    REFUSED("report", recsys_gate_check(&verdict, NULL, NULL, NULL, err));
    assert_true(m == NULL && a == NULL && b == NULL && report == NULL && verdict == NULL);
    assert_null(comparison);
    assert_true(value == 7 && folds == 7);
}

static int no_reason(void *user_data, const recsys_reason *reason)
{
    (void)user_data;
    (void)reason;
    return 0;
}

static int no_list(void *user_data, const char *user_id, const recsys_result *result)
{
    (void)user_data;
    (void)user_id;
    (void)result;
    return 0;
}

static void queries_and_lists(void **state)
{
    world *w = *state;
    recsys_error *err = &w->err;
    recsys_context *context = NULL;
    const recsys_result *list = NULL;
    recsys_result *copy = NULL;
    REFUSED("context", recsys_context_create(NULL, w->model, err));
    REFUSED("model", recsys_context_create(&context, NULL, err));
    REFUSED("query", recsys_query_create(NULL, NULL, err));
    REFUSED("query", recsys_query_set_user(NULL, "u001", err));
    assert_ok(recsys_query_set_user(w->query, NULL, err), err);
    REFUSED("query", recsys_query_set_limit(NULL, 1, err));
    REFUSED("query", recsys_query_add_rating(NULL, "m001", 1, 0, err));
    REFUSED("movie_id", recsys_query_add_rating(w->query, NULL, 1, 0, err));
    REFUSED("query", recsys_query_allow(NULL, "m001", err));
    REFUSED("movie_id", recsys_query_allow(w->query, NULL, err));
    REFUSED("query", recsys_query_deny(NULL, "m001", err));
    REFUSED("movie_id", recsys_query_deny(w->query, NULL, err));
    REFUSED("query", recsys_query_genre(NULL, "War", err));
    REFUSED("genre", recsys_query_genre(w->query, NULL, err));
    REFUSED("query", recsys_query_years(NULL, 0, 0, err));
    REFUSED("query", recsys_query_set_option(NULL, "k", "v", err));
    REFUSED("key", recsys_query_set_option(w->query, NULL, "v", err));
    REFUSED("value", recsys_query_set_option(w->query, "k", NULL, err));
    REFUSED("result", recsys_recommend(NULL, w->context, w->query, err));
    REFUSED("context", recsys_recommend(&list, NULL, w->query, err));
    REFUSED("query", recsys_recommend(&list, w->context, NULL, err));
    REFUSED("result", recsys_similar(NULL, w->context, "m001", 1, err));
    REFUSED("context", recsys_similar(&list, NULL, "m001", 1, err));
    REFUSED("movie_id", recsys_similar(&list, w->context, NULL, 1, err));
    REFUSED("copy", recsys_result_detach(NULL, w->list, err));
    REFUSED("result", recsys_result_detach(&copy, NULL, err));
    REFUSED("result", recsys_result_explain(NULL, 0, no_reason, NULL, err));
    REFUSED("reason", recsys_result_explain(w->list, 0, NULL, NULL, err));
    REFUSED("model", recsys_recommend_all(NULL, NULL, no_list, NULL, NULL, err));
    REFUSED("sink", recsys_recommend_all(w->model, NULL, NULL, NULL, NULL, err));
    assert_true(context == NULL && list == NULL && copy == NULL);
    assert_int_equal(recsys_query_allow(w->query, NULL, NULL), RECSYS_E_INVALID);
}

static void searches_and_figures(void **state)
{
    world *w = *state;
    recsys_error *err = &w->err;
    size_t movies[1] = {7}, count = 7;
    double value = 7;
    REFUSED("catalogue", recsys_catalogue_find(NULL, "film", 1, movies, &count, err));
    REFUSED("text", recsys_catalogue_find(w->catalogue, NULL, 1, movies, &count, err));
    REFUSED("movies", recsys_catalogue_find(w->catalogue, "film", 1, NULL, &count, err));
    REFUSED("count", recsys_catalogue_find(w->catalogue, "film", 1, movies, NULL, err));
    REFUSED("model", recsys_model_search(NULL, "film", 1, movies, &count, err));
    REFUSED("text", recsys_model_search(w->model, NULL, 1, movies, &count, err));
    REFUSED("movies", recsys_model_search(w->model, "film", 1, NULL, &count, err));
    REFUSED("count", recsys_model_search(w->model, "film", 1, movies, NULL, err));
    REFUSED("model", recsys_model_stat(NULL, "users", &value, err));
    REFUSED("name", recsys_model_stat(w->model, NULL, &value, err));
    REFUSED("value", recsys_model_stat(w->model, "users", NULL, err));
    assert_true(movies[0] == 7 && count == 7 && value == 7);
}

/* ---- calls that return a value --------------------------------------------------- */

static void accessors_answer_none(void **state)
{
    (void)state;
    assert_non_null(recsys_version());
    assert_non_null(recsys_status_text(RECSYS_OK));
    assert_true(recsys_runtime_threads(NULL) >= 1);
    assert_non_null(recsys_runtime_isa(NULL));
    assert_non_null(recsys_config_get(NULL, "model.hybrid.cf_weight")); /* the default */
    assert_non_null(recsys_config_option(NULL, 0));
    assert_null(recsys_config_get(NULL, NULL));
    assert_int_equal(recsys_config_is_set(NULL, NULL), 0);
    assert_true(recsys_config_option_count(NULL) > 0);
    assert_int_equal(recsys_ratings_users(NULL), 0);
    assert_int_equal(recsys_ratings_movies(NULL), 0);
    assert_int_equal(recsys_ratings_count(NULL), 0);
    assert_int_equal(recsys_ratings_find_user(NULL, "u"), SIZE_MAX);
    assert_int_equal(recsys_ratings_find_movie(NULL, "m"), SIZE_MAX);
    assert_int_equal(recsys_ratings_user_count(NULL, 0), 0);
    assert_null(recsys_ratings_hash(NULL));
    assert_int_equal(recsys_neighbours_count(NULL), 0);
    assert_int_equal(recsys_neighbours_list(NULL, 0, NULL, NULL, NULL), 0);
    assert_int_equal(recsys_catalogue_count(NULL), 0);
    assert_null(recsys_model_hash(NULL));
    assert_null(recsys_model_manifest(NULL));
    assert_null(recsys_model_config(NULL));
    assert_int_equal(recsys_model_users(NULL), 0);
    assert_int_equal(recsys_model_movies(NULL), 0);
    assert_int_equal(recsys_model_ratings(NULL), 0);
    assert_int_equal(recsys_model_find_user(NULL, "u"), SIZE_MAX);
    assert_int_equal(recsys_model_find_movie(NULL, "m"), SIZE_MAX);
    assert_int_equal(recsys_model_user_count(NULL, 0), 0);
    assert_int_equal(recsys_model_section_count(NULL), 0);
    assert_int_equal(recsys_result_size(NULL), 0);
    assert_null(recsys_result_item(NULL, 0));
    assert_int_equal(recsys_result_movie(NULL, 0), SIZE_MAX);
    assert_true(isnan(recsys_result_score(NULL, 0)));
    assert_true(isnan(recsys_result_rating(NULL, 0)));
    assert_int_equal(recsys_report_k(NULL), 0);
    assert_int_equal(recsys_report_cutoff(NULL, 0), 0);
    assert_int_equal(recsys_report_without_list(NULL), 0);
    assert_int_equal(recsys_report_without_judgement(NULL), 0);
    assert_int_equal(recsys_profile_at(0, NULL, NULL, NULL), 1);
    assert_int_equal(recsys_profile_at(recsys_profile_count(), NULL, NULL, NULL), 0);
    assert_int_equal(recsys_report_metric_count(NULL), 0);
    assert_null(recsys_report_user(NULL, 0));
    assert_int_equal(recsys_comparison_users(NULL), 0);
    assert_int_equal(recsys_comparison_count(NULL), 0);
    assert_null(recsys_comparison_json(NULL));
    assert_null(recsys_report_metric_name(NULL, 0));
    assert_int_equal(recsys_report_users(NULL), 0);
    assert_int_equal(recsys_report_skipped(NULL), 0);
    assert_true(isnan(recsys_report_threshold(NULL)));
    assert_null(recsys_report_json(NULL));
    assert_int_equal(recsys_verdict_passed(NULL), 0);
    assert_int_equal(recsys_verdict_rule_count(NULL), 0);
    assert_null(recsys_verdict_json(NULL));
}

/* An id of no handle is empty; into no buffer only its length is told. */
static void ids_and_structs(void **state)
{
    world *w = *state;
    char text[8];
    recsys_scale scale = RECSYS_SCALE_INIT;
    recsys_rating rating = RECSYS_RATING_INIT;
    recsys_section section = RECSYS_SECTION_INIT;
    recsys_rule rule = RECSYS_RULE_INIT;
    recsys_difference difference = RECSYS_DIFFERENCE_INIT;
#define ID_OF(call, handle)                                                                    \
    do {                                                                                       \
        memset(text, 'x', sizeof text);                                                        \
        assert_int_equal(call(NULL, 0, text, sizeof text), 0);                                 \
        assert_string_equal(text, "");                                                         \
        assert_int_equal(call(NULL, 0, NULL, 0), 0);                                           \
        assert_int_equal(call(handle, 0, NULL, sizeof text), 4);                               \
    } while (0)
    ID_OF(recsys_ratings_user_id, w->ratings);
    ID_OF(recsys_ratings_movie_id, w->ratings);
    ID_OF(recsys_catalogue_movie_id, w->catalogue);
    ID_OF(recsys_model_user_id, w->model);
    ID_OF(recsys_model_movie_id, w->model);
    assert_int_equal(recsys_ratings_find_user(w->ratings, NULL), SIZE_MAX);
    assert_int_equal(recsys_ratings_find_movie(w->ratings, NULL), SIZE_MAX);
    assert_int_equal(recsys_model_find_user(w->model, NULL), SIZE_MAX);
    assert_int_equal(recsys_model_find_movie(w->model, NULL), SIZE_MAX);
    recsys_ratings_scale(NULL, &scale);
    recsys_ratings_scale(w->ratings, NULL);
    recsys_model_scale(NULL, &scale);
    recsys_model_scale(w->model, NULL);
    assert_true(scale.levels == 0);
    assert_int_equal(recsys_ratings_user_at(NULL, 0, 0, &rating), 0);
    assert_int_equal(recsys_ratings_user_at(w->ratings, 0, 0, NULL), 0);
    assert_int_equal(recsys_model_user_at(NULL, 0, 0, &rating), 0);
    assert_int_equal(recsys_model_user_at(w->model, 0, 0, NULL), 0);
    assert_int_equal(recsys_model_section(NULL, 0, &section), 0);
    assert_int_equal(recsys_model_section(w->model, 0, NULL), 0);
    assert_int_equal(recsys_comparison_at(NULL, 0, &difference), 0);
    assert_int_equal(recsys_comparison_at(w->comparison, 0, NULL), 0);
    assert_int_equal(recsys_verdict_rule(NULL, 0, &rule), 0);
    assert_int_equal(recsys_verdict_rule(w->verdict, 0, NULL), 0);
}

static void searches_for_options(void **state)
{
    world *w = *state;
    recsys_error *err = &w->err;
    int more;
    recsys_space *space = NULL;
    recsys_tuning *tuning = NULL;
    recsys_config *config = NULL;
    recsys_trial trial = RECSYS_TRIAL_INIT;
    recsys_tune_state about = RECSYS_TUNE_STATE_INIT;
    recsys_tune_options options = RECSYS_TUNE_OPTIONS_INIT;
    options.trials = 1;
    REFUSED("space", recsys_space_read(NULL, NULL, "x", err));
    REFUSED("path", recsys_space_read(&space, NULL, NULL, err));
    REFUSED("space", recsys_space_named(NULL, NULL, "blend", NULL, err));
    REFUSED("name", recsys_space_named(&space, NULL, NULL, NULL, err));
    assert_ok(recsys_space_named(&space, NULL, "blend", NULL, err), err);
    REFUSED("tuning",
            recsys_tuning_create(NULL, NULL, w->train, NULL, NULL, space, &options, err));
    REFUSED("ratings",
            recsys_tuning_create(&tuning, NULL, NULL, NULL, NULL, space, &options, err));
    REFUSED("space",
            recsys_tuning_create(&tuning, NULL, w->train, NULL, NULL, NULL, &options, err));
    REFUSED("options",
            recsys_tuning_create(&tuning, NULL, w->train, NULL, NULL, space, NULL, err));
    assert_ok(recsys_tuning_create(&tuning, NULL, w->train, NULL, NULL, space, &options, err),
              err);
    REFUSED("more", recsys_tuning_step(NULL, tuning, NULL, err));
    REFUSED("tuning", recsys_tuning_step(&more, NULL, NULL, err));
    REFUSED("config", recsys_tuning_config(NULL, tuning, 0, err));
    REFUSED("tuning", recsys_tuning_config(&config, NULL, 0, err));
    assert_int_equal(recsys_space_name_at(0, NULL, NULL), 1);
    assert_int_equal(recsys_space_name_at(100, NULL, NULL), 0);
    assert_int_equal(recsys_space_count(NULL), 0);
    assert_null(recsys_space_key(NULL, 0));
    assert_null(recsys_space_key(space, recsys_space_count(space)));
    recsys_tuning_state(NULL, &about);
    recsys_tuning_state(tuning, NULL);
    assert_int_equal(about.trials, 0);
    assert_int_equal(recsys_tuning_trial(NULL, 0, &trial), 0);
    assert_int_equal(recsys_tuning_trial(tuning, 0, NULL), 0);
    assert_null(recsys_tuning_value(NULL, 0, 0));
    assert_true(isnan(recsys_tuning_importance(NULL, 0)));
    assert_true(isnan(recsys_tuning_importance(tuning, 100)));
    assert_null(recsys_tuning_comparison(NULL, RECSYS_TUNE_TEST));
    assert_null(recsys_tuning_comparison(tuning, RECSYS_TUNE_SEARCH));
    recsys_tuning_destroy(tuning);
    recsys_tuning_destroy(NULL);
    recsys_space_destroy(space);
    recsys_space_destroy(NULL);
}

static void nothing_is_retained_and_destroyed(void **state)
{
    (void)state;
    assert_null(recsys_runtime_retain(NULL));
    assert_null(recsys_ratings_retain(NULL));
    assert_null(recsys_neighbours_retain(NULL));
    assert_null(recsys_catalogue_retain(NULL));
    assert_null(recsys_model_retain(NULL));
    recsys_runtime_set_log(NULL, NULL, NULL);
    recsys_query_clear(NULL);
    recsys_runtime_destroy(NULL);
    recsys_config_destroy(NULL);
    recsys_ratings_destroy(NULL);
    recsys_neighbours_destroy(NULL);
    recsys_catalogue_destroy(NULL);
    recsys_model_destroy(NULL);
    recsys_context_destroy(NULL);
    recsys_query_destroy(NULL);
    recsys_result_destroy(NULL);
    recsys_report_destroy(NULL);
    recsys_comparison_destroy(NULL);
    recsys_verdict_destroy(NULL);
}

/* ---- structs of older callers ---------------------------------------------------- */

enum { FILL = 0x5a, MOST_STRUCT = 1024 };

/* Memory of a struct whose caller knows only its first `size` bytes. */
static void *older(unsigned char *bytes, size_t size)
{
    memset(bytes, FILL, MOST_STRUCT);
    memcpy(bytes, &size, sizeof size);
    return bytes;
}

/* Its size stays, what lies behind it too, and something was written where there is room. */
static void check_older(const unsigned char *bytes, size_t size)
{
    size_t stays, written = 0;
    memcpy(&stays, bytes, sizeof stays);
    assert_int_equal(stays, size);
    for (size_t i = sizeof stays; i < MOST_STRUCT; i++) {
        if (i < size)
            written += bytes[i] != FILL;
        else if (bytes[i] != FILL)
            fail_msg("byte %zu of a struct of %zu was written", i, size);
    }
    assert_int_equal(written > 0, size > sizeof stays);
}

/* `fill` with every struct_size from that of struct_size itself to the whole. */
#define EACH_SIZE(type, fill)                                                                  \
    for (size_t size = sizeof(size_t); size <= sizeof(type); size += sizeof(size_t)) {         \
        _Alignas(max_align_t) unsigned char bytes[MOST_STRUCT];                                \
        type *out = older(bytes, size);                                                        \
        fill;                                                                                  \
        check_older(bytes, size);                                                              \
    }

static void no_more_than_struct_size_is_written(void **state)
{
    world *w = *state;
    recsys_error *err = &w->err;
    recsys_ratings *r;
    recsys_model *m;
    char path[512];
    test_text_file(path, w->folder, "r.csv", "userId,movieId,rating\n1,2,3\n1,2,4\n");
    EACH_SIZE(recsys_scale, recsys_ratings_scale(w->ratings, out))
    EACH_SIZE(recsys_scale, recsys_model_scale(w->model, out))
    EACH_SIZE(recsys_rating, assert_true(recsys_ratings_user_at(w->ratings, 0, 0, out)))
    EACH_SIZE(recsys_rating, assert_true(recsys_model_user_at(w->model, 0, 0, out)))
    EACH_SIZE(recsys_movie,
              assert_ok(recsys_catalogue_get(w->catalogue, "m001", out, err), err))
    EACH_SIZE(recsys_movie, assert_ok(recsys_model_movie(w->model, 0, out, NULL, err), err))
    EACH_SIZE(recsys_movie_stat,
              assert_ok(recsys_model_movie(w->model, 0, NULL, out, err), err))
    EACH_SIZE(recsys_update_report,
              assert_ok(recsys_model_update(&m, w->model, w->test, NULL, RECSYS_UPDATE_KEEP,
                                            out, NULL, err),
                        err);
              recsys_model_destroy(m))
    EACH_SIZE(recsys_section, assert_true(recsys_model_section(w->model, 0, out)))
    double value;
    EACH_SIZE(recsys_interval,
              assert_ok(recsys_report_metric(w->report, "ndcg", 0, &value, out, err), err))
    EACH_SIZE(recsys_difference, assert_true(recsys_comparison_at(w->comparison, 0, out)))
    EACH_SIZE(recsys_rule, assert_true(recsys_verdict_rule(w->verdict, 0, out)))
    EACH_SIZE(recsys_read_summary,
              assert_ok(recsys_ratings_read(&r, NULL, path, NULL, out, NULL, err), err);
              recsys_ratings_destroy(r))
}

static void structs_without_a_size_are_refused(void **state)
{
    world *w = *state;
    recsys_error *err = &w->err;
    recsys_ratings *r = NULL;
    recsys_model *m = NULL;
    recsys_update_report report = {0};
    recsys_movie movie = {0};
    recsys_movie_stat stat = {0};
    recsys_read_summary summary = {0};
    recsys_csr csr = {0};
    recsys_executor executor = {0};
    assert_fails(recsys_runtime_set_executor(w->runtime, &executor, err), RECSYS_E_INVALID,
                 err);
    assert_string_equal(err->text,
                        "recsys_runtime_set_executor: executor->struct_size is not set");
    assert_fails(recsys_catalogue_get(w->catalogue, "m001", &movie, err), RECSYS_E_INVALID,
                 err);
    assert_fails(recsys_model_movie(w->model, 0, &movie, NULL, err), RECSYS_E_INVALID, err);
    assert_fails(recsys_model_movie(w->model, 0, NULL, &stat, err), RECSYS_E_INVALID, err);
    assert_string_equal(err->text, "recsys_model_movie: stat->struct_size is not set");
    assert_fails(recsys_model_update(&m, w->model, w->ratings, NULL, RECSYS_UPDATE_REFIT,
                                     &report, NULL, err),
                 RECSYS_E_INVALID, err);
    assert_fails(recsys_ratings_read(&r, NULL, "x", NULL, &summary, NULL, err),
                 RECSYS_E_INVALID, err);
    assert_fails(recsys_ratings_from_csr(&r, NULL, &csr, err), RECSYS_E_INVALID, err);
}

/* ---- values of a query ----------------------------------------------------------- */

static void a_query_refuses_what_no_file_may_hold(void **state)
{
    world *w = *state;
    recsys_error *err = &w->err;
    static const float bad[] = {1000001, -1000001, 3e38F, INFINITY, -INFINITY};
    static const float good[] = {1000000, -1000000, 0, NAN};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_fails(recsys_query_add_rating(w->query, "m001", bad[i], 0, err),
                     RECSYS_E_INVALID, err);
        assert_contains(err->text, "recsys_query_add_rating");
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_ok(recsys_query_add_rating(w->query, "m001", good[i], 0, err), err);
    assert_fails(recsys_query_set_user(w->query, "", err), RECSYS_E_INVALID, err);
    assert_contains(err->text, "recsys_query_set_user: the user id is empty");
    recsys_query_clear(w->query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base_and_config),
        cmocka_unit_test(ratings_and_catalogue),
        cmocka_unit_test(models_and_evaluation),
        cmocka_unit_test(queries_and_lists),
        cmocka_unit_test(searches_and_figures),
        cmocka_unit_test(accessors_answer_none),
        cmocka_unit_test(ids_and_structs),
        cmocka_unit_test(searches_for_options),
        cmocka_unit_test(nothing_is_retained_and_destroyed),
        cmocka_unit_test(no_more_than_struct_size_is_written),
        cmocka_unit_test(structs_without_a_size_are_refused),
        cmocka_unit_test(a_query_refuses_what_no_file_may_hold),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
