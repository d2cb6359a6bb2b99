/* What a model would have learned without some of its ratings. */
#ifndef RS_RANK_TWIN_H
#define RS_RANK_TWIN_H

#include "models/ease_system.h"

typedef struct rs_twin {
    recsys_model *model;
    rs_ease_system ease;
} rs_twin;

/* twin->model has the same users, movies and content on the ratings that `hidden` does not
 * mark, with each source that learns from ratings fitted anew. It has neighbours only where
 * lists of others count, else a query looks for them as for any user whose ratings changed.
 * EASE is kept whole, which is cheaper than choosing weights. It lends from `model`, which must
 * outlive it. Free it in any case. */
recsys_status rs_twin_make(rs_twin *twin, const recsys_model *model, const uint8_t *hidden,
                           const recsys_config *config, const recsys_progress *progress,
                           recsys_error *err);
void rs_twin_free(rs_twin *twin);

#endif
