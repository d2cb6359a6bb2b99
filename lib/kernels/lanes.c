/* The scalar kernel, which is also the plain statement of what the others compute. */
#include "kernels/lanes.h"

#include <string.h>

#include "kernels/lanes_sets.h"

static void scalar(const uint8_t *table, const rs_lane_list *list, rs_lane_sums *sums)
{
    memset(sums, 0, sizeof *sums);
    for (size_t i = 0; i < list->count; i++) {
        const uint8_t *x = table + (size_t)list->row[i] * RS_LANES;
        int32_t r = list->rating[i];
        for (size_t u = 0; u < RS_LANES; u++) {
            int32_t both = x[u] != 0;
            sums->common[u] += both;
            sums->dot[u] += x[u] * r;
            sums->uu[u] += x[u] * x[u];
            sums->vv[u] += both * r * r;
            sums->u[u] += x[u];
            sums->v[u] += both * r;
        }
    }
}

#define TARGET
#include "kernels/lanes_filter.inc"

#define BITS uint64_t
#define BITS_WIDTH 8
#define LOAD_BITS(p) (*(const uint64_t *)(const void *)(p))
#define STORE_BITS(p, v) (*(uint64_t *)(void *)(p) = (v))
#include "kernels/lanes_enough.inc"

static const rs_lane_kernel scalar_kernel = {
    .name = "scalar",
    .sums = {scalar, scalar, scalar},
    .filter = filter,
    .enough = enough,
    .place = {RS_PLACES_IN_ORDER},
};

size_t rs_lane_kernels(const rs_lane_kernel *kernels[RS_LANE_KERNELS])
{
    size_t count = 0;
    const rs_lane_kernel *const found[] = {rs_lanes_avx512(), rs_lanes_avx2(), rs_lanes_neon(),
                                           &scalar_kernel};
    for (size_t i = 0; i < sizeof found / sizeof *found; i++)
        if (found[i] != NULL) kernels[count++] = found[i];
    return count;
}

const rs_lane_kernel *rs_lane_kernel_named(const char *name)
{
    const rs_lane_kernel *kernels[RS_LANE_KERNELS];
    size_t count = rs_lane_kernels(kernels);
    for (size_t i = 0; i < count; i++)
        if (name == NULL || strcmp(kernels[i]->name, name) == 0) return kernels[i];
    return NULL;
}
