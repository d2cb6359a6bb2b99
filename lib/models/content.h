/* Content: what a catalogue says about which movies are alike. */
#ifndef RS_MODELS_CONTENT_H
#define RS_MODELS_CONTENT_H

#include "models/terms.h"

/* Learn from a catalogue of all movies of the model: the parts of rs_terms_build and
 * rs_similar_find. Options: model.content_based.*. */
recsys_status rs_content_fit(const rs_catalogue *catalogue, const recsys_config *config,
                             recsys_runtime *runtime, rs_container *into,
                             const recsys_progress *progress, recsys_error *err);

/* The same parts as an older model has them, its movie j being number[j] of `movies` now, in
 * the same order; movies that it lacks have no terms and nothing similar. */
recsys_status rs_content_keep(const recsys_model *before, const uint32_t *number, size_t movies,
                              rs_container *into, recsys_error *err);

#endif
