/* Sums over the ratings that one list has in common with every row, a column at a time: the
 * sparse accumulator (Gustavson 1978) with several small sums packed in one word, so that a
 * rating in common costs one addition. Ratings are bytes 1..15, as in kernels/lanes.h.
 *
 *   dots   12 bits n, 20 bits r_u r_v
 *   rest   18 bits r_u^2, 18 bits r_v^2, 14 bits r_u, 14 bits r_v
 *
 * where u is the row and v the list. Words must be emptied after RS_PACKED_MOST columns. */
#ifndef RS_KERNELS_PACKED_H
#define RS_KERNELS_PACKED_H

#include "kernels/lanes.h"

enum { RS_PACKED_MOST = 1092 }; /* (2^14 - 1) / 15, (2^18 - 1) / 225 is 1165 */

/* What a rating v in common with a row's rating u adds. */
static inline uint32_t rs_packed_dot(uint32_t u, uint32_t v)
{
    return 1 | u * v << 12;
}

static inline uint64_t rs_packed_rest(uint64_t u, uint64_t v)
{
    return u * u | v * v << 18 | u << 36 | v << 50;
}

/* One column: words[row[i]] += add[level[i]] for all i, levels below `levels`; no row comes
 * twice. */
void rs_packed_add_dots(uint32_t *words, const uint32_t *row, const uint8_t *level,
                        size_t count, const uint32_t add[16], size_t levels);
void rs_packed_add_rest(uint64_t *words, const uint32_t *row, const uint8_t *level,
                        size_t count, const uint64_t add[16]);

/* Empty the words of one row into lane `lane`. `rest` may be NULL. */
static inline void rs_packed_take(uint32_t *dots, uint64_t *rest, rs_lane_sums *sums,
                                  size_t lane)
{
    sums->common[lane] += (int32_t)(*dots & 0xfff);
    sums->dot[lane] += (int32_t)(*dots >> 12);
    *dots = 0;
    if (rest == NULL) return;
    sums->uu[lane] += (int32_t)(*rest & 0x3ffff);
    sums->vv[lane] += (int32_t)(*rest >> 18 & 0x3ffff);
    sums->u[lane] += (int32_t)(*rest >> 36 & 0x3fff);
    sums->v[lane] += (int32_t)(*rest >> 50);
    *rest = 0;
}

/* The words of 64 rows. */
void rs_packed_empty(uint32_t *dots, uint64_t *rest, rs_lane_sums *sums);

#endif
