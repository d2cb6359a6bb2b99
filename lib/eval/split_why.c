/* Why a side of a split has no rating. */
#include <stdio.h>

#include "data/times.h"
#include "eval/split_parts.h"

static unsigned long long all_of(const rs_splitter *s)
{
    return (unsigned long long)s->ratings->matrix.count;
}

static void why_share(const char *what, size_t count, unsigned side, char why[RS_WHY_SIZE])
{
    snprintf(why, RS_WHY_SIZE, "the share of %zu %s, rounded, is %s", count, what,
             side == RS_SIDE_TEST ? "none" : "all of them");
}

static void why_user(const rs_splitter *s, unsigned side, char why[RS_WHY_SIZE])
{
    const rs_matrix *m = &s->ratings->matrix;
    if (side == RS_SIDE_TEST)
        snprintf(why, RS_WHY_SIZE,
                 "the most active of %zu users has %zu ratings, of which the split takes none",
                 m->users, rs_split_largest_row(m));
    else
        snprintf(why, RS_WHY_SIZE, "the split takes all %llu ratings of %zu users", all_of(s),
                 m->users);
}

static void why_fold(const rs_splitter *s, unsigned side, char why[RS_WHY_SIZE])
{
    snprintf(why, RS_WHY_SIZE, "of %llu ratings of %zu users, dealt to %zu folds, it gets %s",
             all_of(s), s->ratings->matrix.users, s->how.folds,
             side == RS_SIDE_TEST ? "none" : "all");
}

static void time_range(const rs_splitter *s, int64_t *oldest, int64_t *newest)
{
    const rs_matrix *m = &s->ratings->matrix;
    *oldest = *newest = rs_matrix_time(m, 0);
    for (uint64_t at = 1; at < m->count; at++) {
        int64_t milli = rs_matrix_time(m, at);
        if (milli < *oldest) *oldest = milli;
        if (milli > *newest) *newest = milli;
    }
}

static void why_time(const rs_splitter *s, unsigned side, char why[RS_WHY_SIZE])
{
    char from[32], to[32], first[32], last[32];
    int64_t oldest, newest;
    time_range(s, &oldest, &newest);
    rs_time_format(from, s->from);
    rs_time_format(first, oldest);
    rs_time_format(last, newest);
    if (newest == 0)
        snprintf(why, RS_WHY_SIZE, "none of the %llu ratings has a time", all_of(s));
    else if (side == RS_SIDE_TRAIN)
        snprintf(why, RS_WHY_SIZE,
                 "none of the %llu ratings is from before %s, the oldest %s %s", all_of(s),
                 from, oldest == 0 ? "has no time and counts as" : "is from", first);
    else if (s->to == INT64_MAX)
        snprintf(why, RS_WHY_SIZE, "all %llu ratings are from before %s, the newest is from %s",
                 all_of(s), from, last);
    else if (s->to <= 0)
        snprintf(why, RS_WHY_SIZE,
                 "it would end before 1970, the newest of %llu ratings is from "
                 "%s",
                 all_of(s), last);
    else {
        rs_time_format(to, s->to);
        snprintf(why, RS_WHY_SIZE, "none of the %llu ratings is from %s to %s", all_of(s), from,
                 to);
    }
}

void rs_split_why(const rs_splitter *s, unsigned side, char why[RS_WHY_SIZE])
{
    const rs_matrix *m = &s->ratings->matrix;
    switch (s->how.kind) {
    case RS_SPLIT_USER_SHARE:
    case RS_SPLIT_USER_COUNT:
    case RS_SPLIT_LAST: why_user(s, side, why); return;
    case RS_SPLIT_RANDOM: why_share("ratings", (size_t)m->count, side, why); return;
    case RS_SPLIT_COLD_USERS: why_share("users", m->users, side, why); return;
    case RS_SPLIT_COLD_MOVIES: why_share("movies", m->movies, side, why); return;
    case RS_SPLIT_FOLDS: why_fold(s, side, why); return;
    case RS_SPLIT_QUANTILE:
        if (side == RS_SIDE_TEST) {
            why_share("ratings", (size_t)m->count, RS_SIDE_TRAIN, why); /* its share is train */
            return;
        }
        why_time(s, side, why);
        return;
    case RS_SPLIT_DATE:
    case RS_SPLIT_WINDOWS: why_time(s, side, why); return;
    }
}
