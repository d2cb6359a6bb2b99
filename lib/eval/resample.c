#include "eval/resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "eval/normal.h"

enum { REPLICATES_PER_TASK = 32 };

static const uint64_t STEP = UINT64_C(0x9e3779b97f4a7c15); /* of splitmix64 */

/* Where the stream of one replicate begins. */
static uint64_t stream_of(uint64_t seed, size_t replicate)
{
    return rs_mix64(seed + STEP) ^ rs_mix64((uint64_t)replicate * STEP + 1);
}

/* Below n; a number is likelier than another one by less than n / 2^32 of its chance. */
static size_t below(uint64_t random, size_t n)
{
    uint64_t high = (random >> 32) * (uint64_t)n, low = (random & UINT32_MAX) * (uint64_t)n;
    return (size_t)((high + (low >> 32)) >> 32);
}

/* ---- the bootstrap --------------------------------------------------------------- */

/* A table of what is summed: the values, NaN as 0, and behind them, where there are any NaN,
 * 1 for each value that is there. */
typedef struct drawing {
    const rs_bootstrap *bootstrap;
    recsys_runtime *runtime;
    size_t users, columns, width; /* width: of a row, columns or twice as many */
    double *row;                  /* [users][width] */
    double *sum;                  /* [replicates][width] */
} drawing;

static int has_gaps(const double *values, size_t cells)
{
    for (size_t i = 0; i < cells; i++)
        if (isnan(values[i])) return 1;
    return 0;
}

static void fill_rows(drawing *d, const double *values)
{
    for (size_t user = 0; user < d->users; user++) {
        double *row = d->row + user * d->width;
        for (size_t c = 0; c < d->columns; c++) {
            double value = values[user * d->columns + c];
            row[c] = isnan(value) ? 0 : value;
            if (d->width > d->columns) row[d->columns + c] = !isnan(value);
        }
    }
}

static void add_rows(const drawing *d, size_t replicate)
{
    double *restrict sum = d->sum + replicate * d->width;
    uint64_t state = stream_of(d->bootstrap->seed, replicate);
    memset(sum, 0, d->width * sizeof *sum);
    for (size_t i = 0; i < d->users; i++) {
        state += STEP;
        const double *restrict row = d->row + below(rs_mix64(state), d->users) * d->width;
        for (size_t c = 0; c < d->width; c++) sum[c] += row[c];
    }
}

static recsys_status draw(void *shared, size_t task, size_t thread, recsys_error *err)
{
    const drawing *d = shared;
    size_t first = task * REPLICATES_PER_TASK, end = first + REPLICATES_PER_TASK;
    (void)thread;
    (void)err;
    if (end > d->bootstrap->replicates) end = d->bootstrap->replicates;
    for (size_t b = first; b < end; b++) add_rows(d, b);
    return RECSYS_OK;
}

/* ---- intervals ------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* As numpy.percentile interpolates. */
static double quantile(const double *sorted, size_t count, double share)
{
    double at = share * (double)(count - 1);
    size_t i = (size_t)at;
    if (i + 1 >= count) return sorted[count - 1];
    return sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]);
}

/* Share of the replicates below the mean, those level with it by half. */
static double share_below(const double *sorted, size_t count, double mean)
{
    size_t less = 0, level = 0;
    for (size_t i = 0; i < count; i++) {
        less += sorted[i] < mean;
        level += sorted[i] == mean;
    }
    return ((double)less + (double)level / 2) / (double)count;
}

void rs_bootstrap_interval(double *low, double *high, const double *replicates, size_t count,
                           double mean, double acceleration, const rs_bootstrap *bootstrap)
{
    double tail = (1 - bootstrap->confidence) / 2, share[2] = {tail, 1 - tail};
    double z0 = rs_normal_quantile(share_below(replicates, count, mean));
    for (int i = 0; i < 2 && bootstrap->bca && isfinite(z0) && isfinite(acceleration); i++) {
        double z = z0 + rs_normal_quantile(share[i]);
        share[i] = rs_normal_below(z0 + z / (1 - acceleration * z));
    }
    *low = quantile(replicates, count, share[0]);
    *high = quantile(replicates, count, share[1]);
}

/* Mean of one column, and the acceleration; returns how many values there are. */
static size_t describe(const drawing *d, size_t column, double *mean, double *acceleration)
{
    double sum = 0, squares = 0, cubes = 0;
    size_t count = 0;
    int gaps = d->width > d->columns;
    for (size_t user = 0; user < d->users; user++) {
        const double *row = d->row + user * d->width;
        if (gaps && row[d->columns + column] == 0) continue;
        sum += row[column];
        count++;
    }
    *mean = sum / (double)count;
    for (size_t user = 0; user < d->users; user++) {
        const double *row = d->row + user * d->width;
        if (gaps && row[d->columns + column] == 0) continue;
        double gap = row[column] - *mean;
        squares += gap * gap;
        cubes += gap * gap * gap;
    }
    *acceleration = cubes / (6 * squares * sqrt(squares)); /* NaN if all are equal */
    return count;
}

static void conclude(const drawing *d, size_t column, double *means, double *low, double *high)
{
    double mean, acceleration;
    size_t kept = 0, users = describe(d, column, &mean, &acceleration);
    *low = *high = (double)NAN;
    for (size_t b = 0; b < d->bootstrap->replicates && users > 0; b++) {
        const double *sum = d->sum + b * d->width;
        double count = d->width > d->columns ? sum[d->columns + column] : (double)d->users;
        if (count > 0) means[kept++] = sum[column] / count;
    }
    if (kept == 0) return;
    qsort(means, kept, sizeof *means, compare);
    rs_bootstrap_interval(low, high, means, kept, mean, acceleration, d->bootstrap);
}

recsys_status rs_bootstrap_means(double *low, double *high, recsys_runtime *runtime,
                                 const double *values, size_t users, size_t columns,
                                 const rs_bootstrap *bootstrap, recsys_error *err)
{
    drawing d = {.bootstrap = bootstrap, .runtime = runtime, .users = users};
    size_t cells, sums = 0, replicates = bootstrap->replicates;
    recsys_status status = RECSYS_OK;
    double *means = NULL;
    d.columns = columns;
    int fits = rs_mul(users, columns, &cells);
    d.width = fits && has_gaps(values, cells) ? 2 * columns : columns;
    fits = fits && rs_mul(users, d.width, &cells) && rs_mul(replicates, d.width, &sums);
    if (fits) {
        d.row = rs_array(runtime, cells, sizeof *d.row);
        d.sum = rs_array(runtime, sums, sizeof *d.sum);
        means = rs_array(runtime, replicates, sizeof *means);
    }
    if (d.row == NULL || d.sum == NULL || means == NULL) {
        status = rs_fail_memory(err, "the bootstrap");
        goto out;
    }
    fill_rows(&d, values);
    RS_TRY(rs_parallel(runtime, (replicates + REPLICATES_PER_TASK - 1) / REPLICATES_PER_TASK,
                       draw, &d, "bootstrap", NULL, err));
    for (size_t c = 0; c < columns; c++) conclude(&d, c, means, &low[c], &high[c]);
out:
    rs_free(runtime, d.row);
    rs_free(runtime, d.sum);
    rs_free(runtime, means);
    return status;
}

/* ---- the randomisation test ------------------------------------------------------ */

typedef struct flipping {
    const double *difference;
    size_t count, replicates;
    uint64_t seed;
    double least;    /* |sum| that counts as at least as large */
    uint64_t *above; /* [tasks] replicates that reached it */
} flipping;

static double flipped_sum(const flipping *f, size_t replicate)
{
    uint64_t state = stream_of(f->seed, replicate), signs = 0;
    double sum = 0;
    for (size_t i = 0; i < f->count; i++) {
        if (i % 64 == 0) signs = rs_mix64(state += STEP);
        sum += signs >> (i % 64) & 1 ? f->difference[i] : -f->difference[i];
    }
    return sum;
}

static recsys_status flip(void *shared, size_t task, size_t thread, recsys_error *err)
{
    const flipping *f = shared;
    size_t first = task * REPLICATES_PER_TASK, end = first + REPLICATES_PER_TASK;
    (void)thread;
    (void)err;
    if (end > f->replicates) end = f->replicates;
    for (size_t b = first; b < end; b++) f->above[task] += fabs(flipped_sum(f, b)) >= f->least;
    return RECSYS_OK;
}

static double all_signs(const flipping *f)
{
    uint64_t above = 0, vectors = UINT64_C(1) << f->count;
    for (uint64_t signs = 0; signs < vectors; signs++) {
        double sum = 0;
        for (size_t i = 0; i < f->count; i++)
            sum += signs >> i & 1 ? f->difference[i] : -f->difference[i];
        above += fabs(sum) >= f->least;
    }
    return (double)above / (double)vectors;
}

recsys_status rs_randomisation_test(double *p, recsys_runtime *runtime,
                                    const double *differences, size_t count, size_t replicates,
                                    uint64_t seed, recsys_error *err)
{
    flipping f = {differences, count, replicates, seed, 0, NULL};
    size_t tasks = (replicates + REPLICATES_PER_TASK - 1) / REPLICATES_PER_TASK;
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += differences[i];
    f.least = fabs(sum) * (1 - 1e-12); /* the order of adding up must not decide */
    if (count < 40 && UINT64_C(1) << count <= replicates) {
        *p = all_signs(&f);
        return RECSYS_OK;
    }
    f.above = rs_array_zero(runtime, tasks, sizeof *f.above);
    if (f.above == NULL) return rs_fail_memory(err, "the randomisation test");
    recsys_status status =
        rs_parallel(runtime, tasks, flip, &f, "randomisation test", NULL, err);
    uint64_t above = 1;
    for (size_t task = 0; task < tasks; task++) above += f.above[task];
    *p = (double)above / (double)(replicates + 1);
    rs_free(runtime, f.above);
    return status;
}
