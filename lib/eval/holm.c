#include "eval/holm.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"

recsys_status rs_holm(double *p, recsys_runtime *runtime, size_t count, recsys_error *err)
{
    rs_keyed *falling = rs_array(runtime, count, 2 * sizeof *falling);
    size_t tests = 0;
    double largest = 0;
    if (falling == NULL) return rs_fail_memory(err, "Holm's adjustment");
    for (size_t i = 0; i < count; i++)
        if (!isnan(p[i])) falling[tests++] = (rs_keyed){rs_falling(p[i]), i};
    rs_sort_keyed(falling, falling + count, tests);
    for (size_t left = tests; left > 0; left--) {
        double *at = &p[falling[left - 1].value];
        largest = fmax(largest, fmin(1, (double)left * *at));
        *at = largest;
    }
    rs_free(runtime, falling);
    return RECSYS_OK;
}
