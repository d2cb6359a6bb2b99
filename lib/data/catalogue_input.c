#include "data/catalogue_input.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum { EXCERPT = 48 };

/* ---- the file -------------------------------------------------------------------- */

recsys_status rs_input_open(rs_catalogue_input *in, recsys_runtime *runtime, const char *path,
                            recsys_error *err)
{
    *in = (rs_catalogue_input){.runtime = runtime, .line = 1};
    in->name = strcmp(path, "-") == 0 ? "standard input" : path;
    recsys_status status = rs_bytes_open(&in->bytes, runtime, path, err);
    if (status != RECSYS_OK) return status;
    status = rs_bytes_gunzip(&in->bytes, in->name, err);
    if (status != RECSYS_OK) {
        rs_bytes_close(&in->bytes);
        return status;
    }
    in->at = (const char *)in->bytes.data;
    in->end = in->at + in->bytes.size;
    if (in->bytes.size >= 3 && memcmp(in->at, "\xef\xbb\xbf", 3) == 0) in->at += 3;
    return RECSYS_OK;
}

void rs_input_close(rs_catalogue_input *in)
{
    rs_bytes_close(&in->bytes);
}

/* ---- bad rows -------------------------------------------------------------------- */

static recsys_status note_bad(rs_catalogue_input *in, const char *message, recsys_error *err)
{
    if (!in->skip_bad) return rs_fail(err, RECSYS_E_PARSE, "%s", message);
    if (in->bad++ == 0) snprintf(in->first_bad, sizeof in->first_bad, "%s", message);
    if (in->bad <= in->most_bad) return RECSYS_OK;
    return rs_fail(err, RECSYS_E_PARSE, "%s: more than %llu bad rows; the first: %s", in->name,
                   (unsigned long long)in->most_bad, in->first_bad);
}

recsys_status rs_input_bad(rs_catalogue_input *in, recsys_error *err, size_t line,
                           const char *format, ...)
{
    char message[768], reason[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    snprintf(message, sizeof message, "%.200s:%zu: %s", in->name, line, reason);
    return note_bad(in, message, err);
}

/* A short, printable beginning of a value. */
static void excerpt(char out[EXCERPT + 4], const char *value, size_t size)
{
    const unsigned char *p = (const unsigned char *)value, *end = p + size;
    size_t used = 0;
    while (p < end) {
        size_t length = rs_utf8_length(p, end);
        if (used + (length > 0 ? length : 1) > EXCERPT) break;
        if (length == 0 || *p < 0x20 || *p == 0x7f) {
            out[used++] = '?';
            p++;
        } else {
            memcpy(out + used, p, length);
            used += length;
            p += length;
        }
    }
    memcpy(out + used, p < end ? "..." : "", p < end ? 4 : 1);
}

recsys_status rs_input_bad_value(rs_catalogue_input *in, recsys_error *err, size_t line,
                                 const char *where, const char *value, size_t size,
                                 const char *expected)
{
    char text[EXCERPT + 4];
    excerpt(text, value, size);
    return rs_input_bad(in, err, line, "%s: value \"%s\", expected %s", where, text, expected);
}

void rs_input_tell(const rs_catalogue_input *in)
{
    if (in->bad > 0)
        rs_log(in->runtime, RECSYS_LOG_WARNING, "%s: %llu bad rows left out; the first: %s",
               in->name, (unsigned long long)in->bad, in->first_bad);
}

/* ---- lines ----------------------------------------------------------------------- */

static const char *line_end(const char *at, const char *end)
{
    const char *found = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    return found != NULL ? found : end;
}

/* Step over the line at `at`; its size is told without the line end. */
static size_t take_line(rs_catalogue_input *in)
{
    const char *from = in->at, *stop = line_end(from, in->end);
    in->at = stop < in->end ? stop + 1 : stop;
    in->line++;
    if (stop > from && stop[-1] == '\r') stop--;
    return (size_t)(stop - from);
}

static int is_blank_line(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (line[i] != ' ' && line[i] != '\t') return 0;
    return 1;
}

int rs_input_line(rs_catalogue_input *in, const char **line, size_t *size, size_t *number)
{
    while (in->at < in->end) {
        *line = in->at;
        *number = in->line;
        *size = take_line(in);
        if (!is_blank_line(*line, *size)) return 1;
    }
    return 0;
}

/* ---- records --------------------------------------------------------------------- */

void rs_record_begin(rs_record *record, recsys_runtime *runtime)
{
    *record = (rs_record){.runtime = runtime};
    rs_text_begin(&record->bytes, runtime);
}

void rs_record_free(rs_record *record)
{
    rs_text_free(&record->bytes);
    rs_free(record->runtime, record->start);
}

/* The field's bytes are appended between these two. */
static void begin_field(rs_record *record)
{
    if (!rs_reserve(record->runtime, &record->start, &record->capacity, record->count + 2,
                    sizeof *record->start)) {
        record->failed = 1;
        return;
    }
    record->start[record->count++] = record->bytes.size;
}

static void end_field(rs_record *record)
{
    rs_text_add_bytes(&record->bytes, "", 1);
    if (record->bytes.failed) record->failed = 1;
    if (!record->failed) record->start[record->count] = record->bytes.size;
}

/* A quoted field from its opening quote; returns where it stopped, NULL if it has no end. */
static const char *quoted_field(const char *p, const char *end, rs_record *record)
{
    for (p++;; p++) {
        const char *quote = p < end ? memchr(p, '"', (size_t)(end - p)) : NULL;
        if (quote == NULL) return NULL;
        rs_text_add_bytes(&record->bytes, p, (size_t)(quote - p));
        p = quote + 1;
        if (p == end || *p != '"') return p;
        rs_text_add_bytes(&record->bytes, "\"", 1);
    }
}

static const char *plain_field(const char *p, const char *end, char delimiter,
                               rs_record *record)
{
    const char *from = p;
    while (p < end && *p != delimiter && *p != '\n') p++;
    const char *stop = p;
    if (stop > from && stop[-1] == '\r' && (p == end || *p == '\n')) stop--;
    rs_text_add_bytes(&record->bytes, from, (size_t)(stop - from));
    return p;
}

/* Read the fields of one record; on a fault *problem says which. Returns where it ended. */
static const char *csv_fields(const char *p, const char *end, char delimiter, rs_record *record,
                              const char **problem)
{
    while (!record->failed) {
        begin_field(record);
        if (p < end && *p == '"') {
            p = quoted_field(p, end, record);
            if (p == NULL) {
                *problem = "a quoted field has no closing quote";
                return NULL;
            }
            if (p < end && *p == '\r' && (p + 1 == end || p[1] == '\n')) p++;
        } else {
            p = plain_field(p, end, delimiter, record);
        }
        end_field(record);
        if (p == end || *p == '\n') break;
        if (*p != delimiter) {
            *problem = "text after a closing quote, expected the next field or the line's end";
            return NULL;
        }
        p++;
    }
    return p;
}

static const char *check_text(const char *from, size_t size)
{
    if (memchr(from, 0, size) != NULL) return "holds a zero byte: not a text file";
    return rs_utf8_valid(from, size) ? NULL : "is not valid UTF-8";
}

static const char *read_csv(rs_catalogue_input *in, char delimiter, rs_record *record)
{
    const char *from = in->at, *problem = NULL;
    const char *stop = csv_fields(from, in->end, delimiter, record, &problem);
    if (problem == NULL) problem = check_text(from, (size_t)(stop - from));
    if (problem != NULL) { /* whatever a stray quote swallowed may be good */
        take_line(in);
        return problem;
    }
    while (in->at <= stop && in->at < in->end) take_line(in);
    return NULL;
}

static void add_latin1(rs_text *text, const char *from, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)from[i];
        char two[2] = {(char)(0xc0 | c >> 6), (char)(0x80 | (c & 0x3f))};
        if (c < 0x80)
            rs_text_add_bytes(text, from + i, 1);
        else
            rs_text_add_bytes(text, two, 2);
    }
}

static const char *read_plain(rs_catalogue_input *in, const rs_splitting *how,
                              rs_record *record)
{
    size_t width = strlen(how->delimiter);
    const char *p = in->at, *end = p + take_line(in);
    const char *problem = check_text(p, (size_t)(end - p));
    int latin1 = problem != NULL && how->latin1 && memchr(p, 0, (size_t)(end - p)) == NULL;
    if (problem != NULL && !latin1) return problem;
    while (!record->failed) {
        const char *stop = memmem(p, (size_t)(end - p), how->delimiter, width);
        const char *field_end = stop != NULL ? stop : end;
        begin_field(record);
        if (latin1)
            add_latin1(&record->bytes, p, (size_t)(field_end - p));
        else
            rs_text_add_bytes(&record->bytes, p, (size_t)(field_end - p));
        end_field(record);
        if (stop == NULL) break;
        p = stop + width;
    }
    return NULL;
}

/* Step over blank lines; 0 at the end of the input. */
static int skip_blank_lines(rs_catalogue_input *in)
{
    while (in->at < in->end) {
        const char *from = in->at, *stop = line_end(from, in->end);
        size_t size = (size_t)(stop - from);
        if (size > 0 && stop[-1] == '\r') size--;
        if (!is_blank_line(from, size)) return 1;
        take_line(in);
    }
    return 0;
}

recsys_status rs_input_record(rs_catalogue_input *in, const rs_splitting *how,
                              rs_record *record, int *more, recsys_error *err)
{
    while ((*more = skip_blank_lines(in)) != 0) {
        record->count = record->bytes.size = 0;
        record->line = in->line;
        const char *problem =
            how->quotes ? read_csv(in, how->delimiter[0], record) : read_plain(in, how, record);
        if (record->failed) return rs_fail_memory(err, in->name);
        if (problem == NULL) return RECSYS_OK;
        recsys_status status = rs_input_bad(in, err, record->line, "%s", problem);
        if (status != RECSYS_OK) return status;
    }
    return RECSYS_OK;
}
