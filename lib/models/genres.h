/* Genres as numbers, and how a list shares itself out among them. */
#ifndef RS_MODELS_GENRES_H
#define RS_MODELS_GENRES_H

#include "modelfile/model.h"

typedef struct rs_genres {
    size_t count;    /* distinct genres, in lower case */
    uint64_t *ptr;   /* [movies + 1]; NULL: not made yet */
    uint32_t *genre; /* [ptr[movies]] ascending in each movie, none twice */
    double *wanted;  /* [count] share of each genre that is asked for */
    double *held;    /* [count] sum of what the list's movies give each genre */
    double *part;    /* [count] each genre's part of a divergence */
} rs_genres;

/* Number the genres of all movies, unless that has been done. On RECSYS_E_NO_MEMORY nothing is
 * kept. */
recsys_status rs_genres_make(rs_genres *genres, const recsys_model *model, recsys_error *err);
void rs_genres_free(rs_genres *genres, recsys_runtime *runtime);

#endif
