/* Sums over the ratings that 64 users have in common with another one, all at once.
 *
 * The 64 users are the byte lanes of a table: row m, lane u holds user u's rating of movie m as
 * a small number, 1..15, or 0 where there is none. The other user is a list of rows with their
 * own ratings. Four rows at a time are interleaved, so that each 32-bit lane holds one user's
 * four bytes; a dot product of bytes then adds four movies to an exact 32-bit sum: r_u r_v, the
 * two squares, and the count. Nothing has to be grouped by rating, flushed or spilled but the
 * count, which is kept in bytes for up to 255 steps.
 *
 * Most users have too little in common with a list to matter. That is found out before, for 512
 * of them at once: who rated a movie is a bit for each, and the bits of all movies of the list
 * are added as binary numbers whose digits are in eight words. */
#ifndef RS_KERNELS_LANES_H
#define RS_KERNELS_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "config/settings.h"

enum { RS_LANES = 64, RS_LANE_STEP = 4, RS_LANE_AHEAD = 32, RS_LANE_MOST = 15 };
enum { RS_WIDE = 512, RS_TABLES = RS_WIDE / RS_LANES }; /* users counted at once */

/* How much is summed. */
typedef enum rs_lane_depth { RS_LANE_DOTS, RS_LANE_SQUARES, RS_LANE_MEANS } rs_lane_depth;
enum { RS_LANE_DEPTHS = 3 };

/* Sums by lane over the movies that both rated. */
typedef struct rs_lane_sums {
    int32_t common[RS_LANES];
    int32_t dot[RS_LANES];              /* r_u r_v */
    int32_t uu[RS_LANES], vv[RS_LANES]; /* r_u^2, r_v^2: from RS_LANE_SQUARES on */
    int32_t u[RS_LANES], v[RS_LANES];   /* r_u, r_v: with RS_LANE_MEANS */
} __attribute__((aligned(64))) rs_lane_sums;

/* A list: rows of the table and ratings, `count` a multiple of 4 (padded with an empty row and
 * rating 0); RS_LANE_AHEAD more entries may be read, though not used. At most 2^23 entries, so
 * that no sum can overflow. The table is 64-byte aligned, 64 bytes a row. */
typedef struct rs_lane_list {
    const uint32_t *row;
    const uint8_t *rating;
    size_t count;
} rs_lane_list;

/* What a pair must reach to matter, in floats: an estimate that lets through a little more
 * than an exact look would keep, never less. A rating is unit * (offset + byte). Lane u passes
 * if common >= min_common and its similarity, n / (n + shrinkage) included, seems to be at
 * least the smaller of least[u] and least_other; or if that one is 0 or below.
 *
 * norm is 1 / |r| over all ratings of a user (norm_other: unit^2 / |r|), mean that of the
 * bytes, size their number. The sums that `similarity` needs must be there, and RS_LANE_MEANS
 * where the offset is not 0, but for Jaccard. */
typedef struct rs_lane_bar {
    float least[RS_LANES], norm[RS_LANES], mean[RS_LANES], size[RS_LANES];
    float least_other, norm_other, mean_other, size_other;
    float shrinkage, offset;
    int32_t min_common;
    rs_similarity_kind similarity;
} __attribute__((aligned(64))) rs_lane_bar;

/* A bit for each of RS_WIDE users: user u is bit u % 64 of word u / 64. */
typedef struct rs_lane_bits {
    uint64_t word[RS_TABLES];
} __attribute__((aligned(RS_WIDE / 8))) rs_lane_bits;

/* How many ratings in common a pair must have to matter, at most 255: the smaller one of the
 * user's number and of the list's. Users' numbers are in planes: plane j has bit j of 255 less
 * the number. */
enum { RS_LANE_PLANES = 8, RS_LANE_NEED_MOST = 255 };
typedef struct rs_lane_needs {
    rs_lane_bits plane[RS_LANE_PLANES];
    unsigned other;
} rs_lane_needs;

/* Sets the bits of the users who have that many in common with the list, and no others.
 * rated[row] has a bit for each user who rated the movie of that row. */
typedef void (*rs_lane_enough_fn)(const rs_lane_bits *rated, const rs_lane_list *list,
                                  const rs_lane_needs *needs, rs_lane_bits *enough);
typedef uint64_t (*rs_lane_filter_fn)(const rs_lane_sums *sums, const rs_lane_bar *bar);
typedef void (*rs_lane_sums_fn)(const uint8_t *table, const rs_lane_list *list,
                                rs_lane_sums *sums);

typedef struct rs_lane_kernel {
    const char *name;
    rs_lane_sums_fn sums[RS_LANE_DEPTHS];
    rs_lane_filter_fn filter;
    rs_lane_enough_fn enough;
    uint8_t place[RS_LANES]; /* byte of a table's row that belongs to user u */
} rs_lane_kernel;

enum { RS_LANE_KERNELS = 4 };
/* Kernels that this machine can run, best first; the last one is "scalar". Returns how many. */
size_t rs_lane_kernels(const rs_lane_kernel *kernels[RS_LANE_KERNELS]);
/* The one of this name; name NULL: the best. NULL if the machine has none such. */
const rs_lane_kernel *rs_lane_kernel_named(const char *name);

#endif
