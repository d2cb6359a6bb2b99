#include "base/exponential.h"

#include <math.h>
#include <stddef.h>

/* 1 / n! from n = 14 down to 0. */
static const double factor[] = {1 / 87178291200.0,
                                1 / 6227020800.0,
                                1 / 479001600.0,
                                1 / 39916800.0,
                                1 / 3628800.0,
                                1 / 362880.0,
                                1 / 40320.0,
                                1 / 5040.0,
                                1 / 720.0,
                                1 / 120.0,
                                1 / 24.0,
                                1 / 6.0,
                                0.5,
                                1,
                                1};

/* x = k ln 2 + r with |r| <= ln 2 / 2; ln 2 in two parts, so that k times the first is
 * exact. */
double rs_exp(double x)
{
    static const double per_ln2 = 1.44269504088896340736, most = 700;
    static const double ln2_high = 6.93147180369123816490e-01,
                        ln2_low = 1.90821492927058770002e-10;
    if (x < -most) return 0;
    if (x > most) return INFINITY;
    double k = floor(x * per_ln2 + 0.5), r = (x - k * ln2_high) - k * ln2_low, sum = 0;
    for (size_t n = 0; n < sizeof factor / sizeof *factor; n++) sum = sum * r + factor[n];
    return ldexp(sum, (int)k);
}
