/* The kernels by instruction set; NULL where the running processor lacks it. */
#ifndef RS_KERNELS_LANES_SETS_H
#define RS_KERNELS_LANES_SETS_H

#include "kernels/lanes.h"

/* Places of kernels that leave the lanes in their order. */
#define RS_FOUR_PLACES(i) i, i + 1, i + 2, i + 3
#define RS_SIXTEEN_PLACES(i)                                                                   \
    RS_FOUR_PLACES(i), RS_FOUR_PLACES(i + 4), RS_FOUR_PLACES(i + 8), RS_FOUR_PLACES(i + 12)
#define RS_PLACES_IN_ORDER                                                                     \
    RS_SIXTEEN_PLACES(0), RS_SIXTEEN_PLACES(16), RS_SIXTEEN_PLACES(32), RS_SIXTEEN_PLACES(48)

const rs_lane_kernel *rs_lanes_avx512(void);
const rs_lane_kernel *rs_lanes_avx2(void);
const rs_lane_kernel *rs_lanes_neon(void);

#endif
