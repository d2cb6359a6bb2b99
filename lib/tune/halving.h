/* Whose turn it is: asynchronous successive halving, one trial at a time (Li, Jamieson et al.
 * 2020). A pure function of the results so far, so that a search that goes on after a kill goes
 * the same way. */
#ifndef RS_TUNE_HALVING_H
#define RS_TUNE_HALVING_H

#include <stddef.h>

enum { RS_MOST_RUNGS = 16 };

typedef struct rs_halving {
    size_t eta;
    size_t parts; /* of the users of a split */
    size_t rungs; /* 1: no halving */
    size_t
        chunks[RS_MOST_RUNGS]; /* judged after each rung: parts of splits, one after another */
} rs_halving;

/* Rung k has eta^k chunks, the last one all of them: eta parts of each split. `is_random`: one
 * rung with whole splits. */
void rs_halving_plan(rs_halving *plan, size_t eta, size_t splits, int is_random);

/* How far a trial is. */
typedef struct rs_standing {
    size_t rungs;                /* done */
    double value[RS_MOST_RUNGS]; /* after each of them; NaN is worse than any number */
} rs_standing;

/* The trial whose next rung is to be judged:
 *   trial 0 until it is done with all of them; the last one if it has done none;
 *   else, from the highest rung down, the best of the floor(n / eta) best of the n trials that
 *   have done a rung, if it has not done the next one (equal values: the smaller number first);
 *   else `trials`: a new one.
 * scratch[trials] is written to. */
size_t rs_halving_next(const rs_halving *plan, const rs_standing *standing, size_t trials,
                       size_t *scratch);

#endif
