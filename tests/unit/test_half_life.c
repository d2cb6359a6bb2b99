/* Popularity that ages: weights and their order by hand, lists of people who are not known, and
 * what it leaves as it is. */
#include "configs_testing.h"

#include <math.h>

#include <recsys/recsys.h>

#include "rank/context.h"

enum { MOVIES = 6, UNTIMED = -1 };

typedef struct given {
    const char *user, *movie;
    int day; /* UNTIMED: no time */
} given;

/* Half-life 10 days, day 100 is the newest. */
static const given ratings[] = {
    {"a", "0", 80},      {"b", "0", 80},                 /* 1/4 + 1/4 */
    {"a", "1", 90},                                      /* 1/2, of fewer people */
    {"c", "2", 100},                                     /* 1 */
    {"b", "3", UNTIMED},                                 /* 1, as good as new */
    {"a", "4", 95},      {"c", "4", 97},                 /* 2^-0.5 + 2^-0.3 */
    {"a", "5", 1},       {"b", "5", 1},  {"c", "5", 50}, /* 2^-9.9, twice, + 2^-5 */
};
static const char *const order[MOVIES] = {"4", "2", "3", "0", "1", "5"};

/* Multiples of 2^-24, from Python: floor(2 ** (24 - age / 10) + .5) / 2 ** 24. */
static const double weights[MOVIES] = {0.5, 0.5, 1, 1, 1.5193591713905334, 0.03334331512451172};

typedef struct rows {
    const given *from;
    size_t left;
} rows;

static int next_row(void *data, recsys_row *out)
{
    rows *r = data;
    if (r->left == 0) return 0;
    out->user = r->from->user;
    out->movie = r->from->movie;
    out->rating = 3;
    out->timestamp = r->from->day == UNTIMED ? 0 : (1000000000 + (int64_t)r->from->day * 86400);
    r->from++;
    r->left--;
    return 1;
}

static recsys_model *fit_of(const given *from, size_t count, const char *days)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *read = NULL;
    recsys_model *model = NULL;
    rows r = {from, count};
    recsys_config *config = config_with("model.popularity.half_life", days);
    assert_ok(recsys_ratings_from_rows(&read, NULL, next_row, &r, &err), &err);
    assert_ok(recsys_model_fit(&model, NULL, read, NULL, config, NULL, &err), &err);
    recsys_config_destroy(config);
    recsys_ratings_destroy(read);
    return model;
}

static recsys_model *fit(const char *days)
{
    return fit_of(ratings, sizeof ratings / sizeof *ratings, days);
}

static void check_list(recsys_model *model, const char *const *movies, size_t count)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list;
    assert_ok(recsys_context_create(&context, model, &err), &err);
    assert_ok(recsys_query_create(&query, NULL, &err), &err);
    assert_ok(recsys_query_set_limit(query, count, &err), &err);
    assert_ok(recsys_query_set_option(query, "model.rerank.quality_weight", "0", &err), &err);
    assert_ok(recsys_recommend(&list, context, query, &err), &err);
    assert_int_equal(recsys_result_size(list), count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(recsys_result_item(list, i), movies[i]);
    recsys_query_destroy(query);
    recsys_context_destroy(context);
}

static void newer_ratings_weigh_more(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = fit("10");
    double most;
    for (size_t i = 0; i < MOVIES; i++) assert_true(model->statistics.recent[i] == weights[i]);
    for (size_t i = 0; i < MOVIES; i++)
        assert_int_equal(model->statistics.popular[i], order[i][0] - '0');
    check_list(model, order, MOVIES);
    assert_int_equal(model->statistics.most_raters, 3);
    assert_ok(recsys_model_stat(model, "most_raters", &most, &err), &err);
    assert_near(most, 3, 0);
    recsys_model_destroy(model);
}

/* Filling up and the source alone, without the source and without filling up. */
static void both_ways_into_a_list_go_by_weight(void **state)
{
    (void)state;
    static const char *const settings[][2] = {
        {"model.recommendation.min_rating_threshold", "5"},
        {"model.hybrid.popularity_weight", "0"},
        {"model.hybrid.fusion", "minmax"},
        {"model.hybrid.fusion", "rrf"},
        {"model.hybrid.fusion", "calibrated"}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = fit("10");
    for (size_t s = 0; s < sizeof settings / sizeof *settings; s++) {
        recsys_context *context = NULL;
        recsys_query *query = NULL;
        const recsys_result *list;
        assert_ok(recsys_context_create(&context, model, &err), &err);
        assert_ok(recsys_query_create(&query, NULL, &err), &err);
        assert_ok(recsys_query_set_user(query, "nobody", &err), &err);
        assert_ok(recsys_query_set_option(query, "model.rerank.quality_weight", "0", &err),
                  &err);
        assert_ok(recsys_query_set_option(query, "model.hybrid.popularity_weight", "1", &err),
                  &err);
        assert_ok(recsys_query_set_option(query, settings[s][0], settings[s][1], &err), &err);
        assert_ok(recsys_recommend(&list, context, query, &err), &err);
        for (size_t i = 0; i < MOVIES; i++)
            assert_string_equal(recsys_result_item(list, i), order[i]);
        recsys_query_destroy(query);
        recsys_context_destroy(context);
    }
    recsys_model_destroy(model);
}

/* minmax: the weight between the candidates' lowest and highest. */
static void scores_are_weights(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = fit("10");
    recsys_context *c = NULL;
    recsys_query *query = NULL;
    const recsys_result *list;
    assert_ok(recsys_context_create(&c, model, &err), &err);
    assert_ok(recsys_query_create(&query, NULL, &err), &err);
    assert_ok(recsys_query_deny(query, "4", &err), &err);
    assert_ok(recsys_query_set_option(query, "model.rerank.quality_weight", "0", &err), &err);
    assert_ok(recsys_query_set_option(query, "model.hybrid.fusion", "minmax", &err), &err);
    assert_ok(recsys_query_set_option(query, "model.hybrid.popularity_weight", "1", &err),
              &err);
    assert_ok(recsys_recommend(&list, c, query, &err), &err);
    double low = weights[5], high = weights[2];
    assert_near(recsys_result_score(list, 2), (weights[0] - low) / (high - low), 1e-12);
    assert_near(recsys_result_score(list, 4), 0, 0);
    recsys_query_destroy(query);
    recsys_context_destroy(c);
    recsys_model_destroy(model);
}

/* However old, a rating weighs something: the oldest movies go by their raters. */
static void no_rating_weighs_nothing(void **state)
{
    (void)state;
    static const given old[] = {{"a", "0", 1}, {"a", "1", 2}, {"b", "1", 1},   {"a", "2", 3},
                                {"b", "2", 2}, {"c", "2", 1}, {"a", "3", 9000}};
    static const char *const by_raters[] = {"3", "2", "1", "0"};
    recsys_model *model = fit_of(old, sizeof old / sizeof *old, "0.5");
    for (size_t i = 0; i < 3; i++)
        assert_true(model->statistics.recent[i] == (double)(i + 1) / (1 << 24));
    check_list(model, by_raters, 4);
    recsys_model_destroy(model);
}

static void without_it_nothing_is_added(void **state)
{
    (void)state;
    static const char *const by_raters[] = {"5", "0", "4", "1", "2", "3"};
    recsys_model *model = fit("0");
    assert_null(rs_container_find(&model->parts, "movie.recent"));
    assert_null(model->statistics.recent);
    check_list(model, by_raters, MOVIES);
    recsys_model_destroy(model);
}

static void a_saved_model_is_the_same(void **state)
{
    (void)state;
    char folder[256], path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = fit("10"), *opened = NULL;
    test_path(path, test_folder(folder), "m.recsys");
    assert_ok(recsys_model_save(model, path, &err), &err);
    assert_ok(recsys_model_open(&opened, NULL, path, &err), &err);
    assert_ok(recsys_model_validate(opened, RECSYS_VALIDATE_FULL, &err), &err);
    check_list(opened, order, MOVIES);
    recsys_model_destroy(opened);
    recsys_model_destroy(model);
    test_remove_folder(folder);
}

/* Nothing in a file is believed. */
static void lies_are_found(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = fit("10");
    double *recent = rs_container_find(&model->parts, "movie.recent")->owned;
    uint32_t *popular = rs_container_find(&model->parts, "movie.popular")->owned;
    static const double wrong[] = {NAN, INFINITY, -0.5, 0, 2.1};
    assert_ok(rs_model_bind_data(model, &err), &err);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        recent[4] = wrong[i];
        assert_fails(rs_model_bind_data(model, &err), RECSYS_E_DAMAGED, &err);
        assert_contains(err.text, "section \"movie.recent\"");
    }
    recent[4] = weights[4];
    recent[0] = 0.4; /* now 1 comes before it */
    assert_fails(rs_model_bind_data(model, &err), RECSYS_E_DAMAGED, &err);
    assert_contains(err.text, "section \"movie.popular\" is not in order");
    recent[0] = weights[0];
    popular[3] = 1; /* equal weights by id */
    popular[4] = 0;
    assert_fails(rs_model_bind_data(model, &err), RECSYS_E_DAMAGED, &err);
    recsys_model_destroy(model);
}

static recsys_status fit_in(recsys_runtime *runtime, void *data, recsys_error *err)
{
    recsys_ratings *read = NULL;
    recsys_model *model = NULL;
    rows r = {ratings, sizeof ratings / sizeof *ratings};
    recsys_status status = recsys_ratings_from_rows(&read, runtime, next_row, &r, err);
    if (status == RECSYS_OK)
        status = recsys_model_fit(&model, runtime, read, NULL, data, NULL, err);
    recsys_ratings_destroy(read);
    recsys_model_destroy(model);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    recsys_config *config = config_with("model.popularity.half_life", "10");
    assert_true(test_each_allocation(fit_in, config, 1, 1) > 50);
    recsys_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newer_ratings_weigh_more),
        cmocka_unit_test(both_ways_into_a_list_go_by_weight),
        cmocka_unit_test(scores_are_weights),
        cmocka_unit_test(no_rating_weighs_nothing),
        cmocka_unit_test(without_it_nothing_is_added),
        cmocka_unit_test(a_saved_model_is_the_same),
        cmocka_unit_test(lies_are_found),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
