/* An exponential that is the same everywhere. */
#ifndef RS_BASE_EXPONENTIAL_H
#define RS_BASE_EXPONENTIAL_H

/* e^x of a finite x by its power series: the same last bit everywhere, which the C library's
 * does not promise. 0 below -700, infinity above 700. */
double rs_exp(double x);

#endif
