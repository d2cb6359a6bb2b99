#include "eval/split.h"

#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"
#include "eval/split_parts.h"

static recsys_status mark(rs_splitter *s, recsys_error *err)
{
    switch (s->how.kind) {
    case RS_SPLIT_USER_SHARE:
    case RS_SPLIT_USER_COUNT: return rs_split_by_user(s, err);
    case RS_SPLIT_RANDOM: return rs_split_random(s, err);
    case RS_SPLIT_LAST: return rs_split_last(s, err);
    case RS_SPLIT_QUANTILE: return rs_split_quantile(s, err);
    case RS_SPLIT_DATE: return rs_split_date(s, err);
    case RS_SPLIT_WINDOWS: return rs_split_window(s, err);
    case RS_SPLIT_FOLDS: return rs_split_k_fold(s, err);
    case RS_SPLIT_COLD_USERS: return rs_split_cold_users(s, err);
    case RS_SPLIT_COLD_MOVIES: return rs_split_cold_movies(s, err);
    }
    return rs_fail(err, RECSYS_E_INTERNAL, "recsys_split: unknown kind");
}

/* A side without ratings is of no use to anyone: say which and why. */
static recsys_status check_side(const rs_splitter *s, unsigned side, recsys_error *err)
{
    char why[RS_WHY_SIZE], which[48] = "";
    if (s->count[side] > 0) return RECSYS_OK;
    rs_split_why(s, side, why);
    if (s->how.folds > 1)
        snprintf(which, sizeof which, "fold %zu of %zu of ", s->fold + 1, s->how.folds);
    return rs_fail(err, RECSYS_E_EMPTY, "recsys_split: the %s side of %s%.100s is empty: %s",
                   side == RS_SIDE_TEST ? "test" : "train", which, s->text, why);
}

static recsys_status make_sides(recsys_ratings **train, recsys_ratings **test, rs_splitter *s,
                                recsys_error *err)
{
    recsys_ratings *test_side = NULL;
    recsys_status status;
    RS_TRY(mark(s, err));
    for (uint64_t at = 0; at < s->ratings->matrix.count; at++) s->count[s->side[at]]++;
    RS_TRY(check_side(s, RS_SIDE_TEST, err));
    RS_TRY(check_side(s, RS_SIDE_TRAIN, err));
    RS_TRY(rs_ratings_subset(&test_side, s->ratings, s->side, RS_SIDE_TEST, err));
    RS_TRY(rs_ratings_subset(train, s->ratings, s->side, RS_SIDE_TRAIN, err));
    *test = test_side;
    test_side = NULL;
out:
    rs_ratings_release(test_side);
    return status;
}

static recsys_status split_fold(recsys_ratings **train, recsys_ratings **test, rs_splitter *s,
                                recsys_error *err)
{
    if (s->fold >= s->how.folds)
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_split_fold: %.100s has no fold %zu, only 0 to %zu", s->text,
                       s->fold, s->how.folds - 1);
    s->runtime = s->ratings->runtime;
    s->side = rs_array_zero(s->runtime, (size_t)s->ratings->matrix.count, 1);
    if (s->side == NULL) return rs_fail_memory(err, "recsys_split");
    recsys_status status = make_sides(train, test, s, err);
    rs_free(s->runtime, s->side);
    return status;
}

recsys_status rs_split_fold(recsys_ratings **train, recsys_ratings **test,
                            const recsys_ratings *ratings, const char *how, uint64_t seed,
                            size_t fold, recsys_error *err)
{
    rs_splitter s = {.ratings = ratings, .text = how, .seed = seed, .fold = fold};
    recsys_status status = rs_split_how_parse(&s.how, how, err);
    return status == RECSYS_OK ? split_fold(train, test, &s, err) : status;
}

recsys_status rs_split(recsys_ratings **train, recsys_ratings **test,
                       const recsys_ratings *ratings, const char *how, uint64_t seed,
                       recsys_error *err)
{
    rs_splitter s = {.ratings = ratings, .text = how, .seed = seed};
    recsys_status status = rs_split_how_parse(&s.how, how, err);
    if (status != RECSYS_OK) return status;
    if (s.how.folds > 1)
        return rs_fail(
            err, RECSYS_E_INVALID,
            "recsys_split: %.100s has %zu folds; recsys_split_fold makes one of them", how,
            s.how.folds);
    return split_fold(train, test, &s, err);
}

recsys_status rs_split_folds(const char *how, size_t *folds, recsys_error *err)
{
    rs_split_how read;
    recsys_status status = rs_split_how_parse(&read, how, err);
    if (status == RECSYS_OK) *folds = read.folds;
    return status;
}
