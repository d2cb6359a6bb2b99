#include "models/statistics.h"

#include "base/error.h"
#include "base/memory.h"

static recsys_status add(recsys_model *model, const char *name, double *data, size_t count,
                         recsys_error *err)
{
    return rs_container_add(&model->parts, name, 1, data, count * sizeof *data, data, err);
}

static recsys_status add_user_sums(recsys_model *model, recsys_error *err)
{
    const rs_matrix *m = &model->ratings;
    double *sum = rs_array_zero(model->runtime, m->users, sizeof *sum);
    double *square = rs_array_zero(model->runtime, m->users, sizeof *square);
    if (sum == NULL || square == NULL) {
        rs_free(model->runtime, sum);
        rs_free(model->runtime, square);
        return rs_fail_memory(err, "statistics");
    }
    for (size_t u = 0; u < m->users; u++)
        for (uint64_t at = m->user_ptr[u]; at < m->user_ptr[u + 1]; at++) {
            double r = (double)rs_user_rating(m, at);
            sum[u] += r;
            square[u] += r * r;
        }
    recsys_status first = add(model, "user.sum", sum, m->users, err);
    recsys_status second = add(model, "user.square", square, m->users, err);
    return first != RECSYS_OK ? first : second;
}

static recsys_status add_movie_sums(recsys_model *model, recsys_error *err)
{
    const rs_matrix *m = &model->ratings;
    double *sum = rs_array_zero(model->runtime, m->movies, sizeof *sum);
    if (sum == NULL) return rs_fail_memory(err, "statistics");
    for (size_t i = 0; i < m->movies; i++)
        for (uint64_t at = m->movie_ptr[i]; at < m->movie_ptr[i + 1]; at++)
            sum[i] += (double)rs_movie_rating(m, at);
    return add(model, "movie.sum", sum, m->movies, err);
}

static recsys_status add_newest(recsys_model *model, recsys_error *err)
{
    int64_t *newest = rs_array(model->runtime, 1, sizeof *newest);
    if (newest == NULL) return rs_fail_memory(err, "statistics");
    *newest = rs_newest_time(&model->ratings);
    return rs_container_add(&model->parts, "ratings.newest", 1, newest, sizeof *newest, newest,
                            err);
}

recsys_status rs_statistics_fit(recsys_model *model, recsys_error *err)
{
    recsys_status status;
    RS_TRY(add_user_sums(model, err));
    RS_TRY(add_movie_sums(model, err));
    if (model->settings.ratings.half_life > 0) RS_TRY(add_newest(model, err));
out:
    return status;
}
