#include "models/pairs.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "models/all_pairs.h"
#include "models/live_rows.h"

enum { ROWS = 1024 }; /* a task */

typedef struct row_sums {
    const rs_matrix *matrix;
    double *sum, *square;
} row_sums;

static recsys_status sum_rows(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const row_sums *s = shared;
    const rs_matrix *m = s->matrix;
    size_t from = task * ROWS, to = m->users - from < ROWS ? m->users : from + ROWS;
    for (size_t u = from; u < to; u++) {
        double sum = 0, square = 0;
        for (uint64_t at = m->user_ptr[u]; at < m->user_ptr[u + 1]; at++) {
            double r = (double)rs_user_rating(m, at);
            sum += r;
            square += r * r;
        }
        s->sum[u] = sum;
        s->square[u] = square;
    }
    return RECSYS_OK;
}

recsys_status rs_row_sums(const rs_matrix *m, recsys_runtime *runtime, double **sum,
                          double **square, recsys_error *err)
{
    *sum = *square = NULL;
    row_sums s = {m, rs_array(runtime, m->users, sizeof(double)),
                  rs_array(runtime, m->users, sizeof(double))};
    recsys_status status = s.sum != NULL && s.square != NULL
                               ? rs_parallel(runtime, (m->users + ROWS - 1) / ROWS, sum_rows,
                                             &s, "neighbours", NULL, err)
                               : rs_fail_memory(err, "neighbours");
    if (status != RECSYS_OK) {
        rs_free(runtime, s.sum);
        rs_free(runtime, s.square);
        return status;
    }
    *sum = s.sum;
    *square = s.square;
    return RECSYS_OK;
}

recsys_status rs_lists_make(rs_lists *lists, recsys_runtime *runtime, size_t rows, size_t most,
                            recsys_error *err)
{
    size_t cells;
    *lists = (rs_lists){.most = most};
    if (!rs_mul(rows, most, &cells)) return rs_fail_memory(err, "neighbours");
    lists->item = rs_array(runtime, cells, sizeof *lists->item);
    lists->count = rs_array_zero(runtime, rows, sizeof *lists->count);
    lists->complete = rs_array_zero(runtime, rows, sizeof *lists->complete);
    if (lists->item != NULL && lists->count != NULL && lists->complete != NULL)
        return RECSYS_OK;
    return rs_fail_memory(err, "neighbours");
}

void rs_lists_free(rs_lists *lists, recsys_runtime *runtime)
{
    rs_free(runtime, lists->item);
    rs_free(runtime, lists->count);
    rs_free(runtime, lists->complete);
    *lists = (rs_lists){0};
}

/* Where a list ends if it ends at `to`, not before `from`. */
static size_t end_of(const rs_lists *lists, size_t row, size_t from, size_t to)
{
    size_t count = lists->count[row] < to ? lists->count[row] : to;
    return count > from ? count : from;
}

recsys_status rs_lists_close(const rs_lists *lists, recsys_runtime *runtime, size_t rows,
                             size_t from, size_t to, rs_closed_lists *closed, recsys_error *err)
{
    size_t count = 0, at = 0;
    for (size_t u = 0; u < rows; u++) count += end_of(lists, u, from, to) - from;
    closed->ptr = rs_array(runtime, rows + 1, sizeof *closed->ptr);
    closed->user = rs_array(runtime, count, sizeof *closed->user);
    closed->common = rs_array(runtime, count, sizeof *closed->common);
    closed->similarity = rs_array(runtime, count, sizeof *closed->similarity);
    if (closed->ptr == NULL || closed->user == NULL || closed->common == NULL ||
        closed->similarity == NULL) {
        rs_closed_lists_free(closed, runtime);
        return rs_fail_memory(err, "neighbours");
    }
    for (size_t u = 0; u < rows; u++) {
        closed->ptr[u] = at;
        size_t end = end_of(lists, u, from, to);
        for (size_t k = from; k < end; k++, at++) {
            const rs_neighbour *n = &lists->item[u * lists->most + k];
            closed->user[at] = n->user;
            closed->common[at] = n->common;
            closed->similarity[at] = n->similarity;
        }
    }
    closed->ptr[rows] = at;
    return RECSYS_OK;
}

void rs_closed_lists_free(rs_closed_lists *closed, recsys_runtime *runtime)
{
    rs_free(runtime, closed->ptr);
    rs_free(runtime, closed->user);
    rs_free(runtime, closed->common);
    rs_free(runtime, closed->similarity);
    *closed = (rs_closed_lists){0};
}

/* ---- fitting --------------------------------------------------------------------- */

void rs_lists_set(rs_lists *lists, size_t row, const rs_neighbour *list, size_t count)
{
    size_t kept = count < lists->most ? count : lists->most;
    memcpy(lists->item + row * lists->most, list, kept * sizeof *list);
    lists->count[row] = (uint32_t)kept;
    lists->complete[row] = count < lists->most;
}

static void set_list(void *shared, size_t row, const rs_neighbour *list, size_t count)
{
    rs_lists_set(shared, row, list, count);
}

recsys_status rs_pairs_fit(const rs_pairs *pairs, rs_lists *lists,
                           const recsys_progress *progress, recsys_error *err)
{
    const rs_matrix *m = pairs->matrix;
    if (rs_all_pairs_fits(m) &&
        rs_lanes_cost(m, m->users) + rs_lane_rows_cost(m) < rs_live_cost(m, m->users))
        return rs_all_pairs(pairs, NULL, lists, progress, err);
    return rs_live_rows(pairs, NULL, m->users, lists->most, set_list, lists, progress, err);
}
