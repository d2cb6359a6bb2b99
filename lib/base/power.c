#include "base/power.h"

#include <math.h>

double rs_power(double x, double b)
{
    double result = 1, root = x;
    if (b >= 2) return x * x;
    if (b >= 1) {
        result = x;
        b -= 1;
    }
    for (int bit = 0; bit < 40 && b > 0; bit++) {
        root = sqrt(root);
        b *= 2;
        if (b < 1) continue;
        result *= root;
        b -= 1;
    }
    return result;
}

double rs_halved(double halvings)
{
    double whole = floor(halvings);
    return ldexp(rs_power(0.5, halvings - whole), -(int)whole);
}
