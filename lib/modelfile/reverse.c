/* Lists of neighbours the other way round: they say nothing that the model's file does not. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "modelfile/model.h"

static void free_pointer(recsys_runtime *runtime, const void *pointer)
{
    rs_free(runtime, (void *)(uintptr_t)pointer);
}

void rs_model_free_turned(recsys_model *model)
{
    rs_neighbours *r = &model->reverse;
    free_pointer(model->runtime, r->ptr);
    free_pointer(model->runtime, r->user);
    free_pointer(model->runtime, r->similarity);
    free_pointer(model->runtime, r->common);
    *r = (rs_neighbours){0};
}

/* ptr[u] is where u's next entry goes; at the end, where u's row ends. */
static void fill(const rs_neighbours *n, size_t users, uint64_t *ptr, uint32_t *user,
                 float *similarity, uint32_t *common)
{
    for (size_t v = 0; v < users; v++)
        for (uint64_t at = n->ptr[v]; at < n->ptr[v + 1]; at++) {
            uint64_t to = ptr[n->user[at]]++;
            user[to] = (uint32_t)v;
            similarity[to] = n->similarity[at];
            common[to] = n->common[at];
        }
}

recsys_status rs_model_turn_lists(recsys_model *model, recsys_error *err)
{
    const rs_neighbours *n = &model->neighbours;
    size_t users = model->users.count, count = (size_t)n->ptr[users];
    rs_model_free_turned(model);
    if (model->settings.cf.neighborhood == RS_OWN) return RECSYS_OK;
    uint64_t *ptr = rs_array_zero(model->runtime, users + 2, sizeof *ptr);
    uint32_t *user = rs_array(model->runtime, count, sizeof *user);
    uint32_t *common = rs_array(model->runtime, count, sizeof *common);
    float *similarity = rs_array(model->runtime, count, sizeof *similarity);
    model->reverse = (rs_neighbours){ptr, user, similarity, common};
    if (ptr == NULL || user == NULL || common == NULL || similarity == NULL) {
        rs_model_free_turned(model);
        return rs_fail_memory(err, "neighbours");
    }
    for (size_t at = 0; at < count; at++) ptr[n->user[at] + 2]++;
    for (size_t u = 0; u < users; u++) ptr[u + 2] += ptr[u + 1];
    fill(n, users, ptr + 1, user, similarity, common);
    return RECSYS_OK;
}
