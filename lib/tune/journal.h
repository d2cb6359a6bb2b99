/* The journal: a header line that says which search it is of, then a line of JSON for each
 * result, each written and synced as it comes. What a kill leaves of a last line is dropped. */
#ifndef RS_TUNE_JOURNAL_H
#define RS_TUNE_JOURNAL_H

#include "base/text.h"

typedef struct rs_journal {
    recsys_runtime *runtime;
    char *path;
    int fd;        /* -1: closed */
    rs_text lines; /* what was there, whole lines, without the header */
    size_t at;     /* bytes of `lines` that were read */
    size_t line;   /* number of the last one that was read */
} rs_journal;

/* Open, or make with this header (one line of a JSON object, without a newline). Nobody else
 * can open it until it is closed. Errors: IO; DAMAGED if it is no journal, or naming the first
 * member of the header that differs; nothing is changed then. */
recsys_status rs_journal_open(rs_journal *journal, recsys_runtime *runtime, const char *path,
                              const char *header, recsys_error *err);
/* The next line that was there, without its newline; 0: there are no more. */
int rs_journal_next(rs_journal *journal, const char **line, size_t *size);
/* Append a line and sync it. Errors: IO. */
recsys_status rs_journal_add(rs_journal *journal, const char *line, recsys_error *err);
void rs_journal_close(rs_journal *journal);

#endif
