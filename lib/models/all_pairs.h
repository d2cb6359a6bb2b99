/* Every user against every user: neighbour lists by the lane kernels.
 *
 * Users are taken by falling activity, 64 at a time as the lanes of a table; each lighter user
 * is then a list that is summed against all 64 at once, so that every pair is looked at once.
 * The sums are exact integers, an estimate passes over pairs that cannot enter either list, and
 * the others get the same formulas as a live query: the lists are the same to the last bit. */
#ifndef RS_MODELS_ALL_PAIRS_H
#define RS_MODELS_ALL_PAIRS_H

#include "kernels/lanes.h"
#include "models/scratch.h"

/* Can these ratings be lanes: at most 15 levels, whole multiples of a step that is exact in
 * binary (1, 0.5, 0.25...)? Others go through the accumulator of live queries. */
int rs_all_pairs_fits(const rs_matrix *m);
/* Would it be quicker than the accumulator? An estimate from counts alone. */
int rs_all_pairs_pays(const rs_matrix *m);

/* Fill list[user * most ..] with each user's neighbours, best first, and count[user]. `kernel`
 * NULL: the runtime's.
 * Memory: 5 bytes a rating, 16 most a user, 64 bytes a movie for each thread. */
recsys_status rs_all_pairs(const recsys_model *model, const rs_lane_kernel *kernel,
                           rs_neighbour *list, uint32_t *count, size_t most,
                           const recsys_progress *progress, recsys_error *err);

#endif
