/* Many rows against all others, one at a time, over the runtime's threads. */
#ifndef RS_MODELS_LIVE_ROWS_H
#define RS_MODELS_LIVE_ROWS_H

#include "models/pairs.h"

/* What becomes of a row's list, best first; called from several threads. */
typedef void (*rs_row_list_fn)(void *shared, size_t row, const rs_neighbour *list,
                               size_t count);

/* Lists of at most `most` for row[count], or for all rows where `row` is NULL.
 * Memory: what rs_live_make says, 12 most and 8 bytes a column for each thread. */
recsys_status rs_live_rows(const rs_pairs *pairs, const uint32_t *row, size_t count,
                           size_t most, rs_row_list_fn list, void *shared,
                           const recsys_progress *progress, recsys_error *err);

#endif
