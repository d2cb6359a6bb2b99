/* The ratings as CSR by user and CSC by movie, in arrays that may lie in a mapped file. */
#ifndef RS_DATA_MATRIX_H
#define RS_DATA_MATRIX_H

#include <recsys/base.h>

#include "base/container.h"

enum { RS_LEVELS = 15 }; /* more distinct values than this are kept as floats */

typedef struct rs_matrix {
    size_t users, movies;
    uint64_t count;
    const uint64_t *user_ptr;   /* [users + 1] */
    const uint32_t *user_movie; /* [count] ascending in each row */
    const uint8_t *user_code;   /* [count] level numbers, or NULL */
    const float *user_value;    /* [count], or NULL when codes are used */
    const uint64_t *movie_ptr;  /* [movies + 1] */
    const uint32_t *movie_user; /* [count] ascending in each column */
    const uint8_t *movie_code;
    const float *movie_value;
    const uint32_t *time32;       /* at most one is not NULL; [count] in CSR order; none: all */
    const int64_t *time64;        /* times are time_base */
    int64_t time_base, time_unit; /* time = base + unit * stored */
    uint32_t levels;              /* 0: values are floats */
    float level[16];              /* ascending */
    float scale_min, scale_max, scale_step;
} rs_matrix;

/* Value of a CSR entry and of a CSC entry. */
static inline float rs_user_rating(const rs_matrix *m, uint64_t at)
{
    return m->user_code != NULL ? m->level[m->user_code[at]] : m->user_value[at];
}

static inline float rs_movie_rating(const rs_matrix *m, uint64_t at)
{
    return m->movie_code != NULL ? m->level[m->movie_code[at]] : m->movie_value[at];
}

/* The CSR entry of a user's rating of a movie; UINT64_MAX if there is none. */
static inline uint64_t rs_matrix_find(const rs_matrix *m, size_t user, size_t movie)
{
    uint64_t low = m->user_ptr[user], high = m->user_ptr[user + 1], end = high;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (m->user_movie[middle] < movie)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && m->user_movie[low] == movie ? low : UINT64_MAX;
}

/* Movies as the rows and users as the columns, over the same arrays; without times. */
rs_matrix rs_matrix_turned(const rs_matrix *m);

/* Time of a CSR entry in milliseconds, 0 if not known. */
int64_t rs_matrix_time(const rs_matrix *m, uint64_t at);

/* Container parts: "ratings.head" (rs_matrix_head), "ratings.user_ptr" ".user_movie"
 * ".user_value" ".time" ".movie_ptr" ".movie_user" ".movie_value"; value parts hold u8 codes
 * or floats and ".time" u32, i64 or nothing, as the head says. */
typedef struct rs_matrix_head {
    uint64_t users, movies, count;
    int64_t time_base, time_unit;
    uint32_t time_width; /* 0, 4 or 8 bytes */
    uint32_t levels;
    float level[16];
    float scale_min, scale_max, scale_step;
    uint32_t zero;
} rs_matrix_head;

/* The matrix inside a container. Everything is checked, so that any bytes are safe to use
 * afterwards: pointers monotone, numbers in bounds and ascending, codes below levels, floats
 * finite, and the columns count the same movies as the rows. */
recsys_status rs_matrix_bind(rs_matrix *m, const rs_container *c, recsys_error *err);
/* The same without reading the arrays: for parts that this library has just made. */
recsys_status rs_matrix_view(rs_matrix *m, const rs_container *c, recsys_error *err);

/* Add the ratings.* parts of `m` to a container without copying. The arrays whose bits are
 * set in `owned` are taken over (freed on failure too); the others' owner must outlive it. */
enum {
    RS_OWN_USER_PTR = 1,
    RS_OWN_USER_MOVIE = 2,
    RS_OWN_USER_VALUE = 4,
    RS_OWN_TIME = 8,
    RS_OWN_MOVIE_PTR = 16,
    RS_OWN_MOVIE_USER = 32,
    RS_OWN_MOVIE_VALUE = 64,
    RS_OWN_ALL = 127
};
recsys_status rs_matrix_put(const rs_matrix *m, unsigned owned, rs_container *into,
                            recsys_error *err);

/* The same matrix with its movies renumbered into a larger id table: adds the ratings.* parts
 * to `into`. Arrays that stay the same are not copied: m's owner must outlive `into`. The map
 * need not be ascending; then rows are sorted anew. */
recsys_status rs_matrix_widen(const rs_matrix *m, const uint32_t *map, size_t movies,
                              rs_container *into, recsys_error *err);
/* Does each number of a map come after the one before it? */
int rs_map_ascends(const uint32_t *map, size_t count);

#endif
