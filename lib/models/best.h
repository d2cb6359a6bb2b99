/* The lists of all rows while they are sought: the best so far, and what beats them. Offers may
 * come from several threads and in any order; the lists do not depend on it. */
#ifndef RS_MODELS_BEST_H
#define RS_MODELS_BEST_H

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "models/pairs.h"

enum { RS_BEST_LOCKS = 256 };

typedef struct rs_best {
    recsys_runtime *runtime;
    size_t count, most;
    float threshold;
    rs_heap *heap; /* [count] */
    rs_keyed *items;
    rs_keyed *last;     /* [count] places behind it are not taken; NULL: all are */
    atomic_uint *least; /* [count] bits of what a similarity must reach, a little lowered */
    pthread_mutex_t lock[RS_BEST_LOCKS];
    size_t locks;
} rs_best;

/* Empty lists of at most `most`; `bounded`: with room for last places. Free it in any case. */
recsys_status rs_best_make(rs_best *best, const rs_pairs *pairs, size_t most, int bounded,
                           recsys_error *err);
void rs_best_free(rs_best *best);

/* Begin list i anew, with `kept[count]` in it; only what stands at or before *last is taken
 * (NULL: anything, which must be so where there is no room for last places). */
void rs_best_begin(rs_best *best, size_t i, const rs_neighbour *kept, size_t count,
                   const rs_keyed *last);
/* Offer a similarity above the threshold. */
void rs_best_offer(rs_best *best, size_t i, uint32_t row, uint32_t common, float similarity);
/* The same a little later, so that the lists come into cache meanwhile. Flush at the end. */
enum { RS_OFFERS = 16 };
typedef struct rs_offers {
    size_t count;
    struct rs_offer {
        uint32_t to, row, common;
        float similarity;
    } offer[RS_OFFERS];
} rs_offers;

void rs_best_post(rs_best *best, rs_offers *offers, uint32_t to, uint32_t row, uint32_t common,
                  float similarity);
void rs_best_flush(rs_best *best, rs_offers *offers);

/* Move list i; it is complete if there was room for more. */
void rs_best_take(rs_best *best, size_t i, rs_lists *lists);

/* No smaller similarity is taken. */
static inline float rs_best_least(const rs_best *best, size_t i)
{
    unsigned bits = atomic_load_explicit(&best->least[i], memory_order_relaxed);
    float least;
    memcpy(&least, &bits, sizeof least);
    return least;
}

#endif
