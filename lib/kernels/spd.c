/* Tiled Cholesky, triangular inverse and product, as PLASMA has them (Buttari et al. 2009;
 * Agullo et al. 2011): dpotrf, dtrtri, dlauum. */
#include "kernels/spd.h"

#include "base/error.h"
#include "base/parallel.h"
#include "kernels/blas.h"

enum { TILE = 256 };

typedef struct tiles {
    const rs_blas *blas;
    float *a;
    size_t n, count; /* count: tiles on a side */
    size_t k;        /* the step at hand */
    int failed;
} tiles;

static int order_of(const tiles *t, size_t i)
{
    size_t left = t->n - i * TILE;
    return (int)(left < TILE ? left : TILE);
}

static float *tile(const tiles *t, size_t i, size_t j)
{
    return t->a + i * TILE * t->n + j * TILE;
}

static int stride(const tiles *t)
{
    return (int)t->n;
}

/* The pair (i, j), j <= i, of a number. */
static void pair_of(size_t number, size_t *i, size_t *j)
{
    size_t row = 0;
    while ((row + 1) * (row + 2) / 2 <= number) row++;
    *i = row;
    *j = number - row * (row + 1) / 2;
}

/* c += alpha * op(a) op(b); of a tile on the diagonal only the lower half. */
static void add_product(const tiles *t, float alpha, int ta, const float *a, int tb,
                        const float *b, float *c, size_t i, size_t j, int inner)
{
    int n = stride(t);
    if (i == j)
        t->blas->ssyrk(RS_ROW_MAJOR, RS_LOWER, ta, order_of(t, i), inner, alpha, a, n, 1, c, n);
    else
        t->blas->sgemm(RS_ROW_MAJOR, ta, tb, order_of(t, i), order_of(t, j), inner, alpha, a, n,
                       b, n, 1, c, n);
}

/* ---- Cholesky -------------------------------------------------------------------- */

static recsys_status panel(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const tiles *t = shared;
    size_t i = t->k + 1 + task;
    t->blas->strsm(RS_ROW_MAJOR, RS_RIGHT, RS_LOWER, RS_TURNED, RS_NON_UNIT, order_of(t, i),
                   order_of(t, t->k), 1, tile(t, t->k, t->k), stride(t), tile(t, i, t->k),
                   stride(t));
    return RECSYS_OK;
}

static recsys_status trail(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const tiles *t = shared;
    size_t i, j;
    pair_of(task, &i, &j);
    i += t->k + 1;
    j += t->k + 1;
    add_product(t, -1, RS_PLAIN, tile(t, i, t->k), RS_TURNED, tile(t, j, t->k), tile(t, i, j),
                i, j, order_of(t, t->k));
    return RECSYS_OK;
}

/* ---- inverse of the factor ------------------------------------------------------- */

static recsys_status below(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const tiles *t = shared;
    size_t i = t->k + 1 + task;
    int n = stride(t);
    t->blas->strsm(RS_ROW_MAJOR, RS_RIGHT, RS_LOWER, RS_PLAIN, RS_NON_UNIT, order_of(t, i),
                   order_of(t, t->k), -1, tile(t, t->k, t->k), n, tile(t, i, t->k), n);
    for (size_t j = 0; j < t->k; j++)
        t->blas->sgemm(RS_ROW_MAJOR, RS_PLAIN, RS_PLAIN, order_of(t, i), order_of(t, j),
                       order_of(t, t->k), 1, tile(t, i, t->k), n, tile(t, t->k, j), n, 1,
                       tile(t, i, j), n);
    return RECSYS_OK;
}

static recsys_status beside(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const tiles *t = shared;
    t->blas->strsm(RS_ROW_MAJOR, RS_LEFT, RS_LOWER, RS_PLAIN, RS_NON_UNIT, order_of(t, t->k),
                   order_of(t, task), 1, tile(t, t->k, t->k), stride(t), tile(t, t->k, task),
                   stride(t));
    return RECSYS_OK;
}

/* ---- the factor's inverse turned, times itself ----------------------------------- */

static recsys_status above(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const tiles *t = shared;
    size_t i, j;
    pair_of(task, &i, &j);
    add_product(t, 1, RS_TURNED, tile(t, t->k, i), RS_PLAIN, tile(t, t->k, j), tile(t, i, j), i,
                j, order_of(t, t->k));
    return RECSYS_OK;
}

static recsys_status scale(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const tiles *t = shared;
    t->blas->strmm(RS_ROW_MAJOR, RS_LEFT, RS_LOWER, RS_TURNED, RS_NON_UNIT, order_of(t, t->k),
                   order_of(t, task), 1, tile(t, t->k, t->k), stride(t), tile(t, t->k, task),
                   stride(t));
    return RECSYS_OK;
}

/* ---- the whole ------------------------------------------------------------------- */

typedef enum stage { FACTOR, INVERT, MULTIPLY, STAGES } stage;

static void at_diagonal(tiles *t, stage s)
{
    int order = order_of(t, t->k), n = stride(t), info = 0;
    float *a = tile(t, t->k, t->k);
    if (s == FACTOR) t->blas->spotrf("U", &order, a, &n, &info);
    if (s == INVERT) t->blas->strtri("U", "N", &order, a, &n, &info);
    if (s == MULTIPLY) t->blas->slauum("U", &order, a, &n, &info);
    t->failed |= info != 0;
}

static recsys_status step(tiles *t, stage s, recsys_runtime *runtime, recsys_error *err)
{
    size_t k = t->k, under = t->count - k - 1;
    recsys_status status = RECSYS_OK;
    if (s == FACTOR) {
        at_diagonal(t, s);
        if (t->failed) return RECSYS_OK;
        RS_TRY(rs_parallel(runtime, under, panel, t, "ease", NULL, err));
        RS_TRY(rs_parallel(runtime, under * (under + 1) / 2, trail, t, "ease", NULL, err));
    } else if (s == INVERT) {
        RS_TRY(rs_parallel(runtime, under, below, t, "ease", NULL, err));
        RS_TRY(rs_parallel(runtime, k, beside, t, "ease", NULL, err));
        at_diagonal(t, s);
    } else {
        RS_TRY(rs_parallel(runtime, k * (k + 1) / 2, above, t, "ease", NULL, err));
        RS_TRY(rs_parallel(runtime, k, scale, t, "ease", NULL, err));
        at_diagonal(t, s);
    }
out:
    return status;
}

static recsys_status invert(tiles *t, recsys_runtime *runtime, const recsys_progress *progress,
                            recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    for (size_t s = 0; s < STAGES && status == RECSYS_OK; s++)
        for (t->k = 0; t->k < t->count && status == RECSYS_OK; t->k++) {
            status = step(t, (stage)s, runtime, err);
            if (status == RECSYS_OK && t->failed)
                return rs_fail(err, RECSYS_E_INVALID,
                               "a matrix of %zu rows is not positive definite", t->n);
            if (status == RECSYS_OK)
                status = rs_progress(progress, "ease", s * t->count + t->k + 1,
                                     STAGES * t->count, err);
        }
    return status;
}

recsys_status rs_spd_inverse(float *a, size_t n, recsys_runtime *runtime,
                             const recsys_progress *progress, recsys_error *err)
{
    tiles t = {.a = a, .n = n, .count = (n + TILE - 1) / TILE};
    if (n > INT32_MAX)
        return rs_fail(err, RECSYS_E_UNSUPPORTED, "a matrix of more than 2^31 - 1 rows");
    recsys_status status = rs_blas_open(&t.blas, err);
    if (status != RECSYS_OK) return status;
    int threads = t.blas->get_threads();
    t.blas->set_threads(1);
    status = invert(&t, runtime, progress, err);
    t.blas->set_threads(threads);
    return status;
}
