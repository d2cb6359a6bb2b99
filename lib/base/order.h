/* Sorting that allocates nothing and is stable, so that equal keys never depend on luck. */
#ifndef RS_BASE_ORDER_H
#define RS_BASE_ORDER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct rs_keyed {
    uint64_t key, value;
} rs_keyed;

/* By key, least significant byte first; bytes that all keys share cost nothing. The sorted
 * items end up in `items`; scratch holds as many. */
void rs_sort_keyed(rs_keyed *items, rs_keyed *scratch, size_t count);

static inline int rs_keyed_before(const rs_keyed *a, const rs_keyed *b)
{
    return a->key != b->key ? a->key < b->key : a->value < b->value;
}

/* A key that sorts ascending where scores fall; equal scores have equal keys. */
static inline uint64_t rs_falling(double score)
{
    uint64_t bits;
    score += 0.0; /* no minus zero */
    memcpy(&bits, &score, sizeof bits);
    return bits >> 63 ? bits : ~bits & ~(UINT64_C(1) << 63);
}

/* The score that a key stands for. */
static inline double rs_fallen(uint64_t key)
{
    double score;
    uint64_t bits = key >> 63 ? key : ~key & ~(UINT64_C(1) << 63);
    memcpy(&score, &bits, sizeof score);
    return score;
}

/* Keys become values and values keys: sorting then goes by what were the values. */
static inline void rs_swap_keyed(rs_keyed *items, size_t count)
{
    for (size_t i = 0; i < count; i++) items[i] = (rs_keyed){items[i].value, items[i].key};
}

typedef struct rs_text_ref {
    uint64_t prefix; /* first eight bytes, big-endian, zero-padded */
    const char *data;
    uint32_t size, number;
} rs_text_ref;

rs_text_ref rs_text_ref_of(const char *data, size_t size, size_t number);
/* Order of bytes, a prefix before what it begins: below, at or above 0. */
int rs_text_ref_compare(const rs_text_ref *a, const rs_text_ref *b);
void rs_sort_texts(rs_text_ref *items, rs_text_ref *scratch, size_t count);

#endif
