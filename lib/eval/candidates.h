/* Movies that a file lists for users: candidates instead of all movies, mostly sampled
 * negatives (evaluation.candidates), to which those with a judgement or a test rating belong
 * too; or movies that were seen besides the training ratings (evaluation.seen_ratings). */
#ifndef RS_EVAL_CANDIDATES_H
#define RS_EVAL_CANDIDATES_H

#include <recsys/recommend.h>

#include "data/entries.h"
#include "data/ids.h"

/* ---- of a model's lists ---------------------------------------------------------- */

typedef struct rs_listed {
    int given; /* 0: the option names no file, and there is nothing else in here */
    rs_id_table users, movies;
    rs_entries entries; /* by number of the test user */
} rs_listed;

void rs_listed_begin(rs_listed *listed, recsys_runtime *runtime);
/* The file that option `key` names, if it names one. `users`: the test's. Errors: those of
 * reading the file. Free it in any case. */
recsys_status rs_listed_read(rs_listed *listed, recsys_runtime *runtime, const rs_ids *users,
                             const recsys_config *config, const char *key, recsys_error *err);
void rs_listed_free(rs_listed *listed);
/* Let a query answer only with a test user's listed movies, or with none of them. `call` is
 * recsys_query_allow or recsys_query_deny. Any number of threads may ask. */
recsys_status rs_listed_tell(const rs_listed *listed, recsys_query *query, size_t user,
                             recsys_status (*call)(recsys_query *query, const char *movie_id,
                                                   recsys_error *err),
                             recsys_error *err);

/* The error for an evaluated user without a listed candidate. */
recsys_status rs_candidates_missing(const char *user_id, recsys_error *err);

/* ---- of a run -------------------------------------------------------------------- */

/* Leave out what is neither listed nor judged; all were read into the same tables with `movies`
 * entries. Errors: NO_MEMORY. */
recsys_status rs_candidates_filter(rs_entries *run, const rs_entries *listed,
                                   const rs_entries *judged, size_t movies, recsys_error *err);

#endif
