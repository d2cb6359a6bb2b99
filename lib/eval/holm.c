#include "eval/holm.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "base/text.h"

static recsys_status check(const double *p, size_t count, recsys_error *err)
{
    for (size_t i = 0; i < count; i++) {
        char number[32] = "infinite";
        if (isnan(p[i]) || (p[i] >= 0 && p[i] <= 1)) continue;
        if (isfinite(p[i])) (void)rs_format_real(number, p[i]);
        return rs_fail(err, RECSYS_E_INVALID, "holm: p-value %zu is %s, expected 0 to 1 or NaN",
                       i, number);
    }
    return RECSYS_OK;
}

recsys_status rs_holm_adjust(double *adjusted, recsys_runtime *runtime, const double *p,
                             size_t count, recsys_error *err)
{
    recsys_status status = check(p, count, err);
    if (status != RECSYS_OK) return status;
    rs_keyed *order = rs_array(runtime, count, 2 * sizeof *order); /* and scratch */
    if (order == NULL) return rs_fail_memory(err, "holm");
    size_t tests = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(p[i]))
            adjusted[i] = p[i];
        else
            order[tests++] = (rs_keyed){rs_falling(-p[i]), i};
    }
    rs_sort_keyed(order, order + tests, tests);
    double least = 0;
    for (size_t i = 0; i < tests; i++) {
        size_t at = order[i].value;
        least = fmax(least, fmin(1, (double)(tests - i) * p[at]));
        adjusted[at] = least;
    }
    rs_free(runtime, order);
    return RECSYS_OK;
}
