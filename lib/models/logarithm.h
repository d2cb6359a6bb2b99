/* The natural logarithm with the same last bit everywhere, which the C library's does not
 * promise. */
#ifndef RS_MODELS_LOGARITHM_H
#define RS_MODELS_LOGARITHM_H

/* ln x of a finite x above 0. */
double rs_ln(double x);

#endif
