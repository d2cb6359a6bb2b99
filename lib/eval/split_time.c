/* Splits by time. A rating without a time (0) is older than any. */
#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "eval/split.h"
#include "eval/split_keys.h"

/* ---- leave-last ------------------------------------------------------------------ */

static uint64_t newest_first(int64_t milli)
{
    return UINT64_MAX - (uint64_t)milli;
}

/* Of equal times across the border, the pair's hash decides who goes to the test: items from
 * `begin` on, which all have the same time, are put into that order. */
static void break_tie(const rs_splitter *s, size_t user, rs_keyed *begin, rs_keyed *scratch,
                      size_t count)
{
    const recsys_ratings *r = s->ratings;
    uint64_t seed = rs_split_id_hash(&r->users, user, s->seed);
    for (size_t i = 0; i < count; i++) {
        size_t movie = r->matrix.user_movie[begin[i].value];
        begin[i].key = rs_split_id_hash(&r->movies, movie, seed);
    }
    rs_sort_keyed(begin, scratch, count);
}

static void take_newest(rs_splitter *s, size_t user, rs_keyed *items, rs_keyed *scratch)
{
    const rs_matrix *m = &s->ratings->matrix;
    uint64_t first = m->user_ptr[user];
    size_t count = rs_split_row(m, user);
    if (count <= s->how.count) return;
    size_t take = (size_t)s->how.count, begin = take - 1, end = take;
    for (size_t i = 0; i < count; i++)
        items[i] = (rs_keyed){newest_first(rs_matrix_time(m, first + i)), first + i};
    rs_sort_keyed(items, scratch, count);
    while (begin > 0 && items[begin - 1].key == items[begin].key) begin--;
    while (end < count && items[end].key == items[begin].key) end++;
    if (end > take) break_tie(s, user, items + begin, scratch, end - begin);
    for (size_t i = 0; i < take; i++) s->side[items[i].value] = RS_SIDE_TEST;
}

recsys_status rs_split_last(rs_splitter *s, recsys_error *err)
{
    const rs_matrix *m = &s->ratings->matrix;
    size_t largest = rs_split_largest_row(m);
    rs_keyed *items = rs_array(s->runtime, largest, 2 * sizeof *items);
    if (items == NULL) return rs_fail_memory(err, "recsys_split");
    for (size_t user = 0; user < m->users; user++) take_newest(s, user, items, items + largest);
    rs_free(s->runtime, items);
    return RECSYS_OK;
}

/* ---- one border for all ---------------------------------------------------------- */

/* Test is what lies within [from, to], train what is older, and what is newer is on neither
 * side. */
static void mark_between(rs_splitter *s, int64_t from, int64_t to)
{
    const rs_matrix *m = &s->ratings->matrix;
    s->from = from;
    s->to = to;
    for (uint64_t at = 0; at < m->count; at++) {
        int64_t milli = rs_matrix_time(m, at);
        s->side[at] = milli < from  ? RS_SIDE_TRAIN
                      : milli <= to ? RS_SIDE_TEST
                                    : RS_SIDE_NEITHER;
    }
}

static void times(const rs_splitter *s, rs_key_fn each, void *to)
{
    const rs_matrix *m = &s->ratings->matrix;
    for (uint64_t at = 0; at < m->count; at++) each(to, at, (uint64_t)rs_matrix_time(m, at));
}

/* The time of the rating at which the share is reached is the border. */
recsys_status rs_split_quantile(rs_splitter *s, recsys_error *err)
{
    uint64_t border, before, train = rs_split_share(s->how.share, s->ratings->matrix.count);
    if (train == s->ratings->matrix.count) return RECSYS_OK; /* nothing is left to test */
    recsys_status status = rs_nth_key(s, times, train, &border, &before, err);
    if (status == RECSYS_OK) mark_between(s, (int64_t)border, INT64_MAX);
    return status;
}

recsys_status rs_split_date(rs_splitter *s, recsys_error *err)
{
    (void)err;
    mark_between(s, s->how.milli, INT64_MAX);
    return RECSYS_OK;
}

/* The last window ends with the newest rating, each one before it where the next begins. */
recsys_status rs_split_window(rs_splitter *s, recsys_error *err)
{
    const rs_matrix *m = &s->ratings->matrix;
    int64_t newest = 0;
    (void)err;
    for (uint64_t at = 0; at < m->count; at++) {
        int64_t milli = rs_matrix_time(m, at);
        if (milli > newest) newest = milli;
    }
    int64_t to = newest - (int64_t)(s->how.folds - 1 - s->fold) * s->how.milli;
    int64_t from = to - s->how.milli + 1;
    mark_between(s, from > 1 ? from : 1, to); /* without a time: before any window */
    return RECSYS_OK;
}
