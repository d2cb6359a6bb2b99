/* Weights of a linear ranker by maximum likelihood. */
#ifndef RS_RANK_RANKER_FIT_H
#define RS_RANK_RANKER_FIT_H

#include <recsys/base.h>

#include "base/runtime.h"
#include "config/settings.h"
#include "modelfile/model.h"

/* Those of the sources, which may not be below 0, then the movies' own. */
enum { RS_FEATURES = RS_SOURCES + RS_MOVIE_FEATURES };

/* One user: movies of which some, the hits, were chosen. */
typedef struct rs_choices {
    size_t count, hits;
    int part;      /* 0 or 1: the half of the users that they belong to */
    uint8_t *hit;  /* [count] */
    double *value; /* [count][RS_FEATURES] */
} rs_choices;

/* weight[RS_FEATURES] that make smallest
 *
 *     sum over users, over their hits i, of ln(sum over their movies j of e^(w x_j)) - w x_i
 *     + |w|^2 / 2
 *
 * the penalised likelihood of a multinomial logit, with w_s >= 0 for the sources: a convex
 * problem. Features that `leave` marks have no weight. Each step of Newton's method goes to the
 * least of the quadratic model within the bounds, found coordinate by coordinate, and is halved
 * until the loss falls. Users of `part` and those without hits are left out; part -1: all
 * teach. Sums are taken in a fixed order, and the threads have no say. Errors: NO_MEMORY,
 * CANCELLED. */
recsys_status rs_ranker_fit(double *weight, const rs_choices *users, size_t count, int part,
                            const uint8_t leave[RS_FEATURES], recsys_runtime *runtime,
                            const recsys_progress *progress, recsys_error *err);

/* Log-likelihood of a user's hits; 0 without any. */
double rs_choices_likelihood(const rs_choices *user, const double *weight);

#endif
