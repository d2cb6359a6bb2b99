/* What training and updating have in common: the first and the last steps of making a model. */
#ifndef RS_API_FIT_H
#define RS_API_FIT_H

#include "modelfile/model.h"
#include "tune/shelf.h"

/* Data, statistics and popularity: everything that the sources then learn from. `catalogue` may
 * be empty. */
recsys_status rs_fit_begin(recsys_model *model, const recsys_ratings *ratings,
                           const rs_catalogue *catalogue, const recsys_config *config,
                           const recsys_progress *progress, recsys_error *err);

/* How the manifest of a model of this very library begins. */
#define RS_MANIFEST_BEGIN "{\"format\": 1, \"library\": \"" RECSYS_VERSION_STRING "\", "

/* What is older than the rest of the model: 1 << source, and this. */
enum { RS_STALE_FUSION = 1 << RS_SOURCES };

/* Config and manifest, once sources and fusion are bound; then the model is sealed. */
recsys_status rs_fit_end(recsys_model *model, const recsys_config *config, unsigned stale,
                         recsys_error *err);

/* recsys_model_fit, with sources copied from others; `borrowing` NULL: all are learned. */
recsys_status rs_fit(recsys_model **model, recsys_runtime *runtime,
                     const recsys_ratings *ratings, const recsys_catalogue *catalogue,
                     const recsys_config *config, rs_borrowing *borrowing,
                     const recsys_progress *progress, recsys_error *err);

#endif
