/* Several tests at once. */
#ifndef RS_EVAL_HOLM_H
#define RS_EVAL_HOLM_H

#include "base/runtime.h"

/* Holm's (1979) step-down adjustment, in place: of m p-values the i-th smallest becomes
 * min(1, the largest of (m - j + 1) p_j over j <= i). NaN stays and does not count. Errors:
 * NO_MEMORY. */
recsys_status rs_holm(double *p, recsys_runtime *runtime, size_t count, recsys_error *err);

#endif
