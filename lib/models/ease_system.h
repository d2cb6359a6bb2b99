/* The ridge regression behind EASE (Steck 2019), with the ridge of expected dropout (Steck
 * 2020) and weighted users: for the rated movies, with X the ratings divided by the scale's top
 * and W the users' weights,
 *
 *     P = (X' W X + D)^-1,  D_i = regularization + dropout / (1 - dropout) (X' W X)_ii
 *     w_u = c |I_u|^-row_exponent, c so that the ratings' mean weight is 1
 *
 * whole, or, where there are fewer users, by the users x users inverse of Woodbury:
 *
 *     P = D^-1 - D^-1 X' (W^-1 + X D^-1 X')^-1 X D^-1 */
#ifndef RS_MODELS_EASE_SYSTEM_H
#define RS_MODELS_EASE_SYSTEM_H

#include "models/profile.h"

typedef struct rs_ease_system {
    recsys_runtime *runtime;
    const rs_matrix *ratings;
    float top;       /* ratings are divided by it */
    double *user;    /* [users] w_u */
    double *ridge;   /* [movies] D_i; 0: the movie is not among those solved for */
    uint32_t *movie; /* [count] those that are, ascending */
    uint32_t *place; /* [movies] the other way round; UINT32_MAX: not among them */
    float *own;      /* [count] P_jj; where the matrix is by users, D_j P_jj */
    size_t count;
    int by_users;  /* the matrix is users x users */
    int is_double; /* it is inverted in doubles */
    size_t rows;
    float *inverse; /* [rows][rows] whole; its size is rows^2 * 4 bytes */
    double *wide;   /* [rows][rows] what becomes of it, with precision double; else NULL */
} rs_ease_system;

/* Of movies with raters; where the matrix would not fit in model.ease.memory, the most rated
 * ones. Errors: NO_MEMORY, CANCELLED, those of rs_spd_inverse. Free it in any case. */
recsys_status rs_ease_system_make(rs_ease_system *system, const recsys_model *model,
                                  const recsys_config *config, const recsys_progress *progress,
                                  recsys_error *err);
void rs_ease_system_free(rs_ease_system *system);

/* What a rating counts in the matrix. */
static inline float rs_ease_rating(const rs_ease_system *s, float rating)
{
    return rating / s->top;
}

/* Bytes of a number of the matrix while it is inverted. */
static inline size_t rs_ease_cell(const rs_ease_system *s)
{
    return s->is_double ? sizeof(double) : sizeof(float);
}

/* Make the matrix that is to be inverted, its lower triangle, in `wide` or else in `inverse`;
 * sums are taken in doubles. Errors: NO_MEMORY, CANCELLED. */
recsys_status rs_ease_fill(rs_ease_system *system, const recsys_progress *progress,
                           recsys_error *err);

/* *residual: the largest entry of A P - I, A being the matrix and P the inverse, in four rows
 * from the first to the last. INVALID if it is above 0.01. */
recsys_status rs_ease_check(const rs_ease_system *system, double *residual, recsys_error *err);

/* Weights to the movies first..first + targets - 1 of the system from all of them: -P_ij / P_jj
 * and 0 from a movie to itself, in weight[(j - first) * count + i]. `scratch`: room for
 * users * RS_EASE_TARGETS floats. */
enum { RS_EASE_TARGETS = 16 };
void rs_ease_weights(const rs_ease_system *system, size_t first, size_t targets, float *weight,
                     float *scratch);

/* What all weights together say of each movie of the system to somebody who did not rate it, in
 * score[count]. `scratch`: room for 2 * users floats. */
void rs_ease_score(const rs_ease_system *system, const rs_profile *profile, float *score,
                   float *scratch);

#endif
