#include "eval/tail.h"

void rs_popularity_groups(uint8_t *group, const uint32_t *popular, const uint64_t *raters,
                          size_t movies)
{
    uint64_t all = 0, before = 0;
    for (size_t i = 0; i < movies; i++) all += raters[i];
    for (size_t i = 0; i < movies; i++) {
        uint8_t *in = &group[popular[i]]; /* whose share is not full yet */
        *in = RS_TAIL;
        if (before < all - all / 5) *in = RS_MIDDLE;
        if (before < all - all / 2) *in = RS_HEAD;
        before += raters[popular[i]];
    }
}
