#include "eval/tail.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"

recsys_status rs_popularity_groups(uint8_t *group, recsys_runtime *runtime,
                                   const uint64_t *raters, size_t movies, recsys_error *err)
{
    rs_keyed *order = rs_array(runtime, movies, 2 * sizeof *order);
    uint64_t all = 0, before = 0;
    if (order == NULL) return rs_fail_memory(err, "recsys_evaluate");
    for (size_t i = 0; i < movies; i++) {
        order[i] = (rs_keyed){UINT64_MAX - raters[i], i};
        all += raters[i];
    }
    rs_sort_keyed(order, order + movies, movies);
    for (size_t i = 0; i < movies; i++) {
        uint64_t at = order[i].value;
        uint8_t in = RS_TAIL; /* whose share is not full yet */
        if (before < all - all / 5) in = RS_MIDDLE;
        if (before < all - all / 2) in = RS_HEAD;
        group[at] = raters[at] > 0 ? in : (uint8_t)RS_TAIL;
        before += raters[at];
    }
    rs_free(runtime, order);
    return RECSYS_OK;
}
