#include "models/movie_products.h"

#include <float.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "models/movie_lists.h"

/* Targets of one task: few, as the popular ones take long. */
enum { TARGETS = 8 };

/* What one thread writes to. */
typedef struct worker {
    double *sum;       /* [movies] 0 between targets */
    uint8_t *reached;  /* [movies] 1: in touched; 0 between targets */
    uint32_t *touched; /* [movies + 1] */
    float *weight;     /* [targets] of those touched */
    rs_keyed *items;   /* [2 * most] */
} worker;

typedef struct work {
    const rs_movie_products *of;
    recsys_model *model;
    uint32_t *movie; /* [targets] that have ratings, ascending */
    uint32_t *place; /* [movies] among them */
    size_t targets, threads;
    rs_movie_lists lists;
    worker *workers; /* [threads] */
} work;

/* ---- one target ------------------------------------------------------------------ */

/* Add what a user rated, times `factor`. Returns how many movies are touched then. */
static size_t add_row(const work *k, const worker *w, size_t user, double factor, size_t count)
{
    const rs_matrix *m = &k->model->ratings;
    const float *value = k->of->by_user;
    for (uint64_t at = m->user_ptr[user]; at < m->user_ptr[user + 1]; at++) {
        uint32_t movie = m->user_movie[at];
        w->touched[count] = movie;
        count += !w->reached[movie];
        w->reached[movie] = 1;
        w->sum[movie] += value != NULL ? (double)value[at] * factor : factor;
    }
    return count;
}

/* Sums of products with a target's column. Returns how many movies have one. */
static size_t add_column(const work *k, const worker *w, size_t movie)
{
    const rs_matrix *m = &k->model->ratings;
    const float *value = k->of->by_movie;
    size_t count = 0;
    for (uint64_t at = m->movie_ptr[movie]; at < m->movie_ptr[movie + 1]; at++) {
        double factor = value != NULL ? (double)value[at] : 1;
        if (factor != 0) count = add_row(k, w, m->movie_user[at], factor, count);
    }
    return count;
}

static void find_target(work *k, const worker *w, size_t target)
{
    size_t movie = k->movie[target], count = add_column(k, w, movie);
    rs_heap best = {w->items, 0, k->lists.most};
    for (size_t n = 0; n < count; n++) {
        uint32_t from = w->touched[n];
        double weight = k->of->weigh(k->of, from, movie, w->sum[from]);
        w->sum[from] = 0;
        w->reached[from] = 0;
        if (from == movie || !(weight >= (double)FLT_MIN)) continue;
        float kept = (float)(weight < (double)FLT_MAX ? weight : (double)FLT_MAX);
        w->weight[k->place[from]] = kept;
        rs_heap_offer(&best, (rs_keyed){rs_falling((double)kept), k->place[from]});
    }
    rs_movie_lists_set(&k->lists, target, &best, w->items + best.count, w->weight, 1);
}

static recsys_status find_targets(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    work *k = shared;
    for (size_t t = task * TARGETS; t < k->targets && t < (task + 1) * TARGETS; t++)
        find_target(k, &k->workers[thread], t);
    return RECSYS_OK;
}

/* ---- the whole ------------------------------------------------------------------- */

static int number_targets(work *k)
{
    size_t movies = k->model->movies.count;
    k->movie = rs_array(k->model->runtime, movies, sizeof *k->movie);
    k->place = rs_array_zero(k->model->runtime, movies, sizeof *k->place);
    if (k->movie == NULL || k->place == NULL) return 0;
    for (size_t i = 0; i < movies; i++) {
        if (rs_raters(k->model, i) == 0) continue;
        k->place[i] = (uint32_t)k->targets;
        k->movie[k->targets++] = (uint32_t)i;
    }
    return 1;
}

static int make_workers(work *k, size_t tasks)
{
    recsys_runtime *r = k->model->runtime;
    size_t movies = k->model->movies.count;
    k->threads = rs_parallel_threads(r, tasks);
    k->workers = rs_array_zero(r, k->threads, sizeof *k->workers);
    for (size_t t = 0; k->workers != NULL && t < k->threads; t++) {
        worker *w = &k->workers[t];
        w->sum = rs_array_zero(r, movies, sizeof *w->sum);
        w->reached = rs_array_zero(r, movies, sizeof *w->reached);
        w->touched = rs_array(r, movies + 1, sizeof *w->touched);
        w->weight = rs_array(r, k->targets, sizeof *w->weight);
        w->items = rs_array(r, k->lists.most, 2 * sizeof *w->items);
        if (w->sum == NULL || w->reached == NULL || w->touched == NULL || w->weight == NULL ||
            w->items == NULL)
            return 0;
    }
    return k->workers != NULL;
}

static void release(work *k)
{
    recsys_runtime *r = k->model->runtime;
    for (size_t t = 0; k->workers != NULL && t < k->threads; t++) {
        rs_free(r, k->workers[t].sum);
        rs_free(r, k->workers[t].reached);
        rs_free(r, k->workers[t].touched);
        rs_free(r, k->workers[t].weight);
        rs_free(r, k->workers[t].items);
    }
    rs_movie_lists_free(&k->lists);
    rs_free(r, k->workers);
    rs_free(r, k->movie);
    rs_free(r, k->place);
}

recsys_status rs_movie_products_keep(const rs_movie_products *products, recsys_model *model,
                                     const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    const char *name = rs_source_names[products->source];
    work k = {.of = products, .model = model, .lists = {.runtime = model->runtime}};
    if (!number_targets(&k)) RS_TRY(rs_fail_memory(err, name));
    RS_TRY(
        rs_movie_lists_make(&k.lists, model->runtime, k.targets, products->most, k.movie, err));
    size_t tasks = (k.targets + TARGETS - 1) / TARGETS;
    if (!make_workers(&k, tasks)) RS_TRY(rs_fail_memory(err, name));
    RS_TRY(rs_parallel(model->runtime, tasks, find_targets, &k, name, progress, err));
    RS_TRY(rs_movie_lists_add(&k.lists, model, products->source, err));
out:
    release(&k);
    return status;
}
