/* Reading ratings from text: what the parts of the reader share.
 *
 * read.c drives: it opens the bytes, has read_format.c find the format, cuts the bytes into
 * chunks at line ends and has them read in parallel, by read_delimited.c or read_json.c; each
 * row that they find ends in rs_take_row. */
#ifndef RS_DATA_READ_H
#define RS_DATA_READ_H

#include <recsys/config.h>

#include "base/file.h"
#include "data/build.h"
#include "data/column.h"

/* ---- entry points ---------------------------------------------------------------- */

typedef enum rs_format_name {
    RS_FORMAT_AUTO, /* the choices of data.format, in their order */
    RS_FORMAT_CSV,
    RS_FORMAT_U_DATA,
    RS_FORMAT_DAT,
    RS_FORMAT_JSONL
} rs_format_name;

enum { RS_USER, RS_MOVIE, RS_RATING, RS_TIME, RS_ROLES };

typedef struct rs_read_options {
    rs_format_name format;
    const char *delimiter;        /* "": to be found */
    const char *column[RS_ROLES]; /* "": by the usual names */
    float event_value;
    int skip_bad;
    uint64_t max_bad;
    size_t chunk; /* bytes that one task reads; 0: by size */
} rs_read_options;

void rs_read_options_from(rs_read_options *options, const recsys_config *config);

/* `name` stands for the input in messages. The bytes are closed by the call. */
recsys_status rs_ratings_read_bytes(recsys_ratings **out, recsys_runtime *rt, rs_bytes *bytes,
                                    const char *name, const rs_read_options *options,
                                    recsys_read_summary *summary,
                                    const recsys_progress *progress, recsys_error *err);
recsys_status rs_ratings_read(recsys_ratings **out, recsys_runtime *runtime, const char *path,
                              const recsys_config *config, recsys_read_summary *summary,
                              const recsys_progress *progress, recsys_error *err);

/* ---- the format ------------------------------------------------------------------ */

enum { RS_MOST_COLUMNS = 64, RS_NO_ROLE = 255 };

typedef struct rs_format {
    int json;
    char delimiter[4];
    size_t delimiter_size;
    int quotes;                                /* a field may be in quotes, RFC 4180 */
    int multiline;                             /* and hold line ends */
    size_t columns;                            /* that each row must have */
    uint8_t role[RS_MOST_COLUMNS];             /* RS_USER.. or RS_NO_ROLE, by column */
    int given[RS_ROLES];                       /* is there a column for it? */
    char column[RS_ROLES][RS_COLUMN_NAME + 4]; /* its name for messages; JSON: "" usual */
    size_t body;                               /* offset of the first row */
    char name[32];                             /* for people: "csv", "u.data", "::", "jsonl" */
} rs_format;

recsys_status rs_format_find(rs_format *format, const rs_read_options *options,
                             const rs_bytes *bytes, const char *name, recsys_error *err);
/* The role of a column or key by its name, -1 if it has none: the one for which the options
 * name it, else the one whose usual names it is among. A smaller rank fits better. */
int rs_role_of(const rs_read_options *options, const char *name, size_t size, unsigned *rank);
/* Formats that are easily taken for text, by their first bytes. */
recsys_status rs_refuse_binary(const rs_bytes *bytes, const char *name, recsys_error *err);
/* No column may be named for two roles. */
recsys_status rs_read_options_check(const rs_read_options *options, recsys_error *err);

/* ---- rows ------------------------------------------------------------------------ */

typedef enum rs_field_kind {
    RS_FIELD_ABSENT,
    RS_FIELD_NULL,
    RS_FIELD_TEXT,
    RS_FIELD_OTHER /* of a kind that no column may have */
} rs_field_kind;

typedef struct rs_field {
    rs_field_kind kind;
    const char *data;
    size_t size;
} rs_field;

/* What one chunk's task found besides its rows. */
typedef struct rs_chunk_notes {
    uint64_t rows, bad;
    int open_quote;       /* a quoted field goes on after its line */
    const char *first_at; /* where the first bad row begins */
    char first_bad[512];
} rs_chunk_notes;

typedef struct rs_reader {
    recsys_runtime *rt;
    const char *name;
    const char *data, *end;
    void *mapped; /* pages may be dropped once read */
    const rs_read_options *options;
    rs_format format;
    size_t chunk, chunks;
    const char **start; /* [chunks + 1] when cut beforehand, else NULL */
    double bytes_per_row;
    rs_rows *rows;         /* [chunks] */
    rs_chunk_notes *notes; /* [chunks] */
    rs_collector *collectors;
    size_t threads;
    atomic_uint_fast64_t bad;
} rs_reader;

/* One chunk's task. */
typedef struct rs_row_sink {
    rs_reader *reader;
    size_t chunk;
    rs_rows *rows;
    rs_collector *collector;
    rs_chunk_notes *notes;
    recsys_error *err;
} rs_row_sink;

/* Check a row's fields and keep it; a bad one is an error or is counted. */
recsys_status rs_take_row(rs_row_sink *sink, const char *at, const rs_field field[RS_ROLES]);
/* A row that begins at `at` is bad: `problem` says how. */
recsys_status rs_bad_row(rs_row_sink *sink, const char *at, const char *problem);
/* The same for a value: column "rating": "abc" is not PROBLEM. */
recsys_status rs_bad_value(rs_row_sink *sink, const char *at, int role, const rs_field *field,
                           const char *problem);

/* Message of the first bad row, with its line; returns its chunk. */
size_t rs_first_bad(const rs_reader *reader, char text[512]);
/* The one error that stands for all bad rows. `all`: so many rows were there and none was
 * good; 0: reading was stopped before its end. */
recsys_status rs_too_many_bad(const rs_reader *reader, uint64_t all, recsys_error *err);

recsys_status rs_read_delimited(rs_row_sink *sink, const char *from, const char *to);
recsys_status rs_read_json(rs_row_sink *sink, const char *from, const char *to);
/* Begin of the row that comes after the one at `at`, minding quoted line ends. */
const char *rs_next_row(const rs_format *format, const char *at, const char *end);

/* ---- fields of a delimited row --------------------------------------------------- */

typedef struct rs_splitter {
    const rs_format *format;
    const char *at, *end; /* end: of the line, or of where it may end */
    int last;             /* the row's last field was given out */
    int problem;          /* RS_SPLIT_OPEN, RS_SPLIT_AFTER */
    int escaped;          /* the field holds doubled quotes */
    int quoted;
} rs_splitter;

enum { RS_SPLIT_OPEN = 1, RS_SPLIT_AFTER = 2 };

/* Next field of the row, without its quotes; 0: there is none, or there is a problem. After
 * the last field `at` is at the row's end. */
int rs_split_next(rs_splitter *splitter, const char **data, size_t *size);
/* A field without its doubled quotes, in `to`; one that is too long for an id is cut, but stays
 * too long. */
enum { RS_UNESCAPED = RS_ID_BYTES + 4 };
void rs_field_unescape(char to[RS_UNESCAPED], rs_field *field);

#endif
