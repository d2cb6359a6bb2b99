/* A model's life: the same bytes for any number of threads, saved, opened, asked, explained. */
#include "sample.h"

#include <math.h>

enum { USERS = 60, MOVIES = 40 };

typedef struct world {
    char folder[256], catalogue[512];
    recsys_model *model;
} world;

static recsys_runtime *with_threads(size_t threads)
{
    recsys_runtime *runtime = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
    assert_ok(recsys_runtime_set_threads(runtime, threads, &err), &err);
    return runtime;
}

static recsys_model *make_model(const world *w, size_t threads)
{
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = with_threads(threads);
    assert_ok(sample_model(&model, runtime, w->catalogue, USERS, MOVIES, &err), &err);
    recsys_runtime_destroy(runtime);
    return model;
}

static int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    test_folder(w->folder);
    sample_catalogue_file(w->catalogue, w->folder, MOVIES);
    w->model = make_model(w, 2);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world *w = *state;
    recsys_model_destroy(w->model);
    test_remove_folder(w->folder);
    free(w);
    return 0;
}

static void threads_do_not_show_in_the_bytes(void **state)
{
    world *w = *state;
    char first[512], other[512];
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_model_save(w->model, test_path(first, w->folder, "a.recsys"), &err), &err);
    static const size_t threads[] = {1, 7};
    for (size_t i = 0; i < 2; i++) {
        recsys_model *model = make_model(w, threads[i]);
        assert_ok(recsys_model_save(model, test_path(other, w->folder, "b.recsys"), &err),
                  &err);
        test_same_file(first, other);
        assert_string_equal(recsys_model_hash(model), recsys_model_hash(w->model));
        recsys_model_destroy(model);
    }
}

static void instruction_sets_do_not_show_in_the_bytes(void **state)
{
    world *w = *state;
    static const char *const sets[] = {"auto", "avx512", "avx2", "neon", "scalar"};
    recsys_error err = RECSYS_ERROR_INIT;
    size_t tried = 0;
    for (size_t i = 0; i < 5; i++) {
        recsys_model *model = NULL;
        recsys_runtime *runtime = with_threads(2);
        recsys_status status = recsys_runtime_set_isa(runtime, sets[i], &err);
        if (status == RECSYS_OK) {
            if (i > 0) assert_string_equal(recsys_runtime_isa(runtime), sets[i]);
            assert_ok(sample_model(&model, runtime, w->catalogue, USERS, MOVIES, &err), &err);
            assert_string_equal(recsys_model_hash(model), recsys_model_hash(w->model));
            recsys_model_destroy(model);
            tried++;
        } else {
            assert_int_equal(status, RECSYS_E_UNSUPPORTED);
        }
        recsys_runtime_destroy(runtime);
    }
    assert_true(tried >= 2); /* auto and scalar at least */
    recsys_runtime *runtime = with_threads(1);
    assert_fails(recsys_runtime_set_isa(runtime, "mmx", &err), RECSYS_E_INVALID, &err);
    recsys_runtime_destroy(runtime);
}

static void an_opened_model_saves_the_same_bytes(void **state)
{
    world *w = *state;
    char first[512], other[512];
    recsys_model *opened = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_model_save(w->model, test_path(first, w->folder, "a.recsys"), &err), &err);
    assert_ok(recsys_model_open(&opened, NULL, first, &err), &err);
    assert_ok(recsys_model_validate(opened, RECSYS_VALIDATE_FULL, &err), &err);
    assert_string_equal(recsys_model_hash(opened), recsys_model_hash(w->model));
    assert_ok(recsys_model_save(opened, test_path(other, w->folder, "b.recsys"), &err), &err);
    test_same_file(first, other);
    recsys_model_destroy(opened);
}

static void counts_and_names_are_those_of_the_data(void **state)
{
    world *w = *state;
    char id[16];
    recsys_movie movie = RECSYS_MOVIE_INIT;
    recsys_movie_stat stat = RECSYS_MOVIE_STAT_INIT;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_int_equal(recsys_model_users(w->model), USERS);
    assert_int_equal(recsys_model_movies(w->model), MOVIES + 2);
    assert_int_equal(recsys_model_movie_id(w->model, MOVIES, id, sizeof id), 4);
    assert_string_equal(id, "m040");
    assert_int_equal(recsys_model_find_user(w->model, "u007"), 7);
    assert_int_equal(recsys_model_find_user(w->model, "7"), SIZE_MAX);
    assert_ok(recsys_model_movie(w->model, 3, &movie, &stat, &err), &err);
    assert_string_equal(movie.title, "Film number3");
    assert_string_equal(movie.genres, "Drama|Crime");
    assert_int_equal(movie.year, 1963);
    assert_true(stat.raters > 0);
    double sum = 0;
    size_t raters = 0;
    for (size_t u = 0; u < USERS; u++)
        for (size_t j = 0; j < recsys_model_user_count(w->model, u); j++) {
            recsys_rating rating = RECSYS_RATING_INIT;
            assert_true(recsys_model_user_at(w->model, u, j, &rating));
            if (rating.movie != 3) continue;
            sum += (double)rating.value;
            raters++;
        }
    assert_int_equal(raters, stat.raters);
    assert_near(sum / (double)raters, stat.mean, 1e-12);
    assert_fails(recsys_model_movie(w->model, MOVIES + 2, &movie, NULL, &err),
                 RECSYS_E_NOT_FOUND, &err);
}

/* ---- lists ----------------------------------------------------------------------- */

typedef struct asked {
    recsys_context *context;
    recsys_query *query;
} asked;

static asked ask(const recsys_model *model, const char *user)
{
    asked a = {NULL, NULL};
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_context_create(&a.context, model, &err), &err);
    assert_ok(recsys_query_create(&a.query, NULL, &err), &err);
    if (user != NULL) assert_ok(recsys_query_set_user(a.query, user, &err), &err);
    return a;
}

static const recsys_result *list_of(asked a)
{
    const recsys_result *list = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_recommend(&list, a.context, a.query, &err), &err);
    return list;
}

static void done(asked a)
{
    recsys_context_destroy(a.context);
    recsys_query_destroy(a.query);
}

static int has_rated(const recsys_model *model, size_t user, size_t movie)
{
    recsys_rating rating = RECSYS_RATING_INIT;
    for (size_t j = 0; recsys_model_user_at(model, user, j, &rating); j++)
        if (rating.movie == movie) return 1;
    return 0;
}

static void lists_are_full_sorted_and_unseen(void **state)
{
    world *w = *state;
    for (size_t u = 0; u < USERS; u++) {
        char id[16];
        recsys_model_user_id(w->model, u, id, sizeof id);
        asked a = ask(w->model, id);
        const recsys_result *list = list_of(a);
        size_t unseen = MOVIES + 2 - recsys_model_user_count(w->model, u);
        assert_int_equal(recsys_result_size(list), unseen < 20 ? unseen : 20);
        for (size_t i = 0; i < recsys_result_size(list); i++)
            assert_false(has_rated(w->model, u, recsys_result_movie(list, i)));
        assert_true(recsys_result_score(list, 0) > 0 && recsys_result_score(list, 0) <= 1);
        assert_true(isnan(recsys_result_score(list, recsys_result_size(list))));
        assert_null(recsys_result_item(list, recsys_result_size(list)));
        done(a);
    }
}

static void taste_is_learned(void **state)
{
    world *w = *state; /* even users like even movies: their list must begin with them */
    asked a = ask(w->model, "u010");
    const recsys_result *list = list_of(a);
    size_t even = 0;
    for (size_t i = 0; i < 5; i++) even += recsys_result_movie(list, i) % 2 == 0;
    assert_true(even >= 4);
    done(a);
}

static void fresh_ratings_count_at_once(void **state)
{
    world *w = *state;
    recsys_error err = RECSYS_ERROR_INIT;
    asked a = ask(w->model, "nobody");
    for (int i = 1; i < 12; i += 2) {
        char id[16];
        snprintf(id, sizeof id, "m%03d", i);
        assert_ok(recsys_query_add_rating(a.query, id, 5, 0, &err), &err);
    }
    const recsys_result *list = list_of(a);
    size_t odd = 0;
    for (size_t i = 0; i < 5; i++) {
        odd += recsys_result_movie(list, i) % 2 == 1;
        assert_true(recsys_result_movie(list, i) >= 12 ||
                    recsys_result_movie(list, i) % 2 == 0);
    }
    assert_true(odd >= 4);
    done(a);
}

static void a_stored_user_equals_their_ratings_given_anew(void **state)
{
    world *w = *state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_rating rating = RECSYS_RATING_INIT;
    asked known = ask(w->model, "u004"), same = ask(w->model, "u004");
    for (size_t j = 0; recsys_model_user_at(w->model, 4, j, &rating); j++) {
        char id[16];
        recsys_model_movie_id(w->model, rating.movie, id, sizeof id);
        assert_ok(recsys_query_add_rating(same.query, id, rating.value, rating.timestamp, &err),
                  &err);
    }
    const recsys_result *stored = list_of(known), *live = list_of(same);
    assert_int_equal(recsys_result_size(stored), recsys_result_size(live));
    for (size_t i = 0; i < recsys_result_size(stored); i++) {
        assert_int_equal(recsys_result_movie(stored, i), recsys_result_movie(live, i));
        assert_near(recsys_result_score(stored, i), recsys_result_score(live, i), 0);
    }
    done(known);
    done(same);
}

static void filters_hold(void **state)
{
    world *w = *state;
    recsys_error err = RECSYS_ERROR_INIT;
    asked a = ask(w->model, "u001");
    assert_ok(recsys_query_genre(a.query, "crime", &err), &err);
    assert_ok(recsys_query_years(a.query, 1965, 1990, &err), &err);
    assert_ok(recsys_query_deny(a.query, "m012", &err), &err);
    const recsys_result *list = list_of(a);
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        size_t movie = recsys_result_movie(list, i);
        assert_true(movie % 3 == 0 && movie != 12 && 1960 + movie >= 1965 && movie <= 30);
    }
    done(a);
    a = ask(w->model, "u001");
    assert_ok(recsys_query_allow(a.query, "m041", &err), &err);
    assert_ok(recsys_query_allow(a.query, "no such movie", &err), &err);
    list = list_of(a);
    assert_int_equal(recsys_result_size(list), 1);
    assert_string_equal(recsys_result_item(list, 0), "m041");
    done(a);
}

static void options_of_a_query_are_checked(void **state)
{
    world *w = *state;
    recsys_error err = RECSYS_ERROR_INIT;
    asked a = ask(w->model, "u001");
    assert_fails(recsys_query_set_option(a.query, "model.hybrid.cf_wieght", "0.5", &err),
                 RECSYS_E_CONFIG, &err);
    assert_contains(err.text, "cf_weight");
    assert_fails(recsys_query_set_option(a.query, "model.hybrid.cf_weight", "1.5", &err),
                 RECSYS_E_CONFIG, &err);
    assert_fails(recsys_query_set_option(a.query, "model.collaborative_filtering.n_neighbors",
                                         "5", &err),
                 RECSYS_E_CONFIG, &err);
    assert_contains(err.text, "training");
    assert_fails(recsys_query_set_limit(a.query, 0, &err), RECSYS_E_INVALID, &err);
    assert_fails(recsys_query_add_rating(a.query, "m001", INFINITY, 0, &err), RECSYS_E_INVALID,
                 &err);
    assert_fails(recsys_query_years(a.query, 2000, 1990, &err), RECSYS_E_INVALID, &err);
    assert_ok(recsys_query_set_option(a.query, "model.recommendation.top_n", "3", &err), &err);
    assert_int_equal(recsys_result_size(list_of(a)), 3);
    done(a);
}

/* ---- reasons --------------------------------------------------------------------- */

typedef struct told {
    double sum, last;
    size_t count, kinds[5];
    const recsys_model *model;
    size_t user, movie;
} told;

static int on_reason(void *user_data, const recsys_reason *reason)
{
    told *t = user_data;
    t->sum += reason->share;
    assert_true(t->count++ == 0 || reason->share <= t->last);
    t->last = reason->share;
    t->kinds[reason->kind]++;
    if (reason->kind == RECSYS_REASON_NEIGHBOUR) {
        size_t who = recsys_model_find_user(t->model, reason->user_id);
        assert_true(who != SIZE_MAX && who != t->user && has_rated(t->model, who, t->movie));
        assert_true(reason->shared_count > 0 && reason->common >= reason->shared_count);
        for (size_t i = 0; i < reason->shared_count; i++) {
            size_t movie = recsys_model_find_movie(t->model, reason->shared[i]);
            assert_true(has_rated(t->model, t->user, movie) && has_rated(t->model, who, movie));
        }
    }
    if (reason->kind == RECSYS_REASON_SIMILAR)
        assert_true(
            has_rated(t->model, t->user, recsys_model_find_movie(t->model, reason->movie_id)));
    return 0;
}

static void shares_add_up_to_the_score(void **state)
{
    world *w = *state;
    recsys_error err = RECSYS_ERROR_INIT;
    static const char *const fusions[] = {"auto", "calibrated", "minmax", "rrf", "learned"};
    for (size_t u = 0; u < USERS; u += 7)
        for (size_t f = 0; f < sizeof fusions / sizeof *fusions; f++) {
            char id[16];
            recsys_model_user_id(w->model, u, id, sizeof id);
            asked a = ask(w->model, id);
            assert_ok(recsys_query_set_option(a.query, "model.hybrid.fusion", fusions[f], &err),
                      &err);
            assert_ok(
                recsys_query_set_option(a.query, "model.rerank.quality_weight", "0.3", &err),
                &err);
            const recsys_result *list = list_of(a);
            for (size_t i = 0; i < recsys_result_size(list); i++) {
                told t = {.model = w->model, .user = u, .movie = recsys_result_movie(list, i)};
                assert_ok(recsys_result_explain(list, i, on_reason, &t, &err), &err);
                assert_near(t.sum, recsys_result_score(list, i), 1e-12);
                assert_int_equal(t.kinds[RECSYS_REASON_QUALITY], 1);
            }
            done(a);
        }
}

static void only_the_latest_list_can_be_explained(void **state)
{
    world *w = *state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_result *copy = NULL;
    told t = {0};
    asked a = ask(w->model, "u001");
    const recsys_result *list = list_of(a);
    assert_fails(recsys_result_explain(list, 20, on_reason, &t, &err), RECSYS_E_INVALID, &err);
    assert_ok(recsys_result_detach(&copy, list, &err), &err);
    assert_fails(recsys_result_explain(copy, 0, on_reason, &t, &err), RECSYS_E_INVALID, &err);
    char first[16];
    snprintf(first, sizeof first, "%s", recsys_result_item(list, 0));
    done(a);
    assert_string_equal(recsys_result_item(copy, 0), first); /* lives on */
    recsys_result_destroy(copy);
}

/* ---- all users, similar movies --------------------------------------------------- */

typedef struct gathered {
    const recsys_model *model;
    size_t next;
} gathered;

static int on_list(void *user_data, const char *user, const recsys_result *list)
{
    gathered *g = user_data;
    assert_int_equal(recsys_model_find_user(g->model, user), g->next++);
    asked a = ask(g->model, user);
    const recsys_result *alone = list_of(a);
    assert_int_equal(recsys_result_size(list), recsys_result_size(alone));
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        assert_int_equal(recsys_result_movie(list, i), recsys_result_movie(alone, i));
        assert_near(recsys_result_score(list, i), recsys_result_score(alone, i), 0);
    }
    done(a);
    return 0;
}

static int stop_at_once(void *user_data, const char *user, const recsys_result *list)
{
    (void)user_data;
    (void)user;
    (void)list;
    return 1;
}

static void all_lists_come_in_order_and_are_the_same(void **state)
{
    world *w = *state;
    recsys_error err = RECSYS_ERROR_INIT;
    gathered g = {w->model, 0};
    assert_ok(recsys_recommend_all(w->model, NULL, on_list, &g, NULL, &err), &err);
    assert_int_equal(g.next, USERS);
    assert_fails(recsys_recommend_all(w->model, NULL, stop_at_once, NULL, NULL, &err),
                 RECSYS_CANCELLED, &err);
}

static void similar_movies_share_genres(void **state)
{
    world *w = *state;
    recsys_error err = RECSYS_ERROR_INIT;
    const recsys_result *list = NULL;
    asked a = ask(w->model, NULL);
    assert_ok(recsys_similar(&list, a.context, "m000", 5, &err), &err);
    assert_int_equal(recsys_result_size(list), 5);
    for (size_t i = 0; i < 5; i++) {
        size_t movie = recsys_result_movie(list, i);
        assert_true(movie != 0 && (movie % 2 == 0 || movie % 3 == 0));
        assert_true(i == 0 || recsys_result_score(list, i) <= recsys_result_score(list, i - 1));
    }
    assert_fails(recsys_similar(&list, a.context, "m999", 5, &err), RECSYS_E_NOT_FOUND, &err);
    done(a);
}

/* ---- stopping -------------------------------------------------------------------- */

static int stop_later(void *user_data, const char *stage, uint64_t reached, uint64_t total)
{
    (void)stage;
    assert_true(total == 0 || reached <= total);
    return --*(int *)user_data == 0;
}

static void training_can_be_stopped_anywhere(void **state)
{
    world *w = *state;
    (void)w;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    assert_ok(sample_ratings(&ratings, NULL, USERS, MOVIES, &err), &err);
    int left = 1;
    for (;; left++) {
        int count = left;
        recsys_model *model = NULL;
        recsys_progress progress = {stop_later, &count};
        recsys_status status =
            recsys_model_fit(&model, NULL, ratings, NULL, NULL, &progress, &err);
        recsys_model_destroy(model);
        if (status == RECSYS_OK) break;
        assert_int_equal(status, RECSYS_CANCELLED);
        assert_null(model);
    }
    assert_true(left > 4);
    recsys_ratings_destroy(ratings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_not_show_in_the_bytes),
        cmocka_unit_test(instruction_sets_do_not_show_in_the_bytes),
        cmocka_unit_test(an_opened_model_saves_the_same_bytes),
        cmocka_unit_test(counts_and_names_are_those_of_the_data),
        cmocka_unit_test(lists_are_full_sorted_and_unseen),
        cmocka_unit_test(taste_is_learned),
        cmocka_unit_test(fresh_ratings_count_at_once),
        cmocka_unit_test(a_stored_user_equals_their_ratings_given_anew),
        cmocka_unit_test(filters_hold),
        cmocka_unit_test(options_of_a_query_are_checked),
        cmocka_unit_test(shares_add_up_to_the_score),
        cmocka_unit_test(only_the_latest_list_can_be_explained),
        cmocka_unit_test(all_lists_come_in_order_and_are_the_same),
        cmocka_unit_test(similar_movies_share_genres),
        cmocka_unit_test(training_can_be_stopped_anywhere),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
