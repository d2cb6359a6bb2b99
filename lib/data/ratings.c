#include "data/ratings.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "data/draft.h"

/* ---- the handle ------------------------------------------------------------------ */

static recsys_status bind_ids(rs_ids *ids, const rs_container *parts, const char *name,
                              size_t count, int trusted, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    const rs_part *part = rs_container_find(parts, name);
    if (part == NULL) return rs_fail(err, RECSYS_E_DAMAGED, "section \"%s\" is missing", name);
    if (trusted)
        rs_ids_view(ids, part->data);
    else
        status = rs_ids_bind(ids, part->data, part->size, name, err);
    if (status == RECSYS_OK && ids->count != count)
        status = rs_fail(err, RECSYS_E_DAMAGED, "section \"%s\" has %zu ids, expected %zu",
                         name, ids->count, count);
    return status;
}

static recsys_status bind_all(recsys_ratings *r, int trusted, recsys_error *err)
{
    recsys_status status = trusted ? rs_matrix_view(&r->matrix, &r->parts, err)
                                   : rs_matrix_bind(&r->matrix, &r->parts, err);
    if (status == RECSYS_OK)
        status = bind_ids(&r->users, &r->parts, "users", r->matrix.users, trusted, err);
    if (status == RECSYS_OK)
        status = bind_ids(&r->movies, &r->parts, "movies", r->matrix.movies, trusted, err);
    return status;
}

recsys_status rs_ratings_wrap(recsys_ratings **out, recsys_runtime *runtime,
                              rs_container *parts, int trusted, recsys_error *err)
{
    recsys_ratings *made = rs_array_zero(runtime, 1, sizeof *made);
    if (made == NULL || pthread_mutex_init(&made->hash_lock, NULL) != 0) {
        rs_free(runtime, made);
        rs_container_close(parts);
        return rs_fail_memory(err, "ratings");
    }
    atomic_init(&made->references, 1);
    made->runtime = rs_runtime_retain(runtime);
    made->parts = *parts;
    recsys_status status = bind_all(made, trusted, err);
    if (status == RECSYS_OK)
        *out = made;
    else
        rs_ratings_release(made);
    return status;
}

recsys_ratings *rs_ratings_retain(const recsys_ratings *ratings)
{
    recsys_ratings *held = (recsys_ratings *)(uintptr_t)ratings;
    if (held != NULL) atomic_fetch_add_explicit(&held->references, 1, memory_order_relaxed);
    return held;
}

void rs_ratings_release(recsys_ratings *ratings)
{
    if (ratings == NULL) return;
    if (atomic_fetch_sub_explicit(&ratings->references, 1, memory_order_acq_rel) != 1) return;
    recsys_runtime *runtime = ratings->runtime;
    if (ratings->release != NULL) ratings->release(ratings->release_data);
    rs_container_close(&ratings->parts);
    pthread_mutex_destroy(&ratings->hash_lock);
    rs_free(runtime, ratings);
    rs_runtime_release(runtime);
}

recsys_status rs_matrix_share(const recsys_ratings *ratings, rs_container *into,
                              recsys_error *err)
{
    return rs_matrix_put(&ratings->matrix, 0, into, err);
}

/* ---- file ------------------------------------------------------------------------ */

/* The same parts in a container of its own: the handle stays as it is. */
recsys_status rs_ratings_save(const recsys_ratings *ratings, const char *path,
                              recsys_error *err)
{
    rs_container copy;
    recsys_status status;
    rs_container_begin(&copy, ratings->runtime, "ratings");
    for (size_t i = 0; i < ratings->parts.count; i++) {
        const rs_part *part = &ratings->parts.parts[i];
        RS_TRY(rs_container_add(&copy, part->name, part->required, part->data, part->size, NULL,
                                err));
    }
    rs_container_seal(&copy);
    RS_TRY(rs_container_save(&copy, path, err));
out:
    rs_container_close(&copy);
    return status;
}

int rs_ratings_is_saved(const rs_bytes *bytes)
{
    static const char begin[] = "recsys\r\nratings";
    return bytes->size >= sizeof begin && memcmp(bytes->data, begin, sizeof begin) == 0;
}

recsys_status rs_ratings_bind(recsys_ratings **out, rs_bytes *bytes, const char *path,
                              recsys_error *err)
{
    rs_container parts;
    recsys_status status = rs_container_bind(&parts, bytes, path, "ratings", err);
    if (status != RECSYS_OK) return status;
    status = rs_container_verify(&parts, 0, err);
    if (status == RECSYS_OK) return rs_ratings_wrap(out, parts.runtime, &parts, 0, err);
    rs_container_close(&parts);
    return status;
}

recsys_status rs_ratings_open(recsys_ratings **out, recsys_runtime *runtime, const char *path,
                              recsys_error *err)
{
    rs_bytes bytes;
    recsys_status status = rs_bytes_open(&bytes, runtime, path, err);
    return status != RECSYS_OK ? status : rs_ratings_bind(out, &bytes, path, err);
}

/* ---- hash ------------------------------------------------------------------------ */

enum { BLOCK = 1 << 20 };

static const char *const hashed[] = {
    "ratings.head",       "users",       "movies", "ratings.user_ptr", "ratings.user_movie",
    "ratings.user_value", "ratings.time"};
enum { HASHED = sizeof hashed / sizeof *hashed };

typedef struct hasher {
    const rs_part *part[HASHED];
    size_t first[HASHED + 1];    /* first block of each part */
    unsigned char (*digest)[32]; /* [first[HASHED]] */
} hasher;

static void hash_block(const hasher *h, size_t block, unsigned char digest[32])
{
    size_t p = 0;
    while (block >= h->first[p + 1]) p++;
    size_t from = (block - h->first[p]) * BLOCK, left = h->part[p]->size - from;
    rs_sha256 sha;
    rs_sha256_begin(&sha);
    rs_sha256_add(&sha, (const char *)h->part[p]->data + from, left < BLOCK ? left : BLOCK);
    rs_sha256_end(&sha, digest);
}

static recsys_status hash_task(void *shared, size_t task, size_t thread, recsys_error *err)
{
    const hasher *h = shared;
    (void)thread;
    (void)err;
    hash_block(h, task, h->digest[task]);
    return RECSYS_OK;
}

/* In parallel when there is memory for it; the result is the same without. */
static void hash_content(const recsys_ratings *ratings, unsigned char digest[32])
{
    hasher h;
    rs_sha256 sha;
    h.first[0] = 0;
    for (size_t p = 0; p < HASHED; p++) {
        h.part[p] = rs_container_find(&ratings->parts, hashed[p]);
        h.first[p + 1] = h.first[p] + (h.part[p]->size + BLOCK - 1) / BLOCK;
    }
    size_t blocks = h.first[HASHED];
    h.digest = rs_array(ratings->runtime, blocks, sizeof *h.digest);
    int done = h.digest != NULL && rs_parallel(ratings->runtime, blocks, hash_task, &h, "hash",
                                               NULL, NULL) == RECSYS_OK;
    rs_sha256_begin(&sha);
    for (size_t b = 0; b < blocks; b++) {
        unsigned char one[32];
        if (!done) hash_block(&h, b, one);
        rs_sha256_add(&sha, done ? h.digest[b] : one, sizeof one);
    }
    rs_sha256_end(&sha, digest);
    rs_free(ratings->runtime, h.digest);
}

const char *rs_ratings_hash(const recsys_ratings *ratings)
{
    recsys_ratings *r = (recsys_ratings *)(uintptr_t)ratings;
    pthread_mutex_lock(&r->hash_lock);
    if (r->hash[0] == '\0') {
        unsigned char digest[32];
        hash_content(ratings, digest);
        rs_sha256_hex(digest, r->hash);
    }
    pthread_mutex_unlock(&r->hash_lock);
    return r->hash;
}
