/* Ratings and newer ones into one handle: rs_ratings_merge. Both come sorted by user and movie,
 * so that rows are merged and nothing is sorted anew. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "base/parallel.h"
#include "data/draft.h"
#include "data/merge.h"

enum { STEPS = 3 };
#define NO_ROW UINT32_MAX

/* The older or the newer ratings. */
typedef struct side {
    const rs_matrix *m;
    uint32_t *user;  /* [m->users] number in the result */
    uint32_t *movie; /* [m->movies] the same; NO_ROW: nobody rated it */
    int in_order;    /* movie[] is ascending: rows stay sorted */
    uint32_t *row;   /* [users of the result] who it was here, or NO_ROW */
    rs_keyed *entry; /* one row: movie in the result, CSR entry; twice the longest */
    size_t count;    /* entries of that row */
    uint8_t code[RS_LEVELS + 1]; /* of each level in the result */
} side;

typedef struct merge {
    recsys_runtime *rt;
    side old, fresh;
    rs_draft draft;
    rs_merged *merged;
} merge;

/* ---- ids ------------------------------------------------------------------------- */

/* Numbers of all movies from those of the rated ones. */
static void spread(const rs_matrix *m, const uint32_t *rated, uint32_t *all)
{
    for (size_t j = 0, at = 0; j < m->movies; j++)
        all[j] = m->movie_ptr[j + 1] > m->movie_ptr[j] ? rated[at++] : NO_ROW;
}

/* The ids of movies that somebody rated. */
static recsys_status select_rated(const rs_ratings_view *v, recsys_runtime *rt, void **part,
                                  recsys_error *err)
{
    size_t size;
    uint8_t *rated = rs_array(rt, v->movies->count, 1);
    if (rated == NULL) return rs_fail_memory(err, "merging ratings");
    for (size_t j = 0; j < v->movies->count; j++)
        rated[j] = v->matrix->movie_ptr[j + 1] > v->matrix->movie_ptr[j];
    recsys_status status = rs_ids_select(v->movies, rated, rt, part, &size, err);
    rs_free(rt, rated);
    return status;
}

static recsys_status merge_movies(merge *x, const rs_ratings_view *old,
                                  const recsys_ratings *fresh, recsys_error *err)
{
    recsys_status status;
    void *part = NULL;
    rs_ids rated, ids;
    uint32_t *map = NULL;
    RS_TRY(select_rated(old, x->rt, &part, err));
    rs_ids_view(&rated, part);
    RS_TRY(rs_ids_union(&rated, &fresh->movies, x->rt, &x->draft.movies_part,
                        &x->draft.movies_size, &map, &x->fresh.movie, err));
    rs_ids_view(&ids, x->draft.movies_part);
    x->draft.movies = ids.count;
    x->old.in_order = rs_map_ascends(map, rated.count);
    x->fresh.in_order = rs_map_ascends(x->fresh.movie, fresh->movies.count);
    x->old.movie = rs_array(x->rt, old->movies->count, sizeof *x->old.movie);
    if (x->old.movie != NULL)
        spread(old->matrix, map, x->old.movie);
    else
        status = rs_fail_memory(err, "merging ratings");
out:
    rs_free(x->rt, part);
    rs_free(x->rt, map);
    return status;
}

static recsys_status merge_users(merge *x, const rs_ratings_view *old,
                                 const recsys_ratings *fresh, recsys_error *err)
{
    rs_ids ids;
    recsys_status status =
        rs_ids_union(old->users, &fresh->users, x->rt, &x->draft.users_part,
                     &x->draft.users_size, &x->old.user, &x->fresh.user, err);
    if (status != RECSYS_OK) return status;
    rs_ids_view(&ids, x->draft.users_part);
    x->draft.users = ids.count;
    return RECSYS_OK;
}

/* ---- room ------------------------------------------------------------------------ */

static recsys_status ready_side(merge *x, side *s, recsys_error *err)
{
    size_t longest = 0, users = x->draft.users;
    for (size_t u = 0; u < s->m->users; u++) {
        size_t here = (size_t)(s->m->user_ptr[u + 1] - s->m->user_ptr[u]);
        longest = here > longest ? here : longest;
    }
    s->row = rs_array(x->rt, users, sizeof *s->row);
    s->entry = rs_array(x->rt, longest, 2 * sizeof *s->entry);
    if (s->row == NULL || s->entry == NULL) return rs_fail_memory(err, "merging ratings");
    memset(s->row, 0xff, users * sizeof *s->row);
    for (size_t u = 0; u < s->m->users; u++) s->row[s->user[u]] = (uint32_t)u;
    return RECSYS_OK;
}

static recsys_status make_arrays(merge *x, recsys_error *err)
{
    rs_draft *d = &x->draft;
    size_t room;
    if (!rs_add((size_t)x->old.m->count, (size_t)x->fresh.m->count, &room))
        return rs_fail_memory(err, "merging ratings");
    d->user_ptr = rs_array(x->rt, d->users + 1, sizeof *d->user_ptr);
    d->user_movie = rs_array(x->rt, room, sizeof *d->user_movie);
    d->milli = rs_array(x->rt, room, sizeof *d->milli);
    if (x->old.m->levels > 0 && x->fresh.m->levels > 0)
        d->code = rs_array(x->rt, room, sizeof *d->code);
    else
        d->value = rs_array(x->rt, room, sizeof *d->value);
    x->merged->changed = rs_array_zero(x->rt, d->users, sizeof *x->merged->changed);
    if (d->user_ptr != NULL && d->user_movie != NULL && d->milli != NULL &&
        (d->code != NULL || d->value != NULL) && x->merged->changed != NULL)
        return RECSYS_OK;
    return rs_fail_memory(err, "merging ratings");
}

/* The levels of both, ascending, and where each one's are among them. */
static void merge_levels(merge *x)
{
    rs_draft *d = &x->draft;
    const rs_matrix *a = x->old.m, *b = x->fresh.m;
    uint32_t i = 0, j = 0;
    while (i < a->levels || j < b->levels) {
        int from_a = j == b->levels || (i < a->levels && a->level[i] <= b->level[j]);
        float value = from_a ? a->level[i] : b->level[j];
        if (i < a->levels && a->level[i] == value) x->old.code[i++] = (uint8_t)d->codes;
        if (j < b->levels && b->level[j] == value) x->fresh.code[j++] = (uint8_t)d->codes;
        d->code_value[d->codes++] = value;
    }
}

/* ---- rows ------------------------------------------------------------------------ */

/* A side's row of a user of the result, by movies of the result. */
static void load_row(side *s, size_t user)
{
    s->count = 0;
    if (s->row[user] == NO_ROW) return;
    const rs_matrix *m = s->m;
    uint64_t from = m->user_ptr[s->row[user]], to = m->user_ptr[s->row[user] + 1];
    for (uint64_t at = from; at < to; at++)
        s->entry[s->count++] = (rs_keyed){s->movie[m->user_movie[at]], at};
    if (!s->in_order) rs_sort_keyed(s->entry, s->entry + s->count, s->count);
}

static void put_rating(rs_draft *d, uint64_t to, const side *s, const rs_keyed *entry)
{
    uint64_t at = entry->value;
    d->user_movie[to] = (uint32_t)entry->key;
    d->milli[to] = rs_matrix_time(s->m, at);
    if (d->code != NULL)
        d->code[to] = s->code[s->m->user_code[at]];
    else
        d->value[to] = rs_user_rating(s->m, at);
}

/* Of one pair's two ratings: the newer; of equally new ones that which came last. */
static const side *pick(merge *x, const rs_keyed *a, const rs_keyed *b, uint8_t *changed)
{
    const rs_matrix *old = x->old.m, *fresh = x->fresh.m;
    if (rs_matrix_time(fresh, b->value) < rs_matrix_time(old, a->value)) return &x->old;
    if (rs_user_rating(fresh, b->value) != rs_user_rating(old, a->value)) {
        x->merged->replaced++;
        *changed = 1;
    }
    return &x->fresh;
}

/* Returns the end of the row. */
static uint64_t merge_row(merge *x, size_t user, uint64_t to)
{
    uint8_t *changed = &x->merged->changed[user];
    load_row(&x->old, user);
    load_row(&x->fresh, user);
    const rs_keyed *a = x->old.entry, *a_end = a + x->old.count;
    const rs_keyed *b = x->fresh.entry, *b_end = b + x->fresh.count;
    while (a < a_end || b < b_end) {
        if (b == b_end || (a < a_end && a->key < b->key)) {
            put_rating(&x->draft, to++, &x->old, a++);
        } else if (a == a_end || b->key < a->key) {
            x->merged->added++;
            *changed = 1;
            put_rating(&x->draft, to++, &x->fresh, b++);
        } else {
            const side *s = pick(x, a, b, changed);
            put_rating(&x->draft, to++, s, s == &x->old ? a : b);
            a++;
            b++;
        }
    }
    return to;
}

static void merge_rows(merge *x)
{
    uint64_t to = 0;
    for (size_t user = 0; user < x->draft.users; user++) {
        x->draft.user_ptr[user] = to;
        to = merge_row(x, user, to);
    }
    x->draft.user_ptr[x->draft.users] = to;
}

/* ---- the whole ------------------------------------------------------------------- */

static void free_side(side *s, recsys_runtime *rt)
{
    rs_free(rt, s->user);
    rs_free(rt, s->movie);
    rs_free(rt, s->row);
    rs_free(rt, s->entry);
    *s = (side){.m = NULL};
}

void rs_merged_free(rs_merged *merged, recsys_runtime *rt)
{
    rs_free(rt, merged->changed);
    rs_free(rt, merged->user);
    *merged = (rs_merged){.changed = NULL};
}

static recsys_status merge_all(merge *x, const rs_ratings_view *old,
                               const recsys_ratings *fresh, const recsys_progress *progress,
                               recsys_error *err)
{
    recsys_status status;
    RS_TRY(rs_progress(progress, "merge", 0, STEPS, err));
    RS_TRY(merge_users(x, old, fresh, err));
    RS_TRY(merge_movies(x, old, fresh, err));
    RS_TRY(ready_side(x, &x->old, err));
    RS_TRY(ready_side(x, &x->fresh, err));
    RS_TRY(make_arrays(x, err));
    RS_TRY(rs_progress(progress, "merge", 1, STEPS, err));
    if (x->draft.code != NULL) merge_levels(x);
    merge_rows(x);
    x->merged->user = x->old.user;
    x->old.user = NULL;
    RS_TRY(rs_progress(progress, "merge", 2, STEPS, err));
out:
    return status;
}

recsys_status rs_ratings_merge(recsys_ratings **out, recsys_runtime *rt,
                               const rs_ratings_view *old, const recsys_ratings *fresh,
                               rs_merged *merged, const recsys_progress *progress,
                               recsys_error *err)
{
    merge x = {.rt = rt, .merged = merged};
    recsys_ratings *made = NULL;
    *merged = (rs_merged){.changed = NULL};
    x.old.m = old->matrix;
    x.fresh.m = &fresh->matrix;
    recsys_status status = merge_all(&x, old, fresh, progress, err);
    free_side(&x.old, rt);
    free_side(&x.fresh, rt);
    if (status != RECSYS_OK)
        rs_draft_free(&x.draft, rt);
    else
        status = rs_draft_finish(&x.draft, rt, &made, err);
    if (status == RECSYS_OK) status = rs_progress(progress, "merge", STEPS, STEPS, err);
    if (status == RECSYS_OK) {
        *out = made;
        return RECSYS_OK;
    }
    rs_ratings_release(made);
    rs_merged_free(merged, rt);
    return status;
}
