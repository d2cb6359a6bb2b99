/* The kernels by instruction set; NULL where the running processor lacks it. */
#ifndef RS_KERNELS_LANES_SETS_H
#define RS_KERNELS_LANES_SETS_H

#include "kernels/lanes.h"

const rs_lane_kernel *rs_lanes_avx512(void);
const rs_lane_kernel *rs_lanes_avx2(void);
const rs_lane_kernel *rs_lanes_neon(void);

#endif
