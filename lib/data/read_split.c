/* Fields of one row of delimited text. */
#include <string.h>

#include "data/read.h"

/* A quoted field may go on for so long; one that does not end by then was never meant. */
enum { LONGEST_ROW = 1 << 20 };

static int at_delimiter(const rs_splitter *s)
{
    const rs_format *f = s->format;
    size_t size = f->delimiter_size;
    return *s->at == f->delimiter[0] && (size == 1 || ((size_t)(s->end - s->at) >= size &&
                                                       memcmp(s->at, f->delimiter, size) == 0));
}

/* At the end of the row? Then step over a carriage return too. */
static int at_row_end(rs_splitter *s)
{
    if (s->at == s->end || *s->at == '\n') return 1;
    if (*s->at != '\r' || (s->at + 1 != s->end && s->at[1] != '\n')) return 0;
    s->at++;
    return 1;
}

/* What comes after a field: a delimiter or the row's end. */
static int finish_field(rs_splitter *s)
{
    if (at_row_end(s)) {
        s->last = 1;
        return 1;
    }
    if (!at_delimiter(s)) {
        s->problem = RS_SPLIT_AFTER;
        return 0;
    }
    s->at += s->format->delimiter_size;
    return 1;
}

static int quoted_field(rs_splitter *s, const char **data, size_t *size)
{
    const char *from = s->at + 1, *p = from;
    s->quoted = 1;
    for (;;) {
        const char *quote = memchr(p, '"', (size_t)(s->end - p));
        if (quote == NULL) {
            s->problem = RS_SPLIT_OPEN;
            return 0;
        }
        if (quote + 1 < s->end && quote[1] == '"') {
            s->escaped = 1;
            p = quote + 2;
            continue;
        }
        *data = from;
        *size = (size_t)(quote - from);
        s->at = quote + 1;
        return finish_field(s);
    }
}

int rs_split_next(rs_splitter *s, const char **data, size_t *size)
{
    if (s->last || s->problem != 0) return 0;
    s->escaped = s->quoted = 0;
    if (s->format->quotes && s->at < s->end && *s->at == '"')
        return quoted_field(s, data, size);
    *data = s->at;
    while (s->at < s->end && *s->at != '\n' && !at_delimiter(s)) s->at++;
    *size = (size_t)(s->at - *data);
    if (s->at == s->end || *s->at == '\n') {
        if (*size > 0 && (*data)[*size - 1] == '\r') --*size;
        s->last = 1;
        return 1;
    }
    return finish_field(s);
}

void rs_field_unescape(char to[RS_UNESCAPED], rs_field *field)
{
    size_t n = 0;
    for (size_t i = 0; i < field->size && n < RS_UNESCAPED; i++) {
        to[n++] = field->data[i];
        if (field->data[i] == '"') i++;
    }
    field->data = to;
    field->size = n;
}

const char *rs_next_row(const rs_format *format, const char *at, const char *end)
{
    const char *data, *line = memchr(at, '\n', (size_t)(end - at));
    size_t size;
    if (!format->multiline) return line != NULL ? line + 1 : end;
    rs_splitter s = {.format = format, .at = at, .end = end};
    if (end - at > LONGEST_ROW) s.end = at + LONGEST_ROW;
    while (rs_split_next(&s, &data, &size)) {}
    if (s.problem != RS_SPLIT_OPEN) line = memchr(s.at, '\n', (size_t)(end - s.at));
    return line != NULL ? line + 1 : end;
}
