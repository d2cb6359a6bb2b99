/* How near an inverse in 32-bit floats comes to being one. */
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "models/ease_system.h"

enum { SAMPLE = 4 };
static const double MOST = 0.01;

/* Rows of the matrix and what its columns count, once more from the ratings. */
typedef struct source {
    const rs_ease_system *system;
    rs_matrix m; /* its users are the rows */
} source;

static double column_weight(const rs_ease_system *s, size_t column)
{
    if (!s->by_users) return s->user[column];
    return s->ridge[column] > 0 ? 1 / s->ridge[column] : 0;
}

static uint32_t place_of(const rs_ease_system *s, size_t row)
{
    return s->by_users ? (uint32_t)row : s->place[row];
}

static void take_row(const source *from, size_t row, double *to)
{
    const rs_matrix *m = &from->m;
    const rs_ease_system *s = from->system;
    double top = (double)s->top;
    for (size_t i = 0; i < s->rows; i++) to[i] = 0;
    for (uint64_t at = m->user_ptr[row]; at < m->user_ptr[row + 1]; at++) {
        size_t column = m->user_movie[at];
        double x = column_weight(s, column) * (double)rs_user_rating(m, at) / top;
        for (uint64_t with = m->movie_ptr[column]; with < m->movie_ptr[column + 1]; with++) {
            uint32_t place = place_of(s, m->movie_user[with]);
            if (place != UINT32_MAX) to[place] += x * (double)rs_movie_rating(m, with) / top;
        }
    }
    to[place_of(s, row)] += s->by_users ? 1 / s->user[row] : s->ridge[row];
}

/* The largest entry of this row times the inverse less the unit row. */
static double residual_of(const rs_ease_system *s, const double *row, size_t place,
                          double *product)
{
    double most = 0;
    for (size_t j = 0; j < s->rows; j++) product[j] = j == place ? -1 : 0;
    for (size_t k = 0; k < s->rows; k++) {
        const float *inverse = s->inverse + k * s->rows;
        if (row[k] == 0) continue;
        for (size_t j = 0; j < s->rows; j++) product[j] += row[k] * (double)inverse[j];
    }
    for (size_t j = 0; j < s->rows; j++)
        if (!(fabs(product[j]) <= most)) most = fabs(product[j]);
    return most;
}

typedef struct checking {
    source from;
    double *row; /* [SAMPLE][2 * rows] */
    double residual[SAMPLE];
} checking;

static recsys_status check_row(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    checking *c = shared;
    const rs_ease_system *s = c->from.system;
    size_t place = task * (s->rows - 1) / (SAMPLE - 1);
    double *row = c->row + task * 2 * s->rows;
    take_row(&c->from, s->by_users ? place : s->movie[place], row);
    c->residual[task] = residual_of(s, row, place, row + s->rows);
    return RECSYS_OK;
}

recsys_status rs_ease_check(const rs_ease_system *s, double *residual, recsys_error *err)
{
    checking c = {.from = {s, s->by_users ? *s->ratings : rs_matrix_turned(s->ratings)}};
    size_t tasks = s->rows > 0 ? SAMPLE : 0;
    c.row = rs_array(s->runtime, s->rows, 2 * SAMPLE * sizeof *c.row);
    if (c.row == NULL) return rs_fail_memory(err, "ease");
    recsys_status status = rs_parallel(s->runtime, tasks, check_row, &c, "ease", NULL, err);
    rs_free(s->runtime, c.row);
    if (status != RECSYS_OK) return status;
    *residual = 0;
    for (size_t t = 0; t < tasks; t++)
        if (!(c.residual[t] <= *residual)) *residual = c.residual[t];
    if (*residual <= MOST) return RECSYS_OK;
    return rs_fail(err, RECSYS_E_INVALID,
                   "ease: the matrix is too near to a singular one for 32-bit floats; a larger "
                   "model.ease.regularization or model.ease.precision double mends that");
}
