/* Splits by chance: what a hash of the seed and the ids puts first goes to the test. */
#include <math.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/heap.h"
#include "base/memory.h"
#include "eval/split.h"
#include "eval/split_keys.h"

uint64_t rs_split_id_hash(const rs_ids *ids, size_t i, uint64_t seed)
{
    char digits[24];
    rs_id_text text = rs_ids_at(ids, i, digits);
    return rs_hash64(text.data, text.size, seed);
}

size_t rs_split_largest_row(const rs_matrix *m)
{
    size_t largest = 0;
    for (size_t user = 0; user < m->users; user++)
        if (rs_split_row(m, user) > largest) largest = rs_split_row(m, user);
    return largest;
}

uint64_t rs_split_share(double share, uint64_t n)
{
    return (uint64_t)floor(share * (double)n + 0.5);
}

/* ---- user-random ----------------------------------------------------------------- */

size_t rs_split_user_share(double ratio, size_t n)
{
    return n < 2 ? 0 : (size_t)rs_split_share(ratio, n);
}

static size_t taken_of(const rs_split_how *how, size_t n)
{
    if (how->kind == RS_SPLIT_USER_SHARE) return rs_split_user_share(how->share, n);
    return n > how->count ? (size_t)how->count : 0;
}

/* The ratings whose hashes come first go to the test; `items` has room for any row. */
static void draw_user(rs_splitter *s, size_t user, rs_keyed *items)
{
    const rs_matrix *m = &s->ratings->matrix;
    rs_heap drawn = {.items = items, .most = taken_of(&s->how, rs_split_row(m, user))};
    if (drawn.most == 0) return;
    uint64_t seed = rs_split_id_hash(&s->ratings->users, user, s->seed);
    for (uint64_t at = m->user_ptr[user]; at < m->user_ptr[user + 1]; at++) {
        uint64_t hash = rs_split_id_hash(&s->ratings->movies, m->user_movie[at], seed);
        rs_heap_offer(&drawn, (rs_keyed){hash, at});
    }
    for (size_t i = 0; i < drawn.count; i++) s->side[items[i].value] = RS_SIDE_TEST;
}

recsys_status rs_split_by_user(rs_splitter *s, recsys_error *err)
{
    const rs_matrix *m = &s->ratings->matrix;
    rs_keyed *items = rs_array(s->runtime, rs_split_largest_row(m), sizeof *items);
    if (items == NULL) return rs_fail_memory(err, "recsys_split");
    for (size_t user = 0; user < m->users; user++) draw_user(s, user, items);
    rs_free(s->runtime, items);
    return RECSYS_OK;
}

/* ---- k-fold ---------------------------------------------------------------------- */

/* A user's ratings, in the order of their hashes, are dealt like cards. Who is dealt the first
 * one is up to the user's own hash, so that fold 0 does not get more than others. */
static void deal_user(rs_splitter *s, size_t user, rs_keyed *items, rs_keyed *scratch)
{
    const rs_matrix *m = &s->ratings->matrix;
    size_t count = rs_split_row(m, user), folds = s->how.folds;
    uint64_t first = m->user_ptr[user];
    uint64_t seed = rs_split_id_hash(&s->ratings->users, user, s->seed);
    for (size_t i = 0; i < count; i++) {
        size_t movie = m->user_movie[first + i];
        items[i] = (rs_keyed){rs_split_id_hash(&s->ratings->movies, movie, seed), first + i};
    }
    rs_sort_keyed(items, scratch, count);
    size_t begin = (s->fold + folds - (size_t)(seed % folds)) % folds;
    for (size_t i = begin; i < count; i += folds) s->side[items[i].value] = RS_SIDE_TEST;
}

recsys_status rs_split_k_fold(rs_splitter *s, recsys_error *err)
{
    const rs_matrix *m = &s->ratings->matrix;
    size_t largest = rs_split_largest_row(m);
    rs_keyed *items = rs_array(s->runtime, largest, 2 * sizeof *items);
    if (items == NULL) return rs_fail_memory(err, "recsys_split");
    for (size_t user = 0; user < m->users; user++) deal_user(s, user, items, items + largest);
    rs_free(s->runtime, items);
    return RECSYS_OK;
}

/* ---- random ---------------------------------------------------------------------- */

static void pair_hashes(const rs_splitter *s, rs_key_fn each, void *to)
{
    const rs_matrix *m = &s->ratings->matrix;
    for (size_t user = 0; user < m->users; user++) {
        uint64_t seed = rs_split_id_hash(&s->ratings->users, user, s->seed);
        for (uint64_t at = m->user_ptr[user]; at < m->user_ptr[user + 1]; at++)
            each(to, at, rs_split_id_hash(&s->ratings->movies, m->user_movie[at], seed));
    }
}

recsys_status rs_split_random(rs_splitter *s, recsys_error *err)
{
    uint64_t most = rs_split_share(s->how.share, s->ratings->matrix.count);
    return rs_choose_smallest(s, pair_hashes, most, s->side, err);
}

/* ---- cold users and movies ------------------------------------------------------- */

static void id_hashes(const rs_ids *ids, uint64_t seed, rs_key_fn each, void *to)
{
    for (size_t i = 0; i < ids->count; i++) each(to, i, rs_split_id_hash(ids, i, seed));
}

static void user_hashes(const rs_splitter *s, rs_key_fn each, void *to)
{
    id_hashes(&s->ratings->users, s->seed, each, to);
}

static void movie_hashes(const rs_splitter *s, rs_key_fn each, void *to)
{
    id_hashes(&s->ratings->movies, s->seed, each, to);
}

/* The share of `ids` with the smallest hashes; the caller frees *cold. */
static recsys_status choose_ids(rs_splitter *s, const rs_ids *ids, rs_keys_fn hashes,
                                uint8_t **cold, recsys_error *err)
{
    *cold = rs_array_zero(s->runtime, ids->count, 1);
    if (*cold == NULL) return rs_fail_memory(err, "recsys_split");
    return rs_choose_smallest(s, hashes, rs_split_share(s->how.share, ids->count), *cold, err);
}

recsys_status rs_split_cold_users(rs_splitter *s, recsys_error *err)
{
    const rs_matrix *m = &s->ratings->matrix;
    uint8_t *cold;
    recsys_status status = choose_ids(s, &s->ratings->users, user_hashes, &cold, err);
    for (size_t user = 0; user < m->users && status == RECSYS_OK; user++)
        for (uint64_t at = m->user_ptr[user]; at < m->user_ptr[user + 1]; at++)
            s->side[at] = cold[user];
    rs_free(s->runtime, cold);
    return status;
}

recsys_status rs_split_cold_movies(rs_splitter *s, recsys_error *err)
{
    const rs_matrix *m = &s->ratings->matrix;
    uint8_t *cold;
    recsys_status status = choose_ids(s, &s->ratings->movies, movie_hashes, &cold, err);
    for (uint64_t at = 0; at < m->count && status == RECSYS_OK; at++)
        s->side[at] = cold[m->user_movie[at]];
    rs_free(s->runtime, cold);
    return status;
}
