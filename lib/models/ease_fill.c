/* The matrix of EASE: sums of products over what is seldom rated, a row at a time. */
#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "models/ease_system.h"

enum { ROWS = 32, AHEAD = 4 };

/* The columns of the ratings without what has no row in the system, and for each rating where
 * it stands in its column, so that the innermost loop has nothing to ask. */
typedef struct cell {
    uint32_t place; /* row of the system */
    float value;
} cell;

typedef struct columns {
    uint64_t *ptr; /* [columns + 1] */
    cell *cell;    /* [ptr[columns]] rows ascend in each column */
    uint32_t *end; /* [ratings], row by row: entries of its column up to and with it */
} columns;

typedef struct filling {
    rs_ease_system *s;
    rs_matrix m;       /* its users are the rows of the system */
    double *weight;    /* [m.movies] of each column; 0: it does not count */
    uint32_t *place;   /* [m.users] row of the system; UINT32_MAX: none */
    const double *own; /* [m.users] what is added on the diagonal */
    int is_inverted;   /* 1 / own */
    columns columns;
    double *row; /* [threads][rows] */
} filling;

/* ---- getting ready --------------------------------------------------------------- */

/* Rows are users, whose columns count 1 / D, or movies, whose columns count w. */
static int prepare(filling *f)
{
    rs_ease_system *s = f->s;
    f->m = s->by_users ? *s->ratings : rs_matrix_turned(s->ratings);
    f->own = s->by_users ? s->user : s->ridge;
    f->is_inverted = s->by_users;
    f->weight = rs_array(s->runtime, f->m.movies, sizeof *f->weight);
    f->place = rs_array(s->runtime, f->m.users, sizeof *f->place);
    if (f->weight == NULL || f->place == NULL) return 0;
    for (size_t c = 0; c < f->m.movies; c++)
        f->weight[c] = !s->by_users ? s->user[c] : s->ridge[c] > 0 ? 1 / s->ridge[c] : 0;
    for (size_t r = 0; r < f->m.users; r++)
        f->place[r] = s->by_users ? (uint32_t)r : s->place[r];
    return 1;
}

/* Rows rise in each column, as they do here. */
static void fill_columns(filling *f, uint64_t *next)
{
    const rs_matrix *m = &f->m;
    columns *c = &f->columns;
    for (size_t i = 0; i <= m->movies; i++) c->ptr[i] = 0;
    for (size_t r = 0; r < m->users; r++)
        for (uint64_t at = m->user_ptr[r]; at < m->user_ptr[r + 1]; at++)
            c->ptr[m->user_movie[at] + 1] += f->place[r] != UINT32_MAX;
    for (size_t i = 0; i < m->movies; i++) c->ptr[i + 1] += c->ptr[i];
    for (size_t i = 0; i < m->movies; i++) next[i] = c->ptr[i];
    for (size_t r = 0; r < m->users; r++)
        for (uint64_t at = m->user_ptr[r]; at < m->user_ptr[r + 1]; at++) {
            size_t column = m->user_movie[at];
            if (f->place[r] == UINT32_MAX) continue;
            c->cell[next[column]++] =
                (cell){f->place[r], rs_ease_rating(f->s, rs_user_rating(m, at))};
            c->end[at] = (uint32_t)(next[column] - c->ptr[column]);
        }
}

static int make_columns(filling *f)
{
    recsys_runtime *r = f->s->runtime;
    columns *c = &f->columns;
    size_t count = (size_t)f->m.count;
    uint64_t *next = rs_array(r, f->m.movies, sizeof *next);
    c->ptr = rs_array(r, f->m.movies + 1, sizeof *c->ptr);
    c->cell = rs_array(r, count, sizeof *c->cell);
    c->end = rs_array(r, count, sizeof *c->end);
    int made = next != NULL && c->ptr != NULL && c->cell != NULL && c->end != NULL;
    if (made) fill_columns(f, next);
    rs_free(r, next);
    return made;
}

/* ---- rows ------------------------------------------------------------------------ */

/* Row r up to the diagonal: sums over the columns in their order. */
static void sum_row(const filling *f, size_t r, double *row)
{
    const rs_matrix *m = &f->m;
    const columns *c = &f->columns;
    size_t place = f->place[r];
    for (size_t i = 0; i <= place; i++) row[i] = 0;
    for (uint64_t at = m->user_ptr[r], last = m->user_ptr[r + 1]; at < last; at++) {
        uint32_t column = m->user_movie[at];
        const cell *from = c->cell + c->ptr[column], *to = from + c->end[at];
        if (at + AHEAD < last) __builtin_prefetch(c->cell + c->ptr[m->user_movie[at + AHEAD]]);
        double x = f->weight[column] * (double)to[-1].value;
        if (x == 0) continue;
        /* Places differ, so that four may be read before the first is written. */
        for (; to - from >= 4; from += 4) {
            double first = row[from[0].place] + x * (double)from[0].value;
            double second = row[from[1].place] + x * (double)from[1].value;
            double third = row[from[2].place] + x * (double)from[2].value;
            double fourth = row[from[3].place] + x * (double)from[3].value;
            row[from[0].place] = first;
            row[from[1].place] = second;
            row[from[2].place] = third;
            row[from[3].place] = fourth;
        }
        for (; from < to; from++) row[from->place] += x * (double)from->value;
    }
    row[place] += f->is_inverted ? 1 / f->own[r] : f->own[r];
}

static void fill_row(const filling *f, size_t r, double *row)
{
    size_t place = f->place[r];
    if (place == UINT32_MAX) return;
    size_t at = place * f->s->rows;
    sum_row(f, r, row);
    for (size_t i = 0; i <= place; i++)
        if (f->s->wide != NULL)
            f->s->wide[at + i] = row[i];
        else
            f->s->inverse[at + i] = (float)row[i];
}

static recsys_status fill_rows(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    const filling *f = shared;
    for (size_t r = task * ROWS; r < f->m.users && r < (task + 1) * ROWS; r++)
        fill_row(f, r, f->row + thread * f->s->rows);
    return RECSYS_OK;
}

/* ---- the whole ------------------------------------------------------------------- */

static int make_matrix(rs_ease_system *s)
{
    size_t cells;
    if (!rs_mul(s->rows, s->rows, &cells)) return 0;
    if (s->is_double)
        s->wide = rs_array(s->runtime, cells, sizeof *s->wide);
    else
        s->inverse = rs_array(s->runtime, cells, sizeof *s->inverse);
    return s->wide != NULL || s->inverse != NULL;
}

static int make_row(filling *f, size_t tasks)
{
    size_t room;
    if (!rs_mul(rs_parallel_threads(f->s->runtime, tasks), f->s->rows, &room)) return 0;
    f->row = rs_array(f->s->runtime, room, sizeof *f->row);
    return f->row != NULL;
}

static void release(filling *f)
{
    recsys_runtime *r = f->s->runtime;
    rs_free(r, f->weight);
    rs_free(r, f->place);
    rs_free(r, f->columns.ptr);
    rs_free(r, f->columns.cell);
    rs_free(r, f->columns.end);
    rs_free(r, f->row);
}

recsys_status rs_ease_fill(rs_ease_system *s, const recsys_progress *progress,
                           recsys_error *err)
{
    recsys_status status;
    filling f = {.s = s};
    size_t rows = s->by_users ? s->ratings->users : s->ratings->movies;
    size_t tasks = (rows + ROWS - 1) / ROWS;
    if (make_matrix(s) && prepare(&f) && make_columns(&f) && make_row(&f, tasks))
        status = rs_parallel(s->runtime, tasks, fill_rows, &f, "ease", progress, err);
    else
        status = rs_fail_memory(err, "ease");
    release(&f);
    return status;
}
