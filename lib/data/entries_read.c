/* Reading runs and judgements row by row; plain rows - integer ids, short numbers - are read
 * eight bytes at a time, all others field by field. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "data/entries_format.h"
#include "data/quick.h"

enum { QUICK = 4096 /* bytes behind a row's begin for which the quick way needs no end */ };

typedef struct reader {
    recsys_runtime *runtime;
    const char *name;
    const char *begin, *end; /* of all bytes */
    rs_format format;        /* with entries' roles; delimiter " ": any blanks */
    int blanks;
    uint8_t stops[256]; /* 1: a plain field ends before this byte, or is not plain */
    rs_id_table *users, *movies;
    rs_entry_rows rows;
    size_t expected;         /* rows, by the length of the first ones */
    struct {                 /* the user of the last plain row: rows mostly come by user */
        uint64_t text, mask; /* first bytes with the separator; mask 0: none, or too long */
        size_t size;         /* without it */
        uint64_t id;
    } last;
    rs_json json;
    char unescaped[RS_ENTRY_ROLES][RS_UNESCAPED];
    recsys_error *err;
} reader;

static int is_blank(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')) p++;
    return p == end;
}

/* ---- errors ---------------------------------------------------------------------- */

static size_t line_of(const reader *r, const char *at)
{
    size_t line = 1;
    for (const char *p = r->begin; p < at; p++) line += *p == '\n';
    return line;
}

static recsys_status bad_row(const reader *r, const char *at, const char *problem)
{
    return rs_fail(r->err, RECSYS_E_PARSE, "%s:%zu: %s", r->name, line_of(r, at), problem);
}

static recsys_status bad_field(const reader *r, const char *at, int role, const rs_field *field,
                               const char *expected)
{
    static const char *const names[RS_ENTRY_ROLES] = {"user", "movie", "score", "rank"};
    int size =
        field->size > 60 || !rs_utf8_valid(field->data, field->size) ? 0 : (int)field->size;
    return rs_fail(r->err, RECSYS_E_PARSE, "%s:%zu: %s \"%.*s%s\" is not %s", r->name,
                   line_of(r, at), names[role], size, field->data,
                   size == 0 && field->size > 0 ? "..." : "", expected);
}

/* Where the row of this number begins; blank lines are no rows. */
static const char *row_begin(const reader *r, size_t row)
{
    const char *at = r->begin + r->format.body;
    while (at < r->end) {
        const char *next = rs_next_row(&r->format, at, r->end);
        if (!is_blank(at, next) && row-- == 0) break;
        at = next;
    }
    return at;
}

/* ---- one row --------------------------------------------------------------------- */

static int grow_column(const rs_entry_rows *rows, void *column, size_t need, size_t size)
{
    size_t capacity = rows->capacity;
    return rs_reserve(rows->runtime, column, &capacity, need, size);
}

/* Room for another row, the first time for as many as are expected; 0: out of memory. */
static int grow(reader *r)
{
    rs_entry_rows *rows = &r->rows;
    size_t need = rows->count * 2 > r->expected ? rows->count * 2 : r->expected;
    if (!grow_column(rows, &rows->user, need, sizeof *rows->user) ||
        !grow_column(rows, &rows->movie, need, sizeof *rows->movie))
        return 0;
    if (r->format.given[RS_ENTRY_VALUE] &&
        !grow_column(rows, &rows->value, need, sizeof *rows->value))
        return 0;
    if (r->format.given[RS_ENTRY_RANK] &&
        !grow_column(rows, &rows->rank, need, sizeof *rows->rank))
        return 0;
    rows->capacity = need;
    return 1;
}

static inline recsys_status put_row(reader *r, uint32_t user, uint32_t movie, double value,
                                    uint64_t rank)
{
    rs_entry_rows *rows = &r->rows;
    if (user == RS_NO_ID || movie == RS_NO_ID || (rows->count == rows->capacity && !grow(r)))
        return rs_fail_memory(r->err, r->name);
    size_t at = rows->count++;
    rows->user[at] = user;
    rows->movie[at] = movie;
    if (rows->value != NULL) rows->value[at] = value;
    if (rows->rank != NULL) rows->rank[at] = rank;
    return RECSYS_OK;
}

static recsys_status take_row(reader *r, const char *at, const rs_field field[RS_ENTRY_ROLES])
{
    double value = 0;
    int64_t rank = 0;
    for (int role = RS_ENTRY_USER; role <= RS_ENTRY_MOVIE; role++) {
        const char *problem = field[role].kind == RS_FIELD_TEXT
                                  ? rs_id_problem(field[role].data, field[role].size)
                                  : "an id";
        if (problem != NULL) return bad_field(r, at, role, &field[role], problem);
    }
    if (r->format.given[RS_ENTRY_VALUE] &&
        (field[RS_ENTRY_VALUE].kind != RS_FIELD_TEXT ||
         !rs_parse_real(field[RS_ENTRY_VALUE].data, field[RS_ENTRY_VALUE].size, &value)))
        return bad_field(r, at, RS_ENTRY_VALUE, &field[RS_ENTRY_VALUE], "a finite number");
    if (r->format.given[RS_ENTRY_RANK] &&
        (field[RS_ENTRY_RANK].kind != RS_FIELD_TEXT ||
         !rs_parse_int(field[RS_ENTRY_RANK].data, field[RS_ENTRY_RANK].size, &rank) ||
         rank < 0))
        return bad_field(r, at, RS_ENTRY_RANK, &field[RS_ENTRY_RANK],
                         "a whole number from 0 on");
    return put_row(
        r, rs_id_table_text(r->users, field[RS_ENTRY_USER].data, field[RS_ENTRY_USER].size),
        rs_id_table_text(r->movies, field[RS_ENTRY_MOVIE].data, field[RS_ENTRY_MOVIE].size),
        value, (uint64_t)rank);
}

/* ---- delimited rows -------------------------------------------------------------- */

typedef struct plain_row {
    uint64_t id[2], rank;
    double value;
} plain_row;

static inline int is_separator(const reader *r, char c)
{
    return r->blanks ? c == ' ' || c == '\t' : c == r->format.delimiter[0];
}

/* Behind the field of the user, who is mostly that of the row before. */
static inline const char *plain_user(reader *r, const char *p, uint64_t *id)
{
    uint64_t text = rs_load8(p);
    if (r->last.mask != 0 && (text & r->last.mask) == r->last.text) {
        *id = r->last.id;
        return p + r->last.size;
    }
    const char *end = rs_quick_integer(p, id);
    if (end == NULL || (*p == '0' && end > p + 1)) return NULL;
    size_t size = (size_t)(end - p);
    r->last.mask = size < 8 ? UINT64_MAX >> (64 - 8 * (size + 1)) : 0;
    r->last.text = text & r->last.mask;
    r->last.size = size;
    r->last.id = *id;
    return end;
}

/* The values of a plain row and where the next begins; NULL if it is not plain. At least QUICK
 * bytes follow p. */
static inline const char *plain_fields(reader *r, const char *p, plain_row *row)
{
    const rs_format *f = &r->format;
    const char *limit = p + QUICK - 64;
    for (size_t c = 0;; p++) {
        const char *from = p;
        if (p >= limit) return NULL;
        switch (f->role[c]) {
        case RS_ENTRY_USER: p = plain_user(r, p, &row->id[RS_ENTRY_USER]); break;
        case RS_ENTRY_MOVIE:
            p = rs_quick_integer(p, &row->id[RS_ENTRY_MOVIE]);
            if (p == NULL || (*from == '0' && p > from + 1)) return NULL;
            break;
        case RS_ENTRY_VALUE: p = rs_quick_decimal(p, &row->value); break;
        case RS_ENTRY_RANK: p = rs_quick_integer(p, &row->rank); break;
        default:
            while (p < limit && !r->stops[(unsigned char)*p]) p++;
        }
        if (p == NULL) return NULL;
        if (++c == f->columns) break;
        if (!is_separator(r, *p)) return NULL;
    }
    p += *p == '\r';
    return *p == '\n' ? p + 1 : NULL;
}

static void note_stops(reader *r)
{
    for (int c = 0; c < 256; c++)
        r->stops[c] = c == '\n' || c == '\r' || c == '"' || is_separator(r, (char)c);
}

static recsys_status bad_columns(const reader *r, const char *at, size_t columns)
{
    char problem[96];
    snprintf(problem, sizeof problem, "has %zu column%s, expected %zu", columns,
             columns == 1 ? "" : "s", r->format.columns);
    return bad_row(r, at, problem);
}

/* Fields between blanks; returns how many there are. */
static size_t split_blanks(const reader *r, const char *p, const char *end,
                           rs_field field[RS_ENTRY_ROLES])
{
    size_t column = 0;
    for (;; column++) {
        while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')) p++;
        if (p == end) return column;
        const char *from = p;
        while (p < end && *p != ' ' && *p != '\t' && *p != '\r' && *p != '\n') p++;
        unsigned role = column < r->format.columns ? r->format.role[column] : RS_NO_ROLE;
        if (role < RS_ENTRY_ROLES)
            field[role] = (rs_field){RS_FIELD_TEXT, from, (size_t)(p - from)};
    }
}

static recsys_status split_row(reader *r, const char *at, const char *next,
                               rs_field field[RS_ENTRY_ROLES])
{
    rs_splitter s = {.format = &r->format, .at = at, .end = next};
    const char *data;
    size_t size, column = 0;
    for (; rs_split_next(&s, &data, &size); column++) {
        unsigned role = column < RS_MOST_COLUMNS ? r->format.role[column] : RS_NO_ROLE;
        if (role >= RS_ENTRY_ROLES) continue;
        field[role] = (rs_field){RS_FIELD_TEXT, data, size};
        if (s.escaped) rs_field_unescape(r->unescaped[role], &field[role]);
    }
    if (s.problem != 0)
        return bad_row(r, at,
                       s.problem == RS_SPLIT_OPEN
                           ? "a quote opens a field and never closes it"
                           : "a quoted field goes on behind its closing quote");
    return column == r->format.columns ? RECSYS_OK : bad_columns(r, at, column);
}

static recsys_status any_row(reader *r, const char *at, const char *next)
{
    rs_field field[RS_ENTRY_ROLES] = {{RS_FIELD_ABSENT, "", 0}};
    recsys_status status = RECSYS_OK;
    if (is_blank(at, next)) return RECSYS_OK;
    for (int role = 0; role < RS_ENTRY_ROLES; role++)
        field[role] = (rs_field){RS_FIELD_ABSENT, "", 0};
    if (r->blanks) {
        size_t columns = split_blanks(r, at, next, field);
        if (columns != r->format.columns) status = bad_columns(r, at, columns);
    } else {
        status = split_row(r, at, next, field);
    }
    return status == RECSYS_OK ? take_row(r, at, field) : status;
}

/* How many rows there will be if all are like the first ones. */
static size_t expect_rows(const reader *r)
{
    enum { LOOKED_AT = 1 << 16 };
    size_t size = (size_t)(r->end - r->begin), looked = size, lines = 1;
    if (looked > LOOKED_AT) looked = LOOKED_AT;
    for (size_t i = 0; i < looked; i++) lines += r->begin[i] == '\n';
    return size / (looked / lines + 1) + lines;
}

static recsys_status read_delimited(reader *r)
{
    recsys_status status = RECSYS_OK;
    const char *at = r->begin + r->format.body;
    while (at < r->end && status == RECSYS_OK) {
        plain_row row = {.value = 0};
        const char *next = r->end - at >= QUICK ? plain_fields(r, at, &row) : NULL;
        if (next != NULL) {
            status = put_row(r, rs_id_table_integer(r->users, row.id[RS_ENTRY_USER]),
                             rs_id_table_integer(r->movies, row.id[RS_ENTRY_MOVIE]), row.value,
                             row.rank);
        } else {
            next = rs_next_row(&r->format, at, r->end);
            status = any_row(r, at, next);
        }
        at = next;
    }
    return status;
}

/* ---- JSON lines ------------------------------------------------------------------ */

static recsys_status read_member(reader *r, const char *at, const rs_json_text *key,
                                 rs_field field[RS_ENTRY_ROLES])
{
    rs_json_text text = {"", 0};
    int role = rs_entry_role(key->data, key->size);
    if (role < 0) {
        rs_json_skip(&r->json);
        return RECSYS_OK;
    }
    if (field[role].kind != RS_FIELD_ABSENT) return bad_row(r, at, "a key is there twice");
    rs_json_kind kind = rs_json_value(&r->json, &text);
    if (kind != RS_JSON_NUMBER && (kind != RS_JSON_STRING || role > RS_ENTRY_MOVIE))
        return r->json.problem != NULL ? RECSYS_OK
                                       : bad_row(r, at,
                                                 "a user, movie, score or rank is of a "
                                                 "kind that it cannot be");
    size_t size = text.size < RS_UNESCAPED ? text.size : RS_UNESCAPED;
    memcpy(r->unescaped[role], text.data, size);
    field[role] = (rs_field){RS_FIELD_TEXT, r->unescaped[role], size};
    return RECSYS_OK;
}

static recsys_status read_object(reader *r, const char *at, const char *next)
{
    rs_field field[RS_ENTRY_ROLES];
    rs_json_text key;
    recsys_status status = RECSYS_OK;
    for (int role = 0; role < RS_ENTRY_ROLES; role++)
        field[role] = (rs_field){RS_FIELD_ABSENT, "", 0};
    rs_json_free(&r->json);
    rs_json_begin(&r->json, r->runtime, at, (size_t)(next - at));
    if (rs_json_value(&r->json, &key) != RS_JSON_OBJECT && r->json.problem == NULL)
        return bad_row(r, at, "not an object (expected one {...} on each line)");
    while (status == RECSYS_OK && rs_json_next_key(&r->json, &key))
        status = read_member(r, at, &key, field);
    if (status != RECSYS_OK) return status;
    if (r->json.scratch.failed) return rs_fail_memory(r->err, r->name);
    if (!rs_json_end(&r->json) && r->json.problem != NULL)
        return bad_row(r, at, r->json.problem);
    if (r->rows.count == 0) /* the first one says what there is */
        for (int role = RS_ENTRY_VALUE; role < RS_ENTRY_ROLES; role++)
            r->format.given[role] = field[role].kind != RS_FIELD_ABSENT;
    return take_row(r, at, field);
}

static recsys_status read_json(reader *r)
{
    recsys_status status = RECSYS_OK;
    const char *at = r->begin + r->format.body;
    for (const char *next; at < r->end && status == RECSYS_OK; at = next) {
        next = memchr(at, '\n', (size_t)(r->end - at));
        next = next != NULL ? next + 1 : r->end;
        if (!is_blank(at, next)) status = read_object(r, at, next);
    }
    return status;
}

/* ---- the whole ------------------------------------------------------------------- */

/* Names the line of the second one. */
static recsys_status refuse_twice(const reader *r, const rs_entry_twice *twice)
{
    char digits[2][24];
    rs_id_text user = rs_id_table_at(r->users, twice->user, digits[0]);
    rs_id_text movie = rs_id_table_at(r->movies, twice->movie, digits[1]);
    size_t row = 0, met = 0;
    for (; row < r->rows.count; row++)
        if (r->rows.user[row] == twice->user && met++ == twice->nth) break;
    return rs_fail(r->err, RECSYS_E_PARSE,
                   "%s:%zu: user \"%.*s\" has movie \"%.*s\" a second time, expected once",
                   r->name, line_of(r, row_begin(r, row)),
                   (int)(user.size < 100 ? user.size : 100), user.data,
                   (int)(movie.size < 100 ? movie.size : 100), movie.data);
}

static recsys_status group(reader *r, rs_entries *entries, int is_run)
{
    rs_entry_twice twice;
    if (r->rows.count == 0)
        return rs_fail(r->err, RECSYS_E_EMPTY, "%s: holds no rows", r->name);
    if (!rs_entries_group(entries, &r->rows, r->users->count, r->movies->count, is_run, &twice))
        return rs_fail_memory(r->err, r->name);
    return twice.found ? refuse_twice(r, &twice) : RECSYS_OK;
}

static recsys_status read_rows(reader *r, rs_entries *entries, const rs_bytes *bytes,
                               int is_run)
{
    recsys_status status;
    r->begin = (const char *)bytes->data;
    r->end = r->begin + bytes->size;
    RS_TRY(rs_entry_format_find(&r->format, bytes, r->name, r->err));
    r->blanks = r->format.delimiter[0] == ' ';
    note_stops(r);
    r->expected = expect_rows(r);
    RS_TRY(r->format.json ? read_json(r) : read_delimited(r));
    RS_TRY(group(r, entries, is_run));
out:
    return status;
}

recsys_status rs_entries_read_bytes(rs_entries *entries, rs_id_table *users,
                                    rs_id_table *movies, const rs_bytes *bytes,
                                    const char *name, int is_run, recsys_error *err)
{
    recsys_runtime *runtime = users->runtime;
    *entries = (rs_entries){.runtime = runtime};
    reader *r = rs_array_zero(runtime, 1, sizeof *r);
    if (r == NULL) return rs_fail_memory(err, "reading lists");
    r->runtime = r->rows.runtime = runtime;
    r->name = name;
    r->users = users;
    r->movies = movies;
    r->err = err;
    rs_json_begin(&r->json, runtime, "", 0);
    recsys_status status = read_rows(r, entries, bytes, is_run);
    rs_json_free(&r->json);
    rs_entry_rows_free(&r->rows);
    rs_free(runtime, r);
    return status;
}

recsys_status rs_entries_read(rs_entries *entries, rs_id_table *users, rs_id_table *movies,
                              const char *path, int is_run, recsys_error *err)
{
    rs_bytes bytes;
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    *entries = (rs_entries){.runtime = users->runtime};
    recsys_status status = rs_bytes_open(&bytes, users->runtime, path, err);
    if (status != RECSYS_OK) return status;
    status = rs_bytes_gunzip(&bytes, path, err);
    if (status == RECSYS_OK)
        status = rs_entries_read_bytes(entries, users, movies, &bytes, name, is_run, err);
    rs_bytes_close(&bytes);
    return status;
}
