#include "data/csc.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"

enum { MOST_GROUPS = 16 };

size_t rs_sort_groups(const recsys_runtime *rt, uint64_t items, size_t buckets)
{
    size_t groups = rs_parallel_threads(rt, MOST_GROUPS);
    uint64_t afford = items / ((uint64_t)buckets * 4 + 1);
    if (items < 1u << 16 || afford < 1) return 1;
    return afford < groups ? (size_t)afford : groups;
}

void rs_counts_to_positions(uint64_t *counts, size_t groups, size_t buckets, uint64_t *ptr)
{
    uint64_t sum = 0;
    for (size_t b = 0; b < buckets; b++) {
        ptr[b] = sum;
        for (size_t g = 0; g < groups; g++) {
            uint64_t here = counts[g * buckets + b];
            counts[g * buckets + b] = sum;
            sum += here;
        }
    }
    ptr[buckets] = sum;
}

typedef struct work {
    const rs_rows_view *rows;
    rs_columns *to;
    uint64_t *positions; /* [groups][movies] */
    size_t groups;
    size_t *first_user; /* [groups + 1] */
} work;

/* Users of each group: contiguous, with about as many ratings each. */
static void split_users(const work *w)
{
    size_t user = 0;
    uint64_t count = w->rows->user_ptr[w->rows->users];
    for (size_t g = 0; g < w->groups; g++) {
        uint64_t from = count / w->groups * g;
        while (user < w->rows->users && w->rows->user_ptr[user] < from) user++;
        w->first_user[g] = user;
    }
    w->first_user[0] = 0;
    w->first_user[w->groups] = w->rows->users;
}

static recsys_status count_group(void *shared, size_t group, size_t thread, recsys_error *err)
{
    const work *w = shared;
    const rs_rows_view *rows = w->rows;
    uint64_t *count = w->positions + group * rows->movies;
    uint64_t end = rows->user_ptr[w->first_user[group + 1]];
    (void)thread;
    (void)err;
    for (uint64_t i = rows->user_ptr[w->first_user[group]]; i < end; i++)
        count[rows->user_movie[i]]++;
    return RECSYS_OK;
}

static void scatter_codes(const work *w, size_t group, uint64_t *position)
{
    const rs_rows_view *rows = w->rows;
    const uint8_t *from = rows->value;
    uint8_t *to = w->to->value;
    for (size_t u = w->first_user[group]; u < w->first_user[group + 1]; u++)
        for (uint64_t i = rows->user_ptr[u]; i < rows->user_ptr[u + 1]; i++) {
            uint64_t at = position[rows->user_movie[i]]++;
            w->to->movie_user[at] = (uint32_t)u;
            to[at] = from[i];
        }
}

static void scatter_floats(const work *w, size_t group, uint64_t *position)
{
    const rs_rows_view *rows = w->rows;
    const float *from = rows->value;
    float *to = w->to->value;
    for (size_t u = w->first_user[group]; u < w->first_user[group + 1]; u++)
        for (uint64_t i = rows->user_ptr[u]; i < rows->user_ptr[u + 1]; i++) {
            uint64_t at = position[rows->user_movie[i]]++;
            w->to->movie_user[at] = (uint32_t)u;
            to[at] = from[i];
        }
}

static recsys_status scatter_group(void *shared, size_t group, size_t thread, recsys_error *err)
{
    const work *w = shared;
    uint64_t *position = w->positions + group * w->rows->movies;
    (void)thread;
    (void)err;
    if (w->rows->width == 1)
        scatter_codes(w, group, position);
    else
        scatter_floats(w, group, position);
    return RECSYS_OK;
}

static recsys_status run(work *w, recsys_runtime *rt, recsys_error *err)
{
    recsys_status status;
    split_users(w);
    RS_TRY(rs_parallel(rt, w->groups, count_group, w, "columns", NULL, err));
    rs_counts_to_positions(w->positions, w->groups, w->rows->movies, w->to->movie_ptr);
    RS_TRY(rs_parallel(rt, w->groups, scatter_group, w, "columns", NULL, err));
out:
    return status;
}

recsys_status rs_columns_build(rs_columns *columns, recsys_runtime *rt,
                               const rs_rows_view *rows, recsys_error *err)
{
    uint64_t count = rows->user_ptr[rows->users];
    work w = {.rows = rows, .to = columns};
    recsys_status status;
    size_t counters;
    w.groups = rs_sort_groups(rt, count, rows->movies);
    w.first_user = rs_array(rt, w.groups + 1, sizeof *w.first_user);
    if (rs_mul(w.groups, rows->movies, &counters))
        w.positions = rs_array_zero(rt, counters, sizeof *w.positions);
    columns->movie_ptr = rs_array(rt, rows->movies + 1, sizeof *columns->movie_ptr);
    columns->movie_user = rs_array(rt, (size_t)count, sizeof *columns->movie_user);
    columns->value = rs_array(rt, (size_t)count, rows->width);
    if (w.first_user == NULL || w.positions == NULL || columns->movie_ptr == NULL ||
        columns->movie_user == NULL || columns->value == NULL)
        status = rs_fail_memory(err, "columns of ratings");
    else
        status = run(&w, rt, err);
    rs_free(rt, w.first_user);
    rs_free(rt, w.positions);
    if (status != RECSYS_OK) rs_columns_free(columns, rt);
    return status;
}

void rs_columns_free(rs_columns *columns, recsys_runtime *rt)
{
    rs_free(rt, columns->movie_ptr);
    rs_free(rt, columns->movie_user);
    rs_free(rt, columns->value);
    *columns = (rs_columns){NULL, NULL, NULL};
}
