/* Lists brought up to date after some rows changed, against those of a fit on the new matrix:
 * the same up to what was promised, and an exact beginning beyond. */
#include "pairs_testing.h"

#include <math.h>

#include "models/all_pairs.h"
#include "models/pairs_update.h"

/* A matrix that changes: rows of `rating`, NaN where there is none. */
typedef struct world {
    size_t rows, columns, chance;
    const float *levels;
    size_t level_count;
    float *rating; /* [rows][columns] */
    uint64_t draw;
    int turned; /* rows are movies */
    size_t at;
    char user[24], movie[24];
} world;

/* Every row and every column keeps a rating, so that numbers stay what they are. */
static void draw_row(world *w, size_t row)
{
    for (size_t i = 0; i < w->columns; i++) {
        int has =
            test_below(&w->draw, w->chance) == 0 || i == row % w->columns || row == i % w->rows;
        w->rating[row * w->columns + i] =
            has ? w->levels[test_below(&w->draw, w->level_count)] : NAN;
    }
}

static int next_rating(void *user_data, recsys_row *out)
{
    world *w = user_data;
    while (w->at < w->rows * w->columns && isnan(w->rating[w->at])) w->at++;
    if (w->at == w->rows * w->columns) return 0;
    size_t row = w->at / w->columns, column = w->at % w->columns;
    snprintf(w->user, sizeof w->user, "%zu", w->turned ? column : row);
    snprintf(w->movie, sizeof w->movie, "%zu", w->turned ? row : column);
    out->user = w->user;
    out->movie = w->movie;
    out->rating = w->rating[w->at++];
    out->timestamp = 0;
    return 1;
}

static compared *matrix_of(world *w, const rs_settings *settings)
{
    recsys_ratings *ratings = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    w->at = 0;
    assert_ok(recsys_ratings_from_rows(&ratings, NULL, next_rating, w, &err), &err);
    compared *c = compared_make(ratings, w->turned);
    recsys_ratings_destroy(ratings);
    assert_int_equal(c->matrix.users, w->rows);
    c->settings = *settings;
    return c;
}

/* ---- one update ------------------------------------------------------------------- */

typedef struct plan {
    size_t rows, columns, chance, least, most, changes;
    const float *levels;
    size_t level_count;
    int turned;
} plan;

static size_t times_by_lanes, times_by_rows, times_by_fit, rows_lost, entries_beyond;

static void note_way(const compared *c, size_t changed, uint64_t recomputed)
{
    const rs_matrix *m = &c->matrix;
    if (recomputed == m->users)
        times_by_fit++;
    else if (!rs_all_pairs_fits(m))
        times_by_rows++;
    else if (rs_lanes_cost(m, changed) + rs_lane_rows_cost(m) < rs_live_cost(m, changed))
        times_by_lanes++;
    if (recomputed < m->users) rows_lost += (size_t)recomputed - changed;
}

static void check_lists(const compared *c, const rs_lists *lists, size_t least)
{
    recsys_error err = RECSYS_ERROR_INIT;
    size_t rows = c->matrix.users;
    rs_lists all;
    assert_ok(rs_lists_make(&all, c->pairs.runtime, rows, rows, &err), &err);
    assert_ok(rs_pairs_fit(&c->pairs, &all, NULL, &err), &err);
    for (size_t row = 0; row < rows; row++) {
        size_t count = lists->count[row], most = all.count[row];
        assert_true(count <= most && count <= lists->most);
        assert_true(count >= (least < most ? least : most));
        if (lists->complete[row]) assert_int_equal(count, most);
        same_neighbours(lists->item + row * lists->most, all.item + row * rows, count);
        entries_beyond += count > least ? count - least : 0;
    }
    rs_lists_free(&all, c->pairs.runtime);
}

/* Some rows get other ratings; each of changed[] that is 1 twice over gets the same again. */
static size_t change(world *w, size_t changes, uint8_t *changed)
{
    size_t count = 0;
    memset(changed, 0, w->rows);
    for (size_t i = 0; i < changes; i++) changed[test_below(&w->draw, w->rows)] = 1;
    for (size_t row = 0; row < w->rows; row++) {
        if (!changed[row]) continue;
        draw_row(w, row);
        count++;
    }
    return count;
}

static void run_plan(const plan *p, const rs_settings *settings, uint64_t seed)
{
    recsys_error err = RECSYS_ERROR_INIT;
    world w = {.rows = p->rows, .columns = p->columns, .chance = p->chance, .draw = seed};
    w.levels = p->levels;
    w.level_count = p->level_count;
    w.turned = p->turned;
    w.rating = malloc(w.rows * w.columns * sizeof *w.rating);
    uint8_t *changed = malloc(w.rows);
    for (size_t row = 0; row < w.rows; row++) draw_row(&w, row);
    compared *c = matrix_of(&w, settings);
    rs_lists lists;
    assert_ok(rs_lists_make(&lists, c->pairs.runtime, w.rows, p->most, &err), &err);
    assert_ok(rs_pairs_fit(&c->pairs, &lists, NULL, &err), &err);
    for (int round = 0; round < 4; round++) {
        uint64_t recomputed = 0;
        compared_free(c);
        size_t count = change(&w, p->changes, changed);
        c = matrix_of(&w, settings);
        for (size_t row = 0; row < w.rows; row++) /* anything will do */
            if (changed[row]) lists.count[row] = 0;
        assert_ok(
            rs_pairs_update(&c->pairs, changed, p->least, &lists, &recomputed, NULL, &err),
            &err);
        assert_true(recomputed >= count && recomputed <= w.rows);
        note_way(c, count, recomputed);
        check_lists(c, &lists, p->least);
    }
    rs_lists_free(&lists, c->pairs.runtime);
    compared_free(c);
    free(w.rating);
    free(changed);
}

static const float half_stars[] = {0.5F, 1, 1.5F, 2, 2.5F, 3, 3.5F, 4, 4.5F, 5};
static const float few[] = {0, 3, 5}, below[] = {-2, -1, 0, 1, 2};
static const float any[] = {0.1F, 1.7F, 2.2F, 3.1F, 4.9F, 7.3F, 11.4F, 0.7F, 5.5F,
                            6.1F, 8.8F, 9.3F, 2.9F, 3.7F, 4.1F, 1.3F,  6.6F};

static void run_all(plan p)
{
    rs_settings settings;
    rs_settings_read(&settings, NULL);
    for (int kind = RS_COSINE; kind <= RS_JACCARD; kind++)
        for (p.turned = 0; p.turned < 2; p.turned++) {
            settings.cf.similarity = kind;
            settings.cf.min_common_items = 1 + kind % 3;
            settings.cf.similarity_threshold = kind % 2 ? -1 : 0.2;
            settings.cf.shrinkage = kind % 3 == 0 ? 2 : 0;
            run_plan(&p, &settings, (uint64_t)kind);
        }
}

static void lists_equal_a_fit(void **state)
{
    (void)state;
    static const size_t changes[] = {0, 1, 5, 20, 400};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        plan sparse = {60, 30, 4, 5, 5, changes[i], half_stars, 10, 0};
        run_all(sparse);
        plan slack = {60, 30, 4, 5, 12, changes[i], half_stars, 10, 0};
        run_all(slack);
        plan ties = {70, 5, 2, 4, 6, changes[i], few, 3, 0};
        run_all(ties);
    }
}

static void other_scales_too(void **state)
{
    (void)state;
    plan floats = {50, 20, 3, 6, 9, 4, any, sizeof any / sizeof *any, 0};
    run_all(floats);
    plan negative = {50, 20, 3, 6, 9, 4, below, 5, 0};
    run_all(negative);
}

/* Many rows with much in common: where lanes are the quicker way. */
static void dense_rows(void **state)
{
    (void)state;
    plan dense = {400, 12, 1, 5, 8, 30, half_stars, 10, 0};
    run_all(dense);
    dense.changes = 100;
    run_all(dense);
    plan offset = {300, 12, 1, 5, 5, 20, below, 5, 0};
    run_all(offset);
}

static void every_way_was_taken(void **state)
{
    (void)state;
    printf("# by lanes %zu, by rows %zu, by a fit %zu; lost %zu, beyond %zu\n", times_by_lanes,
           times_by_rows, times_by_fit, rows_lost, entries_beyond);
    assert_true(times_by_lanes > 0 && times_by_rows > 0 && times_by_fit > 0);
    assert_true(rows_lost > 0 && entries_beyond > 0);
}

/* ---- memory --------------------------------------------------------------------------- */

typedef struct work {
    compared *c;
    uint8_t *changed;
    const rs_lists *lists;
} work;

static recsys_status run_once(recsys_runtime *runtime, void *data, recsys_error *err)
{
    work *w = data;
    rs_pairs pairs = w->c->pairs;
    uint64_t recomputed;
    rs_lists lists;
    pairs.runtime = runtime;
    recsys_status status =
        rs_lists_make(&lists, runtime, w->c->matrix.users, w->lists->most, err);
    for (size_t i = 0; status == RECSYS_OK && i < w->c->matrix.users; i++)
        rs_lists_set(&lists, i, w->lists->item + i * lists.most, w->lists->count[i]);
    if (status == RECSYS_OK)
        status = rs_pairs_update(&pairs, w->changed, 5, &lists, &recomputed, NULL, err);
    rs_lists_free(&lists, runtime);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    static const struct {
        size_t users, movies, chance;
    } shapes[] = {{300, 12, 1}, {60, 60, 6}};
    for (size_t i = 0; i < 2; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        compared *c = compared_draw((draws){.users = shapes[i].users,
                                            .movies = shapes[i].movies,
                                            .chance = shapes[i].chance,
                                            .levels = half_stars,
                                            .level_count = 10},
                                    0);
        rs_lists lists;
        uint8_t *changed = calloc(c->matrix.users, 1);
        for (size_t k = 0; k < 10; k++) changed[3 * k] = 1;
        assert_ok(rs_lists_make(&lists, c->pairs.runtime, c->matrix.users, 5, &err), &err);
        assert_ok(rs_pairs_fit(&c->pairs, &lists, NULL, &err), &err);
        work w = {c, changed, &lists};
        assert_true(test_each_allocation(run_once, &w, 2, 1) > 10);
        rs_lists_free(&lists, c->pairs.runtime);
        compared_free(c);
        free(changed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_equal_a_fit),
        cmocka_unit_test(other_scales_too),
        cmocka_unit_test(dense_rows),
        cmocka_unit_test(every_way_was_taken),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
