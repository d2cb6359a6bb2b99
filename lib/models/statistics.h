/* Sums of ratings that formulas need. */
#ifndef RS_MODELS_STATISTICS_H
#define RS_MODELS_STATISTICS_H

#include "modelfile/model.h"

/* Adds the parts "user.sum", "user.square" and "movie.sum" of model->ratings. */
recsys_status rs_statistics_fit(recsys_model *model, recsys_error *err);

#endif
