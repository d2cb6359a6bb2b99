/* Random words that depend on a seed, a row of work and a place in it: no thread shows. */
#ifndef RS_EVAL_DRAWS_H
#define RS_EVAL_DRAWS_H

#include "base/hash.h"

#define RS_DRAWS_STEP UINT64_C(0x9e3779b97f4a7c15)

/* splitmix64 (Steele, Lea & Flood 2014): word i is a hash of state + i steps. */
typedef struct rs_draws {
    uint64_t state;
} rs_draws;

/* The words of a row, from the one numbered `from`. */
static inline rs_draws rs_draws_at(uint64_t seed, uint64_t row, uint64_t from)
{
    uint64_t base = rs_mix64(rs_mix64(seed) + (row + 1) * RS_DRAWS_STEP);
    return (rs_draws){base + from * RS_DRAWS_STEP};
}

static inline uint64_t rs_draw(rs_draws *draws)
{
    draws->state += RS_DRAWS_STEP;
    return rs_mix64(draws->state);
}

/* How many of `trials` succeed, each with probability part / whole, 0 < part < whole: a random
 * fraction is compared with part / whole bit by bit, for 64 trials at once, until all are
 * decided. Exact; one word for 64 trials of probability 1/2, about eight otherwise. */
uint64_t rs_draw_binomial(rs_draws *draws, uint64_t trials, uint64_t part, uint64_t whole);

#endif
