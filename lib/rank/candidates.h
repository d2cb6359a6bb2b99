/* Which movies may be recommended, decided before any recall. */
#ifndef RS_RANK_CANDIDATES_H
#define RS_RANK_CANDIDATES_H

#include "models/scratch.h"
#include "rank/query.h"

/* Fill scratch->candidate: not rated by the profile (unless the settings keep these), on the
 * allow list if there is one, not on the deny list, of an asked genre, within the years, with
 * at least min_ratings raters. query may be NULL: only what the profile rated is left out. */
void rs_candidates(const recsys_model *model, const rs_settings *settings,
                   const recsys_query *query, rs_scratch *scratch);

#endif
