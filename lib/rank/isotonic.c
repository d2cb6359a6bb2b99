#include "base/memory.h"
#include "rank/calibrate.h"

typedef struct pool {
    double sum, weight; /* of value * weight, and of weight */
    size_t count;
} pool;

static double level(const pool *p)
{
    return p->weight > 0 ? p->sum / p->weight : 0;
}

/* Two pools belong together when the later one is higher, or either has no weight. */
static int violates(const pool *first, const pool *second)
{
    if (first->weight == 0 || second->weight == 0) return 1;
    return level(second) >= level(first);
}

int rs_isotonic_falling(recsys_runtime *runtime, double *value, const double *weight,
                        size_t count)
{
    pool *pools = rs_array(runtime, count, sizeof *pools);
    size_t used = 0, at = 0;
    if (pools == NULL) return 0;
    for (size_t i = 0; i < count; i++) {
        pools[used++] = (pool){value[i] * weight[i], weight[i], 1};
        while (used > 1 && violates(&pools[used - 2], &pools[used - 1])) {
            pool *into = &pools[used - 2];
            into->sum += pools[used - 1].sum;
            into->weight += pools[used - 1].weight;
            into->count += pools[used - 1].count;
            used--;
        }
    }
    for (size_t p = 0; p < used; p++)
        for (size_t i = 0; i < pools[p].count; i++) value[at++] = level(&pools[p]);
    rs_free(runtime, pools);
    return 1;
}
