/* What a model keeps of iALS: the movies' factors and V'V, and what a user's equations need. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "kernels/normal.h"
#include "models/ials.h"
#include "models/ials_train.h"

#define IALS "model.ials."

static uint64_t count_rows(const uint64_t *ptr, size_t rows)
{
    uint64_t count = 0;
    for (size_t i = 0; i < rows; i++) count += ptr[i + 1] > ptr[i];
    return count;
}

static rs_ials_head head_of(const recsys_model *model, const recsys_config *config)
{
    const rs_matrix *m = &model->ratings;
    return (rs_ials_head){
        .factors = (uint64_t)rs_config_int(config, IALS "factors"),
        .movies = count_rows(m->movie_ptr, m->movies),
        .users = count_rows(m->user_ptr, m->users),
        .iterations = (uint64_t)rs_config_int(config, IALS "iterations"),
        .regularization = rs_config_real(config, IALS "regularization"),
        .exponent = rs_config_real(config, IALS "regularization_exponent"),
        .unobserved = rs_config_real(config, IALS "unobserved_weight"),
    };
}

static recsys_status add_part(recsys_model *model, const char *name, void *data, size_t size,
                              recsys_error *err)
{
    if (data == NULL) return rs_fail_memory(err, "ials");
    return rs_container_add(&model->parts, name, 1, data, size, data, err);
}

/* The factors without what pads them. */
static float *copy_movies(const rs_ials_training *t, size_t cells)
{
    size_t factors = (size_t)t->head.factors;
    float *movie = rs_array(t->runtime, cells, sizeof *movie);
    for (size_t i = 0; movie != NULL && i < t->movies.count; i++)
        memcpy(movie + i * factors, t->movies.row + i * t->width, factors * sizeof *movie);
    return movie;
}

static recsys_status add_parts(recsys_model *model, const rs_ials_training *t,
                               recsys_error *err)
{
    recsys_status status;
    recsys_runtime *r = model->runtime;
    size_t factors = (size_t)t->head.factors, movies = t->movies.count, cells,
           size = sizeof(float);
    if (!rs_mul(movies, factors, &cells) || !rs_mul(cells, size, &size))
        return rs_fail_memory(err, "ials");
    RS_TRY(add_part(model, "ials.head", rs_array_copy(r, &t->head, 1, sizeof t->head),
                    sizeof t->head, err));
    float *movie = copy_movies(t, cells);
    RS_TRY(add_part(model, "ials.movie", movie, size, err));
    double *square = rs_array(r, factors * factors, sizeof *square);
    if (square != NULL) rs_normal_square(movie, movies, factors, square);
    RS_TRY(add_part(model, "ials.gram", square, factors * factors * sizeof *square, err));
out:
    return status;
}

recsys_status rs_ials_fit(recsys_model *model, const recsys_config *config,
                          const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    if (!rs_config_bool(config, IALS "enabled")) return RECSYS_OK;
    rs_ials_training t = {.runtime = model->runtime,
                          .ratings = &model->learned,
                          .head = head_of(model, config),
                          .steps = (size_t)rs_config_int(config, IALS "steps"),
                          .seed = (uint64_t)rs_config_int(config, IALS "seed")};
    RS_TRY(rs_ials_begin(&t, err));
    RS_TRY(rs_ials_iterate(&t, progress, err));
    RS_TRY(rs_ials_loss(&t, &t.head.loss, err));
    RS_TRY(add_parts(model, &t, err));
out:
    rs_ials_free(&t);
    return status;
}
