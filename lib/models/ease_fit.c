#include <string.h>

#include "base/error.h"
#include "base/heap.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "config/config.h"
#include "kernels/blas.h"
#include "models/ease.h"
#include "models/ease_system.h"

#define EASE "model.ease."

/* What one thread writes to. */
typedef struct worker {
    float *weight;   /* [movies][RS_EASE_TARGETS] */
    float *scratch;  /* [users][RS_EASE_TARGETS] */
    rs_keyed *items; /* [2 * most] */
} worker;

typedef struct fit {
    recsys_model *model;
    rs_ease_system system;
    size_t most;        /* weights kept of each target */
    uint32_t *from;     /* [targets][most] places of their movies, ascending */
    float *weight;      /* [targets][most] */
    uint32_t *count;    /* [targets] */
    double *raters;     /* [targets] */
    double *kept, *all; /* [targets] sums of effects */
    worker *workers;    /* [threads] */
    size_t threads;
} fit;

/* ---- the weights of a target that are kept --------------------------------------- */

/* Those that matter most to scores: the square of a weight counts for all who rated the movie
 * that it is from. Equal ones by the smaller movie. */
static void keep(const fit *f, size_t target, const float *weights, const worker *w)
{
    rs_heap best = {w->items, 0, f->most};
    uint32_t *from = f->from + target * f->most;
    for (size_t i = 0; i < f->system.count; i++) {
        double weight = (double)weights[i * RS_EASE_TARGETS];
        double effect = weight * weight * f->raters[i];
        if (effect == 0) continue;
        f->all[target] += effect;
        rs_heap_offer(&best, (rs_keyed){rs_falling(effect), i});
    }
    size_t kept = best.count;
    rs_swap_keyed(w->items, kept);
    rs_sort_keyed(w->items, w->items + kept, kept);
    for (size_t k = 0; k < kept; k++) {
        size_t i = (size_t)w->items[k].key;
        from[k] = (uint32_t)i;
        f->weight[target * f->most + k] = weights[i * RS_EASE_TARGETS];
        f->kept[target] += rs_fallen(w->items[k].value);
    }
    f->count[target] = (uint32_t)kept;
}

static recsys_status find_targets(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    const fit *f = shared;
    const worker *w = &f->workers[thread];
    size_t first = task * RS_EASE_TARGETS, targets = f->system.count - first;
    if (targets > RS_EASE_TARGETS) targets = RS_EASE_TARGETS;
    rs_ease_weights(&f->system, first, targets, w->weight, w->scratch);
    for (size_t t = 0; t < targets; t++) keep(f, first + t, w->weight + t, w);
    return RECSYS_OK;
}

/* How many tasks there are. */
static size_t blocks(const fit *f)
{
    return (f->system.count + RS_EASE_TARGETS - 1) / RS_EASE_TARGETS;
}

/* ---- parts ----------------------------------------------------------------------- */

static recsys_status add(const fit *f, const char *name, void *data, size_t size,
                         recsys_error *err)
{
    if (data == NULL) return rs_fail_memory(err, "ease");
    return rs_container_add(&f->model->parts, name, 1, data, size, data, err);
}

/* Entries by the movie that they are from; targets rise in each row. */
static recsys_status add_rows(const fit *f, recsys_error *err)
{
    recsys_runtime *r = f->model->runtime;
    size_t movies = f->model->movies.count, total = 0;
    const uint32_t *movie = f->system.movie;
    uint64_t *ptr = rs_array_zero(r, movies + 1, sizeof *ptr);
    uint64_t *next = rs_array_zero(r, movies + 1, sizeof *next);
    for (size_t t = 0; t < f->system.count; t++) total += f->count[t];
    uint32_t *to = rs_array(r, total, sizeof *to);
    float *weight = rs_array(r, total, sizeof *weight);
    int fine = ptr != NULL && next != NULL && to != NULL && weight != NULL;
    for (size_t t = 0; fine && t < f->system.count; t++)
        for (size_t k = 0; k < f->count[t]; k++) ptr[movie[f->from[t * f->most + k]] + 1]++;
    for (size_t i = 0; fine && i < movies; i++) next[i + 1] = ptr[i + 1] += ptr[i];
    for (size_t t = 0; fine && t < f->system.count; t++)
        for (size_t k = 0; k < f->count[t]; k++) {
            size_t at = (size_t)next[movie[f->from[t * f->most + k]]]++;
            to[at] = movie[t];
            weight[at] = f->weight[t * f->most + k];
        }
    rs_free(r, next);
    recsys_status status = fine ? RECSYS_OK : rs_fail_memory(err, "ease");
    if (status == RECSYS_OK) {
        status = add(f, "ease.ptr", ptr, (movies + 1) * sizeof *ptr, err);
        ptr = NULL;
    }
    if (status == RECSYS_OK) {
        status = add(f, "ease.movie", to, total * sizeof *to, err);
        to = NULL;
    }
    if (status == RECSYS_OK) {
        status = add(f, "ease.weight", weight, total * sizeof *weight, err);
        weight = NULL;
    }
    rs_free(r, ptr);
    rs_free(r, to);
    rs_free(r, weight);
    return status;
}

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
    strncpy(head->core, blas->core, sizeof head->core - 1);
    return add(f, "ease.head", head, sizeof *head, err);
}

/* ---- the whole ------------------------------------------------------------------- */

static int make_room(fit *f)
{
    recsys_runtime *r = f->model->runtime;
    size_t count = f->system.count, cells;
    if (f->most > count) f->most = count;
    if (!rs_mul(count, f->most, &cells)) return 0;
    f->threads = rs_parallel_threads(r, blocks(f));
    f->from = rs_array(r, cells, sizeof *f->from);
    f->weight = rs_array(r, cells, sizeof *f->weight);
    f->count = rs_array_zero(r, count, sizeof *f->count);
    f->kept = rs_array_zero(r, count, sizeof *f->kept);
    f->all = rs_array_zero(r, count, sizeof *f->all);
    f->raters = rs_array(r, count, sizeof *f->raters);
    f->workers = rs_array_zero(r, f->threads, sizeof *f->workers);
    if (f->from == NULL || f->weight == NULL || f->count == NULL || f->kept == NULL ||
        f->all == NULL || f->raters == NULL || f->workers == NULL)
        return 0;
    for (size_t i = 0; i < count; i++)
        f->raters[i] = (double)rs_raters(f->model, f->system.movie[i]);
    for (size_t t = 0; t < f->threads; t++) {
        worker *w = &f->workers[t];
        w->weight = rs_array(r, count, RS_EASE_TARGETS * sizeof *w->weight);
        w->scratch = rs_array(r, f->model->users.count, RS_EASE_TARGETS * sizeof *w->scratch);
        w->items = rs_array(r, f->most, 2 * sizeof *w->items);
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
    rs_free(r, f->from);
    rs_free(r, f->weight);
    rs_free(r, f->count);
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
    fit f = {.model = model, .system = {.runtime = model->runtime}};
    const rs_ease_options options = {
        .regularization = rs_config_real(config, EASE "regularization"),
        .dropout = rs_config_real(config, EASE "dropout"),
        .row_exponent = rs_config_real(config, EASE "row_exponent"),
        .memory = (uint64_t)rs_config_int(config, EASE "memory") << 20};
    if (!rs_config_bool(config, EASE "enabled")) return RECSYS_OK;
    f.most = (size_t)rs_config_int(config, EASE "neighbors");
    RS_TRY(rs_ease_system_make(&f.system, model, &options, progress, err));
    if (!make_room(&f)) RS_TRY(rs_fail_memory(err, "ease"));
    RS_TRY(rs_parallel(model->runtime, blocks(&f), find_targets, &f, "ease", progress, err));
    RS_TRY(add_head(&f, err));
    RS_TRY(add_rows(&f, err));
out:
    release(&f);
    return status;
}
