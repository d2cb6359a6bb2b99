/* How often 95 % bootstrap intervals hold the true mean, and what they and the tests of a
 * difference cost.
 *
 *     bench_intervals [--simulations N] [--resamples N] [--seed N] [--threads N] [--times]
 *
 * Data of users as metrics have them, with a mean that is known:
 *
 *     ndcg        0 for 65 % of the users, else of density 12 x (1 - x)^2
 *     precision   k / 10, k hits in ten trials of a user's own probability, density 9 (1 - x)^8
 *     difference  of two systems: both 0 for half of the users; for the others x for 70 % and
 *                 y for 60 % of them, densities as above; where neither is 0, they are the same
 *                 half of the time
 *
 * A line for each, 50, 200 and 610 users, and both methods: the share of --simulations
 * (default: 2,000) whose interval from --resamples (default: 2,000) holds the mean, should be
 * 95 %; lies above and below it, should be 2.5 % each; and its mean width. With --times:
 * seconds of 10,000 resamples and of 10,000 random signs, for 9 and 7 columns of differences,
 * and of ranks. */
#include <recsys/recsys.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/measure.h"
#include "eval/resample.h"
#include "eval/signedrank.h"
#include "eval/signflip.h"

enum { MOST_USERS = 610, METHODS = 2 };

/* ---- data --------------------------------------------------------------------------- */

static double uniform(uint64_t *state)
{
    return (double)(bench_draw(state) >> 11) * 0x1p-53;
}

/* The second smallest of four uniform numbers: density 12 x (1 - x)^2, mean 2/5. */
static double middling(uint64_t *state)
{
    double least = 1, second = 1;
    for (int i = 0; i < 4; i++) {
        double x = uniform(state);
        if (x < least) {
            second = least;
            least = x;
        } else if (x < second) {
            second = x;
        }
    }
    return second;
}

static double draw_ndcg(uint64_t *state)
{
    return uniform(state) < 0.65 ? 0 : middling(state);
}

static double draw_precision(uint64_t *state)
{
    double likely = 1;
    int hits = 0;
    for (int i = 0; i < 9; i++) {
        double x = uniform(state);
        if (x < likely) likely = x; /* the smallest of nine */
    }
    for (int i = 0; i < 10; i++) hits += uniform(state) < likely;
    return hits / 10.0;
}

static double draw_difference(uint64_t *state)
{
    if (uniform(state) < 0.5) return 0;
    double x = uniform(state) < 0.7 ? middling(state) : 0;
    double y = uniform(state) < 0.6 ? middling(state) : 0;
    return x > 0 && y > 0 && uniform(state) < 0.5 ? 0 : x - y;
}

static const struct {
    const char *name;
    double (*draw)(uint64_t *state);
    double mean;
} kinds[] = {
    {"ndcg", draw_ndcg, 0.35 * 0.4},
    {"precision", draw_precision, 0.1},
    {"difference", draw_difference, 0.5 * 0.4 * (0.7 - 0.6)},
};

/* ---- coverage ------------------------------------------------------------------------ */

typedef struct tally {
    size_t above, below; /* intervals that lie wholly above or below the mean */
    double width;
} tally;

static void add_interval(tally *t, const rs_distribution *of, int method, double mean)
{
    recsys_error err = RECSYS_ERROR_INIT;
    rs_interval interval;
    bench_need(rs_interval_find(&interval, of, (rs_interval_method)method, 0.025, 0.975, &err),
               &err);
    t->above += interval.lower > mean;
    t->below += interval.upper < mean;
    t->width += interval.upper - interval.lower;
}

static void print_tally(const tally *t, const char *name, size_t users, int method,
                        size_t simulations)
{
    double all = (double)simulations / 100, above = (double)t->above / all,
           below = (double)t->below / all;
    printf("%-10s %5zu  %-10s %7.2f %7.2f %7.2f %9.4f\n", name, users,
           method == RS_BY_BCA ? "BCa" : "percentile", 100 - above - below, above, below,
           t->width / (double)simulations);
}

static void cover(recsys_runtime *runtime, size_t kind, size_t users, char **argv)
{
    size_t simulations = bench_count(argv, "simulations", 2000);
    size_t resamples = bench_count(argv, "resamples", 2000);
    uint64_t state = bench_count(argv, "seed", 1) + 1000 * kind + users;
    double value[MOST_USERS];
    tally tallies[METHODS] = {{0, 0, 0}};
    for (size_t s = 0; s < simulations; s++) {
        recsys_error err = RECSYS_ERROR_INIT;
        rs_replicates made;
        rs_columns columns = {value, users, 1};
        for (size_t u = 0; u < users; u++) value[u] = kinds[kind].draw(&state);
        bench_need(rs_resample_means(&made, runtime, &columns, resamples, s, &err), &err);
        for (int method = 0; method < METHODS; method++)
            add_interval(&tallies[method], &made.of[0], method, kinds[kind].mean);
        rs_replicates_free(&made);
    }
    for (int method = 0; method < METHODS; method++)
        print_tally(&tallies[method], kinds[kind].name, users, method, simulations);
}

/* ---- times --------------------------------------------------------------------------- */

enum { MOST_COLUMNS = 9, REPLICATES = 10000 };

static void measure(recsys_runtime *runtime, size_t users, size_t columns)
{
    double *value = bench_memory(malloc(users * columns * sizeof *value));
    uint64_t state = 1;
    recsys_error err = RECSYS_ERROR_INIT;
    rs_columns all = {value, users, columns};
    rs_replicates made;
    rs_sign_flips flips[MOST_COLUMNS];
    rs_signed_rank ranks[MOST_COLUMNS];
    for (size_t i = 0; i < users * columns; i++) value[i] = draw_difference(&state);
    double begin = bench_now();
    bench_need(rs_resample_means(&made, runtime, &all, REPLICATES, 1, &err), &err);
    double resampled = bench_now();
    bench_need(rs_sign_flip_test(flips, runtime, &all, REPLICATES, 1, &err), &err);
    double flipped = bench_now();
    bench_need(rs_signed_rank_test(ranks, runtime, &all, &err), &err);
    double ranked = bench_now();
    printf("%7zu users %2zu columns: bootstrap %.3f s, signs %.3f s, ranks %.4f s\n", users,
           columns, resampled - begin, flipped - resampled, ranked - flipped);
    rs_replicates_free(&made);
    free(value);
}

int main(int argc, char **argv)
{
    static const size_t users[] = {50, 200, MOST_USERS};
    if (argc < 1) return 2;
    recsys_runtime *runtime = bench_runtime(argv);
    if (bench_flag(argv, "times")) {
        measure(runtime, 610, 9);
        measure(runtime, 138000, 7);
    } else {
        printf("%-10s %5s  %-10s %7s %7s %7s %9s\n", "data", "users", "method", "holds",
               "above", "below", "width");
        for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
            for (size_t n = 0; n < sizeof users / sizeof *users; n++)
                cover(runtime, kind, users[n], argv);
    }
    recsys_runtime_destroy(runtime);
    return 0;
}
