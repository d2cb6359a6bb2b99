#include "eval/signflip.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "eval/draws.h"

/* A random word has the signs of 64 users, and a byte of it those of eight: their sums with all
 * 256 signs are made once for the many flips of a task, then a flip adds one of them. */
enum {
    WIDTH = 8, /* columns that are added at once */
    BYTE = 8,  /* users of a table */
    SIGNS = 256,
    WORD = 64, /* users of a word */
    TILE = 512 /* flips of a task */
};

typedef struct wide {
    double at[WIDTH];
} wide;

/* Per thread. */
typedef struct flip_tile {
    uint64_t word[TILE];
    wide table[SIGNS];
    wide *sums; /* [groups][TILE] */
} flip_tile;

typedef struct flipper {
    recsys_runtime *runtime;
    size_t users, columns, groups, flips;
    uint64_t seed;
    int exact;           /* flip i has the bits of i for signs */
    const double *least; /* [columns] |T*| from which on it counts */
    wide *packed;        /* [users, then zeros to a multiple of BYTE][groups] */
    uint64_t *hits;      /* [tasks][columns] */
    flip_tile *tile;     /* [threads] */
    size_t tiles;
} flipper;

/* ---- flips -------------------------------------------------------------------------- */

/* Sums of the eight users from `user` on; bit i of its number: user i is added. */
static void make_table(wide *table, const flipper *f, size_t user, size_t group)
{
    table[0] = (wide){{0}};
    for (size_t i = 0; i < BYTE; i++)
        for (size_t c = 0; c < WIDTH; c++)
            table[0].at[c] -= f->packed[(user + i) * f->groups + group].at[c];
    for (size_t i = 0; i < BYTE; i++) {
        const wide *value = &f->packed[(user + i) * f->groups + group];
        size_t half = (size_t)1 << i;
        for (size_t s = 0; s < half; s++)
            for (size_t c = 0; c < WIDTH; c++)
                table[half + s].at[c] = table[s].at[c] + 2 * value->at[c];
    }
}

static void draw_words(flip_tile *t, const flipper *f, size_t from, size_t count, size_t word)
{
    for (size_t i = 0; i < count; i++) {
        rs_draws words = rs_draws_at(f->seed, from + i, word);
        t->word[i] = f->exact ? from + i : rs_draw(&words);
    }
}

static void add_tables(wide *sums, const flip_tile *t, size_t count, size_t byte)
{
    for (size_t i = 0; i < count; i++) {
        const wide *add = &t->table[t->word[i] >> BYTE * byte & (SIGNS - 1)];
        for (size_t c = 0; c < WIDTH; c++) sums[i].at[c] += add->at[c];
    }
}

static void count_hits(const flipper *f, const flip_tile *t, size_t count, uint64_t *hits)
{
    for (size_t c = 0; c < f->columns; c++) {
        const wide *sums = t->sums + c / WIDTH * TILE;
        hits[c] = 0;
        for (size_t i = 0; i < count; i++)
            hits[c] += fabs(sums[i].at[c % WIDTH]) >= f->least[c];
    }
}

static recsys_status flip_task(void *shared, size_t task, size_t thread, recsys_error *err)
{
    const flipper *f = shared;
    flip_tile *t = &f->tile[thread];
    size_t from = task * TILE, count = f->flips - from < TILE ? f->flips - from : TILE;
    (void)err;
    memset(t->sums, 0, f->groups * TILE * sizeof *t->sums);
    for (size_t user = 0; user < f->users; user += BYTE) {
        if (user % WORD == 0) draw_words(t, f, from, count, user / WORD);
        for (size_t g = 0; g < f->groups; g++) {
            make_table(t->table, f, user, g);
            add_tables(t->sums + g * TILE, t, count, user % WORD / BYTE);
        }
    }
    count_hits(f, t, count, f->hits + task * f->columns);
    return RECSYS_OK;
}

static recsys_status make_room(flipper *f, size_t tasks, size_t threads, recsys_error *err)
{
    size_t rows, values, hits;
    f->groups = f->columns / WIDTH + (f->columns % WIDTH > 0);
    if (!rs_add(f->users, BYTE, &rows) || !rs_mul(rows, f->groups, &values) ||
        !rs_mul(tasks, f->columns, &hits))
        return rs_fail_memory(err, "randomisation test");
    f->packed = rs_array_zero(f->runtime, values, sizeof *f->packed);
    f->hits = rs_array(f->runtime, hits, sizeof *f->hits);
    f->tile = rs_array_zero(f->runtime, threads, sizeof *f->tile);
    if (f->packed == NULL || f->hits == NULL || f->tile == NULL)
        return rs_fail_memory(err, "randomisation test");
    f->tiles = threads;
    for (size_t i = 0; i < threads; i++) {
        f->tile[i].sums = rs_array(f->runtime, f->groups, TILE * sizeof(wide));
        if (f->tile[i].sums == NULL) return rs_fail_memory(err, "randomisation test");
    }
    return RECSYS_OK;
}

static void clear(flipper *f)
{
    for (size_t i = 0; i < f->tiles; i++) rs_free(f->runtime, f->tile[i].sums);
    rs_free(f->runtime, f->tile);
    rs_free(f->runtime, f->packed);
    rs_free(f->runtime, f->hits);
}

/* Flips of `value`, [users][columns], that count, into `hits`, [columns]. */
static recsys_status run(flipper *f, const double *value, uint64_t *hits, recsys_error *err)
{
    size_t tasks = f->flips / TILE + (f->flips % TILE > 0);
    recsys_status status;
    RS_TRY(make_room(f, tasks, rs_parallel_threads(f->runtime, tasks), err));
    for (size_t u = 0; u < f->users; u++)
        for (size_t c = 0; c < f->columns; c++) {
            double d = value[u * f->columns + c];
            f->packed[u * f->groups + c / WIDTH].at[c % WIDTH] = isnan(d) ? 0 : d;
        }
    RS_TRY(rs_parallel(f->runtime, tasks, flip_task, f, "randomisation test", NULL, err));
    memset(hits, 0, f->columns * sizeof *hits);
    for (size_t t = 0; t < tasks; t++)
        for (size_t c = 0; c < f->columns; c++) hits[c] += f->hits[t * f->columns + c];
out:
    clear(f);
    return status;
}

/* ---- columns ------------------------------------------------------------------------- */

typedef struct test {
    recsys_runtime *runtime;
    const rs_columns *columns;
    rs_sign_flips *result;
    size_t flips;
    uint64_t seed;
    double *least;  /* [columns] */
    uint64_t *hits; /* [columns] */
} test;

/* Sums of a column; its differences other than 0 into `few`, as many as it holds. Returns how
 * many there are. */
static size_t describe(const test *t, size_t column, double few[WORD])
{
    const rs_columns *columns = t->columns;
    rs_sign_flips *result = &t->result[column];
    double sum = 0, size = 0;
    size_t count = 0, others = 0;
    for (size_t u = 0; u < columns->users; u++) {
        double d = columns->value[u * columns->columns + column];
        if (isnan(d)) continue;
        count++;
        sum += d;
        size += fabs(d);
        if (d < 0 || d > 0) {
            if (others < WORD) few[others] = d;
            others++;
        }
    }
    t->least[column] = fabs(sum) - 1e-12 * size;
    *result = (rs_sign_flips){.count = count,
                              .mean = count > 0 ? sum / (double)count : (double)NAN,
                              .p = (double)NAN};
    return others;
}

static recsys_status test_exactly(const test *t, size_t column, const double *few, size_t count,
                                  recsys_error *err)
{
    rs_sign_flips *result = &t->result[column];
    flipper f = {.runtime = t->runtime,
                 .users = count,
                 .columns = 1,
                 .flips = (size_t)1 << count,
                 .exact = 1,
                 .least = &t->least[column]};
    recsys_status status = run(&f, few, t->hits, err);
    if (status != RECSYS_OK) return status;
    result->exact = 1;
    result->p = (double)t->hits[0] / (double)f.flips;
    return RECSYS_OK;
}

static recsys_status test_randomly(const test *t, recsys_error *err)
{
    flipper f = {.runtime = t->runtime,
                 .users = t->columns->users,
                 .columns = t->columns->columns,
                 .flips = t->flips,
                 .seed = t->seed,
                 .least = t->least};
    recsys_status status = run(&f, t->columns->value, t->hits, err);
    if (status != RECSYS_OK) return status;
    for (size_t c = 0; c < f.columns; c++)
        if (t->result[c].count > 0 && !t->result[c].exact)
            t->result[c].p = (1 + (double)t->hits[c]) / (1 + (double)t->flips);
    return RECSYS_OK;
}

static recsys_status test_all(const test *t, recsys_error *err)
{
    int random = 0;
    for (size_t c = 0; c < t->columns->columns; c++) {
        double few[WORD] = {0};
        size_t others = describe(t, c, few);
        if (t->result[c].count == 0) continue;
        if (others >= WORD - 1 || t->flips >> others == 0) {
            random = 1;
            continue;
        }
        recsys_status status = test_exactly(t, c, few, others, err);
        if (status != RECSYS_OK) return status;
    }
    return random ? test_randomly(t, err) : RECSYS_OK;
}

recsys_status rs_sign_flip_test(rs_sign_flips *result, recsys_runtime *runtime,
                                const rs_columns *columns, size_t flips, uint64_t seed,
                                recsys_error *err)
{
    recsys_status status = rs_columns_check(columns, "randomisation test", err);
    if (status != RECSYS_OK) return status;
    if (flips == 0)
        return rs_fail(err, RECSYS_E_INVALID,
                       "randomisation test: 0 flips, expected 1 or more");
    test t = {runtime, columns, result, flips, seed, NULL, NULL};
    t.least = rs_array(runtime, columns->columns, sizeof *t.least);
    t.hits = rs_array(runtime, columns->columns, sizeof *t.hits);
    status = t.least != NULL && t.hits != NULL ? test_all(&t, err)
                                               : rs_fail_memory(err, "randomisation test");
    rs_free(runtime, t.least);
    rs_free(runtime, t.hits);
    return status;
}
