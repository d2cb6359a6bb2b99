/* What the fusion "learned" is for a model, learned on hidden ratings. */
#ifndef RS_RANK_RANKER_LEARN_H
#define RS_RANK_RANKER_LEARN_H

#include "models/scratch.h"
#include "rank/holdout.h"
#include "rank/ranker_fit.h"

enum { RS_RANKER_DEPTH = 50, RS_RANKER_MOVIES = RS_SOURCES * RS_RANKER_DEPTH };

/* What the sources said to one user of the movies that some of them ranked high. */
typedef struct rs_ranker_user {
    rs_choices movies; /* ascending; RS_BY_TASTE of those without genres is -1 */
    size_t relevant;   /* hidden ratings that are hits; 0: the user teaches nothing */
    double *scaled;  /* [count][RS_SOURCES] scores in [0, 1]; -1: the source does not know it */
    uint16_t *place; /* [count][RS_SOURCES] in its table, 0 at rank 1 */
} rs_ranker_user;

/* Note what a twin's sources, ranked in scratch for user i of the sample, say. Users whom
 * nobody told of a hit get no movies. `years` of the twin are known. */
recsys_status rs_ranker_record(rs_ranker_user *record, const recsys_model *twin,
                               const rs_ranker *years, rs_scratch *scratch,
                               const rs_holdout *holdout, size_t i, recsys_error *err);
void rs_ranker_user_free(rs_ranker_user *record, recsys_runtime *runtime);

/* Fit the ranker on all users, and judge it: for each half of them by what the other half
 * teaches. It is used if it foretells their hits surely better than the best single source does
 * (a log-likelihood that is larger by more than two standard errors of the difference), and
 * ranks them no worse: a mean NDCG@10 not below that source's, nor that of the blend of
 * `model`'s settings, by more than a standard error. Else the better of these two is. Fills all
 * of `ranker` but the years; -1 in records become the mean taste. Errors: NO_MEMORY,
 * CANCELLED. */
recsys_status rs_ranker_learn(rs_ranker *ranker, const recsys_model *model,
                              rs_ranker_user *records, size_t count,
                              const recsys_progress *progress, recsys_error *err);

#endif
