/* The ratings as sources learn from them. */
#ifndef RS_MODELS_LEARNED_H
#define RS_MODELS_LEARNED_H

#include "modelfile/model.h"

/* Sets model->learned, from which sources learn, once statistics are bound: the ratings, each
 * as what it is worth (data/worth.h). rs_model_free_learned ends it. Errors: NO_MEMORY. */
recsys_status rs_learned_make(recsys_model *model, recsys_error *err);

#endif
