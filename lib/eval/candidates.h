/* Candidates from a list (evaluation.candidates) instead of all movies: a user's listed movies,
 * mostly sampled negatives, and those with a judgement or a test rating. */
#ifndef RS_EVAL_CANDIDATES_H
#define RS_EVAL_CANDIDATES_H

#include <recsys/recommend.h>

#include "data/entries.h"
#include "data/ids.h"

/* ---- of a model's lists ---------------------------------------------------------- */

typedef struct rs_candidates {
    int wanted; /* 0: all movies are candidates, and there is nothing else in here */
    rs_id_table users, movies;
    rs_entries listed; /* by number of the test user */
} rs_candidates;

/* Empty: nothing is read, all movies are candidates. */
void rs_candidates_begin(rs_candidates *candidates, recsys_runtime *runtime);
/* `users`: the test's. Errors: those of reading the file. Free it in any case. */
recsys_status rs_candidates_read(rs_candidates *candidates, recsys_runtime *runtime,
                                 const rs_ids *users, const recsys_config *config,
                                 recsys_error *err);
void rs_candidates_free(rs_candidates *candidates);
/* Let a query answer only with a test user's listed movies. INVALID if there are none. Any
 * number of threads may ask. */
recsys_status rs_candidates_allow(const rs_candidates *candidates, recsys_query *query,
                                  size_t user, const char *user_id, recsys_error *err);

/* The error for an evaluated user without a listed candidate. */
recsys_status rs_candidates_missing(const char *user_id, recsys_error *err);

/* ---- of a run -------------------------------------------------------------------- */

/* Leave out what is neither listed nor judged; all were read into the same tables with `movies`
 * entries. Errors: NO_MEMORY. */
recsys_status rs_candidates_filter(rs_entries *run, const rs_entries *listed,
                                   const rs_entries *judged, size_t movies, recsys_error *err);

#endif
