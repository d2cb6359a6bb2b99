/* Training of iALS. With y = r / top of each rating, and over all pairs of users and movies
 * that rated or were rated,
 *
 *     sum over ratings of (y - x_u'v_i)^2 + a sum over all pairs of (x_u'v_i)^2
 *         + sum over users of ridge_u |x_u|^2 + sum over movies of ridge_i |v_i|^2
 *
 * is made smaller by solving for all x, then all v, and so on, a the weight of what is not
 * rated. A row's equations,
 *
 *     (a V'V + sum over its ratings of v_i v_i' + ridge_u I) x_u = sum of y v_i,
 *
 * are solved by a few steps of conjugate gradients from where the row stands (Takács, Pilászy &
 * Tikk 2011): of d factors, a step costs d^2 + 2 d n for n ratings. */
#ifndef RS_MODELS_IALS_TRAIN_H
#define RS_MODELS_IALS_TRAIN_H

#include "kernels/factors.h"
#include "modelfile/model.h"

/* Rows of factors, 64-byte aligned, padded with zeros. */
typedef struct rs_ials_rows {
    void *memory;
    float *row; /* [count][width] */
    size_t count;
} rs_ials_rows;

typedef struct rs_ials_training {
    recsys_runtime *runtime;
    const rs_factor_kernel *kernel;
    const rs_matrix *ratings;
    rs_ials_head head; /* all but the loss must be set */
    size_t steps;
    uint64_t seed;
    size_t width; /* head.factors rounded up */
    rs_ials_rows users, movies, square;
} rs_ials_training;

/* Room for rows, and the movies' first factors: deviates of variance 0.01 / factors, from seed,
 * a movie's number and the place in its row. Users, and movies without raters, have zeros. Free
 * it in any case. */
recsys_status rs_ials_begin(rs_ials_training *training, recsys_error *err);
/* head.iterations times users, then movies. */
recsys_status rs_ials_iterate(rs_ials_training *training, const recsys_progress *progress,
                              recsys_error *err);
/* What is made smaller, as it stands. */
recsys_status rs_ials_loss(rs_ials_training *training, double *loss, recsys_error *err);
void rs_ials_free(rs_ials_training *training);

#endif
