/* Reading ratings from a text in memory, and comparing a handle with a list of triples. */
#ifndef RS_RATINGS_TESTING_H
#define RS_RATINGS_TESTING_H

#include "testing.h"

#include <recsys/config.h>
#include <recsys/ratings.h>

#include "base/memory.h"
#include "config/config.h"
#include "data/ratings.h"
#include "data/read.h"

/* One expected rating; times in milliseconds. */
typedef struct triple {
    const char *user, *movie;
    float value;
    int64_t time;
} triple;

/* Read `size` bytes with the options of `config`, in chunks of `chunk` bytes. */
static inline recsys_status read_bytes(recsys_ratings **out, recsys_runtime *rt,
                                       const char *text, size_t size,
                                       const recsys_config *config, size_t chunk,
                                       recsys_read_summary *summary, recsys_error *err)
{
    rs_read_options options;
    rs_bytes bytes = {.runtime = rt, .size = size};
    bytes.heap = rs_array_copy(rt, text, size, 1);
    if (bytes.heap == NULL) return RECSYS_E_NO_MEMORY;
    bytes.data = bytes.heap;
    rs_read_options_from(&options, config);
    options.chunk = chunk;
    return rs_ratings_read_bytes(out, rt, &bytes, "test.csv", &options, summary, NULL, err);
}

/* A config with the given keys set: pairs of key and value, then NULL. */
static inline recsys_config *config_of(const char *const *pairs)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = NULL;
    assert_ok(rs_config_make(&config, NULL, &err), &err);
    for (size_t i = 0; pairs != NULL && pairs[i] != NULL; i += 2)
        assert_ok(rs_config_set(config, pairs[i], pairs[i + 1], &err), &err);
    return config;
}

/* The handle holds exactly these ratings. */
static inline void expect_triples(const recsys_ratings *r, const triple *expected, size_t count)
{
    assert_int_equal(r->matrix.count, count);
    for (size_t i = 0; i < count; i++) {
        size_t user = rs_ids_find(&r->users, expected[i].user, strlen(expected[i].user));
        size_t movie = rs_ids_find(&r->movies, expected[i].movie, strlen(expected[i].movie));
        if (user == SIZE_MAX || movie == SIZE_MAX)
            fail_msg("user %s or movie %s is missing", expected[i].user, expected[i].movie);
        int found = 0;
        for (uint64_t at = r->matrix.user_ptr[user]; at < r->matrix.user_ptr[user + 1]; at++) {
            if (r->matrix.user_movie[at] != movie) continue;
            found = 1;
            assert_true(rs_user_rating(&r->matrix, at) == expected[i].value);
            assert_int_equal(rs_matrix_time(&r->matrix, at), expected[i].time);
        }
        if (!found)
            fail_msg("user %s, movie %s: no rating", expected[i].user, expected[i].movie);
    }
    rs_matrix checked;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(rs_matrix_bind(&checked, &r->parts, &err), &err);
}

/* Columns hold what rows hold. */
static inline void expect_columns(const rs_matrix *m)
{
    uint64_t *next = calloc(m->movies + 1, sizeof *next);
    assert_non_null(next);
    for (size_t u = 0; u < m->users; u++)
        for (uint64_t i = m->user_ptr[u]; i < m->user_ptr[u + 1]; i++) {
            uint32_t movie = m->user_movie[i];
            uint64_t at = m->movie_ptr[movie] + next[movie]++;
            assert_true(at < m->movie_ptr[movie + 1]);
            assert_int_equal(m->movie_user[at], u);
            assert_true(rs_movie_rating(m, at) == rs_user_rating(m, i));
        }
    for (size_t j = 0; j < m->movies; j++)
        assert_int_equal(next[j], m->movie_ptr[j + 1] - m->movie_ptr[j]);
    free(next);
}

#endif
