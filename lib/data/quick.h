/* Numbers of plain text eight bytes at a time. All look at up to 16 bytes from where they
 * begin, whatever these are. */
#ifndef RS_DATA_QUICK_H
#define RS_DATA_QUICK_H

#include <stdint.h>
#include <string.h>

static inline uint64_t rs_load8(const char *p)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

/* Bytes of x, from the lowest, that are digits. `digits` is x ^ "00000000". */
static inline unsigned rs_leading_digits(uint64_t digits)
{
    uint64_t other = (digits + UINT64_C(0x7676767676767676)) | digits;
    other &= UINT64_C(0x8080808080808080);
    return other == 0 ? 8 : (unsigned)__builtin_ctzll(other) >> 3;
}

/* Value of the lowest n (1..8) digits: neighbours are joined to pairs, fours, eights. */
static inline uint64_t rs_digits_value(uint64_t digits, unsigned n)
{
    uint64_t x = digits << (64 - 8 * n);
    x = x * 10 + (x >> 8);
    return (((x & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064)) +
            (((x >> 16) & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001))) >>
           32;
}

/* Up to 15 digits; NULL if there are none or more. */
static inline const char *rs_quick_integer(const char *p, uint64_t *value)
{
    static const uint32_t powers[8] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
    uint64_t digits = rs_load8(p) ^ UINT64_C(0x3030303030303030);
    unsigned n = rs_leading_digits(digits);
    if (n == 0) return NULL;
    *value = rs_digits_value(digits, n);
    if (n < 8) return p + n;
    digits = rs_load8(p + 8) ^ UINT64_C(0x3030303030303030);
    n = rs_leading_digits(digits);
    if (n == 8) return NULL;
    if (n > 0) *value = *value * powers[n] + rs_digits_value(digits, n);
    return p + 8 + n;
}

/* Digits with or without a point in them, 15 at most, so that the quotient of whole numbers is
 * the nearest double; NULL for anything else, a sign or an exponent. */
static inline const char *rs_quick_decimal(const char *p, double *value)
{
    static const double powers[16] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    uint64_t whole, part;
    const char *point = rs_quick_integer(p, &whole);
    if (point == NULL) return NULL;
    *value = (double)whole;
    if (*point == 'e' || *point == 'E') return NULL;
    if (*point != '.') return point;
    const char *end = rs_quick_integer(point + 1, &part);
    if (end == NULL || *end == 'e' || *end == 'E' || *end == '.') return NULL;
    size_t digits = (size_t)(end - point - 1);
    if ((size_t)(point - p) + digits > 15) return NULL;
    *value = ((double)whole * powers[digits] + (double)part) / powers[digits];
    return end;
}

#endif
