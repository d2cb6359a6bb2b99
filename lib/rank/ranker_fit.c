#include "rank/ranker_fit.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/exponential.h"
#include "base/logarithm.h"
#include "base/memory.h"
#include "base/parallel.h"

enum { BLOCK = 16, STEPS = 100, HALVINGS = 40, SWEEPS = 20000, F = RS_FEATURES };
/* What the last step promises to gain, as a share of the loss: less is rounding. */
static const double ENOUGH = 1e-13;

/* The loss with its first and second derivatives, of some users. */
typedef struct local {
    double loss, first[F], second[F][F];
} local;

typedef struct fit {
    const rs_choices *users;
    size_t count;
    int part;
    const uint8_t *leave;
    const double *weight; /* at work */
    local *block;
} fit;

/* ---- the loss -------------------------------------------------------------------- */

static double dot(const double *weight, const double *value)
{
    double sum = 0;
    for (size_t k = 0; k < F; k++) sum += weight[k] * value[k];
    return sum;
}

/* Add x x' e to the lower triangle. */
static void add_square(double second[F][F], const double *x, double e)
{
    for (size_t k = 0; k < F; k++)
        for (size_t j = 0; j <= k; j++) second[k][j] += e * x[k] * x[j];
}

static void add_user(local *to, const rs_choices *u, const double *weight)
{
    local own = {0};
    double top = -INFINITY, mass = 0, hits = (double)u->hits;
    for (size_t i = 0; i < u->count; i++) {
        double value = dot(weight, u->value + i * F);
        if (value > top) top = value;
    }
    for (size_t i = 0; i < u->count; i++) {
        const double *x = u->value + i * F;
        double value = dot(weight, x) - top, e = rs_exp(value);
        mass += e;
        for (size_t k = 0; k < F; k++) own.first[k] += e * x[k];
        add_square(own.second, x, e);
        if (!u->hit[i]) continue;
        own.loss -= value;
        for (size_t k = 0; k < F; k++) to->first[k] -= x[k];
    }
    to->loss += own.loss + hits * rs_ln(mass);
    for (size_t k = 0; k < F; k++) {
        own.first[k] /= mass;
        to->first[k] += hits * own.first[k];
    }
    for (size_t k = 0; k < F; k++)
        for (size_t j = 0; j <= k; j++)
            to->second[k][j] += hits * (own.second[k][j] / mass - own.first[k] * own.first[j]);
}

double rs_choices_likelihood(const rs_choices *u, const double *weight)
{
    double top = -INFINITY, mass = 0, sum = 0;
    if (u->hits == 0) return 0;
    for (size_t i = 0; i < u->count; i++) {
        double value = dot(weight, u->value + i * F);
        if (value > top) top = value;
    }
    for (size_t i = 0; i < u->count; i++) {
        double value = dot(weight, u->value + i * F) - top;
        mass += rs_exp(value);
        if (u->hit[i]) sum += value;
    }
    return sum - (double)u->hits * rs_ln(mass);
}

static recsys_status sum_block(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const fit *f = shared;
    f->block[task] = (local){0};
    for (size_t i = task * BLOCK; i < f->count && i < (task + 1) * BLOCK; i++)
        if (f->users[i].hits > 0 && f->users[i].part != f->part)
            add_user(&f->block[task], &f->users[i], f->weight);
    return RECSYS_OK;
}

static recsys_status evaluate(fit *f, const double *weight, local *at, recsys_runtime *runtime,
                              const recsys_progress *progress, recsys_error *err)
{
    size_t blocks = (f->count + BLOCK - 1) / BLOCK;
    f->weight = weight;
    recsys_status status = rs_parallel(runtime, blocks, sum_block, f, "ranker", progress, err);
    if (status != RECSYS_OK) return status;
    *at = (local){0};
    for (size_t b = 0; b < blocks; b++) {
        at->loss += f->block[b].loss;
        for (size_t k = 0; k < F; k++) at->first[k] += f->block[b].first[k];
        for (size_t k = 0; k < F; k++)
            for (size_t j = 0; j <= k; j++) at->second[k][j] += f->block[b].second[k][j];
    }
    for (size_t k = 0; k < F; k++) {
        at->loss += weight[k] * weight[k] / 2;
        at->first[k] += weight[k];
        at->second[k][k] += 1;
        for (size_t j = 0; j < k; j++) at->second[j][k] = at->second[k][j];
    }
    return RECSYS_OK;
}

/* ---- steps ----------------------------------------------------------------------- */

/* step: to the least of first'd + d'Hd / 2 where the sources' weights stay at least 0. */
static void least_of_model(const local *at, const uint8_t *leave, const double *weight,
                           double *step)
{
    double slope[F]; /* of the model at the step */
    memcpy(slope, at->first, sizeof slope);
    memset(step, 0, F * sizeof *step);
    double change = 1, least = 1e-13;
    for (size_t sweep = 0; sweep < SWEEPS && change > least; sweep++) {
        change = 0;
        for (size_t k = 0; k < F; k++) {
            if (leave[k]) continue;
            double by = -slope[k] / at->second[k][k];
            if (k < RS_SOURCES && weight[k] + step[k] + by < 0) by = -weight[k] - step[k];
            step[k] += by;
            for (size_t j = 0; j < F; j++) slope[j] += by * at->second[j][k];
            if (fabs(by) > change) change = fabs(by);
        }
    }
}

static void go(double *next, const double *weight, const double *step, double share)
{
    for (size_t k = 0; k < F; k++) {
        next[k] = weight[k] + share * step[k];
        if (k < RS_SOURCES && next[k] < 0) next[k] = 0; /* by rounding */
    }
}

/* Go along the step as far as the loss falls; *done: that was the last one. */
static recsys_status advance(fit *f, double *weight, const double *step, local *at, int *done,
                             recsys_runtime *runtime, const recsys_progress *progress,
                             recsys_error *err)
{
    double slope = dot(at->first, step), share = 1, next[F];
    local there;
    *done = slope > -ENOUGH * (1 + fabs(at->loss));
    go(next, weight, step, share);
    for (size_t halving = 0; !*done; halving++) {
        recsys_status status = evaluate(f, next, &there, runtime, progress, err);
        if (status != RECSYS_OK) return status;
        if (there.loss <= at->loss + 1e-4 * share * slope) break;
        if (halving == HALVINGS) {
            *done = 1;
            return RECSYS_OK;
        }
        share /= 2;
        go(next, weight, step, share);
    }
    if (!*done) *at = there;
    memcpy(weight, next, sizeof next);
    return RECSYS_OK;
}

recsys_status rs_ranker_fit(double *weight, const rs_choices *users, size_t count, int part,
                            const uint8_t leave[RS_FEATURES], recsys_runtime *runtime,
                            const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    fit f = {.users = users, .count = count, .part = part, .leave = leave};
    local at;
    double step[F];
    int done = 0;
    memset(weight, 0, F * sizeof *weight);
    f.block = rs_array_zero(runtime, (count + BLOCK - 1) / BLOCK, sizeof *f.block);
    if (f.block == NULL) return rs_fail_memory(err, "ranker");
    RS_TRY(evaluate(&f, weight, &at, runtime, progress, err));
    for (size_t i = 0; i < STEPS && !done; i++) {
        least_of_model(&at, leave, weight, step);
        RS_TRY(advance(&f, weight, step, &at, &done, runtime, progress, err));
    }
out:
    rs_free(runtime, f.block);
    return status;
}
