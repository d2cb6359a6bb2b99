#include "kernels/packed.h"

/* Bytes ahead that a column is fetched: it comes from memory, the words stay in cache. */
enum { STEP = 16, ROWS_AHEAD = 2048, LEVELS_AHEAD = 512 };

static inline void fetch(const void *from, size_t ahead)
{
    __builtin_prefetch((const void *)((uintptr_t)from + ahead));
}

/* The loop over a column, for each size of words and each way to what entry k adds. */
#define ADD(value)                                                                             \
    do {                                                                                       \
        size_t i = 0;                                                                          \
        for (; i + STEP <= count; i += STEP) {                                                 \
            fetch(row + i, ROWS_AHEAD);                                                        \
            if (i % 64 == 0) fetch(level + i, LEVELS_AHEAD);                                   \
            for (size_t n = 0; n < STEP; n++) {                                                \
                size_t k = i + n;                                                              \
                words[row[k]] += (value);                                                      \
            }                                                                                  \
        }                                                                                      \
        for (size_t k = i; k < count; k++) words[row[k]] += (value);                           \
    } while (0)

static int are_even_steps(const uint32_t add[16], size_t levels)
{
    for (size_t i = 2; i < levels; i++)
        if (add[i] - add[i - 1] != add[1] - add[0]) return 0;
    return levels > 1;
}

/* A product is quicker than a look into a table: loads are what bounds the loop. */
void rs_packed_add_dots(uint32_t *words, const uint32_t *row, const uint8_t *level,
                        size_t count, const uint32_t add[16], size_t levels)
{
    if (are_even_steps(add, levels)) {
        uint32_t first = add[0], step = add[1] - add[0];
        ADD(first + step * level[k]);
    } else {
        ADD(add[level[k]]);
    }
}

void rs_packed_add_rest(uint64_t *words, const uint32_t *row, const uint8_t *level,
                        size_t count, const uint64_t add[16])
{
    ADD(add[level[k]]);
}

void rs_packed_empty(uint32_t *dots, uint64_t *rest, rs_lane_sums *sums)
{
    if (rest == NULL)
        for (size_t u = 0; u < RS_LANES; u++) rs_packed_take(dots + u, NULL, sums, u);
    else
        for (size_t u = 0; u < RS_LANES; u++) rs_packed_take(dots + u, rest + u, sums, u);
}
