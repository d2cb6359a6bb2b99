/* Ratings that came later into those that were there. */
#ifndef RS_DATA_MERGE_H
#define RS_DATA_MERGE_H

#include "data/ratings.h"

/* Ratings inside something else, a model's. Movies may be there that nobody rated. */
typedef struct rs_ratings_view {
    const rs_matrix *matrix;
    const rs_ids *users, *movies;
} rs_ratings_view;

/* What became of the older ones; users are numbered as in the result unless it says otherwise.
 * A rating that is given again with another time alone makes no row another. */
typedef struct rs_merged {
    uint8_t *changed;         /* [users] 1: a new user, or one with other ratings than before */
    uint32_t *user;           /* [older users] number in the result */
    uint64_t added, replaced; /* pairs that were not there; pairs with another value */
} rs_merged;

/* The handle that reading the older rows and then those of `fresh` gives, byte for byte: of two
 * ratings of a pair the newer stays, of equally new ones that of `fresh`. Users and movies are
 * those of both that have a rating. Free *merged after success.
 * Memory: 13 bytes a rating of both while rows are merged (16 if there are more than RS_LEVELS
 * values), at the end what the result holds: 14 (20). */
recsys_status rs_ratings_merge(recsys_ratings **out, recsys_runtime *rt,
                               const rs_ratings_view *old, const recsys_ratings *fresh,
                               rs_merged *merged, const recsys_progress *progress,
                               recsys_error *err);
void rs_merged_free(rs_merged *merged, recsys_runtime *rt);

#endif
