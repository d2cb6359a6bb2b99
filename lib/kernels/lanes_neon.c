/* NEON (every AArch64 processor): 16 lanes a register; a dot product of four bytes is widened
 * products added by pairs, twice. */
#include "kernels/lanes_sets.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#define TARGET
#define VECTOR uint8x16_t
#define WIDTH 16
#define ZERO vdupq_n_u8(0)
#define LOAD(p) vld1q_u8(p)
#define STORE(p, v) vst1q_s32(p, vreinterpretq_s32_u8(v))
#define SPREAD(x) vreinterpretq_u8_u32(vdupq_n_u32(x))
#define LOW8(a, b) vzip1q_u8(a, b)
#define HIGH8(a, b) vzip2q_u8(a, b)
#define ZIP16(which, a, b)                                                                     \
    vreinterpretq_u8_u16(which(vreinterpretq_u16_u8(a), vreinterpretq_u16_u8(b)))
#define LOW16(a, b) ZIP16(vzip1q_u16, a, b)
#define HIGH16(a, b) ZIP16(vzip2q_u16, a, b)
#define ADD8(a, b) vaddq_u8(a, b)
#define ONES(x) vminq_u8(x, vdupq_n_u8(1))
#define SQUARE(x) vmulq_u8(x, x)
#define PAIRS(a, b) vpaddlq_u16(vmull_u8(a, b))
#define DOT(sum, a, b)                                                                         \
    vreinterpretq_u8_u32(vaddq_u32(vreinterpretq_u32_u8(sum),                                  \
                                   vpaddq_u32(PAIRS(vget_low_u8(a), vget_low_u8(b)),           \
                                              PAIRS(vget_high_u8(a), vget_high_u8(b)))))

#define FUNCTION dots
#define SQUARES 0
#define MEANS 0
#include "kernels/lanes_body.inc"
#define FUNCTION squares
#define SQUARES 1
#define MEANS 0
#include "kernels/lanes_body.inc"
#define FUNCTION means
#define SQUARES 1
#define MEANS 1
#include "kernels/lanes_body.inc"
#include "kernels/lanes_filter.inc"

#define BITS uint64x2_t
#define BITS_WIDTH 16
#define LOAD_BITS(p) vld1q_u64((const uint64_t *)(const void *)(p))
#define STORE_BITS(p, v) vst1q_u64((uint64_t *)(void *)(p), v)
#include "kernels/lanes_enough.inc"

static const rs_lane_kernel kernel = {
    .name = "neon",
    .sums = {dots, squares, means},
    .filter = filter,
    .enough = enough,
    .place = {RS_PLACES_IN_ORDER},
};

const rs_lane_kernel *rs_lanes_neon(void)
{
    return &kernel;
}

#else

const rs_lane_kernel *rs_lanes_neon(void)
{
    return NULL;
}

#endif
