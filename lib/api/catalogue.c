#include <recsys/catalogue.h>

#include "api/need.h"
#include "api/outputs.h"
#include "data/catalogue_read.h"

recsys_status recsys_catalogue_read(recsys_catalogue **catalogue, recsys_runtime *runtime,
                                    const char *path, const recsys_config *config,
                                    recsys_error *err)
{
    recsys_runtime *held;
    RS_NEED(err, catalogue);
    RS_NEED(err, path);
    recsys_status status = rs_runtime_hold(&held, runtime, err);
    if (status != RECSYS_OK) return status;
    status = rs_catalogue_read(catalogue, held, path, config, err);
    rs_runtime_release(held);
    return status;
}

recsys_status recsys_catalogue_add_tags(recsys_catalogue *catalogue, const char *path,
                                        uint64_t *unknown, recsys_error *err)
{
    RS_NEED(err, catalogue);
    RS_NEED(err, path);
    return rs_catalogue_add_tags(catalogue, path, unknown, err);
}

recsys_status recsys_catalogue_add_links(recsys_catalogue *catalogue, const char *path,
                                         uint64_t *unknown, recsys_error *err)
{
    RS_NEED(err, catalogue);
    RS_NEED(err, path);
    return rs_catalogue_add_links(catalogue, path, unknown, err);
}

recsys_catalogue *recsys_catalogue_retain(const recsys_catalogue *catalogue)
{
    return rs_catalogue_hold(catalogue);
}

void recsys_catalogue_destroy(recsys_catalogue *catalogue)
{
    rs_catalogue_release(catalogue);
}

size_t recsys_catalogue_count(const recsys_catalogue *catalogue)
{
    return catalogue == NULL ? 0 : catalogue->view.count;
}

recsys_status recsys_catalogue_get(const recsys_catalogue *catalogue, const char *movie_id,
                                   recsys_movie *movie, recsys_error *err)
{
    RS_NEED(err, catalogue);
    RS_NEED(err, movie_id);
    RS_NEED(err, movie);
    RS_NEED_SIZE(err, movie, sizeof movie->struct_size);
    size_t i = rs_out_find(&catalogue->view.ids, movie_id);
    if (i == SIZE_MAX)
        return rs_fail(err, RECSYS_E_NOT_FOUND, "recsys_catalogue_get: no movie \"%.200s\"",
                       movie_id);
    recsys_movie found = rs_catalogue_movie(&catalogue->view, i);
    rs_out_copy(movie, &found, sizeof found);
    return RECSYS_OK;
}

size_t recsys_catalogue_movie_id(const recsys_catalogue *catalogue, size_t i, char *buffer,
                                 size_t size)
{
    return rs_out_id(catalogue != NULL ? &catalogue->view.ids : NULL, i, buffer, size);
}
