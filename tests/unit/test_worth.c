/* What a rating is worth: by itself, to the sources that learn from it, to those that score by
 * it, and in a file. */
#include "configs_testing.h"
#include "files_testing.h"
#include "numbers_testing.h"

#include <recsys/recsys.h>

#include "models/learned.h"
#include "models/profile.h"
#include "rank/context.h"

enum { CASES = 4, MOST_ROWS = 200, KEYS = 3 };
#define RATINGS "model.ratings."

typedef struct row {
    char user[8], movie[8];
    double rating, worth;
    int64_t time;
} row;

typedef struct example {
    char value[KEYS][16];
    row rows[MOST_ROWS];
    size_t count;
} example;

static const char *const keys[KEYS] = {RATINGS "half_life", RATINGS "negative_weight",
                                       RATINGS "negative_margin"};

static void read_example(FILE *file, example *e)
{
    char time[24], rating[24], worth[40];
    assert_int_equal(fscanf(file, "case %15s %15s %15s %zu\n", e->value[0], e->value[1],
                            e->value[2], &e->count),
                     4);
    assert_true(e->count <= MOST_ROWS);
    for (size_t i = 0; i < e->count; i++) {
        row *r = &e->rows[i];
        assert_int_equal(
            fscanf(file, "%7s %7s %23s %23s %39s\n", r->user, r->movie, rating, time, worth),
            5);
        r->rating = strtod(rating, NULL);
        r->time = strtoll(time, NULL, 10);
        r->worth = strtod(worth, NULL);
    }
}

/* ---- models ---------------------------------------------------------------------- */

typedef struct feed {
    const example *e;
    size_t at;
    int worth; /* in the rating's place */
} feed;

static int next_row(void *data, recsys_row *out)
{
    feed *f = data;
    if (f->at == f->e->count) return 0;
    const row *r = &f->e->rows[f->at++];
    out->user = r->user;
    out->movie = r->movie;
    out->rating = (float)(f->worth ? r->worth : r->rating);
    out->timestamp = r->time;
    return 1;
}

/* All that learn; `options`: of what a rating is worth. */
static recsys_config *learners(const example *e, int options)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = config_with(
        "model.item_cf.enabled", "true", "model.rp3beta.enabled", "true", "model.ials.enabled",
        "true", "model.ials.factors", "4", "model.ease.regularization", "2",
        "model.collaborative_filtering.similarity_threshold", "0");
    for (size_t k = 0; options && k < KEYS; k++)
        assert_ok(recsys_config_set(config, keys[k], e->value[k], &err), &err);
    return config;
}

static recsys_model *fit(const example *e, int options, int worth)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    recsys_model *model = NULL;
    recsys_config *config = learners(e, options);
    feed f = {e, 0, worth};
    assert_ok(recsys_ratings_from_rows(&ratings, NULL, next_row, &f, &err), &err);
    assert_ok(recsys_model_fit(&model, NULL, ratings, NULL, config, NULL, &err), &err);
    recsys_config_destroy(config);
    recsys_ratings_destroy(ratings);
    return model;
}

static size_t user_of(const recsys_model *model, const row *r)
{
    size_t user = rs_ids_find(&model->users, r->user, strlen(r->user));
    assert_true(user != SIZE_MAX);
    return user;
}

static size_t movie_of(const recsys_model *model, const row *r)
{
    size_t movie = rs_ids_find(&model->movies, r->movie, strlen(r->movie));
    assert_true(movie != SIZE_MAX);
    return movie;
}

/* ---- tests ----------------------------------------------------------------------- */

/* In both orders of the matrix, and in the profile of a query. */
static void check_worths(const example *e)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = fit(e, 1, 0);
    recsys_context *context = NULL;
    assert_null(model->learned_value[0]); /* only while it is trained */
    assert_ok(rs_learned_make(model, &err), &err);
    assert_ok(recsys_context_create(&context, model, &err), &err);
    rs_profile *profile = &context->scratch.profile;
    for (size_t i = 0; i < e->count; i++) {
        const row *r = &e->rows[i];
        size_t user = user_of(model, r), movie = movie_of(model, r), k = 0;
        uint64_t at = rs_matrix_find(&model->ratings, user, movie);
        uint64_t turned = model->ratings.movie_ptr[movie];
        while (model->ratings.movie_user[turned] != user) turned++;
        assert_true(rs_user_rating(&model->learned, at) == (float)r->worth);
        assert_true(rs_movie_rating(&model->learned, turned) == (float)r->worth);
        rs_profile_load(profile, model, user);
        while (profile->movie[k] != movie) k++;
        assert_near(profile->worth[k], r->worth, 1e-14);
    }
    recsys_context_destroy(context);
    rs_model_free_learned(model);
    recsys_model_destroy(model);
}

/* What they learn is what they would learn of ratings that are what these are worth. */
static void check_learning(const example *e)
{
    static const char *const parts[] = {"ease.ptr",    "ease.movie",    "ease.weight",
                                        "item_cf.ptr", "item_cf.movie", "item_cf.weight",
                                        "rp3beta.ptr", "rp3beta.movie", "rp3beta.weight",
                                        "ials.movie",  "ials.gram"};
    recsys_model *model = fit(e, 1, 0), *of_worths = fit(e, 0, 1), *plain = fit(e, 0, 0);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const rs_part *a = rs_container_find(&model->parts, parts[i]);
        const rs_part *b = rs_container_find(&of_worths->parts, parts[i]);
        const rs_part *other = rs_container_find(&plain->parts, parts[i]);
        assert_int_equal(a->size, b->size);
        assert_memory_equal(a->data, b->data, a->size);
        if (strstr(parts[i], "weight") != NULL)
            assert_true(a->size != other->size || memcmp(a->data, other->data, a->size) != 0);
    }
    recsys_model_destroy(model);
    recsys_model_destroy(of_worths);
    recsys_model_destroy(plain);
}

static void for_each_example(void (*check)(const example *e))
{
    static example e;
    FILE *file = fopen("tests/data/worth.txt", "r");
    assert_non_null(file);
    for (size_t i = 0; i < CASES; i++) {
        read_example(file, &e);
        check(&e);
    }
    fclose(file);
}

static void ratings_are_worth_what_the_formula_says(void **state)
{
    (void)state;
    for_each_example(check_worths);
}

static void sources_learn_from_what_ratings_are_worth(void **state)
{
    (void)state;
    for_each_example(check_learning);
}

/* A query's rating without a time, or newer than all, is new. */
static void fresh_ratings_are_new(void **state)
{
    (void)state;
    rs_settings settings = {.ratings = {.half_life = 1}};
    rs_worth worth;
    int64_t day = 86400000, newest = 100 * day;
    rs_worth_begin(&worth, &settings, 0.5F, 5, newest);
    assert_near(rs_worth_at(&worth, 0), 1, 0);
    assert_near(rs_worth_at(&worth, newest + day), 1, 0);
    assert_near(rs_worth_at(&worth, newest - day), 0.5, 0);
    assert_near(rs_worth_at(&worth, newest - 3 * day), 0.125, 0);
    assert_near(rs_worth_at(&worth, 1), 0x1p-24, 0); /* never nothing */
    assert_near(rs_worth_at(&worth, INT64_MIN), 1, 0);
    rs_worth_begin(&worth, &settings, 0.5F, 5, INT64_MAX);
    assert_near(rs_worth_at(&worth, 1), 0x1p-24, 0);
}

static void the_newest_time_is_in_the_file(void **state)
{
    (void)state;
    static example e;
    char folder[256], path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *opened = NULL;
    FILE *file = fopen("tests/data/worth.txt", "r");
    assert_non_null(file);
    read_example(file, &e);
    fclose(file);
    recsys_model *model = fit(&e, 1, 0), *plain = fit(&e, 0, 0);
    test_path(path, test_folder(folder), "m.recsys");
    assert_ok(recsys_model_save(model, path, &err), &err);
    assert_ok(recsys_model_open(&opened, NULL, path, &err), &err);
    assert_true(opened->worth.newest == (int64_t)(1500000000 + 901 * 86400) * 1000);
    assert_null(rs_container_find(&plain->parts, "ratings.newest"));
    rs_part *part = (rs_part *)(uintptr_t)rs_container_find(&model->parts, "ratings.newest");
    part->size = 4;
    assert_fails(rs_model_bind_data(model, &err), RECSYS_E_DAMAGED, &err);
    assert_contains(err.text, "section \"ratings.newest\"");
    recsys_model_destroy(opened);
    recsys_model_destroy(model);
    recsys_model_destroy(plain);
    test_remove_folder(folder);
}

static recsys_status fit_in(recsys_runtime *runtime, void *data, recsys_error *err)
{
    static example e;
    recsys_ratings *ratings = NULL;
    recsys_model *model = NULL;
    FILE *file = fopen("tests/data/worth.txt", "r");
    assert_non_null(file);
    read_example(file, &e);
    fclose(file);
    feed f = {&e, 0, 0};
    recsys_status status = recsys_ratings_from_rows(&ratings, runtime, next_row, &f, err);
    if (status == RECSYS_OK)
        status = recsys_model_fit(&model, runtime, ratings, NULL, data, NULL, err);
    recsys_ratings_destroy(ratings);
    recsys_model_destroy(model);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    recsys_config *config =
        config_with(RATINGS "half_life", "10", "model.ease.enabled", "false");
    assert_true(test_each_allocation(fit_in, config, 1, 1) > 50);
    recsys_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratings_are_worth_what_the_formula_says),
        cmocka_unit_test(sources_learn_from_what_ratings_are_worth),
        cmocka_unit_test(fresh_ratings_are_new),
        cmocka_unit_test(the_newest_time_is_in_the_file),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
