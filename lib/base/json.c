#include "base/json.h"

#include <math.h>
#include <string.h>

enum { MOST_DEPTH = 64 };

void rs_json_begin(rs_json *json, recsys_runtime *runtime, const char *data, size_t size)
{
    *json = (rs_json){.start = (const unsigned char *)data};
    json->at = json->start;
    json->end = json->start + size;
    rs_text_begin(&json->scratch, runtime);
}

void rs_json_free(rs_json *json)
{
    rs_text_free(&json->scratch);
}

static rs_json_kind wrong(rs_json *json, const char *problem)
{
    if (json->problem == NULL) json->problem = problem;
    return RS_JSON_ERROR;
}

static void blanks(rs_json *json)
{
    while (json->at < json->end &&
           (*json->at == ' ' || *json->at == '\t' || *json->at == '\n' || *json->at == '\r'))
        json->at++;
}

static int peek(const rs_json *json)
{
    return json->at < json->end ? *json->at : -1;
}

/* ---- strings --------------------------------------------------------------------- */

static int hex4(rs_json *json, uint32_t *code)
{
    if (json->end - json->at < 4) return 0;
    *code = 0;
    for (int i = 0; i < 4; i++) {
        unsigned c = *json->at++;
        unsigned digit = c - '0' <= 9 ? c - '0' : (c | 32) - 'a' + 10;
        if (digit > 15 || (c - '0' > 9 && (c | 32) < 'a')) return 0;
        *code = *code << 4 | digit;
    }
    return 1;
}

static void put_code(rs_text *text, uint32_t code)
{
    char out[4];
    size_t size;
    if (code < 0x80) {
        out[0] = (char)code;
        size = 1;
    } else if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        size = 2;
    } else if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        size = 3;
    } else {
        out[0] = (char)(0xf0 | code >> 18);
        size = 4;
    }
    for (size_t i = 1; i < size; i++)
        out[i] = (char)(0x80 | (code >> (6 * (size - 1 - i)) & 0x3f));
    rs_text_add_bytes(text, out, size);
}

static int unicode_escape(rs_json *json)
{
    uint32_t code, low;
    if (!hex4(json, &code)) return 0;
    if (code >= 0xdc00 && code <= 0xdfff) return 0;
    if (code >= 0xd800 && code <= 0xdbff) {
        if (json->end - json->at < 6 || json->at[0] != '\\' || json->at[1] != 'u') return 0;
        json->at += 2;
        if (!hex4(json, &low) || low < 0xdc00 || low > 0xdfff) return 0;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    put_code(&json->scratch, code);
    return 1;
}

static int escape(rs_json *json)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    json->at++;
    int c = peek(json);
    if (c < 0) return 0;
    json->at++;
    if (c == 'u') return unicode_escape(json);
    const char *found = c == 0 ? NULL : strchr(from, c);
    if (found == NULL) return 0;
    rs_text_add_bytes(&json->scratch, to + (found - from), 1);
    return 1;
}

/* The longest run of bytes that stand for themselves; NULL if one is not allowed. */
static const unsigned char *plain_run(const unsigned char *p, const unsigned char *end)
{
    while (p < end && *p != '"' && *p != '\\') {
        if (*p < 0x20) return NULL;
        size_t length = rs_utf8_length(p, end);
        if (length == 0) return NULL;
        p += length;
    }
    return p;
}

static int read_string(rs_json *json, rs_json_text *text)
{
    const unsigned char *from = ++json->at, *run = plain_run(from, json->end);
    if (run != NULL && run < json->end && *run == '"') { /* nothing to unescape */
        *text = (rs_json_text){(const char *)from, (size_t)(run - from)};
        json->at = run + 1;
        return 1;
    }
    json->scratch.size = 0;
    for (;;) {
        if (run == NULL)
            return wrong(json, "a string holds a control byte or invalid UTF-8") != 0;
        rs_text_add_bytes(&json->scratch, (const char *)from, (size_t)(run - from));
        json->at = run;
        if (run == json->end) return wrong(json, "a string has no end") != 0;
        if (*run == '"') break;
        if (!escape(json)) return wrong(json, "a string holds an invalid escape") != 0;
        from = json->at;
        run = plain_run(from, json->end);
    }
    json->at++;
    if (json->scratch.failed) return wrong(json, "out of memory") != 0;
    *text = (rs_json_text){json->scratch.data, json->scratch.size};
    return 1;
}

/* ---- values ---------------------------------------------------------------------- */

static size_t digits(rs_json *json)
{
    size_t count = 0;
    for (; json->at < json->end && *json->at >= '0' && *json->at <= '9'; json->at++) count++;
    return count;
}

static rs_json_kind read_number(rs_json *json, rs_json_text *text)
{
    const unsigned char *from = json->at;
    double value;
    if (peek(json) == '-') json->at++;
    int zero = peek(json) == '0';
    size_t whole = digits(json);
    if (whole == 0 || (zero && whole > 1)) return wrong(json, "not a value");
    if (peek(json) == '.') {
        json->at++;
        if (digits(json) == 0) return wrong(json, "a number needs digits after its point");
    }
    if (peek(json) == 'e' || peek(json) == 'E') {
        json->at++;
        if (peek(json) == '+' || peek(json) == '-') json->at++;
        if (digits(json) == 0) return wrong(json, "a number needs digits in its exponent");
    }
    *text = (rs_json_text){(const char *)from, (size_t)(json->at - from)};
    if (!rs_parse_real(text->data, text->size, &value))
        return wrong(json, "a number is too large");
    return RS_JSON_NUMBER;
}

static rs_json_kind read_word(rs_json *json, const char *word, rs_json_kind kind)
{
    size_t size = strlen(word);
    if ((size_t)(json->end - json->at) < size || memcmp(json->at, word, size) != 0)
        return wrong(json, "not a value");
    json->at += size;
    return kind;
}

static rs_json_kind open_nested(rs_json *json, rs_json_kind kind)
{
    if (json->depth == MOST_DEPTH) return wrong(json, "nested too deep");
    json->at++;
    json->depth++;
    json->fresh = 1;
    return kind;
}

rs_json_kind rs_json_value(rs_json *json, rs_json_text *text)
{
    if (json->problem != NULL) return RS_JSON_ERROR;
    *text = (rs_json_text){"", 0};
    blanks(json);
    switch (peek(json)) {
    case '{': return open_nested(json, RS_JSON_OBJECT);
    case '[': return open_nested(json, RS_JSON_ARRAY);
    case '"': return read_string(json, text) ? RS_JSON_STRING : RS_JSON_ERROR;
    case 'n': return read_word(json, "null", RS_JSON_NULL);
    case 't': return read_word(json, "true", RS_JSON_TRUE);
    case 'f': return read_word(json, "false", RS_JSON_FALSE);
    case -1: return wrong(json, "ends where a value is expected");
    default: return read_number(json, text);
    }
}

/* Step to the next member of the nested value that `close` ends; 0 at its end. */
static int next_member(rs_json *json, int close)
{
    if (json->problem != NULL) return 0;
    blanks(json);
    int fresh = json->fresh;
    json->fresh = 0;
    if (peek(json) == close) {
        json->at++;
        json->depth--;
        return 0;
    }
    if (fresh) return 1;
    if (peek(json) != ',') return wrong(json, "a comma or a closing bracket is missing") != 0;
    json->at++;
    return 1;
}

int rs_json_next_key(rs_json *json, rs_json_text *key)
{
    if (!next_member(json, '}')) return 0;
    blanks(json);
    if (peek(json) != '"') return wrong(json, "a key must be a string") != 0;
    if (!read_string(json, key)) return 0;
    blanks(json);
    if (peek(json) != ':') return wrong(json, "a colon is missing after a key") != 0;
    json->at++;
    return 1;
}

int rs_json_next_item(rs_json *json)
{
    return next_member(json, ']');
}

/* Depth is bounded by open_nested. */
void rs_json_skip(rs_json *json)
{
    rs_json_text text;
    rs_json_kind kind = rs_json_value(json, &text);
    if (kind == RS_JSON_OBJECT)
        while (rs_json_next_key(json, &text)) rs_json_skip(json);
    else if (kind == RS_JSON_ARRAY)
        while (rs_json_next_item(json)) rs_json_skip(json);
}

int rs_json_end(rs_json *json)
{
    if (json->problem != NULL) return 0;
    blanks(json);
    if (json->at != json->end) wrong(json, "there is more after the value");
    return json->problem == NULL;
}

const char *rs_json_check(recsys_runtime *runtime, const char *data, size_t size,
                          size_t *offset)
{
    rs_json json;
    rs_json_begin(&json, runtime, data, size);
    rs_json_skip(&json);
    rs_json_end(&json);
    if (offset != NULL) *offset = (size_t)(json.at - json.start);
    rs_json_free(&json);
    return json.problem;
}

/* ---- writing --------------------------------------------------------------------- */

static void put_escaped(rs_text *text, unsigned char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *found = c == 0 ? NULL : strchr(from, c);
    if (found != NULL)
        rs_text_printf(text, "\\%c", to[found - from]);
    else
        rs_text_printf(text, "\\u%04x", c);
}

void rs_json_put_string(rs_text *text, const char *data, size_t size)
{
    const unsigned char *p = (const unsigned char *)data, *end = p + size, *from = p;
    rs_text_add(text, "\"");
    while (p < end) {
        size_t length = rs_utf8_length(p, end);
        int special = length == 0 || *p < 0x20 || *p == '"' || *p == '\\';
        if (!special) {
            p += length;
            continue;
        }
        rs_text_add_bytes(text, (const char *)from, (size_t)(p - from));
        if (length == 0)
            rs_text_add(text, "\xef\xbf\xbd");
        else
            put_escaped(text, *p);
        from = ++p;
    }
    rs_text_add_bytes(text, (const char *)from, (size_t)(p - from));
    rs_text_add(text, "\"");
}

void rs_json_put_real(rs_text *text, double value)
{
    if (isfinite(value))
        rs_text_add_real(text, value);
    else
        rs_text_add(text, "null");
}
