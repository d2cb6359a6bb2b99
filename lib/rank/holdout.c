#include "rank/holdout.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

enum { LEAST_RATINGS = 3 };
#define SAMPLE_SEED UINT64_C(0x5eed0ca11b)

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

static recsys_status draw_users(rs_holdout *h, const recsys_model *model, recsys_error *err)
{
    const rs_matrix *m = &model->ratings;
    size_t most = (size_t)model->settings.hybrid.calibration_users, count = 0;
    h->user = rs_array(h->runtime, m->users, 2 * sizeof *h->user);
    if (h->user == NULL) return rs_fail_memory(err, "calibration");
    for (size_t u = 0; u < m->users; u++) {
        if (m->user_ptr[u + 1] - m->user_ptr[u] < LEAST_RATINGS) continue;
        h->user[count++] = (rs_keyed){hash_id(&model->users, u, SAMPLE_SEED), u};
    }
    h->count = count < most ? count : most;
    draw(h->user, h->user + m->users, count, h->count);
    return RECSYS_OK;
}

static size_t ratings_of(const rs_matrix *m, size_t user)
{
    return (size_t)(m->user_ptr[user + 1] - m->user_ptr[user]);
}

/* How many of n ratings are hidden. */
static size_t hidden_of(const recsys_model *model, size_t n)
{
    size_t hidden = (size_t)(model->settings.hybrid.calibration_share * (double)n + 0.5);
    return hidden < n ? hidden : n - 1;
}

static void hide(rs_holdout *h, const recsys_model *model, size_t i, double least,
                 rs_keyed *row)
{
    const rs_matrix *m = &model->ratings;
    size_t user = (size_t)h->user[i].value, n = ratings_of(m, user);
    for (size_t k = 0; k < n; k++) {
        uint32_t movie = m->user_movie[m->user_ptr[user] + k];
        row[k] = (rs_keyed){hash_id(&model->movies, movie, h->user[i].key), k};
    }
    size_t hidden = hidden_of(model, n);
    draw(row, row + n, n, hidden);
    for (size_t k = 0; k < hidden; k++) {
        uint64_t at = m->user_ptr[user] + row[k].value, to = h->ptr[i] + k;
        h->movie[to] = m->user_movie[at];
        h->hit[to] = (double)rs_user_rating(m, at) >= least;
        h->hidden[at] = 1;
    }
}

recsys_status rs_holdout_draw(rs_holdout *h, const recsys_model *model, double relevance,
                              recsys_error *err)
{
    recsys_status status;
    const rs_matrix *m = &model->ratings;
    recsys_runtime *r = model->runtime;
    rs_keyed *row = NULL;
    size_t longest = 0;
    *h = (rs_holdout){.runtime = r};
    RS_TRY(draw_users(h, model, err));
    h->ptr = rs_array_zero(r, h->count + 1, sizeof *h->ptr);
    if (h->ptr == NULL) RS_TRY(rs_fail_memory(err, "calibration"));
    for (size_t i = 0; i < h->count; i++) {
        size_t n = ratings_of(m, (size_t)h->user[i].value);
        if (n > longest) longest = n;
        h->ptr[i + 1] = h->ptr[i] + hidden_of(model, n);
    }
    h->movie = rs_array(r, (size_t)h->ptr[h->count], sizeof *h->movie);
    h->hit = rs_array(r, (size_t)h->ptr[h->count], sizeof *h->hit);
    h->hidden = rs_array_zero(r, (size_t)m->count, sizeof *h->hidden);
    row = rs_array(r, longest, 2 * sizeof *row);
    if (h->movie == NULL || h->hit == NULL || h->hidden == NULL || row == NULL)
        RS_TRY(rs_fail_memory(err, "calibration"));
    for (size_t i = 0; i < h->count; i++)
        hide(h, model, i, relevance * (double)m->scale_max, row);
out:
    rs_free(r, row);
    return status;
}

void rs_holdout_free(rs_holdout *h)
{
    rs_free(h->runtime, h->user);
    rs_free(h->runtime, h->ptr);
    rs_free(h->runtime, h->movie);
    rs_free(h->runtime, h->hit);
    rs_free(h->runtime, h->hidden);
}
