/* Powers that are the same everywhere, which the C library's are not promised to be. */
#ifndef RS_BASE_POWER_H
#define RS_BASE_POWER_H

/* x^b for x >= 0 and b in [0, 2] by square roots alone. */
double rs_power(double x, double b);

/* 2^-halvings for halvings in [0, 1000]. */
double rs_halved(double halvings);

#endif
