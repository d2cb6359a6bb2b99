/* User-based collaborative filtering (Resnick et al. 1994; Herlocker et al. 1999): the users
 * most alike recommend what they rated.
 *
 *   score(u, i) = sum of s r_vi            over neighbours v who rated i   (sum)
 *                 the same / sum of |s|                                    (mean)
 *                 the same / (sum of |s| + damping)                        (damped_mean)
 * divided by raters(i)^popularity_discount. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "models/source.h"
#include "models/user_cf.h"

/* ---- finding neighbours ---------------------------------------------------------- */

static void recall_neighbours(const recsys_model *model, rs_scratch *scratch)
{
    const rs_neighbours *n = &model->neighbours;
    uint64_t from = n->ptr[scratch->profile.user], to = n->ptr[scratch->profile.user + 1];
    scratch->neighbours = 0;
    if (model->reverse.ptr != NULL) {
        scratch->neighbours =
            rs_live_recall(&scratch->live, scratch->profile.user, scratch->neighbour);
        return;
    }
    for (uint64_t at = from; at < to && scratch->neighbours < scratch->live.nearest.most; at++)
        scratch->neighbour[scratch->neighbours++] =
            (rs_neighbour){n->user[at], n->common[at], n->similarity[at]};
}

/* ---- scoring --------------------------------------------------------------------- */

static double aggregate(const rs_settings *settings, double value, double weight)
{
    switch ((rs_aggregation)settings->cf.aggregation) {
    case RS_MEAN: return weight > 0 ? value / weight : 0;
    case RS_DAMPED_MEAN: return value / (weight + settings->cf.damping);
    default: return value;
    }
}

static double mean_of(const recsys_model *model, size_t user)
{
    const rs_matrix *m = &model->ratings;
    uint64_t size = m->user_ptr[user + 1] - m->user_ptr[user];
    return size > 0 ? model->statistics.user_sum[user] / (double)size : 0;
}

static void gather(const recsys_model *model, rs_scratch *scratch)
{
    const rs_matrix *m = &model->ratings;
    for (size_t k = 0; k < scratch->reached_count; k++) {
        scratch->votes[scratch->reached[k]] = (rs_votes){0};
    }
    size_t reached = 0;
    for (size_t k = 0; k < scratch->neighbours; k++) {
        const rs_neighbour *v = &scratch->neighbour[k];
        double s = (double)v->similarity;
        double mean = mean_of(model, v->user);
        if (s == 0) continue;
        for (uint64_t at = m->user_ptr[v->user]; at < m->user_ptr[v->user + 1]; at++) {
            uint32_t movie = m->user_movie[at];
            rs_votes *votes = &scratch->votes[movie];
            scratch->reached[reached] = movie; /* no branch: it is not to be foreseen */
            reached += votes->weight == 0;
            votes->weight += fabs(s);
            votes->value += s * (double)rs_user_rating(m, at);
            if (!model->worth.is_plain)
                votes->worth += s * rs_worth_of(&model->worth, m, at, mean);
        }
    }
    scratch->reached_count = reached;
}

static void score(const recsys_model *model, rs_scratch *scratch, rs_scores *scores)
{
    if (scratch->profile.as_stored && scratch->profile.user != SIZE_MAX)
        recall_neighbours(model, scratch);
    else
        scratch->neighbours =
            rs_live_find(&scratch->live, &scratch->profile, scratch->neighbour);
    gather(model, scratch);
    const double *discount = scratch->discount[RS_USER_CF];
    for (size_t i = 0; i < scratch->reached_count; i++) {
        uint32_t movie = scratch->reached[i];
        const rs_votes *votes = &scratch->votes[movie];
        double value =
            aggregate(&model->settings, model->worth.is_plain ? votes->value : votes->worth,
                      votes->weight);
        rs_score_add(scores, movie, discount == NULL ? value : value / discount[movie]);
    }
}

/* ---- explaining ------------------------------------------------------------------ */

/* What a neighbour's rating, CSR entry `at`, adds to a score. */
static double vote_of(const recsys_model *model, const rs_neighbour *v, uint64_t at)
{
    return (double)v->similarity *
           rs_worth_of(&model->worth, &model->ratings, at, mean_of(model, v->user));
}

static void explain(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data)
{
    rs_whole whole = {0};
    for (size_t k = 0; k < scratch->neighbours; k++) {
        const rs_neighbour *v = &scratch->neighbour[k];
        uint64_t at = rs_matrix_find(&model->ratings, v->user, movie);
        if (at != UINT64_MAX) rs_whole_add(&whole, vote_of(model, v, at));
    }
    for (size_t k = 0; k < scratch->neighbours; k++) {
        const rs_neighbour *v = &scratch->neighbour[k];
        uint64_t at = rs_matrix_find(&model->ratings, v->user, movie);
        if (at == UINT64_MAX) continue;
        rs_part_of_score told = {rs_whole_fraction(&whole, vote_of(model, v, at)), v->user,
                                 (double)v->similarity, rs_user_rating(&model->ratings, at),
                                 v->common};
        if (part(user_data, &told) != 0) return;
    }
}

const rs_source rs_user_cf_source = {rs_user_cf_fit, score, explain};
