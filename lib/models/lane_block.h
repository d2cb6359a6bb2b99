/* One pass of lists over all rows or some: what its parts share, and a block of rows that are
 * lanes, against a range of lists.
 *
 * A block is 512 rows. A list is first counted against all of them at once by bits: who has
 * enough in common to come into either list, if all other things were as good as can be? (See
 * models/lane_needs.h.) Most lists need no more than that. The others are summed, 64 lanes at a
 * time. */
#ifndef RS_MODELS_LANE_BLOCK_H
#define RS_MODELS_LANE_BLOCK_H

#include "models/best.h"
#include "models/lane_needs.h"
#include "models/lane_rows.h"

/* Pairs of a lane and a list are offered to the lane's list and, with `both`, to that of the
 * list's row unless it is deaf. A pair of two lanes meets twice: with `both`, let lanes be
 * deaf. */
typedef struct rs_pass {
    const uint32_t *lane; /* [lanes] ranks, rising; NULL: all rows, each pair once */
    size_t lanes;
    int both;
    const uint8_t *deaf; /* [rows] by row; NULL: nobody is */
} rs_pass;

/* What is the same for all blocks. */
typedef struct rs_lane_job {
    const rs_pairs *pairs;
    const rs_lane_rows *rows;
    const rs_lane_kernel *kernel;
    const rs_pass *pass;
    rs_best *best;
    size_t lanes; /* in all blocks */
    rs_lane_depth depth;
    rs_lane_bar bar; /* but for what belongs to a row */
    rs_common common;
} rs_lane_job;

rs_lane_job rs_lane_job_of(const rs_pairs *pairs, const rs_lane_rows *rows,
                           const rs_lane_kernel *kernel, const rs_pass *pass, rs_best *best);

static inline size_t rs_lane_rank(const rs_lane_job *job, size_t lane)
{
    return job->pass->lane != NULL ? job->pass->lane[lane] : lane;
}

/* Lanes of the block whose first one this is. */
static inline size_t rs_lanes_from(const rs_lane_job *job, size_t first)
{
    return job->lanes - first < RS_WIDE ? job->lanes - first : RS_WIDE;
}

/* Lists that are counted before any of them is summed, so that a table is filled once for many
 * of them and stays in cache meanwhile. */
enum { RS_LANE_CHUNK = 16384 };

/* The memory of one thread: 128 bytes a column and 1.1 MB. */
typedef struct rs_lane_block {
    const rs_lane_job *job;
    size_t first, lanes;
    void *memory;
    rs_lane_bits *rated;        /* [columns + 1] */
    uint8_t *table;             /* [columns + 1][RS_LANES] of some 64 of them; else zeros */
    rs_lane_bar bar[RS_TABLES]; /* of 64 lanes each */
    float reach[RS_WIDE];       /* of the lanes */
    rs_lane_needs needs;
    rs_offers to_lanes, to_list;             /* not made yet */
    int counts;                              /* is it worth while to count first? */
    size_t chunks;                           /* so far, of all blocks */
    uint64_t look[RS_TABLES][RS_LANE_CHUNK]; /* lanes to be summed, by list of a chunk */
} rs_lane_block;

/* NULL: no memory. NULL may be freed. */
rs_lane_block *rs_lane_block_make(const rs_lane_job *job);
void rs_lane_block_free(rs_lane_block *block);

/* Offer what lanes from `first` on and the lists of ranks from..to-1 give. */
void rs_lane_block_run(rs_lane_block *block, size_t first, size_t from, size_t to);

#endif
