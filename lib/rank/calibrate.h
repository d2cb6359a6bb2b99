/* Learning what a source's rank is worth, on ratings hidden from their own users. */
#ifndef RS_RANK_CALIBRATE_H
#define RS_RANK_CALIBRATE_H

#include "modelfile/model.h"

/* Adds the parts "fusion.*" to the model, whose other views are bound.
 *
 * A sample of users has a share of their ratings hidden (see rank/holdout.h), and each source
 * learns from the rest alone (see rank/twin.h) before it ranks for them. Hits at each rank over
 * users, made falling by isotonic regression (pool adjacent violators; Ayer et al. 1955), are
 * the expected relevance at that rank. On the same users the collaborative sources' shares of
 * their group are learned (see rank/shares.h). Then each way of fusing is scored by NDCG@10,
 * and the better of calibrated and minmax is what "auto" means for this model.
 * `relevance`: a rating from here on, as a share of the scale's top, is a hit. */
recsys_status rs_calibrate(recsys_model *model, const recsys_config *config, double relevance,
                           const recsys_progress *progress, recsys_error *err);

/* Pool adjacent violators: value[i] becomes the falling fit that is nearest in weighted squares
 * to the given value[i]; entries of weight 0 take their pool's value. Returns 0 when out of
 * memory. */
int rs_isotonic_falling(recsys_runtime *runtime, double *value, const double *weight,
                        size_t count);

#endif
