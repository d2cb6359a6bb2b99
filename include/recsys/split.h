/*
 * recsys/split.h - ratings for training and ratings for test.
 *
 * How ratings are split is a text:
 *
 *  user-random:RATIO   of a user's n ratings floor(RATIO*n + 0.5), chosen by chance, are test;
 *                      users with one rating stay in train
 *  user-random:N       N ratings, chosen by chance, of each user who has more than N; others
 *                      stay in train (leave-k-out)
 *  random:RATIO        floor(RATIO*count + 0.5) of all ratings, whoever gave them
 *  leave-last:N        each user's N newest ratings; users with no more than N stay in train.
 *                      "leave-last" alone: 1
 *  time:QUANTILE       the oldest floor(QUANTILE*count + 0.5) ratings are train, the newer ones
 *                      test, but for those as old as the first test rating, which are all test
 *  time:DATE           ratings of that time or later are test. DATE: ISO 8601, a date or with a
 *                      time of day (UTC without a zone), or seconds or milliseconds since 1970,
 *                      a number of at least 10^8
 *  windows:DAYS:N      N folds (at most 1000). The newest rating ends the last window of DAYS
 *                      days (decimals allowed); each window ends where the next one begins.
 *                      A fold's test is what lies in its window (the end belongs to it, the
 *                      begin to the one before), train is all that is older; newer ratings
 *                      are on neither side
 *  k-fold:K            K folds, 2 to 1000: each user's ratings are dealt to them by chance, so
 *                      that their numbers differ by one at most; one is test, the others train
 *  cold-users:RATIO    all ratings of floor(RATIO*users + 0.5) users, chosen by chance
 *  cold-movies:RATIO   all ratings of floor(RATIO*movies + 0.5) movies, chosen by chance
 *
 * RATIO and QUANTILE lie between 0 and 1, N is a whole number, 1 or more. Only `time` and
 * `windows` keep a model from seeing what came after its test; docs/evaluation.md says more.
 *
 * Chance is a hash of the seed and the texts of user id and movie id: whichever hashes are
 * smallest are test (equal ones: the smaller id). So neither the order nor the format of the
 * input matters. Equal times: `time` and `windows` never divide them; leave-last takes of a
 * user's ratings with the time at the border those whose hashes are smallest. A rating without
 * a time (0) is older than any.
 *
 * Memory while splitting, beside the two sides: one byte per rating; for a split by user 32
 * bytes for each rating of the most active user; for random, cold-* and time:QUANTILE 512 KiB;
 * for cold-* one byte per user or movie.
 */
#ifndef RECSYS_SPLIT_H
#define RECSYS_SPLIT_H

#include <recsys/base.h>
#include <recsys/ratings.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Split ratings in two. Errors: RECSYS_E_INVALID (`how` is no split, or one with several
 * folds), RECSYS_E_EMPTY (a side would be empty; says why).
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_split(recsys_ratings **train,
                                                        recsys_ratings **test,
                                                        const recsys_ratings *ratings,
                                                        const char *how, uint64_t seed,
                                                        recsys_error *err);
/** Number of folds: that of windows and k-fold, 1 for the others. RECSYS_E_INVALID. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_split_folds(const char *how, size_t *folds,
                                                              recsys_error *err);
/**
 * One fold, from 0 on (messages count from 1), of any split; with windows fold 0 is the oldest.
 * No other fold is made. Errors as above; RECSYS_E_INVALID if there is no such fold.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_split_fold(recsys_ratings **train,
                                                             recsys_ratings **test,
                                                             const recsys_ratings *ratings,
                                                             const char *how, uint64_t seed,
                                                             size_t fold, recsys_error *err);

#ifdef __cplusplus
}
#endif

#endif
