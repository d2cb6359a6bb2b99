#include "kernels/packed.h"

/* Bytes ahead that a column is fetched: it comes from memory, the words stay in cache. */
enum { STEP = 16, ROWS_AHEAD = 2048, LEVELS_AHEAD = 512 };

static inline void fetch(const void *from, size_t ahead)
{
    __builtin_prefetch((const void *)((uintptr_t)from + ahead));
}

/* The same loop over two sizes of words. */
#define ADD(words, row, level, count, add)                                                     \
    do {                                                                                       \
        size_t i = 0;                                                                          \
        for (; i + STEP <= count; i += STEP) {                                                 \
            fetch(row + i, ROWS_AHEAD);                                                        \
            if (i % 64 == 0) fetch(level + i, LEVELS_AHEAD);                                   \
            for (size_t k = i; k < i + STEP; k++) words[row[k]] += add[level[k]];              \
        }                                                                                      \
        for (; i < count; i++) words[row[i]] += add[level[i]];                                 \
    } while (0)

void rs_packed_add_dots(uint32_t *words, const uint32_t *row, const uint8_t *level,
                        size_t count, const uint32_t add[16])
{
    ADD(words, row, level, count, add);
}

void rs_packed_add_rest(uint64_t *words, const uint32_t *row, const uint8_t *level,
                        size_t count, const uint64_t add[16])
{
    ADD(words, row, level, count, add);
}

void rs_packed_empty(uint32_t *dots, uint64_t *rest, rs_lane_sums *sums)
{
    if (rest == NULL)
        for (size_t u = 0; u < RS_LANES; u++) rs_packed_take(dots + u, NULL, sums, u);
    else
        for (size_t u = 0; u < RS_LANES; u++) rs_packed_take(dots + u, rest + u, sums, u);
}
