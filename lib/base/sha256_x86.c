/* SHA-256 by x86's SHA extensions: four rounds and four words of the schedule at a time. */
#include "base/sha256.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>

enum { UNKNOWN, ABSENT, PRESENT };

static int look(void)
{
    unsigned a, b, c, d;
    unsigned sha = 1U << 29, sse41 = 1U << 19, ssse3 = 1U << 9;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & sha)) return ABSENT;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & sse41) || !(c & ssse3)) return ABSENT;
    return PRESENT;
}

int rs_sha256_x86_works(void)
{
    static atomic_int known;
    int found = atomic_load_explicit(&known, memory_order_relaxed);
    if (found == UNKNOWN) {
        found = look();
        atomic_store_explicit(&known, found, memory_order_relaxed);
    }
    return found == PRESENT;
}

/* Words 4i to 4i + 3 are w[i % 4]; each group makes room for the one sixteen words on. */
__attribute__((target("sha,sse4.1,ssse3"))) static void add_block(__m128i *abef, __m128i *cdgh,
                                                                  const unsigned char *block)
{
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i w[4], first = *abef, second = *cdgh;
    for (int i = 0; i < 4; i++)
        w[i] = _mm_shuffle_epi8(
            _mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i)), swap);
    for (int i = 0; i < 16; i++) {
        __m128i k =
            _mm_loadu_si128((const __m128i *)(const void *)(rs_sha256_constants + 4 * i));
        __m128i input = _mm_add_epi32(w[i % 4], k);
        second = _mm_sha256rnds2_epu32(second, first, input);
        first = _mm_sha256rnds2_epu32(first, second, _mm_shuffle_epi32(input, 0x0e));
        __m128i last = w[(i + 3) % 4];
        __m128i sum = _mm_sha256msg1_epu32(w[i % 4], w[(i + 1) % 4]);
        sum = _mm_add_epi32(sum, _mm_alignr_epi8(last, w[(i + 2) % 4], 4));
        w[i % 4] = _mm_sha256msg2_epu32(sum, last);
    }
    *abef = _mm_add_epi32(*abef, first);
    *cdgh = _mm_add_epi32(*cdgh, second);
}

__attribute__((target("sha,sse4.1,ssse3"))) void rs_sha256_blocks_x86(uint32_t state[8],
                                                                      const unsigned char *data,
                                                                      size_t blocks)
{
    __m128i *words = (__m128i *)(void *)state;
    __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128(words), 0xb1);
    __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), 0x1b);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
    __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
    for (; blocks > 0; blocks--, data += 64) add_block(&abef, &cdgh, data);
    badc = _mm_shuffle_epi32(abef, 0x1b);
    hgfe = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128(words, _mm_blend_epi16(badc, hgfe, 0xf0));
    _mm_storeu_si128(words + 1, _mm_alignr_epi8(hgfe, badc, 8));
}

#else

int rs_sha256_x86_works(void)
{
    return 0;
}

void rs_sha256_blocks_x86(uint32_t state[8], const unsigned char *data, size_t blocks)
{
    rs_sha256_blocks(state, data, blocks);
}

#endif
