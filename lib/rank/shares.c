#include "rank/shares.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "rank/ndcg.h"

enum { BLOCK = 16 };

typedef struct search {
    recsys_runtime *runtime;
    const recsys_progress *progress;
    const rs_opinions *users;
    size_t count, members, teachers;
    const double *tried; /* [members] at work */
    double *ndcg;        /* [count] with it */
    double *best_ndcg;   /* [count] of the best single source */
} search;

/* ---- how good a blend is --------------------------------------------------------- */

static double score_of(const rs_opinions *u, size_t movie, const double *share, size_t members)
{
    double sum = 0;
    for (size_t k = 0; k < members; k++) sum += share[k] * u->part[movie * members + k];
    return sum;
}

/* The first ten by score; movies come by number, so that equal ones stay in order. */
static double judge(const rs_opinions *u, const double *share, size_t members)
{
    double best[RS_NDCG_AT];
    uint8_t hit[RS_NDCG_AT];
    size_t count = 0;
    for (size_t i = 0; i < u->count; i++) {
        double score = score_of(u, i, share, members);
        if (!(score > 0) || (count == RS_NDCG_AT && !(score > best[count - 1]))) continue;
        size_t at = count < RS_NDCG_AT ? count++ : count - 1;
        for (; at > 0 && best[at - 1] < score; at--) {
            best[at] = best[at - 1];
            hit[at] = hit[at - 1];
        }
        best[at] = score;
        hit[at] = u->hit[i];
    }
    return rs_ndcg(hit, count, u->relevant);
}

static recsys_status judge_block(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const search *s = shared;
    for (size_t i = task * BLOCK; i < s->count && i < (task + 1) * BLOCK; i++)
        s->ndcg[i] = s->users[i].relevant > 0 ? judge(&s->users[i], s->tried, s->members) : 0;
    return RECSYS_OK;
}

/* The mean with these shares. */
static recsys_status try(search *s, const double *share, double *mean, recsys_error *err)
{
    s->tried = share;
    recsys_status status = rs_parallel(s->runtime, (s->count + BLOCK - 1) / BLOCK, judge_block,
                                       s, "shares", s->progress, err);
    if (status != RECSYS_OK) return status;
    *mean = 0;
    for (size_t i = 0; i < s->count; i++) *mean += s->ndcg[i];
    *mean /= (double)s->teachers;
    return RECSYS_OK;
}

/* ---- looking for the best -------------------------------------------------------- */

static recsys_status best_single(search *s, double *share, double *best, recsys_error *err)
{
    double alone[RS_SOURCES], mean;
    *best = -1;
    for (size_t k = 0; k < s->members; k++) {
        for (size_t j = 0; j < s->members; j++) alone[j] = j == k ? 1 : 0;
        recsys_status status = try(s, alone, &mean, err);
        if (status != RECSYS_OK) return status;
        if (mean <= *best) continue;
        *best = mean;
        memcpy(share, alone, s->members * sizeof *share);
        memcpy(s->best_ndcg, s->ndcg, s->count * sizeof *s->ndcg);
    }
    return RECSYS_OK;
}

/* One share changed, all scaled to add up to 1; 0: nothing is left. */
static int changed(double *to, const double *share, size_t members, size_t k, double by)
{
    double sum = 0;
    memcpy(to, share, members * sizeof *to);
    to[k] = share[k] + by > 0 ? share[k] + by : 0;
    for (size_t j = 0; j < members; j++) sum += to[j];
    for (size_t j = 0; j < members && sum > 0; j++) to[j] /= sum;
    return sum > 0 && to[k] != share[k];
}

static recsys_status climb(search *s, double *share, double *best, double step,
                           recsys_error *err)
{
    double next[RS_SOURCES], mean;
    for (int better = 1; better;) {
        better = 0;
        for (size_t k = 0; k < 2 * s->members; k++) {
            if (!changed(next, share, s->members, k / 2, k % 2 ? -step : step)) continue;
            recsys_status status = try(s, next, &mean, err);
            if (status != RECSYS_OK) return status;
            if (!(mean > *best + 1e-6)) continue;
            *best = mean;
            better = 1;
            memcpy(share, next, s->members * sizeof *share);
        }
    }
    return RECSYS_OK;
}

static void keep_user_cf(double *share, size_t members)
{
    const double least = RS_LEAST_SHARE / 100.0;
    if (share[0] >= least) return;
    double scale = (1 - least) / (1 - share[0]);
    share[0] = least;
    for (size_t k = 1; k < members; k++) share[k] *= scale;
}

static recsys_status look(search *s, double *share, recsys_error *err)
{
    static const double steps[] = {0.4, 0.2, 0.1, 0.05};
    recsys_status status;
    double best, single, blend[RS_SOURCES];
    RS_TRY(best_single(s, share, &single, err));
    best = single;
    memcpy(blend, share, s->members * sizeof *blend);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        RS_TRY(climb(s, blend, &best, steps[i], err));
    RS_TRY(try(s, blend, &best, err));
    rs_gain gain = rs_gain_over(s->ndcg, s->best_ndcg, s->count, s->teachers);
    if (gain.mean > 2 * gain.error) memcpy(share, blend, s->members * sizeof *share);
    keep_user_cf(share, s->members);
out:
    return status;
}

recsys_status rs_shares_learn(double *share, size_t members, const rs_opinions *users,
                              size_t count, recsys_runtime *runtime,
                              const recsys_progress *progress, recsys_error *err)
{
    search s = {runtime, progress, users, count, members, 0, NULL, NULL, NULL};
    for (size_t k = 0; k < members; k++) share[k] = 1 / (double)members;
    for (size_t i = 0; i < count; i++) s.teachers += users[i].relevant > 0;
    if (s.teachers == 0 || members == 1) return RECSYS_OK;
    s.ndcg = rs_array(runtime, count, sizeof *s.ndcg);
    s.best_ndcg = rs_array(runtime, count, sizeof *s.best_ndcg);
    recsys_status status = s.ndcg == NULL || s.best_ndcg == NULL ? rs_fail_memory(err, "shares")
                                                                 : look(&s, share, err);
    rs_free(runtime, s.ndcg);
    rs_free(runtime, s.best_ndcg);
    return status;
}
