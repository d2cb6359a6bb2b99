/* Each lane kernel that this machine has, against sums written down user by user in 64 bits. */
#include "testing.h"

#include "kernels/lanes.h"

enum { ROWS = 300, MOST = 9000 };

typedef struct world {
    uint8_t *table; /* [ROWS + 1][64], the last row empty */
    uint32_t row[MOST + RS_LANE_AHEAD];
    uint8_t rating[MOST + RS_LANE_AHEAD];
    uint8_t user[RS_LANES][ROWS]; /* the same ratings, by user */
} world;

static world w;

static void place(const rs_lane_kernel *kernel)
{
    memset(w.table, 0, (ROWS + 1) * RS_LANES);
    for (size_t u = 0; u < RS_LANES; u++)
        for (size_t m = 0; m < ROWS; m++)
            w.table[m * RS_LANES + kernel->place[u]] = w.user[u][m];
}

static void check_user(const rs_lane_sums *sums, size_t u, size_t count, int means)
{
    int64_t common = 0, dot = 0, uu = 0, vv = 0, su = 0, sv = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t x = w.row[i] < ROWS ? w.user[u][w.row[i]] : 0, r = w.rating[i];
        if (x == 0) continue;
        common++;
        dot += x * r;
        uu += x * x;
        vv += r * r;
        su += x;
        sv += r;
    }
    assert_int_equal(sums->common[u], common);
    assert_int_equal(sums->dot[u], dot);
    assert_int_equal(sums->uu[u], uu);
    assert_int_equal(sums->vv[u], vv);
    if (!means) return;
    assert_int_equal(sums->u[u], su);
    assert_int_equal(sums->v[u], sv);
}

static void check(size_t count)
{
    static rs_lane_sums sums;
    const rs_lane_kernel *kernels[RS_LANE_KERNELS];
    size_t found = rs_lane_kernels(kernels);
    rs_lane_list list = {w.row, w.rating, count};
    assert_string_equal(kernels[found - 1]->name, "scalar");
    for (size_t k = 0; k < found; k++) {
        place(kernels[k]);
        for (int means = 0; means < 2; means++) {
            memset(&sums, 0x5a, sizeof sums);
            (means ? kernels[k]->means : kernels[k]->plain)(w.table, &list, &sums);
            for (size_t u = 0; u < RS_LANES; u++) check_user(&sums, u, count, means);
        }
    }
}

/* Lists may name a row again and again: only the number of steps matters to a kernel. */
static void fill(uint64_t *draw, size_t count, size_t chance, size_t least, size_t most)
{
    for (size_t u = 0; u < RS_LANES; u++)
        for (size_t m = 0; m < ROWS; m++)
            w.user[u][m] = test_below(draw, 100) >= chance
                               ? 0
                               : (uint8_t)(least + test_below(draw, most - least + 1));
    for (size_t i = 0; i < count + RS_LANE_AHEAD; i++) {
        w.row[i] = (uint32_t)test_below(draw, ROWS + 1);
        w.rating[i] =
            w.row[i] == ROWS ? 0 : (uint8_t)(least + test_below(draw, most - least + 1));
    }
}

static void random_ratings(void **state)
{
    (void)state;
    uint64_t draw = 1;
    for (size_t count = 0; count <= 200; count += 4) {
        fill(&draw, count, 30, 1, RS_LANE_MOST);
        check(count);
    }
}

static void byte_counts_at_their_limit(void **state)
{
    (void)state;
    static const size_t counts[] = {1016, 1020, 1024, 2036, 2040, 2044, MOST};
    uint64_t draw = 2;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        fill(&draw, counts[i], 100, RS_LANE_MOST, RS_LANE_MOST); /* all common, all 15 */
        check(counts[i]);
    }
}

static void one_lane_at_a_time(void **state)
{
    (void)state;
    uint64_t draw = 3;
    for (size_t only = 0; only < RS_LANES; only++) {
        fill(&draw, 16, 80, 1, RS_LANE_MOST);
        for (size_t u = 0; u < RS_LANES; u++)
            if (u != only) memset(w.user[u], 0, ROWS);
        check(16);
    }
}

static void nothing_in_common(void **state)
{
    (void)state;
    uint64_t draw = 4;
    fill(&draw, 400, 0, 1, RS_LANE_MOST);
    check(400);
}

static void places_are_a_permutation(void **state)
{
    (void)state;
    const rs_lane_kernel *kernels[RS_LANE_KERNELS];
    size_t found = rs_lane_kernels(kernels);
    for (size_t k = 0; k < found; k++) {
        printf("# kernel %s\n", kernels[k]->name);
        int seen[RS_LANES] = {0};
        for (size_t u = 0; u < RS_LANES; u++) {
            assert_true(kernels[k]->place[u] < RS_LANES);
            assert_int_equal(seen[kernels[k]->place[u]]++, 0);
        }
    }
}

static int setup(void **state)
{
    (void)state;
    w.table = aligned_alloc(64, (ROWS + 1) * RS_LANES);
    return w.table == NULL;
}

static int teardown(void **state)
{
    (void)state;
    free(w.table);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_ratings),
        cmocka_unit_test(byte_counts_at_their_limit),
        cmocka_unit_test(one_lane_at_a_time),
        cmocka_unit_test(nothing_in_common),
        cmocka_unit_test(places_are_a_permutation),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
