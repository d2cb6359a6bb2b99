/* A search for options, step by step. */
#ifndef RS_TUNE_TUNING_H
#define RS_TUNE_TUNING_H

#include "tune/journal.h"
#include "tune/result.h"
#include "tune/shelf.h"
#include "tune/sides.h"

/* Two configs beside each other: the given one and that of a trial, each trained for itself. */
typedef struct rs_duel {
    size_t trial, runs;
    recsys_report **reports; /* [2 * runs] */
    size_t done;             /* of them: both of a run, then those of the next */
    recsys_comparison *comparison;
} rs_duel;

struct recsys_tuning {
    recsys_runtime *runtime;
    const recsys_ratings *ratings, *test; /* retained; test may be NULL */
    const recsys_catalogue *catalogue;    /* retained, or NULL */
    recsys_config *config;                /* the given one */
    recsys_config *judging;               /* and how lists are judged while searching */
    recsys_config *comparing;             /* and at the end */
    recsys_space *space;
    rs_fit_fn fit;
    recsys_tune_options
        options;          /* numbers, with defaults filled in; no pointers but the clock */
    char *split, *metric; /* metric: without "@k" */
    rs_halving plan;
    rs_sides sides, fresh; /* fresh: those of CONFIRM; the same ones if nothing is by chance */
    int is_fresh;
    rs_trials trials;
    rs_shelf shelf;
    rs_journal journal;
    int has_journal;
    size_t *scratch; /* [scratch_room] */
    size_t scratch_room;
    rs_result result; /* of the step at hand */
    recsys_tune_state state;
    rs_duel confirm, final;
};

recsys_status rs_tuning_make(recsys_tuning **tuning, recsys_runtime *runtime,
                             const recsys_ratings *ratings, const recsys_catalogue *catalogue,
                             const recsys_config *config, const recsys_space *space,
                             const recsys_tune_options *options, rs_fit_fn fit,
                             recsys_error *err);
void rs_tuning_free(recsys_tuning *tuning);
recsys_status rs_tuning_step(recsys_tuning *tuning, int *more, const recsys_progress *progress,
                             recsys_error *err);

/* ---- inside ---------------------------------------------------------------------- */

/* Take over the lines of the journal. Errors: DAMAGED naming the line. */
recsys_status rs_tuning_replay(recsys_tuning *tuning, recsys_error *err);
/* Whose turn it is; trials.count: a new trial's. SIZE_MAX: out of memory. */
size_t rs_tuning_next(recsys_tuning *tuning);
/* Take note of a result; `taken`: it is from the journal. */
void rs_tuning_take(recsys_tuning *tuning, const rs_result *result, int taken);
double rs_tuning_now(const recsys_tuning *tuning);

/* Sum up the values of a report's users. */
recsys_status rs_tally_report(rs_tally *tally, const recsys_report *report, const char *metric,
                              size_t k, recsys_error *err);

recsys_status rs_duel_make(rs_duel *duel, const recsys_tuning *tuning, size_t trial,
                           size_t runs, recsys_error *err);
void rs_duel_free(rs_duel *duel, recsys_runtime *runtime);
/* Train and score the next one on its ratings; compare when all are there. */
recsys_status rs_duel_step(rs_duel *duel, const recsys_tuning *tuning,
                           const recsys_ratings *train, const recsys_ratings *test,
                           const recsys_progress *progress, recsys_error *err);
/* The difference in the metric of the search; 0: there is no comparison. */
int rs_duel_gain(const rs_duel *duel, const recsys_tuning *tuning,
                 recsys_difference *difference);

#endif
