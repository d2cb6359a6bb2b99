/* NDCG@10 of a list, as training judges it (Jarvelin and Kekalainen 2002; gains of 0 and 1),
 * and how sure a difference is. */
#ifndef RS_RANK_NDCG_H
#define RS_RANK_NDCG_H

#include <stddef.h>
#include <stdint.h>

enum { RS_NDCG_AT = 10 };

/* Of a list of `count` movies, hit[count] telling which ones are relevant, at most 10; there
 * are `relevant` in all, at least one. Without the math library, so that it has no say in a
 * model's bytes. */
double rs_ndcg(const uint8_t *hit, size_t count, size_t relevant);

/* By how much the mean of one value of users is above that of another, and the standard error
 * of that. */
typedef struct rs_gain {
    double mean, error;
} rs_gain;

/* Of value[count] over than[count]. Only `users` of them count, the others have 0 in both. */
rs_gain rs_gain_over(const double *value, const double *than, size_t count, size_t users);

#endif
