/* Trials: their values, what is known of each, and the config of each. */
#ifndef RS_TUNE_TRIALS_H
#define RS_TUNE_TRIALS_H

#include "tune/halving.h"
#include "tune/space.h"

/* Of the users of one split that a trial was judged on so far. */
typedef struct rs_tally {
    uint64_t users;
    double sum, square;
} rs_tally;

typedef struct rs_trial {
    size_t draw;     /* number by which its values were drawn; 0: those given */
    char **value;    /* [space->count] canonical texts */
    rs_tally *tally; /* [splits] */
    uint64_t bytes;
    double fit_seconds, query_seconds; /* of all fits; of all lists */
    uint64_t fits, lists;
    double seconds; /* that judging it took */
} rs_trial;

typedef struct rs_trials {
    recsys_runtime *runtime;
    const recsys_space *space;
    const recsys_config *config; /* the given one */
    uint64_t seed;
    size_t splits, per_fit;
    rs_trial *item;
    rs_standing *standing; /* [count] beside the items */
    size_t drawn;          /* the last number */
    size_t count, capacity, standing_capacity;
} rs_trials;

void rs_trials_free(rs_trials *trials);
/* Draw values that no trial has yet and add one with them, the first with those of the given
 * config. *added is 0 where there seem to be no others: a thousand draws gave none. */
recsys_status rs_trials_add(rs_trials *trials, int *added, recsys_error *err);
/* The group whose model a trial has: 0, that of the given config, if no key is of training. */
size_t rs_trials_group(const rs_trials *trials, size_t trial);
/* The given config with the values of a trial; `shared`: only those that all of its group have,
 * with which the model is trained. */
recsys_status rs_trials_config(const rs_trials *trials, size_t trial, int shared,
                               recsys_config **config, recsys_error *err);
/* Mean over the splits of the mean over users; NaN: none. *error: the mean of the splits'
 * standard errors, which is what that of the mean is at most. */
double rs_trial_value(const rs_trials *trials, size_t trial, double *error);
/* Adjusted share of variance of the first values that goes with a key; see recsys/tune.h. */
double rs_trials_importance(const rs_trials *trials, size_t key);

#endif
