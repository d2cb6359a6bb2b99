/* A logarithm that is the same everywhere. */
#ifndef RS_BASE_LOGARITHM_H
#define RS_BASE_LOGARITHM_H

/* Natural logarithm of a finite x > 0 by the series of atanh: the same last bit everywhere,
 * which the C library's does not promise. */
double rs_ln(double x);

#endif
