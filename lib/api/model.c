/* A model's life and contents. */
#include <recsys/model.h>

#include <string.h>

#include "api/outputs.h"
#include "base/error.h"
#include "modelfile/model.h"

recsys_status recsys_model_save(const recsys_model *model, const char *path, recsys_error *err)
{
    return rs_container_save(&model->parts, path, err);
}

recsys_status recsys_model_open(recsys_model **model, recsys_runtime *runtime, const char *path,
                                recsys_error *err)
{
    return rs_model_open(model, runtime, path, err);
}

recsys_status recsys_model_validate(const recsys_model *model, recsys_validate_level level,
                                    recsys_error *err)
{
    return rs_model_validate(model, level >= RECSYS_VALIDATE_FULL, err);
}

recsys_model *recsys_model_retain(const recsys_model *model)
{
    recsys_model *m = (recsys_model *)(uintptr_t)model;
    if (m != NULL) atomic_fetch_add_explicit(&m->references, 1, memory_order_relaxed);
    return m;
}

void recsys_model_destroy(recsys_model *model)
{
    rs_model_release(model);
}

const char *recsys_model_hash(const recsys_model *model)
{
    return model->hash;
}

const char *recsys_model_manifest(const recsys_model *model)
{
    return model->manifest;
}

const char *recsys_model_config(const recsys_model *model)
{
    return model->config;
}

size_t recsys_model_users(const recsys_model *model)
{
    return model->users.count;
}

size_t recsys_model_movies(const recsys_model *model)
{
    return model->movies.count;
}

uint64_t recsys_model_ratings(const recsys_model *model)
{
    return model->ratings.count;
}

void recsys_model_scale(const recsys_model *model, recsys_scale *scale)
{
    rs_out_scale(&model->ratings, scale);
}

size_t recsys_model_user_id(const recsys_model *model, size_t i, char *buffer, size_t size)
{
    return rs_ids_text(&model->users, i, buffer, size);
}

size_t recsys_model_movie_id(const recsys_model *model, size_t i, char *buffer, size_t size)
{
    return rs_ids_text(&model->movies, i, buffer, size);
}

size_t recsys_model_find_user(const recsys_model *model, const char *id)
{
    return rs_ids_find(&model->users, id, strlen(id));
}

size_t recsys_model_find_movie(const recsys_model *model, const char *id)
{
    return rs_ids_find(&model->movies, id, strlen(id));
}

size_t recsys_model_user_count(const recsys_model *model, size_t user)
{
    return rs_out_user_count(&model->ratings, user);
}

int recsys_model_user_at(const recsys_model *model, size_t user, size_t j,
                         recsys_rating *rating)
{
    return rs_out_user_at(&model->ratings, user, j, rating);
}

recsys_status recsys_model_movie(const recsys_model *model, size_t movie, recsys_movie *text,
                                 recsys_movie_stat *stat, recsys_error *err)
{
    if (movie >= model->movies.count)
        return rs_fail(err, RECSYS_E_NOT_FOUND, "recsys_model_movie: number %zu of %zu", movie,
                       model->movies.count);
    if (text != NULL) rs_catalogue_movie(&model->catalogue, movie, text);
    if (stat != NULL) {
        uint64_t raters = rs_raters(model, movie);
        stat->raters = raters;
        stat->mean = raters > 0 ? model->statistics.movie_sum[movie] / (double)raters : 0;
    }
    return RECSYS_OK;
}

size_t recsys_model_section_count(const recsys_model *model)
{
    return model->parts.count;
}

int recsys_model_section(const recsys_model *model, size_t i, recsys_section *section)
{
    if (i >= model->parts.count) return 0;
    const rs_part *part = &model->parts.parts[i];
    section->name = part->name;
    section->size = part->size;
    section->checksum = part->checksum;
    section->required = part->required;
    return 1;
}
