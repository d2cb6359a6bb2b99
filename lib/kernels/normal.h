/* Normal equations of a few hundred unknowns in doubles: V'V, and solving with a symmetric
 * positive definite matrix by Cholesky. Plain C in a fixed order: the same bits everywhere.
 * Matrices are [size][size] by rows; only their upper triangle is read and written. */
#ifndef RS_KERNELS_NORMAL_H
#define RS_KERNELS_NORMAL_H

#include <stddef.h>

/* square = V'V of v[rows][size], in both triangles. */
void rs_normal_square(const float *v, size_t rows, size_t size, double *square);
/* square += v v'. */
void rs_normal_add(double *square, const float *v, size_t size);
/* square = U'U. Returns 0 as soon as a square of U's diagonal would not be above `least`, which
 * must be 0 or more: then nothing in it is of use. */
int rs_normal_factor(double *square, size_t size, double least);
/* x = (U'U)^-1 x. */
void rs_normal_solve(const double *factor, size_t size, double *x);
/* v'x, in eight sums side by side. */
double rs_normal_dot(const float *v, const double *x, size_t size);

#endif
