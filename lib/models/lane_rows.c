#include "models/lane_rows.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"

/* ---- rows ------------------------------------------------------------------------ */

static size_t length(const uint64_t *ptr, size_t i)
{
    return (size_t)(ptr[i + 1] - ptr[i]);
}

/* Numbers 0..count-1 by (length falling, number rising), by a stable sort. */
static rs_keyed *by_length(recsys_runtime *runtime, const uint64_t *ptr, size_t count)
{
    rs_keyed *order = rs_array(runtime, count, 2 * sizeof *order);
    if (order == NULL) return NULL;
    for (size_t i = 0; i < count; i++)
        order[i] = (rs_keyed){~(uint64_t)length(ptr, i), (uint64_t)i};
    rs_sort_keyed(order, order + count, count);
    return order;
}

static float reach_of(const rs_pairs *pairs, size_t row)
{
    const rs_matrix *m = pairs->matrix;
    double most = fmax(fabs((double)m->level[0]), fabs((double)m->level[m->levels - 1]));
    return rs_common_reach((rs_similarity_kind)pairs->settings->cf.similarity,
                           pairs->square[row], length(m->user_ptr, row), most);
}

/* Rows that are too short to be neighbours come last. Floats that are not negative are in the
 * order of their bits. */
static rs_keyed *by_reach(const rs_pairs *pairs, size_t least)
{
    const rs_matrix *m = pairs->matrix;
    rs_keyed *order = rs_array(pairs->runtime, m->users, 2 * sizeof *order);
    if (order == NULL) return NULL;
    for (size_t i = 0; i < m->users; i++) {
        float reach = reach_of(pairs, i);
        uint32_t bits;
        memcpy(&bits, &reach, sizeof bits);
        int is_active = length(m->user_ptr, i) >= least;
        order[i] = (rs_keyed){(uint64_t)!is_active << 32 | (UINT32_MAX - bits), (uint64_t)i};
    }
    rs_sort_keyed(order, order + m->users, m->users);
    return order;
}

static recsys_status rank_rows(rs_lane_rows *rows, const rs_pairs *pairs, recsys_error *err)
{
    size_t least = (size_t)pairs->settings->cf.min_common_items;
    rs_keyed *order = by_reach(pairs, least);
    if (order == NULL) return rs_fail_memory(err, "neighbours");
    for (size_t k = 0; k < rows->rows; k++) rows->row[k] = (uint32_t)order[k].value;
    rs_free(rows->runtime, order);
    rows->from[0] = 0;
    rows->active = 0;
    for (size_t k = 0; k < rows->rows; k++) {
        rs_side side = rs_pairs_side(pairs, rows->row[k]);
        double mean = side.count > 0 ? side.sum / (double)side.count : 0;
        rows->side[k] = side;
        rows->norm[k] = side.square > 0 ? (float)(1 / sqrt(side.square)) : 0;
        rows->mean[k] = (float)((mean - rows->coding.offset) / rows->coding.unit);
        rows->reach[k] = reach_of(pairs, rows->row[k]);
        rows->from[k + 1] = rows->from[k] + (side.count + 3) / 4 * 4;
        rows->active += side.count >= least;
    }
    return RECSYS_OK;
}

/* Lists are filled column by column, a range of rows at a time. */
typedef struct filling {
    rs_lane_rows *rows;
    const rs_matrix *matrix;
    const rs_keyed *order; /* of columns */
    uint64_t *next;        /* [rows] by row: where its list goes on */
    size_t tasks;
} filling;

/* Rows by tasks, with about as many ratings each. */
static size_t first_row(const filling *f, size_t task)
{
    const rs_matrix *m = f->matrix;
    uint64_t before = m->count / f->tasks * task;
    size_t low = 0, high = m->users;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (m->user_ptr[middle] < before)
            low = middle + 1;
        else
            high = middle;
    }
    return task < f->tasks ? low : m->users;
}

/* The first entry of a column at or after this row. */
static uint64_t entry_from(const rs_matrix *m, size_t column, size_t row)
{
    uint64_t low = m->movie_ptr[column], high = m->movie_ptr[column + 1];
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (m->movie_user[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Columns rise within each list, so those that many rows share come first and stay in cache. */
static recsys_status fill_range(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const filling *f = shared;
    const rs_matrix *m = f->matrix;
    rs_lane_rows *rows = f->rows;
    size_t from = first_row(f, task), to = first_row(f, task + 1);
    for (size_t k = 0; k < rows->columns; k++) {
        size_t column = (size_t)f->order[k].value;
        uint64_t end = m->movie_ptr[column + 1];
        uint64_t at = from > 0 ? entry_from(m, column, from) : m->movie_ptr[column];
        for (; at < end && m->movie_user[at] < to; at++) {
            uint64_t put = f->next[m->movie_user[at]]++;
            rows->column[put] = (uint32_t)k;
            rows->rating[put] = rows->coding.byte[m->movie_code[at]];
        }
    }
    return RECSYS_OK;
}

static void pad(rs_lane_rows *rows, uint64_t from, uint64_t to)
{
    for (uint64_t at = from; at < to; at++) {
        rows->column[at] = (uint32_t)rows->columns;
        rows->rating[at] = 0;
    }
}

static recsys_status fill_lists(rs_lane_rows *rows, filling *f, recsys_error *err)
{
    f->tasks = rs_parallel_threads(rows->runtime, rows->rows);
    for (size_t k = 0; k < rows->rows; k++) f->next[rows->row[k]] = rows->from[k];
    recsys_status status =
        rs_parallel(rows->runtime, f->tasks, fill_range, f, "neighbours", NULL, err);
    for (size_t k = 0; k < rows->rows; k++)
        pad(rows, rows->from[k] + rows->side[k].count, rows->from[k + 1]);
    pad(rows, rows->from[rows->rows], rows->from[rows->rows] + RS_LANE_AHEAD);
    return status;
}

static recsys_status make_lists(rs_lane_rows *rows, const rs_matrix *m, recsys_error *err)
{
    recsys_runtime *r = rows->runtime;
    size_t size = (size_t)rows->from[rows->rows] + RS_LANE_AHEAD;
    rows->column = rs_array(r, size, sizeof *rows->column);
    rows->rating = rs_array(r, size, sizeof *rows->rating);
    uint64_t *next = rs_array(r, rows->rows, sizeof *next);
    rs_keyed *order = by_length(r, m->movie_ptr, rows->columns);
    filling f = {rows, m, order, next, 0};
    recsys_status status;
    if (rows->column != NULL && rows->rating != NULL && next != NULL && order != NULL)
        status = fill_lists(rows, &f, err);
    else
        status = rs_fail_memory(err, "neighbours");
    rs_free(r, order);
    rs_free(r, next);
    return status;
}

recsys_status rs_lane_rows_make(rs_lane_rows *rows, const rs_pairs *pairs, recsys_error *err)
{
    const rs_matrix *m = pairs->matrix;
    recsys_runtime *r = pairs->runtime;
    *rows = (rs_lane_rows){.runtime = r, .rows = m->users, .columns = m->movies};
    if (!rs_coding_find(m, &rows->coding))
        return rs_fail(err, RECSYS_E_INTERNAL, "neighbours: these ratings cannot be lanes");
    rows->row = rs_array(r, rows->rows, sizeof *rows->row);
    rows->side = rs_array(r, rows->rows, sizeof *rows->side);
    rows->norm = rs_array(r, rows->rows, sizeof *rows->norm);
    rows->mean = rs_array(r, rows->rows, sizeof *rows->mean);
    rows->reach = rs_array(r, rows->rows, sizeof *rows->reach);
    rows->from = rs_array(r, rows->rows + 1, sizeof *rows->from);
    if (rows->row == NULL || rows->side == NULL || rows->norm == NULL || rows->mean == NULL ||
        rows->reach == NULL || rows->from == NULL)
        return rs_fail_memory(err, "neighbours");
    recsys_status status = rank_rows(rows, pairs, err);
    return status != RECSYS_OK ? status : make_lists(rows, m, err);
}

void rs_lane_rows_free(rs_lane_rows *rows)
{
    void *arrays[] = {rows->row,   rows->side, rows->norm,   rows->mean,
                      rows->reach, rows->from, rows->column, rows->rating};
    for (size_t i = 0; rows->runtime != NULL && i < sizeof arrays / sizeof *arrays; i++)
        rs_free(rows->runtime, arrays[i]);
    *rows = (rs_lane_rows){0};
}
