/* Filling in public structs that ratings and models have in common. */
#ifndef RS_API_OUTPUTS_H
#define RS_API_OUTPUTS_H

#include <recsys/ratings.h>

#include "data/matrix.h"

void rs_out_scale(const rs_matrix *m, recsys_scale *scale);
size_t rs_out_user_count(const rs_matrix *m, size_t user);
/* The j-th rating of a user; returns 0 if out of range, else 1. */
int rs_out_user_at(const rs_matrix *m, size_t user, size_t j, recsys_rating *rating);

#endif
