/* recsys/ratings.h: checks of arguments, then lib/data. */
#include <recsys/ratings.h>
#include <string.h>

#include "base/error.h"
#include "data/inputs.h"
#include "data/ratings.h"
#include "data/read.h"

static recsys_status invalid(recsys_error *err, const char *call, const char *what)
{
    return rs_fail(err, RECSYS_E_INVALID, "%s: %s", call, what);
}

recsys_status recsys_ratings_read(recsys_ratings **ratings, recsys_runtime *runtime,
                                  const char *path, const recsys_config *config,
                                  recsys_read_summary *summary, const recsys_progress *progress,
                                  recsys_error *err)
{
    if (ratings == NULL || path == NULL)
        return invalid(err, "recsys_ratings_read", "ratings or path is NULL");
    return rs_ratings_read(ratings, runtime, path, config, summary, progress, err);
}

recsys_status recsys_ratings_from_rows(recsys_ratings **ratings, recsys_runtime *runtime,
                                       recsys_row_fn next, void *user_data, recsys_error *err)
{
    if (ratings == NULL || next == NULL)
        return invalid(err, "recsys_ratings_from_rows", "ratings or next is NULL");
    return rs_ratings_from_rows(ratings, runtime, next, user_data, err);
}

recsys_status recsys_ratings_from_csr(recsys_ratings **ratings, recsys_runtime *runtime,
                                      const recsys_csr *csr, recsys_error *err)
{
    if (ratings == NULL || csr == NULL || csr->struct_size < sizeof *csr)
        return invalid(err, "recsys_ratings_from_csr",
                       "ratings or csr is NULL, or csr->struct_size is not set");
    return rs_ratings_from_csr(ratings, runtime, csr, err);
}

recsys_status recsys_ratings_from_arrow(recsys_ratings **ratings, recsys_runtime *runtime,
                                        struct ArrowArrayStream *stream,
                                        const recsys_config *config, recsys_error *err)
{
    if (stream == NULL) return invalid(err, "recsys_ratings_from_arrow", "stream is NULL");
    return rs_ratings_from_arrow(ratings, runtime, stream, config, err);
}

recsys_status recsys_ratings_save(const recsys_ratings *ratings, const char *path,
                                  recsys_error *err)
{
    if (ratings == NULL || path == NULL)
        return invalid(err, "recsys_ratings_save", "ratings or path is NULL");
    return rs_ratings_save(ratings, path, err);
}

recsys_status recsys_ratings_open(recsys_ratings **ratings, recsys_runtime *runtime,
                                  const char *path, recsys_error *err)
{
    recsys_runtime *rt;
    if (ratings == NULL || path == NULL)
        return invalid(err, "recsys_ratings_open", "ratings or path is NULL");
    recsys_status status = rs_runtime_hold(&rt, runtime, err);
    if (status != RECSYS_OK) return status;
    status = rs_ratings_open(ratings, rt, path, err);
    rs_runtime_release(rt);
    return status;
}

recsys_ratings *recsys_ratings_retain(const recsys_ratings *ratings)
{
    return rs_ratings_retain(ratings);
}

void recsys_ratings_destroy(recsys_ratings *ratings)
{
    rs_ratings_release(ratings);
}

/* ---- accessors ------------------------------------------------------------------- */

size_t recsys_ratings_users(const recsys_ratings *ratings)
{
    return ratings != NULL ? ratings->matrix.users : 0;
}

size_t recsys_ratings_movies(const recsys_ratings *ratings)
{
    return ratings != NULL ? ratings->matrix.movies : 0;
}

uint64_t recsys_ratings_count(const recsys_ratings *ratings)
{
    return ratings != NULL ? ratings->matrix.count : 0;
}

void recsys_ratings_scale(const recsys_ratings *ratings, recsys_scale *scale)
{
    if (ratings == NULL || scale == NULL) return;
    const rs_matrix *m = &ratings->matrix;
    recsys_scale made = {scale->struct_size, m->scale_min, m->scale_max, m->scale_step,
                         m->levels};
    memcpy(scale, &made, scale->struct_size < sizeof made ? scale->struct_size : sizeof made);
}

size_t recsys_ratings_user_id(const recsys_ratings *ratings, size_t i, char *buffer,
                              size_t size)
{
    static const rs_ids none;
    return rs_ids_text(ratings != NULL ? &ratings->users : &none, i, buffer, size);
}

size_t recsys_ratings_movie_id(const recsys_ratings *ratings, size_t i, char *buffer,
                               size_t size)
{
    static const rs_ids none;
    return rs_ids_text(ratings != NULL ? &ratings->movies : &none, i, buffer, size);
}

size_t recsys_ratings_find_user(const recsys_ratings *ratings, const char *id)
{
    if (ratings == NULL || id == NULL) return SIZE_MAX;
    return rs_ids_find(&ratings->users, id, strlen(id));
}

size_t recsys_ratings_find_movie(const recsys_ratings *ratings, const char *id)
{
    if (ratings == NULL || id == NULL) return SIZE_MAX;
    return rs_ids_find(&ratings->movies, id, strlen(id));
}

size_t recsys_ratings_user_count(const recsys_ratings *ratings, size_t user)
{
    if (ratings == NULL || user >= ratings->matrix.users) return 0;
    const uint64_t *ptr = ratings->matrix.user_ptr;
    return (size_t)(ptr[user + 1] - ptr[user]);
}

int recsys_ratings_user_at(const recsys_ratings *ratings, size_t user, size_t j,
                           recsys_rating *rating)
{
    if (rating == NULL || j >= recsys_ratings_user_count(ratings, user)) return 0;
    const rs_matrix *m = &ratings->matrix;
    uint64_t at = m->user_ptr[user] + j;
    recsys_rating made = {rating->struct_size, user, m->user_movie[at], rs_user_rating(m, at),
                          rs_matrix_time(m, at)};
    memcpy(rating, &made,
           rating->struct_size < sizeof made ? rating->struct_size : sizeof made);
    return 1;
}

const char *recsys_ratings_hash(const recsys_ratings *ratings)
{
    return ratings != NULL ? rs_ratings_hash(ratings) : "";
}
