/* User-based collaborative filtering (Resnick et al. 1994; Herlocker et al. 1999): the users
 * most alike recommend what they rated.
 *
 *   score(u, i) = sum of s r_vi            over neighbours v who rated i   (sum)
 *                 the same / sum of |s|                                    (mean)
 *                 the same / (sum of |s| + damping)                        (damped_mean)
 * divided by raters(i)^popularity_discount. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "models/all_pairs.h"
#include "models/source.h"

/* ---- finding neighbours ---------------------------------------------------------- */

/* Sums over common movies with everybody, movies ascending, so each sum has one order. */
static size_t accumulate(const recsys_model *model, rs_scratch *scratch)
{
    const rs_matrix *m = &model->ratings;
    const rs_profile *p = &scratch->profile;
    size_t met = 0;
    for (size_t i = 0; i < p->count; i++) {
        double ru = (double)p->rating[i];
        for (uint64_t at = m->movie_ptr[p->movie[i]]; at < m->movie_ptr[p->movie[i] + 1];
             at++) {
            rs_sums *sums = &scratch->sums[m->movie_user[at]];
            double rv = (double)rs_movie_rating(m, at);
            if (sums->common++ == 0) scratch->met[met++] = m->movie_user[at];
            sums->dot += ru * rv;
            sums->uu += ru * ru;
            sums->vv += rv * rv;
            sums->u += ru;
            sums->v += rv;
        }
    }
    return met;
}

static void find_neighbours(const recsys_model *model, rs_scratch *scratch)
{
    const rs_settings *settings = &model->settings;
    const rs_profile *p = &scratch->profile;
    const rs_side u = {p->count, p->sum, p->square};
    size_t met = accumulate(model, scratch);
    for (size_t i = 0; i < met; i++) {
        uint32_t user = scratch->met[i];
        rs_sums sums = scratch->sums[user];
        scratch->sums[user] = (rs_sums){0};
        if (user == p->user || sums.common < settings->cf.min_common_items) continue;
        rs_side v = rs_side_of(model, user);
        /* As floats, so that rounding does not decide who is a neighbour. */
        float similarity = (float)rs_similarity(settings, &sums, &u, &v);
        if (!(similarity > (float)settings->cf.similarity_threshold)) continue;
        rs_heap_offer(&scratch->nearest, rs_neighbour_place(user, sums.common, similarity));
    }
    scratch->neighbours = rs_heap_sort(&scratch->nearest);
    for (size_t k = 0; k < scratch->neighbours; k++)
        scratch->neighbour[k] = rs_neighbour_at(scratch->nearest.items[k]);
}

static void recall_neighbours(const recsys_model *model, rs_scratch *scratch)
{
    const rs_neighbours *n = &model->neighbours;
    uint64_t from = n->ptr[scratch->profile.user], to = n->ptr[scratch->profile.user + 1];
    scratch->neighbours = 0;
    for (uint64_t at = from; at < to && scratch->neighbours < scratch->nearest.most; at++)
        scratch->neighbour[scratch->neighbours++] =
            (rs_neighbour){n->user[at], n->common[at], n->similarity[at]};
}

/* ---- scoring --------------------------------------------------------------------- */

static double aggregate(const rs_settings *settings, double value, double weight)
{
    switch ((rs_aggregation)settings->cf.aggregation) {
    case RS_MEAN: return weight > 0 ? value / weight : 0;
    case RS_DAMPED_MEAN: return value / (weight + settings->cf.damping);
    default: return value;
    }
}

static void gather(const recsys_model *model, rs_scratch *scratch)
{
    const rs_matrix *m = &model->ratings;
    for (size_t k = 0; k < scratch->reached_count; k++) {
        scratch->weight_sum[scratch->reached[k]] = 0;
        scratch->value_sum[scratch->reached[k]] = 0;
    }
    scratch->reached_count = 0;
    for (size_t k = 0; k < scratch->neighbours; k++) {
        const rs_neighbour *v = &scratch->neighbour[k];
        double s = (double)v->similarity;
        for (uint64_t at = m->user_ptr[v->user]; at < m->user_ptr[v->user + 1]; at++) {
            uint32_t movie = m->user_movie[at];
            if (scratch->weight_sum[movie] == 0 && s != 0)
                scratch->reached[scratch->reached_count++] = movie;
            scratch->weight_sum[movie] += fabs(s);
            scratch->value_sum[movie] += s * (double)rs_user_rating(m, at);
        }
    }
}

static void score(const recsys_model *model, rs_scratch *scratch, rs_scores *scores)
{
    if (scratch->profile.as_stored && scratch->profile.user != SIZE_MAX)
        recall_neighbours(model, scratch);
    else
        find_neighbours(model, scratch);
    gather(model, scratch);
    const double *discount = scratch->discount[0];
    for (size_t i = 0; i < scratch->reached_count; i++) {
        uint32_t movie = scratch->reached[i];
        double value =
            aggregate(&model->settings, scratch->value_sum[movie], scratch->weight_sum[movie]);
        rs_score_add(scores, movie, discount == NULL ? value : value / discount[movie]);
    }
}

/* ---- explaining ------------------------------------------------------------------ */

static void explain(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data)
{
    rs_whole whole = {0};
    for (size_t k = 0; k < scratch->neighbours; k++) {
        const rs_neighbour *v = &scratch->neighbour[k];
        uint64_t at = rs_matrix_find(&model->ratings, v->user, movie);
        if (at != UINT64_MAX)
            rs_whole_add(&whole,
                         (double)v->similarity * (double)rs_user_rating(&model->ratings, at));
    }
    for (size_t k = 0; k < scratch->neighbours; k++) {
        const rs_neighbour *v = &scratch->neighbour[k];
        uint64_t at = rs_matrix_find(&model->ratings, v->user, movie);
        if (at == UINT64_MAX) continue;
        float rating = rs_user_rating(&model->ratings, at);
        double s = (double)v->similarity;
        rs_part_of_score told = {rs_whole_fraction(&whole, s * (double)rating), v->user, s,
                                 rating, v->common};
        if (part(user_data, &told) != 0) return;
    }
}

/* ---- training -------------------------------------------------------------------- */

typedef struct lists {
    const recsys_model *model;
    rs_scratch *scratch; /* [threads] */
    rs_neighbour *all;   /* [users * most] */
    uint32_t *count;     /* [users] */
    size_t most, block;
} lists;

static recsys_status fit_block(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    lists *l = shared;
    rs_scratch *scratch = &l->scratch[thread];
    size_t from = task * l->block, to = from + l->block;
    if (to > l->model->users.count) to = l->model->users.count;
    for (size_t user = from; user < to; user++) {
        rs_profile_load(&scratch->profile, l->model, user);
        find_neighbours(l->model, scratch);
        l->count[user] = (uint32_t)scratch->neighbours;
        memcpy(&l->all[user * l->most], scratch->neighbour,
               scratch->neighbours * sizeof *l->all);
    }
    return RECSYS_OK;
}

/* Close up the rows and hand the four arrays to the container. */
static recsys_status add_parts(recsys_model *model, const lists *l, recsys_error *err)
{
    size_t users = model->users.count, count = 0;
    recsys_runtime *r = model->runtime;
    for (size_t u = 0; u < users; u++) count += l->count[u];
    uint64_t *ptr = rs_array(r, users + 1, sizeof *ptr);
    uint32_t *user = rs_array(r, count, sizeof *user),
             *common = rs_array(r, count, sizeof *common);
    float *similarity = rs_array(r, count, sizeof *similarity);
    if (ptr == NULL || user == NULL || common == NULL || similarity == NULL) {
        rs_free(r, ptr);
        rs_free(r, user);
        rs_free(r, common);
        rs_free(r, similarity);
        return rs_fail_memory(err, "user_cf");
    }
    size_t at = 0;
    for (size_t u = 0; u < users; u++) {
        ptr[u] = at;
        for (size_t k = 0; k < l->count[u]; k++, at++) {
            const rs_neighbour *n = &l->all[u * l->most + k];
            user[at] = n->user;
            common[at] = n->common;
            similarity[at] = n->similarity;
        }
    }
    ptr[users] = at;
    rs_container *c = &model->parts;
    recsys_status a, b, d, e; /* each call frees its own array when it fails */
    a = rs_container_add(c, "user_cf.ptr", 1, ptr, (users + 1) * sizeof *ptr, ptr, err);
    b = rs_container_add(c, "user_cf.user", 1, user, count * sizeof *user, user, err);
    d = rs_container_add(c, "user_cf.similarity", 1, similarity, count * sizeof *similarity,
                         similarity, err);
    e = rs_container_add(c, "user_cf.common", 1, common, count * sizeof *common, common, err);
    return a != RECSYS_OK ? a : b != RECSYS_OK ? b : d != RECSYS_OK ? d : e;
}

static recsys_status make_lists(lists *l, recsys_model *model, recsys_error *err)
{
    size_t users = model->users.count, cells;
    if (!rs_mul(users, l->most, &cells)) return rs_fail_memory(err, "user_cf");
    l->all = rs_array(model->runtime, cells, sizeof *l->all);
    l->count = rs_array_zero(model->runtime, users, sizeof *l->count);
    return l->all != NULL && l->count != NULL ? RECSYS_OK : rs_fail_memory(err, "user_cf");
}

/* As a live query would, user by user. */
static recsys_status fit_by_queries(lists *l, recsys_model *model,
                                    const recsys_progress *progress, recsys_error *err)
{
    size_t tasks = (model->users.count + l->block - 1) / l->block;
    size_t threads = rs_parallel_threads(model->runtime, tasks);
    recsys_status status = RECSYS_OK;
    l->scratch = rs_array_zero(model->runtime, threads, sizeof *l->scratch);
    if (l->scratch == NULL) return rs_fail_memory(err, "user_cf");
    for (size_t i = 0; i < threads && status == RECSYS_OK; i++)
        status = rs_scratch_make(&l->scratch[i], model, err);
    if (status == RECSYS_OK)
        status = rs_parallel(model->runtime, tasks, fit_block, l, "neighbours", progress, err);
    for (size_t i = 0; i < threads; i++) rs_scratch_free(&l->scratch[i]);
    rs_free(model->runtime, l->scratch);
    return status;
}

static recsys_status fit(recsys_model *model, const recsys_config *config,
                         const recsys_progress *progress, recsys_error *err)
{
    (void)config;
    size_t users = model->users.count, most = (size_t)model->settings.cf.n_neighbors;
    lists l = {.model = model, .block = 16, .most = most < users ? most : users};
    recsys_status status;
    RS_TRY(make_lists(&l, model, err));
    if (rs_all_pairs_fits(&model->ratings) && rs_all_pairs_pays(&model->ratings))
        RS_TRY(rs_all_pairs(model, NULL, l.all, l.count, l.most, progress, err));
    else
        RS_TRY(fit_by_queries(&l, model, progress, err));
    RS_TRY(add_parts(model, &l, err));
out:
    rs_free(model->runtime, l.all);
    rs_free(model->runtime, l.count);
    return status;
}

const rs_source rs_user_cf_source = {fit, score, explain};
