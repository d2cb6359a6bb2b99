#include "base/bar.h"

#include <string.h>

/* Bits of a float that is not negative rise with it: they are looked at from the top on, in
 * three digits. */
enum { DIGITS = 3 };
static const int shifts[DIGITS + 1] = {20, 10, 0, 0};

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint32_t size_of(int digit)
{
    return digit == 0 ? RS_BAR_BINS : 1024;
}

/* How many of the values that begin like `top` have each next digit. */
static void count_digits(const float *value, size_t count, int digit, uint32_t top,
                         uint32_t *bins)
{
    int shift = shifts[digit], before = digit == 0 ? 31 : shifts[digit - 1];
    uint32_t mask = size_of(digit) - 1;
    memset(bins, 0, size_of(digit) * sizeof *bins);
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = bits_of(value[i]);
        if (bits >> before == top) bins[bits >> shift & mask]++;
    }
}

rs_bar rs_bar_find(const float *value, size_t count, size_t most, uint32_t *bins)
{
    rs_bar bar = {0, most};
    uint32_t top = 0;
    if (count <= most) return bar;
    for (int digit = 0; digit < DIGITS; digit++) {
        count_digits(value, count, digit, top, bins);
        uint32_t bin = size_of(digit);
        /* `equal`: how many are still to be found among those that begin like `top`. */
        while (bin > 0 && bar.equal >= bins[bin - 1]) bar.equal -= bins[--bin];
        top = digit == 0 ? bin - 1 : top << 10 | (bin - 1);
    }
    memcpy(&bar.least, &top, sizeof top);
    return bar;
}
