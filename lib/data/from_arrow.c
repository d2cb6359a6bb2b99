#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/arrow.h"
#include "data/inputs.h"
#include "data/intake.h"
#include "data/read.h"
#include "data/times.h"

static const char *const call = "recsys_ratings_from_arrow";
static const char *const role_name[RS_ROLES] = {"user", "movie", "rating", "timestamp"};

/* ---- types ----------------------------------------------------------------------- */

typedef enum arrow_type {
    T_NONE,
    T_INT8,
    T_UINT8,
    T_INT16,
    T_UINT16,
    T_INT32,
    T_UINT32,
    T_INT64,
    T_UINT64,
    T_FLOAT,
    T_DOUBLE,
    T_UTF8,
    T_LARGE_UTF8,
    T_UTF8_VIEW,
    T_SECONDS, /* timestamps, by unit */
    T_MILLIS,
    T_MICROS,
    T_NANOS
} arrow_type;

typedef struct column {
    int64_t child; /* -1: none */
    arrow_type type;
    const char *name;
    const struct ArrowArray *array; /* of the present batch */
} column;

typedef struct arrow_reader {
    rs_read_options options;
    rs_intake *intake;
    column column[RS_ROLES];
    size_t batch; /* from 1 */
    uint64_t bad;
} arrow_reader;

static arrow_type type_of(const char *format)
{
    static const struct {
        const char *format;
        arrow_type type;
    } known[] = {{"c", T_INT8},      {"C", T_UINT8},  {"s", T_INT16}, {"S", T_UINT16},
                 {"i", T_INT32},     {"I", T_UINT32}, {"l", T_INT64}, {"L", T_UINT64},
                 {"f", T_FLOAT},     {"g", T_DOUBLE}, {"u", T_UTF8},  {"U", T_LARGE_UTF8},
                 {"vu", T_UTF8_VIEW}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(format, known[i].format) == 0) return known[i].type;
    if (strncmp(format, "tss:", 4) == 0) return T_SECONDS;
    if (strncmp(format, "tsm:", 4) == 0) return T_MILLIS;
    if (strncmp(format, "tsu:", 4) == 0) return T_MICROS;
    if (strncmp(format, "tsn:", 4) == 0) return T_NANOS;
    return T_NONE;
}

static int is_integer(arrow_type type)
{
    return type >= T_INT8 && type <= T_UINT64;
}

static int is_text(arrow_type type)
{
    return type >= T_UTF8 && type <= T_UTF8_VIEW;
}

static int suits(int role, arrow_type type)
{
    if (role <= RS_MOVIE) return is_integer(type) || is_text(type);
    if (role == RS_RATING) return is_integer(type) || type == T_FLOAT || type == T_DOUBLE;
    return is_integer(type) || type >= T_SECONDS;
}

/* ---- schema ---------------------------------------------------------------------- */

static recsys_status find_column(arrow_reader *r, const struct ArrowSchema *schema, int role,
                                 recsys_error *err)
{
    const char *wanted = r->options.column[role];
    unsigned best = 0;
    r->column[role].child = -1;
    for (int64_t i = 0; i < schema->n_children; i++) {
        const char *name = schema->children[i]->name != NULL ? schema->children[i]->name : "";
        unsigned rank;
        if (rs_role_of(&r->options, name, strlen(name), &rank) != role) continue;
        if (best != 0 && rank > best) continue;
        if (rank == best)
            return rs_fail(err, RECSYS_E_INVALID, "%s: two columns could be the %s", call,
                           role_name[role]);
        best = rank;
        r->column[role] = (column){.child = i, .name = name};
    }
    if (r->column[role].child >= 0) return RECSYS_OK;
    if (role > RS_MOVIE && wanted[0] == '\0') return RECSYS_OK;
    return rs_fail(err, RECSYS_E_INVALID, "%s: no column \"%s\" among the %lld of the stream",
                   call, wanted[0] != '\0' ? wanted : role_name[role],
                   (long long)schema->n_children);
}

static recsys_status read_schema(arrow_reader *r, const struct ArrowSchema *schema,
                                 recsys_error *err)
{
    if (schema->format == NULL || strcmp(schema->format, "+s") != 0)
        return rs_fail(err, RECSYS_E_INVALID, "%s: the stream is not of record batches", call);
    for (int role = 0; role < RS_ROLES; role++) {
        column *c = &r->column[role];
        recsys_status status = find_column(r, schema, role, err);
        if (status != RECSYS_OK) return status;
        if (c->child < 0) continue;
        const struct ArrowSchema *child = schema->children[c->child];
        c->type = child->dictionary == NULL && child->format != NULL ? type_of(child->format)
                                                                     : T_NONE;
        if (!suits(role, c->type))
            return rs_fail(err, RECSYS_E_UNSUPPORTED,
                           "%s: column \"%s\" has type \"%s\"%s, which no %s can have", call,
                           c->name, child->format != NULL ? child->format : "",
                           child->dictionary != NULL ? " (a dictionary)" : "", role_name[role]);
    }
    return RECSYS_OK;
}

/* ---- values ---------------------------------------------------------------------- */

static int bit_at(const void *bits, int64_t at)
{
    return ((const uint8_t *)bits)[at / 8] >> (at % 8) & 1;
}

static int is_null(const struct ArrowArray *array, int64_t at)
{
    return array->null_count != 0 && array->buffers[0] != NULL &&
           !bit_at(array->buffers[0], at);
}

/* Integers of any width, with a flag for one above INT64_MAX. */
static int64_t integer_at(const column *c, int64_t at, int *too_large)
{
    const void *data = c->array->buffers[1];
    *too_large = 0;
    switch (c->type) {
    case T_INT8: return ((const int8_t *)data)[at];
    case T_UINT8: return ((const uint8_t *)data)[at];
    case T_INT16: return ((const int16_t *)data)[at];
    case T_UINT16: return ((const uint16_t *)data)[at];
    case T_INT32: return ((const int32_t *)data)[at];
    case T_UINT32: return ((const uint32_t *)data)[at];
    case T_UINT64:
        *too_large = ((const uint64_t *)data)[at] > INT64_MAX;
        return (int64_t)((const uint64_t *)data)[at];
    default: return ((const int64_t *)data)[at];
    }
}

static double real_at(const column *c, int64_t at)
{
    int too_large;
    if (c->type == T_FLOAT) return (double)((const float *)c->array->buffers[1])[at];
    if (c->type == T_DOUBLE) return ((const double *)c->array->buffers[1])[at];
    int64_t value = integer_at(c, at, &too_large);
    return too_large ? INFINITY : (double)value;
}

/* A view: 32 bits of size, then the bytes, or a prefix, the number of a buffer, an offset. */
static int view_at(const struct ArrowArray *array, int64_t at, rs_id_text *text)
{
    const char *view = (const char *)array->buffers[1] + at * 16;
    int32_t part[4];
    memcpy(part, view, sizeof part);
    if (part[0] < 0) return 0;
    text->size = (size_t)part[0];
    text->data = view + 4;
    if (part[0] <= 12) return 1;
    const int64_t *sizes = array->buffers[array->n_buffers - 1];
    if (part[2] < 0 || part[2] >= array->n_buffers - 3 || part[3] < 0 ||
        (int64_t)part[3] + part[0] > sizes[part[2]])
        return 0;
    text->data = (const char *)array->buffers[2 + part[2]] + part[3];
    return 1;
}

static int text_at(const column *c, int64_t at, rs_id_text *text)
{
    int64_t from, to;
    if (c->type == T_UTF8_VIEW) return view_at(c->array, at, text);
    if (c->type == T_UTF8) {
        from = ((const int32_t *)c->array->buffers[1])[at];
        to = ((const int32_t *)c->array->buffers[1])[at + 1];
    } else {
        from = ((const int64_t *)c->array->buffers[1])[at];
        to = ((const int64_t *)c->array->buffers[1])[at + 1];
    }
    if (from < 0 || to < from || (to > from && c->array->buffers[2] == NULL)) return 0;
    text->data = to > from ? (const char *)c->array->buffers[2] + from : "";
    text->size = (size_t)(to - from);
    return 1;
}

/* Milliseconds, rounded down. */
static int time_at(const column *c, int64_t at, int64_t *milli)
{
    int too_large;
    int64_t value = integer_at(c, at, &too_large);
    if (too_large || value < 0) return 0;
    switch (c->type) {
    case T_SECONDS:
        if (value > RS_TIME_MOST / 1000) return 0;
        *milli = value * 1000;
        return 1;
    case T_MILLIS: *milli = value; break;
    case T_MICROS: *milli = value / 1000; break;
    case T_NANOS: *milli = value / 1000000; break;
    default: return rs_time_from_number(value, milli);
    }
    return *milli <= RS_TIME_MOST;
}

/* ---- rows ------------------------------------------------------------------------ */

/* What is wrong with a row, and in which column; NULL: nothing. */
static const char *id_at(const column *c, int64_t at, char digits[24], rs_id_text *text)
{
    int too_large;
    if (is_null(c->array, at)) return "is null, expected an id";
    if (is_text(c->type)) {
        if (!text_at(c, at, text)) return "has an offset out of bounds";
        return rs_id_problem(text->data, text->size) == NULL
                   ? NULL
                   : "is not an id (UTF-8, not empty, at most 4096 bytes)";
    }
    int64_t value = integer_at(c, at, &too_large);
    int size = too_large ? snprintf(digits, 24, "%llu", (unsigned long long)value)
                         : snprintf(digits, 24, "%lld", (long long)value);
    *text = (rs_id_text){digits, (size_t)size};
    return NULL;
}

static const char *rating_at(const arrow_reader *r, int64_t at, float *rating)
{
    const column *c = &r->column[RS_RATING];
    *rating = r->options.event_value;
    if (c->child < 0) return NULL;
    *rating = NAN;
    if (is_null(c->array, at)) return NULL;
    *rating = (float)real_at(c, at);
    return isfinite(*rating) ? NULL : "is not finite";
}

static const char *moment_at(const arrow_reader *r, int64_t at, int64_t *milli)
{
    const column *c = &r->column[RS_TIME];
    *milli = 0;
    if (c->child < 0 || is_null(c->array, at)) return NULL;
    return time_at(c, at, milli) ? NULL : "is not a time (expected 1970 to 9999)";
}

static recsys_status bad_row(arrow_reader *r, int64_t row, int role, const char *problem,
                             recsys_error *err)
{
    if (r->options.skip_bad && ++r->bad <= r->options.max_bad) return RECSYS_OK;
    return rs_fail(err, RECSYS_E_PARSE, "%s: batch %zu, row %lld: column \"%s\" %s%s", call,
                   r->batch, (long long)row + 1, r->column[role].name, problem,
                   r->options.skip_bad ? "; that is one more than data.max_bad_rows" : "");
}

static int64_t place(const column *c, int64_t row)
{
    return c->child < 0 ? 0 : c->array->offset + row;
}

static recsys_status read_row(arrow_reader *r, int64_t offset, int64_t row, recsys_error *err)
{
    char digits[2][24];
    rs_id_text id[2];
    float rating;
    int64_t milli, at = offset + row;
    const char *problem;
    rs_collector *collector = r->intake->collector;
    for (int role = RS_USER; role <= RS_MOVIE; role++) {
        problem = id_at(&r->column[role], place(&r->column[role], at), digits[role], &id[role]);
        if (problem != NULL) return bad_row(r, row, role, problem, err);
    }
    problem = rating_at(r, place(&r->column[RS_RATING], at), &rating);
    if (problem != NULL) return bad_row(r, row, RS_RATING, problem, err);
    problem = moment_at(r, place(&r->column[RS_TIME], at), &milli);
    if (problem != NULL) return bad_row(r, row, RS_TIME, problem, err);
    uint32_t user = rs_id_table_text(&collector->users, id[0].data, id[0].size);
    uint32_t movie = rs_id_table_text(&collector->movies, id[1].data, id[1].size);
    if (user == RS_NO_ID || movie == RS_NO_ID ||
        !rs_intake_put(r->intake, user, movie, rating, milli))
        return rs_fail_memory(err, call);
    return RECSYS_OK;
}

/* ---- batches --------------------------------------------------------------------- */

/* Does the column have what its type needs for `rows` rows from the batch's offset on? */
static int is_sound(const column *c, const struct ArrowArray *batch)
{
    const struct ArrowArray *array = c->array;
    int64_t buffers = is_text(c->type) ? 3 : 2;
    if (array == NULL || array->offset < 0 || array->length < 0 || batch->length < 0 ||
        batch->offset < 0 || array->length < batch->offset ||
        array->length - batch->offset < batch->length)
        return 0;
    if (array->buffers == NULL ||
        (c->type == T_UTF8_VIEW ? array->n_buffers < 3 : array->n_buffers != buffers))
        return 0;
    return batch->length == 0 || array->buffers[1] != NULL;
}

static recsys_status read_batch(arrow_reader *r, const struct ArrowArray *batch,
                                int64_t children, recsys_error *err)
{
    if (batch->n_children != children)
        return rs_fail(err, RECSYS_E_INVALID, "%s: batch %zu has %lld columns, expected %lld",
                       call, r->batch, (long long)batch->n_children, (long long)children);
    for (int role = 0; role < RS_ROLES; role++) {
        column *c = &r->column[role];
        if (c->child < 0) continue;
        c->array = batch->children[c->child];
        if (!is_sound(c, batch))
            return rs_fail(err, RECSYS_E_INVALID, "%s: batch %zu: column \"%s\" is malformed",
                           call, r->batch, c->name);
    }
    for (int64_t row = 0; row < batch->length; row++) {
        if (batch->n_buffers > 0 && batch->buffers != NULL &&
            is_null(batch, batch->offset + row))
            return rs_fail(err, RECSYS_E_PARSE, "%s: batch %zu, row %lld is null", call,
                           r->batch, (long long)row + 1);
        recsys_status status = read_row(r, batch->offset, row, err);
        if (status != RECSYS_OK) return status;
    }
    return RECSYS_OK;
}

static recsys_status stream_failed(struct ArrowArrayStream *stream, int code, recsys_error *err)
{
    const char *text = stream->get_last_error != NULL ? stream->get_last_error(stream) : NULL;
    return rs_fail(err, RECSYS_E_IO, "%s: the stream failed with code %d: %s", call, code,
                   text != NULL ? text : "no reason given");
}

static recsys_status read_stream(arrow_reader *r, struct ArrowArrayStream *stream,
                                 const struct ArrowSchema *schema, recsys_error *err)
{
    for (;;) {
        struct ArrowArray batch;
        memset(&batch, 0, sizeof batch);
        int code = stream->get_next(stream, &batch);
        if (code != 0) return stream_failed(stream, code, err);
        if (batch.release == NULL) return RECSYS_OK;
        r->batch++;
        recsys_status status = read_batch(r, &batch, schema->n_children, err);
        batch.release(&batch);
        if (status != RECSYS_OK) return status;
    }
}

static recsys_status collect(arrow_reader *r, struct ArrowArrayStream *stream,
                             recsys_error *err)
{
    struct ArrowSchema schema;
    memset(&schema, 0, sizeof schema);
    int code = stream->get_schema(stream, &schema);
    if (code != 0) return stream_failed(stream, code, err);
    recsys_status status = read_schema(r, &schema, err);
    if (status == RECSYS_OK) status = read_stream(r, stream, &schema, err);
    if (schema.release != NULL) schema.release(&schema);
    return status;
}

static recsys_status read_all(recsys_ratings **out, recsys_runtime *rt,
                              struct ArrowArrayStream *stream, const recsys_config *config,
                              recsys_error *err)
{
    rs_intake intake;
    arrow_reader r = {.intake = &intake};
    rs_read_options_from(&r.options, config);
    recsys_status status = rs_read_options_check(&r.options, err);
    if (status == RECSYS_OK) status = rs_intake_begin(&intake, rt, err);
    if (status != RECSYS_OK) return status;
    status = collect(&r, stream, err);
    if (status == RECSYS_OK) return rs_intake_finish(&intake, out, err);
    rs_intake_free(&intake);
    return status;
}

recsys_status rs_ratings_from_arrow(recsys_ratings **out, recsys_runtime *runtime,
                                    struct ArrowArrayStream *stream,
                                    const recsys_config *config, recsys_error *err)
{
    recsys_runtime *rt;
    if (stream->release == NULL)
        return rs_fail(err, RECSYS_E_INVALID, "%s: the stream was released before", call);
    recsys_status status = out == NULL
                               ? rs_fail(err, RECSYS_E_INVALID, "%s: ratings is NULL", call)
                               : rs_runtime_hold(&rt, runtime, err);
    if (status == RECSYS_OK) {
        status = read_all(out, rt, stream, config, err);
        rs_runtime_release(rt);
    }
    stream->release(stream);
    return status;
}
