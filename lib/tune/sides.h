/* Validation splits: both sides of each, made when they are first needed, and the parts into
 * which the users of the validation side are dealt. */
#ifndef RS_TUNE_SIDES_H
#define RS_TUNE_SIDES_H

#include <recsys/ratings.h>

#include "base/runtime.h"

typedef struct rs_side {
    recsys_ratings *train, *test;
    uint8_t *part; /* [users of test] */
} rs_side;

typedef struct rs_sides {
    recsys_runtime *runtime;
    const recsys_ratings *ratings;
    const char *how;
    uint64_t seed;
    size_t folds;        /* split s: seed + s / folds, fold s % folds */
    size_t count, parts; /* splits */
    rs_side *side;       /* [count] */
} rs_sides;

/* Errors: NO_MEMORY. Free it in any case. */
recsys_status rs_sides_make(rs_sides *sides, recsys_error *err);
void rs_sides_free(rs_sides *sides);
/* The sides of a split. Errors: those of rs_split_fold. */
recsys_status rs_sides_at(rs_sides *sides, size_t split, const rs_side **side,
                          recsys_error *err);
/* The ratings of the validation users of the parts [from, to): those whose ids have the
 * smallest hashes are dealt first. The caller releases them. EMPTY: there are none. */
recsys_status rs_sides_parts(const rs_sides *sides, const rs_side *side, size_t from, size_t to,
                             recsys_ratings **test, recsys_error *err);

#endif
