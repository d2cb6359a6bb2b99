/* Each movie's most similar movies by the cosine of their term vectors. */
#ifndef RS_MODELS_SIMILAR_H
#define RS_MODELS_SIMILAR_H

#include "modelfile/model.h"

/* Find for each of `movies` at most `most` others with a cosine above 0, by (cosine desc, id
 * asc), and add the parts "content.ptr", "content.movie" and "content.similarity". Cosines
 * are those of rs_terms_cosine, to the last bit, rounded to float. */
recsys_status rs_similar_find(const rs_terms *terms, size_t movies, size_t most,
                              recsys_runtime *runtime, rs_container *into,
                              const recsys_progress *progress, recsys_error *err);

#endif
