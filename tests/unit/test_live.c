/* One row against all at the time of a query, against a plain loop: to the last bit, for rows
 * that the matrix does not hold, and so often that what one query leaves would show in the
 * next. */
#include "pairs_testing.h"

#include <math.h>

#include "models/live.h"

/* ---- queries ------------------------------------------------------------------------- */

/* A row with some ratings left out, some changed to one of `given` and some added. */
static void change(const compared *c, size_t row, uint64_t *state, const float *given,
                   size_t givens, rs_profile *p)
{
    const rs_matrix *m = &c->matrix;
    uint64_t at = m->user_ptr[row];
    *p = (rs_profile){.user = row, .movie = p->movie, .rating = p->rating};
    for (uint32_t movie = 0; movie < m->movies; movie++) {
        int has = at < m->user_ptr[row + 1] && m->user_movie[at] == movie;
        float rating = has ? rs_user_rating(m, at) : 0;
        at += (uint64_t)has;
        uint64_t draw = test_below(state, 12);
        if (draw == 0 && givens > 0) {
            rating = given[test_below(state, givens)];
            has = 1;
        } else if (draw == 1) {
            has = 0;
        }
        if (!has) continue;
        p->movie[p->count] = movie;
        p->rating[p->count++] = rating;
        p->sum += (double)rating;
        p->square += (double)rating * (double)rating;
    }
}

static void ask(compared *c, size_t queries, size_t most, const float *given, size_t givens)
{
    recsys_error err = RECSYS_ERROR_INIT;
    rs_live live;
    uint64_t state = 77;
    rs_neighbour *list = malloc(most * sizeof *list), *plain = malloc(most * sizeof *plain);
    rs_profile p = {.movie = malloc(c->matrix.movies * sizeof *p.movie),
                    .rating = malloc(c->matrix.movies * sizeof *p.rating)};
    assert_ok(rs_live_make(&live, &c->pairs, most, &err), &err);
    for (size_t i = 0; i < queries; i++) {
        change(c, i % c->matrix.users, &state, given, givens, &p);
        size_t count = rs_live_find(&live, &p, list);
        size_t all = plain_find(&c->pairs, &p, most, plain);
        assert_int_equal(count, all < most ? all : most);
        same_neighbours(list, plain, count);
    }
    rs_live_free(&live);
    free(p.movie);
    free(p.rating);
    free(list);
    free(plain);
}

static void ask_all(draws d, size_t queries, const float *given, size_t givens)
{
    for (int turned = 0; turned < 2; turned++) {
        compared *c = compared_draw(d, turned);
        for (int kind = RS_COSINE; kind <= RS_JACCARD; kind++) {
            c->settings.cf.similarity = kind;
            c->settings.cf.min_common_items = 1 + kind % 3;
            c->settings.cf.similarity_threshold = kind % 2 ? -1 : 0.1;
            c->settings.cf.shrinkage = kind == RS_COSINE || kind == RS_JACCARD ? 5 : 0;
            ask(c, queries, 2 + 5 * (size_t)(kind % 3), given, givens);
        }
        compared_free(c);
    }
}

static const float half_stars[] = {0.5F, 1, 1.5F, 2, 2.5F, 3, 3.5F, 4, 4.5F, 5};
static const float gaps[] = {1, 2, 5}, one[] = {3};
static const float below[] = {-2, -1, 0, 1, 2}, odd[] = {2.71F, 3, 0.1F, -4};
static const float most_levels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static void changed_rows(void **state)
{
    (void)state;
    static const size_t users[] = {1, 2, 63, 64, 65, 130};
    for (size_t i = 0; i < sizeof users / sizeof *users; i++)
        ask_all((draws){.users = users[i],
                        .movies = 30,
                        .chance = 3,
                        .levels = half_stars,
                        .level_count = 10},
                40, half_stars, 10);
    ask_all((draws){.users = 90, .movies = 30, .chance = 2, .levels = below, .level_count = 5},
            40, below, 5);
    ask_all((draws){.users = 90, .movies = 30, .chance = 2, .levels = gaps, .level_count = 3},
            40, gaps, 3);
    ask_all((draws){.users = 90, .movies = 30, .chance = 2, .levels = one, .level_count = 1},
            40, one, 1);
}

/* Such a query goes another way than the one before and the one after it. */
static void ratings_off_the_steps(void **state)
{
    (void)state;
    ask_all(
        (draws){
            .users = 90, .movies = 12, .chance = 3, .levels = half_stars, .level_count = 10},
        60, odd, 4);
    ask_all((draws){.users = 90, .movies = 30, .chance = 2, .levels = odd, .level_count = 4},
            20, odd, 4);
}

/* More common movies than a word can hold sums of, all of them rated 15. */
static void words_at_their_limit(void **state)
{
    (void)state;
    draws d = {
        .users = 6, .movies = 5000, .chance = 1, .levels = most_levels + 14, .level_count = 1};
    compared *c = compared_draw(d, 0);
    for (int kind = RS_COSINE; kind <= RS_JACCARD; kind++) {
        c->settings.cf.similarity = kind;
        c->settings.cf.similarity_threshold = -1;
        ask(c, 4, 5, most_levels + 14, 1);
    }
    compared_free(c);
    ask_all(
        (draws){
            .users = 70, .movies = 2400, .chance = 2, .levels = most_levels, .level_count = 15},
        4, most_levels, 15);
}

/* Most rows have nothing in common with the query. */
static void few_rows_are_met(void **state)
{
    (void)state;
    compared *c = compared_draw((draws){.users = 3000,
                                        .movies = 400,
                                        .chance = 200,
                                        .levels = half_stars,
                                        .level_count = 10},
                                0);
    for (int kind = RS_COSINE; kind <= RS_JACCARD; kind++) {
        c->settings.cf.similarity = kind;
        c->settings.cf.min_common_items = 1;
        c->settings.cf.similarity_threshold = -1;
        ask(c, 60, 10, NULL, 0);
    }
    compared_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changed_rows),
        cmocka_unit_test(ratings_off_the_steps),
        cmocka_unit_test(words_at_their_limit),
        cmocka_unit_test(few_rows_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
