/* The product's quality rerank, the choice of the list and its variety. */
#ifndef RS_RANK_RERANK_H
#define RS_RANK_RERANK_H

#include "models/scratch.h"

/* How the movies count in a query: fills mean, quality and most_quality. */
void rs_movies_count(const recsys_model *model, const rs_settings *settings,
                     rs_scratch *scratch);

/* Predicted rating of a movie in the scale of the data: neighbours' ratings damped towards
 * the movie's own damped mean, (sum of s r + d*mean_i) / (sum of s + d), d =
 * prediction_damping. */
double rs_predicted(const rs_settings *settings, const rs_scratch *scratch, size_t movie);

/* A rating given on 0..5 in the scale of the data: of its top, or of its span when it reaches
 * below 0. */
double rs_from_five(const recsys_model *model, double value);

/* final = recall*(1-w) + quality*w for candidates; then the best `limit` of those scored and
 * predicted at least min_rating_threshold, in order, into scratch->picked. Where variety is
 * asked for they are chosen from a wider pool (rank/variety.h). If the list is short, the
 * remaining candidates follow by popularity. `largest` is what rs_fuse returned. Returns the
 * number picked. */
size_t rs_pick(const recsys_model *model, const rs_settings *settings, rs_scratch *scratch,
               double largest, size_t limit);

#endif
