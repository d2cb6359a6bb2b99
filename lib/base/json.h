/* Strict JSON (RFC 8259): a pull reader for rows of events, and a writer.
 *
 * Strict means: nothing after the value, valid UTF-8, no lone surrogate, no number that is
 * not finite, bounded depth; a caller that looks for keys refuses a second one itself.
 * Numbers are handed over as written, so ids above 2^53 survive. */
#ifndef RS_BASE_JSON_H
#define RS_BASE_JSON_H

#include "base/text.h"

typedef enum rs_json_kind {
    RS_JSON_ERROR = 0,
    RS_JSON_NULL,
    RS_JSON_TRUE,
    RS_JSON_FALSE,
    RS_JSON_NUMBER, /* text: as written */
    RS_JSON_STRING, /* text: unescaped, may hold zero bytes */
    RS_JSON_OBJECT, /* use rs_json_next_key until it returns 0 */
    RS_JSON_ARRAY   /* use rs_json_next_item until it returns 0 */
} rs_json_kind;

typedef struct rs_json {
    const unsigned char *start, *at, *end;
    const char *problem; /* set once anything is wrong; static text */
    int depth, fresh;    /* fresh: just after '{' or '[' */
    rs_text scratch;     /* unescaped strings */
} rs_json;

/* A token's text: valid until the next read. */
typedef struct rs_json_text {
    const char *data;
    size_t size;
} rs_json_text;

void rs_json_begin(rs_json *json, recsys_runtime *runtime, const char *data, size_t size);
void rs_json_free(rs_json *json);
/* Read a value's beginning. Scalars are read whole; an OBJECT or ARRAY must then be walked
 * to its end. */
rs_json_kind rs_json_value(rs_json *json, rs_json_text *text);
/* 1 and the key: its value comes next; 0: the object has ended, or there is a problem. */
int rs_json_next_key(rs_json *json, rs_json_text *key);
/* 1: an item's value comes next; 0: the array has ended, or there is a problem. */
int rs_json_next_item(rs_json *json);
/* Read over a value of any kind. */
void rs_json_skip(rs_json *json);
/* 1 if the whole input was read and there was no problem. */
int rs_json_end(rs_json *json);
/* Check a whole document: NULL, or what is wrong with it; *offset is where (may be NULL). */
const char *rs_json_check(recsys_runtime *runtime, const char *data, size_t size,
                          size_t *offset);

/* ---- writing: appends to an rs_text ---------------------------------------------- */

/* A string with quotes; bytes that are not UTF-8 become U+FFFD. */
void rs_json_put_string(rs_text *text, const char *data, size_t size);
/* A number, or null where it is not finite. */
void rs_json_put_real(rs_text *text, double value);

#endif
