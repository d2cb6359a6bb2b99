/* How alike two users are: one set of formulas, for live queries and for stored lists. */
#ifndef RS_MODELS_SIMILARITY_H
#define RS_MODELS_SIMILARITY_H

#include "config/settings.h"

/* Sums over the movies that u and v both rated, in ascending order of movies. */
typedef struct rs_sums {
    uint32_t common; /* n */
    double dot;      /* sum of r_u r_v */
    double uu, vv;   /* sum of r_u^2, r_v^2 */
    double u, v;     /* sum of r_u, r_v */
} rs_sums;

/* One side over all its ratings. */
typedef struct rs_side {
    size_t count;
    double sum, square;
} rs_side;

/* cosine           dot / (|r_u| |r_v|), norms over all ratings
 * corated_cosine   dot / (sqrt(uu) sqrt(vv)), norms over common movies
 * pearson          Pearson's r over common movies, means over common movies
 * adjusted_cosine  cosine over common movies of ratings less their user's own mean
 *                  (Sarwar et al. 2001)
 * jaccard          n / (count_u + count_v - n), ratings do not matter
 * each times n / (n + shrinkage). 0 where a norm is 0. The same from either side, to the last
 * bit. */
double rs_similarity(const rs_settings *settings, const rs_sums *sums, const rs_side *u,
                     const rs_side *v);

#endif
