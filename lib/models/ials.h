/* iALS: a factor model of users and movies learned by alternating least squares over all pairs
 * of them, rated or not (Hu, Koren & Volinsky 2008), in the form that Rendle, Krichene, Zhang
 * & Koren (2022, "Revisiting the Performance of iALS on Item Recommendation Benchmarks") gave
 * it. */
#ifndef RS_MODELS_IALS_H
#define RS_MODELS_IALS_H

#include "models/scratch.h"

/* Adds the parts "ials.*" to a model whose data are bound, if model.ials.enabled asks for it.
 * RECSYS_E_NO_MEMORY, RECSYS_CANCELLED. */
recsys_status rs_ials_fit(recsys_model *model, const recsys_config *config,
                          const recsys_progress *progress, recsys_error *err);

/* What a rating is divided by: the scale's largest rating. */
static inline double rs_ials_top(const rs_matrix *ratings)
{
    return ratings->scale_max > 0 ? (double)ratings->scale_max : 1;
}

/* The ridge of one with `own` ratings, where the other side counts `others`:
 * regularization * (own + unobserved_weight * others)^exponent. */
static inline double rs_ials_ridge(const rs_ials_head *head, uint64_t own, uint64_t others)
{
    double frequency = (double)own + head->unobserved * (double)others;
    return head->regularization * rs_power(frequency, head->exponent);
}

#endif
