/* Ratings as small numbers: rating = offset + unit * byte, so that sums of integers are the
 * sums of the data to the last bit. */
#ifndef RS_MODELS_CODING_H
#define RS_MODELS_CODING_H

#include "data/matrix.h"
#include "kernels/lanes.h"
#include "models/similarity.h"

typedef struct rs_coding {
    double offset, unit;
    uint8_t byte[16]; /* of each level, 1..15 */
} rs_coding;

/* The coding of a matrix of at most 15 levels that are whole multiples of a step that is exact
 * in binary (1, 0.5, 0.25...). Returns 0 where that cannot be. */
int rs_coding_find(const rs_matrix *m, rs_coding *coding);

/* The byte of a rating, 0 if it has none. */
static inline uint8_t rs_coding_byte(const rs_coding *coding, float rating)
{
    double byte = ((double)rating - coding->offset) / coding->unit;
    return byte >= 1 && byte <= RS_LANE_MOST && byte == (uint8_t)byte ? (uint8_t)byte : 0;
}

/* How much a similarity needs to be summed of such bytes. */
rs_lane_depth rs_coding_depth(const rs_coding *coding, rs_similarity_kind kind);

/* The sums of lane u in the scale of the data. */
rs_sums rs_coding_sums(const rs_coding *coding, const rs_lane_sums *lanes, size_t u,
                       rs_lane_depth depth);

#endif
