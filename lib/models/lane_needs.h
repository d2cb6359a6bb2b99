/* How many columns in common two rows need to be as similar as is asked: what a similarity can
 * be at most for n of them, turned round. */
#ifndef RS_MODELS_LANE_NEEDS_H
#define RS_MODELS_LANE_NEEDS_H

#include "kernels/lanes.h"

typedef struct rs_common {
    rs_similarity_kind similarity;
    float min_common, shrinkage;
} rs_common;

/* A row's part in it, see rs_common_need. `square`: sum of its ratings' squares; `most`: the
 * largest rating there is, without its sign. */
float rs_common_reach(rs_similarity_kind similarity, double square, uint64_t count,
                      double most);

/* The least n with which a pair of these reaches may have a similarity of `least`, at most
 * RS_LANE_NEED_MOST; it rises with both reaches. For n in common no similarity is above
 * n / (n + shrinkage); for rows of u and v ratings,
 *
 *     Jaccard   n / (u + v - n) of that                                    reach: u
 *     cosine    n most^2 / (|u| |v|) of that, where that is less than 1    reach: |u| / most
 *
 * It may be too small by rounding, but too large only by less than rs_best_least is lowered. */
unsigned rs_common_need(const rs_common *common, float least, float reach_u, float reach_v);

/* The users' numbers for lists of this reach or more; bar[RS_TABLES] of their bars,
 * reach[RS_WIDE]. */
void rs_lane_needs_set(rs_lane_needs *needs, const rs_common *common, const rs_lane_bar *bar,
                       const float *reach, float reach_list);

#endif
