/* The smallest of many keys that are made as they are needed and never kept: the n-th is
 * found sixteen bits at a time, by counting. Takes 512 KiB, however many there are. */
#ifndef RS_EVAL_SPLIT_KEYS_H
#define RS_EVAL_SPLIT_KEYS_H

#include "eval/split_parts.h"

/* Is given key number `at`, from 0 on. */
typedef void (*rs_key_fn)(void *to, uint64_t at, uint64_t key);
/* Gives each key, always the same ones in the same order. */
typedef void (*rs_keys_fn)(const rs_splitter *s, rs_key_fn each, void *to);

/* The n-th smallest key, from 0; there must be more than n. *before: how many are smaller. */
recsys_status rs_nth_key(const rs_splitter *s, rs_keys_fn keys, uint64_t n, uint64_t *key,
                         uint64_t *before, recsys_error *err);
/* chosen[at] = 1 for the `most` smallest keys; of equal ones the first. */
recsys_status rs_choose_smallest(const rs_splitter *s, rs_keys_fn keys, uint64_t most,
                                 uint8_t *chosen, recsys_error *err);

#endif
