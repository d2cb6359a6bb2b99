/* One row against all others, at the time of a query: nothing is computed before.
 *
 * Ratings that are small numbers (models/coding.h) go through packed words whose sums are
 * exact, others through sums of doubles, columns ascending: every sum then has one order, and
 * is within n 2^-53 of the sum of its terms' sizes. The lists are those of rs_pairs_fit. */
#ifndef RS_MODELS_LIVE_H
#define RS_MODELS_LIVE_H

#include "models/coding.h"
#include "models/pairs.h"
#include "models/profile.h"

/* What such a query writes to; one per thread. */
typedef struct rs_live {
    rs_pairs pairs;
    rs_heap nearest;
    const rs_lane_kernel *kernel; /* whose estimate is asked; NULL: the matrix has no coding */
    rs_coding coding;
    rs_lane_depth depth;
    size_t blocks;             /* of 64 rows */
    float *norm, *mean, *size; /* [64 blocks] as in rs_lane_bar */
    uint32_t *dots; /* [64 blocks] packed words, zero between queries, as all below */
    uint64_t *rest; /* [64 blocks] or NULL: the similarity needs no more */
    int32_t *wide;  /* [blocks] of rs_lane_sums; NULL: no list is that long */
    rs_sums *sums;  /* [rows] without a coding */
    uint32_t *met;  /* [rows] rows that have any of them */
    /* Where those count in whose lists the row would be (rs_live_turn), else NULL: */
    const recsys_model *model;
    int own;        /* its own list counts too */
    rs_keyed *last; /* [64 blocks] what a row must stand before to be in a list */
    rs_heap turned; /* room for all rows and a list */
} rs_live;

/* For lists of at most `most`. Memory: 72 bytes a row, 8 more where a similarity needs squares
 * or means, 24 more where there are more than RS_PACKED_MOST columns, 32 more after
 * rs_live_turn. What `pairs` points to
 * must stay. Free it in any case. */
recsys_status rs_live_make(rs_live *live, const rs_pairs *pairs, size_t most,
                           recsys_error *err);
void rs_live_free(rs_live *live);

/* From now on find those in whose lists of the model the row would be, besides its own list
 * (RS_BOTH) or instead (RS_REVERSE). The model's users are the rows. */
recsys_status rs_live_turn(rs_live *live, const recsys_model *model, recsys_error *err);
/* The same for a user as the model has it, from its lists. */
size_t rs_live_recall(rs_live *live, size_t user, rs_neighbour *list);

/* The neighbours of a row that may differ from the matrix's, best first; profile->user is never
 * among them. The list is complete if it is shorter than `most`. Returns its length. After
 * rs_live_turn it may have all rows. */
size_t rs_live_find(rs_live *live, const rs_profile *profile, rs_neighbour *list);

#endif
