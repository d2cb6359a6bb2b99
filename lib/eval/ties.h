/* The order of level entries of a run: equal scores, or equal ranks. */
#ifndef RS_EVAL_TIES_H
#define RS_EVAL_TIES_H

#include "data/entries.h"
#include "eval/definition.h"
#include "eval/evidence.h"

/* Put each user's level entries in order; they stay level. `movies`: the table of the run's
 * movies, which `evidence` knows too. Errors: NO_MEMORY; INVALID for popularity where nothing
 * is known of the training data. */
recsys_status rs_ties_break(rs_entries *run, rs_ties ties, const rs_id_table *movies,
                            const rs_evidence *evidence, recsys_error *err);

#endif
