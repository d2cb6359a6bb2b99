#include "eval/draws.h"

static unsigned count_ones(uint64_t x)
{
    x -= x >> 1 & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
    x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(x * UINT64_C(0x0101010101010101) >> 56);
}

uint64_t rs_draw_binomial(rs_draws *draws, uint64_t trials, uint64_t part, uint64_t whole)
{
    uint64_t hits = 0;
    if (part == whole - part) /* nothing to compare: any bit decides */
        for (; trials >= 64; trials -= 64) hits += count_ones(rs_draw(draws));
    for (; trials > 0; trials -= trials < 64 ? trials : 64) {
        uint64_t open = trials < 64 ? (UINT64_C(1) << trials) - 1 : ~UINT64_C(0);
        /* `rest` / whole is what the bits so far leave of the probability. */
        for (uint64_t rest = part; open != 0 && rest != 0;) {
            uint64_t word = rs_draw(draws);
            if (rest >= whole - rest) { /* the next bit is 1: a 0 is below it */
                rest -= whole - rest;
                hits += count_ones(open & ~word);
                open &= word;
            } else {
                rest += rest;
                open &= ~word;
            }
        }
    }
    return hits;
}
