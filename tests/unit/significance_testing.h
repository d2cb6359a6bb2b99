/* What tests of the bootstrap and of significance share: values of users by chance, calls that
 * must succeed, and the lines of tests/data/significance.txt, which SciPy made
 * (tests/oracle/make_significance_fixture.py has their form). */
#ifndef RS_SIGNIFICANCE_TESTING_H
#define RS_SIGNIFICANCE_TESTING_H

#include "numbers_testing.h"
#include "runtime_testing.h"

#include "eval/draws.h"
#include "eval/resample.h"
#include "eval/signedrank.h"
#include "eval/signflip.h"

/* ---- data ------------------------------------------------------------------------- */

static inline double uniform(rs_draws *words)
{
    return (double)(rs_draw(words) >> 11) * 0x1p-53;
}

/* As a metric's values are: 0 for 65 %, else of a density 12 x (1 - x)^2, the second smallest
 * of four uniform numbers, whose mean is 2/5. The mean of all is 0.14. */
static inline double user_value(rs_draws *words)
{
    double least = 1, second = 1;
    if (uniform(words) < 0.65) return 0;
    for (int i = 0; i < 4; i++) {
        double x = uniform(words);
        second = fmin(second, fmax(x, least));
        least = fmin(least, x);
    }
    return second;
}

/* Columns of which every third has values of a few users only. */
static inline double *make_values(size_t users, size_t columns, uint64_t seed)
{
    rs_draws words = rs_draws_at(seed, 0, 0);
    double *value = malloc((users * columns + 1) * sizeof *value);
    assert_non_null(value);
    for (size_t u = 0; u < users; u++)
        for (size_t c = 0; c < columns; c++) {
            double x = user_value(&words) - 0.1 * (double)(c % 2);
            value[u * columns + c] = c % 3 == 2 && u % 5 == 0 ? (double)NAN : x;
        }
    return value;
}

/* ---- calls ------------------------------------------------------------------------ */

static inline rs_replicates resample_in(recsys_runtime *in, const double *value, size_t users,
                                        size_t columns, size_t resamples, uint64_t seed)
{
    recsys_error err = RECSYS_ERROR_INIT;
    rs_replicates made;
    rs_columns all = {value, users, columns};
    assert_ok(rs_resample_means(&made, in, &all, resamples, seed, &err), &err);
    return made;
}

static inline rs_replicates resample(const double *value, size_t users, size_t columns,
                                     size_t resamples, uint64_t seed)
{
    return resample_in(runtime, value, users, columns, resamples, seed);
}

static inline rs_interval interval_of(const rs_distribution *of, rs_interval_method method,
                                      double lower, double upper)
{
    recsys_error err = RECSYS_ERROR_INIT;
    rs_interval interval;
    assert_ok(rs_interval_find(&interval, of, method, lower, upper, &err), &err);
    return interval;
}

static inline rs_sign_flips flip(const double *value, size_t users, size_t flips, uint64_t seed)
{
    recsys_error err = RECSYS_ERROR_INIT;
    rs_sign_flips result;
    rs_columns all = {value, users, 1};
    assert_ok(rs_sign_flip_test(&result, runtime, &all, flips, seed, &err), &err);
    return result;
}

static inline rs_signed_rank rank(const double *value, size_t users)
{
    recsys_error err = RECSYS_ERROR_INIT;
    rs_signed_rank result;
    rs_columns all = {value, users, 1};
    assert_ok(rs_signed_rank_test(&result, runtime, &all, &err), &err);
    return result;
}

/* ---- expectations ----------------------------------------------------------------- */

/* Bounds of chi-squared that less than one seed in 10^8 is beyond, by Wilson and Hilferty's
 * approximation with z = 5.6. */
static inline void check_chi_squared(double chi, double degrees)
{
    double spread = sqrt(2 / (9 * degrees)), middle = 1 - 2 / (9 * degrees);
    assert_true(chi < degrees * pow(middle + 5.6 * spread, 3));
    assert_true(chi > degrees * pow(fmax(0, middle - 5.6 * spread), 3));
}

/* Either method has this interval, and says that it is plain percentiles. */
static inline void check_both(const rs_distribution *of, double lower, double upper)
{
    for (int method = 0; method < 2; method++) {
        rs_interval interval = interval_of(of, (rs_interval_method)method, 0.025, 0.975);
        closely(interval.lower, lower);
        closely(interval.upper, upper);
        assert_int_equal(interval.method, RS_BY_PERCENTILE);
    }
}

/* ---- the fixture ------------------------------------------------------------------ */

enum { MOST = 400 };

typedef struct fixture {
    char word[2][16]; /* the second is empty if a number follows the first */
    double number[8];
    double list[2][MOST];
    size_t count[2];
} fixture;

static inline void parse(char *line, fixture *f)
{
    size_t numbers = 0;
    int list = -1, words = 0;
    memset(f, 0, sizeof *f);
    for (char *word = strtok(line, " \n"); word != NULL; word = strtok(NULL, " \n")) {
        char *end;
        double value = strtod(word, &end);
        if (word[0] == ';')
            list++;
        else if (list >= 0)
            f->list[list][f->count[list]++] = value;
        else if (end == word)
            snprintf(f->word[words++], sizeof f->word[0], "%s", word);
        else
            f->number[numbers++] = value;
        assert_true(list < 2 && words <= 2 && numbers <= 8);
        assert_true(list < 0 || f->count[list] < MOST);
    }
}

/* Runs `check` on each line that begins with `word`. */
static inline void each_line(const char *word, size_t lines, void (*check)(const fixture *f))
{
    static char line[1 << 16];
    static fixture f;
    size_t found = 0, size = strlen(word);
    FILE *file = fopen("tests/data/significance.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, word, size) != 0 || line[size] != ' ') continue;
        parse(line, &f);
        check(&f);
        found++;
    }
    fclose(file);
    assert_int_equal(found, lines);
}

#endif
