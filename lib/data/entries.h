/* Movies by user with a number each: the lists of a run and their scores, or judgements and
 * their grades. Both are read into the same id tables, so that their numbers agree. */
#ifndef RS_DATA_ENTRIES_H
#define RS_DATA_ENTRIES_H

#include "base/file.h"
#include "data/idtable.h"

typedef struct rs_entries {
    recsys_runtime *runtime;
    size_t users;      /* of the table when this was read; later ones have nothing */
    uint64_t count;    /* all entries */
    uint64_t *ptr;     /* [users + 1] */
    uint32_t *movie;   /* [count] by user */
    double *value;     /* [count] score or grade; 0 where the file has none */
    int has_value;     /* does the file have scores or grades? */
    const char *order; /* what a user's entries are in the order of: "rank", "score", "file" */
    uint32_t *level;   /* [count] entries of a user with the same number here are level: the
                          order does not tell them apart; NULL: it tells all apart */
} rs_entries;

/* Read a file, gzipped or not, "-": standard input. Formats, told apart by the first line:
 *
 *   TREC run            user Q0 movie rank score tag
 *   TREC judgements     user 0 movie grade
 *   text with a header  columns user, movie, and score (or rating, grade, relevance) or rank or
 *                       both; separated by comma, tab, semicolon or bar
 *   JSON lines          {"user": .., "movie": .., "score": .., "rank": ..}
 *
 * `is_run`: a user's entries go by rank where the header or the JSON has one, else by score,
 * falling, else as they stand; a TREC run goes by score, as all tools for it do. Level ones and
 * judgements stay as they stand. Errors name file and line: PARSE, also for a movie that a user
 * has twice; EMPTY, IO, DAMAGED, NO_MEMORY. */
recsys_status rs_entries_read(rs_entries *entries, rs_id_table *users, rs_id_table *movies,
                              const char *path, int is_run, recsys_error *err);
/* The same from bytes that are there already; errors call them `name`. */
recsys_status rs_entries_read_bytes(rs_entries *entries, rs_id_table *users,
                                    rs_id_table *movies, const rs_bytes *bytes,
                                    const char *name, int is_run, recsys_error *err);
void rs_entries_free(rs_entries *entries);

/* Number the users anew in the order of their ids, as rs_ids has it, so that the order of rows
 * in the file does not show. Nothing else may have been read into `users`. Errors: NO_MEMORY,
 * UNSUPPORTED; then nothing is changed. */
recsys_status rs_entries_sort_users(rs_entries *entries, rs_id_table *users, recsys_error *err);

static inline size_t rs_entries_of(const rs_entries *entries, size_t user)
{
    return user < entries->users ? (size_t)(entries->ptr[user + 1] - entries->ptr[user]) : 0;
}

/* Length of the longest list. */
static inline size_t rs_entries_largest(const rs_entries *entries)
{
    size_t largest = 0;
    for (size_t user = 0; user < entries->users; user++)
        if (rs_entries_of(entries, user) > largest) largest = rs_entries_of(entries, user);
    return largest;
}

/* ---- in between ------------------------------------------------------------------ */

/* Rows as they were read, a column each. */
typedef struct rs_entry_rows {
    recsys_runtime *runtime;
    size_t count, capacity;
    uint32_t *user, *movie;
    double *value;  /* NULL: the file has none */
    uint64_t *rank; /* NULL: the same */
} rs_entry_rows;

/* A user who has a movie twice. */
typedef struct rs_entry_twice {
    int found;
    uint32_t user, movie;
    size_t nth; /* of the user's rows: the second one, counted from 0 */
} rs_entry_twice;

/* By user, and ordered if this is a run; columns of the rows may become the entries'. Where
 * somebody has a movie twice there are no entries. 0: out of memory. Free the rows in any
 * case. */
int rs_entries_group(rs_entries *entries, rs_entry_rows *rows, size_t users, size_t movies,
                     int is_run, rs_entry_twice *twice);
void rs_entry_rows_free(rs_entry_rows *rows);

#endif
