/* Metrics against values worked out by hand, and against tests/oracle/metrics.py through the
 * fixture that make_metrics_fixture.py wrote. */
#include "testing.h"

#include <math.h>

#include "eval/metrics.h"

static recsys_runtime *runtime;

static int set_up(void **state)
{
    (void)state;
    return recsys_runtime_create(&runtime, NULL, NULL) == RECSYS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    recsys_runtime_destroy(runtime);
    return 0;
}

static void near(double got, double want)
{
    if (isnan(want) ? isnan(got) : fabs(got - want) <= 1e-12) return;
    print_error("got %.17g, expected %.17g\n", got, want);
    fail();
}

static void measure(size_t k, const uint32_t *list, size_t length, const rs_relevant *relevant,
                    double values[RS_USER_METRICS])
{
    rs_discount discount;
    assert_int_equal(rs_discount_begin(&discount, runtime, k, NULL), RECSYS_OK);
    rs_user_metrics(list, length, relevant, &discount, values);
    rs_discount_end(&discount);
}

/* ---- by hand --------------------------------------------------------------------- */

static void two_hits_of_three(void **state)
{
    (void)state;
    const uint32_t list[] = {7, 3, 9, 1, 5}, relevant[] = {1, 7, 8};
    double v[RS_USER_METRICS];
    measure(5, list, 5, &(rs_relevant){relevant, 3, 3}, v);
    near(v[RS_METRIC_PRECISION], 2.0 / 5);
    near(v[RS_METRIC_RECALL], 2.0 / 3);
    near(v[RS_METRIC_F1], 0.5);
    /* Ranks 1 and 4: (1 + 1/log2 5) / (1 + 1/log2 3 + 1/2) */
    near(v[RS_METRIC_NDCG], 1.4306765580733931 / 2.1309297535714573);
    near(v[RS_METRIC_HIT_RATE], 1);
}

static void places_beyond_k_do_not_count(void **state)
{
    (void)state;
    const uint32_t list[] = {1, 2, 3}, relevant[] = {3};
    double v[RS_USER_METRICS];
    measure(2, list, 3, &(rs_relevant){relevant, 1, 1}, v);
    for (size_t m = 0; m < RS_USER_METRICS; m++) near(v[m], 0);
}

static void short_list_is_divided_by_k(void **state)
{
    (void)state;
    const uint32_t list[] = {4}, relevant[] = {4, 5};
    double v[RS_USER_METRICS];
    measure(10, list, 1, &(rs_relevant){relevant, 2, 2}, v);
    near(v[RS_METRIC_PRECISION], 0.1);
    near(v[RS_METRIC_RECALL], 0.5);
    near(v[RS_METRIC_NDCG], 1 / (1 + 1 / log2(3)));
}

static void ideal_is_cut_at_k(void **state)
{
    (void)state;
    const uint32_t list[] = {1, 2}, relevant[] = {1, 2, 3, 4};
    double v[RS_USER_METRICS];
    measure(2, list, 2, &(rs_relevant){relevant, 4, 4}, v);
    near(v[RS_METRIC_NDCG], 1);
    near(v[RS_METRIC_RECALL], 0.5);
    near(v[RS_METRIC_PRECISION], 1);
}

static void movie_unknown_to_the_model_is_still_relevant(void **state)
{
    (void)state;
    const uint32_t list[] = {1, 2}, relevant[] = {1};
    double v[RS_USER_METRICS];
    measure(2, list, 2, &(rs_relevant){relevant, 1, 2}, v);
    near(v[RS_METRIC_RECALL], 0.5);
    near(v[RS_METRIC_NDCG], 1 / (1 + 1 / log2(3)));
}

static void empty_list_counts_zero(void **state)
{
    (void)state;
    const uint32_t list[] = {0}, relevant[] = {0};
    double v[RS_USER_METRICS];
    measure(10, list, 0, &(rs_relevant){relevant, 1, 1}, v);
    for (size_t m = 0; m < RS_USER_METRICS; m++) near(v[m], 0);
}

static void f1_is_the_mean_of_each_users(void **state)
{
    (void)state;
    const double values[2][RS_USER_METRICS] = {{0.2, 1, 1.0 / 3, 1, 1}, {0.1, 0.1, 0.1, 0, 0}};
    double means[RS_USER_METRICS];
    rs_mean_metrics(values[0], 2, means);
    near(means[RS_METRIC_PRECISION], 0.15);
    near(means[RS_METRIC_RECALL], 0.55);
    near(means[RS_METRIC_F1], (1.0 / 3 + 0.1) / 2); /* F1 of the means would be 0.2357 */
    rs_mean_metrics(NULL, 0, means);
    for (size_t m = 0; m < RS_USER_METRICS; m++) near(means[m], (double)NAN);
}

static void coverage_and_diversity(void **state)
{
    (void)state;
    /* K = 2, lists {0,1}, {0,2}, {0}: pairs share 1, 1, 1 of 2 places. */
    const uint64_t lists[] = {3, 1, 1, 0};
    near(rs_coverage(lists, 4), 0.75);
    near(rs_diversity(lists, 4, 3, 2), 0.5);
    const uint64_t same[] = {5, 5};
    near(rs_diversity(same, 2, 5, 2), 0);
    const uint64_t apart[] = {1, 1, 1};
    near(rs_diversity(apart, 3, 3, 1), 1);
}

static void what_is_not_defined_is_not_a_number(void **state)
{
    (void)state;
    const uint64_t lists[] = {1};
    near(rs_diversity(lists, 1, 1, 1), (double)NAN);
    near(rs_diversity(lists, 1, 0, 1), (double)NAN);
    near(rs_coverage(lists, 0), (double)NAN);
}

static void names_are_found(void **state)
{
    (void)state;
    for (size_t m = 0; m < RS_METRICS; m++)
        assert_int_equal(rs_metric_find(rs_metric_name(m)), m);
    assert_int_equal(rs_metric_find("ndcg"), RS_METRIC_NDCG);
    assert_int_equal(rs_metric_find("NDCG"), RS_METRICS);
    assert_null(rs_metric_name(RS_METRICS));
}

/* ---- against the oracle ---------------------------------------------------------- */

enum { MOST_USERS = 64, MOST_MOVIES = 256, MOST_IN_LINE = 128 };

typedef struct user {
    uint32_t relevant[MOST_IN_LINE], list[MOST_IN_LINE];
    size_t known, total, length;
} user;

typedef struct fixture_case {
    size_t k, movies, users;
    user user[MOST_USERS];
} fixture_case;

static char *read_line(FILE *file, char *line, size_t size)
{
    if (fgets(line, (int)size, file) == NULL) return NULL;
    line[strcspn(line, "\n")] = '\0';
    return line;
}

/* "user R R R ; L L L" */
static void parse_user(char *line, size_t movies, user *u)
{
    int in_list = 0;
    *u = (user){.known = 0};
    assert_memory_equal(line, "user", 4);
    for (char *word = strtok(line + 4, " "); word != NULL; word = strtok(NULL, " ")) {
        uint32_t number = (uint32_t)strtoul(word, NULL, 10);
        assert_true(u->total < MOST_IN_LINE && u->length < MOST_IN_LINE);
        if (word[0] == ';') {
            in_list = 1;
        } else if (in_list) {
            u->list[u->length++] = number;
        } else {
            u->total++;
            if (number < movies) u->relevant[u->known++] = number;
        }
    }
}

static void compare(const char *line, const double *values, size_t count)
{
    char *at = NULL;
    line = strchr(line, ' ');
    for (size_t m = 0; m < count; m++, line = at) near(values[m], strtod(line, &at));
}

/* Each user's values, in place of those of the skipped; returns the number evaluated. */
static size_t check_users(FILE *file, const fixture_case *c, double *values, uint64_t *lists)
{
    char line[4096];
    size_t evaluated = 0;
    for (size_t i = 0; i < c->users; i++) {
        const user *u = &c->user[i];
        assert_non_null(read_line(file, line, sizeof line));
        assert_int_equal(strcmp(line, "skipped") == 0, u->total == 0);
        if (u->total == 0) continue;
        double *v = values + evaluated++ * RS_USER_METRICS;
        measure(c->k, u->list, u->length, &(rs_relevant){u->relevant, u->known, u->total}, v);
        compare(line, v, RS_USER_METRICS);
        for (size_t j = 0; j < u->length && j < c->k; j++) lists[u->list[j]]++;
    }
    return evaluated;
}

static void check_case(FILE *file, fixture_case *c)
{
    char line[4096];
    double values[MOST_USERS * RS_USER_METRICS], means[RS_METRICS];
    uint64_t lists[MOST_MOVIES] = {0};
    size_t users, skipped;
    for (size_t i = 0; i < c->users; i++) {
        assert_non_null(read_line(file, line, sizeof line));
        parse_user(line, c->movies, &c->user[i]);
    }
    size_t evaluated = check_users(file, c, values, lists);
    rs_mean_metrics(values, evaluated, means);
    means[RS_METRIC_COVERAGE] = rs_coverage(lists, c->movies);
    means[RS_METRIC_DIVERSITY] = rs_diversity(lists, c->movies, evaluated, c->k);
    assert_non_null(read_line(file, line, sizeof line));
    compare(line, means, RS_METRICS);
    char *tail = strrchr(line, ' ');
    while (tail[-1] != ' ') tail--;
    assert_int_equal(sscanf(tail, "%zu %zu", &users, &skipped), 2);
    assert_int_equal(evaluated, users);
    assert_int_equal(c->users - evaluated, skipped);
}

static void as_the_oracle_says(void **state)
{
    (void)state;
    static fixture_case c;
    char line[256];
    size_t cases = 0;
    FILE *file = fopen("tests/data/metrics.txt", "r");
    assert_non_null(file);
    while (read_line(file, line, sizeof line) != NULL) {
        assert_int_equal(sscanf(line, "case %zu %zu %zu", &c.k, &c.movies, &c.users), 3);
        assert_true(c.users <= MOST_USERS && c.movies <= MOST_MOVIES);
        check_case(file, &c);
        cases++;
    }
    fclose(file);
    assert_int_equal(cases, 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_hits_of_three),
        cmocka_unit_test(places_beyond_k_do_not_count),
        cmocka_unit_test(short_list_is_divided_by_k),
        cmocka_unit_test(ideal_is_cut_at_k),
        cmocka_unit_test(movie_unknown_to_the_model_is_still_relevant),
        cmocka_unit_test(empty_list_counts_zero),
        cmocka_unit_test(f1_is_the_mean_of_each_users),
        cmocka_unit_test(coverage_and_diversity),
        cmocka_unit_test(what_is_not_defined_is_not_a_number),
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(as_the_oracle_says),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
