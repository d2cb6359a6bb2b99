/* Text files about movies: opened whole, read record by record, bad rows refused or counted. */
#ifndef RS_DATA_CATALOGUE_INPUT_H
#define RS_DATA_CATALOGUE_INPUT_H

#include "base/file.h"
#include "base/text.h"

typedef struct rs_catalogue_input {
    recsys_runtime *runtime;
    const char *name; /* for messages */
    rs_bytes bytes;
    const char *at, *end; /* what is still to be read */
    size_t line;          /* number of the line at `at` */
    int skip_bad;         /* leave bad rows out instead of failing */
    uint64_t most_bad, bad;
    char first_bad[768];
} rs_catalogue_input;

/* Open a file ("-": standard input), unpack gzip, step over a byte order mark. Skipping bad
 * rows is off. */
recsys_status rs_input_open(rs_catalogue_input *in, recsys_runtime *runtime, const char *path,
                            recsys_error *err);
void rs_input_close(rs_catalogue_input *in);

/* Report a bad row: fails with RECSYS_E_PARSE, or is OK when it shall be skipped and there
 * have not been too many. */
recsys_status rs_input_bad(rs_catalogue_input *in, recsys_error *err, size_t line,
                           const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same for a value at `where`: "FILE:LINE: WHERE: value "...", expected ..." */
recsys_status rs_input_bad_value(rs_catalogue_input *in, recsys_error *err, size_t line,
                                 const char *where, const char *value, size_t size,
                                 const char *expected);
/* Log how many bad rows were left out, if any. */
void rs_input_tell(const rs_catalogue_input *in);

/* The next line that is not blank, without its end; 0 at the end of the input. */
int rs_input_line(rs_catalogue_input *in, const char **line, size_t *size, size_t *number);

/* How records are split into fields. */
typedef struct rs_splitting {
    const char *delimiter; /* one byte, or "::" */
    int quotes;            /* fields may be quoted, and then hold delimiters and line ends */
    int latin1;            /* lines that are not UTF-8 are Latin-1 */
} rs_splitting;

typedef struct rs_record {
    recsys_runtime *runtime;
    rs_text bytes; /* the fields, each with a zero byte after it; valid UTF-8 */
    size_t *start; /* [count + 1] into bytes */
    size_t count, capacity;
    size_t line; /* where it began */
    int failed;  /* out of memory */
} rs_record;

void rs_record_begin(rs_record *record, recsys_runtime *runtime);
void rs_record_free(rs_record *record);
static inline const char *rs_record_text(const rs_record *record, size_t i)
{
    return record->bytes.data + record->start[i];
}
static inline size_t rs_record_size(const rs_record *record, size_t i)
{
    return record->start[i + 1] - record->start[i] - 1;
}

/* Read the next record; blank lines and skipped bad rows are passed over. *more is 0 at the
 * end of the input. */
recsys_status rs_input_record(rs_catalogue_input *in, const rs_splitting *how,
                              rs_record *record, int *more, recsys_error *err);

#endif
