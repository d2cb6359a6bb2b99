/* A matrix without some of its ratings. */
#ifndef RS_DATA_WITHOUT_H
#define RS_DATA_WITHOUT_H

#include "data/matrix.h"

/* Add the ratings.* parts of `m` without the entries (in CSR order) that `hidden[count]` marks.
 * Users, movies, levels and scale stay, whoever has no rating left. Memory: that of the new
 * matrix. */
recsys_status rs_matrix_without(const rs_matrix *m, const uint8_t *hidden, rs_container *into,
                                recsys_error *err);

#endif
