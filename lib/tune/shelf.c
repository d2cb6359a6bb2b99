#include "tune/shelf.h"

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "modelfile/model.h"

void rs_shelf_begin(rs_shelf *shelf, recsys_runtime *runtime, uint64_t most)
{
    *shelf = (rs_shelf){.runtime = runtime, .most = most};
}

static void drop(rs_shelf *shelf, size_t i)
{
    shelf->bytes -= shelf->item[i].bytes;
    rs_model_release(shelf->item[i].model);
    rs_config_free(shelf->item[i].config);
    shelf->item[i] = shelf->item[--shelf->count];
}

void rs_shelf_free(rs_shelf *shelf)
{
    while (shelf->count > 0) drop(shelf, shelf->count - 1);
    rs_free(shelf->runtime, shelf->item);
    shelf->item = NULL;
    shelf->capacity = 0;
}

const rs_shelved *rs_shelf_find(rs_shelf *shelf, size_t group, size_t split)
{
    for (size_t i = 0; i < shelf->count; i++) {
        rs_shelved *item = &shelf->item[i];
        if (item->group != group || item->split != split) continue;
        item->used = ++shelf->clock;
        return item;
    }
    return NULL;
}

void rs_shelf_lend(const rs_shelf *shelf, size_t split, rs_borrowing *b)
{
    uint64_t used[RS_MOST_LENDERS];
    b->count = 0;
    for (size_t i = 0; i < shelf->count; i++) {
        const rs_shelved *item = &shelf->item[i];
        if (item->split != split) continue;
        size_t at = b->count;
        while (at > 0 && used[at - 1] < item->used) at--;
        if (at == RS_MOST_LENDERS) continue;
        if (b->count < RS_MOST_LENDERS) b->count++;
        for (size_t k = b->count - 1; k > at; k--) {
            b->lenders[k] = b->lenders[k - 1];
            used[k] = used[k - 1];
        }
        b->lenders[at] = (rs_lender){.model = item->model, .config = item->config};
        for (size_t s = 0; s < RS_SOURCES; s++) b->lenders[at].seconds[s] = item->seconds[s];
        used[at] = item->used;
    }
}

/* The model of the given config, group 0, stays: it lends what most trials have in common. */
static void make_room(rs_shelf *shelf, uint64_t bytes)
{
    while (shelf->bytes + bytes > shelf->most) {
        size_t oldest = SIZE_MAX;
        for (size_t i = 0; i < shelf->count; i++)
            if (shelf->item[i].group > 0 &&
                (oldest == SIZE_MAX || shelf->item[i].used < shelf->item[oldest].used))
                oldest = i;
        if (oldest == SIZE_MAX) return;
        drop(shelf, oldest);
    }
}

recsys_status rs_shelf_put(rs_shelf *shelf, const rs_shelved *item, recsys_error *err)
{
    make_room(shelf, item->bytes);
    if (!rs_reserve(shelf->runtime, &shelf->item, &shelf->capacity, shelf->count + 1,
                    sizeof *shelf->item)) {
        rs_model_release(item->model);
        rs_config_free(item->config);
        return rs_fail_memory(err, "recsys_tuning_step");
    }
    rs_shelved *at = &shelf->item[shelf->count++];
    *at = *item;
    at->used = ++shelf->clock;
    shelf->bytes += item->bytes;
    return RECSYS_OK;
}
