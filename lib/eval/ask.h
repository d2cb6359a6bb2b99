/* Asking a model for the lists of all test users, on all threads. */
#ifndef RS_EVAL_ASK_H
#define RS_EVAL_ASK_H

#include <recsys/model.h>

#include "config/settings.h"
#include "data/ratings.h"
#include "eval/candidates.h"

/* Lists of all users, [users][room], before they are closed up. */
typedef struct rs_asked {
    size_t limit, room; /* places asked for; no more than there are movies */
    uint32_t *movie;    /* [users][room] the model's numbers */
    size_t *length;     /* [users] */
} rs_asked;

/* Of one user's predicted test ratings. */
typedef struct rs_errors {
    double square, absolute; /* sums over the pairs */
    uint64_t pairs;
} rs_errors;

typedef struct rs_asking {
    const recsys_model *model;
    const recsys_ratings *test;
    const rs_settings *settings; /* in place of the model's own; NULL: these */
    recsys_runtime *runtime;
    const uint32_t *user;     /* [users + others] whom to ask for: test numbers */
    const uint32_t *movie_of; /* test number -> the model's, or UINT32_MAX */
    size_t users, others;     /* others: only their ratings are predicted */
    rs_listed candidates, seen;
    int only_rated;       /* candidates have a training rating */
    int keep_rated;       /* the user's own are candidates */
    int by_popularity;    /* the most rated movies, whatever the model has learned */
    double relevant_from; /* rating of a relevant movie, for `auc` */
    rs_asked lists, gate; /* gate: limit 0 where the lists serve it too */
    double *auc;          /* [users], or NULL: not wanted. NaN: nothing to compare */
    rs_errors *errors;    /* [users + others], or NULL: not wanted */
} rs_asking;

/* Places of `lists`, and if it is not 0, of `gate`. 0: out of memory. */
int rs_asking_make(rs_asking *asking, size_t lists, size_t gate);
void rs_asking_free(rs_asking *asking);
/* Errors: NO_MEMORY, CANCELLED, INVALID for a user without a listed candidate. */
recsys_status rs_ask(rs_asking *asking, const recsys_progress *progress, recsys_error *err);

#endif
