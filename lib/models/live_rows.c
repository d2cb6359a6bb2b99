#include "models/live_rows.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "models/live.h"

/* One thread's. */
typedef struct worker {
    rs_live live;
    rs_profile profile;
    rs_neighbour *list;
} worker;

typedef struct work {
    const rs_pairs *pairs;
    const uint32_t *row;
    size_t count, block, threads;
    rs_row_list_fn list;
    void *shared;
    worker *worker; /* [threads] */
} work;

static void load(rs_profile *profile, const rs_pairs *pairs, size_t row)
{
    const rs_matrix *m = pairs->matrix;
    uint64_t from = m->user_ptr[row];
    profile->user = row;
    profile->count = (size_t)(m->user_ptr[row + 1] - from);
    profile->sum = pairs->sum[row];
    profile->square = pairs->square[row];
    for (size_t i = 0; i < profile->count; i++) {
        profile->movie[i] = m->user_movie[from + i];
        profile->rating[i] = rs_user_rating(m, from + i);
    }
}

static recsys_status run_block(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    const work *w = shared;
    worker *own = &w->worker[thread];
    size_t from = task * w->block;
    size_t to = w->count - from < w->block ? w->count : from + w->block;
    for (size_t i = from; i < to; i++) {
        size_t row = w->row != NULL ? w->row[i] : i;
        load(&own->profile, w->pairs, row);
        size_t found = rs_live_find(&own->live, &own->profile, own->list);
        w->list(w->shared, row, own->list, found);
    }
    return RECSYS_OK;
}

static recsys_status make_worker(worker *own, const rs_pairs *pairs, size_t most,
                                 recsys_error *err)
{
    recsys_runtime *r = pairs->runtime;
    size_t columns = pairs->matrix->movies;
    own->list = rs_array(r, most, sizeof *own->list);
    own->profile.movie = rs_array(r, columns, sizeof *own->profile.movie);
    own->profile.rating = rs_array(r, columns, sizeof *own->profile.rating);
    if (own->list == NULL || own->profile.movie == NULL || own->profile.rating == NULL)
        return rs_fail_memory(err, "neighbours");
    return rs_live_make(&own->live, pairs, most, err);
}

static void free_worker(worker *own, recsys_runtime *r)
{
    rs_live_free(&own->live);
    rs_free(r, own->list);
    rs_free(r, own->profile.movie);
    rs_free(r, own->profile.rating);
}

recsys_status rs_live_rows(const rs_pairs *pairs, const uint32_t *row, size_t count,
                           size_t most, rs_row_list_fn list, void *shared,
                           const recsys_progress *progress, recsys_error *err)
{
    enum { BLOCK = 16 };
    recsys_runtime *r = pairs->runtime;
    size_t tasks = (count + BLOCK - 1) / BLOCK;
    work w = {pairs, row, count, BLOCK, rs_parallel_threads(r, tasks), list, shared, NULL};
    recsys_status status;
    w.worker = rs_array_zero(r, w.threads, sizeof *w.worker);
    if (w.worker == NULL) return rs_fail_memory(err, "neighbours");
    for (size_t t = 0; t < w.threads; t++) RS_TRY(make_worker(&w.worker[t], pairs, most, err));
    RS_TRY(rs_parallel(r, tasks, run_block, &w, "neighbours", progress, err));
out:
    for (size_t t = 0; t < w.threads; t++) free_worker(&w.worker[t], r);
    rs_free(r, w.worker);
    return status;
}
