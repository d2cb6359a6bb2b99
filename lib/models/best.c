#include "models/best.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"

static const rs_keyed nowhere = {UINT64_MAX, UINT64_MAX}; /* behind every place */

/* Lowered, so that an estimate in floats is not stricter than the exact look. */
static void set_bar(rs_best *best, size_t i, float least)
{
    unsigned bits;
    least -= fabsf(least) * 1e-5f;
    memcpy(&bits, &least, sizeof bits);
    atomic_store_explicit(&best->least[i], bits, memory_order_relaxed);
}

static void raise_bar(rs_best *best, size_t i)
{
    const rs_heap *heap = &best->heap[i];
    if (rs_heap_is_full(heap)) set_bar(best, i, (float)rs_fallen(heap->items[0].key));
}

recsys_status rs_best_make(rs_best *best, const rs_pairs *pairs, size_t most, int bounded,
                           recsys_error *err)
{
    recsys_runtime *r = pairs->runtime;
    size_t count = pairs->matrix->users, cells;
    best->runtime = r;
    best->count = count;
    best->most = most;
    best->threshold = (float)pairs->settings->cf.similarity_threshold;
    best->heap = NULL;
    best->items = best->last = NULL;
    best->least = NULL;
    best->locks = 0;
    if (!rs_mul(count, most, &cells)) return rs_fail_memory(err, "neighbours");
    best->heap = rs_array(r, count, sizeof *best->heap);
    best->items = rs_array(r, cells, sizeof *best->items);
    best->least = rs_array(r, count, sizeof *best->least);
    if (bounded) best->last = rs_array(r, count, sizeof *best->last);
    if (best->heap == NULL || best->items == NULL || best->least == NULL ||
        (bounded && best->last == NULL))
        return rs_fail_memory(err, "neighbours");
    for (; best->locks < RS_BEST_LOCKS; best->locks++)
        if (pthread_mutex_init(&best->lock[best->locks], NULL) != 0)
            return rs_fail_memory(err, "neighbours");
    for (size_t i = 0; i < count; i++) {
        best->heap[i] = (rs_heap){.items = best->items + i * most, .most = most};
        rs_best_begin(best, i, NULL, 0, NULL);
    }
    return RECSYS_OK;
}

void rs_best_free(rs_best *best)
{
    if (best->runtime == NULL) return;
    while (best->locks > 0) pthread_mutex_destroy(&best->lock[--best->locks]);
    rs_free(best->runtime, best->heap);
    rs_free(best->runtime, best->items);
    rs_free(best->runtime, best->last);
    rs_free(best->runtime, best->least);
    best->runtime = NULL;
}

void rs_best_begin(rs_best *best, size_t i, const rs_neighbour *kept, size_t count,
                   const rs_keyed *last)
{
    float least = best->threshold;
    best->heap[i].count = 0;
    for (size_t k = 0; k < count; k++)
        rs_heap_offer(&best->heap[i],
                      rs_neighbour_place(kept[k].user, kept[k].common, kept[k].similarity));
    if (best->last != NULL) best->last[i] = last != NULL ? *last : nowhere;
    if (last != NULL) least = fmaxf(least, (float)rs_fallen(last->key));
    set_bar(best, i, least);
    raise_bar(best, i);
}

static pthread_mutex_t *lock_of(rs_best *best, size_t i)
{
    return &best->lock[i % RS_BEST_LOCKS];
}

/* Under the list's lock. */
static void take(rs_best *best, size_t i, const rs_keyed *place)
{
    if (best->last != NULL && rs_keyed_before(&best->last[i], place)) return;
    rs_heap_offer(&best->heap[i], *place);
    raise_bar(best, i);
}

void rs_best_offer(rs_best *best, size_t i, uint32_t row, uint32_t common, float similarity)
{
    if (similarity < rs_best_least(best, i)) return;
    rs_keyed place = rs_neighbour_place(row, common, similarity);
    pthread_mutex_lock(lock_of(best, i));
    take(best, i, &place);
    pthread_mutex_unlock(lock_of(best, i));
}

static void fetch(const rs_best *best, size_t i)
{
    enum { LINE = 64, LINES = 5 };
    const char *items = (const char *)(best->items + i * best->most);
    size_t size = best->most * sizeof(rs_keyed);
    __builtin_prefetch(&best->heap[i], 1);
    for (size_t at = 0; at < size && at < LINE * LINES; at += LINE)
        __builtin_prefetch(items + at, 1);
}

void rs_best_post(rs_best *best, rs_offers *offers, uint32_t to, uint32_t row, uint32_t common,
                  float similarity)
{
    if (similarity < rs_best_least(best, to)) return;
    if (offers->count == RS_OFFERS) rs_best_flush(best, offers);
    fetch(best, to);
    offers->offer[offers->count++] = (struct rs_offer){to, row, common, similarity};
}

void rs_best_flush(rs_best *best, rs_offers *offers)
{
    pthread_mutex_t *held = NULL;
    for (size_t i = 0; i < offers->count; i++) {
        const struct rs_offer *o = &offers->offer[i];
        pthread_mutex_t *lock = lock_of(best, o->to);
        if (o->similarity < rs_best_least(best, o->to)) continue;
        rs_keyed place = rs_neighbour_place(o->row, o->common, o->similarity);
        if (lock != held) {
            if (held != NULL) pthread_mutex_unlock(held);
            pthread_mutex_lock(lock);
            held = lock;
        }
        take(best, o->to, &place);
    }
    if (held != NULL) pthread_mutex_unlock(held);
    offers->count = 0;
}

void rs_best_take(rs_best *best, size_t i, rs_lists *lists)
{
    size_t count = rs_heap_sort(&best->heap[i]);
    rs_neighbour *list = lists->item + i * lists->most;
    for (size_t k = 0; k < count; k++) list[k] = rs_neighbour_at(best->heap[i].items[k]);
    lists->count[i] = (uint32_t)count;
    lists->complete[i] = count < lists->most;
}
