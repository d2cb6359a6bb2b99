#include "rank/ranker.h"

#include "base/error.h"
#include "base/exponential.h"
#include "base/logarithm.h"
#include "base/memory.h"
#include "rank/fuse.h"
#include "rank/taste.h"

/* Of scores scaled to [0, 1]: how much steeper the logarithm is at the low end. */
static const double STEEPNESS = 10;
/* Ratings of the overall mean that each movie's mean is drawn by. */
static const double MEAN_DAMPING = 5;
/* Popularity's, that it has in any case: it orders what is equal otherwise. */
static const double LEAST_WEIGHT = 1e-6;

rs_fusion_kind rs_ranker_kind(const recsys_model *model)
{
    const rs_ranker *r = model->fusion.ranker;
    return r == NULL || r->use == RS_USE_BLEND ? model->fusion.chosen : RS_LEARNED;
}

void rs_ranker_weigh(const recsys_model *model, double weight[RS_SOURCES])
{
    const rs_ranker *r = model->fusion.ranker;
    for (size_t s = 0; s < RS_SOURCES; s++) {
        double learned = r->use == RS_USE_SINGLE ? s == r->single : r->source[s];
        weight[s] = rs_has_source(model, s) ? learned : 0;
    }
    if (!(weight[RS_POPULARITY] > LEAST_WEIGHT)) weight[RS_POPULARITY] = LEAST_WEIGHT;
}

/* ---- features -------------------------------------------------------------------- */

double rs_ranker_feature(double scaled)
{
    return rs_ln(1 + STEEPNESS * scaled);
}

static double age_of(const recsys_model *model, const rs_ranker *ranker, size_t movie)
{
    int32_t year = model->catalogue.year[movie];
    if (year == 0) return ranker->age;
    double age = ranker->newest - (double)year;
    return rs_ln(1 + (age > 0 ? age : 0));
}

void rs_ranker_own(const recsys_model *model, const rs_ranker *ranker, size_t movie,
                   double *value)
{
    const rs_statistics *all = &model->statistics;
    const rs_matrix *m = &model->ratings;
    double raters = (double)rs_raters(model, movie);
    double low = (double)m->scale_min, span = (double)m->scale_max - low;
    double mean = (all->movie_sum[movie] + MEAN_DAMPING * all->mean) / (raters + MEAN_DAMPING);
    value[RS_BY_RATERS] = rs_ln(1 + raters);
    value[RS_BY_MEAN] = span > 0 ? (mean - low) / span : 0;
    value[RS_BY_AGE] = age_of(model, ranker, movie);
}

double rs_ranker_taste(const rs_genres *genres, size_t movie)
{
    size_t count = rs_genres_of(genres, movie);
    double sum = 0;
    if (count == 0) return -1;
    for (uint64_t at = genres->ptr[movie]; at < genres->ptr[movie + 1]; at++)
        sum += genres->wanted[genres->genre[at]];
    return sum / (double)count;
}

void rs_ranker_years(const recsys_model *model, rs_ranker *ranker)
{
    const int32_t *year = model->catalogue.year;
    double sum = 0, count = 0;
    int32_t newest = 0;
    for (size_t i = 0; i < model->movies.count; i++)
        if (year[i] != 0 && rs_raters(model, i) > 0 && (newest == 0 || year[i] > newest))
            newest = year[i];
    ranker->newest = (double)newest;
    ranker->age = 0;
    for (size_t i = 0; i < model->movies.count; i++) {
        if (year[i] == 0 || rs_raters(model, i) == 0) continue;
        sum += age_of(model, ranker, i);
        count++;
    }
    if (count > 0) ranker->age = sum / count;
}

/* ---- a query --------------------------------------------------------------------- */

recsys_status rs_ranker_prepare(const recsys_model *model, const rs_settings *settings,
                                rs_scratch *scratch, recsys_error *err)
{
    const rs_ranker *r = model->fusion.ranker;
    double own[RS_MOVIE_FEATURES];
    if (settings->hybrid.fusion != RS_LEARNED || r == NULL || r->use != RS_USE_RANKER ||
        scratch->ranker.own != NULL)
        return RECSYS_OK;
    recsys_status status = rs_genres_make(&scratch->genres, model, err);
    if (status != RECSYS_OK) return status;
    scratch->ranker.own = rs_array(model->runtime, model->movies.count, sizeof(double));
    if (scratch->ranker.own == NULL) return rs_fail_memory(err, "ranker");
    for (size_t i = 0; i < model->movies.count; i++) {
        rs_ranker_own(model, r, i, own);
        scratch->ranker.own[i] = 0;
        for (size_t k = 0; k < RS_BY_TASTE; k++) scratch->ranker.own[i] += r->movie[k] * own[k];
    }
    return RECSYS_OK;
}

void rs_ranker_begin(const recsys_model *model, rs_scratch *scratch, int silent)
{
    rs_ranking *ranking = &scratch->ranker;
    ranking->top = 0;
    ranking->silent = silent;
    ranking->tasteful = !silent && model->fusion.ranker->use == RS_USE_RANKER &&
                        rs_taste_of(&scratch->genres, &scratch->profile);
}

double rs_ranker_part(const rs_scratch *scratch, size_t source, size_t movie)
{
    const rs_scores *scores = &scratch->scores[source];
    double weight = scratch->ranker.silent ? source == RS_POPULARITY : scratch->weight[source];
    if (!(weight > 0) || !rs_is_scored(scratch, scores, movie)) return 0;
    return weight * rs_ranker_feature(rs_scaled_score(scratch, scores, movie));
}

double rs_ranker_own_part(const recsys_model *model, const rs_scratch *scratch, size_t movie)
{
    const rs_ranker *r = model->fusion.ranker;
    const rs_ranking *ranking = &scratch->ranker;
    if (ranking->silent || r->use != RS_USE_RANKER) return 0;
    double taste = ranking->tasteful ? rs_ranker_taste(&scratch->genres, movie) : -1;
    return ranking->own[movie] + r->movie[RS_BY_TASTE] * (taste < 0 ? r->taste : taste);
}

double rs_ranker_value(const recsys_model *model, const rs_scratch *scratch, size_t movie)
{
    double value = rs_ranker_own_part(model, scratch, movie);
    for (size_t s = 0; s < RS_SOURCES; s++) value += rs_ranker_part(scratch, s, movie);
    return value;
}

double rs_ranker_recall(const recsys_model *model, const rs_scratch *scratch, size_t movie)
{
    if (!scratch->is_listed[movie]) return 0;
    return rs_exp(rs_ranker_value(model, scratch, movie) - scratch->ranker.top);
}
