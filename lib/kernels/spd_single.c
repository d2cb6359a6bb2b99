/* In 32-bit floats. */
#define CELL float
#define BLAS(blas, name) (blas)->s##name
#define INVERSE rs_spd_inverse
#include "kernels/spd_body.inc"
