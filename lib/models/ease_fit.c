#include <float.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "config/config.h"
#include "kernels/blas.h"
#include "models/ease.h"
#include "models/ease_system.h"
#include "models/movie_lists.h"

#define EASE "model.ease."

/* What one thread writes to. */
typedef struct worker {
    float *weight;   /* [movies][RS_EASE_TARGETS] */
    float *scratch;  /* [users][RS_EASE_TARGETS] */
    rs_keyed *items; /* [RS_EASE_TARGETS + 1][most] */
} worker;

typedef struct fit {
    recsys_model *model;
    rs_ease_system system;
    rs_movie_lists lists; /* weights that are kept */
    float *raters;        /* [targets] */
    uint32_t *by_raters;  /* [targets] places, the most rated first */
    double *kept, *all;   /* [targets] sums of effects */
    double residual;
    worker *workers; /* [threads] */
    size_t threads;
} fit;

/* ---- the weights of a target that are kept --------------------------------------- */

/* Keep those that matter most to scores: the square of a weight counts for all who rated the
 * movie that it is from; equal ones by the smaller movie. Movies come the most rated first, so
 * that soon few of the others are to be looked at. */
static void keep(fit *f, size_t first, size_t targets, const worker *w)
{
    enum { LANES = RS_EASE_TARGETS };
    rs_heap best[LANES];
    float least[LANES];
    double all[LANES] = {0};
    for (size_t t = 0; t < LANES; t++) {
        best[t] = (rs_heap){w->items + t * f->lists.most, 0, f->lists.most};
        least[t] = t < targets ? FLT_MIN : INFINITY;
    }
    for (size_t k = 0; k < f->system.count; k++) {
        uint32_t i = f->by_raters[k];
        const float *weight = w->weight + i * LANES;
        float effect[LANES];
        int looked_at = 0;
        for (size_t t = 0; t < LANES; t++) {
            effect[t] = weight[t] * weight[t] * f->raters[i];
            all[t] += (double)effect[t];
            looked_at |= effect[t] >= least[t];
        }
        for (size_t t = 0; looked_at && t < targets; t++) {
            if (!(effect[t] >= least[t])) continue;
            rs_heap_offer(&best[t], (rs_keyed){rs_falling((double)effect[t]), i});
            if (rs_heap_is_full(&best[t])) least[t] = (float)rs_fallen(best[t].items[0].key);
        }
    }
    for (size_t t = 0; t < targets; t++) {
        f->all[first + t] = all[t];
        for (size_t k = 0; k < best[t].count; k++)
            f->kept[first + t] += rs_fallen(best[t].items[k].key);
        rs_movie_lists_set(&f->lists, first + t, &best[t], w->items + LANES * f->lists.most,
                           w->weight + t, LANES);
    }
}

static recsys_status find_targets(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    fit *f = shared;
    const worker *w = &f->workers[thread];
    size_t first = task * RS_EASE_TARGETS, targets = f->system.count - first;
    if (targets > RS_EASE_TARGETS) targets = RS_EASE_TARGETS;
    rs_ease_weights(&f->system, first, targets, w->weight, w->scratch);
    keep(f, first, targets, w);
    return RECSYS_OK;
}

/* How many tasks there are. */
static size_t blocks(const fit *f)
{
    return (f->system.count + RS_EASE_TARGETS - 1) / RS_EASE_TARGETS;
}

/* ---- parts ----------------------------------------------------------------------- */

static recsys_status add_head(const fit *f, recsys_error *err)
{
    const rs_blas *blas;
    double kept = 0, all = 0;
    recsys_status status = rs_blas_open(&blas, err);
    if (status != RECSYS_OK) return status;
    rs_ease_head *head = rs_array_zero(f->model->runtime, 1, sizeof *head);
    if (head == NULL) return rs_fail_memory(err, "ease");
    for (size_t t = 0; t < f->system.count; t++) {
        kept += f->kept[t];
        all += f->all[t];
    }
    head->movies = f->system.count;
    head->kept = all > 0 ? kept / all : 1;
    head->residual = f->residual;
    strncpy(head->core, blas->core, sizeof head->core - 1);
    return rs_container_add(&f->model->parts, "ease.head", 1, head, sizeof *head, head, err);
}

/* ---- the whole ------------------------------------------------------------------- */

static int make_room(fit *f)
{
    recsys_runtime *r = f->model->runtime;
    size_t count = f->system.count;
    f->threads = rs_parallel_threads(r, blocks(f));
    f->kept = rs_array_zero(r, count, sizeof *f->kept);
    f->all = rs_array_zero(r, count, sizeof *f->all);
    f->raters = rs_array(r, count, sizeof *f->raters);
    f->workers = rs_array_zero(r, f->threads, sizeof *f->workers);
    f->by_raters = rs_array(r, count, sizeof *f->by_raters);
    if (f->by_raters == NULL || f->kept == NULL || f->all == NULL || f->raters == NULL ||
        f->workers == NULL)
        return 0;
    for (size_t i = 0; i < count; i++)
        f->raters[i] = (float)rs_raters(f->model, f->system.movie[i]);
    for (size_t i = 0, to = 0; i < f->model->movies.count; i++) {
        uint32_t place = f->system.place[f->model->statistics.popular[i]];
        if (place != UINT32_MAX) f->by_raters[to++] = place;
    }
    for (size_t t = 0; t < f->threads; t++) {
        worker *w = &f->workers[t];
        w->weight = rs_array(r, count, RS_EASE_TARGETS * sizeof *w->weight);
        w->scratch = rs_array(r, f->model->users.count, RS_EASE_TARGETS * sizeof *w->scratch);
        w->items = rs_array(r, f->lists.most, (RS_EASE_TARGETS + 1) * sizeof *w->items);
        if (w->weight == NULL || w->scratch == NULL || w->items == NULL) return 0;
    }
    return 1;
}

static void release(fit *f)
{
    recsys_runtime *r = f->model->runtime;
    for (size_t t = 0; f->workers != NULL && t < f->threads; t++) {
        rs_free(r, f->workers[t].weight);
        rs_free(r, f->workers[t].scratch);
        rs_free(r, f->workers[t].items);
    }
    rs_movie_lists_free(&f->lists);
    rs_free(r, f->kept);
    rs_free(r, f->all);
    rs_free(r, f->raters);
    rs_free(r, f->by_raters);
    rs_free(r, f->workers);
    rs_ease_system_free(&f->system);
}

recsys_status rs_ease_fit(recsys_model *model, const recsys_config *config,
                          const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    recsys_runtime *r = model->runtime;
    fit f = {.model = model, .system = {.runtime = r}, .lists = {.runtime = r}};
    if (!rs_config_bool(config, EASE "enabled")) return RECSYS_OK;
    RS_TRY(rs_ease_system_make(&f.system, model, config, progress, err));
    RS_TRY(rs_ease_check(&f.system, &f.residual, err));
    RS_TRY(rs_movie_lists_make(&f.lists, r, f.system.count,
                               (size_t)rs_config_int(config, EASE "neighbors"), f.system.movie,
                               err));
    if (!make_room(&f)) RS_TRY(rs_fail_memory(err, "ease"));
    RS_TRY(rs_parallel(r, blocks(&f), find_targets, &f, "ease", progress, err));
    RS_TRY(add_head(&f, err));
    RS_TRY(rs_movie_lists_add(&f.lists, model, RS_EASE, err));
out:
    release(&f);
    return status;
}
