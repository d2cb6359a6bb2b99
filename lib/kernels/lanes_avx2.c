/* AVX2: 32 lanes a register; a dot product of four bytes is two steps, by pairs. */
#include "kernels/lanes_sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define VECTOR __m256i
#define WIDTH 32
#define ZERO _mm256_setzero_si256()
#define LOAD(p) _mm256_load_si256((const __m256i *)(const void *)(p))
#define STORE(p, v) _mm256_store_si256((__m256i *)(void *)(p), v)
#define SPREAD(x) _mm256_set1_epi32((int)(x))
#define LOW8(a, b) _mm256_unpacklo_epi8(a, b)
#define HIGH8(a, b) _mm256_unpackhi_epi8(a, b)
#define LOW16(a, b) _mm256_unpacklo_epi16(a, b)
#define HIGH16(a, b) _mm256_unpackhi_epi16(a, b)
#define ADD8(a, b) _mm256_add_epi8(a, b)
#define ONES(x) _mm256_min_epu8(x, _mm256_set1_epi8(1))
#define SQUARE(x)                                                                              \
    _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(                                           \
                            _mm_setr_epi8(0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121,        \
                                          (char)144, (char)169, (char)196, (char)225)),        \
                        x)
#define DOT(sum, a, b)                                                                         \
    _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(a, b), _mm256_set1_epi16(1)))

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

#define BITS __m256i
#define BITS_WIDTH 32
#define LOAD_BITS(p) LOAD(p)
#define STORE_BITS(p, v) STORE(p, v)
#include "kernels/lanes_enough.inc"

#define P(h, l, j) 32 * (h) + 16 * (l) + 4 * (j)
#define FOUR(h, l, j) P(h, l, j), P(h, l, j) + 1, P(h, l, j) + 2, P(h, l, j) + 3
#define ROW(h, j) FOUR(h, 0, j), FOUR(h, 1, j)
static const rs_lane_kernel kernel = {
    .name = "avx2",
    .sums = {dots, squares, means},
    .filter = filter,
    .enough = enough,
    .place = {ROW(0, 0), ROW(0, 1), ROW(0, 2), ROW(0, 3), ROW(1, 0), ROW(1, 1), ROW(1, 2),
              ROW(1, 3)},
};

const rs_lane_kernel *rs_lanes_avx2(void)
{
    return __builtin_cpu_supports("avx2") ? &kernel : NULL;
}

#else

const rs_lane_kernel *rs_lanes_avx2(void)
{
    return NULL;
}

#endif
