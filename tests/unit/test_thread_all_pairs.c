/* Neighbour lists by the lane kernels against a plain loop over all pairs of users, to the last
 * bit, for every kernel, similarity and scale, and at the edges of a block. */
#include "sample.h"

#include <math.h>

#include "models/all_pairs.h"

typedef struct draws {
    size_t users, movies, user, movie, chance;
    const float *levels;
    size_t level_count;
    uint64_t state;
    char user_id[16], movie_id[16];
} draws;

/* Every `chance`-th pair, 1: all. The first user rated everything. */
static int next_row(void *user_data, recsys_row *row)
{
    draws *d = user_data;
    for (;;) {
        if (d->movie == d->movies) {
            d->movie = 0;
            d->user++;
        }
        if (d->user == d->users) return 0;
        size_t movie = d->movie++;
        if (d->user > 0 && test_below(&d->state, d->chance) != 0) continue;
        snprintf(d->user_id, sizeof d->user_id, "%zu", d->user);
        snprintf(d->movie_id, sizeof d->movie_id, "%zu", movie);
        row->user = d->user_id;
        row->movie = d->movie_id;
        row->rating = d->levels[test_below(&d->state, d->level_count)];
        row->timestamp = 0;
        return 1;
    }
}

/* ---- the plain loop --------------------------------------------------------------- */

static int comes_first(const rs_neighbour *a, const rs_neighbour *b)
{
    if (a->similarity != b->similarity) return a->similarity > b->similarity;
    if (a->common != b->common) return a->common > b->common;
    return a->user < b->user;
}

static size_t plain_list(const recsys_model *model, size_t u, size_t most, rs_neighbour *list)
{
    const rs_matrix *m = &model->ratings;
    const rs_settings *settings = &model->settings;
    size_t count = 0;
    for (size_t v = 0; v < model->users.count; v++) {
        rs_sums s = {0};
        for (uint64_t i = m->user_ptr[u]; v != u && i < m->user_ptr[u + 1]; i++) {
            uint64_t j = rs_matrix_find(m, v, m->user_movie[i]);
            if (j == UINT64_MAX) continue;
            double x = (double)rs_user_rating(m, i), y = (double)rs_user_rating(m, j);
            s.common++;
            s.dot += x * y;
            s.uu += x * x;
            s.vv += y * y;
            s.u += x;
            s.v += y;
        }
        if (v == u || s.common < settings->cf.min_common_items) continue;
        rs_side a = rs_side_of(model, u), b = rs_side_of(model, v);
        rs_neighbour found = {(uint32_t)v, s.common,
                              (float)rs_similarity(settings, &s, &a, &b)};
        if (!(found.similarity > (float)settings->cf.similarity_threshold)) continue;
        size_t at = count < most ? count++ : most;
        for (; at > 0 && comes_first(&found, &list[at - 1]); at--)
            if (at < most) list[at] = list[at - 1];
        if (at < most) list[at] = found;
    }
    return count;
}

/* ---- comparing ----------------------------------------------------------------------- */

static void compare(const recsys_model *model, const rs_lane_kernel *kernel, size_t most)
{
    size_t users = model->users.count;
    rs_neighbour *list = malloc(users * most * sizeof *list),
                 *plain = malloc(most * sizeof *plain);
    uint32_t *count = malloc(users * sizeof *count);
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(rs_all_pairs(model, kernel, list, count, most, NULL, &err), &err);
    for (size_t u = 0; u < users; u++) {
        size_t wanted = plain_list(model, u, most, plain);
        assert_int_equal(count[u], wanted);
        for (size_t i = 0; i < wanted; i++) {
            assert_int_equal(list[u * most + i].user, plain[i].user);
            assert_int_equal(list[u * most + i].common, plain[i].common);
            assert_true(list[u * most + i].similarity == plain[i].similarity);
        }
    }
    free(list);
    free(plain);
    free(count);
}

static recsys_model *make(draws *d)
{
    recsys_ratings *ratings = NULL;
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_ratings_from_rows(&ratings, NULL, next_row, d, &err), &err);
    assert_ok(recsys_model_fit(&model, NULL, ratings, NULL, NULL, NULL, &err), &err);
    recsys_ratings_destroy(ratings);
    return model;
}

static void try_all(draws d)
{
    const rs_lane_kernel *kernels[RS_LANE_KERNELS];
    size_t found = rs_lane_kernels(kernels);
    recsys_model *model = make(&d);
    assert_true(rs_all_pairs_fits(&model->ratings));
    for (int kind = RS_COSINE; kind <= RS_ADJUSTED_COSINE; kind++)
        for (size_t k = 0; k < found; k++) {
            model->settings.cf.similarity = kind;
            model->settings.cf.min_common_items = 1 + kind % 3;
            model->settings.cf.similarity_threshold = kind % 2 ? -1 : 0.1;
            model->settings.cf.shrinkage = kind == RS_COSINE ? 5 : 0;
            compare(model, kernels[k], 1 + 7 * k);
        }
    recsys_model_destroy(model);
}

static const float half_stars[] = {0.5F, 1, 1.5F, 2, 2.5F, 3, 3.5F, 4, 4.5F, 5};
static const float tens[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
static const float zero[] = {0}, three[] = {3}, below[] = {-2, -1, 0, 1, 2};
static const float gaps[] = {0.25F, 1, 2, 3.75F};

static void scales(void **state)
{
    (void)state;
    try_all((draws){
        .users = 90, .movies = 25, .chance = 3, .levels = half_stars, .level_count = 10});
    try_all((draws){.users = 90, .movies = 25, .chance = 3, .levels = tens, .level_count = 11});
    try_all((draws){.users = 90, .movies = 25, .chance = 2, .levels = zero, .level_count = 1});
    try_all((draws){.users = 90, .movies = 25, .chance = 2, .levels = three, .level_count = 1});
    try_all((draws){.users = 90, .movies = 25, .chance = 2, .levels = below, .level_count = 5});
    try_all((draws){.users = 90, .movies = 25, .chance = 2, .levels = gaps, .level_count = 4});
}

/* Exact ties abound: few movies, three ratings; the id must decide, across blocks too. */
static void blocks_and_ties(void **state)
{
    (void)state;
    static const size_t users[] = {1, 2, 63, 64, 65, 128, 130, 200};
    for (size_t i = 0; i < sizeof users / sizeof *users; i++)
        try_all((draws){.users = users[i],
                        .movies = 4,
                        .chance = 2,
                        .levels = half_stars,
                        .level_count = 3});
    try_all(
        (draws){.users = 70, .movies = 1, .chance = 1, .levels = half_stars, .level_count = 2});
}

static void other_scales_do_not_fit(void **state)
{
    (void)state;
    static const float tenths[] = {0.1F, 0.2F, 0.3F}, wide[] = {1, 2, 100};
    static const float many[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    const struct {
        const float *levels;
        size_t count;
    } rows[] = {{tenths, 3}, {wide, 3}, {many, 16}};
    for (size_t i = 0; i < 3; i++) {
        draws d = {.users = 40,
                   .movies = 20,
                   .chance = 2,
                   .levels = rows[i].levels,
                   .level_count = rows[i].count};
        recsys_model *model = make(&d);
        assert_false(rs_all_pairs_fits(&model->ratings));
        recsys_model_destroy(model);
    }
}

/* ---- memory, threads, stopping ----------------------------------------------------------- */

static recsys_status run_once(recsys_runtime *runtime, void *data, recsys_error *err)
{
    enum { MOST = 5 };
    recsys_model *model = data;
    static rs_neighbour list[200 * MOST];
    static uint32_t count[200];
    recsys_runtime *own = model->runtime;
    model->runtime = runtime;
    recsys_status status = rs_all_pairs(model, NULL, list, count, MOST, NULL, err);
    model->runtime = own;
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    draws d = {.users = 150, .movies = 20, .chance = 2, .levels = tens, .level_count = 11};
    recsys_model *model = make(&d);
    assert_true(test_each_allocation(run_once, model, 1, 1) > 10);
    assert_true(test_each_allocation(run_once, model, 3, 1) > 10);
    recsys_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales),
        cmocka_unit_test(blocks_and_ties),
        cmocka_unit_test(other_scales_do_not_fit),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
