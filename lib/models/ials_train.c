#include "models/ials_train.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "models/ials.h"

enum { ROWS = 16, BLOCK = 256, ALIGNED = 64, PARTS = 1000 };

/* ---- rows ------------------------------------------------------------------------ */

static int make_rows(rs_ials_training *t, rs_ials_rows *rows, size_t count)
{
    size_t bytes;
    if (!rs_mul(count, t->width * sizeof(float), &bytes) || !rs_add(bytes, ALIGNED, &bytes))
        return 0;
    rows->memory = rs_array_zero(t->runtime, bytes, 1);
    if (rows->memory == NULL) return 0;
    uintptr_t at = ((uintptr_t)rows->memory + ALIGNED - 1) & ~(uintptr_t)(ALIGNED - 1);
    rows->row = (float *)at;
    rows->count = count;
    return 1;
}

/* Nearly normal, of mean 0 and variance 1, without a logarithm: twelve uniform numbers of 16
 * bits added up, which is exact. */
static double deviate(uint64_t key)
{
    int64_t sum = 0;
    for (uint64_t word = 0; word < 3; word++)
        for (uint64_t bits = rs_mix64(key + word), k = 0; k < 4; k++, bits >>= 16)
            sum += (int64_t)(bits & 0xffff);
    return ((double)sum - 12 * 32767.5) / 65536;
}

static void draw_movies(rs_ials_training *t)
{
    double scale = 0.1 / sqrt((double)t->head.factors);
    for (size_t i = 0; i < t->movies.count; i++) {
        float *row = t->movies.row + i * t->width;
        uint64_t key = rs_mix64(rs_mix64(t->seed) + i);
        if (t->ratings->movie_ptr[i + 1] == t->ratings->movie_ptr[i]) continue;
        for (size_t k = 0; k < t->head.factors; k++)
            row[k] = (float)(scale * deviate(key + 3 * k));
    }
}

recsys_status rs_ials_begin(rs_ials_training *t, recsys_error *err)
{
    size_t step = RS_FACTOR_STEP;
    t->width = ((size_t)t->head.factors + step - 1) / step * step;
    t->kernel = rs_factor_kernel_named(t->runtime->isa);
    if (!make_rows(t, &t->users, t->ratings->users) ||
        !make_rows(t, &t->movies, t->ratings->movies) || !make_rows(t, &t->square, t->width))
        return rs_fail_memory(err, "ials");
    draw_movies(t);
    return RECSYS_OK;
}

void rs_ials_free(rs_ials_training *t)
{
    rs_free(t->runtime, t->users.memory);
    rs_free(t->runtime, t->movies.memory);
    rs_free(t->runtime, t->square.memory);
    t->users = t->movies = t->square = (rs_ials_rows){0};
}

/* ---- progress -------------------------------------------------------------------- */

/* A part of the whole, in thousandths. */
typedef struct half {
    const recsys_progress *whole;
    uint64_t done, halves;
} half;

static int tell(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    const half *h = user_data;
    uint64_t part = total > 0 ? done * PARTS / total : 0;
    return h->whole->call(h->whole->user_data, stage, h->done * PARTS + part,
                          h->halves * PARTS);
}

/* ---- V'V ------------------------------------------------------------------------- */

typedef struct squaring {
    const rs_ials_training *t;
    const rs_ials_rows *of;
    float scale;
    double *sum; /* [threads][ROWS][width] */
} squaring;

/* Rows of V'V from the diagonal on, in floats over a block of rows, then in doubles. */
static void square_rows(const squaring *s, size_t first, double *sum)
{
    size_t width = s->t->width;
    float part[4 * RS_FACTOR_STEP];
    memset(sum, 0, ROWS * width * sizeof *sum);
    for (size_t from = 0; from < s->of->count; from += BLOCK) {
        size_t rows = s->of->count - from < BLOCK ? s->of->count - from : BLOCK;
        for (size_t r = 0; r < ROWS; r += 4)
            for (size_t c = first; c < width; c += RS_FACTOR_STEP) {
                s->t->kernel->square(s->of->row + from * width, rows, width, first + r, c,
                                     part);
                for (size_t k = 0; k < 4 * RS_FACTOR_STEP; k++)
                    sum[(r + k / RS_FACTOR_STEP) * width + c + k % RS_FACTOR_STEP] +=
                        (double)part[k];
            }
    }
}

static recsys_status square_task(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    const squaring *s = shared;
    size_t width = s->t->width, first = task * ROWS;
    double *sum = s->sum + thread * ROWS * width;
    square_rows(s, first, sum);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t c = first; c < width; c++) {
            float cell = s->scale * (float)sum[r * width + c];
            s->t->square.row[(first + r) * width + c] = cell;
            s->t->square.row[c * width + first + r] = cell;
        }
    return RECSYS_OK;
}

/* t->square = scale * V'V. */
static recsys_status square(rs_ials_training *t, const rs_ials_rows *of, double scale,
                            recsys_error *err)
{
    size_t tasks = t->width / ROWS, threads = rs_parallel_threads(t->runtime, tasks);
    squaring s = {t, of, (float)scale, NULL};
    s.sum = rs_array(t->runtime, threads * ROWS * t->width, sizeof *s.sum);
    if (s.sum == NULL) return rs_fail_memory(err, "ials");
    recsys_status status = rs_parallel(t->runtime, tasks, square_task, &s, "ials", NULL, err);
    rs_free(t->runtime, s.sum);
    return status;
}

/* ---- solving --------------------------------------------------------------------- */

typedef struct solving {
    const rs_ials_training *t;
    rs_matrix m;      /* those solved for are its users, the others its movies */
    const float *of;  /* factors of the others */
    float *own;       /* of those solved for */
    uint64_t others;  /* with ratings */
    size_t longest;   /* row */
    float **scratch;  /* [threads][longest + 3 * width] */
    double *residual; /* for the loss: [users], else NULL */
} solving;

/* y of a row's ratings. */
static size_t fill_targets(const solving *s, size_t row, float *target)
{
    uint64_t from = s->m.user_ptr[row];
    size_t count = (size_t)(s->m.user_ptr[row + 1] - from);
    double top = rs_ials_top(s->t->ratings);
    for (size_t i = 0; i < count; i++)
        target[i] = (float)((double)rs_user_rating(&s->m, from + i) / top);
    return count;
}

static void solve_row(const solving *s, size_t row, float *scratch)
{
    const rs_factor_kernel *kernel = s->t->kernel;
    const float *square = s->t->square.row;
    size_t width = s->t->width, count = fill_targets(s, row, scratch + 3 * width);
    const uint32_t *index = s->m.user_movie + s->m.user_ptr[row];
    float *x = s->own + row * width, *left = scratch, *p = left + width, *ap = p + width;
    if (count == 0) return;
    float ridge = (float)rs_ials_ridge(&s->t->head, count, s->others);
    memset(left, 0, width * sizeof *left);
    kernel->multiply(square, width, x, left);
    for (size_t k = 0; k < width; k++) left[k] = -(left[k] + ridge * x[k]);
    kernel->project(s->of, index, scratch + 3 * width, count, width, x, left);
    memcpy(p, left, width * sizeof *p);
    float size = kernel->dot(left, left, width);
    for (size_t step = 0; step < s->t->steps && size > 1e-20F; step++) {
        for (size_t k = 0; k < width; k++) ap[k] = ridge * p[k];
        kernel->multiply(square, width, p, ap);
        kernel->project(s->of, index, NULL, count, width, p, ap);
        float curve = kernel->dot(p, ap, width);
        if (!(curve > 0)) break;
        float by = size / curve, before = size;
        for (size_t k = 0; k < width; k++) x[k] += by * p[k];
        for (size_t k = 0; k < width; k++) left[k] -= by * ap[k];
        size = kernel->dot(left, left, width);
        for (size_t k = 0; k < width; k++) p[k] = left[k] + size / before * p[k];
    }
}

/* The sum of (y - x'v)^2 of a row. */
static double residual_of(const solving *s, size_t row, float *target)
{
    size_t width = s->t->width, count = fill_targets(s, row, target);
    const uint32_t *index = s->m.user_movie + s->m.user_ptr[row];
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        float left = target[i] -
                     s->t->kernel->dot(s->own + row * width, s->of + index[i] * width, width);
        sum += (double)left * (double)left;
    }
    return sum;
}

static recsys_status solve_task(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    const solving *s = shared;
    size_t to = (task + 1) * ROWS < s->m.users ? (task + 1) * ROWS : s->m.users;
    for (size_t row = task * ROWS; row < to; row++)
        if (s->residual != NULL)
            s->residual[row] = residual_of(s, row, s->scratch[thread]);
        else
            solve_row(s, row, s->scratch[thread]);
    return RECSYS_OK;
}

static recsys_status solve(solving *s, const recsys_progress *progress, recsys_error *err)
{
    recsys_runtime *r = s->t->runtime;
    size_t tasks = (s->m.users + ROWS - 1) / ROWS, threads = rs_parallel_threads(r, tasks),
           room;
    recsys_status status = RECSYS_OK;
    for (size_t i = 0; i < s->m.users; i++) {
        size_t count = (size_t)(s->m.user_ptr[i + 1] - s->m.user_ptr[i]);
        if (count > s->longest) s->longest = count;
    }
    s->scratch = rs_array_zero(r, threads, sizeof *s->scratch);
    int made = s->scratch != NULL && rs_add(s->longest, 3 * s->t->width, &room);
    for (size_t t = 0; made && t < threads; t++) {
        s->scratch[t] = rs_array(r, room, sizeof **s->scratch);
        made = s->scratch[t] != NULL;
    }
    if (made)
        status = rs_parallel(r, tasks, solve_task, s, "ials", progress, err);
    else
        status = rs_fail_memory(err, "ials");
    for (size_t t = 0; s->scratch != NULL && t < threads; t++) rs_free(r, s->scratch[t]);
    rs_free(r, s->scratch);
    return status;
}

static solving of_users(const rs_ials_training *t)
{
    return (solving){.t = t,
                     .m = *t->ratings,
                     .of = t->movies.row,
                     .own = t->users.row,
                     .others = t->head.movies};
}

static recsys_status solve_half(rs_ials_training *t, int movies,
                                const recsys_progress *progress, recsys_error *err)
{
    solving s = of_users(t);
    if (movies) {
        s.m = rs_matrix_turned(t->ratings);
        s.of = t->users.row;
        s.own = t->movies.row;
        s.others = t->head.users;
    }
    recsys_status status = square(t, movies ? &t->users : &t->movies, t->head.unobserved, err);
    return status != RECSYS_OK ? status : solve(&s, progress, err);
}

recsys_status rs_ials_iterate(rs_ials_training *t, const recsys_progress *progress,
                              recsys_error *err)
{
    half h = {progress, 0, 2 * t->head.iterations};
    const recsys_progress part = {.call = tell, .user_data = &h};
    int tells = progress != NULL && progress->call != NULL;
    for (; h.done < h.halves; h.done++) {
        recsys_status status = solve_half(t, h.done % 2 == 1, tells ? &part : NULL, err);
        if (status != RECSYS_OK) return status;
    }
    return RECSYS_OK;
}

/* ---- loss ------------------------------------------------------------------------ */

/* Sum of ridge |x|^2. */
static double sizes_of(const rs_ials_training *t, const rs_ials_rows *rows, const uint64_t *ptr,
                       uint64_t others)
{
    double sum = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const float *x = rows->row + i * t->width;
        if (ptr[i + 1] == ptr[i]) continue;
        sum += rs_ials_ridge(&t->head, ptr[i + 1] - ptr[i], others) *
               (double)t->kernel->dot(x, x, t->width);
    }
    return sum;
}

recsys_status rs_ials_loss(rs_ials_training *t, double *loss, recsys_error *err)
{
    recsys_status status;
    const rs_matrix *m = t->ratings;
    size_t cells = t->width * t->width;
    solving s = of_users(t);
    float *users = NULL;
    s.residual = rs_array(t->runtime, m->users, sizeof *s.residual);
    if (s.residual == NULL) return rs_fail_memory(err, "ials");
    RS_TRY(solve(&s, NULL, err));
    RS_TRY(square(t, &t->users, 1, err));
    users = rs_array_copy(t->runtime, t->square.row, cells, sizeof *users);
    if (users == NULL) RS_TRY(rs_fail_memory(err, "ials"));
    RS_TRY(square(t, &t->movies, 1, err));
    double sum = 0, all = 0;
    for (size_t u = 0; u < m->users; u++) sum += s.residual[u];
    for (size_t i = 0; i < cells; i++) all += (double)users[i] * (double)t->square.row[i];
    sum += t->head.unobserved * all;
    sum += sizes_of(t, &t->users, m->user_ptr, t->head.movies);
    sum += sizes_of(t, &t->movies, m->movie_ptr, t->head.users);
    *loss = sum;
out:
    rs_free(t->runtime, s.residual);
    rs_free(t->runtime, users);
    return status;
}
