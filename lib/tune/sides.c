#include "tune/sides.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/order.h"
#include "data/ratings.h"
#include "eval/split.h"

static recsys_status no_memory(recsys_error *err)
{
    return rs_fail_memory(err, "recsys_tuning_step");
}

recsys_status rs_sides_make(rs_sides *sides, recsys_error *err)
{
    sides->side = rs_array_zero(sides->runtime, sides->count, sizeof *sides->side);
    return sides->side != NULL ? RECSYS_OK : no_memory(err);
}

static void free_side(recsys_runtime *runtime, rs_side *side)
{
    rs_ratings_release(side->train);
    rs_ratings_release(side->test);
    rs_free(runtime, side->part);
    *side = (rs_side){0};
}

void rs_sides_free(rs_sides *sides)
{
    for (size_t s = 0; sides->side != NULL && s < sides->count; s++)
        free_side(sides->runtime, &sides->side[s]);
    rs_free(sides->runtime, sides->side);
    sides->side = NULL;
}

/* Users in the order of their hashes are dealt to the parts one after another. */
static recsys_status deal(const rs_sides *sides, rs_side *side, recsys_error *err)
{
    const rs_ids *users = &side->test->users;
    recsys_runtime *r = sides->runtime;
    rs_keyed *order = rs_array(r, users->count, 2 * sizeof *order);
    side->part = rs_array(r, users->count, sizeof *side->part);
    if (order == NULL || side->part == NULL) {
        rs_free(r, order);
        return no_memory(err);
    }
    for (size_t u = 0; u < users->count; u++) {
        char digits[24];
        rs_id_text id = rs_ids_at(users, u, digits);
        order[u] = (rs_keyed){rs_hash64(id.data, id.size, sides->seed), u};
    }
    rs_sort_keyed(order, order + users->count, users->count);
    for (size_t i = 0; i < users->count; i++)
        side->part[order[i].value] = (uint8_t)(i % sides->parts);
    rs_free(r, order);
    return RECSYS_OK;
}

recsys_status rs_sides_at(rs_sides *sides, size_t split, const rs_side **side,
                          recsys_error *err)
{
    rs_side *s = &sides->side[split];
    recsys_status status = RECSYS_OK;
    *side = s;
    if (s->part != NULL) return RECSYS_OK;
    RS_TRY(rs_split_fold(&s->train, &s->test, sides->ratings, sides->how,
                         sides->seed + split / sides->folds, split % sides->folds, err));
    RS_TRY(deal(sides, s, err));
    return RECSYS_OK;
out:
    free_side(sides->runtime, s);
    return status;
}

recsys_status rs_sides_parts(const rs_sides *sides, const rs_side *side, size_t from, size_t to,
                             recsys_ratings **test, recsys_error *err)
{
    const rs_matrix *m = &side->test->matrix;
    if (from == 0 && to == sides->parts) {
        *test = rs_ratings_retain(side->test);
        return RECSYS_OK;
    }
    uint8_t *mark = rs_array(sides->runtime, (size_t)m->count, 1);
    if (mark == NULL) return no_memory(err);
    for (size_t u = 0; u < m->users; u++)
        for (uint64_t at = m->user_ptr[u]; at < m->user_ptr[u + 1]; at++)
            mark[at] = side->part[u] >= from && side->part[u] < to;
    recsys_status status = rs_ratings_subset(test, side->test, mark, 1, err);
    rs_free(sides->runtime, mark);
    return status;
}
