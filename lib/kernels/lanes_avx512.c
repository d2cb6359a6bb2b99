/* AVX-512BW with VNNI: 64 lanes a register, a dot product of four bytes an instruction. */
#include "kernels/lanes_sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vnni")))
#define VECTOR __m512i
#define WIDTH 64
#define ZERO _mm512_setzero_si512()
#define LOAD(p) _mm512_load_si512((const void *)(p))
#define STORE(p, v) _mm512_store_si512((void *)(p), v)
#define SPREAD(x) _mm512_set1_epi32((int)(x))
#define LOW8(a, b) _mm512_unpacklo_epi8(a, b)
#define HIGH8(a, b) _mm512_unpackhi_epi8(a, b)
#define LOW16(a, b) _mm512_unpacklo_epi16(a, b)
#define HIGH16(a, b) _mm512_unpackhi_epi16(a, b)
#define ADD8(a, b) _mm512_add_epi8(a, b)
#define ONES(x) _mm512_min_epu8(x, _mm512_set1_epi8(1))
#define SQUARE(x)                                                                              \
    _mm512_shuffle_epi8(                                                                       \
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121,     \
                                             (char)144, (char)169, (char)196, (char)225)),     \
        x)
#define DOT(sum, a, b) _mm512_dpbusd_epi32(sum, a, b)

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

#define BITS __m512i
#define BITS_WIDTH 64
#define LOAD_BITS(p) LOAD(p)
#define STORE_BITS(p, v) STORE(p, v)
#define ODD(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0x96)
#define MOST(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0xe8)
#include "kernels/lanes_enough.inc"

#define P(l, j) 16 * (l) + 4 * (j)
#define FOUR(l, j) P(l, j), P(l, j) + 1, P(l, j) + 2, P(l, j) + 3
#define ROW(j) FOUR(0, j), FOUR(1, j), FOUR(2, j), FOUR(3, j)
static const rs_lane_kernel kernel = {
    .name = "avx512",
    .sums = {dots, squares, means},
    .filter = filter,
    .enough = enough,
    .place = {ROW(0), ROW(1), ROW(2), ROW(3)},
};

const rs_lane_kernel *rs_lanes_avx512(void)
{
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni") ? &kernel
                                                                                      : NULL;
}

#else

const rs_lane_kernel *rs_lanes_avx512(void)
{
    return NULL;
}

#endif
