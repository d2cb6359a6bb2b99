/* Drawn ratings, and neighbour lists by a plain loop over all pairs of rows. */
#ifndef RS_PAIRS_TESTING_H
#define RS_PAIRS_TESTING_H

#include "testing.h"

#include <recsys/recsys.h>

#include "base/memory.h"
#include "data/ratings.h"
#include "models/pairs.h"
#include "models/profile.h"

typedef struct draws {
    size_t users, movies, user, movie, chance;
    const float *levels;
    size_t level_count;
    uint64_t state;
    char user_id[16], movie_id[16];
} draws;

/* Every `chance`-th pair, 1: all. The first user rated everything. */
static inline int draws_row(void *user_data, recsys_row *row)
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

/* ---- what is compared -------------------------------------------------------------- */

typedef struct compared {
    recsys_ratings *ratings;
    rs_matrix matrix;
    rs_settings settings;
    double *sum, *square;
    rs_pairs pairs;
} compared;

/* Rows of these ratings, or of them turned. */
static inline compared *compared_make(recsys_ratings *ratings, int turned)
{
    compared *c = calloc(1, sizeof *c);
    recsys_error err = RECSYS_ERROR_INIT;
    assert_non_null(c);
    c->ratings = rs_ratings_retain(ratings);
    c->matrix = turned ? rs_matrix_turned(&ratings->matrix) : ratings->matrix;
    rs_settings_read(&c->settings, NULL);
    assert_ok(rs_row_sums(&c->matrix, ratings->runtime, &c->sum, &c->square, &err), &err);
    c->pairs = (rs_pairs){ratings->runtime, &c->settings, &c->matrix, c->sum, c->square};
    return c;
}

static inline compared *compared_draw(draws d, int turned)
{
    recsys_ratings *ratings = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_ratings_from_rows(&ratings, NULL, draws_row, &d, &err), &err);
    compared *c = compared_make(ratings, turned);
    recsys_ratings_destroy(ratings);
    return c;
}

static inline void compared_free(compared *c)
{
    rs_free(c->ratings->runtime, c->sum);
    rs_free(c->ratings->runtime, c->square);
    recsys_ratings_destroy(c->ratings);
    free(c);
}

/* ---- the plain loop ----------------------------------------------------------------- */

static inline int comes_first(const rs_neighbour *a, const rs_neighbour *b)
{
    if (a->similarity != b->similarity) return a->similarity > b->similarity;
    if (a->common != b->common) return a->common > b->common;
    return a->user < b->user;
}

/* A list of ratings against those of row v. */
static inline rs_sums plain_sums(const rs_matrix *m, const rs_profile *p, size_t v)
{
    rs_sums s = {0};
    size_t i = 0;
    for (uint64_t j = m->user_ptr[v]; j < m->user_ptr[v + 1]; j++) {
        while (i < p->count && p->movie[i] < m->user_movie[j]) i++;
        if (i == p->count || p->movie[i] != m->user_movie[j]) continue;
        double x = (double)p->rating[i], y = (double)rs_user_rating(m, j);
        s.common++;
        s.dot += x * y;
        s.uu += x * x;
        s.vv += y * y;
        s.u += x;
        s.v += y;
    }
    return s;
}

/* The neighbours of a list of ratings other than p->user. Returns how many there are, the first
 * `most` of them in `list`. */
static inline size_t plain_find(const rs_pairs *pairs, const rs_profile *p, size_t most,
                                rs_neighbour *list)
{
    const rs_settings *settings = pairs->settings;
    rs_side a = {p->count, p->sum, p->square};
    size_t count = 0, all = 0;
    for (size_t v = 0; v < pairs->matrix->users; v++) {
        rs_sums s = v != p->user ? plain_sums(pairs->matrix, p, v) : (rs_sums){0};
        if (v == p->user || s.common < settings->cf.min_common_items) continue;
        rs_side b = rs_pairs_side(pairs, v);
        rs_neighbour found = {(uint32_t)v, s.common,
                              (float)rs_similarity(settings, &s, &a, &b)};
        if (!(found.similarity > (float)settings->cf.similarity_threshold)) continue;
        all++;
        size_t at = count < most ? count++ : most;
        for (; at > 0 && comes_first(&found, &list[at - 1]); at--)
            if (at < most) list[at] = list[at - 1];
        if (at < most) list[at] = found;
    }
    return all;
}

/* The same for a row. */
static inline size_t plain_list(const rs_pairs *pairs, size_t u, size_t most,
                                rs_neighbour *list)
{
    const rs_matrix *m = pairs->matrix;
    rs_profile p = {.user = u, .sum = pairs->sum[u], .square = pairs->square[u]};
    p.count = (size_t)(m->user_ptr[u + 1] - m->user_ptr[u]);
    p.movie = malloc(p.count * sizeof *p.movie + 1);
    p.rating = malloc(p.count * sizeof *p.rating + 1);
    assert_true(p.movie != NULL && p.rating != NULL);
    for (size_t i = 0; i < p.count; i++) {
        p.movie[i] = m->user_movie[m->user_ptr[u] + i];
        p.rating[i] = rs_user_rating(m, m->user_ptr[u] + i);
    }
    size_t all = plain_find(pairs, &p, most, list);
    free(p.movie);
    free(p.rating);
    return all;
}

static inline void same_neighbours(const rs_neighbour *a, const rs_neighbour *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(a[i].user, b[i].user);
        assert_int_equal(a[i].common, b[i].common);
        assert_true(a[i].similarity == b[i].similarity);
    }
}

#endif
