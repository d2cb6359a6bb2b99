/* From rows in CSR form with final numbers to a finished handle: finds the levels, packs
 * the times, makes the columns. The kept form depends on the content alone. */
#ifndef RS_DATA_DRAFT_H
#define RS_DATA_DRAFT_H

#include "data/ratings.h"

enum { RS_CODES = 255 }; /* provisional codes are below */

typedef struct rs_draft {
    size_t users, movies;
    void *users_part, *movies_part; /* packed ids */
    size_t users_size, movies_size;
    uint64_t *user_ptr;   /* [users + 1] */
    uint32_t *user_movie; /* ascending in each row */
    uint8_t *code;        /* numbers in code_value, or */
    float *value;         /* finite, no negative zero */
    uint32_t *second;     /* times in seconds, or */
    int64_t *milli;       /* in milliseconds, or neither: all 0 */
    size_t codes;
    float code_value[RS_CODES]; /* ascending */
    int borrowed;               /* user_ptr and user_movie are someone else's */
} rs_draft;

/* Everything in the draft is taken over, on failure too. */
recsys_status rs_draft_finish(rs_draft *draft, recsys_runtime *rt, recsys_ratings **out,
                              recsys_error *err);
void rs_draft_free(rs_draft *draft, recsys_runtime *rt);

#endif
