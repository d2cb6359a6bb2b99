/* Splits of ratings into a train and a test side. Deterministic by seed and independent of
 * the order and the format in which the ratings came. */
#ifndef RS_EVAL_SPLIT_H
#define RS_EVAL_SPLIT_H

#include <recsys/ratings.h>

/* Make both sides as `how` says ("user-random:RATIO"). Errors: INVALID naming the splits
 * that are known, EMPTY saying which side has nothing and why. */
recsys_status rs_split(recsys_ratings **train, recsys_ratings **test,
                       const recsys_ratings *ratings, const char *how, uint64_t seed,
                       recsys_error *err);

/* Ratings that user-random:RATIO takes from a user with n: floor(ratio * n + 0.5), none from
 * a user with one. */
size_t rs_split_user_share(double ratio, size_t n);

#endif
