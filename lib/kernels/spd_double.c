/* In doubles. */
#define CELL double
#define BLAS(blas, name) (blas)->d##name
#define INVERSE rs_spd_inverse_double
#include "kernels/spd_body.inc"
