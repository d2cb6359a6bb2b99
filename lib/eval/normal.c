#include "eval/normal.h"

#include <math.h>

double rs_normal_below(double z)
{
    return 0.5 * erfc(-z / sqrt(2.0));
}

/* Halving the range: erfc is monotonic and exact to a few units in the last place, and nobody
 * asks for more than a few quantiles. */
double rs_normal_quantile(double p)
{
    double low = -40, high = 40;
    if (p <= 0) return -(double)INFINITY;
    if (p >= 1) return (double)INFINITY;
    for (int i = 0; i < 200; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) break;
        if (rs_normal_below(middle) < p)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}
