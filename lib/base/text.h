/* Text that does not depend on the host's locale: numbers, UTF-8, a growing buffer. */
#ifndef RS_BASE_TEXT_H
#define RS_BASE_TEXT_H

#include "base/runtime.h"

/* Parse all of text[size] as a decimal number ("-3", "4.25", "1e-3"); returns 0 if it is
 * anything else or not finite. Correctly rounded for up to 17 significant digits; further
 * ones are cut off. No blanks, no hexadecimal, no "inf". */
int rs_parse_real(const char *text, size_t size, double *value);
/* Parse all of text[size] as an integer; returns 0 if it is anything else or overflows. */
int rs_parse_int(const char *text, size_t size, int64_t *value);
/* Parse a canonical decimal id: no sign, no leading zero, below 2^63. */
int rs_parse_id(const char *text, size_t size, int64_t *value);
/* Decimal digits of `value`, zero-ended; returns their number. */
size_t rs_format_count(char buffer[24], uint64_t value);
/* Shortest text that rs_parse_real and strtod read back as `value`; always with '.'.
 * buffer needs 32 bytes; returns the length. value must be finite. */
size_t rs_format_real(char *buffer, double value);

/* To the nearest decimal with so many (0..17) places behind the point, ties of the exact value
 * to even, as Python's round does it. Not finite: as it is. */
double rs_round(double value, int places);

/* Bytes of a valid UTF-8 sequence at p (1..4), 0 if there is none. */
size_t rs_utf8_length(const unsigned char *p, const unsigned char *end);
int rs_utf8_valid(const void *data, size_t size);

/* A text buffer that grows. After a failed append `failed` is set and further appends do
 * nothing, so that one check at the end is enough. */
typedef struct rs_text {
    recsys_runtime *runtime;
    char *data; /* zero-ended once anything was appended */
    size_t size, capacity;
    int failed;
} rs_text;

void rs_text_begin(rs_text *text, recsys_runtime *runtime);
void rs_text_add(rs_text *text, const char *string);
void rs_text_add_bytes(rs_text *text, const char *data, size_t size);
void rs_text_printf(rs_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void rs_text_add_real(rs_text *text, double value);
/* Hand the string over (caller frees); NULL if anything failed. An empty text gives "". */
char *rs_text_take(rs_text *text);
void rs_text_free(rs_text *text);

/* Edit distance with transpositions, for "did you mean"; stops early beyond `limit`. */
size_t rs_edit_distance(const char *a, const char *b, size_t limit);

#endif
