#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ---- numbers --------------------------------------------------------------------- */

int rs_parse_int(const char *text, size_t size, int64_t *value)
{
    int negative = size > 0 && text[0] == '-';
    uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0), x = 0;
    size_t i = size > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    if (i == size) return 0;
    for (; i < size; i++) {
        unsigned digit = (unsigned)(unsigned char)text[i] - '0';
        if (digit > 9 || x > (limit - digit) / 10) return 0;
        x = x * 10 + digit;
    }
    *value = negative ? (int64_t)(0 - x) : (int64_t)x;
    return 1;
}

int rs_parse_id(const char *text, size_t size, int64_t *value)
{
    if (size == 0 || size > 19 || (text[0] == '0' && size > 1)) return 0;
    uint64_t x = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned digit = (unsigned)(unsigned char)text[i] - '0';
        if (digit > 9) return 0;
        x = x * 10 + digit;
    }
    if (x > (uint64_t)INT64_MAX) return 0;
    *value = (int64_t)x;
    return 1;
}

typedef struct decimal {
    uint64_t digits; /* leading significant digits */
    int exponent;    /* value = digits * 10^exponent */
    int any;         /* a digit was seen */
} decimal;

static size_t scan_digits(const char *text, size_t size, size_t i, int fraction, decimal *d)
{
    for (; i < size; i++) {
        unsigned digit = (unsigned)(unsigned char)text[i] - '0';
        if (digit > 9) break;
        d->any = 1;
        if (d->digits < UINT64_C(100000000000000000)) {
            d->digits = d->digits * 10 + digit;
            if (fraction) d->exponent--;
        } else if (!fraction && d->exponent < 100000) {
            d->exponent++;
        }
    }
    return i;
}

static size_t scan_exponent(const char *text, size_t size, size_t i, decimal *d)
{
    if (i >= size || (text[i] | 32) != 'e') return i;
    i++;
    int negative = i < size && text[i] == '-', exponent = 0;
    if (i < size && (text[i] == '-' || text[i] == '+')) i++;
    size_t start = i;
    for (; i < size && text[i] >= '0' && text[i] <= '9'; i++)
        if (exponent < 100000) exponent = exponent * 10 + (text[i] - '0');
    if (i == start) d->any = 0;
    d->exponent += negative ? -exponent : exponent;
    return i;
}

static double scale_decimal(const decimal *d)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    int e = d->exponent;
    double x = (double)d->digits;
    if (d->digits == 0) return 0;
    /* Digits and power are exact in a double, so one operation rounds once (Clinger 1990). */
    int exact = d->digits <= UINT64_C(1) << 53;
    if (exact && e >= 0 && e <= 22) return x * powers[e];
    if (exact && e < 0 && e >= -22) return x / powers[-e];
    /* Else through the C library, whose point may differ but which is given none. */
    char buffer[48];
    snprintf(buffer, sizeof buffer, "%llue%d", (unsigned long long)d->digits, e);
    return strtod(buffer, NULL);
}

int rs_parse_real(const char *text, size_t size, double *value)
{
    decimal d = {0, 0, 0};
    int negative = size > 0 && text[0] == '-';
    size_t i = size > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    i = scan_digits(text, size, i, 0, &d);
    if (i < size && text[i] == '.') i = scan_digits(text, size, i + 1, 1, &d);
    if (!d.any) return 0;
    i = scan_exponent(text, size, i, &d);
    if (!d.any || i != size) return 0;
    double x = scale_decimal(&d);
    if (!isfinite(x)) return 0;
    *value = negative ? -x : x;
    return 1;
}

/* The host's locale may use another decimal point, even of several bytes. */
static size_t fix_point(char *buffer)
{
    size_t out = 0;
    for (size_t i = 0; buffer[i] != '\0'; i++) {
        char c = buffer[i];
        int plain = (c >= '0' && c <= '9') || c == '-' || c == '+' || c == 'e';
        if (plain)
            buffer[out++] = c;
        else if (out == 0 || buffer[out - 1] != '.')
            buffer[out++] = '.';
    }
    buffer[out] = '\0';
    return out;
}

size_t rs_format_real(char *buffer, double value)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buffer, 32, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value) break;
    }
    return fix_point(buffer);
}

size_t rs_format_count(char buffer[24], uint64_t value)
{
    char reversed[24];
    size_t size = 0;
    do {
        reversed[size++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    for (size_t i = 0; i < size; i++) buffer[i] = reversed[size - 1 - i];
    buffer[size] = '\0';
    return size;
}

double rs_round(double value, int places)
{
    char text[352]; /* the largest double has 309 digits before the point */
    if (!isfinite(value)) return value;
    snprintf(text, sizeof text, "%.*f", places, value);
    return strtod(text, NULL);
}

/* ---- UTF-8 ----------------------------------------------------------------------- */

size_t rs_utf8_length(const unsigned char *p, const unsigned char *end)
{
    size_t left = (size_t)(end - p);
    if (left == 0) return 0;
    if (p[0] < 0x80) return 1;
    size_t need = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || left < need) return 0;
    for (size_t i = 1; i < need; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    if (p[0] == 0xe0 && p[1] < 0xa0) return 0; /* overlong */
    if (p[0] == 0xed && p[1] > 0x9f) return 0; /* surrogate */
    if (p[0] == 0xf0 && p[1] < 0x90) return 0; /* overlong */
    if (p[0] == 0xf4 && p[1] > 0x8f) return 0; /* beyond U+10FFFF */
    return need;
}

int rs_utf8_valid(const void *data, size_t size)
{
    const unsigned char *p = data, *end = p + size;
    while (p < end) {
        size_t length = rs_utf8_length(p, end);
        if (length == 0) return 0;
        p += length;
    }
    return 1;
}

/* ---- growing text ---------------------------------------------------------------- */

void rs_text_begin(rs_text *text, recsys_runtime *runtime)
{
    *text = (rs_text){.runtime = runtime};
}

void rs_text_add_bytes(rs_text *text, const char *data, size_t size)
{
    size_t need;
    if (text->failed) return;
    if (!rs_add(text->size, size, &need) || !rs_add(need, 1, &need) ||
        !rs_reserve(text->runtime, &text->data, &text->capacity, need, 1)) {
        text->failed = 1;
        return;
    }
    if (size > 0) memcpy(text->data + text->size, data, size);
    text->size += size;
    text->data[text->size] = '\0';
}

void rs_text_add(rs_text *text, const char *string)
{
    rs_text_add_bytes(text, string, strlen(string));
}

void rs_text_printf(rs_text *text, const char *format, ...)
{
    char small[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    if (length < 0) {
        text->failed = 1;
        return;
    }
    if ((size_t)length < sizeof small) {
        rs_text_add_bytes(text, small, (size_t)length);
        return;
    }
    size_t need = text->size + (size_t)length + 1;
    if (text->failed || !rs_reserve(text->runtime, &text->data, &text->capacity, need, 1)) {
        text->failed = 1;
        return;
    }
    va_start(arguments, format);
    vsnprintf(text->data + text->size, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text->size += (size_t)length;
}

void rs_text_add_real(rs_text *text, double value)
{
    char buffer[32];
    rs_text_add_bytes(text, buffer, rs_format_real(buffer, value));
}

char *rs_text_take(rs_text *text)
{
    rs_text_add_bytes(text, "", 0);
    char *taken = text->failed ? NULL : text->data;
    if (taken == NULL) rs_free(text->runtime, text->data);
    rs_text_begin(text, text->runtime);
    return taken;
}

void rs_text_free(rs_text *text)
{
    rs_free(text->runtime, text->data);
    rs_text_begin(text, text->runtime);
}

/* ---- near matches ---------------------------------------------------------------- */

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

size_t rs_edit_distance(const char *a, const char *b, size_t limit)
{
    enum { MOST = 96 };
    size_t n = strlen(a), m = strlen(b);
    size_t rows[3][MOST + 1];
    if (n > MOST || m > MOST) return limit + 1;
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++) last[j] = j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t change = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = min3(last[j] + 1, row[j - 1] + 1, change);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        size_t *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[m] > limit ? limit + 1 : last[m];
}
