/* EASE: a linear model whose weights from movie to movie come in closed form. */
#ifndef RS_MODELS_EASE_H
#define RS_MODELS_EASE_H

#include "modelfile/model.h"

/* Adds the parts "ease.*" to a model whose data are bound, if model.ease.enabled asks for it:
 * of each movie the neighbors weights to it that are farthest from 0, listed by the movie that
 * they are from. Errors: those of rs_ease_system_make. */
recsys_status rs_ease_fit(recsys_model *model, const recsys_config *config,
                          const recsys_progress *progress, recsys_error *err);

#endif
