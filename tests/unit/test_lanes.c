/* Each lane kernel that this machine has, against sums written down user by user in 64 bits. */
#include "testing.h"

#include <math.h>

#include "kernels/lanes.h"
#include "models/similarity.h"

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

static void check_user(const rs_lane_sums *sums, size_t u, size_t count, rs_lane_depth depth)
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
    if (depth < RS_LANE_SQUARES) return;
    assert_int_equal(sums->uu[u], uu);
    assert_int_equal(sums->vv[u], vv);
    if (depth < RS_LANE_MEANS) return;
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
        for (rs_lane_depth depth = RS_LANE_DOTS; depth <= RS_LANE_MEANS; depth++) {
            memset(&sums, 0x5a, sizeof sums);
            kernels[k]->sums[depth](w.table, &list, &sums);
            for (size_t u = 0; u < RS_LANES; u++) check_user(&sums, u, count, depth);
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

/* ---- who has enough in common -------------------------------------------------------- */

typedef struct crowd {
    rs_lane_bits rated[ROWS + 1];
    rs_lane_needs needs;
    unsigned need[RS_WIDE];
} crowd;

/* `chance` of 100 to have rated a movie. Whoever needs `about` more or less is on the edge. */
static void draw_crowd(uint64_t *draw, crowd *c, size_t chance, size_t about)
{
    memset(c, 0, sizeof *c);
    for (size_t m = 0; m < ROWS; m++)
        for (size_t u = 0; u < RS_WIDE; u++)
            c->rated[m].word[u / 64] |= (uint64_t)(test_below(draw, 100) < chance) << u % 64;
    for (size_t u = 0; u < RS_WIDE; u++) {
        size_t need = about + test_below(draw, 5);
        c->need[u] = need < 2 ? 0 : need - 2 > 255 ? 255 : (unsigned)need - 2;
        for (size_t j = 0; j < RS_LANE_PLANES; j++)
            c->needs.plane[j].word[u / 64] |= (uint64_t)((255 - c->need[u]) >> j & 1) << u % 64;
    }
}

static size_t in_common(const crowd *c, size_t user, size_t count)
{
    size_t common = 0;
    for (size_t i = 0; i < count; i++)
        common += c->rated[w.row[i]].word[user / 64] >> user % 64 & 1;
    return common;
}

static size_t check_crowd(crowd *c, size_t count, unsigned other)
{
    const rs_lane_kernel *kernels[RS_LANE_KERNELS];
    size_t found = rs_lane_kernels(kernels), enough = 0;
    rs_lane_list list = {w.row, w.rating, count};
    c->needs.other = other;
    for (size_t k = 0; k < found; k++) {
        rs_lane_bits bits;
        memset(&bits, 0x5a, sizeof bits);
        kernels[k]->enough(c->rated, &list, &c->needs, &bits);
        for (size_t u = 0; u < RS_WIDE; u++) {
            int has = in_common(c, u, count) >= (c->need[u] < other ? c->need[u] : other);
            assert_int_equal(bits.word[u / 64] >> u % 64 & 1, has);
            enough += (size_t)has;
        }
    }
    return enough / found;
}

static void those_with_enough_in_common(void **state)
{
    (void)state;
    static const struct {
        size_t count, chance, about;
    } cases[] = {{0, 50, 0},      {4, 50, 2},      {8, 50, 4},      {12, 50, 6},
                 {60, 20, 12},    {64, 90, 58},    {128, 100, 128}, {252, 100, 252},
                 {256, 100, 255}, {260, 99, 255},  {512, 50, 255},  {1020, 100, 255},
                 {MOST, 3, 255},  {MOST, 100, 255}};
    static crowd c;
    uint64_t draw = 6;
    size_t some = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count = cases[i].count;
        fill(&draw, count, 0, 1, RS_LANE_MOST);
        for (size_t j = 0; j < count && cases[i].chance == 100; j++) w.row[j] %= ROWS;
        draw_crowd(&draw, &c, cases[i].chance, cases[i].about);
        size_t by_user = check_crowd(&c, count, RS_LANE_NEED_MOST);
        some += by_user > 0 && by_user < RS_WIDE;
        check_crowd(&c, count, (unsigned)(cases[i].about < 255 ? cases[i].about : 255));
        check_crowd(&c, count, 0);
    }
    assert_true(some >= 6); /* or nothing is on the edge */
}

/* ---- the estimate ----------------------------------------------------------------- */

/* A lane's sums over `n` movies, all ratings of the data `offset` above the bytes. `flat`: few
 * of them differ, so that next to nothing is left of the sums without the means. */
static void draw_sums(uint64_t *draw, rs_lane_sums *lanes, rs_sums *sums, size_t lane, size_t n,
                      double offset, int flat)
{
    int64_t s[5] = {0};
    for (size_t i = 0; i < n; i++) {
        int64_t x = 9, y = 10;
        if (!flat || test_below(draw, n / 2 + 1) == 0) {
            x = 1 + (int64_t)test_below(draw, RS_LANE_MOST);
            y = test_below(draw, 3) == 0 ? x : 1 + (int64_t)test_below(draw, RS_LANE_MOST);
        }
        s[0] += x * y;
        s[1] += x * x;
        s[2] += y * y;
        s[3] += x;
        s[4] += y;
    }
    lanes->common[lane] = (int32_t)n;
    lanes->dot[lane] = (int32_t)s[0];
    lanes->uu[lane] = (int32_t)s[1];
    lanes->vv[lane] = (int32_t)s[2];
    lanes->u[lane] = (int32_t)s[3];
    lanes->v[lane] = (int32_t)s[4];
    double a = offset, count = (double)n, u = (double)s[3], v = (double)s[4];
    *sums = (rs_sums){.common = (uint32_t)n,
                      .dot = (double)s[0] + a * (u + v) + a * a * count,
                      .uu = (double)s[1] + 2 * a * u + a * a * count,
                      .vv = (double)s[2] + 2 * a * v + a * a * count,
                      .u = u + a * count,
                      .v = v + a * count};
}

/* All ratings of a user: those in common and some more. */
static rs_side draw_side(uint64_t *draw, size_t n, double sum, double square, double offset)
{
    rs_side side = {n, sum, square};
    for (size_t more = test_below(draw, 20); more > 0; more--) {
        double r = offset + (double)(1 + test_below(draw, RS_LANE_MOST));
        side.count++;
        side.sum += r;
        side.square += r * r;
    }
    return side;
}

typedef struct estimate {
    rs_lane_sums lanes;
    rs_lane_bar bar;
    float exact[RS_LANES];
} estimate;

static void draw_estimate(uint64_t *draw, estimate *e, const rs_settings *settings, size_t n,
                          double offset, int flat)
{
    rs_side other = {n, 0, 0}; /* one user, as only its norm, mean and size matter */
    memset(&e->bar, 0, sizeof e->bar);
    e->bar.similarity = (rs_similarity_kind)settings->cf.similarity;
    e->bar.shrinkage = (float)settings->cf.shrinkage;
    e->bar.offset = (float)offset;
    e->bar.min_common = 1;
    e->bar.least_other = 2;
    for (size_t i = 0; i < RS_LANES; i++) {
        rs_sums s;
        draw_sums(draw, &e->lanes, &s, i, n, offset, flat);
        rs_side u = draw_side(draw, n, s.u, s.uu, offset);
        if (i == 0) other = draw_side(draw, n, s.v, s.vv, offset);
        e->bar.norm[i] = u.square > 0 ? (float)(1 / sqrt(u.square)) : 0;
        e->bar.mean[i] = (float)(u.sum / (double)u.count - offset);
        e->bar.size[i] = (float)u.count;
        e->exact[i] = (float)rs_similarity(settings, &s, &u, &other);
    }
    e->bar.norm_other = other.square > 0 ? (float)(1 / sqrt(other.square)) : 0;
    e->bar.mean_other = (float)(other.sum / (double)other.count - offset);
    e->bar.size_other = (float)other.count;
}

/* Which of the lanes above `from` pass with bars at this part of the exact similarity; the bits
 * of those lanes in *asked. */
static uint64_t passing(const rs_lane_kernel *kernel, estimate *e, float from, float part,
                        uint64_t *asked)
{
    *asked = 0;
    for (size_t i = 0; i < RS_LANES; i++) {
        if (e->exact[i] > from) *asked |= UINT64_C(1) << i;
        e->bar.least[i] = e->exact[i] * part;
    }
    return kernel->filter(&e->lanes, &e->bar) & *asked;
}

/* Bars are lowered by 1e-5 of themselves. Whatever reaches its bar must pass; what stays 2%
 * below it must not where not all is cancelled, or the estimate would be of no use. */
static void the_estimate_is_never_stricter(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 3, 10, 100, 1000, 6000, 20000};
    static const double offsets[] = {0, -4, -9, 20};
    const rs_lane_kernel *kernels[RS_LANE_KERNELS];
    size_t found = rs_lane_kernels(kernels);
    static estimate e;
    uint64_t draw = 5, asked;
    for (size_t i = 0; i < 8 * 4 * 2 * 5; i++) {
        rs_settings settings = {0};
        int flat = (int)(i / 5 % 2);
        size_t n = counts[i / 40];
        settings.cf.similarity = (int64_t)(i % 5);
        settings.cf.shrinkage = i % 3 == 0 ? 10 : 0;
        draw_estimate(&draw, &e, &settings, n, offsets[i / 10 % 4], flat);
        for (size_t k = 0; k < found; k++) {
            uint64_t pass = passing(kernels[k], &e, 1e-3F, 1 - 1e-5F, &asked);
            assert_int_equal(pass, asked);
            if (!flat && n >= 10)
                assert_int_equal(passing(kernels[k], &e, 0.1F, 1.02F, &asked), 0);
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
        cmocka_unit_test(those_with_enough_in_common),
        cmocka_unit_test(the_estimate_is_never_stricter),
        cmocka_unit_test(places_are_a_permutation),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
