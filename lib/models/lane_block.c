#include "models/lane_block.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum {
    AHEAD = 4 /* lists */
};

rs_lane_job rs_lane_job_of(const rs_pairs *pairs, const rs_lane_rows *rows,
                           const rs_lane_kernel *kernel, const rs_pass *pass, rs_best *best)
{
    int64_t min_common = pairs->settings->cf.min_common_items;
    rs_similarity_kind kind = (rs_similarity_kind)pairs->settings->cf.similarity;
    rs_lane_job job = {.pairs = pairs, .rows = rows, .pass = pass, .best = best};
    job.kernel = kernel != NULL ? kernel : rs_lane_kernel_named(pairs->runtime->isa);
    job.depth = rs_coding_depth(&rows->coding, kind);
    job.bar.similarity = kind;
    job.bar.shrinkage = (float)pairs->settings->cf.shrinkage;
    job.bar.offset = (float)(rows->coding.offset / rows->coding.unit);
    job.bar.min_common = min_common < INT32_MAX ? (int32_t)min_common : INT32_MAX;
    job.common = (rs_common){kind, (float)min_common, job.bar.shrinkage};
    job.lanes = pass->lane != NULL ? pass->lanes : rows->active;
    return job;
}

/* ---- bars ------------------------------------------------------------------------ */

static float least_of(const rs_lane_job *job, size_t rank)
{
    return rs_best_least(job->best, job->rows->row[rank]);
}

static int is_deaf(const rs_lane_job *job, size_t rank)
{
    if (!job->pass->both) return 1;
    return job->pass->deaf != NULL && job->pass->deaf[job->rows->row[rank]];
}

static float least_of_other(const rs_lane_job *job, size_t other)
{
    return is_deaf(job, other) ? FLT_MAX : least_of(job, other);
}

static void set_least(rs_lane_block *b, size_t lane, float least)
{
    b->bar[lane / RS_LANES].least[lane % RS_LANES] = least;
}

static void refresh(rs_lane_block *b, size_t table)
{
    size_t from = table * RS_LANES,
           to = from + RS_LANES < b->lanes ? from + RS_LANES : b->lanes;
    for (size_t u = from; u < to; u++)
        set_least(b, u, least_of(b->job, rs_lane_rank(b->job, b->first + u)));
}

static void set_bars(rs_lane_block *b)
{
    const rs_lane_rows *rows = b->job->rows;
    for (size_t t = 0; t < RS_TABLES; t++) {
        b->bar[t] = b->job->bar;
        for (size_t u = 0; u < RS_LANES; u++) b->bar[t].least[u] = FLT_MAX;
    }
    memset(b->reach, 0, sizeof b->reach);
    for (size_t u = 0; u < b->lanes; u++) {
        size_t rank = rs_lane_rank(b->job, b->first + u);
        rs_lane_bar *bar = &b->bar[u / RS_LANES];
        bar->norm[u % RS_LANES] = rows->norm[rank];
        bar->mean[u % RS_LANES] = rows->mean[rank];
        bar->size[u % RS_LANES] = (float)rows->side[rank].count;
        b->reach[u] = rows->reach[rank];
    }
    for (size_t t = 0; t < RS_TABLES; t++) refresh(b, t);
}

static void aim(const rs_lane_block *b, rs_lane_bar *bar, size_t other)
{
    const rs_lane_rows *rows = b->job->rows;
    bar->norm_other = (float)(rows->coding.unit * rows->coding.unit) * rows->norm[other];
    bar->mean_other = rows->mean[other];
    bar->size_other = (float)rows->side[other].count;
    bar->least_other = least_of_other(b->job, other);
}

/* ---- one list -------------------------------------------------------------------- */

static void consider(rs_lane_block *b, const rs_lane_sums *lanes, size_t lane, size_t ru,
                     size_t rv)
{
    const rs_lane_job *job = b->job;
    const rs_lane_rows *rows = job->rows;
    const rs_settings *settings = job->pairs->settings;
    rs_sums sums = rs_coding_sums(&rows->coding, lanes, lane, job->depth);
    /* As floats, so that rounding does not decide who is a neighbour. */
    float similarity = (float)rs_similarity(settings, &sums, &rows->side[ru], &rows->side[rv]);
    if (!(similarity > (float)settings->cf.similarity_threshold)) return;
    uint32_t u = rows->row[ru], v = rows->row[rv];
    rs_best_post(job->best, &b->to_lanes, u, v, sums.common, similarity);
    if (!is_deaf(job, rv)) rs_best_post(job->best, &b->to_list, v, u, sums.common, similarity);
}

/* Of a table's lanes, those that rank before the list if each pair counts once, else all but
 * the list itself. `before`: lanes of the block that rank before it. */
static uint64_t others(const rs_lane_block *b, size_t table, size_t before, size_t other)
{
    size_t first = table * RS_LANES, in = before < first ? 0 : before - first;
    if (b->job->pass->lane == NULL) return in < RS_LANES ? (UINT64_C(1) << in) - 1 : UINT64_MAX;
    int met = before >= first && in < RS_LANES && before < b->lanes &&
              rs_lane_rank(b->job, b->first + before) == other;
    return met ? ~(UINT64_C(1) << in) : UINT64_MAX;
}

static void sum(rs_lane_block *b, size_t table, uint64_t look, size_t other)
{
    const rs_lane_job *job = b->job;
    rs_lane_list list = rs_lane_rows_list(job->rows, other);
    rs_lane_sums sums;
    job->kernel->sums[job->depth](b->table, &list, &sums);
    aim(b, &b->bar[table], other);
    look &= job->kernel->filter(&sums, &b->bar[table]);
    for (; look != 0; look &= look - 1) {
        size_t lane = (size_t)__builtin_ctzll(look), u = table * RS_LANES + lane;
        size_t rank = rs_lane_rank(job, b->first + u);
        consider(b, &sums, lane, rank, other);
        set_least(b, u, least_of(job, rank));
    }
    rs_best_flush(job->best, &b->to_list);
}

static rs_lane_list lane_list(const rs_lane_block *b, size_t lane)
{
    return rs_lane_rows_list(b->job->rows, rs_lane_rank(b->job, b->first + lane));
}

static void put_table(rs_lane_block *b, size_t table, int clear)
{
    size_t from = table * RS_LANES;
    for (size_t u = 0; u < RS_LANES && from + u < b->lanes; u++) {
        rs_lane_list list = lane_list(b, from + u);
        uint8_t *place = b->table + b->job->kernel->place[u];
        for (size_t i = 0; i < list.count; i++)
            place[(size_t)list.row[i] * RS_LANES] = clear ? 0 : list.rating[i];
    }
}

/* ---- a chunk of lists ------------------------------------------------------------ */

static void count(rs_lane_block *b, rs_lane_bits *look, size_t other)
{
    const rs_lane_job *job = b->job;
    rs_lane_list list = rs_lane_rows_list(job->rows, other);
    memset(look, 0xff, sizeof *look);
    if (!b->counts) return;
    float shortest = b->reach[b->lanes - 1], reach = job->rows->reach[other];
    b->needs.other = rs_common_need(&job->common, least_of_other(job, other), shortest, reach);
    job->kernel->enough(b->rated, &list, &b->needs, look);
}

/* Lists of nearly the same reach, the last one's. */
static void count_run(rs_lane_block *b, size_t from, size_t to, size_t *before, size_t chunk)
{
    const rs_lane_job *job = b->job;
    if (b->counts)
        rs_lane_needs_set(&b->needs, &job->common, b->bar, b->reach, job->rows->reach[to - 1]);
    for (size_t other = from; other < to; other++) {
        if (other + AHEAD < to)
            __builtin_prefetch(&job->best->least[job->rows->row[other + AHEAD]]);
        while (*before < b->lanes && rs_lane_rank(job, b->first + *before) < other) ++*before;
        rs_lane_bits look;
        count(b, &look, other);
        for (size_t t = 0; t < RS_TABLES; t++)
            b->look[t][other - chunk] = look.word[t] & others(b, t, *before, other);
    }
}

static void count_chunk(rs_lane_block *b, size_t from, size_t to)
{
    enum { RUN = 256 /* lists */ };
    size_t before = 0;
    for (size_t at = from, next; at < to; at = next) {
        next = to - at < RUN ? to : at + RUN;
        count_run(b, at, next, &before, from);
    }
}

static size_t sum_chunk(rs_lane_block *b, size_t from, size_t to)
{
    size_t sums = 0;
    for (size_t t = 0; t * RS_LANES < b->lanes; t++) {
        size_t before = sums;
        for (size_t other = from; other < to; other++) {
            uint64_t look = b->look[t][other - from];
            if (look == 0) continue;
            if (sums == before) {
                refresh(b, t);
                put_table(b, t, 0);
            }
            sum(b, t, look, other);
            sums++;
        }
        if (sums > before) put_table(b, t, 1);
    }
    return sums;
}

/* Chunks of the first block grow, as its first lists raise bars most. */
static void meet(rs_lane_block *b, size_t from, size_t to)
{
    enum { SHORTEST = 512, OFTEN = 8 };
    size_t tables = (b->lanes + RS_LANES - 1) / RS_LANES;
    size_t lists = b->first == 0 ? SHORTEST : RS_LANE_CHUNK;
    for (size_t next; from < to; from = next) {
        next = to - from < lists ? to : from + lists;
        if (lists < RS_LANE_CHUNK) lists *= 2;
        count_chunk(b, from, next);
        size_t sums = sum_chunk(b, from, next), most = tables * (next - from);
        /* Counting first pays unless nearly all are summed then; tried anew now and then. */
        b->counts = sums < most - most / OFTEN || ++b->chunks % OFTEN == 0;
    }
}

/* ---- a block --------------------------------------------------------------------- */

/* All of it is aligned by hand, as allocators promise 16 bytes only. */
rs_lane_block *rs_lane_block_make(const rs_lane_job *job)
{
    enum { ALIGNED = _Alignof(rs_lane_block), ROW = sizeof(rs_lane_bits) + RS_LANES };
    size_t rows = job->rows->columns + 1; /* the empty one */
    uint8_t *memory =
        rs_array_zero(job->pairs->runtime, rows + sizeof(rs_lane_block) / ROW + 2, ROW);
    if (memory == NULL) return NULL;
    uint8_t *at = (uint8_t *)(((uintptr_t)memory + ALIGNED - 1) & ~(uintptr_t)(ALIGNED - 1));
    rs_lane_block *b = (rs_lane_block *)(void *)at;
    b->job = job;
    b->memory = memory;
    b->counts = 1;
    at += (sizeof *b + ALIGNED - 1) / ALIGNED * ALIGNED;
    b->rated = (rs_lane_bits *)(void *)at;
    at += rows * sizeof(rs_lane_bits);
    b->table = at;
    return b;
}

void rs_lane_block_free(rs_lane_block *b)
{
    if (b != NULL) rs_free(b->job->pairs->runtime, b->memory);
}

static void put_bits(rs_lane_block *b, int clear)
{
    for (size_t u = 0; u < b->lanes; u++) {
        rs_lane_list list = lane_list(b, u);
        uint64_t bit = (uint64_t)!clear << u % 64;
        for (size_t i = 0; i < list.count && list.rating[i] != 0; i++) {
            uint64_t *bits = &b->rated[list.row[i]].word[u / 64];
            *bits = clear ? 0 : *bits | bit;
        }
    }
}

void rs_lane_block_run(rs_lane_block *b, size_t first, size_t from, size_t to)
{
    b->first = first;
    b->lanes = rs_lanes_from(b->job, first);
    put_bits(b, 0);
    set_bars(b);
    meet(b, from, to);
    rs_best_flush(b->job->best, &b->to_lanes);
    put_bits(b, 1);
}
