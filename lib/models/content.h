/* Content: what a catalogue says about which movies are alike. */
#ifndef RS_MODELS_CONTENT_H
#define RS_MODELS_CONTENT_H

#include "models/terms.h"

/* Learn from a catalogue of all movies of the model: the parts of rs_terms_build and
 * rs_similar_find. Options: model.content_based.*. */
recsys_status rs_content_fit(const rs_catalogue *catalogue, const recsys_config *config,
                             recsys_runtime *runtime, rs_container *into,
                             const recsys_progress *progress, recsys_error *err);

#endif
