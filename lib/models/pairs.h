/* Rows of a matrix compared with each other: what is compared, and the lists that come of it.
 * Users against users is the matrix of the ratings, movies against movies the same turned. */
#ifndef RS_MODELS_PAIRS_H
#define RS_MODELS_PAIRS_H

#include "base/heap.h"
#include "config/settings.h"
#include "data/matrix.h"
#include "models/similarity.h"

/* A row of similar taste (or a movie of a similar audience). */
typedef struct rs_neighbour {
    uint32_t user, common;
    float similarity;
} rs_neighbour;

/* In the order of a list: similarity falling, common falling, id rising; and back. */
static inline rs_keyed rs_neighbour_place(uint32_t user, uint32_t common, float similarity)
{
    return (rs_keyed){rs_falling((double)similarity), (uint64_t)~common << 32 | user};
}

static inline rs_neighbour rs_neighbour_at(rs_keyed place)
{
    return (rs_neighbour){(uint32_t)place.value, ~(uint32_t)(place.value >> 32),
                          (float)rs_fallen(place.key)};
}

/* What is compared: the rows ("users") of a matrix over its columns ("movies"). */
typedef struct rs_pairs {
    recsys_runtime *runtime;
    const rs_settings *settings; /* its cf part */
    const rs_matrix *matrix;
    const double *sum, *square; /* [users] of each row's ratings */
} rs_pairs;

/* Sum and sum of squares of each row's ratings, in new arrays; both NULL on failure. */
recsys_status rs_row_sums(const rs_matrix *m, recsys_runtime *runtime, double **sum,
                          double **square, recsys_error *err);

/* A row as one side of a similarity. */
static inline rs_side rs_pairs_side(const rs_pairs *p, size_t row)
{
    return (rs_side){(size_t)(p->matrix->user_ptr[row + 1] - p->matrix->user_ptr[row]),
                     p->sum[row], p->square[row]};
}

/* A list for each row, best first: item[row * most ..][count[row]]. */
typedef struct rs_lists {
    size_t most;
    rs_neighbour *item; /* [users * most] */
    uint32_t *count;    /* [users] */
    uint8_t *complete;  /* [users] 1: no other row qualifies; 0: there may be more, all of them
                           after the last one in the list's order */
} rs_lists;

/* Room for lists of `rows` rows, all empty and not complete; free them in any case. */
recsys_status rs_lists_make(rs_lists *lists, recsys_runtime *runtime, size_t rows, size_t most,
                            recsys_error *err);
void rs_lists_free(rs_lists *lists, recsys_runtime *runtime);

/* Keep the first lists->most of list[count]; complete if there was room for more. */
void rs_lists_set(rs_lists *lists, size_t row, const rs_neighbour *list, size_t count);

/* Lists one after another, in arrays of their own. */
typedef struct rs_closed_lists {
    uint64_t *ptr; /* [rows + 1] */
    uint32_t *user, *common;
    float *similarity; /* [ptr[rows]] each */
} rs_closed_lists;

/* Of each list the entries from `from` on, up to `to` or its end. */
recsys_status rs_lists_close(const rs_lists *lists, recsys_runtime *runtime, size_t rows,
                             size_t from, size_t to, rs_closed_lists *closed,
                             recsys_error *err);
void rs_closed_lists_free(rs_closed_lists *closed, recsys_runtime *runtime);

/* Each row's neighbours among all other rows, by the lane kernels where they fit and pay, else
 * row by row; the same lists either way. A list is complete if it is shorter than
 * lists->most. */
recsys_status rs_pairs_fit(const rs_pairs *pairs, rs_lists *lists,
                           const recsys_progress *progress, recsys_error *err);

#endif
