/* Shares of the collaborative sources: against a grid of shares that plain Python tried. */
#include "numbers_testing.h"
#include "testing.h"

#include <math.h>

#include "base/memory.h"
#include "base/runtime.h"
#include "rank/shares.h"

enum { USERS = 256, MOVIES = 64, MEMBERS = 4 };

typedef struct problem {
    size_t members, count;
    double single, best; /* mean NDCG@10 of the best source alone, and of the grid's best */
    rs_opinions user[USERS];
    uint8_t hit[USERS][MOVIES];
    double part[USERS][MOVIES * MEMBERS];
} problem;

static void take_movie(problem *p, const char *line)
{
    rs_opinions *u = &p->user[p->count - 1];
    int hit, at = 0, size;
    assert_int_equal(sscanf(line, "movie %d%n", &hit, &at), 1);
    u->hit[u->count] = (uint8_t)hit;
    for (size_t k = 0; k < p->members; k++, at += size)
        assert_int_equal(sscanf(line + at, "%lf%n", &u->part[u->count * p->members + k], &size),
                         1);
    u->count++;
}

static int next_problem(FILE *file, char line[256], problem *p)
{
    memset(p, 0, sizeof *p);
    if (sscanf(line, "case %zu %*d %lf %lf", &p->members, &p->single, &p->best) != 3) return 0;
    while (fgets(line, 256, file) != NULL && line[0] != 'c') {
        size_t relevant;
        if (sscanf(line, "user %zu", &relevant) != 1) {
            take_movie(p, line);
            continue;
        }
        rs_opinions *u = &p->user[p->count];
        *u = (rs_opinions){0, relevant, p->hit[p->count], p->part[p->count]};
        p->count++;
    }
    return 1;
}

static void learn(const problem *p, double share[MEMBERS])
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *in = NULL;
    assert_ok(rs_runtime_hold(&in, NULL, &err), &err);
    assert_ok(rs_shares_learn(share, p->members, p->user, p->count, in, NULL, &err), &err);
    rs_runtime_release(in);
}

/* NDCG@10 once more, by sorting. */
static double judge(const rs_opinions *u, const double *share, size_t members)
{
    double score[MOVIES], gain = 0, ideal = 0;
    uint8_t taken[MOVIES] = {0};
    for (size_t i = 0; i < u->count; i++) {
        score[i] = 0;
        for (size_t k = 0; k < members; k++) score[i] += share[k] * u->part[i * members + k];
    }
    for (size_t place = 0; place < 10; place++) {
        size_t best = u->count;
        for (size_t i = 0; i < u->count; i++)
            if (!taken[i] && score[i] > 0 && (best == u->count || score[i] > score[best]))
                best = i;
        if (place < u->relevant) ideal += 1 / log2((double)place + 2);
        if (best == u->count) continue;
        taken[best] = 1;
        gain += u->hit[best] / log2((double)place + 2);
    }
    return gain / ideal;
}

static double mean(const problem *p, const double *share)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (p->user[i].relevant == 0) continue;
        sum += judge(&p->user[i], share, p->members);
        count++;
    }
    return sum / (double)count;
}

/* No worse than the best source but for user CF's least share, and near the best of the grid
 * where a blend is surely better. */
static void shares_are_as_good_as_a_grids(void **state)
{
    (void)state;
    char line[256];
    size_t cases = 0, blended = 0;
    problem *p = malloc(sizeof *p);
    FILE *file = fopen("tests/data/shares.txt", "r");
    assert_true(p != NULL && file != NULL && fgets(line, sizeof line, file) != NULL);
    for (; next_problem(file, line, p); cases++) {
        double share[MEMBERS], sum = 0, largest = 0;
        learn(p, share);
        for (size_t k = 0; k < p->members; k++) {
            assert_true(share[k] >= 0);
            sum += share[k];
            largest = fmax(largest, share[k]);
        }
        near(sum, 1);
        assert_true(share[0] >= RS_LEAST_SHARE / 100.0);
        assert_true(mean(p, share) >= p->single - 0.005);
        if (largest >= 1 - RS_LEAST_SHARE / 100.0 - 1e-9) continue;
        blended++;
        assert_true(mean(p, share) >= p->best - 0.01);
    }
    assert_int_equal(cases, 5);
    assert_true(blended >= 2 && blended < cases);
    fclose(file);
    free(p);
}

/* Without anybody to learn from all sources are equal; alone, one has all. */
static void nothing_to_learn_from(void **state)
{
    (void)state;
    problem *p = calloc(1, sizeof *p);
    double share[MEMBERS];
    assert_non_null(p);
    p->members = 4;
    p->count = 1;
    learn(p, share);
    for (size_t k = 0; k < 4; k++) near(share[k], 0.25);
    p->members = 1;
    learn(p, share);
    near(share[0], 1);
    free(p);
}

/* Two sources that are right about different halves of the users: both are needed. */
static void sources_that_know_different_users(void **state)
{
    (void)state;
    problem *p = calloc(1, sizeof *p);
    double share[MEMBERS];
    assert_non_null(p);
    p->members = 2;
    p->count = 100;
    for (size_t i = 0; i < p->count; i++) {
        rs_opinions *u = &p->user[i];
        *u = (rs_opinions){20, 1, p->hit[i], p->part[i]};
        u->hit[19] = 1;
        for (size_t m = 0; m < 20; m++) u->part[2 * m] = u->part[2 * m + 1] = 0.2;
        u->part[2 * 19 + i % 2] = 0.9;
    }
    learn(p, share);
    assert_true(share[0] > 0.1 && share[1] > 0.1);
    near(mean(p, share), 1);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_as_good_as_a_grids),
        cmocka_unit_test(nothing_to_learn_from),
        cmocka_unit_test(sources_that_know_different_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
