#include "eval/split_keys.h"

#include "base/error.h"
#include "base/memory.h"

enum { DIGIT = 16, DIGITS = 1 << DIGIT };

typedef struct digit_counter {
    uint64_t above; /* the digits that are known */
    int shift;
    uint64_t *counts; /* [DIGITS] */
} digit_counter;

static void count_digit(void *to, uint64_t at, uint64_t key)
{
    digit_counter *c = to;
    (void)at;
    key >>= c->shift;
    if (key >> DIGIT == c->above) c->counts[key & (DIGITS - 1)]++;
}

recsys_status rs_nth_key(const rs_splitter *s, rs_keys_fn keys, uint64_t n, uint64_t *key,
                         uint64_t *before, recsys_error *err)
{
    digit_counter c = {0, 64 - DIGIT, rs_array(s->runtime, DIGITS, sizeof *c.counts)};
    if (c.counts == NULL) return rs_fail_memory(err, "recsys_split");
    *before = 0;
    for (; c.shift >= 0; c.shift -= DIGIT) {
        for (size_t d = 0; d < DIGITS; d++) c.counts[d] = 0;
        keys(s, count_digit, &c);
        size_t digit = 0;
        while (*before + c.counts[digit] <= n) *before += c.counts[digit++];
        c.above = c.above << DIGIT | digit;
    }
    *key = c.above;
    rs_free(s->runtime, c.counts);
    return RECSYS_OK;
}

typedef struct chooser {
    uint64_t last; /* the largest key that is chosen, */
    uint64_t left; /* so many times */
    uint8_t *chosen;
} chooser;

static void choose(void *to, uint64_t at, uint64_t key)
{
    chooser *c = to;
    if (key < c->last || (key == c->last && c->left > 0)) c->chosen[at] = 1;
    if (key == c->last && c->left > 0) c->left--;
}

recsys_status rs_choose_smallest(const rs_splitter *s, rs_keys_fn keys, uint64_t most,
                                 uint8_t *chosen, recsys_error *err)
{
    chooser c = {0, 0, chosen};
    uint64_t before;
    if (most == 0) return RECSYS_OK;
    recsys_status status = rs_nth_key(s, keys, most - 1, &c.last, &before, err);
    if (status != RECSYS_OK) return status;
    c.left = most - before;
    keys(s, choose, &c);
    return RECSYS_OK;
}
