/* Ratings that training hides from itself, to see who can foretell them. */
#ifndef RS_RANK_HOLDOUT_H
#define RS_RANK_HOLDOUT_H

#include "base/order.h"
#include "modelfile/model.h"

/* A sample of users, at most calibration_users of those with three ratings or more, by a hash
 * of their ids; of each calibration_share of the ratings, all but one at most, by a hash of the
 * movies' ids: other users or movies coming or going change nothing.
 *
 * With calibration_hides newest there is a border in time, with at most calibration_share of
 * all ratings after it: these are hidden, whoever gave them, and the sample is of users with
 * ratings on both sides. Where nobody has, ratings are hidden at random. */
typedef struct rs_holdout {
    recsys_runtime *runtime;
    size_t count;
    rs_keyed *user;  /* [count] value: the user's number, ascending */
    uint64_t *ptr;   /* [count + 1] into the next two */
    uint32_t *movie; /* those hidden, ascending for each user */
    uint8_t *hit;    /* 1: the rating says that the user liked it */
    uint8_t *hidden; /* [ratings] 1: this entry, in CSR order, is hidden */
} rs_holdout;

/* `relevance`: a rating from here on, as a share of the scale's top, is a hit. Free it in any
 * case. Memory: a byte a rating, 32 a user. */
recsys_status rs_holdout_draw(rs_holdout *holdout, const recsys_model *model, double relevance,
                              recsys_error *err);
/* Is a movie among those hidden from the i-th user of the sample, and a hit? */
int rs_holdout_hit(const rs_holdout *holdout, size_t i, uint64_t movie);
void rs_holdout_free(rs_holdout *holdout);

#endif
