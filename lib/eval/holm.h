/* Several tests at once. */
#ifndef RS_EVAL_HOLM_H
#define RS_EVAL_HOLM_H

#include "base/runtime.h"

/* Step-down adjustment of p-values (Holm 1979): of m, the i-th smallest times m - i + 1, no
 * less than those before it and at most 1. Rejecting all up to alpha keeps the probability of
 * any false rejection at alpha, however the tests depend on each other. NaN stays NaN and does
 * not count in m. `adjusted` may be `p`. Errors: NO_MEMORY; INVALID for a value that is no
 * probability. */
recsys_status rs_holm_adjust(double *adjusted, recsys_runtime *runtime, const double *p,
                             size_t count, recsys_error *err);

#endif
