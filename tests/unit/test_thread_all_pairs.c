/* Neighbour lists by the lane kernels against a plain loop over all pairs of rows, to the last
 * bit, for every kernel, similarity and scale, and at the edges of a block. */
#include "pairs_testing.h"

#include <math.h>

#include "models/all_pairs.h"

/* ---- comparing ----------------------------------------------------------------------- */

static void compare(const compared *c, size_t most)
{
    const rs_lane_kernel *kernels[RS_LANE_KERNELS];
    size_t found = rs_lane_kernels(kernels), rows = c->matrix.users;
    rs_neighbour *plain = malloc(rows * most * sizeof *plain);
    size_t *all = malloc(rows * sizeof *all);
    recsys_error err = RECSYS_ERROR_INIT;
    rs_lists lists;
    for (size_t u = 0; u < rows; u++) all[u] = plain_list(&c->pairs, u, most, plain + u * most);
    for (size_t k = 0; k < found; k++) {
        assert_ok(rs_lists_make(&lists, c->pairs.runtime, rows, most, &err), &err);
        assert_ok(rs_all_pairs(&c->pairs, kernels[k], &lists, NULL, &err), &err);
        for (size_t u = 0; u < rows; u++) {
            assert_int_equal(lists.count[u], all[u] < most ? all[u] : most);
            assert_int_equal(lists.complete[u], all[u] < most);
            same_neighbours(&lists.item[u * most], plain + u * most, lists.count[u]);
        }
        rs_lists_free(&lists, c->pairs.runtime);
    }
    free(plain);
    free(all);
}

static void try_side(draws d, int turned)
{
    compared *c = compared_draw(d, turned);
    assert_true(rs_all_pairs_fits(&c->matrix));
    for (int kind = RS_COSINE; kind <= RS_JACCARD; kind++) {
        c->settings.cf.similarity = kind;
        c->settings.cf.min_common_items = 1 + kind % 3;
        c->settings.cf.similarity_threshold = kind % 2 ? -1 : 0.1;
        c->settings.cf.shrinkage = kind == RS_COSINE || kind == RS_JACCARD ? 5 : 0;
        compare(c, 2 + 5 * (size_t)(kind % 3));
    }
    compared_free(c);
}

static void try_all(draws d)
{
    try_side(d, 0);
    try_side(d, 1);
}

static const float half_stars[] = {0.5F, 1, 1.5F, 2, 2.5F, 3, 3.5F, 4, 4.5F, 5};
static const float tens[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
static const float zero[] = {0}, three[] = {3}, below[] = {-2, -1, 0, 1, 2};
static const float gaps[] = {0.25F, 1, 2, 3.75F}, far[] = {1000, 1001, 1002};

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
    try_all((draws){.users = 90, .movies = 25, .chance = 2, .levels = far, .level_count = 3});
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

/* Users with thousands of common movies, whose similarities are close together, so that an
 * estimate alone would not do; more than 255 steps, so that counts in bytes are flushed. */
static void long_rows(void **state)
{
    (void)state;
    static const float top[] = {4.5F, 5};
    const draws many = {
        .users = 66, .movies = 2500, .chance = 1, .levels = half_stars, .level_count = 10};
    const draws alike = {
        .users = 66, .movies = 1200, .chance = 1, .levels = top, .level_count = 2};
    const draws offset = {
        .users = 66, .movies = 1200, .chance = 1, .levels = far, .level_count = 3};
    try_side(many, 0);
    try_side(alike, 0);
    try_side(offset, 0);
}

/* More rows than are counted at once, with short lists: many pairs are passed over for having
 * too little in common. */
static void many_blocks(void **state)
{
    (void)state;
    static const draws few = {
        .users = 1150, .movies = 40, .chance = 4, .levels = half_stars, .level_count = 10};
    static const draws low = {
        .users = 1150, .movies = 40, .chance = 4, .levels = below, .level_count = 5};
    static const struct {
        const draws *from;
        rs_similarity_kind similarity;
        double shrinkage;
    } tries[] = {{&few, RS_CORATED_COSINE, 1}, {&few, RS_CORATED_COSINE, 0},
                 {&few, RS_PEARSON, 30},       {&few, RS_PEARSON, 0},
                 {&few, RS_COSINE, 0},         {&low, RS_COSINE, 2},
                 {&few, RS_JACCARD, 0},        {&few, RS_JACCARD, 2}};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        compared *c = compared_draw(*tries[i].from, 0);
        c->settings.cf.similarity = tries[i].similarity;
        c->settings.cf.min_common_items = 2;
        c->settings.cf.similarity_threshold = 0.05;
        c->settings.cf.shrinkage = tries[i].shrinkage;
        compare(c, 3);
        compared_free(c);
    }
}

/* ---- pairs that must not meet -------------------------------------------------------- */

static int apart_row(void *user_data, recsys_row *row)
{
    size_t *at = user_data;
    static char user[24], movie[24];
    if (*at == 300) return 0;
    snprintf(user, sizeof user, "%zu", *at / 2);
    snprintf(movie, sizeof movie, "%zu", *at);
    row->user = user;
    row->movie = movie;
    row->rating = (float)(*at % 5 + 1);
    row->timestamp = 0;
    ++*at;
    return 1;
}

static void nothing_in_common(void **state)
{
    (void)state;
    size_t at = 0;
    recsys_ratings *ratings = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_ratings_from_rows(&ratings, NULL, apart_row, &at, &err), &err);
    compared *c = compared_make(ratings, 0);
    c->settings.cf.similarity_threshold = -1;
    c->settings.cf.min_common_items = 1;
    for (int kind = RS_COSINE; kind <= RS_JACCARD; kind++) {
        c->settings.cf.similarity = kind;
        compare(c, 3);
    }
    c->settings.cf.min_common_items = 3; /* more than anyone has */
    compare(c, 3);
    compared_free(c);
    recsys_ratings_destroy(ratings);
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
        compared *c = compared_draw(d, 0);
        assert_false(rs_all_pairs_fits(&c->matrix));
        compared_free(c);
    }
}

/* ---- memory, threads, stopping ----------------------------------------------------------- */

static recsys_status run_once(recsys_runtime *runtime, void *data, recsys_error *err)
{
    compared *c = data;
    rs_pairs pairs = c->pairs;
    pairs.runtime = runtime;
    rs_lists lists;
    recsys_status status = rs_lists_make(&lists, runtime, c->matrix.users, 5, err);
    if (status == RECSYS_OK) status = rs_all_pairs(&pairs, NULL, &lists, NULL, err);
    rs_lists_free(&lists, runtime);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    compared *c = compared_draw(
        (draws){.users = 150, .movies = 20, .chance = 2, .levels = tens, .level_count = 11}, 0);
    assert_true(test_each_allocation(run_once, c, 1, 1) > 10);
    assert_true(test_each_allocation(run_once, c, 3, 1) > 10);
    compared_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales),
        cmocka_unit_test(blocks_and_ties),
        cmocka_unit_test(long_rows),
        cmocka_unit_test(many_blocks),
        cmocka_unit_test(nothing_in_common),
        cmocka_unit_test(other_scales_do_not_fit),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
