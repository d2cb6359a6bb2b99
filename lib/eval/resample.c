#include "eval/resample.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "base/parallel.h"
#include "eval/draws.h"

/* Users go in blocks whose values stay in the cache while many resamples draw from them, a
 * random byte a draw. First is drawn how many users of each block a resample has: halves of
 * halves of the users, by binomials. */
enum {
    ROWS = 256, /* users of a block */
    WIDTH = 4,  /* columns that are added at once */
    TILE = 64,  /* resamples of a task */
    DRAWN = 504 /* users drawn before they are added */
};

typedef struct block {
    double row[ROWS][WIDTH];
} block;

typedef struct tile {
    uint64_t *draws; /* [blocks][TILE] */
    double *sums;    /* [TILE][groups][WIDTH] */
    rs_keyed *keyed; /* [2][resamples] */
} tile;

typedef struct resampler {
    recsys_runtime *runtime;
    const rs_columns *columns;
    size_t resamples;
    uint64_t seed;
    rs_replicates *made;
    size_t sums; /* a sum for each column, then a count for each that is not always defined */
    size_t *counted; /* [columns] which sum counts its users; SIZE_MAX: all count */
    double *origin;  /* [columns] smallest value; what is added are differences from it, so
                      * that equal values make equal means, to the last bit */
    size_t blocks, groups;
    block *packed; /* [blocks][groups] */
    tile *tile;    /* [threads] */
    size_t tiles;
} resampler;

static double value_at(const rs_columns *columns, size_t user, size_t column)
{
    return columns->value[user * columns->columns + column];
}

/* ---- the data themselves ---------------------------------------------------------- */

static double mean_of(const rs_columns *columns, size_t column, double origin, size_t count)
{
    double sum = 0;
    for (size_t u = 0; u < columns->users; u++) {
        double value = value_at(columns, u, column);
        if (!isnan(value)) sum += value - origin;
    }
    return origin + sum / (double)count;
}

/* Of x - m in units of the largest, so that no power underflows. */
static double acceleration_of(const rs_columns *columns, size_t column, double mean)
{
    double largest = 0, squares = 0, cubes = 0;
    for (size_t u = 0; u < columns->users; u++)
        largest = fmax(largest, fabs(value_at(columns, u, column) - mean)); /* not NaN's */
    if (!(largest > 0)) return 0;
    for (size_t u = 0; u < columns->users; u++) {
        double x = (value_at(columns, u, column) - mean) / largest;
        if (isnan(x)) continue;
        squares += x * x;
        cubes += x * x * x;
    }
    return cubes / (6 * squares * sqrt(squares));
}

static void describe(resampler *r, size_t column)
{
    const rs_columns *columns = r->columns;
    double least = (double)INFINITY;
    size_t count = 0;
    for (size_t u = 0; u < columns->users; u++) {
        double value = value_at(columns, u, column);
        if (isnan(value)) continue;
        least = fmin(least, value);
        count++;
    }
    rs_distribution *of = &r->made->of[column];
    r->origin[column] = count > 0 ? least : 0;
    r->counted[column] = count < columns->users ? r->sums++ : SIZE_MAX;
    of->estimate = count > 0 ? mean_of(columns, column, least, count) : (double)NAN;
    of->acceleration = acceleration_of(columns, column, of->estimate);
}

/* ---- packing ---------------------------------------------------------------------- */

static void put(const resampler *r, size_t user, size_t sum, double value)
{
    block *to = &r->packed[user / ROWS * r->groups + sum / WIDTH];
    to->row[user % ROWS][sum % WIDTH] = value;
}

static void pack_user(const resampler *r, size_t user)
{
    for (size_t c = 0; c < r->columns->columns; c++) {
        double value = value_at(r->columns, user, c);
        put(r, user, c, isnan(value) ? 0 : value - r->origin[c]);
        if (r->counted[c] != SIZE_MAX) put(r, user, r->counted[c], !isnan(value));
    }
}

static recsys_status pack(resampler *r, recsys_error *err)
{
    size_t count;
    r->blocks = r->columns->users / ROWS + (r->columns->users % ROWS > 0);
    r->groups = r->sums / WIDTH + (r->sums % WIDTH > 0);
    if (rs_mul(r->blocks, r->groups, &count))
        r->packed = rs_array_zero(r->runtime, count, sizeof *r->packed);
    if (r->packed == NULL) return rs_fail_memory(err, "bootstrap");
    for (size_t u = 0; u < r->columns->users; u++) pack_user(r, u);
    return RECSYS_OK;
}

/* ---- drawing ---------------------------------------------------------------------- */

/* Share out draws among `rows` users from a block on. Only the last block is not full, so the
 * left part is the largest power of two. */
static void share_out(uint64_t *draws, rs_draws *words, uint64_t count, size_t rows)
{
    if (rows <= ROWS) {
        *draws = count;
        return;
    }
    size_t left = ROWS;
    while (left < rows - left) left *= 2;
    uint64_t of_left = rs_draw_binomial(words, count, left, rows);
    share_out(draws, words, of_left, left);
    share_out(draws + left / ROWS * TILE, words, count - of_left, rows - left);
}

/* Rows of a block, each as likely; up to 7 more may be written than asked for. */
static rs_draws draw_full(uint8_t *row, size_t count, rs_draws words)
{
    for (size_t i = 0; i < count; i += 8) {
        uint64_t word = rs_draw(&words);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        memcpy(row + i, &word, sizeof word);
    }
    return words;
}

/* The same for less than a full block: bytes that are no row are passed over. */
static rs_draws draw_part(uint8_t *row, size_t count, size_t rows, rs_draws words)
{
    size_t mask = ROWS - 1;
    while (mask / 2 >= rows) mask /= 2;
    for (size_t i = 0; i < count;) {
        uint64_t word = rs_draw(&words);
        for (size_t b = 0; b < 8; b++) {
            row[i] = (uint8_t)(word >> 8 * b & mask);
            i += row[i] < rows;
        }
    }
    return words;
}

/* Even and odd ones apart, as each addition waits for the one before it. */
static void add_rows(double *sums, const block *from, const uint8_t *row, size_t count)
{
    double even[WIDTH] = {0}, odd[WIDTH] = {0};
    size_t i = 0;
    for (; i + 1 < count; i += 2) {
        for (size_t c = 0; c < WIDTH; c++) even[c] += from->row[row[i]][c];
        for (size_t c = 0; c < WIDTH; c++) odd[c] += from->row[row[i + 1]][c];
    }
    if (i < count)
        for (size_t c = 0; c < WIDTH; c++) even[c] += from->row[row[i]][c];
    for (size_t c = 0; c < WIDTH; c++) sums[c] += even[c] + odd[c];
}

static void add_block(const resampler *r, double *sums, size_t number, uint64_t draws,
                      rs_draws words)
{
    uint8_t row[DRAWN + 8];
    size_t rows = r->columns->users - number * ROWS;
    for (uint64_t rest = draws; rest > 0;) {
        size_t count = rest < DRAWN ? (size_t)rest : DRAWN;
        words =
            rows >= ROWS ? draw_full(row, count, words) : draw_part(row, count, rows, words);
        for (size_t g = 0; g < r->groups; g++)
            add_rows(sums + g * WIDTH, &r->packed[number * r->groups + g], row, count);
        rest -= count;
    }
}

/* Words of a resample: those that share out come first, then 2^32 for each block. */
static rs_draws words_of(const resampler *r, size_t resample, size_t part)
{
    return rs_draws_at(r->seed, resample, (uint64_t)part << 32);
}

static double replicate(const resampler *r, const double *sums, size_t column)
{
    size_t counted = r->counted[column];
    double count = counted == SIZE_MAX ? (double)r->columns->users : sums[counted];
    return count > 0 ? r->origin[column] + sums[column] / count : (double)NAN;
}

static recsys_status resample_tile(void *shared, size_t task, size_t thread, recsys_error *err)
{
    const resampler *r = shared;
    const tile *t = &r->tile[thread];
    size_t from = task * TILE, wide = r->groups * WIDTH;
    size_t count = r->resamples - from < TILE ? r->resamples - from : TILE;
    (void)err;
    for (size_t i = 0; i < count && r->blocks > 0; i++) {
        rs_draws words = words_of(r, from + i, 0);
        share_out(t->draws + i, &words, r->columns->users, r->columns->users);
    }
    memset(t->sums, 0, TILE * wide * sizeof *t->sums);
    for (size_t b = 0; b < r->blocks; b++)
        for (size_t i = 0; i < count; i++)
            add_block(r, t->sums + i * wide, b, t->draws[b * TILE + i],
                      words_of(r, from + i, b + 1));
    for (size_t c = 0; c < r->columns->columns; c++)
        for (size_t i = 0; i < count; i++)
            r->made->sorted[c * r->resamples + from + i] = replicate(r, t->sums + i * wide, c);
    return RECSYS_OK;
}

/* ---- all of it --------------------------------------------------------------------- */

static recsys_status sort_column(void *shared, size_t task, size_t thread, recsys_error *err)
{
    const resampler *r = shared;
    rs_keyed *keyed = r->tile[thread].keyed;
    double *sorted = r->made->sorted + task * r->resamples;
    size_t count = 0;
    (void)err;
    for (size_t i = 0; i < r->resamples; i++)
        if (!isnan(sorted[i])) keyed[count++] = (rs_keyed){rs_falling(-sorted[i]), 0};
    rs_sort_keyed(keyed, keyed + r->resamples, count);
    for (size_t i = 0; i < count; i++) sorted[i] = 0 - rs_fallen(keyed[i].key);
    r->made->of[task].sorted = sorted;
    r->made->of[task].count = count;
    return RECSYS_OK;
}

static recsys_status make_room(resampler *r, recsys_error *err)
{
    size_t columns = r->columns->columns, all;
    if (!rs_mul(columns, r->resamples, &all)) return rs_fail_memory(err, "bootstrap");
    r->made->of = rs_array_zero(r->runtime, columns, sizeof *r->made->of);
    r->made->sorted = rs_array(r->runtime, all, sizeof *r->made->sorted);
    r->counted = rs_array(r->runtime, columns, sizeof *r->counted);
    r->origin = rs_array(r->runtime, columns, sizeof *r->origin);
    int made = r->made->of != NULL && r->made->sorted != NULL && r->counted != NULL &&
               r->origin != NULL;
    return made ? RECSYS_OK : rs_fail_memory(err, "bootstrap");
}

static recsys_status make_tiles(resampler *r, size_t threads, recsys_error *err)
{
    size_t draws, sums;
    r->tile = rs_array_zero(r->runtime, threads, sizeof *r->tile);
    if (r->tile == NULL) return rs_fail_memory(err, "bootstrap");
    r->tiles = threads;
    if (!rs_mul(r->blocks, TILE, &draws) || !rs_mul(r->groups, TILE * WIDTH, &sums))
        return rs_fail_memory(err, "bootstrap");
    for (size_t i = 0; i < threads; i++) {
        tile *t = &r->tile[i];
        t->draws = rs_array(r->runtime, draws, sizeof *t->draws);
        t->sums = rs_array(r->runtime, sums, sizeof *t->sums);
        t->keyed = rs_array(r->runtime, r->resamples, 2 * sizeof *t->keyed);
        if (t->draws == NULL || t->sums == NULL || t->keyed == NULL)
            return rs_fail_memory(err, "bootstrap");
    }
    return RECSYS_OK;
}

static void clear(resampler *r)
{
    for (size_t i = 0; i < r->tiles; i++) {
        rs_free(r->runtime, r->tile[i].draws);
        rs_free(r->runtime, r->tile[i].sums);
        rs_free(r->runtime, r->tile[i].keyed);
    }
    rs_free(r->runtime, r->tile);
    rs_free(r->runtime, r->packed);
    rs_free(r->runtime, r->counted);
    rs_free(r->runtime, r->origin);
}

recsys_status rs_resample_means(rs_replicates *replicates, recsys_runtime *runtime,
                                const rs_columns *columns, size_t resamples, uint64_t seed,
                                recsys_error *err)
{
    *replicates = (rs_replicates){.runtime = runtime, .columns = columns->columns};
    recsys_status status = rs_columns_check(columns, "bootstrap", err);
    if (status != RECSYS_OK) return status;
    if (resamples == 0)
        return rs_fail(err, RECSYS_E_INVALID, "bootstrap: 0 resamples, expected 1 or more");
    resampler r = {.runtime = runtime,
                   .columns = columns,
                   .resamples = resamples,
                   .seed = seed,
                   .made = replicates,
                   .sums = columns->columns};
    size_t tasks = resamples / TILE + (resamples % TILE > 0);
    size_t most = tasks > columns->columns ? tasks : columns->columns;
    RS_TRY(make_room(&r, err));
    for (size_t c = 0; c < columns->columns; c++) describe(&r, c);
    RS_TRY(pack(&r, err));
    RS_TRY(make_tiles(&r, rs_parallel_threads(runtime, most), err));
    RS_TRY(rs_parallel(runtime, tasks, resample_tile, &r, "bootstrap", NULL, err));
    RS_TRY(rs_parallel(runtime, columns->columns, sort_column, &r, "bootstrap", NULL, err));
out:
    clear(&r);
    return status;
}

void rs_replicates_free(rs_replicates *replicates)
{
    rs_free(replicates->runtime, replicates->of);
    rs_free(replicates->runtime, replicates->sorted);
    replicates->of = NULL;
    replicates->sorted = NULL;
}
