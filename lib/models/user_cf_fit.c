#include "models/user_cf.h"

#include "base/error.h"
#include "base/memory.h"
#include "models/pairs_update.h"
#include "models/scratch.h"

/* ---- parts of the model ---------------------------------------------------------- */

typedef struct part_names {
    const char *ptr, *user, *similarity, *common;
} part_names;

static const part_names main_names = {"user_cf.ptr", "user_cf.user", "user_cf.similarity",
                                      "user_cf.common"};
static const part_names spare_names = {"spare.ptr", "spare.user", "spare.similarity",
                                       "spare.common"};

/* Close up the entries from `from` to `to` and hand the four arrays to the container. */
static recsys_status add_lists(recsys_model *model, const rs_lists *lists, size_t from,
                               size_t to, const part_names *names, int required,
                               recsys_error *err)
{
    size_t users = model->users.count;
    rs_closed_lists l;
    recsys_status status = rs_lists_close(lists, model->runtime, users, from, to, &l, err);
    if (status != RECSYS_OK) return status;
    size_t count = (size_t)l.ptr[users];
    const struct {
        const char *name;
        void *data;
        size_t size;
    } parts[] = {{names->ptr, l.ptr, (users + 1) * sizeof *l.ptr},
                 {names->user, l.user, count * sizeof *l.user},
                 {names->similarity, l.similarity, count * sizeof *l.similarity},
                 {names->common, l.common, count * sizeof *l.common}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        void *data = parts[i].data;
        if (status == RECSYS_OK) /* frees it on failure */
            status = rs_container_add(&model->parts, parts[i].name, required, data,
                                      parts[i].size, data, err);
        else
            rs_free(model->runtime, data);
    }
    return status;
}

static recsys_status add_parts(recsys_model *model, const rs_lists *lists, recsys_error *err)
{
    recsys_status status;
    size_t users = model->users.count, most = (size_t)model->settings.cf.n_neighbors;
    RS_TRY(add_lists(model, lists, 0, most, &main_names, 1, err));
    if (model->settings.cf.spare_neighbors == 0) goto out;
    RS_TRY(add_lists(model, lists, most, SIZE_MAX, &spare_names, 0, err));
    uint8_t *complete = rs_array_copy(model->runtime, lists->complete, users, 1);
    status = complete == NULL ? rs_fail_memory(err, "neighbours")
                              : rs_container_add(&model->parts, "spare.complete", 0, complete,
                                                 users, complete, err);
out:
    return status;
}

static recsys_status make_lists(rs_lists *lists, const recsys_model *model, recsys_error *err)
{
    const rs_settings *s = &model->settings;
    size_t users = model->users.count;
    size_t most = (size_t)(s->cf.n_neighbors + s->cf.spare_neighbors);
    return rs_lists_make(lists, model->runtime, users, most < users ? most : users, err);
}

/* ---- making ---------------------------------------------------------------------- */

recsys_status rs_user_cf_fit(recsys_model *model, const recsys_config *config,
                             const recsys_progress *progress, recsys_error *err)
{
    (void)config;
    rs_pairs pairs = rs_user_pairs(model);
    rs_lists lists = {0};
    recsys_status status;
    RS_TRY(make_lists(&lists, model, err));
    RS_TRY(rs_pairs_fit(&pairs, &lists, progress, err));
    RS_TRY(add_parts(model, &lists, err));
out:
    rs_lists_free(&lists, model->runtime);
    return status;
}

/* ---- updating -------------------------------------------------------------------- */

static void append(const rs_neighbours *from, size_t user, const uint32_t *number,
                   rs_lists *lists, size_t row)
{
    rs_neighbour *list = lists->item + row * lists->most;
    uint32_t count = lists->count[row];
    for (uint64_t at = from->ptr[user]; at < from->ptr[user + 1] && count < lists->most; at++)
        list[count++] =
            (rs_neighbour){number[from->user[at]], from->common[at], from->similarity[at]};
    lists->count[row] = count;
}

/* A model without spare lists kept n_neighbors and knew nothing of more. */
static int is_complete(const recsys_model *model, size_t user)
{
    const rs_neighbours *n = &model->neighbours;
    if (model->spare_complete != NULL) return model->spare_complete[user];
    return n->ptr[user + 1] - n->ptr[user] < (uint64_t)model->settings.cf.n_neighbors;
}

static void take_over(rs_lists *lists, const rs_user_cf_before *before)
{
    const recsys_model *old = before->model;
    for (size_t user = 0; user < old->users.count; user++) {
        size_t row = before->user[user];
        append(&old->neighbours, user, before->user, lists, row);
        if (old->spare_complete != NULL) append(&old->spare, user, before->user, lists, row);
        lists->complete[row] = (uint8_t)is_complete(old, user);
    }
}

recsys_status rs_user_cf_update(recsys_model *model, const rs_user_cf_before *before,
                                uint64_t *made, const recsys_progress *progress,
                                recsys_error *err)
{
    rs_pairs pairs = rs_user_pairs(model);
    rs_lists lists = {0};
    recsys_status status;
    RS_TRY(make_lists(&lists, model, err));
    take_over(&lists, before);
    size_t least = (size_t)model->settings.cf.n_neighbors;
    if (model->settings.cf.neighborhood != RS_OWN) least++; /* one spare is asked for */
    RS_TRY(rs_pairs_update(&pairs, before->changed, least, &lists, made, progress, err));
    RS_TRY(add_parts(model, &lists, err));
out:
    rs_lists_free(&lists, model->runtime);
    return status;
}
