/* Rows of JSON lines: one event in each line, {"user_id": .., "movie_id": .., "rating": ..,
 * "timestamp": ..}, other keys passed over. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "data/read.h"

enum { COPY = RS_ID_BYTES + 4 };

typedef struct event {
    rs_json json;
    rs_field field[RS_ROLES];
    unsigned rank[RS_ROLES];
    const char *twice;         /* problem: a key that was there before */
    char copy[RS_ROLES][COPY]; /* texts that had escapes */
    char twice_text[RS_COLUMN_NAME + 32];
} event;

static void walk(rs_json *json, rs_json_kind kind)
{
    rs_json_text text;
    if (kind == RS_JSON_OBJECT)
        while (rs_json_next_key(json, &text)) rs_json_skip(json);
    else if (kind == RS_JSON_ARRAY)
        while (rs_json_next_item(json)) rs_json_skip(json);
}

static int is_integer(const rs_json_text *text)
{
    for (size_t i = 0; i < text->size; i++)
        if (text->data[i] != '-' && (text->data[i] < '0' || text->data[i] > '9')) return 0;
    return 1;
}

/* A number may be an id, a rating, a time; a text may not be a rating. */
static rs_field_kind kind_of(int role, rs_json_kind kind, const rs_json_text *text)
{
    if (kind == RS_JSON_NULL) return RS_FIELD_NULL;
    if (kind == RS_JSON_STRING && role != RS_RATING) return RS_FIELD_TEXT;
    if (kind == RS_JSON_NUMBER && (role > RS_MOVIE || is_integer(text))) return RS_FIELD_TEXT;
    return RS_FIELD_OTHER;
}

static void read_field(event *e, int role)
{
    rs_json_text text = {"", 0};
    const unsigned char *from = e->json.at;
    rs_json_kind kind = rs_json_value(&e->json, &text);
    rs_field *field = &e->field[role];
    field->kind = kind_of(role, kind, &text);
    if (kind != RS_JSON_NUMBER && kind != RS_JSON_STRING) {
        walk(&e->json, kind);
        field->data = (const char *)from;
        field->size = (size_t)(e->json.at - from);
        return;
    }
    field->data = text.data;
    field->size = text.size;
    if (e->json.scratch.data == NULL || text.data != e->json.scratch.data) return;
    if (field->size > COPY) field->size = COPY; /* too long for an id anyway */
    memcpy(e->copy[role], text.data, field->size);
    field->data = e->copy[role];
}

static void read_member(event *e, const rs_read_options *options, const rs_json_text *key)
{
    unsigned rank;
    int role = rs_role_of(options, key->data, key->size, &rank);
    if (role >= 0 && rank == e->rank[role]) {
        snprintf(e->twice_text, sizeof e->twice_text, "key \"%.*s\" is there twice",
                 key->size < RS_COLUMN_NAME ? (int)key->size : RS_COLUMN_NAME, key->data);
        e->twice = e->twice_text;
    }
    if (role < 0 || (e->rank[role] != 0 && rank > e->rank[role])) {
        rs_json_skip(&e->json);
        return;
    }
    e->rank[role] = rank;
    read_field(e, role);
}

/* Read a line's object; NULL, or what is wrong with it. */
static const char *read_event(event *e, const rs_read_options *options, const char *from,
                              size_t size)
{
    rs_json_text key;
    rs_text scratch = e->json.scratch; /* its memory serves all lines */
    rs_json_begin(&e->json, scratch.runtime, from, size);
    e->json.scratch = scratch;
    e->twice = NULL;
    for (int role = 0; role < RS_ROLES; role++) {
        e->field[role] = (rs_field){RS_FIELD_ABSENT, "", 0};
        e->rank[role] = 0;
    }
    rs_json_kind kind = rs_json_value(&e->json, &key);
    if (e->json.problem == NULL && kind != RS_JSON_OBJECT)
        return "not an object (expected one {...} on each line)";
    while (rs_json_next_key(&e->json, &key)) read_member(e, options, &key);
    (void)rs_json_end(&e->json);
    return e->json.problem != NULL ? e->json.problem : e->twice;
}

static int is_blank(const char *from, const char *to)
{
    while (from < to && (*from == ' ' || *from == '\t' || *from == '\r' || *from == '\n'))
        from++;
    return from == to;
}

static recsys_status read_line(rs_row_sink *sink, event *e, const char *from, const char *to)
{
    char text[160];
    if (is_blank(from, to)) return RECSYS_OK;
    sink->notes->rows++;
    const char *problem = read_event(e, sink->reader->options, from, (size_t)(to - from));
    if (problem == NULL) return rs_take_row(sink, from, e->field);
    if (e->json.scratch.failed) return rs_fail_memory(sink->err, "reading ratings");
    snprintf(text, sizeof text, "%s%s", problem == e->twice ? "" : "JSON: ", problem);
    return rs_bad_row(sink, from, text);
}

recsys_status rs_read_json(rs_row_sink *sink, const char *from, const char *to)
{
    const char *end = sink->reader->end;
    recsys_status status = RECSYS_OK;
    event *e = rs_array(sink->reader->rt, 1, sizeof *e);
    if (e == NULL) return rs_fail_memory(sink->err, "reading ratings");
    rs_json_begin(&e->json, sink->reader->rt, "", 0);
    while (from < to && status == RECSYS_OK) {
        const char *line = memchr(from, '\n', (size_t)(end - from));
        if (line == NULL) line = end;
        status = read_line(sink, e, from, line);
        from = line < end ? line + 1 : end;
    }
    rs_json_free(&e->json);
    rs_free(sink->reader->rt, e);
    return status;
}
