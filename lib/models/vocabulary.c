#include "models/vocabulary.h"

#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/order.h"

enum { FIRST_SLOTS = 1024 };

void rs_vocabulary_begin(rs_vocabulary *words, recsys_runtime *runtime)
{
    *words = (rs_vocabulary){.runtime = runtime};
    rs_text_begin(&words->bytes, runtime);
}

void rs_vocabulary_free(rs_vocabulary *words)
{
    rs_text_free(&words->bytes);
    rs_free(words->runtime, words->entries);
    rs_free(words->runtime, words->slots);
}

/* Twice the slots; 0: out of memory. */
static int grow_slots(rs_vocabulary *words)
{
    size_t count = words->slot_count == 0 ? FIRST_SLOTS : words->slot_count * 2;
    uint32_t *slots = rs_array_zero(words->runtime, count, sizeof *slots);
    if (slots == NULL) return 0;
    for (size_t i = 0; i < words->count; i++) {
        size_t at = words->entries[i].hash & (count - 1);
        while (slots[at] != 0) at = (at + 1) & (count - 1);
        slots[at] = (uint32_t)(i + 1);
    }
    rs_free(words->runtime, words->slots);
    words->slots = slots;
    words->slot_count = count;
    return 1;
}

static int is_term(const rs_vocabulary *words, const rs_term_entry *entry, uint64_t hash,
                   const char *term, size_t size)
{
    return entry->hash == hash && entry->size == size &&
           memcmp(words->bytes.data + entry->start, term, size) == 0;
}

rs_term_entry *rs_vocabulary_add(rs_vocabulary *words, const char *term, size_t size)
{
    if (words->count + 1 >= UINT32_MAX ||
        !rs_reserve(words->runtime, &words->entries, &words->capacity, words->count + 1,
                    sizeof *words->entries))
        return NULL;
    if (2 * (words->count + 1) > words->slot_count && !grow_slots(words)) return NULL;
    uint64_t hash = rs_hash64(term, size, 0);
    size_t mask = words->slot_count - 1, at = hash & mask;
    for (; words->slots[at] != 0; at = (at + 1) & mask) {
        rs_term_entry *entry = &words->entries[words->slots[at] - 1];
        if (is_term(words, entry, hash, term, size)) return entry;
    }
    rs_term_entry *entry = &words->entries[words->count];
    *entry = (rs_term_entry){.start = words->bytes.size, .size = size, .hash = hash};
    rs_text_add_bytes(&words->bytes, term, size);
    if (words->bytes.failed) return NULL;
    words->slots[at] = (uint32_t)++words->count;
    return entry;
}

int rs_vocabulary_sort(const rs_vocabulary *words, uint32_t *order)
{
    rs_text_ref *items = rs_array(words->runtime, words->count, 2 * sizeof *items);
    if (items == NULL) return 0;
    for (size_t i = 0; i < words->count; i++) {
        const rs_term_entry *entry = &words->entries[i];
        items[i] = rs_text_ref_of(words->bytes.data + entry->start, entry->size, i);
    }
    rs_sort_texts(items, items + words->count, words->count);
    for (size_t i = 0; i < words->count; i++) order[i] = items[i].number;
    rs_free(words->runtime, items);
    return 1;
}
