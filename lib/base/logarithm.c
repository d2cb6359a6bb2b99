#include "base/logarithm.h"

#include <math.h>

double rs_ln(double x)
{
    static const double ln2 = 0.69314718055994530942, half_root = 0.70710678118654752440;
    int exponent;
    double m = frexp(x, &exponent);
    if (m < half_root) {
        m *= 2;
        exponent--;
    }
    double z = (m - 1) / (m + 1), square = z * z, sum = 0;
    for (int k = 25; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
    return exponent * ln2 + 2 * z * sum;
}
