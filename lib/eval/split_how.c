#include "eval/split_how.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "data/times.h"

#define LEAST_TIME 1e8    /* smaller numbers are no time */
#define MOST_DAYS 36500.0 /* of one window: a century */
#define DAY_MILLI 86400000.0

/* The text behind the name and its colon; NULL: there is none. */
typedef struct part {
    const char *data;
    size_t size;
} part;

/* ---- numbers --------------------------------------------------------------------- */

static int read_share(part p, double *share)
{
    return rs_parse_real(p.data, p.size, share) && *share > 0 && *share < 1;
}

static int read_count(part p, int64_t least, int64_t most, int64_t *count)
{
    return rs_parse_id(p.data, p.size, count) && *count >= least && *count <= most;
}

/* ---- one reader per name; 0: this is not what follows such a name ---------------- */

static int read_ratio(rs_split_how *how, part p)
{
    return read_share(p, &how->share);
}

static int read_user_random(rs_split_how *how, part p)
{
    int64_t count;
    if (read_share(p, &how->share)) return 1;
    if (!read_count(p, 1, INT64_MAX, &count)) return 0;
    how->kind = RS_SPLIT_USER_COUNT;
    how->count = (uint64_t)count;
    return 1;
}

static int read_last(rs_split_how *how, part p)
{
    int64_t count = 1;
    if (p.data != NULL && !read_count(p, 1, INT64_MAX, &count)) return 0;
    how->count = (uint64_t)count;
    return 1;
}

static int read_time(rs_split_how *how, part p)
{
    double number;
    if (read_share(p, &how->share)) return 1;
    how->kind = RS_SPLIT_DATE;
    if (rs_parse_real(p.data, p.size, &number) && number < LEAST_TIME) return 0;
    return rs_time_parse(p.data, p.size, &how->milli);
}

static int read_folds(rs_split_how *how, part p)
{
    int64_t folds;
    if (!read_count(p, 2, RS_SPLIT_MOST_FOLDS, &folds)) return 0;
    how->folds = (size_t)folds;
    return 1;
}

static int read_windows(rs_split_how *how, part p)
{
    double days;
    int64_t folds;
    const char *colon = p.data != NULL ? memchr(p.data, ':', p.size) : NULL;
    if (colon == NULL) return 0;
    size_t before = (size_t)(colon - p.data);
    if (!rs_parse_real(p.data, before, &days) || !(days > 0 && days <= MOST_DAYS) ||
        !read_count((part){colon + 1, p.size - before - 1}, 1, RS_SPLIT_MOST_FOLDS, &folds))
        return 0;
    how->folds = (size_t)folds;
    how->milli = (int64_t)floor(days * DAY_MILLI + 0.5);
    return how->milli > 0;
}

/* ---- all names ------------------------------------------------------------------- */

static const char known[] =
    "user-random:RATIO, user-random:N, random:RATIO, leave-last:N, time:QUANTILE, time:DATE, "
    "windows:DAYS:N, k-fold:K, cold-users:RATIO, cold-movies:RATIO";

static const struct kind {
    const char *name;
    rs_split_kind kind;
    int (*read)(rs_split_how *how, part p);
    const char *expected;
} kinds[] = {
    {"user-random", RS_SPLIT_USER_SHARE, read_user_random,
     "user-random:RATIO with a ratio between 0 and 1, such as user-random:0.2, or "
     "user-random:N with a whole number of ratings, such as user-random:5"},
    {"random", RS_SPLIT_RANDOM, read_ratio,
     "random:RATIO with a ratio between 0 and 1, such as random:0.2"},
    {"leave-last", RS_SPLIT_LAST, read_last,
     "leave-last:N with a whole number of ratings, such as leave-last:1"},
    {"time", RS_SPLIT_QUANTILE, read_time,
     "time:QUANTILE with a share between 0 and 1 for train, such as time:0.8, or time:DATE "
     "with an ISO 8601 date or 10^8 or more seconds or milliseconds since 1970, such as "
     "time:2019-07-01"},
    {"windows", RS_SPLIT_WINDOWS, read_windows,
     "windows:DAYS:N with more than 0 and at most 36500 days and 1 to 1000 windows, such as "
     "windows:7:5"},
    {"k-fold", RS_SPLIT_FOLDS, read_folds, "k-fold:K with 2 to 1000 folds, such as k-fold:5"},
    {"cold-users", RS_SPLIT_COLD_USERS, read_ratio,
     "cold-users:RATIO with a ratio between 0 and 1, such as cold-users:0.1"},
    {"cold-movies", RS_SPLIT_COLD_MOVIES, read_ratio,
     "cold-movies:RATIO with a ratio between 0 and 1, such as cold-movies:0.1"},
};

static const struct kind *find_kind(const char *text, size_t size)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].name) == size && memcmp(kinds[i].name, text, size) == 0)
            return &kinds[i];
    return NULL;
}

recsys_status rs_split_how_parse(rs_split_how *how, const char *text, recsys_error *err)
{
    size_t size = strcspn(text, ":");
    const struct kind *kind = find_kind(text, size);
    part rest = {NULL, 0};
    if (text[size] == ':') rest = (part){text + size + 1, strlen(text + size + 1)};
    if (kind == NULL)
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_split: \"%.100s\" is not a split; known: %s", text, known);
    *how = (rs_split_how){.kind = kind->kind, .folds = 1};
    if (kind->read(how, rest)) return RECSYS_OK;
    return rs_fail(err, RECSYS_E_INVALID,
                   "recsys_split: \"%.100s\" is not a split: expected %s; known: %s", text,
                   kind->expected, known);
}
