/* Filling in what the caller gave: public structs of any size, and ids as text. */
#ifndef RS_API_OUTPUTS_H
#define RS_API_OUTPUTS_H

#include <recsys/ratings.h>

#include "data/ids.h"
#include "data/matrix.h"

/* Copy a public struct of `size` bytes into the caller's, no more than the struct_size that
 * the caller's begins with, which stays as it is. */
void rs_out_copy(void *to, const void *from, size_t size);

/* Below, what is asked may be NULL: that of a handle that was NULL. Nothing is found then. */

void rs_out_scale(const rs_matrix *m, recsys_scale *scale);
/* Id number i, as recsys_ratings_user_id; `buffer` NULL: only its length. */
size_t rs_out_id(const rs_ids *ids, size_t i, char *buffer, size_t size);
/* Number of an id, SIZE_MAX if it is unknown or NULL. */
size_t rs_out_find(const rs_ids *ids, const char *id);
size_t rs_out_user_count(const rs_matrix *m, size_t user);
/* The j-th rating of a user; returns 0 if out of range, else 1. */
int rs_out_user_at(const rs_matrix *m, size_t user, size_t j, recsys_rating *rating);

#endif
