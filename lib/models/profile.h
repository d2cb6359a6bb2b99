/* The merged vector of a query: what the user rated, by the model and by the query. */
#ifndef RS_MODELS_PROFILE_H
#define RS_MODELS_PROFILE_H

#include "modelfile/model.h"

typedef struct rs_profile {
    size_t user;   /* number in the model, never a neighbour; SIZE_MAX: not known */
    int as_stored; /* equal to the model's row, so stored neighbours hold */
    size_t count;
    uint32_t *movie; /* [count] ascending; room for every movie */
    float *rating;   /* [count] */
    double *worth;   /* [count] of each rating, see data/worth.h */
    double sum, square;
} rs_profile;

/* A rating that the model lacks. */
typedef struct rs_fresh {
    uint32_t movie;
    float rating; /* NaN: withdrawn */
    int64_t time; /* milliseconds; 0: newer than anything */
} rs_fresh;

/* The model's row of a user; SIZE_MAX: an empty profile. */
void rs_profile_load(rs_profile *profile, const recsys_model *model, size_t user);
/* The same with `fresh[count]` (ascending movies, each once) laid over it. A fresh rating that
 * is older than the model's does not count. */
void rs_profile_merge(rs_profile *profile, const recsys_model *model, size_t user,
                      const rs_fresh *fresh, size_t count);

#endif
