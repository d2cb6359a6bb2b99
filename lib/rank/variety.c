#include "rank/variety.h"

#include <math.h>
#include <string.h>

#include "base/logarithm.h"
#include "models/terms.h"
#include "rank/taste.h"

enum { POOL = 10, LEAST_POOL = 100 };

/* Of the user's own shares in q~, so that a genre that the list lacks costs a lot, not
 * everything: the value of the paper. */
static const double OWN = 0.01;

static int is_varied(const rs_settings *settings)
{
    return settings->list.diversity > 0 || settings->list.calibrated_genres > 0;
}

size_t rs_variety_pool(const recsys_model *model, const rs_settings *settings, size_t limit)
{
    size_t movies = model->movies.count, pool = limit;
    if (is_varied(settings)) {
        pool = limit < movies / POOL ? limit * POOL : movies;
        if (pool < LEAST_POOL) pool = LEAST_POOL;
    }
    return pool < movies ? pool : movies;
}

recsys_status rs_variety_prepare(const recsys_model *model, const rs_settings *settings,
                                 rs_scratch *scratch, recsys_error *err)
{
    if (!(settings->list.calibrated_genres > 0)) return RECSYS_OK;
    return rs_genres_make(&scratch->genres, model, err);
}

/* ---- genres ---------------------------------------------------------------------- */

/* One genre's part of KL(p || q~), its share in the list being held / movies. */
static double part_of(const rs_genres *g, size_t genre, double held, double movies)
{
    double p = g->wanted[genre];
    if (!(p > 0)) return 0;
    return p * rs_ln(p / ((1 - OWN) * (held / movies) + OWN * p));
}

/* The divergence of the list as it would be if `movies` of it had genres, part by part. */
static double divergence(rs_genres *g, double movies)
{
    double sum = 0;
    for (size_t i = 0; i < g->count; i++) {
        g->part[i] = part_of(g, i, g->held[i], movies);
        sum += g->part[i];
    }
    return sum;
}

/* ---- choosing -------------------------------------------------------------------- */

typedef struct choosing {
    const recsys_model *model;
    rs_scratch *scratch;
    double likeness, genres; /* their weights */
    double movies;           /* of the list that have genres */
    double now, next; /* divergence of the list, and with one more that has none of p's */
} choosing;

/* The divergence with a movie at the list's end: its genres change, and how many share. As a
 * 32-bit float, so that equal ones are equal and rounding decides nothing. */
static double divergence_with(const choosing *c, size_t movie)
{
    const rs_genres *g = &c->scratch->genres;
    size_t own = rs_genres_of(g, movie);
    if (own == 0) return (double)(float)c->now;
    double sum = c->next;
    for (uint64_t at = g->ptr[movie]; at < g->ptr[movie + 1]; at++) {
        size_t genre = g->genre[at];
        double held = g->held[genre] + 1 / (double)own;
        sum += part_of(g, genre, held, c->movies + 1) - g->part[genre];
    }
    return (double)(float)sum;
}

static double gain(const choosing *c, uint32_t movie)
{
    const rs_scratch *s = c->scratch;
    double value = (1 - c->likeness) * (1 - c->genres) * s->final[movie];
    if (c->likeness > 0) value -= c->likeness * s->recall[movie];
    if (c->genres > 0) value -= c->genres * divergence_with(c, movie);
    return value;
}

static void note_genres(choosing *c, uint32_t chosen)
{
    rs_genres *g = &c->scratch->genres;
    if (rs_genres_of(g, chosen) == 0) return;
    rs_spread_genres(g, g->held, chosen, 1);
    c->movies++;
    c->now = divergence(g, c->movies);
    c->next = divergence(g, c->movies + 1);
}

static void note_likeness(const choosing *c, uint32_t chosen, const uint32_t *left,
                          size_t count)
{
    double *likeness = c->scratch->recall; /* no longer needed */
    for (size_t i = 0; i < count; i++) {
        double s = rs_terms_cosine(&c->model->terms, chosen, left[i]);
        if (s > likeness[left[i]]) likeness[left[i]] = s;
    }
}

static size_t best_of(const choosing *c, const uint32_t *picked, size_t from, size_t to)
{
    size_t best = from;
    double most = -INFINITY;
    for (size_t i = from; i < to; i++) {
        double value = gain(c, picked[i]);
        if (value > most || (value == most && picked[i] < picked[best])) {
            most = value;
            best = i;
        }
    }
    return best;
}

/* Nothing is in the list yet. */
static void begin(choosing *c, const uint32_t *picked, size_t pool)
{
    rs_scratch *s = c->scratch;
    for (size_t i = 0; i < pool; i++) s->recall[picked[i]] = 0;
    if (c->genres > 0 && !rs_taste_of(&s->genres, &s->profile)) c->genres = 0;
    if (!(c->genres > 0)) return;
    memset(s->genres.held, 0, s->genres.count * sizeof *s->genres.held);
    c->now = c->next = divergence(&s->genres, 1);
}

void rs_variety_choose(const recsys_model *model, const rs_settings *settings,
                       rs_scratch *scratch, size_t pool, size_t limit)
{
    uint32_t *picked = scratch->picked;
    choosing c = {.model = model,
                  .scratch = scratch,
                  .likeness = settings->list.diversity,
                  .genres = settings->list.calibrated_genres};
    if (!is_varied(settings)) return;
    begin(&c, picked, pool);
    for (size_t done = 0; done < limit && done < pool; done++) {
        size_t best = best_of(&c, picked, done, pool);
        uint32_t chosen = picked[best];
        memmove(&picked[done + 1], &picked[done], (best - done) * sizeof *picked);
        picked[done] = chosen;
        if (c.likeness > 0) note_likeness(&c, chosen, picked + done + 1, pool - done - 1);
        if (c.genres > 0) note_genres(&c, chosen);
    }
}
