/* NDCG@10 of a list, as training judges it (Jarvelin and Kekalainen 2002; gains of 0 and 1). */
#ifndef RS_RANK_NDCG_H
#define RS_RANK_NDCG_H

#include <stddef.h>
#include <stdint.h>

enum { RS_NDCG_AT = 10 };

/* Of a list of `count` movies, hit[count] telling which ones are relevant, at most 10; there
 * are `relevant` in all, at least one. Without the math library, so that it has no say in a
 * model's bytes. */
double rs_ndcg(const uint8_t *hit, size_t count, size_t relevant);

#endif
