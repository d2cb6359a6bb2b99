/* What sources learned of movies before, for a model that has more of them. */
#ifndef RS_MODELS_KEEP_H
#define RS_MODELS_KEEP_H

#include "modelfile/model.h"

/* Adds the parts of a source (content, EASE, item CF, RP3beta or iALS) as an older model has
 * them, its movie j being number[j] of `movies` now, in the same order. Movies that it lacks
 * have no terms, nothing similar, no weights, and factors of 0. Errors: NO_MEMORY. */
recsys_status rs_keep_source(const recsys_model *before, size_t source, const uint32_t *number,
                             size_t movies, rs_container *into, recsys_error *err);

#endif
