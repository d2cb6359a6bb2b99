/* Learning what a source's rank is worth, on ratings hidden from their own users. */
#ifndef RS_RANK_CALIBRATE_H
#define RS_RANK_CALIBRATE_H

#include "modelfile/model.h"

/* Adds the parts "fusion.*" to the model, whose other views are bound.
 *
 * A sample of users (calibration_users at most, by a hash of their ids) has a share of their
 * ratings hidden, by a hash too, from their own query only: each source ranks for them against
 * everybody else's full data. Hits at each rank over users, made falling by isotonic
 * regression (pool adjacent violators; Ayer et al. 1955), are the expected relevance at that
 * rank. Then each way of fusing is scored by NDCG@10 on the same users, and the better of
 * calibrated and minmax is what "auto" means for this model.
 * `relevance`: a rating from here on, as a share of the scale's top, is a hit. */
recsys_status rs_calibrate(recsys_model *model, double relevance,
                           const recsys_progress *progress, recsys_error *err);

/* Pool adjacent violators: value[i] becomes the falling fit that is nearest in weighted squares
 * to the given value[i]; entries of weight 0 take their pool's value. Returns 0 when out of
 * memory. */
int rs_isotonic_falling(recsys_runtime *runtime, double *value, const double *weight,
                        size_t count);

#endif
