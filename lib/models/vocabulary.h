/* The distinct terms of a catalogue, numbered as they come. */
#ifndef RS_MODELS_VOCABULARY_H
#define RS_MODELS_VOCABULARY_H

#include "base/text.h"

typedef struct rs_term_entry {
    size_t start, size; /* its bytes in rs_vocabulary.bytes */
    uint64_t hash;
    uint32_t movies; /* that have it */
    uint32_t last;   /* number of the last of those, plus one */
    size_t at;       /* where the counts of that movie keep it */
} rs_term_entry;

typedef struct rs_vocabulary {
    recsys_runtime *runtime;
    rs_text bytes;
    rs_term_entry *entries;
    size_t count, capacity;
    uint32_t *slots; /* open addressing: term number plus one, 0: free */
    size_t slot_count;
} rs_vocabulary;

void rs_vocabulary_begin(rs_vocabulary *words, recsys_runtime *runtime);
void rs_vocabulary_free(rs_vocabulary *words);
/* The entry of a term, added when it is new; NULL: out of memory. */
rs_term_entry *rs_vocabulary_add(rs_vocabulary *words, const char *term, size_t size);
/* order[i]: the term that is i-th by bytes. 0: out of memory. */
int rs_vocabulary_sort(const rs_vocabulary *words, uint32_t *order);

#endif
