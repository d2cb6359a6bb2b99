/* A few users with their lists and what was relevant, for people to look at. */
#ifndef RS_EVAL_EXAMPLES_H
#define RS_EVAL_EXAMPLES_H

#include "data/catalogue.h"
#include "eval/report.h"

/* The text of a movie's id by its number in the evaluation. */
typedef rs_id_text (*rs_movie_id_fn)(const void *context, uint32_t movie, char digits[24]);

/* Five of the users who have something relevant, drawn by their ids, so that every system's
 * report of the same test shows the same ones; lists at evaluation.k. `catalogue`: titles, or
 * NULL. The users' ids must be in the report. Errors: NO_MEMORY. */
recsys_status rs_examples_add(recsys_report *report, const rs_material *material,
                              rs_movie_id_fn movie_id, const void *context,
                              const rs_catalogue *catalogue, recsys_error *err);

#endif
