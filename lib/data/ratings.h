/* The handle behind recsys_ratings. */
#ifndef RS_DATA_RATINGS_H
#define RS_DATA_RATINGS_H

#include <pthread.h>
#include <recsys/ratings.h>
#include <stdatomic.h>

#include "base/container.h"
#include "data/ids.h"
#include "data/matrix.h"

struct recsys_ratings {
    atomic_size_t references;
    recsys_runtime *runtime;
    rs_container parts; /* "users", "movies", "ratings.*" */
    rs_ids users, movies;
    rs_matrix matrix;
    void (*release)(void *); /* an adopted matrix goes back to its owner */
    void *release_data;
    pthread_mutex_t hash_lock; /* guards hash, computed when first asked for */
    char hash[65];
};

/* A handle over finished parts, which it takes over (closed on failure too). `trusted`: just
 * made by this library, so the arrays are not read again to check them. */
recsys_status rs_ratings_wrap(recsys_ratings **out, recsys_runtime *runtime,
                              rs_container *parts, int trusted, recsys_error *err);
recsys_ratings *rs_ratings_retain(const recsys_ratings *ratings);
void rs_ratings_release(recsys_ratings *ratings);

/* The ratings whose mark[i] is `wanted`, over CSR entries; ids that lose all their ratings are
 * dropped. RECSYS_E_EMPTY if none is left. */
recsys_status rs_ratings_subset(recsys_ratings **out, const recsys_ratings *in,
                                const uint8_t *mark, unsigned wanted, recsys_error *err);
/* Add the ratings.* parts of `ratings` to `into` without copying: the caller retains it. */
recsys_status rs_matrix_share(const recsys_ratings *ratings, rs_container *into,
                              recsys_error *err);

recsys_status rs_ratings_save(const recsys_ratings *ratings, const char *path,
                              recsys_error *err);
recsys_status rs_ratings_open(recsys_ratings **out, recsys_runtime *runtime, const char *path,
                              recsys_error *err);
/* Are the bytes such a file? Then bind reads it; it closes the bytes on failure. */
int rs_ratings_is_saved(const rs_bytes *bytes);
recsys_status rs_ratings_bind(recsys_ratings **out, rs_bytes *bytes, const char *path,
                              recsys_error *err);
/* Write them as CSV that the readers take back to the same content. */
recsys_status rs_ratings_write(const recsys_ratings *ratings, const char *path,
                               recsys_error *err);
/* SHA-256, in hexadecimal, of the content. The kept form is a function of the content alone,
 * so it is what gets hashed: each part in blocks of 1 MiB, then the blocks' digests in the
 * order head, users, movies, user_ptr, user_movie, user_value, time. */
const char *rs_ratings_hash(const recsys_ratings *ratings);

#endif
