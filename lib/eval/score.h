/* Lists against judgements: a value for each user, metric and cut-off, in one pass.
 *
 * Per user, with k the cut-off, R the relevant movies, h the hits among the first k places; as
 * the definition "recsys" has it (eval/definition.h says in what others differ):
 *   precision = |h| / k                  recall = |h| / |R|
 *   f1        = 2pr / (p + r), 0 if both are 0
 *   ndcg      = sum over h of 1/log2(rank + 1), divided by the same sum over the ranks
 *               1..min(k, |R|)           (Jarvelin & Kekalainen 2002, binary gain)
 *   hit_rate  = 1 if there is a hit
 *   map       = sum over h of the precision at its rank, divided by |R|
 *   mrr       = 1 / rank of the first hit, 0 without one
 *   auc       = as it was given, at every cut-off
 * and a value is their mean over the users. A short list counts as it is: its empty places are
 * misses. */
#ifndef RS_EVAL_SCORE_H
#define RS_EVAL_SCORE_H

#include "data/entries.h"
#include "eval/definition.h"
#include "eval/metrics.h"

typedef struct rs_scoring {
    const rs_definition *definition;
    const size_t *k; /* [cuts] rising */
    size_t cuts;
    double relevant_from; /* grade of a relevant movie */
    const double *auc;    /* by number of the user, of their full ranking; NULL: not known */
} rs_scoring;

typedef struct rs_scores {
    recsys_runtime *runtime;
    size_t cuts, users; /* users: those with a value, in the order of the judgements */
    uint32_t *user;     /* [users] their numbers in the table */
    double *value;      /* [users][cuts][RS_USER_METRICS]; NaN: left out of the mean */
    double *mean;       /* [cuts][RS_USER_METRICS]; NaN for no user */
    double *diversity;  /* [cuts] Zhou et al. 2010, see rs_diversity */
    uint64_t *listed;   /* [cuts] different movies in the users' lists */
    uint64_t relevant;  /* relevant judgements of the users */
    size_t judged;      /* users with judgements */
    size_t no_relevant; /* of them: nothing relevant */
    size_t no_list;     /* of the users: none */
    size_t strangers;   /* users with a list and no judgement */
} rs_scores;

/* Value of the i-th user at the c-th cut-off. */
static inline double rs_scores_at(const rs_scores *scores, size_t i, size_t c, size_t metric)
{
    return scores->value[(i * scores->cuts + c) * RS_USER_METRICS + metric];
}

/* Both were read into tables with `users` and `movies` entries. Errors: NO_MEMORY; EMPTY if no
 * user has anything relevant. Free it in any case. */
recsys_status rs_score_lists(rs_scores *scores, const rs_entries *run, const rs_entries *judged,
                             size_t users, size_t movies, const rs_scoring *scoring,
                             recsys_error *err);
void rs_scores_free(rs_scores *scores);

#endif
