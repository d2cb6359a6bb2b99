/* The fusion "learned": a ranker that is linear in features, with weights that training fits.
 *
 *     value(i)  = sum over sources s of a_s f_s(i) + own(i) + b_taste taste(i),  a_s >= 0
 *     f_s(i)    = ln(1 + 10 scaled_s(i)), 0 where s did not score i; scaled_s is in [0, 1], see
 *                 rank/fuse.h
 *     own(i)    = b_raters ln(1 + raters) + b_mean mean + b_age ln(1 + age)
 *     recall(i) = e^(value(i) - the largest of all candidates)
 *
 * mean: the damped mean rating, as a share of the scale; age: years from the release to the
 * latest one of a rated movie; taste: mean share in the profile of the movie's genres (see
 * rank/taste.h). recall is the chance, up to a factor, that i is the one that the user chooses
 * next (multinomial logit; McFadden 1974), and rises with the score of each source. */
#ifndef RS_RANK_RANKER_H
#define RS_RANK_RANKER_H

#include "models/scratch.h"

/* What "learned" comes down to for a model: RS_LEARNED with the ranker or a single source, else
 * what "auto" chose. */
rs_fusion_kind rs_ranker_kind(const recsys_model *model);
/* Weights of the sources then. Popularity always has one, so that what many rate can be in the
 * list of somebody of whom nothing is known. */
void rs_ranker_weigh(const recsys_model *model, double weight[RS_SOURCES]);

/* What a query needs beyond what every one has; called before it. */
recsys_status rs_ranker_prepare(const recsys_model *model, const rs_settings *settings,
                                rs_scratch *scratch, recsys_error *err);
/* For the profile of scratch; `silent`: no source knows its user, and then popularity decides
 * alone. */
void rs_ranker_begin(const recsys_model *model, rs_scratch *scratch, int silent);

/* f_s of a movie that s scored, from its scaled score. */
double rs_ranker_feature(double scaled);
/* Features RS_BY_RATERS, RS_BY_MEAN and RS_BY_AGE of a movie: value[RS_BY_TASTE]. */
void rs_ranker_own(const recsys_model *model, const rs_ranker *ranker, size_t movie,
                   double *value);
/* The last one, for a profile that rs_taste_of was asked for; -1: the movie has no genres. */
double rs_ranker_taste(const rs_genres *genres, size_t movie);
/* Latest year of a rated movie, and the mean of RS_BY_AGE over those with a year. */
void rs_ranker_years(const recsys_model *model, rs_ranker *ranker);

/* What a source, and the movie by itself, add to the value. */
double rs_ranker_part(const rs_scratch *scratch, size_t source, size_t movie);
double rs_ranker_own_part(const recsys_model *model, const rs_scratch *scratch, size_t movie);
double rs_ranker_value(const recsys_model *model, const rs_scratch *scratch, size_t movie);
/* recall once scratch->ranker.top is known; movies not listed have 0. */
double rs_ranker_recall(const recsys_model *model, const rs_scratch *scratch, size_t movie);

#endif
