/* Lists after some rows of a matrix changed, without comparing all rows again.
 *
 * What two rows have to do with each other depends on them alone, so a list can change only by
 * rows that changed. Those are compared with all others; in every other list they are taken out
 * and put in anew where they now belong. A list that did not name all that qualified is certain
 * only up to its old last entry: what stands there or before is known, what comes after was
 * never kept. A list that has thereby become too short is made anew as well. */
#ifndef RS_MODELS_PAIRS_UPDATE_H
#define RS_MODELS_PAIRS_UPDATE_H

#include "models/pairs.h"

/* `lists` holds, for rows with changed[row] 0, what a fit (or an update) on the matrix before
 * gave, in row numbers of the new one, entries of changed rows included; for changed rows
 * anything. Afterwards each list is an exact beginning of the one that rs_pairs_fit would give
 * on this matrix, of at least `least` entries unless it is complete. *recomputed: rows whose
 * list was made anew; all of them where that is estimated to be quicker. On failure the lists
 * are spoiled. Memory: as rs_pairs_fit, and 21 bytes a row; where the lane kernels do not fit,
 * 28 bytes a row for each thread besides. */
recsys_status rs_pairs_update(const rs_pairs *pairs, const uint8_t *changed, size_t least,
                              rs_lists *lists, uint64_t *recomputed,
                              const recsys_progress *progress, recsys_error *err);

#endif
