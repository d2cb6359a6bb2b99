#include "models/live.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "kernels/packed.h"

enum { WIDE = sizeof(rs_lane_sums) / sizeof(int32_t) };

/* ---- one pair -------------------------------------------------------------------- */

static rs_side side_of(const rs_profile *profile)
{
    return (rs_side){profile->count, profile->sum, profile->square};
}

/* In other rows' lists; whoever is not known comes after all who are as near. */
static uint32_t number_of(const rs_live *l, const rs_profile *profile)
{
    size_t rows = l->pairs.matrix->users;
    return (uint32_t)(profile->user < rows ? profile->user : rows);
}

static void consider(rs_live *l, const rs_profile *profile, size_t row, const rs_sums *sums)
{
    const rs_settings *settings = l->pairs.settings;
    if (row == profile->user || sums->common < settings->cf.min_common_items) return;
    rs_side u = rs_pairs_side(&l->pairs, row), v = side_of(profile);
    /* As floats, so that rounding does not decide who is a neighbour. */
    float similarity = (float)rs_similarity(settings, sums, &u, &v);
    if (!(similarity > (float)settings->cf.similarity_threshold)) return;
    rs_keyed place = rs_neighbour_place((uint32_t)row, sums->common, similarity);
    if (l->own) rs_heap_offer(&l->nearest, place);
    if (l->last == NULL) return;
    rs_keyed of_profile = rs_neighbour_place(number_of(l, profile), sums->common, similarity);
    if (rs_keyed_before(&of_profile, &l->last[row])) rs_heap_offer(&l->turned, place);
}

static void consider_lane(rs_live *l, const rs_profile *profile, size_t row,
                          const rs_lane_sums *lanes, size_t lane)
{
    rs_sums sums = rs_coding_sums(&l->coding, lanes, lane, l->depth);
    consider(l, profile, row, &sums);
}

/* ---- packed words ---------------------------------------------------------------- */

static size_t column_size(const rs_matrix *m, size_t column)
{
    return (size_t)(m->movie_ptr[column + 1] - m->movie_ptr[column]);
}

static void add_column(rs_live *l, size_t column, uint8_t byte)
{
    const rs_matrix *m = l->pairs.matrix;
    uint64_t from = m->movie_ptr[column];
    size_t size = column_size(m, column);
    uint32_t dots[16] = {0};
    for (size_t level = 0; level < m->levels; level++)
        dots[level] = rs_packed_dot(l->coding.byte[level], byte);
    rs_packed_add_dots(l->dots, m->movie_user + from, m->movie_code + from, size, dots,
                       m->levels);
    if (l->rest == NULL) return;
    uint64_t rest[16] = {0};
    for (size_t level = 0; level < m->levels; level++)
        rest[level] = rs_packed_rest(l->coding.byte[level], byte);
    rs_packed_add_rest(l->rest, m->movie_user + from, m->movie_code + from, size, rest);
}

/* The words of a block, and what was put aside of it before; all of it is then zero. */
static void take_block(rs_live *l, size_t block, int aside, rs_lane_sums *sums)
{
    size_t first = block * RS_LANES;
    if (aside) {
        memcpy(sums, l->wide + block * WIDE, sizeof *sums);
        memset(l->wide + block * WIDE, 0, sizeof *sums);
    } else {
        memset(sums, 0, sizeof *sums);
    }
    rs_packed_empty(l->dots + first, l->rest != NULL ? l->rest + first : NULL, sums);
}

/* Before words can overflow. */
static void put_aside(rs_live *l)
{
    rs_lane_sums sums;
    for (size_t block = 0; block < l->blocks; block++) {
        take_block(l, block, 1, &sums);
        memcpy(l->wide + block * WIDE, &sums, sizeof sums);
    }
}

/* A little lower than what a list of floats takes, so that the estimate is not stricter. */
static float lowered(float least)
{
    return least - fabsf(least) * 1e-5f;
}

static float bar_of(const rs_live *l)
{
    float least = (float)l->pairs.settings->cf.similarity_threshold;
    if (!l->own) return FLT_MAX;
    if (rs_heap_is_full(&l->nearest)) least = (float)rs_fallen(l->nearest.items[0].key);
    return lowered(least);
}

static const rs_keyed NO_LAST = {UINT64_MAX, UINT64_MAX};

/* What is asked to be in the lists of a block's rows. */
static void set_bars(const rs_live *l, size_t first, rs_lane_bar *bar)
{
    float threshold = (float)l->pairs.settings->cf.similarity_threshold;
    for (size_t u = 0; l->last != NULL && u < RS_LANES; u++) {
        rs_keyed last = l->last[first + u];
        int open = last.key == NO_LAST.key;
        bar->least[u] = lowered(open ? threshold : (float)rs_fallen(last.key));
    }
}

static rs_lane_bar make_bar(const rs_live *l, const rs_profile *profile)
{
    const rs_settings *settings = l->pairs.settings;
    double unit = l->coding.unit, offset = l->coding.offset;
    rs_lane_bar bar = {.shrinkage = (float)settings->cf.shrinkage,
                       .offset = (float)(offset / unit),
                       .similarity = (rs_similarity_kind)settings->cf.similarity};
    bar.min_common = settings->cf.min_common_items < INT32_MAX
                         ? (int32_t)settings->cf.min_common_items
                         : INT32_MAX;
    if (profile->square > 0)
        bar.norm_other = (float)(unit * unit) * (float)(1 / sqrt(profile->square));
    if (profile->count > 0)
        bar.mean_other = (float)((profile->sum / (double)profile->count - offset) / unit);
    bar.size_other = (float)profile->count;
    bar.least_other = bar_of(l);
    for (size_t u = 0; u < RS_LANES; u++) bar.least[u] = FLT_MAX;
    return bar;
}

static void look_at_all(rs_live *l, const rs_profile *profile, int aside)
{
    rs_lane_bar bar = make_bar(l, profile);
    for (size_t block = 0; block < l->blocks; block++) {
        rs_lane_sums sums;
        size_t first = block * RS_LANES;
        take_block(l, block, aside, &sums);
        memcpy(bar.norm, l->norm + first, sizeof bar.norm);
        memcpy(bar.mean, l->mean + first, sizeof bar.mean);
        memcpy(bar.size, l->size + first, sizeof bar.size);
        set_bars(l, first, &bar);
        uint64_t look = l->kernel->filter(&sums, &bar);
        for (uint64_t left = look; left != 0; left &= left - 1) {
            size_t lane = (size_t)__builtin_ctzll(left);
            consider_lane(l, profile, first + lane, &sums, lane);
        }
        if (look != 0) bar.least_other = bar_of(l);
    }
}

/* Where few rows are met: those of the columns again. */
static void look_at_met(rs_live *l, const rs_profile *profile)
{
    const rs_matrix *m = l->pairs.matrix;
    for (size_t i = 0; i < profile->count; i++)
        for (uint64_t at = m->movie_ptr[profile->movie[i]];
             at < m->movie_ptr[profile->movie[i] + 1]; at++) {
            size_t row = m->movie_user[at];
            rs_lane_sums sums;
            if (l->dots[row] == 0) continue; /* looked at before */
            sums.common[0] = sums.dot[0] = sums.uu[0] = sums.vv[0] = 0;
            sums.u[0] = sums.v[0] = 0;
            rs_packed_take(l->dots + row, l->rest != NULL ? l->rest + row : NULL, &sums, 0);
            consider_lane(l, profile, row, &sums, 0);
        }
}

/* Its beginning: the rest is fetched while it is added. */
static void fetch_column(const rs_matrix *m, size_t column)
{
    enum { LINE = 64, LINES = 16 };
    const char *rows = (const char *)(m->movie_user + m->movie_ptr[column]);
    __builtin_prefetch(m->movie_code + m->movie_ptr[column]);
    for (size_t line = 0; line < LINES; line++) __builtin_prefetch(rows + line * LINE);
}

static void find_packed(rs_live *l, const rs_profile *profile)
{
    enum { FEW = 32, AHEAD = 2 };
    const rs_matrix *m = l->pairs.matrix;
    size_t met = 0, since = 0;
    int aside = 0;
    for (size_t i = 0; i < profile->count; i++, since++) {
        if (since == RS_PACKED_MOST) {
            put_aside(l);
            aside = 1;
            since = 0;
        }
        if (i + AHEAD < profile->count) fetch_column(m, profile->movie[i + AHEAD]);
        add_column(l, profile->movie[i], rs_coding_byte(&l->coding, profile->rating[i]));
        met += column_size(m, profile->movie[i]);
    }
    if (!aside && met < m->users / FEW)
        look_at_met(l, profile);
    else
        look_at_all(l, profile, aside);
}

/* ---- sums of doubles ------------------------------------------------------------- */

static size_t add_doubles(rs_live *l, const rs_profile *p)
{
    const rs_matrix *m = l->pairs.matrix;
    size_t met = 0;
    for (size_t i = 0; i < p->count; i++) {
        double rv = (double)p->rating[i];
        for (uint64_t at = m->movie_ptr[p->movie[i]]; at < m->movie_ptr[p->movie[i] + 1];
             at++) {
            rs_sums *sums = &l->sums[m->movie_user[at]];
            double ru = (double)rs_movie_rating(m, at);
            if (sums->common++ == 0) l->met[met++] = m->movie_user[at];
            sums->dot += ru * rv;
            sums->uu += ru * ru;
            sums->vv += rv * rv;
            sums->u += ru;
            sums->v += rv;
        }
    }
    return met;
}

static void find_doubles(rs_live *l, const rs_profile *profile)
{
    size_t met = add_doubles(l, profile);
    for (size_t i = 0; i < met; i++) {
        rs_sums sums = l->sums[l->met[i]];
        l->sums[l->met[i]] = (rs_sums){0};
        consider(l, profile, l->met[i], &sums);
    }
}

/* ---- the lists of others --------------------------------------------------------- */

static rs_keyed place_at(const rs_neighbours *n, uint64_t at)
{
    return rs_neighbour_place(n->user[at], n->common[at], n->similarity[at]);
}

/* The last of a full list; others take anybody. */
static rs_keyed last_of(const rs_live *l, size_t row)
{
    const rs_neighbours *n = &l->model->neighbours;
    uint64_t from = n->ptr[row], to = n->ptr[row + 1];
    if (to - from < (uint64_t)l->pairs.settings->cf.n_neighbors) return NO_LAST;
    return place_at(n, to - 1);
}

/* Where a user may have changed, the lists that it is in end one later. */
static void leave_out(rs_live *l, size_t user)
{
    const rs_neighbours *r = &l->model->reverse, *spare = &l->model->spare;
    for (uint64_t at = r->ptr[user]; at < r->ptr[user + 1]; at++) {
        size_t row = r->user[at];
        int more = spare->ptr != NULL && spare->ptr[row] < spare->ptr[row + 1];
        l->last[row] = more ? place_at(spare, spare->ptr[row]) : NO_LAST;
    }
}

static void put_back(rs_live *l, size_t user)
{
    const rs_neighbours *r = &l->model->reverse;
    for (uint64_t at = r->ptr[user]; at < r->ptr[user + 1]; at++)
        l->last[r->user[at]] = last_of(l, r->user[at]);
}

/* ---- the whole ------------------------------------------------------------------- */

/* A query's own ratings may be off the steps of the matrix's. */
static int has_bytes(const rs_live *l, const rs_profile *profile)
{
    if (l->kernel == NULL) return 0;
    for (size_t i = 0; i < profile->count; i++)
        if (rs_coding_byte(&l->coding, profile->rating[i]) == 0) return 0;
    return 1;
}

/* Best first, nobody twice; the heap is then empty. */
static size_t empty_turned(rs_live *l, rs_neighbour *list)
{
    size_t count = rs_heap_sort(&l->turned), kept = 0;
    const rs_keyed *items = l->turned.items;
    for (size_t k = 0; k < count; k++)
        if (k == 0 || rs_keyed_before(&items[k - 1], &items[k]))
            list[kept++] = rs_neighbour_at(items[k]);
    return kept;
}

size_t rs_live_find(rs_live *l, const rs_profile *profile, rs_neighbour *list)
{
    int known = l->last != NULL && profile->user < l->pairs.matrix->users;
    if (known) leave_out(l, profile->user);
    if (has_bytes(l, profile))
        find_packed(l, profile);
    else
        find_doubles(l, profile);
    if (known) put_back(l, profile->user);
    size_t count = rs_heap_sort(&l->nearest);
    for (size_t k = 0; k < count; k++) {
        if (l->last != NULL) rs_heap_offer(&l->turned, l->nearest.items[k]);
        list[k] = rs_neighbour_at(l->nearest.items[k]);
    }
    return l->last != NULL ? empty_turned(l, list) : count;
}

static int make_packed(rs_live *l)
{
    const rs_matrix *m = l->pairs.matrix;
    recsys_runtime *r = l->pairs.runtime;
    size_t rows = l->blocks * RS_LANES;
    l->norm = rs_array_zero(r, rows, sizeof *l->norm);
    l->mean = rs_array_zero(r, rows, sizeof *l->mean);
    l->size = rs_array_zero(r, rows, sizeof *l->size);
    l->dots = rs_array_zero(r, rows, sizeof *l->dots);
    if (l->norm == NULL || l->mean == NULL || l->size == NULL || l->dots == NULL) return 0;
    if (l->depth > RS_LANE_DOTS) {
        l->rest = rs_array_zero(r, rows, sizeof *l->rest);
        if (l->rest == NULL) return 0;
    }
    if (m->movies > RS_PACKED_MOST) {
        l->wide = rs_array_zero(r, l->blocks, sizeof(rs_lane_sums));
        if (l->wide == NULL) return 0;
    }
    for (size_t row = 0; row < m->users; row++) {
        rs_side side = rs_pairs_side(&l->pairs, row);
        double mean = side.count > 0 ? side.sum / (double)side.count : 0;
        l->norm[row] = side.square > 0 ? (float)(1 / sqrt(side.square)) : 0;
        l->mean[row] = (float)((mean - l->coding.offset) / l->coding.unit);
        l->size[row] = (float)side.count;
    }
    return 1;
}

recsys_status rs_live_make(rs_live *l, const rs_pairs *pairs, size_t most, recsys_error *err)
{
    const rs_matrix *m = pairs->matrix;
    recsys_runtime *r = pairs->runtime;
    *l = (rs_live){.pairs = *pairs, .nearest = {.most = most}, .own = 1};
    l->blocks = (m->users + RS_LANES - 1) / RS_LANES;
    l->nearest.items = rs_array(r, most, sizeof *l->nearest.items);
    l->sums = rs_array_zero(r, m->users, sizeof *l->sums);
    l->met = rs_array(r, m->users, sizeof *l->met);
    if (l->nearest.items == NULL || l->sums == NULL || l->met == NULL)
        return rs_fail_memory(err, "neighbours");
    if (!rs_coding_find(m, &l->coding)) return RECSYS_OK;
    l->depth = rs_coding_depth(&l->coding, (rs_similarity_kind)pairs->settings->cf.similarity);
    l->kernel = rs_lane_kernel_named(r->isa);
    return make_packed(l) ? RECSYS_OK : rs_fail_memory(err, "neighbours");
}

recsys_status rs_live_turn(rs_live *l, const recsys_model *model, recsys_error *err)
{
    size_t users = l->pairs.matrix->users;
    l->model = model;
    l->own = l->pairs.settings->cf.neighborhood == RS_BOTH;
    l->turned = (rs_heap){.most = users + l->nearest.most};
    l->turned.items = rs_array(l->pairs.runtime, l->turned.most, sizeof *l->turned.items);
    l->last = rs_array(l->pairs.runtime, l->blocks * RS_LANES, sizeof *l->last);
    if (l->turned.items == NULL || l->last == NULL) return rs_fail_memory(err, "neighbours");
    for (size_t row = 0; row < l->blocks * RS_LANES; row++)
        l->last[row] = row < users ? last_of(l, row) : NO_LAST;
    return RECSYS_OK;
}

size_t rs_live_recall(rs_live *l, size_t user, rs_neighbour *list)
{
    const rs_neighbours *n = &l->model->neighbours, *r = &l->model->reverse;
    for (uint64_t at = r->ptr[user]; at < r->ptr[user + 1]; at++)
        rs_heap_offer(&l->turned, place_at(r, at));
    for (uint64_t at = n->ptr[user]; l->own && at < n->ptr[user + 1]; at++)
        rs_heap_offer(&l->turned, place_at(n, at));
    return empty_turned(l, list);
}

void rs_live_free(rs_live *l)
{
    recsys_runtime *r = l->pairs.runtime;
    void *arrays[] = {l->nearest.items, l->norm, l->mean, l->size, l->dots,        l->rest,
                      l->wide,          l->sums, l->met,  l->last, l->turned.items};
    for (size_t i = 0; r != NULL && i < sizeof arrays / sizeof *arrays; i++)
        rs_free(r, arrays[i]);
    *l = (rs_live){0};
}
