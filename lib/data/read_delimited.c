/* Rows of delimited text. Plain rows - integer ids, a short rating, a time in digits - are
 * read eight bytes at a time; all others field by field. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/quick.h"
#include "data/read.h"
#include "data/times.h"

/* ---- the quick way --------------------------------------------------------------- */

/* Bytes behind a row's begin that the quick way may look at without asking for the end. */
enum { MARGIN = 4096, FIELD_MARGIN = 32 };

/* "4", "3.5", "10", "87.5" as tenths below 1000. */
static inline const char *quick_tenths(const char *p, unsigned *tenths)
{
    unsigned a = (unsigned)(unsigned char)p[0] - '0', b = (unsigned)(unsigned char)p[1] - '0';
    if (a > 9) return NULL;
    p++;
    if (b <= 9) {
        a = a * 10 + b;
        p++;
    }
    *tenths = a * 10;
    if (*p != '.') return p;
    b = (unsigned)(unsigned char)p[1] - '0';
    if (b > 9 || (unsigned)(unsigned char)p[2] - '0' <= 9) return NULL;
    *tenths += b;
    return p + 2;
}

static inline unsigned code_of_tenths(rs_collector *collector, unsigned tenths)
{
    unsigned code = collector->tenth[tenths];
    if (code != RS_ROW_WITHDRAWN) return code;
    code = rs_collector_code(collector, (float)(tenths / 10.0));
    collector->tenth[tenths] = (uint8_t)code;
    return code;
}

typedef struct quick {
    uint64_t id[2];
    unsigned code;
    int64_t milli;
} quick;

/* The values of one row; NULL if it is not plain. At least MARGIN bytes follow p. */
static inline const char *quick_fields(const rs_row_sink *sink, const char *p, quick *q)
{
    const rs_format *f = &sink->reader->format;
    const char *limit = p + MARGIN - FIELD_MARGIN;
    uint64_t number;
    unsigned tenths;
    for (size_t c = 0;;) {
        const char *from = p;
        switch (f->role[c]) {
        case RS_USER:
        case RS_MOVIE:
            p = rs_quick_integer(p, &q->id[f->role[c]]);
            if (p == NULL || (*from == '0' && p > from + 1)) return NULL;
            break;
        case RS_RATING:
            p = quick_tenths(p, &tenths);
            if (p == NULL) return NULL;
            q->code = code_of_tenths(sink->collector, tenths);
            break;
        case RS_TIME:
            p = rs_quick_integer(p, &number);
            if (p == NULL || !rs_time_from_number((int64_t)number, &q->milli)) return NULL;
            break;
        default:
            if (*p == '"') return NULL;
            while (p < limit && *p != '\n' && *p != '\r' && *p != f->delimiter[0]) p++;
            if (p == limit) return NULL;
        }
        if (++c == f->columns) break;
        if (p[0] != f->delimiter[0]) return NULL;
        if (f->delimiter_size == 2 && p[1] != f->delimiter[1]) return NULL;
        p += f->delimiter_size;
        if (p >= limit) return NULL;
    }
    p += *p == '\r';
    return *p == '\n' ? p + 1 : NULL;
}

/* Read a plain row and return where the next begins; NULL: nothing was done. */
static inline const char *quick_row(rs_row_sink *sink, const char *p, unsigned event_code)
{
    rs_rows *rows = sink->rows;
    quick q = {.code = event_code};
    if (rows->code == NULL) return NULL;
    if (rows->count == rows->capacity && !rs_rows_grow(rows)) return NULL;
    const char *next = quick_fields(sink, p, &q);
    if (next == NULL || q.code == RS_ROW_WITHDRAWN) return NULL;
    uint32_t user = rs_id_table_integer(&sink->collector->users, q.id[RS_USER]);
    uint32_t movie = rs_id_table_integer(&sink->collector->movies, q.id[RS_MOVIE]);
    if (user == RS_NO_ID || movie == RS_NO_ID) return NULL;
    uint64_t second = (uint64_t)q.milli / 1000;
    if (rows->second != NULL && second * 1000 == (uint64_t)q.milli && second <= UINT32_MAX)
        rs_rows_quick(rows, user, movie, q.code, (uint32_t)second);
    else if (!rs_rows_put(rows, sink->collector, user, movie, sink->collector->value[q.code],
                          q.milli))
        return NULL;
    return next;
}

/* ---- field by field -------------------------------------------------------------- */

typedef struct fields {
    rs_field field[RS_ROLES];
    char unescaped[RS_ROLES][RS_UNESCAPED]; /* values that had doubled quotes */
} fields;

static int is_null(const char *data, size_t size)
{
    if (size == 0) return 1;
    if (size == 2) return data[0] == '\\' && data[1] == 'N';
    return size == 4 && (data[0] | 32) == 'n' && (data[1] | 32) == 'u' &&
           (data[2] | 32) == 'l' && (data[3] | 32) == 'l';
}

static recsys_status bad_columns(rs_row_sink *sink, const char *at, const rs_splitter *s,
                                 size_t columns)
{
    const rs_format *f = &sink->reader->format;
    char text[128];
    if (s->problem == RS_SPLIT_OPEN)
        return rs_bad_row(sink, at, "a quote opens a field and never closes it");
    if (s->problem == RS_SPLIT_AFTER)
        return rs_bad_row(sink, at,
                          "a quoted field goes on behind its closing quote (expected quotes "
                          "inside to be doubled)");
    snprintf(text, sizeof text, "has %zu column%s, expected %zu separated by \"%s\"", columns,
             columns == 1 ? "" : "s", f->columns,
             f->delimiter[0] == '\t' ? "\\t" : f->delimiter);
    return rs_bad_row(sink, at, text);
}

/* Split a row into the fields that have a role; returns the number of columns. */
static size_t split_row(rs_splitter *s, fields *out)
{
    const rs_format *f = s->format;
    const char *data;
    size_t size, column = 0;
    for (int role = 0; role < RS_ROLES; role++)
        out->field[role] = (rs_field){RS_FIELD_ABSENT, "", 0};
    for (; rs_split_next(s, &data, &size); column++) {
        unsigned role = column < RS_MOST_COLUMNS ? f->role[column] : RS_NO_ROLE;
        if (role == RS_NO_ROLE) continue;
        rs_field *field = &out->field[role];
        *field = (rs_field){RS_FIELD_TEXT, data, size};
        if (s->escaped) rs_field_unescape(out->unescaped[role], field);
        if (role >= RS_RATING && is_null(field->data, field->size)) field->kind = RS_FIELD_NULL;
    }
    return column;
}

/* Read any row; *at moves to the next. */
static recsys_status slow_row(rs_row_sink *sink, const char **at, fields *scratch)
{
    const rs_format *f = &sink->reader->format;
    const char *from = *at, *end = sink->reader->end;
    const char *next = rs_next_row(f, from, end);
    rs_splitter s = {.format = f, .at = from, .end = next};
    *at = next;
    if (from[0] == '\n' || (from[0] == '\r' && from + 1 == next) ||
        (from[0] == '\r' && from[1] == '\n'))
        return RECSYS_OK;
    sink->notes->rows++;
    size_t columns = split_row(&s, scratch);
    if (s.problem == RS_SPLIT_OPEN && !f->multiline) sink->notes->open_quote = 1;
    if (s.problem != 0 || columns != f->columns) return bad_columns(sink, from, &s, columns);
    return rs_take_row(sink, from, scratch->field);
}

recsys_status rs_read_delimited(rs_row_sink *sink, const char *from, const char *to)
{
    const rs_format *f = &sink->reader->format;
    const char *end = sink->reader->end;
    recsys_status status = RECSYS_OK;
    fields *scratch = rs_array(sink->reader->rt, 1, sizeof *scratch);
    if (scratch == NULL) return rs_fail_memory(sink->err, "reading ratings");
    unsigned event = RS_ROW_WITHDRAWN;
    if (!f->given[RS_RATING])
        event = rs_collector_code(sink->collector, sink->reader->options->event_value);
    int plain = f->columns <= RS_MOST_COLUMNS && f->delimiter_size <= 2;
    while (from < to && status == RECSYS_OK) {
        const char *next = NULL;
        if (plain && end - from >= MARGIN) next = quick_row(sink, from, event);
        if (next != NULL) {
            sink->notes->rows++;
            from = next;
        } else {
            status = slow_row(sink, &from, scratch);
            if (sink->notes->open_quote) break; /* all is read again, quotes minded */
        }
    }
    rs_free(sink->reader->rt, scratch);
    return status;
}
