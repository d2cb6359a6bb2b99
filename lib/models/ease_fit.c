#include <float.h>
#include <string.h>

#include "base/bar.h"
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
    float *weight;  /* [RS_EASE_TARGETS][movies] */
    float *scratch; /* [users][RS_EASE_TARGETS] */
    float *effect;  /* [movies] */
    uint32_t *bins; /* [RS_BAR_BINS] */
} worker;

typedef struct fit {
    recsys_model *model;
    rs_ease_system system;
    rs_movie_lists lists; /* weights that are kept */
    float *raters;        /* [targets] */
    double *kept, *all;   /* [targets] sums of effects */
    double residual;
    worker *workers; /* [threads] */
    size_t threads;
} fit;

/* ---- the weights of a target that are kept --------------------------------------- */

/* What weights do to scores: the square of one counts for all who rated the movie that it is
 * from. The sum is that of four, whatever the processor adds at once. */
static double measure(const float *weight, const float *raters, size_t count, float *effect)
{
    double sum[4] = {0};
    size_t i = 0;
    for (; i < count; i++) effect[i] = weight[i] * weight[i] * raters[i];
    for (i = 0; i + 4 <= count; i += 4)
        for (size_t k = 0; k < 4; k++) sum[k] += (double)effect[i + k];
    for (; i < count; i++) sum[0] += (double)effect[i];
    return sum[0] + sum[1] + (sum[2] + sum[3]);
}

/* Keep those that do most; equal ones by the smaller movie. */
static void keep(fit *f, size_t target, const float *weight, const worker *w)
{
    size_t count = f->system.count;
    f->all[target] = measure(weight, f->raters, count, w->effect);
    rs_bar bar = rs_bar_find(w->effect, count, f->lists.most, w->bins);
    for (size_t i = 0; i < count; i++) {
        float effect = w->effect[i];
        if (!(effect >= bar.least) || effect < FLT_MIN) continue;
        if (effect == bar.least && bar.equal-- == 0) {
            bar.equal = 0;
            continue;
        }
        f->kept[target] += (double)effect;
        rs_movie_lists_put(&f->lists, target, i, weight[i]);
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
    for (size_t t = 0; t < targets; t++) keep(f, first + t, w->weight + t * f->system.count, w);
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
    if (f->kept == NULL || f->all == NULL || f->raters == NULL || f->workers == NULL) return 0;
    for (size_t i = 0; i < count; i++)
        f->raters[i] = (float)rs_raters(f->model, f->system.movie[i]);
    for (size_t t = 0; t < f->threads; t++) {
        worker *w = &f->workers[t];
        w->weight = rs_array(r, count, RS_EASE_TARGETS * sizeof *w->weight);
        w->scratch = rs_array(r, f->model->users.count, RS_EASE_TARGETS * sizeof *w->scratch);
        w->effect = rs_array(r, count, sizeof *w->effect);
        w->bins = rs_array(r, RS_BAR_BINS, sizeof *w->bins);
        if (w->weight == NULL || w->scratch == NULL || w->effect == NULL || w->bins == NULL)
            return 0;
    }
    return 1;
}

static void release(fit *f)
{
    recsys_runtime *r = f->model->runtime;
    for (size_t t = 0; f->workers != NULL && t < f->threads; t++) {
        rs_free(r, f->workers[t].weight);
        rs_free(r, f->workers[t].scratch);
        rs_free(r, f->workers[t].effect);
        rs_free(r, f->workers[t].bins);
    }
    rs_movie_lists_free(&f->lists);
    rs_free(r, f->kept);
    rs_free(r, f->all);
    rs_free(r, f->raters);
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
