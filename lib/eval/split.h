/* Splits of ratings into a train and a test side. Deterministic by seed and independent of
 * the order and the format in which the ratings came. */
#ifndef RS_EVAL_SPLIT_H
#define RS_EVAL_SPLIT_H

#include <recsys/ratings.h>

/* Both sides of one fold (from 0) of the split that `how` names; recsys/split.h has the names.
 * Errors: INVALID naming the splits that are known, EMPTY saying which side has nothing and
 * why. */
recsys_status rs_split_fold(recsys_ratings **train, recsys_ratings **test,
                            const recsys_ratings *ratings, const char *how, uint64_t seed,
                            size_t fold, recsys_error *err);
/* The same of a split that has only one fold; others are INVALID. */
recsys_status rs_split(recsys_ratings **train, recsys_ratings **test,
                       const recsys_ratings *ratings, const char *how, uint64_t seed,
                       recsys_error *err);
recsys_status rs_split_folds(const char *how, size_t *folds, recsys_error *err);

/* The share of n things, rounded: floor(share * n + 0.5). */
uint64_t rs_split_share(double share, uint64_t n);
/* Ratings that user-random:RATIO takes from a user with n: the share, none from a user with
 * one. */
size_t rs_split_user_share(double ratio, size_t n);

#endif
