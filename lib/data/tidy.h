/* Rows grouped by user -> rows sorted by movie, with one rating for each pair. */
#ifndef RS_DATA_TIDY_H
#define RS_DATA_TIDY_H

#include "data/build.h"
#include "data/draft.h"

/* A code of RS_ROW_WITHDRAWN or a NaN in the draft is a null rating. Of several rows for one
 * pair the newest stays, of equally new ones the last. Users and movies that are left without
 * a rating are taken out of the tables. */
recsys_status rs_tidy_rows(rs_draft *draft, recsys_runtime *rt, rs_build_counts *counts,
                           recsys_error *err);
/* Take users and movies without ratings out of the draft. */
recsys_status rs_drop_unused(rs_draft *draft, recsys_runtime *rt, recsys_error *err);

#endif
