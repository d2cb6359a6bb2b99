/* JSON lines: one movie an object, keys in any order, unknown ones passed over. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "data/catalogue_read.h"

/* A line being read. Once it is bad its rest is left unread. */
typedef struct json_line {
    rs_catalogue_input *in;
    rs_json json;
    rs_movie_row *row;
    size_t number;
    unsigned best[RS_KEYS]; /* rank of the name that gave each value, plus one; 0: none yet */
    int bad;
    recsys_status status; /* of the report when it is bad */
    recsys_error *err;
} json_line;

static const char *kind_text(rs_json_kind kind, const rs_json_text *text, size_t *size)
{
    static const char *const words[] = {"",   "null", "true",  "false",
                                        NULL, NULL,   "{...}", "[...]"};
    *size = words[kind] != NULL ? strlen(words[kind]) : text->size;
    return words[kind] != NULL ? words[kind] : text->data;
}

static void refuse(json_line *line, int key, rs_json_kind kind, const rs_json_text *text,
                   const char *expected)
{
    char where[64];
    size_t size;
    if (line->json.problem != NULL) return; /* reported at the end */
    const char *value = kind_text(kind, text, &size);
    snprintf(where, sizeof where, "key %s", rs_key_names(key));
    line->bad = 1;
    line->status =
        rs_input_bad_value(line->in, line->err, line->number, where, value, size, expected);
}

/* Append a string that shall have no zero byte in it. */
static void add_string(json_line *line, int key, rs_text *to, const rs_json_text *text)
{
    if (memchr(text->data, 0, text->size) != NULL)
        refuse(line, key, RS_JSON_STRING, text, "text without a zero character");
    else
        rs_text_add_bytes(to, text->data, text->size);
}

static void read_id(json_line *line)
{
    rs_json_text text;
    int64_t number;
    rs_json_kind kind = rs_json_value(&line->json, &text);
    line->row->id.size = 0;
    if (kind != RS_JSON_STRING &&
        !(kind == RS_JSON_NUMBER && rs_parse_int(text.data, text.size, &number)))
        refuse(line, RS_KEY_ID, kind, &text, "a string or a whole number");
    else if (rs_id_problem(text.data, text.size) != NULL)
        refuse(line, RS_KEY_ID, kind, &text, rs_id_problem(text.data, text.size));
    else
        rs_text_add_bytes(&line->row->id, text.data, text.size);
}

static void read_year(json_line *line)
{
    rs_json_text text;
    const char *problem = "a whole year from 0 to 9999";
    rs_json_kind kind = rs_json_value(&line->json, &text);
    if (kind == RS_JSON_NULL || kind == RS_JSON_NUMBER || kind == RS_JSON_STRING)
        problem = rs_year_problem(text.data, text.size, &line->row->year);
    if (problem != NULL) refuse(line, RS_KEY_YEAR, kind, &text, problem);
}

static void read_items(json_line *line, int key, rs_text *to)
{
    rs_json_text text;
    while (!line->bad && rs_json_next_item(&line->json)) {
        rs_json_kind kind = rs_json_value(&line->json, &text);
        if (kind != RS_JSON_STRING) {
            refuse(line, key, kind, &text, "a list of strings");
            return;
        }
        add_string(line, key, to, &text);
        rs_text_add(to, "|");
    }
}

/* A field: a string, null, for lists an array of strings, for links a number. */
static void read_field(json_line *line, int key)
{
    rs_json_text text;
    rs_text *to = &line->row->field[key];
    int list = key == RS_GENRES || key == RS_CAST || key == RS_TAGS;
    int link = key == RS_IMDB || key == RS_TMDB;
    rs_json_kind kind = rs_json_value(&line->json, &text);
    to->size = 0;
    rs_text_add_bytes(to, "", 0);
    if (kind == RS_JSON_STRING || (link && kind == RS_JSON_NUMBER))
        add_string(line, key, to, &text);
    else if (list && kind == RS_JSON_ARRAY)
        read_items(line, key, to);
    else if (kind != RS_JSON_NULL)
        refuse(line, key, kind, &text, list ? "a list of strings" : "a string");
}

/* The value of one key; of two names for one thing the preferred one counts. */
static void read_member(json_line *line, const rs_json_text *name)
{
    unsigned rank;
    int key = rs_key_find(name->data, name->size, &rank);
    if (key == RS_KEY_NONE || (line->best[key] != 0 && line->best[key] < rank + 1)) {
        rs_json_skip(&line->json);
        return;
    }
    if (line->best[key] == rank + 1) {
        line->bad = 1;
        line->status = rs_input_bad(line->in, line->err, line->number, "key %s is given twice",
                                    rs_key_names(key));
        return;
    }
    line->best[key] = rank + 1;
    if (key == RS_KEY_ID)
        read_id(line);
    else if (key == RS_KEY_YEAR)
        read_year(line);
    else
        read_field(line, key);
}

static recsys_status read_object(json_line *line)
{
    rs_json_text text;
    rs_json *json = &line->json;
    if (rs_json_value(json, &text) == RS_JSON_OBJECT)
        while (!line->bad && rs_json_next_key(json, &text)) read_member(line, &text);
    else if (json->problem == NULL)
        json->problem = "is not an object";
    if (line->bad) return line->status;
    if (json->scratch.failed) return rs_fail_memory(line->err, line->in->name);
    line->bad = !rs_json_end(json);
    if (line->bad)
        return rs_input_bad(line->in, line->err, line->number, "JSON, byte %zu: %s",
                            (size_t)(json->at - json->start) + 1, json->problem);
    if (line->best[RS_KEY_ID] != 0) return RECSYS_OK;
    line->bad = 1;
    return rs_input_bad(line->in, line->err, line->number, "no id, expected the key %s",
                        rs_key_names(RS_KEY_ID));
}

recsys_status rs_catalogue_read_jsonl(rs_catalogue_input *in, rs_catalogue_builder *build,
                                      recsys_error *err)
{
    const char *text;
    size_t size, number;
    rs_movie_row row;
    recsys_status status = RECSYS_OK;
    rs_movie_row_begin(&row, in->runtime);
    while (status == RECSYS_OK && rs_input_line(in, &text, &size, &number)) {
        json_line line = {.in = in, .row = &row, .number = number, .err = err};
        rs_movie_row_clear(&row);
        rs_json_begin(&line.json, in->runtime, text, size);
        status = read_object(&line);
        rs_json_free(&line.json);
        if (status == RECSYS_OK && !line.bad) status = rs_builder_add(build, &row, err);
    }
    rs_movie_row_free(&row);
    return status;
}
