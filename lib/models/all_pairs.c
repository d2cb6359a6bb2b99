#include "models/all_pairs.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"

enum { LOCKS = 256, REFRESH = 64 };

/* rating = offset + unit * byte */
typedef struct coding {
    double offset, unit;
    uint8_t byte[16]; /* of each level, 1..15 */
} coding;

typedef struct pairs {
    const recsys_model *model;
    const rs_lane_kernel *kernel;
    rs_lanes_fn sums;
    coding coding;
    int means; /* the sums of r_u and r_v are needed */
    size_t users;
    uint32_t *user; /* [users] by rank: ratings falling, id rising */
    rs_side *side;  /* [users] by rank */
    float *norm;    /* [users] by rank: 1 / |r|, 0 where that is 0 */
    uint64_t *from; /* [users + 1] lists by rank, multiples of 4 */
    uint32_t *row;  /* movies by popularity; the empty row is number `movies` */
    uint8_t *rating;
    rs_heap *best; /* [users] by rank */
    rs_keyed *items;
    atomic_uint *least; /* [users] by rank: bits of what a similarity must reach */
    uint8_t **table;    /* [threads][movies + 1][64] */
    size_t threads;
    pthread_mutex_t lock[LOCKS]; /* of best and least, by rank */
    int locks;
} pairs;

/* ---- ratings as small numbers --------------------------------------------------- */

static int is_exact(double x)
{
    return fabs(x) <= 1024 && x * 1024 == floor(x * 1024);
}

/* Multiples of the step from 0 if all are 1 to 15 of it, else from below the smallest. */
static int find_coding(const rs_matrix *m, coding *c)
{
    if (m->levels == 0 || m->user_code == NULL) return 0;
    double low = (double)m->level[0], high = (double)m->level[m->levels - 1];
    c->unit = m->levels > 1 ? (double)m->scale_step : 1;
    if (!(c->unit > 0)) return 0;
    c->offset = low >= c->unit && high <= RS_LANE_MOST * c->unit ? 0 : low - c->unit;
    if (!is_exact(c->unit) || !is_exact(c->offset)) return 0;
    for (uint32_t i = 0; i < m->levels; i++) {
        double byte = ((double)m->level[i] - c->offset) / c->unit;
        if (!(byte >= 1 && byte <= RS_LANE_MOST) || byte != floor(byte)) return 0;
        c->byte[i] = (uint8_t)byte;
    }
    return m->movies < (size_t)1 << 23;
}

int rs_all_pairs_fits(const rs_matrix *m)
{
    coding c;
    return find_coding(m, &c);
}

int rs_all_pairs_pays(const rs_matrix *m)
{
    double users = (double)m->users, met = 0;
    for (size_t i = 0; i < m->movies; i++) {
        double raters = (double)(m->movie_ptr[i + 1] - m->movie_ptr[i]);
        met += raters * raters;
    }
    double visits = users * users / (2 * RS_LANES),
           rows = (double)m->count * users / (2 * RS_LANES);
    return 60 * visits + 1.5 * rows < 3 * met; /* nanoseconds, about */
}

/* The sums of a pair in the scale of the data: exact, as the integers are. */
static rs_sums sums_of(const pairs *p, const rs_lane_sums *lanes, size_t u)
{
    double n = (double)lanes->common[u], a = p->coding.offset, b = p->coding.unit;
    double su = p->means ? (double)lanes->u[u] : 0, sv = p->means ? (double)lanes->v[u] : 0;
    return (rs_sums){
        .common = (uint32_t)lanes->common[u],
        .dot = b * b * (double)lanes->dot[u] + a * b * (su + sv) + a * a * n,
        .uu = b * b * (double)lanes->uu[u] + 2 * a * b * su + a * a * n,
        .vv = b * b * (double)lanes->vv[u] + 2 * a * b * sv + a * a * n,
        .u = b * su + a * n,
        .v = b * sv + a * n,
    };
}

/* ---- lists ----------------------------------------------------------------------- */

static size_t row_length(const rs_matrix *m, size_t user)
{
    return (size_t)(m->user_ptr[user + 1] - m->user_ptr[user]);
}

/* Users by (ratings falling, id rising), by a stable sort. */
static recsys_status rank_users(pairs *p, recsys_error *err)
{
    const rs_matrix *m = &p->model->ratings;
    rs_keyed *order = rs_array(p->model->runtime, p->users, 2 * sizeof *order);
    if (order == NULL) return rs_fail_memory(err, "user_cf");
    for (size_t u = 0; u < p->users; u++) order[u] = (rs_keyed){~(uint64_t)row_length(m, u), u};
    rs_sort_keyed(order, order + p->users, p->users);
    for (size_t r = 0; r < p->users; r++) p->user[r] = (uint32_t)order[r].value;
    p->from[0] = 0;
    for (size_t r = 0; r < p->users; r++) {
        p->side[r] = rs_side_of(p->model, p->user[r]);
        p->norm[r] = p->side[r].square > 0 ? (float)(1 / sqrt(p->side[r].square)) : 0;
    }
    for (size_t r = 0; r < p->users; r++)
        p->from[r + 1] = p->from[r] + (row_length(m, p->user[r]) + 3) / 4 * 4;
    rs_free(p->model->runtime, order);
    return RECSYS_OK;
}

/* Rows rise within each list, so the movies that many share come first and stay in cache. */
static recsys_status fill_lists(pairs *p, recsys_error *err)
{
    const rs_matrix *m = &p->model->ratings;
    recsys_runtime *r = p->model->runtime;
    size_t size = (size_t)p->from[p->users] + RS_LANE_AHEAD;
    p->row = rs_array(r, size, sizeof *p->row);
    p->rating = rs_array_zero(r, size, sizeof *p->rating);
    uint64_t *next = rs_array(r, p->users, sizeof *next); /* by user */
    if (p->row == NULL || p->rating == NULL || next == NULL) {
        rs_free(r, next);
        return rs_fail_memory(err, "user_cf");
    }
    for (size_t i = 0; i < size; i++) p->row[i] = (uint32_t)m->movies;
    for (size_t k = 0; k < p->users; k++) next[p->user[k]] = p->from[k];
    for (size_t k = 0; k < m->movies; k++) {
        uint32_t movie = p->model->statistics.popular[k];
        for (uint64_t at = m->movie_ptr[movie]; at < m->movie_ptr[movie + 1]; at++) {
            uint64_t to = next[m->movie_user[at]]++;
            p->row[to] = (uint32_t)k;
            p->rating[to] = p->coding.byte[m->movie_code[at]];
        }
    }
    rs_free(r, next);
    return RECSYS_OK;
}

/* ---- one pair -------------------------------------------------------------------- */

static float least_of(const pairs *p, size_t rank)
{
    unsigned bits = atomic_load_explicit(&p->least[rank], memory_order_relaxed);
    float least;
    memcpy(&least, &bits, sizeof least);
    return least;
}

/* A full list sets its own bar; the estimate must not be stricter than the exact look. */
static void raise_bar(pairs *p, size_t rank)
{
    const rs_heap *best = &p->best[rank];
    if (!rs_heap_is_full(best)) return;
    float least = (float)rs_fallen(best->items[0].key);
    unsigned bits;
    least -= fabsf(least) * 1e-5f;
    memcpy(&bits, &least, sizeof bits);
    atomic_store_explicit(&p->least[rank], bits, memory_order_relaxed);
}

static void offer(pairs *p, size_t rank, uint32_t user, uint32_t common, float similarity)
{
    if (similarity < least_of(p, rank)) return;
    pthread_mutex_t *lock = &p->lock[rank % LOCKS];
    pthread_mutex_lock(lock);
    rs_heap_offer(&p->best[rank], rs_neighbour_place(user, common, similarity));
    raise_bar(p, rank);
    pthread_mutex_unlock(lock);
}

static void consider(pairs *p, const rs_lane_sums *lanes, size_t lane, size_t ru, size_t rv)
{
    const rs_settings *settings = &p->model->settings;
    rs_sums sums = sums_of(p, lanes, lane);
    float similarity = (float)rs_similarity(settings, &sums, &p->side[ru], &p->side[rv]);
    if (!(similarity > (float)settings->cf.similarity_threshold)) return;
    offer(p, ru, p->user[rv], sums.common, similarity);
    offer(p, rv, p->user[ru], sums.common, similarity);
}

/* ---- one block ------------------------------------------------------------------- */

static void put_block(const pairs *p, uint8_t *table, size_t first, size_t lanes, int clear)
{
    for (size_t u = 0; u < lanes; u++)
        for (uint64_t i = p->from[first + u]; i < p->from[first + u + 1]; i++)
            table[(size_t)p->row[i] * RS_LANES + p->kernel->place[u]] =
                clear ? 0 : p->rating[i];
}

static void set_bar(const pairs *p, rs_lane_bar *bar, size_t first, size_t lanes)
{
    for (size_t u = 0; u < RS_LANES; u++)
        bar->least[u] = u < lanes ? least_of(p, first + u) : FLT_MAX;
}

static rs_lane_bar make_bar(const pairs *p, size_t first, size_t lanes)
{
    const rs_settings *settings = &p->model->settings;
    rs_lane_bar bar = {.shrinkage = (float)settings->cf.shrinkage,
                       .corated = settings->cf.similarity == RS_CORATED_COSINE};
    bar.min_common = settings->cf.min_common_items < INT32_MAX
                         ? (int32_t)settings->cf.min_common_items
                         : INT32_MAX;
    for (size_t u = 0; u < lanes; u++) bar.norm[u] = p->norm[first + u];
    set_bar(p, &bar, first, lanes);
    return bar;
}

/* The estimate knows the two cosines of ratings that are multiples of the unit. */
static int is_estimated(const pairs *p)
{
    return !p->means;
}

static void visit(pairs *p, const uint8_t *table, rs_lane_bar *bar, size_t first, size_t lanes,
                  size_t other)
{
    rs_lane_sums sums;
    rs_lane_list list = {p->row + p->from[other], p->rating + p->from[other],
                         (size_t)(p->from[other + 1] - p->from[other])};
    p->sums(table, &list, &sums);
    bar->other = (float)(p->coding.unit * p->coding.unit) * p->norm[other];
    bar->least_other = is_estimated(p) ? least_of(p, other) : 0;
    uint64_t look = p->kernel->filter(&sums, bar);
    if (other < first + lanes) look &= (UINT64_C(1) << (other - first)) - 1;
    for (; look != 0; look &= look - 1) {
        size_t lane = (size_t)__builtin_ctzll(look);
        consider(p, &sums, lane, first + lane, other);
        bar->least[lane] = least_of(p, first + lane);
    }
}

static recsys_status block(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    pairs *p = shared;
    uint8_t *table = p->table[thread];
    size_t first = task * RS_LANES;
    size_t lanes = p->users - first < RS_LANES ? p->users - first : RS_LANES;
    put_block(p, table, first, lanes, 0);
    rs_lane_bar bar = make_bar(p, first, lanes);
    for (size_t other = first + 1; other < p->users; other++) {
        if (other % REFRESH == 0) set_bar(p, &bar, first, lanes);
        visit(p, table, &bar, first, lanes, other);
    }
    put_block(p, table, first, lanes, 1);
    return RECSYS_OK;
}

/* ---- the whole ------------------------------------------------------------------- */

/* Tables are aligned by hand, as allocators promise 16 bytes only. */
static uint8_t *aligned(void *memory)
{
    return (uint8_t *)(((uintptr_t)memory + 63) & ~(uintptr_t)63);
}

static recsys_status make_tables(pairs *p, void **memory, recsys_error *err)
{
    size_t rows = p->model->movies.count + 2; /* the empty row, and room to align */
    for (size_t t = 0; t < p->threads; t++) {
        memory[t] = rs_array_zero(p->model->runtime, rows, RS_LANES);
        if (memory[t] == NULL) return rs_fail_memory(err, "user_cf");
        p->table[t] = aligned(memory[t]);
    }
    return RECSYS_OK;
}

static recsys_status make_heaps(pairs *p, size_t most, recsys_error *err)
{
    recsys_runtime *r = p->model->runtime;
    size_t cells;
    float least = (float)p->model->settings.cf.similarity_threshold;
    unsigned bits;
    least -= fabsf(least) * 1e-5f;
    memcpy(&bits, &least, sizeof bits);
    if (!rs_mul(p->users, most, &cells)) return rs_fail_memory(err, "user_cf");
    p->user = rs_array(r, p->users, sizeof *p->user);
    p->side = rs_array(r, p->users, sizeof *p->side);
    p->norm = rs_array(r, p->users, sizeof *p->norm);
    p->from = rs_array(r, p->users + 1, sizeof *p->from);
    p->best = rs_array(r, p->users, sizeof *p->best);
    p->least = rs_array(r, p->users, sizeof *p->least);
    p->items = rs_array(r, cells, sizeof *p->items);
    p->table = rs_array_zero(r, p->threads, sizeof *p->table);
    if (p->user == NULL || p->side == NULL || p->norm == NULL || p->from == NULL ||
        p->best == NULL || p->least == NULL || p->items == NULL || p->table == NULL)
        return rs_fail_memory(err, "user_cf");
    for (size_t k = 0; k < p->users; k++) {
        p->best[k] = (rs_heap){.items = p->items + k * most, .most = most};
        atomic_init(&p->least[k], bits);
    }
    for (; p->locks < LOCKS; p->locks++)
        if (pthread_mutex_init(&p->lock[p->locks], NULL) != 0)
            return rs_fail_memory(err, "user_cf");
    return RECSYS_OK;
}

static void hand_over(pairs *p, rs_neighbour *list, uint32_t *count, size_t most)
{
    for (size_t k = 0; k < p->users; k++) {
        size_t user = p->user[k];
        count[user] = (uint32_t)rs_heap_sort(&p->best[k]);
        for (size_t i = 0; i < count[user]; i++)
            list[user * most + i] = rs_neighbour_at(p->best[k].items[i]);
    }
}

static void release(pairs *p, void **memory)
{
    recsys_runtime *r = p->model->runtime;
    for (size_t t = 0; memory != NULL && t < p->threads; t++) rs_free(r, memory[t]);
    while (p->locks > 0) pthread_mutex_destroy(&p->lock[--p->locks]);
    void *arrays[] = {p->user,   p->side, p->norm,  p->from,  p->row,
                      p->rating, p->best, p->items, p->least, p->table};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) rs_free(r, arrays[i]);
}

recsys_status rs_all_pairs(const recsys_model *model, const rs_lane_kernel *kernel,
                           rs_neighbour *list, uint32_t *count, size_t most,
                           const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    size_t blocks = (model->users.count + RS_LANES - 1) / RS_LANES;
    pairs p = {.model = model, .users = model->users.count};
    p.kernel = kernel != NULL ? kernel : rs_lane_kernel_named(model->runtime->isa);
    if (!find_coding(&model->ratings, &p.coding))
        return rs_fail(err, RECSYS_E_INTERNAL, "user_cf: these ratings cannot be lanes");
    p.means = p.coding.offset != 0 || model->settings.cf.similarity >= RS_PEARSON;
    p.sums = p.means ? p.kernel->means : p.kernel->plain;
    p.threads = rs_parallel_threads(model->runtime, blocks);
    void **memory = rs_array_zero(model->runtime, p.threads, sizeof *memory);
    if (memory == NULL) return rs_fail_memory(err, "user_cf");
    RS_TRY(make_heaps(&p, most, err));
    RS_TRY(rank_users(&p, err));
    RS_TRY(fill_lists(&p, err));
    RS_TRY(make_tables(&p, memory, err));
    RS_TRY(rs_parallel(model->runtime, blocks, block, &p, "neighbours", progress, err));
    hand_over(&p, list, count, most);
out:
    release(&p, memory);
    rs_free(model->runtime, memory);
    return status;
}
