#include "models/all_pairs.h"

#include <float.h>
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"

enum {
    REFRESH = 64,
    AHEAD = 4, /* lists */
    VISIT = 40 /* what a visit costs beside its ratings, in ratings */
};

/* One block of lanes against a range of lists. */
typedef struct piece {
    size_t first, from, to; /* lanes from `first` in rs_pass.lane; ranks of lists */
} piece;

typedef struct work {
    const rs_pairs *pairs;
    const rs_lane_rows *rows;
    const rs_lane_kernel *kernel;
    const rs_pass *pass;
    rs_best *best;
    rs_lane_depth depth;
    rs_lane_sums_fn sums;
    rs_lane_bar bar; /* what is the same for all blocks */
    size_t lanes, threads;
    piece *piece;
    rs_keyed *order; /* of pieces, by falling cost */
    size_t pieces, room;
    void **memory;
    uint8_t **table; /* [threads][columns + 1][64] */
} work;

/* ---- costs ----------------------------------------------------------------------- */

int rs_all_pairs_fits(const rs_matrix *m)
{
    rs_coding coding;
    return rs_coding_find(m, &coding);
}

double rs_lanes_cost(const rs_matrix *m, size_t lanes)
{
    double all = 60 * (double)m->users + 1.5 * (double)m->count;
    /* Each pair once, with the shorter row as the list: that is less than half. */
    if (lanes >= m->users) return all * (double)m->users / (4 * RS_LANES);
    size_t blocks = (lanes + RS_LANES - 1) / RS_LANES;
    return all * (double)blocks;
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

/* ---- one block ------------------------------------------------------------------- */

static size_t lane_rank(const work *w, size_t lane)
{
    return w->pass->lane != NULL ? w->pass->lane[lane] : lane;
}

static float least_of(const work *w, size_t rank)
{
    return rs_best_least(w->best, w->rows->row[rank]);
}

static size_t lanes_from(const work *w, size_t first)
{
    return w->lanes - first < RS_LANES ? w->lanes - first : RS_LANES;
}

static void put_block(const work *w, uint8_t *table, size_t first, int clear)
{
    for (size_t u = 0; u < lanes_from(w, first); u++) {
        rs_lane_list list = rs_lane_rows_list(w->rows, lane_rank(w, first + u));
        for (size_t i = 0; i < list.count; i++)
            table[(size_t)list.row[i] * RS_LANES + w->kernel->place[u]] =
                clear ? 0 : list.rating[i];
    }
}

static void set_least(const work *w, rs_lane_bar *bar, size_t first)
{
    size_t lanes = lanes_from(w, first);
    for (size_t u = 0; u < RS_LANES; u++)
        bar->least[u] = u < lanes ? least_of(w, lane_rank(w, first + u)) : FLT_MAX;
}

static rs_lane_bar make_bar(const work *w, size_t first)
{
    rs_lane_bar bar = w->bar;
    for (size_t u = 0; u < lanes_from(w, first); u++) {
        size_t rank = lane_rank(w, first + u);
        bar.norm[u] = w->rows->norm[rank];
        bar.mean[u] = w->rows->mean[rank];
        bar.size[u] = (float)w->rows->side[rank].count;
    }
    set_least(w, &bar, first);
    return bar;
}

static int is_deaf(const work *w, size_t rank)
{
    if (!w->pass->both) return 1;
    return w->pass->deaf != NULL && w->pass->deaf[w->rows->row[rank]];
}

static void aim_bar(const work *w, rs_lane_bar *bar, size_t other)
{
    const rs_lane_rows *rows = w->rows;
    bar->norm_other = (float)(rows->coding.unit * rows->coding.unit) * rows->norm[other];
    bar->mean_other = rows->mean[other];
    bar->size_other = (float)rows->side[other].count;
    bar->least_other = is_deaf(w, other) ? FLT_MAX : least_of(w, other);
}

static void consider(const work *w, rs_offers *offers, const rs_lane_sums *lanes, size_t lane,
                     size_t ru, size_t rv)
{
    const rs_lane_rows *rows = w->rows;
    const rs_settings *settings = w->pairs->settings;
    rs_sums sums = rs_coding_sums(&rows->coding, lanes, lane, w->depth);
    /* As floats, so that rounding does not decide who is a neighbour. */
    float similarity = (float)rs_similarity(settings, &sums, &rows->side[ru], &rows->side[rv]);
    if (!(similarity > (float)settings->cf.similarity_threshold)) return;
    uint32_t u = rows->row[ru], v = rows->row[rv];
    rs_best_post(w->best, offers, u, v, sums.common, similarity);
    if (!is_deaf(w, rv)) rs_best_post(w->best, offers, v, u, sums.common, similarity);
}

/* Lanes that rank before the list if each pair counts once, else all but the list itself. */
static uint64_t others(const work *w, size_t first, size_t before, size_t other)
{
    uint64_t earlier = before < RS_LANES ? (UINT64_C(1) << before) - 1 : UINT64_MAX;
    if (w->pass->lane == NULL) return earlier;
    int met = before < lanes_from(w, first) && lane_rank(w, first + before) == other;
    return met ? ~(UINT64_C(1) << before) : UINT64_MAX;
}

static void visit(const work *w, const uint8_t *table, rs_lane_bar *bar, rs_offers *offers,
                  size_t first, size_t before, size_t other)
{
    rs_lane_sums sums;
    rs_lane_list list = rs_lane_rows_list(w->rows, other);
    w->sums(table, &list, &sums);
    aim_bar(w, bar, other);
    uint64_t look = w->kernel->filter(&sums, bar) & others(w, first, before, other);
    for (; look != 0; look &= look - 1) {
        size_t lane = (size_t)__builtin_ctzll(look), rank = lane_rank(w, first + lane);
        consider(w, offers, &sums, lane, rank, other);
        bar->least[lane] = least_of(w, rank);
    }
}

static recsys_status run_piece(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    const work *w = shared;
    const piece *p = &w->piece[w->order[task].value];
    uint8_t *table = w->table[thread];
    size_t before = 0, lanes = lanes_from(w, p->first);
    rs_offers offers = {0};
    put_block(w, table, p->first, 0);
    rs_lane_bar bar = make_bar(w, p->first);
    for (size_t other = p->from; other < p->to; other++) {
        if (other % REFRESH == 0) set_least(w, &bar, p->first);
        if (other + AHEAD < p->to)
            __builtin_prefetch(&w->best->least[w->rows->row[other + AHEAD]]);
        while (before < lanes && lane_rank(w, p->first + before) < other) before++;
        visit(w, table, &bar, &offers, p->first, before, other);
    }
    rs_best_flush(w->best, &offers);
    put_block(w, table, p->first, 1);
    return RECSYS_OK;
}

/* ---- sharing out ----------------------------------------------------------------- */

/* Of the lists of these ranks, in ratings. */
static uint64_t cost(const work *w, size_t from, size_t to)
{
    return w->rows->from[to] - w->rows->from[from] + (uint64_t)VISIT * (to - from);
}

static size_t first_list(const work *w, size_t first)
{
    return w->pass->lane == NULL ? first + 1 : 0;
}

/* The end of the longest range from here that costs no more than `target`, of one list at
 * least; all to the end if little would be left. */
static size_t range_end(const work *w, size_t from, uint64_t target)
{
    size_t low = from + 1, high = w->rows->active;
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        if (cost(w, from, middle) <= target)
            low = middle;
        else
            high = middle - 1;
    }
    return cost(w, low, w->rows->active) < target / 2 ? w->rows->active : low;
}

/* The lists of a block in pieces of about `target`, none so short that filling the table would
 * be much of it. */
static recsys_status cut_block(work *w, size_t first, uint64_t target, recsys_error *err)
{
    uint64_t filling = 0;
    for (size_t u = 0; u < lanes_from(w, first); u++)
        filling += rs_lane_rows_list(w->rows, lane_rank(w, first + u)).count;
    if (target < 16 * filling) target = 16 * filling;
    for (size_t from = first_list(w, first), to; from < w->rows->active; from = to) {
        to = range_end(w, from, target);
        if (!rs_reserve(w->pairs->runtime, &w->piece, &w->room, w->pieces + 1,
                        sizeof *w->piece))
            return rs_fail_memory(err, "neighbours");
        w->piece[w->pieces++] = (piece){first, from, to};
    }
    return RECSYS_OK;
}

/* Pieces by falling cost, so that all threads end at about the same time. */
static recsys_status cut(work *w, recsys_error *err)
{
    enum { EACH = 32 };
    uint64_t all = 0;
    recsys_status status = RECSYS_OK;
    for (size_t first = 0; first < w->lanes; first += RS_LANES) {
        size_t from = first_list(w, first);
        if (from < w->rows->active) all += cost(w, from, w->rows->active);
    }
    uint64_t target = all / (EACH * rs_runtime_threads(w->pairs->runtime)) + 1;
    for (size_t first = 0; first < w->lanes && status == RECSYS_OK; first += RS_LANES)
        status = cut_block(w, first, target, err);
    if (status != RECSYS_OK) return status;
    w->order = rs_array(w->pairs->runtime, w->pieces, 2 * sizeof *w->order);
    if (w->order == NULL) return rs_fail_memory(err, "neighbours");
    for (size_t i = 0; i < w->pieces; i++)
        w->order[i] = (rs_keyed){~cost(w, w->piece[i].from, w->piece[i].to), i};
    rs_sort_keyed(w->order, w->order + w->pieces, w->pieces);
    return RECSYS_OK;
}

/* Tables are aligned by hand, as allocators promise 16 bytes only. */
static uint8_t *aligned(void *memory)
{
    return (uint8_t *)(((uintptr_t)memory + 63) & ~(uintptr_t)63);
}

static recsys_status make_tables(work *w, recsys_error *err)
{
    recsys_runtime *r = w->pairs->runtime;
    w->threads = rs_parallel_threads(r, w->pieces);
    w->memory = rs_array_zero(r, w->threads, sizeof *w->memory);
    w->table = rs_array_zero(r, w->threads, sizeof *w->table);
    if (w->memory == NULL || w->table == NULL) return rs_fail_memory(err, "neighbours");
    for (size_t t = 0; t < w->threads; t++) {
        /* the empty row, and room to align */
        w->memory[t] = rs_array_zero(r, w->rows->columns + 2, RS_LANES);
        if (w->memory[t] == NULL) return rs_fail_memory(err, "neighbours");
        w->table[t] = aligned(w->memory[t]);
    }
    return RECSYS_OK;
}

/* ---- the whole ------------------------------------------------------------------- */

static void free_work(work *w)
{
    recsys_runtime *r = w->pairs->runtime;
    for (size_t t = 0; w->memory != NULL && t < w->threads; t++) rs_free(r, w->memory[t]);
    rs_free(r, w->memory);
    rs_free(r, w->table);
    rs_free(r, w->piece);
    rs_free(r, w->order);
}

recsys_status rs_lane_pass(const rs_pairs *pairs, const rs_lane_rows *rows,
                           const rs_lane_kernel *kernel, const rs_pass *pass, rs_best *best,
                           const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    int64_t min_common = pairs->settings->cf.min_common_items;
    rs_similarity_kind kind = (rs_similarity_kind)pairs->settings->cf.similarity;
    work w = {.pairs = pairs, .rows = rows, .pass = pass, .best = best};
    w.kernel = kernel != NULL ? kernel : rs_lane_kernel_named(pairs->runtime->isa);
    w.depth = rs_coding_depth(&rows->coding, kind);
    w.sums = w.kernel->sums[w.depth];
    w.bar.similarity = kind;
    w.bar.shrinkage = (float)pairs->settings->cf.shrinkage;
    w.bar.offset = (float)(rows->coding.offset / rows->coding.unit);
    w.bar.min_common = min_common < INT32_MAX ? (int32_t)min_common : INT32_MAX;
    w.lanes = pass->lane != NULL ? pass->lanes : rows->active;
    RS_TRY(cut(&w, err));
    RS_TRY(make_tables(&w, err));
    RS_TRY(rs_parallel(pairs->runtime, w.pieces, run_piece, &w, "neighbours", progress, err));
out:
    free_work(&w);
    return status;
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
    for (size_t i = 0; i < rows.rows; i++) rs_best_take(&best, i, lists);
out:
    rs_best_free(&best);
    rs_lane_rows_free(&rows);
    return status;
}
