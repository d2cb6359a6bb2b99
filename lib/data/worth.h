/* What a rating counts as evidence of taste, for the sources that learn from it and score by
 * it:
 *
 *   worth = 2^(-age / half_life) (r - negative_weight max(0, mean - negative_margin - r))
 *
 * where age is the time from the rating to the newest one of the model and mean is the user's.
 * A rating far below its user's mean is so taken as evidence against the movie, and what was
 * rated long ago counts less (Ding & Li 2005). */
#ifndef RS_DATA_WORTH_H
#define RS_DATA_WORTH_H

#include "config/settings.h"
#include "data/matrix.h"

/* Ages are told apart in parts of a half-life, up to so many half-lives. */
enum { RS_HALF_LIVES = 24, RS_AGES_IN_ONE = 64, RS_AGES = RS_HALF_LIVES * RS_AGES_IN_ONE + 1 };

typedef struct rs_worth {
    int is_plain; /* every rating counts as it is */
    int ages;     /* are there weights for ages? */
    int64_t newest;
    double step;            /* milliseconds from one age to the next */
    double weight, margin;  /* of what is negative; the margin in the ratings' own units */
    double of_age[RS_AGES]; /* 2^(-place / RS_AGES_IN_ONE) */
} rs_worth;

/* The margin is a share of the scale's top, low to high, or of its span where it reaches below
 * 0. newest: time of the newest rating, in milliseconds. */
void rs_worth_begin(rs_worth *worth, const rs_settings *settings, float low, float high,
                    int64_t newest);

/* Time of the newest rating; 0: none has a time. */
int64_t rs_newest_time(const rs_matrix *m);

/* A rating without a time (0) is as good as new, and so is one newer than the newest. */
double rs_worth_at(const rs_worth *worth, int64_t time);

/* Whatever its age. */
static inline double rs_worth_graded(const rs_worth *worth, double rating, double mean)
{
    double below = mean - worth->margin - rating;
    return below > 0 ? rating - worth->weight * below : rating;
}

/* Of a CSR entry of `m`, of a user with that mean. */
static inline double rs_worth_of(const rs_worth *worth, const rs_matrix *m, uint64_t at,
                                 double mean)
{
    double graded = rs_worth_graded(worth, (double)rs_user_rating(m, at), mean);
    return worth->ages ? graded * rs_worth_at(worth, rs_matrix_time(m, at)) : graded;
}

#endif
