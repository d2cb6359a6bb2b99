/* The inverse of a symmetric positive definite matrix. */
#ifndef RS_KERNELS_SPD_H
#define RS_KERNELS_SPD_H

#include "base/runtime.h"

/* Replace the lower triangle of a[n][n], row by row, by that of its inverse, through its
 * Cholesky factor; the upper one is not looked at. Tiles of a fixed size are worked on by the
 * runtime's threads, each by one thread of OpenBLAS, in an order that does not depend on their
 * number: the bytes are the same for any number of threads, and the same core of OpenBLAS.
 * Meanwhile OpenBLAS has one thread for the whole process. Errors: UNSUPPORTED without
 * OpenBLAS; INVALID if the matrix is not positive definite; CANCELLED, NO_MEMORY. */
recsys_status rs_spd_inverse(float *a, size_t n, recsys_runtime *runtime,
                             const recsys_progress *progress, recsys_error *err);
/* The same in doubles: twice the memory and twice the time. */
recsys_status rs_spd_inverse_double(double *a, size_t n, recsys_runtime *runtime,
                                    const recsys_progress *progress, recsys_error *err);

#endif
