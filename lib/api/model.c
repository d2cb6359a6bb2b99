/* A model's life and contents. */
#include <recsys/model.h>

#include "api/need.h"
#include "api/outputs.h"
#include "modelfile/model.h"

recsys_status recsys_model_save(const recsys_model *model, const char *path, recsys_error *err)
{
    RS_NEED(err, model);
    RS_NEED(err, path);
    return rs_container_save(&model->parts, path, err);
}

recsys_status recsys_model_open(recsys_model **model, recsys_runtime *runtime, const char *path,
                                recsys_error *err)
{
    RS_NEED(err, model);
    RS_NEED(err, path);
    return rs_model_open(model, runtime, path, err);
}

recsys_status recsys_model_validate(const recsys_model *model, recsys_validate_level level,
                                    recsys_error *err)
{
    RS_NEED(err, model);
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
    return model != NULL ? model->hash : NULL;
}

const char *recsys_model_manifest(const recsys_model *model)
{
    return model != NULL ? model->manifest : NULL;
}

const char *recsys_model_config(const recsys_model *model)
{
    return model != NULL ? model->config : NULL;
}

size_t recsys_model_users(const recsys_model *model)
{
    return model != NULL ? model->users.count : 0;
}

size_t recsys_model_movies(const recsys_model *model)
{
    return model != NULL ? model->movies.count : 0;
}

uint64_t recsys_model_ratings(const recsys_model *model)
{
    return model != NULL ? model->ratings.count : 0;
}

void recsys_model_scale(const recsys_model *model, recsys_scale *scale)
{
    rs_out_scale(model != NULL ? &model->ratings : NULL, scale);
}

size_t recsys_model_user_id(const recsys_model *model, size_t i, char *buffer, size_t size)
{
    return rs_out_id(model != NULL ? &model->users : NULL, i, buffer, size);
}

size_t recsys_model_movie_id(const recsys_model *model, size_t i, char *buffer, size_t size)
{
    return rs_out_id(model != NULL ? &model->movies : NULL, i, buffer, size);
}

size_t recsys_model_find_user(const recsys_model *model, const char *id)
{
    return rs_out_find(model != NULL ? &model->users : NULL, id);
}

size_t recsys_model_find_movie(const recsys_model *model, const char *id)
{
    return rs_out_find(model != NULL ? &model->movies : NULL, id);
}

size_t recsys_model_user_count(const recsys_model *model, size_t user)
{
    return rs_out_user_count(model != NULL ? &model->ratings : NULL, user);
}

int recsys_model_user_at(const recsys_model *model, size_t user, size_t j,
                         recsys_rating *rating)
{
    return rs_out_user_at(model != NULL ? &model->ratings : NULL, user, j, rating);
}

recsys_status recsys_model_movie(const recsys_model *model, size_t movie, recsys_movie *text,
                                 recsys_movie_stat *stat, recsys_error *err)
{
    RS_NEED(err, model);
    RS_NEED_SIZE(err, text, sizeof text->struct_size);
    RS_NEED_SIZE(err, stat, sizeof stat->struct_size);
    if (movie >= model->movies.count)
        return rs_fail(err, RECSYS_E_NOT_FOUND, "recsys_model_movie: number %zu of %zu", movie,
                       model->movies.count);
    recsys_movie known = rs_catalogue_movie(&model->catalogue, movie);
    recsys_movie_stat found = {.struct_size = sizeof found, .raters = rs_raters(model, movie)};
    if (found.raters > 0)
        found.mean = model->statistics.movie_sum[movie] / (double)found.raters;
    if (text != NULL) rs_out_copy(text, &known, sizeof known);
    if (stat != NULL) rs_out_copy(stat, &found, sizeof found);
    return RECSYS_OK;
}

size_t recsys_model_section_count(const recsys_model *model)
{
    return model != NULL ? model->parts.count : 0;
}

int recsys_model_section(const recsys_model *model, size_t i, recsys_section *section)
{
    if (model == NULL || section == NULL || i >= model->parts.count) return 0;
    const rs_part *part = &model->parts.parts[i];
    recsys_section found = {sizeof found, part->name, part->size, part->checksum,
                            part->required};
    rs_out_copy(section, &found, sizeof found);
    return 1;
}
