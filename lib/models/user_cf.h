/* Each user's neighbours: made anew, or brought up to date. */
#ifndef RS_MODELS_USER_CF_H
#define RS_MODELS_USER_CF_H

#include "modelfile/model.h"

/* Adds the parts "user_cf.*", and "spare.*" if spare_neighbors is not 0, to a model whose data
 * are bound. */
recsys_status rs_user_cf_fit(recsys_model *model, const recsys_config *config,
                             const recsys_progress *progress, recsys_error *err);

/* How the users of an older model are found in the newer one. */
typedef struct rs_user_cf_before {
    const recsys_model *model;
    const uint32_t *user;   /* [its users] number in the newer model */
    const uint8_t *changed; /* [users of the newer model] 1: not with the same ratings there */
} rs_user_cf_before;

/* The same from the lists of an older model of the same settings. *made: how many lists were
 * made anew. "spare.*" may hold less than after a fit. */
recsys_status rs_user_cf_update(recsys_model *model, const rs_user_cf_before *before,
                                uint64_t *made, const recsys_progress *progress,
                                recsys_error *err);

#endif
