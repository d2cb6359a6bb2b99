/* Popularity: how many people rated a movie, or how many did of late. It knows nothing of the
 * user, so it serves those of whom nothing is known, and holds the list up where the other
 * sources are silent. */
#include "base/error.h"
#include "base/memory.h"
#include "data/worth.h"
#include "models/source.h"

static recsys_status out_of_memory(recsys_error *err)
{
    return rs_fail_memory(err, "popularity");
}

/* ---- ratings that lose weight with age ------------------------------------------- */

/* Weights are whole multiples of 1 / WEIGHTS, one at least, so that sums are exact and a movie
 * with raters is known by its weight. */
enum { WEIGHTS = 1 << 24, MOST_HALVINGS = 24 };
static const double DAY = 86400000; /* milliseconds */

/* 2^-halvings */
static uint64_t weight_of(double halvings)
{
    if (halvings >= MOST_HALVINGS) return 1;
    double weight = rs_halved(halvings) * WEIGHTS;
    return weight > 1 ? (uint64_t)(weight + 0.5) : 1;
}

/* A rating without a time (0) is as good as new. */
static uint64_t weight_at(const rs_matrix *m, uint64_t at, int64_t newest, double half_life)
{
    int64_t time = rs_matrix_time(m, at);
    return time > 0 ? weight_of((double)(newest - time) / (half_life * DAY)) : WEIGHTS;
}

static recsys_status add_recent(recsys_model *model, const double **weights, recsys_error *err)
{
    const rs_matrix *m = &model->ratings;
    int64_t newest = rs_newest_time(m);
    uint64_t *sum = rs_array_zero(model->runtime, m->movies, sizeof *sum);
    double *recent = rs_array(model->runtime, m->movies, sizeof *recent);
    if (sum == NULL || recent == NULL) {
        rs_free(model->runtime, sum);
        rs_free(model->runtime, recent);
        return out_of_memory(err);
    }
    for (uint64_t at = 0; at < m->count; at++)
        sum[m->user_movie[at]] +=
            weight_at(m, at, newest, model->settings.popularity_half_life);
    for (size_t i = 0; i < m->movies; i++) recent[i] = (double)sum[i] / WEIGHTS;
    rs_free(model->runtime, sum);
    *weights = recent;
    return rs_container_add(&model->parts, "movie.recent", 1, recent,
                            m->movies * sizeof *recent, recent, err);
}

/* Movies by (weight falling, id rising). */
static recsys_status order_by_weight(const recsys_model *model, const double *weight,
                                     uint32_t *order, recsys_error *err)
{
    size_t movies = model->movies.count;
    rs_keyed *items = rs_array(model->runtime, movies, 2 * sizeof *items);
    if (items == NULL) return out_of_memory(err);
    for (size_t i = 0; i < movies; i++) items[i] = (rs_keyed){rs_falling(weight[i]), i};
    rs_sort_keyed(items, items + movies, movies);
    for (size_t i = 0; i < movies; i++) order[i] = (uint32_t)items[i].value;
    rs_free(model->runtime, items);
    return RECSYS_OK;
}

/* ---- ratings that all count alike ------------------------------------------------ */

/* Movies by (raters falling, id rising): a counting sort over raters. */
static recsys_status order_by_raters(const recsys_model *model, uint32_t *order,
                                     recsys_error *err)
{
    size_t movies = model->movies.count;
    uint64_t most = 0;
    for (size_t i = 0; i < movies; i++)
        if (rs_raters(model, i) > most) most = rs_raters(model, i);
    size_t *start = rs_array_zero(model->runtime, (size_t)most + 2, sizeof *start);
    if (start == NULL) return out_of_memory(err);
    for (size_t i = 0; i < movies; i++) start[most - rs_raters(model, i) + 1]++;
    for (size_t r = 0; r <= most; r++) start[r + 1] += start[r];
    for (size_t i = 0; i < movies; i++)
        order[start[most - rs_raters(model, i)]++] = (uint32_t)i;
    rs_free(model->runtime, start);
    return RECSYS_OK;
}

/* ---- the source ------------------------------------------------------------------ */

static recsys_status fit(recsys_model *model, const recsys_config *config,
                         const recsys_progress *progress, recsys_error *err)
{
    (void)config;
    (void)progress;
    recsys_status status;
    size_t movies = model->movies.count;
    const double *recent = NULL;
    if (model->settings.popularity_half_life > 0) {
        status = add_recent(model, &recent, err);
        if (status != RECSYS_OK) return status;
    }
    uint32_t *order = rs_array(model->runtime, movies, sizeof *order);
    if (order == NULL) return out_of_memory(err);
    status = recent != NULL ? order_by_weight(model, recent, order, err)
                            : order_by_raters(model, order, err);
    if (status != RECSYS_OK) {
        rs_free(model->runtime, order);
        return status;
    }
    return rs_container_add(&model->parts, "movie.popular", 1, order, movies * sizeof *order,
                            order, err);
}

static void score(const recsys_model *model, rs_scratch *scratch, rs_scores *scores)
{
    (void)model;
    (void)scratch;
    scores->by_raters = 1;
}

static void explain(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data)
{
    (void)model;
    (void)scratch;
    (void)movie;
    rs_part_of_score whole = {.fraction = 1, .who = SIZE_MAX};
    (void)part(user_data, &whole);
}

const rs_source rs_popularity_source = {fit, score, explain};
