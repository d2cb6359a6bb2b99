#include "rank/holdout.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

enum { LEAST_RATINGS = 3 };
#define SAMPLE_SEED UINT64_C(0x5eed0ca11b)

/* Which ratings are hidden. */
typedef struct hiding {
    const recsys_model *model;
    int by_time;
    int64_t border; /* those that are newer */
} hiding;

/* key: hash, value: number of a user, or of a rating in its row. The first `taken` by hash,
 * equal hashes by number, come to the front; both halves are then in order of numbers. */
static void draw(rs_keyed *items, rs_keyed *spare, size_t count, size_t taken)
{
    rs_sort_keyed(items, spare, count);
    for (size_t part = 0; part < 2; part++) {
        rs_keyed *from = part == 0 ? items : items + taken;
        size_t size = part == 0 ? taken : count - taken;
        rs_swap_keyed(from, size);
        rs_sort_keyed(from, spare, size);
        rs_swap_keyed(from, size);
    }
}

/* Of an id as people write it. */
static uint64_t hash_id(const rs_ids *ids, size_t i, uint64_t seed)
{
    char text[256];
    size_t need = rs_ids_text(ids, i, text, sizeof text);
    return rs_hash64(text, need < sizeof text ? need : sizeof text - 1, seed);
}

/* ---- which ratings may be hidden ------------------------------------------------- */

/* The earliest time such that no more than calibration_share of the ratings are newer. */
static int64_t border_of(const recsys_model *model)
{
    const rs_matrix *m = &model->ratings;
    double most = model->settings.hybrid.calibration_share * (double)m->count;
    int64_t low = 0, high = rs_newest_time(m);
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        uint64_t newer = 0;
        for (uint64_t at = 0; at < m->count; at++) newer += rs_matrix_time(m, at) > middle;
        if ((double)newer > most)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t ratings_of(const rs_matrix *m, size_t user)
{
    return (size_t)(m->user_ptr[user + 1] - m->user_ptr[user]);
}

/* How many of n ratings are hidden at random. */
static size_t some_of(const recsys_model *model, size_t n)
{
    size_t hidden = (size_t)(model->settings.hybrid.calibration_share * (double)n + 0.5);
    return hidden < n ? hidden : n - 1;
}

/* How many ratings of a user are hidden; SIZE_MAX: the user cannot be in the sample. */
static size_t hidden_of(const hiding *g, size_t user)
{
    const rs_matrix *m = &g->model->ratings;
    size_t n = ratings_of(m, user), newer = 0;
    if (n < LEAST_RATINGS) return SIZE_MAX;
    if (!g->by_time) return some_of(g->model, n);
    for (uint64_t at = m->user_ptr[user]; at < m->user_ptr[user + 1]; at++)
        newer += rs_matrix_time(m, at) > g->border;
    return newer > 0 && newer < n ? newer : SIZE_MAX;
}

/* ---- the sample ------------------------------------------------------------------ */

static recsys_status draw_users(rs_holdout *h, const hiding *g, recsys_error *err)
{
    const rs_matrix *m = &g->model->ratings;
    size_t most = (size_t)g->model->settings.hybrid.calibration_users, count = 0;
    if (h->user == NULL) h->user = rs_array(h->runtime, m->users, 2 * sizeof *h->user);
    if (h->user == NULL) return rs_fail_memory(err, "calibration");
    for (size_t u = 0; u < m->users; u++)
        if (hidden_of(g, u) != SIZE_MAX)
            h->user[count++] = (rs_keyed){hash_id(&g->model->users, u, SAMPLE_SEED), u};
    h->count = count < most ? count : most;
    draw(h->user, h->user + m->users, count, h->count);
    return RECSYS_OK;
}

/* Bring the places in the row of those hidden to the front, ascending. */
static size_t choose(const rs_holdout *h, const hiding *g, size_t i, rs_keyed *row)
{
    const rs_matrix *m = &g->model->ratings;
    size_t user = (size_t)h->user[i].value, n = ratings_of(m, user), newer = 0;
    const uint64_t from = m->user_ptr[user];
    for (size_t k = 0; k < n; k++)
        if (!g->by_time)
            row[k] = (rs_keyed){
                hash_id(&g->model->movies, m->user_movie[from + k], h->user[i].key), k};
        else if (rs_matrix_time(m, from + k) > g->border)
            row[newer++].value = k;
    if (g->by_time) return newer;
    draw(row, row + n, n, some_of(g->model, n));
    return some_of(g->model, n);
}

static void hide(rs_holdout *h, const hiding *g, size_t i, double least, rs_keyed *row)
{
    const rs_matrix *m = &g->model->ratings;
    size_t user = (size_t)h->user[i].value, hidden = choose(h, g, i, row);
    for (size_t k = 0; k < hidden; k++) {
        uint64_t at = m->user_ptr[user] + row[k].value, to = h->ptr[i] + k;
        h->movie[to] = m->user_movie[at];
        h->hit[to] = (double)rs_user_rating(m, at) >= least;
        h->hidden[at] = 1;
    }
}

/* What is newer than the border is hidden whoever gave it: nobody foretells with the future. */
static void hide_future(rs_holdout *h, const hiding *g)
{
    const rs_matrix *m = &g->model->ratings;
    for (uint64_t at = 0; g->by_time && at < m->count; at++)
        if (rs_matrix_time(m, at) > g->border) h->hidden[at] = 1;
}

/* Where no user has both, newer and older ratings, ratings are hidden at random. */
static recsys_status draw_sample(rs_holdout *h, hiding *g, recsys_error *err)
{
    g->by_time = g->model->settings.hybrid.calibration_hides == RS_HIDE_NEWEST;
    if (g->by_time) g->border = border_of(g->model);
    recsys_status status = draw_users(h, g, err);
    if (status != RECSYS_OK || !g->by_time || h->count > 0) return status;
    g->by_time = 0;
    return draw_users(h, g, err);
}

recsys_status rs_holdout_draw(rs_holdout *h, const recsys_model *model, double relevance,
                              recsys_error *err)
{
    recsys_status status;
    const rs_matrix *m = &model->ratings;
    recsys_runtime *r = model->runtime;
    hiding g = {.model = model};
    rs_keyed *row = NULL;
    size_t longest = 0;
    *h = (rs_holdout){.runtime = r};
    RS_TRY(draw_sample(h, &g, err));
    h->ptr = rs_array_zero(r, h->count + 1, sizeof *h->ptr);
    if (h->ptr == NULL) RS_TRY(rs_fail_memory(err, "calibration"));
    for (size_t i = 0; i < h->count; i++) {
        size_t user = (size_t)h->user[i].value, n = ratings_of(m, user);
        if (n > longest) longest = n;
        h->ptr[i + 1] = h->ptr[i] + hidden_of(&g, user);
    }
    h->movie = rs_array(r, (size_t)h->ptr[h->count], sizeof *h->movie);
    h->hit = rs_array(r, (size_t)h->ptr[h->count], sizeof *h->hit);
    h->hidden = rs_array_zero(r, (size_t)m->count, sizeof *h->hidden);
    row = rs_array(r, longest, 2 * sizeof *row);
    if (h->movie == NULL || h->hit == NULL || h->hidden == NULL || row == NULL)
        RS_TRY(rs_fail_memory(err, "calibration"));
    for (size_t i = 0; i < h->count; i++) hide(h, &g, i, relevance * (double)m->scale_max, row);
    hide_future(h, &g);
out:
    rs_free(r, row);
    return status;
}

int rs_holdout_hit(const rs_holdout *h, size_t i, uint64_t movie)
{
    for (uint64_t at = h->ptr[i]; at < h->ptr[i + 1] && h->movie[at] <= movie; at++)
        if (h->movie[at] == movie) return h->hit[at];
    return 0;
}

void rs_holdout_free(rs_holdout *h)
{
    rs_free(h->runtime, h->user);
    rs_free(h->runtime, h->ptr);
    rs_free(h->runtime, h->movie);
    rs_free(h->runtime, h->hit);
    rs_free(h->runtime, h->hidden);
}
