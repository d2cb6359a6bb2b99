/* How the collaborative sources share the weight of their group: learned on hidden ratings. */
#ifndef RS_RANK_SHARES_H
#define RS_RANK_SHARES_H

#include "rank/holdout.h"

/* What the sources said to one user of movies that some of them ranked high. */
typedef struct rs_opinions {
    size_t count;    /* movies, ascending by number */
    size_t relevant; /* hidden ratings that are hits; 0: the user teaches nothing */
    uint8_t *hit;    /* [count] */
    double *part;    /* [count][members] see rs_fused_part; 0: the source does not know it */
} rs_opinions;

enum {
    RS_OPINIONS_DEPTH = 50, /* movies of each source that are looked at */
    RS_LEAST_SHARE = 1      /* percent that user CF always has */
};

/* share[members], adding up to 1, that makes the mean of the users' NDCG@10 largest, their
 * movies ranked by the sum of share * part (equal ones by number). From the best single source
 * on, a share at a time grows or shrinks by .4, .2, .1 and .05 while that helps. The blend must
 * beat that source by more than two standard errors of the difference, else the source stands
 * alone; member 0, user CF, has no less than its least share in any case. Errors: NO_MEMORY,
 * CANCELLED. */
recsys_status rs_shares_learn(double *share, size_t members, const rs_opinions *users,
                              size_t count, recsys_runtime *runtime,
                              const recsys_progress *progress, recsys_error *err);

#endif
