/* Which genres a user rates. */
#ifndef RS_RANK_TASTE_H
#define RS_RANK_TASTE_H

#include "models/genres.h"
#include "models/profile.h"

/* Fill genres->wanted: shares of the genres in what the profile rated above 0, each movie's
 * rating spread evenly over its genres. Returns 0 if it says nothing of genres; then all are
 * 0. */
int rs_taste_of(rs_genres *genres, const rs_profile *profile);

static inline size_t rs_genres_of(const rs_genres *genres, size_t movie)
{
    return (size_t)(genres->ptr[movie + 1] - genres->ptr[movie]);
}

/* Spread a weight evenly over a movie's genres. */
static inline void rs_spread_genres(const rs_genres *genres, double *over, size_t movie,
                                    double weight)
{
    for (uint64_t at = genres->ptr[movie]; at < genres->ptr[movie + 1]; at++)
        over[genres->genre[at]] += weight / (double)rs_genres_of(genres, movie);
}

#endif
