#include <recsys/catalogue.h>
#include <string.h>

#include "base/error.h"
#include "data/catalogue_read.h"

recsys_status recsys_catalogue_read(recsys_catalogue **catalogue, recsys_runtime *runtime,
                                    const char *path, const recsys_config *config,
                                    recsys_error *err)
{
    recsys_runtime *held;
    if (catalogue == NULL || path == NULL)
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_catalogue_read: catalogue and path must not be NULL");
    recsys_status status = rs_runtime_hold(&held, runtime, err);
    if (status != RECSYS_OK) return status;
    status = rs_catalogue_read(catalogue, held, path, config, err);
    rs_runtime_release(held);
    return status;
}

recsys_status recsys_catalogue_add_tags(recsys_catalogue *catalogue, const char *path,
                                        uint64_t *unknown, recsys_error *err)
{
    if (catalogue == NULL || path == NULL)
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_catalogue_add_tags: catalogue and path must not be NULL");
    return rs_catalogue_add_tags(catalogue, path, unknown, err);
}

recsys_status recsys_catalogue_add_links(recsys_catalogue *catalogue, const char *path,
                                         uint64_t *unknown, recsys_error *err)
{
    if (catalogue == NULL || path == NULL)
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_catalogue_add_links: catalogue and path must not be NULL");
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
    if (catalogue == NULL || movie_id == NULL || movie == NULL ||
        movie->struct_size < sizeof movie->struct_size)
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_catalogue_get: catalogue, movie_id and an initialised movie "
                       "must be given");
    size_t i = rs_ids_find(&catalogue->view.ids, movie_id, strlen(movie_id));
    if (i == SIZE_MAX)
        return rs_fail(err, RECSYS_E_NOT_FOUND, "recsys_catalogue_get: no movie \"%.200s\"",
                       movie_id);
    rs_catalogue_movie(&catalogue->view, i, movie);
    return RECSYS_OK;
}

size_t recsys_catalogue_movie_id(const recsys_catalogue *catalogue, size_t i, char *buffer,
                                 size_t size)
{
    if (catalogue != NULL) return rs_ids_text(&catalogue->view.ids, i, buffer, size);
    if (size > 0) buffer[0] = '\0';
    return 0;
}
