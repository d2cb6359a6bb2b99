/* recsys/ratings.h: checks of arguments, then lib/data. */
#include <recsys/ratings.h>

#include "api/need.h"
#include "api/outputs.h"
#include "data/inputs.h"
#include "data/ratings.h"
#include "data/read.h"

recsys_status recsys_ratings_read(recsys_ratings **ratings, recsys_runtime *runtime,
                                  const char *path, const recsys_config *config,
                                  recsys_read_summary *summary, const recsys_progress *progress,
                                  recsys_error *err)
{
    recsys_read_summary met = RECSYS_READ_SUMMARY_INIT;
    RS_NEED(err, ratings);
    RS_NEED(err, path);
    RS_NEED_SIZE(err, summary, sizeof summary->struct_size);
    recsys_status status = rs_ratings_read(ratings, runtime, path, config, &met, progress, err);
    if (status == RECSYS_OK && summary != NULL) rs_out_copy(summary, &met, sizeof met);
    return status;
}

recsys_status recsys_ratings_from_rows(recsys_ratings **ratings, recsys_runtime *runtime,
                                       recsys_row_fn next, void *user_data, recsys_error *err)
{
    RS_NEED(err, ratings);
    RS_NEED(err, next);
    return rs_ratings_from_rows(ratings, runtime, next, user_data, err);
}

recsys_status recsys_ratings_from_csr(recsys_ratings **ratings, recsys_runtime *runtime,
                                      const recsys_csr *csr, recsys_error *err)
{
    RS_NEED(err, ratings);
    RS_NEED(err, csr);
    RS_NEED_SIZE(err, csr, sizeof *csr);
    return rs_ratings_from_csr(ratings, runtime, csr, err);
}

recsys_status recsys_ratings_from_arrow(recsys_ratings **ratings, recsys_runtime *runtime,
                                        struct ArrowArrayStream *stream,
                                        const recsys_config *config, recsys_error *err)
{
    RS_NEED(err, stream); /* without `ratings` the stream is released too */
    return rs_ratings_from_arrow(ratings, runtime, stream, config, err);
}

recsys_status recsys_ratings_save(const recsys_ratings *ratings, const char *path,
                                  recsys_error *err)
{
    RS_NEED(err, ratings);
    RS_NEED(err, path);
    return rs_ratings_save(ratings, path, err);
}

recsys_status recsys_ratings_write(const recsys_ratings *ratings, const char *path,
                                   recsys_error *err)
{
    RS_NEED(err, ratings);
    RS_NEED(err, path);
    return rs_ratings_write(ratings, path, err);
}

recsys_status recsys_ratings_open(recsys_ratings **ratings, recsys_runtime *runtime,
                                  const char *path, recsys_error *err)
{
    recsys_runtime *rt;
    RS_NEED(err, ratings);
    RS_NEED(err, path);
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
    rs_out_scale(ratings != NULL ? &ratings->matrix : NULL, scale);
}

size_t recsys_ratings_user_id(const recsys_ratings *ratings, size_t i, char *buffer,
                              size_t size)
{
    return rs_out_id(ratings != NULL ? &ratings->users : NULL, i, buffer, size);
}

size_t recsys_ratings_movie_id(const recsys_ratings *ratings, size_t i, char *buffer,
                               size_t size)
{
    return rs_out_id(ratings != NULL ? &ratings->movies : NULL, i, buffer, size);
}

size_t recsys_ratings_find_user(const recsys_ratings *ratings, const char *id)
{
    return rs_out_find(ratings != NULL ? &ratings->users : NULL, id);
}

size_t recsys_ratings_find_movie(const recsys_ratings *ratings, const char *id)
{
    return rs_out_find(ratings != NULL ? &ratings->movies : NULL, id);
}

size_t recsys_ratings_user_count(const recsys_ratings *ratings, size_t user)
{
    return rs_out_user_count(ratings != NULL ? &ratings->matrix : NULL, user);
}

int recsys_ratings_user_at(const recsys_ratings *ratings, size_t user, size_t j,
                           recsys_rating *rating)
{
    return rs_out_user_at(ratings != NULL ? &ratings->matrix : NULL, user, j, rating);
}

const char *recsys_ratings_hash(const recsys_ratings *ratings)
{
    return ratings != NULL ? rs_ratings_hash(ratings) : NULL;
}
