#include "data/without.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/csc.h"

typedef struct rest {
    uint64_t *user_ptr;
    uint32_t *user_movie;
    char *value, *time;
    size_t width, time_width;
    rs_columns columns;
} rest;

static int make_rows(rest *r, const rs_matrix *m, size_t kept, recsys_runtime *rt)
{
    r->user_ptr = rs_array(rt, m->users + 1, sizeof *r->user_ptr);
    r->user_movie = rs_array(rt, kept, sizeof *r->user_movie);
    r->value = rs_array(rt, kept, r->width);
    if (r->time_width > 0) r->time = rs_array(rt, kept, r->time_width);
    return r->user_ptr != NULL && r->user_movie != NULL && r->value != NULL &&
           (r->time_width == 0 || r->time != NULL);
}

static void copy_rows(rest *r, const rs_matrix *m, const uint8_t *hidden)
{
    const char *value =
        m->levels > 0 ? (const char *)m->user_code : (const char *)m->user_value;
    const char *time = m->time32 != NULL ? (const char *)m->time32 : (const char *)m->time64;
    size_t to = 0;
    for (size_t u = 0; u < m->users; u++) {
        r->user_ptr[u] = to;
        for (uint64_t at = m->user_ptr[u]; at < m->user_ptr[u + 1]; at++) {
            if (hidden[at]) continue;
            r->user_movie[to] = m->user_movie[at];
            memcpy(r->value + to * r->width, value + at * r->width, r->width);
            if (r->time_width > 0)
                memcpy(r->time + to * r->time_width, time + at * r->time_width, r->time_width);
            to++;
        }
    }
    r->user_ptr[m->users] = to;
}

static void free_rest(rest *r, recsys_runtime *rt)
{
    rs_free(rt, r->user_ptr);
    rs_free(rt, r->user_movie);
    rs_free(rt, r->value);
    rs_free(rt, r->time);
    rs_columns_free(&r->columns, rt);
}

static recsys_status put(const rest *r, const rs_matrix *m, uint64_t kept, rs_container *into,
                         recsys_error *err)
{
    rs_matrix left = *m;
    left.count = kept;
    left.user_ptr = r->user_ptr;
    left.user_movie = r->user_movie;
    left.movie_ptr = r->columns.movie_ptr;
    left.movie_user = r->columns.movie_user;
    if (m->levels > 0) {
        left.user_code = (const uint8_t *)r->value;
        left.movie_code = r->columns.value;
    } else {
        left.user_value = (const float *)(const void *)r->value;
        left.movie_value = r->columns.value;
    }
    if (m->time32 != NULL) left.time32 = (const uint32_t *)(const void *)r->time;
    if (m->time64 != NULL) left.time64 = (const int64_t *)(const void *)r->time;
    return rs_matrix_put(&left, RS_OWN_ALL, into, err);
}

recsys_status rs_matrix_without(const rs_matrix *m, const uint8_t *hidden, rs_container *into,
                                recsys_error *err)
{
    recsys_runtime *rt = into->runtime;
    uint64_t kept = m->count;
    for (uint64_t at = 0; at < m->count; at++) kept -= hidden[at];
    rest r = {.width = m->levels > 0 ? 1 : sizeof(float)};
    r.time_width = m->time32 != NULL ? 4 : m->time64 != NULL ? 8 : 0;
    if (!make_rows(&r, m, (size_t)kept, rt)) {
        free_rest(&r, rt);
        return rs_fail_memory(err, "hiding ratings");
    }
    copy_rows(&r, m, hidden);
    const rs_rows_view rows = {m->users, m->movies, r.user_ptr, r.user_movie, r.value, r.width};
    recsys_status status = rs_columns_build(&r.columns, rt, &rows, err);
    if (status != RECSYS_OK) {
        free_rest(&r, rt);
        return status;
    }
    return put(&r, m, kept, into, err);
}
