/* The ways of splitting: each one says of every rating on which side it is. */
#ifndef RS_EVAL_SPLIT_PARTS_H
#define RS_EVAL_SPLIT_PARTS_H

#include "data/ratings.h"
#include "eval/split_how.h"

enum { RS_SIDE_TRAIN, RS_SIDE_TEST, RS_SIDE_NEITHER, RS_SIDES };

typedef struct rs_splitter {
    const recsys_ratings *ratings;
    recsys_runtime *runtime;
    const char *text; /* what `how` was read from */
    rs_split_how how;
    uint64_t seed;
    size_t fold;
    uint8_t *side;            /* [count] all RS_SIDE_TRAIN at first */
    uint64_t count[RS_SIDES]; /* once all is marked */
    int64_t from, to; /* splits by time: test is what lies within, train what is before */
} rs_splitter;

/* split_hash.c: chosen by a hash of the seed and the ids. */
recsys_status rs_split_by_user(rs_splitter *s, recsys_error *err); /* user-random */
recsys_status rs_split_random(rs_splitter *s, recsys_error *err);
recsys_status rs_split_k_fold(rs_splitter *s, recsys_error *err);
recsys_status rs_split_cold_users(rs_splitter *s, recsys_error *err);
recsys_status rs_split_cold_movies(rs_splitter *s, recsys_error *err);

/* split_time.c: chosen by when they were given. */
recsys_status rs_split_last(rs_splitter *s, recsys_error *err);
recsys_status rs_split_quantile(rs_splitter *s, recsys_error *err);
recsys_status rs_split_date(rs_splitter *s, recsys_error *err);
recsys_status rs_split_window(rs_splitter *s, recsys_error *err);

/* split_why.c: why a side has nothing, with numbers. */
enum { RS_WHY_SIZE = 256 };
void rs_split_why(const rs_splitter *s, unsigned side, char why[RS_WHY_SIZE]);

/* ---- what they share ------------------------------------------------------------- */

/* An id's text decides, not its number or form: those depend on what else is in the data. */
uint64_t rs_split_id_hash(const rs_ids *ids, size_t i, uint64_t seed);
size_t rs_split_largest_row(const rs_matrix *m);

static inline size_t rs_split_row(const rs_matrix *m, size_t user)
{
    return (size_t)(m->user_ptr[user + 1] - m->user_ptr[user]);
}

#endif
