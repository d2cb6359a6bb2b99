/* Which parts there are for evaluation.breakdowns: of users by activity or by an attribute, of
 * what is relevant by the movie's popularity or the time of its rating. */
#ifndef RS_EVAL_GROUPS_H
#define RS_EVAL_GROUPS_H

#include "eval/breakdown.h"
#include "eval/evidence.h"

/* Can it be done what the config asks for? CONFIG for a word that is no breakdown; IO if
 * evaluation.user_attributes cannot be opened. */
recsys_status rs_groups_check(recsys_runtime *runtime, const recsys_config *config,
                              recsys_error *err);
/* Add what the config asks for and the evidence has. `users`: the ids of the evaluation's users
 * by number, for the attributes. Errors: NO_MEMORY, CONFIG for a word that is no breakdown, and
 * those of reading evaluation.user_attributes. */
recsys_status rs_groups_add(recsys_report *report, const rs_material *material,
                            const rs_evidence *evidence, rs_id_table *users,
                            const recsys_config *config, recsys_error *err);

#endif
