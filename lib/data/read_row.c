/* A row's fields, whatever the format: checked, then kept or counted as bad. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "data/read.h"
#include "data/times.h"

/* Beyond this a rating is no rating: most likely the time's column. */
#define MOST_RATING 1e6

enum { ALL_BAD = 100 }; /* so many bad rows at the beginning, and no good one */

/* Line of the byte at `at`, from 1. Only asked for when there is something to report. */
static size_t line_of(const rs_reader *reader, const char *at)
{
    size_t line = 1;
    for (const char *p = reader->data; p < at; p++) {
        p = memchr(p, '\n', (size_t)(at - p));
        if (p == NULL) break;
        line++;
    }
    return line;
}

recsys_status rs_bad_row(rs_row_sink *sink, const char *at, const char *problem)
{
    rs_reader *reader = sink->reader;
    rs_chunk_notes *notes = sink->notes;
    if (!reader->options->skip_bad)
        return rs_fail(sink->err, RECSYS_E_PARSE, "%s:%zu: %s", reader->name,
                       line_of(reader, at), problem);
    if (notes->bad++ == 0) {
        notes->first_at = at;
        snprintf(notes->first_bad, sizeof notes->first_bad, "%s", problem);
    }
    uint64_t all = atomic_fetch_add_explicit(&reader->bad, 1, memory_order_relaxed) + 1;
    int hopeless = sink->chunk == 0 && notes->bad == notes->rows && notes->bad >= ALL_BAD;
    uint64_t counted = sink->chunk == 0 ? notes->bad : all;
    if (!hopeless && counted <= reader->options->max_bad) return RECSYS_OK;
    return rs_fail(sink->err, RECSYS_E_PARSE, "too many bad rows"); /* told in full later */
}

/* At most 40 bytes of a value, fit to be printed in one line. */
static void quote(char to[64], const char *data, size_t size)
{
    size_t n = 0, i = 0;
    const unsigned char *p = (const unsigned char *)data;
    while (i < size && n < 40) {
        size_t length = rs_utf8_length(p + i, p + size);
        if (length == 0 || p[i] < 0x20 || p[i] == 0x7f) {
            to[n++] = '?';
            i++;
            continue;
        }
        memcpy(to + n, p + i, length);
        n += length;
        i += length;
    }
    snprintf(to + n, 64 - n, "%s", i < size ? "..." : "");
}

static const char *column_name(const rs_format *format, int role)
{
    static const char *const usual[RS_ROLES] = {"user_id", "movie_id", "rating", "timestamp"};
    return format->column[role][0] != '\0' ? format->column[role] : usual[role];
}

recsys_status rs_bad_value(rs_row_sink *sink, const char *at, int role, const rs_field *field,
                           const char *problem)
{
    char value[64], text[256];
    const char *column = column_name(&sink->reader->format, role);
    const char *kind = sink->reader->format.json ? "key" : "column";
    quote(value, field->data, field->size);
    if (field->kind == RS_FIELD_ABSENT)
        snprintf(text, sizeof text, "%s \"%s\" is missing", kind, column);
    else if (field->kind == RS_FIELD_NULL)
        snprintf(text, sizeof text, "%s \"%s\" is null, expected %s", kind, column, problem);
    else
        snprintf(text, sizeof text, "%s \"%s\": \"%s\" is not %s", kind, column, value,
                 problem);
    return rs_bad_row(sink, at, text);
}

static int parse_rating(const rs_field *field, float event_value, float *rating)
{
    double value;
    *rating = NAN;
    if (field->kind == RS_FIELD_NULL) return 1;
    *rating = event_value;
    if (field->kind == RS_FIELD_ABSENT) return 1;
    if (field->kind != RS_FIELD_TEXT || !rs_parse_real(field->data, field->size, &value) ||
        fabs(value) > MOST_RATING)
        return 0;
    *rating = (float)value;
    return 1;
}

static int parse_time(const rs_field *field, int64_t *milli)
{
    *milli = 0;
    if (field->kind == RS_FIELD_NULL || field->kind == RS_FIELD_ABSENT) return 1;
    return field->kind == RS_FIELD_TEXT && rs_time_parse(field->data, field->size, milli);
}

/* What is wrong with an id, or NULL. */
static const char *id_problem(const rs_field *field)
{
    if (field->kind != RS_FIELD_TEXT) return "an id (a text or an integer)";
    return rs_id_problem(field->data, field->size);
}

recsys_status rs_take_row(rs_row_sink *sink, const char *at, const rs_field field[RS_ROLES])
{
    float rating;
    int64_t milli;
    for (int role = RS_USER; role <= RS_MOVIE; role++) {
        const char *problem = id_problem(&field[role]);
        if (problem != NULL) return rs_bad_value(sink, at, role, &field[role], problem);
    }
    if (!parse_rating(&field[RS_RATING], sink->reader->options->event_value, &rating))
        return rs_bad_value(sink, at, RS_RATING, &field[RS_RATING],
                            "a rating (expected a number within -1e6 and 1e6, or nothing)");
    if (!parse_time(&field[RS_TIME], &milli))
        return rs_bad_value(sink, at, RS_TIME, &field[RS_TIME],
                            "a time (expected seconds or milliseconds since 1970, ISO 8601, "
                            "or nothing)");
    uint32_t user =
        rs_id_table_text(&sink->collector->users, field[RS_USER].data, field[RS_USER].size);
    uint32_t movie =
        rs_id_table_text(&sink->collector->movies, field[RS_MOVIE].data, field[RS_MOVIE].size);
    if (user == RS_NO_ID || movie == RS_NO_ID ||
        !rs_rows_put(sink->rows, sink->collector, user, movie, rating, milli))
        return rs_fail_memory(sink->err, "reading ratings");
    return RECSYS_OK;
}

/* ---- the summary of bad rows ----------------------------------------------------- */

size_t rs_first_bad(const rs_reader *reader, char text[512])
{
    text[0] = '\0';
    for (size_t c = 0; c < reader->chunks; c++) {
        const rs_chunk_notes *notes = &reader->notes[c];
        if (notes->first_at == NULL) continue;
        snprintf(text, 512, "%s:%zu: %.400s", reader->name, line_of(reader, notes->first_at),
                 notes->first_bad);
        return c;
    }
    return SIZE_MAX;
}

recsys_status rs_too_many_bad(const rs_reader *reader, uint64_t all, recsys_error *err)
{
    char first[512];
    rs_first_bad(reader, first);
    const rs_chunk_notes *begin = &reader->notes[0];
    if (all == 0 && begin->bad == begin->rows && begin->bad >= ALL_BAD) all = ALL_BAD;
    if (all > 0)
        return rs_fail(err, RECSYS_E_PARSE,
                       "%s: not one of the first %llu rows can be read as %s; %s", reader->name,
                       (unsigned long long)all, reader->format.name, first);
    return rs_fail(err, RECSYS_E_PARSE, "%s: more than %llu bad rows (data.max_bad_rows); %s",
                   reader->name, (unsigned long long)reader->options->max_bad, first);
}
