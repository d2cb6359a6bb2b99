/* The kernels of x86-64 processors; NULL where the running one lacks the instructions. */
#ifndef RS_KERNELS_LANES_X86_H
#define RS_KERNELS_LANES_X86_H

#include "kernels/lanes.h"

const rs_lane_kernel *rs_lanes_avx512(void);
const rs_lane_kernel *rs_lanes_avx2(void);

#endif
