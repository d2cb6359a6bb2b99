/* Values of users, a row each: what is asked whether a difference is real. A column is a metric
 * of one system, or the difference of two systems' values for the same user. */
#ifndef RS_EVAL_COLUMNS_H
#define RS_EVAL_COLUMNS_H

#include "base/runtime.h"

typedef struct rs_columns {
    const double *value; /* [users][columns]; NaN: not defined for this user, left out */
    size_t users, columns;
} rs_columns;

/* INVALID if a value is infinite or beyond 1e100, where sums would overflow. `call` is who
 * asks. */
recsys_status rs_columns_check(const rs_columns *columns, const char *call, recsys_error *err);

#endif
