/* Keeping the first few of many, without sorting the rest: a binary heap over keyed items in
 * the order of (key, value). */
#ifndef RS_BASE_HEAP_H
#define RS_BASE_HEAP_H

#include "base/order.h"

typedef struct rs_heap {
    rs_keyed *items; /* [most] the last of those kept is at the root */
    size_t count, most;
} rs_heap;

static inline int rs_heap_is_full(const rs_heap *heap)
{
    return heap->count == heap->most;
}

/* Would `item` be kept? */
static inline int rs_heap_admits(const rs_heap *heap, rs_keyed item)
{
    if (heap->count < heap->most) return 1;
    return heap->most > 0 && rs_keyed_before(&item, &heap->items[0]);
}

static inline void rs_heap_sink(rs_heap *heap, rs_keyed item)
{
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < heap->count; at = child) {
        if (child + 1 < heap->count &&
            rs_keyed_before(&heap->items[child], &heap->items[child + 1]))
            child++;
        if (!rs_keyed_before(&item, &heap->items[child])) break;
        heap->items[at] = heap->items[child];
    }
    heap->items[at] = item;
}

/* Keep `item` if it is among the first `most` so far. */
static inline void rs_heap_offer(rs_heap *heap, rs_keyed item)
{
    if (!rs_heap_admits(heap, item)) return;
    if (rs_heap_is_full(heap)) {
        rs_heap_sink(heap, item);
        return;
    }
    size_t at = heap->count++;
    for (; at > 0 && rs_keyed_before(&heap->items[(at - 1) / 2], &item); at = (at - 1) / 2)
        heap->items[at] = heap->items[(at - 1) / 2];
    heap->items[at] = item;
}

/* Put the items in order, the first one first; the heap is then empty, its items are the
 * caller's. Returns how many there are. */
static inline size_t rs_heap_sort(rs_heap *heap)
{
    size_t count = heap->count;
    while (heap->count > 1) {
        rs_keyed last = heap->items[0];
        heap->count--;
        rs_heap_sink(heap, heap->items[heap->count]);
        heap->items[heap->count] = last;
    }
    heap->count = 0;
    return count;
}

#endif
