/* Weights from movie to movie that come of a product of two matrices of the ratings' shape: the
 * sparse product Aᵀ B, one target (a column of B) at a time, of which the best are kept. */
#ifndef RS_MODELS_MOVIE_PRODUCTS_H
#define RS_MODELS_MOVIE_PRODUCTS_H

#include "modelfile/model.h"

typedef struct rs_movie_products rs_movie_products;

/* The weight between two movies whose sum of products is `sum`. */
typedef double (*rs_weigh_fn)(const rs_movie_products *of, size_t from, size_t to, double sum);

struct rs_movie_products {
    size_t source;         /* RS_ITEM_CF, ... */
    size_t most;           /* weights kept to each target */
    const float *by_user;  /* [ratings] A, in the order of the rows; NULL: 1 wherever rated */
    const float *by_movie; /* [ratings] B, in the order of the columns; NULL: likewise */
    rs_weigh_fn weigh;
    const double *from, *to; /* [movies] and numbers for `weigh` */
    double add, alpha, beta;
};

/* Find for each movie j that has ratings
 *   weigh(i, j, sum of A_ui B_uj over the users u who rated both i and j)
 * for the movies i other than j, and keep the `most` largest, equal ones by the smaller id:
 * they become the source's parts of the model, whose data are bound. Weights below FLT_MIN are
 * left out, those above FLT_MAX become it; sums are in doubles, users ascending. While the work
 * goes on it takes 17 bytes a movie for each thread, and 8 * most for each target.
 * Errors: out of memory; cancelled. */
recsys_status rs_movie_products_keep(const rs_movie_products *products, recsys_model *model,
                                     const recsys_progress *progress, recsys_error *err);

#endif
