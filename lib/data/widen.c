/* A matrix whose movies move into a larger table of ids: rs_matrix_widen. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/matrix.h"
#include "base/order.h"

int rs_map_ascends(const uint32_t *map, size_t count)
{
    for (size_t j = 1; j < count; j++)
        if (map[j] <= map[j - 1]) return 0;
    return 1;
}

/* Old movie of each new one, UINT32_MAX where there is none. */
static uint32_t *invert(const uint32_t *map, size_t count, size_t movies, recsys_runtime *rt)
{
    uint32_t *old = rs_array(rt, movies, sizeof *old);
    if (old == NULL) return NULL;
    memset(old, 0xff, movies * sizeof *old);
    for (size_t j = 0; j < count; j++) old[map[j]] = (uint32_t)j;
    return old;
}

static void widen_ptr(const rs_matrix *m, const uint32_t *old, size_t movies, uint64_t *ptr)
{
    ptr[0] = 0;
    for (size_t j = 0; j < movies; j++) {
        uint32_t from = old[j];
        uint64_t here = from == UINT32_MAX ? 0 : m->movie_ptr[from + 1] - m->movie_ptr[from];
        ptr[j + 1] = ptr[j] + here;
    }
}

/* ---- ascending: rows and columns keep their order -------------------------------- */

static recsys_status widen_in_order(const rs_matrix *m, const uint32_t *map, uint64_t *ptr,
                                    size_t movies, rs_container *into, recsys_error *err)
{
    rs_matrix wide = *m;
    uint32_t *number = rs_array(into->runtime, (size_t)m->count, sizeof *number);
    if (number == NULL) {
        rs_free(into->runtime, ptr);
        return rs_fail_memory(err, "widening ratings");
    }
    for (uint64_t i = 0; i < m->count; i++) number[i] = map[m->user_movie[i]];
    wide.movies = movies;
    wide.movie_ptr = ptr;
    wide.user_movie = number;
    return rs_matrix_put(&wide, RS_OWN_MOVIE_PTR | RS_OWN_USER_MOVIE, into, err);
}

/* ---- any other map: rows are sorted anew, columns moved -------------------------- */

typedef struct moved {
    uint64_t *movie_ptr;
    uint32_t *user_movie, *movie_user;
    char *user_value, *movie_value, *time;
    rs_keyed *keys; /* twice the longest row */
} moved;

static size_t longest_row(const rs_matrix *m)
{
    size_t most = 0;
    for (size_t u = 0; u < m->users; u++) {
        size_t here = (size_t)(m->user_ptr[u + 1] - m->user_ptr[u]);
        most = here > most ? here : most;
    }
    return most;
}

static void sort_row(const rs_matrix *m, const uint32_t *map, size_t user, size_t width,
                     size_t time_width, const moved *to)
{
    uint64_t from = m->user_ptr[user];
    size_t count = (size_t)(m->user_ptr[user + 1] - from);
    const char *value =
        m->levels > 0 ? (const char *)m->user_code : (const char *)m->user_value;
    const char *time = m->time32 != NULL ? (const char *)m->time32 : (const char *)m->time64;
    for (size_t i = 0; i < count; i++)
        to->keys[i] = (rs_keyed){map[m->user_movie[from + i]], from + i};
    rs_sort_keyed(to->keys, to->keys + count, count);
    for (size_t i = 0; i < count; i++) {
        uint64_t at = from + i, old = to->keys[i].value;
        to->user_movie[at] = (uint32_t)to->keys[i].key;
        memcpy(to->user_value + at * width, value + old * width, width);
        if (time_width > 0)
            memcpy(to->time + at * time_width, time + old * time_width, time_width);
    }
}

static void move_columns(const rs_matrix *m, const uint32_t *old, size_t movies, size_t width,
                         const moved *to)
{
    const char *value =
        m->levels > 0 ? (const char *)m->movie_code : (const char *)m->movie_value;
    for (size_t j = 0; j < movies; j++) {
        uint64_t at = to->movie_ptr[j], count = to->movie_ptr[j + 1] - at;
        if (count == 0) continue;
        uint64_t from = m->movie_ptr[old[j]];
        memcpy(to->movie_user + at, m->movie_user + from, (size_t)count * sizeof(uint32_t));
        memcpy(to->movie_value + at * width, value + from * width, (size_t)count * width);
    }
}

static recsys_status put_moved(const rs_matrix *m, const moved *to, size_t movies,
                               rs_container *into, recsys_error *err)
{
    rs_matrix wide = *m;
    wide.movies = movies;
    wide.movie_ptr = to->movie_ptr;
    wide.user_movie = to->user_movie;
    wide.movie_user = to->movie_user;
    if (m->levels > 0) {
        wide.user_code = (const uint8_t *)to->user_value;
        wide.movie_code = (const uint8_t *)to->movie_value;
    } else {
        wide.user_value = (const float *)(const void *)to->user_value;
        wide.movie_value = (const float *)(const void *)to->movie_value;
    }
    if (m->time32 != NULL) wide.time32 = (const uint32_t *)(const void *)to->time;
    if (m->time64 != NULL) wide.time64 = (const int64_t *)(const void *)to->time;
    return rs_matrix_put(&wide, RS_OWN_ALL & ~(unsigned)RS_OWN_USER_PTR, into, err);
}

static recsys_status widen_anew(const rs_matrix *m, const uint32_t *map, const uint32_t *old,
                                uint64_t *ptr, size_t movies, rs_container *into,
                                recsys_error *err)
{
    recsys_runtime *rt = into->runtime;
    size_t count = (size_t)m->count, width = m->levels > 0 ? 1 : sizeof(float);
    size_t time_width = m->time32 != NULL ? 4 : m->time64 != NULL ? 8 : 0;
    moved to = {.movie_ptr = ptr};
    to.user_movie = rs_array(rt, count, sizeof *to.user_movie);
    to.movie_user = rs_array(rt, count, sizeof *to.movie_user);
    to.user_value = rs_array(rt, count, width);
    to.movie_value = rs_array(rt, count, width);
    if (time_width > 0) to.time = rs_array(rt, count, time_width);
    to.keys = rs_array(rt, longest_row(m), 2 * sizeof *to.keys);
    if (to.user_movie == NULL || to.movie_user == NULL || to.user_value == NULL ||
        to.movie_value == NULL || (time_width > 0 && to.time == NULL) || to.keys == NULL) {
        rs_free(rt, to.user_movie);
        rs_free(rt, to.movie_user);
        rs_free(rt, to.user_value);
        rs_free(rt, to.movie_value);
        rs_free(rt, to.time);
        rs_free(rt, to.keys);
        rs_free(rt, ptr);
        return rs_fail_memory(err, "widening ratings");
    }
    for (size_t u = 0; u < m->users; u++) sort_row(m, map, u, width, time_width, &to);
    move_columns(m, old, movies, width, &to);
    rs_free(rt, to.keys);
    return put_moved(m, &to, movies, into, err);
}

recsys_status rs_matrix_widen(const rs_matrix *m, const uint32_t *map, size_t movies,
                              rs_container *into, recsys_error *err)
{
    uint32_t *old = invert(map, m->movies, movies, into->runtime);
    uint64_t *ptr = rs_array(into->runtime, movies + 1, sizeof *ptr);
    recsys_status status;
    if (old == NULL || ptr == NULL) {
        rs_free(into->runtime, old);
        rs_free(into->runtime, ptr);
        return rs_fail_memory(err, "widening ratings");
    }
    widen_ptr(m, old, movies, ptr);
    if (rs_map_ascends(map, m->movies))
        status = widen_in_order(m, map, ptr, movies, into, err);
    else
        status = widen_anew(m, map, old, ptr, movies, into, err);
    rs_free(into->runtime, old);
    return status;
}
