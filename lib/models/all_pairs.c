#include "models/all_pairs.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"

enum { VISIT = 40 /* what a visit costs beside its ratings, in ratings */ };

/* A block against a range of lists. */
typedef struct piece {
    size_t first, from, to; /* its first lane; ranks of lists */
} piece;

typedef struct work {
    rs_lane_job job;
    recsys_runtime *runtime;
    size_t threads;
    piece *piece;
    size_t pieces, room;
    rs_lane_block **block; /* [threads] each made by its first piece */
} work;

/* ---- costs ----------------------------------------------------------------------- */

int rs_all_pairs_fits(const rs_matrix *m)
{
    rs_coding coding;
    return rs_coding_find(m, &coding);
}

double rs_lanes_cost(const rs_matrix *m, size_t lanes)
{
    double count = (double)m->count, users = (double)m->users;
    double counting = 20 * users + 0.7 * count; /* a block */
    double sums = 5 * users + 0.4 * count;      /* 64 lanes */
    /* Each pair once, with the shorter row as the list: that is less than half. */
    if (lanes >= m->users) return users * (counting / RS_WIDE + sums / RS_LANES) / 2;
    return counting * ceil((double)lanes / RS_WIDE) + sums * ceil((double)lanes / RS_LANES);
}

double rs_lane_rows_cost(const rs_matrix *m)
{
    return 12 * (double)m->count;
}

double rs_live_cost(const rs_matrix *m, size_t rows)
{
    double met = 0, users = (double)m->users;
    for (size_t i = 0; i < m->movies; i++) {
        double raters = (double)(m->movie_ptr[i + 1] - m->movie_ptr[i]);
        met += raters * raters;
    }
    return m->users > 0 ? (met / users + 0.5 * users) * (double)rows : 0;
}

/* ---- one piece ------------------------------------------------------------------- */

static recsys_status run_piece(void *shared, size_t task, size_t thread, recsys_error *err)
{
    work *w = shared;
    const piece *p = &w->piece[task];
    rs_lane_block **block = &w->block[thread];
    if (*block == NULL) *block = rs_lane_block_make(&w->job);
    if (*block == NULL) return rs_fail_memory(err, "neighbours");
    rs_lane_block_run(*block, p->first, p->from, p->to);
    return RECSYS_OK;
}

/* ---- sharing out ----------------------------------------------------------------- */

/* Of the lists of these ranks, in ratings. */
static uint64_t cost(const work *w, size_t from, size_t to)
{
    return w->job.rows->from[to] - w->job.rows->from[from] + (uint64_t)VISIT * (to - from);
}

static size_t first_list(const work *w, size_t first)
{
    return w->job.pass->lane == NULL ? first + 1 : 0;
}

/* The end of the longest range from here that costs no more than `target`, of one list at
 * least; all to the end if little would be left. */
static size_t range_end(const work *w, size_t from, uint64_t target)
{
    size_t low = from + 1, high = w->job.rows->active;
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        if (cost(w, from, middle) <= target)
            low = middle;
        else
            high = middle - 1;
    }
    return cost(w, low, w->job.rows->active) < target / 2 ? w->job.rows->active : low;
}

/* The lists of a block in pieces that cost about the same, none shorter than the block's own
 * rows, which have to be filled in for each. */
static recsys_status cut_block(work *w, size_t first, size_t pieces, recsys_error *err)
{
    size_t from = first_list(w, first), lists = w->job.rows->active;
    uint64_t target = from < lists ? cost(w, from, lists) / pieces + 1 : 0, filling = 0;
    for (size_t u = 0; u < rs_lanes_from(&w->job, first); u++)
        filling += rs_lane_rows_list(w->job.rows, rs_lane_rank(&w->job, first + u)).count;
    if (target < filling) target = filling;
    for (size_t to; from < lists; from = to) {
        to = range_end(w, from, target);
        if (!rs_reserve(w->runtime, &w->piece, &w->room, w->pieces + 1, sizeof *w->piece))
            return rs_fail_memory(err, "neighbours");
        w->piece[w->pieces++] = (piece){first, from, to};
    }
    return RECSYS_OK;
}

/* Does a list find its best among long rows or among short ones? A quotient over few ratings in
 * common comes near to 1 easily, if nothing shrinks it. */
static int is_best_short(const rs_settings *settings)
{
    rs_similarity_kind kind = (rs_similarity_kind)settings->cf.similarity;
    int is_corated =
        kind == RS_CORATED_COSINE || kind == RS_PEARSON || kind == RS_ADJUSTED_COSINE;
    return is_corated && settings->cf.shrinkage == 0;
}

/* Block by block, so that each list first meets the rows that raise its bar most, and threads
 * share a block, so that they are at different lists. Blocks from the longest rows on become
 * shorter, but where lanes are chosen; enough pieces, and all threads end at about the same
 * time. */
static recsys_status cut(work *w, recsys_error *err)
{
    enum { EACH = 8 };
    size_t threads = rs_runtime_threads(w->runtime);
    size_t blocks = (w->job.lanes + RS_WIDE - 1) / RS_WIDE;
    size_t pieces = blocks < EACH ? threads * EACH / (blocks + 1) : threads;
    int backwards = is_best_short(w->job.pairs->settings);
    recsys_status status = RECSYS_OK;
    for (size_t i = 0; i < blocks && status == RECSYS_OK; i++)
        status = cut_block(w, (backwards ? blocks - 1 - i : i) * RS_WIDE, pieces, err);
    return status;
}

/* ---- the whole ------------------------------------------------------------------- */

static void free_work(work *w)
{
    for (size_t t = 0; w->block != NULL && t < w->threads; t++) rs_lane_block_free(w->block[t]);
    rs_free(w->runtime, w->block);
    rs_free(w->runtime, w->piece);
}

recsys_status rs_lane_pass(const rs_pairs *pairs, const rs_lane_rows *rows,
                           const rs_lane_kernel *kernel, const rs_pass *pass, rs_best *best,
                           const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    work w = {.job = rs_lane_job_of(pairs, rows, kernel, pass, best),
              .runtime = pairs->runtime};
    RS_TRY(cut(&w, err));
    w.threads = rs_parallel_threads(w.runtime, w.pieces);
    w.block = rs_array_zero(w.runtime, w.threads, sizeof *w.block);
    if (w.block == NULL) RS_TRY(rs_fail_memory(err, "neighbours"));
    RS_TRY(rs_parallel(w.runtime, w.pieces, run_piece, &w, "neighbours", progress, err));
out:
    free_work(&w);
    return status;
}

enum { TAKEN = 1024 }; /* lists a task */

typedef struct taking {
    rs_best *best;
    rs_lists *lists;
} taking;

static recsys_status take_lists(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const taking *t = shared;
    size_t from = task * TAKEN, rows = t->best->count;
    size_t to = rows - from < TAKEN ? rows : from + TAKEN;
    for (size_t i = from; i < to; i++) rs_best_take(t->best, i, t->lists);
    return RECSYS_OK;
}

recsys_status rs_all_pairs(const rs_pairs *pairs, const rs_lane_kernel *kernel, rs_lists *lists,
                           const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    rs_pass all = {NULL, 0, 1, NULL};
    rs_lane_rows rows = {0};
    rs_best best;
    best.runtime = NULL;
    RS_TRY(rs_lane_rows_make(&rows, pairs, err));
    RS_TRY(rs_best_make(&best, pairs, lists->most, 0, err));
    RS_TRY(rs_lane_pass(pairs, &rows, kernel, &all, &best, progress, err));
    taking all_lists = {&best, lists};
    RS_TRY(rs_parallel(pairs->runtime, (rows.rows + TAKEN - 1) / TAKEN, take_lists, &all_lists,
                       "neighbours", NULL, err));
out:
    rs_best_free(&best);
    rs_lane_rows_free(&rows);
    return status;
}
