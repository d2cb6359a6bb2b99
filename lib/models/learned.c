#include "models/learned.h"

#include "base/error.h"
#include "base/memory.h"

static void fill_rows(const recsys_model *model, float *by_user)
{
    const rs_matrix *m = &model->ratings;
    for (size_t u = 0; u < m->users; u++) {
        uint64_t from = m->user_ptr[u], to = m->user_ptr[u + 1];
        double mean = from < to ? model->statistics.user_sum[u] / (double)(to - from) : 0;
        for (uint64_t at = from; at < to; at++)
            by_user[at] = (float)rs_worth_of(&model->worth, m, at, mean);
    }
}

/* Users rise in each column as they do along the rows. */
static void fill_columns(const rs_matrix *m, const float *by_user, uint64_t *next,
                         float *by_movie)
{
    for (size_t i = 0; i < m->movies; i++) next[i] = m->movie_ptr[i];
    for (uint64_t at = 0; at < m->count; at++)
        by_movie[next[m->user_movie[at]]++] = by_user[at];
}

recsys_status rs_learned_make(recsys_model *model, recsys_error *err)
{
    recsys_runtime *r = model->runtime;
    const rs_matrix *m = &model->ratings;
    model->learned = *m;
    if (model->worth.is_plain) return RECSYS_OK;
    uint64_t *next = rs_array(r, m->movies, sizeof *next);
    for (size_t i = 0; i < 2; i++)
        model->learned_value[i] = rs_array(r, (size_t)m->count, sizeof(float));
    if (next == NULL || model->learned_value[0] == NULL || model->learned_value[1] == NULL) {
        rs_free(r, next);
        return rs_fail_memory(err, "what ratings are worth");
    }
    fill_rows(model, model->learned_value[0]);
    fill_columns(m, model->learned_value[0], next, model->learned_value[1]);
    rs_free(r, next);
    model->learned.user_code = model->learned.movie_code = NULL;
    model->learned.levels = 0;
    model->learned.user_value = model->learned_value[0];
    model->learned.movie_value = model->learned_value[1];
    return RECSYS_OK;
}
