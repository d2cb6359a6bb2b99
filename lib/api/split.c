/* recsys/split.h: checks of arguments, then lib/eval. */
#include <recsys/split.h>

#include "api/need.h"
#include "eval/split.h"

recsys_status recsys_split(recsys_ratings **train, recsys_ratings **test,
                           const recsys_ratings *ratings, const char *how, uint64_t seed,
                           recsys_error *err)
{
    RS_NEED(err, train);
    RS_NEED(err, test);
    RS_NEED(err, ratings);
    RS_NEED(err, how);
    return rs_split(train, test, ratings, how, seed, err);
}

recsys_status recsys_split_folds(const char *how, size_t *folds, recsys_error *err)
{
    RS_NEED(err, how);
    RS_NEED(err, folds);
    return rs_split_folds(how, folds, err);
}

recsys_status recsys_split_fold(recsys_ratings **train, recsys_ratings **test,
                                const recsys_ratings *ratings, const char *how, uint64_t seed,
                                size_t fold, recsys_error *err)
{
    RS_NEED(err, train);
    RS_NEED(err, test);
    RS_NEED(err, ratings);
    RS_NEED(err, how);
    return rs_split_fold(train, test, ratings, how, seed, fold, err);
}
