/* Neighbours by their own lists: what queries find against the complete lists of a model that
 * was trained on what the query says, looked at one by one. */
#include "configs_testing.h"

#include <recsys/recsys.h>

#include "rank/context.h"

enum {
    USERS = 70,
    MOVIES = 40,
    MOST_ROWS = USERS * MOVIES,
    LISTED = 7,
    GUEST = USERS,
    FRESH = 5
};

typedef struct world {
    float rating[USERS + 1][MOVIES]; /* 0: none; the last user is the guest */
    size_t user, movie;              /* the next row */
    char user_id[8], movie_id[8];
} world;

static world w;

/* Whole steps are summed as integers, others as doubles. */
static void draw_world(uint64_t seed, int whole)
{
    memset(&w, 0, sizeof w);
    for (size_t u = 0; u < USERS; u++)
        for (size_t i = 0; i < MOVIES; i++) {
            size_t drawn = test_below(&seed, whole ? 10 : 1000);
            if (i % USERS == u || test_below(&seed, 3) == 0)
                w.rating[u][i] = (float)(1 + drawn) / (whole ? 2 : 200);
        }
}

static int next_row(void *data, recsys_row *out)
{
    (void)data;
    for (; w.user <= USERS; w.user++, w.movie = 0)
        for (; w.movie < MOVIES; w.movie++) {
            if (w.rating[w.user][w.movie] == 0) continue;
            snprintf(w.user_id, sizeof w.user_id, "u%03zu", w.user);
            snprintf(w.movie_id, sizeof w.movie_id, "m%03zu", w.movie);
            out->user = w.user_id;
            out->movie = w.movie_id;
            out->rating = w.rating[w.user][w.movie++];
            out->timestamp = 0;
            return 1;
        }
    return 0;
}

static recsys_status fit(recsys_model **model, recsys_runtime *in, const recsys_config *config,
                         recsys_error *err)
{
    recsys_ratings *ratings = NULL;
    w.user = w.movie = 0;
    recsys_status status = recsys_ratings_from_rows(&ratings, in, next_row, NULL, err);
    if (status == RECSYS_OK)
        status = recsys_model_fit(model, in, ratings, NULL, config, NULL, err);
    recsys_ratings_destroy(ratings);
    return status;
}

static recsys_config *config_of(const char *neighborhood, const char *most)
{
    return config_with("model.collaborative_filtering.neighborhood", neighborhood,
                       "model.collaborative_filtering.n_neighbors", most,
                       "model.collaborative_filtering.spare_neighbors", "0",
                       "model.collaborative_filtering.similarity_threshold", "0.2",
                       "model.hybrid.calibration_users", "10");
}

static recsys_model *fit_with(const char *neighborhood, const char *most)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = NULL;
    recsys_config *config = config_of(neighborhood, most);
    assert_ok(fit(&model, NULL, config, &err), &err);
    recsys_config_destroy(config);
    return model;
}

/* Is `who` among the first entries of a user's complete list? */
static int is_listed(const recsys_model *all, size_t user, size_t who)
{
    const rs_neighbours *n = &all->neighbours;
    for (uint64_t at = n->ptr[user]; at < n->ptr[user + 1] && at < n->ptr[user] + LISTED; at++)
        if (n->user[at] == who) return 1;
    return 0;
}

/* The lists found against the complete ones, whose order is that of the list that is found.
 * Returns how many there are. */
static size_t check_found(const recsys_context *c, const recsys_model *all, size_t user,
                          const char *neighborhood)
{
    const rs_neighbours *n = &all->neighbours;
    const rs_scratch *s = &c->scratch;
    int own = strcmp(neighborhood, "reverse") != 0, reverse = strcmp(neighborhood, "own") != 0;
    size_t k = 0;
    for (uint64_t at = n->ptr[user]; at < n->ptr[user + 1]; at++) {
        size_t v = n->user[at];
        if (!(own && at < n->ptr[user] + LISTED) && !(reverse && is_listed(all, v, user)))
            continue;
        assert_true(k < s->neighbours);
        assert_int_equal(s->neighbour[k].user, v);
        assert_int_equal(s->neighbour[k].common, n->common[at]);
        assert_true(s->neighbour[k].similarity == n->similarity[at]);
        k++;
    }
    assert_int_equal(s->neighbours, k);
    return k;
}

static int add_share(void *user_data, const recsys_reason *reason)
{
    *(double *)user_data += reason->share;
    return 0;
}

/* Ask for a user with fresh ratings in w, which the model may lack. */
static void ask(recsys_context *c, size_t user, const float *before)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_query *query = NULL;
    const recsys_result *list;
    char id[8];
    snprintf(id, sizeof id, "u%03zu", user);
    assert_ok(recsys_query_create(&query, NULL, &err), &err);
    assert_ok(recsys_query_set_user(query, id, &err), &err);
    for (size_t i = 0; i < MOVIES; i++) {
        if (w.rating[user][i] == before[i]) continue;
        snprintf(id, sizeof id, "m%03zu", i);
        assert_ok(recsys_query_add_rating(query, id, w.rating[user][i], 0, &err), &err);
    }
    assert_ok(recsys_recommend(&list, c, query, &err), &err);
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        double sum = 0;
        assert_ok(recsys_result_explain(list, i, add_share, &sum, &err), &err);
        assert_near(sum, recsys_result_score(list, i), 1e-12);
    }
    recsys_query_destroy(query);
}

static void rate_anew(size_t user, uint64_t *state, int whole)
{
    for (size_t k = 0; k < FRESH; k++)
        w.rating[user][test_below(state, MOVIES)] =
            (float)(1 + test_below(state, whole ? 10 : 1000)) / (whole ? 2 : 200);
}

/* One context for all queries: none may leave anything behind. */
static size_t check_model(recsys_model *model, const char *neighborhood, int whole)
{
    static world before;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_context *c = NULL;
    uint64_t state = 5;
    size_t found = 0;
    recsys_model *all = fit_with("own", "1000");
    assert_ok(recsys_context_create(&c, model, &err), &err);
    before = w;
    for (size_t user = 0; user <= GUEST; user++) {
        if (user < GUEST) {
            ask(c, user, before.rating[user]);
            found += check_found(c, all, user, neighborhood);
        }
        rate_anew(user, &state, whole);
        recsys_model *changed = fit_with("own", "1000");
        ask(c, user, before.rating[user]);
        found += check_found(c, changed, user, neighborhood);
        recsys_model_destroy(changed);
        w = before;
    }
    recsys_context_destroy(c);
    recsys_model_destroy(all);
    return found;
}

static void those_are_found_who_should_be(void **state)
{
    (void)state;
    static const char *const neighborhoods[] = {"own", "reverse", "both"};
    for (int whole = 0; whole < 2; whole++) {
        size_t found[3];
        draw_world(3, whole);
        for (size_t k = 0; k < 3; k++) {
            recsys_model *model = fit_with(neighborhoods[k], "7");
            found[k] = check_model(model, neighborhoods[k], whole);
            recsys_model_destroy(model);
        }
        assert_true(found[2] > found[0] && found[2] > found[1]);
    }
}

/* An update leaves lists from which as much can be told as from those of a fit. */
static void after_an_update_too(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *newer = NULL;
    recsys_model *updated = NULL;
    uint64_t draw = 9;
    draw_world(4, 1);
    recsys_model *model = fit_with("both", "7");
    recsys_update_report report = {.struct_size = sizeof report};
    for (size_t k = 0; k < 6; k++) rate_anew(0, &draw, 1);
    w.user = w.movie = 0;
    assert_ok(recsys_ratings_from_rows(&newer, NULL, next_row, NULL, &err), &err);
    assert_ok(recsys_model_update(&updated, model, newer, NULL, RECSYS_UPDATE_REFIT, &report,
                                  NULL, &err),
              &err);
    assert_false(report.full_fit);
    check_model(updated, "both", 1);
    recsys_ratings_destroy(newer);
    recsys_model_destroy(updated);
    recsys_model_destroy(model);
}

static recsys_status fit_and_ask(recsys_runtime *in, void *data, recsys_error *err)
{
    recsys_model *model = NULL;
    recsys_context *context = NULL;
    recsys_status status = fit(&model, in, data, err);
    if (status == RECSYS_OK) status = recsys_context_create(&context, model, err);
    recsys_context_destroy(context);
    recsys_model_destroy(model);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    recsys_config *config = config_of("both", "7");
    memset(&w, 0, sizeof w);
    for (size_t u = 0; u < 8; u++)
        for (size_t i = 0; i < 6; i++) w.rating[u][i] = (float)(1 + (u + i) % 5);
    assert_true(test_each_allocation(fit_and_ask, config, 1, 1) > 100);
    recsys_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_are_found_who_should_be),
        cmocka_unit_test(after_an_update_too),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
