/* Metrics against values worked out by hand, and against tests/oracle/metrics.py through the
 * fixture that make_metrics_fixture.py wrote. */
#include "numbers_testing.h"
#include "runtime_testing.h"

#include "eval/score.h"

enum { OF_LISTS = RS_METRIC_AUC /* metrics of one user's list; AUC needs a full ranking */ };

/* A user with relevant movies; those that nobody recommends have numbers from `movies` on. */
static void put(uint64_t *at, uint32_t *movie, double *value, const uint32_t *from,
                size_t count)
{
    for (size_t i = 0; i < count; i++, ++*at) {
        movie[*at] = from[i];
        value[*at] = 1;
    }
}

/* One user's values under a profile; grades NULL: all 1. */
static void measure_as(const char *profile, size_t k, const uint32_t *list, size_t length,
                       const uint32_t *relevant, const double *grades, size_t count,
                       double values[RS_USER_METRICS])
{
    uint32_t listed[32], judged[32];
    double zeros[32] = {0}, ones[32];
    uint64_t lists[2] = {0}, judgements[2] = {0};
    recsys_error err = RECSYS_ERROR_INIT;
    rs_scores scores;
    put(&lists[1], listed, zeros, list, length);
    put(&judgements[1], judged, ones, relevant, count);
    if (grades != NULL) memcpy(ones, grades, count * sizeof *ones);
    rs_entries run = {runtime, 1, length, lists, listed, zeros, 1, "rank", NULL};
    rs_entries truth = {runtime, 1, count, judgements, judged, ones, 1, "file", NULL};
    rs_scoring scoring = {rs_definition_find(profile), &k, 1, 1, NULL};
    assert_ok(rs_score_lists(&scores, &run, &truth, 1, 1000, &scoring, &err), &err);
    memcpy(values, scores.value, RS_USER_METRICS * sizeof *values);
    rs_scores_free(&scores);
}

static void measure(size_t k, const uint32_t *list, size_t length, const uint32_t *relevant,
                    size_t count, double values[RS_USER_METRICS])
{
    measure_as("recsys", k, list, length, relevant, NULL, count, values);
}

/* ---- by hand --------------------------------------------------------------------- */

static void two_hits_of_three(void **state)
{
    (void)state;
    const uint32_t list[] = {7, 3, 9, 1, 5}, relevant[] = {1, 7, 8};
    double v[RS_USER_METRICS];
    measure(5, list, 5, relevant, 3, v);
    near(v[RS_METRIC_PRECISION], 2.0 / 5);
    near(v[RS_METRIC_RECALL], 2.0 / 3);
    near(v[RS_METRIC_F1], 0.5);
    /* Ranks 1 and 4: (1 + 1/log2 5) / (1 + 1/log2 3 + 1/2) */
    near(v[RS_METRIC_NDCG], 1.4306765580733931 / 2.1309297535714573);
    near(v[RS_METRIC_HIT_RATE], 1);
    near(v[RS_METRIC_MAP], (1 + 2.0 / 4) / 3);
    near(v[RS_METRIC_MRR], 1);
}

static void places_beyond_k_do_not_count(void **state)
{
    (void)state;
    const uint32_t list[] = {1, 2, 3}, relevant[] = {3};
    double v[RS_USER_METRICS];
    measure(2, list, 3, relevant, 1, v);
    for (size_t m = 0; m < OF_LISTS; m++) near(v[m], 0);
}

static void short_list_is_divided_by_k(void **state)
{
    (void)state;
    const uint32_t list[] = {4}, relevant[] = {4, 5};
    double v[RS_USER_METRICS];
    measure(10, list, 1, relevant, 2, v);
    near(v[RS_METRIC_PRECISION], 0.1);
    near(v[RS_METRIC_RECALL], 0.5);
    near(v[RS_METRIC_NDCG], 1 / (1 + 1 / log2(3)));
}

static void ideal_is_cut_at_k(void **state)
{
    (void)state;
    const uint32_t list[] = {1, 2}, relevant[] = {1, 2, 3, 4};
    double v[RS_USER_METRICS];
    measure(2, list, 2, relevant, 4, v);
    near(v[RS_METRIC_NDCG], 1);
    near(v[RS_METRIC_RECALL], 0.5);
    near(v[RS_METRIC_PRECISION], 1);
}

static void movie_unknown_to_the_model_is_still_relevant(void **state)
{
    (void)state;
    const uint32_t list[] = {1, 2}, relevant[] = {1, 999};
    double v[RS_USER_METRICS];
    measure(2, list, 2, relevant, 2, v);
    near(v[RS_METRIC_RECALL], 0.5);
    near(v[RS_METRIC_NDCG], 1 / (1 + 1 / log2(3)));
}

static void empty_list_counts_zero(void **state)
{
    (void)state;
    const uint32_t list[] = {0}, relevant[] = {0};
    double v[RS_USER_METRICS];
    measure(10, list, 0, relevant, 1, v);
    for (size_t m = 0; m < OF_LISTS; m++) near(v[m], 0);
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

/* ---- profiles that no tool is asked for ------------------------------------------- */

/* Hits at ranks 1 (grade 1) and 4 (grade 2); the movie of grade 3 is not listed. */
static const uint32_t list_of_five[] = {7, 3, 9, 1, 5}, three_judged[] = {1, 7, 8};
static const double three_grades[] = {2, 1, 3};

static void measure_three(const char *profile, size_t k, double values[RS_USER_METRICS])
{
    measure_as(profile, k, list_of_five, 5, three_judged, three_grades, 3, values);
}

static void profiles_from_source(void **state)
{
    (void)state;
    double v[RS_USER_METRICS], ideal = 7 + 3 / log2(3) + 1.0 / 2;
    measure_three("elliot", 5, v); /* gains 2^g - 1 as relevant is from 1 on */
    near(v[RS_METRIC_NDCG], (1 + 3 / log2(5)) / ideal);
    near(v[RS_METRIC_MAP], (1 + 1.0 / 2 + 1.0 / 3 + 2.0 / 4 + 2.0 / 5) / 5);
    measure_three("elliot", 2, v);
    near(v[RS_METRIC_NDCG], 1 / (7 + 3 / log2(3)));
    measure_three("dacrema", 2, v); /* the ideal list is not cut */
    near(v[RS_METRIC_NDCG], 1 / ideal);
    measure_three("dacrema", 10, v);
    near(v[RS_METRIC_PRECISION], 2.0 / 5);
    near(v[RS_METRIC_HIT_RATE], 2);
    near(v[RS_METRIC_MAP], (1 + 2.0 / 4) / 3);
    measure_three("vaecf", 2, v);
    near(v[RS_METRIC_RECALL], 1.0 / 2);
    near(v[RS_METRIC_NDCG], 1 / (1 + 1 / log2(3)));
}

/* Two users, one of whom has nothing relevant: left out, 0, or 0 for precision alone. */
static void users_without_a_relevant_movie(void **state)
{
    (void)state;
    static const struct {
        const char *profile;
        double precision, recall;
        size_t users;
    } want[] = {{"recsys", 1, 1, 1}, {"lightgcn", 0.5, 0.5, 2}, {"lenskit", 0.5, 1, 2}};
    uint32_t movie[] = {3, 3}, judged[] = {3, 4};
    double zeros[2] = {0}, grade[] = {1, 0};
    uint64_t ptr[] = {0, 1, 2};
    const size_t k = 1;
    rs_entries run = {runtime, 2, 2, ptr, movie, zeros, 1, "rank", NULL};
    rs_entries truth = {runtime, 2, 2, ptr, judged, grade, 1, "file", NULL};
    for (size_t i = 0; i < 3; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        rs_scores scores;
        rs_scoring scoring = {rs_definition_find(want[i].profile), &k, 1, 1, NULL};
        assert_ok(rs_score_lists(&scores, &run, &truth, 2, 5, &scoring, &err), &err);
        near(scores.mean[RS_METRIC_PRECISION], want[i].precision);
        near(scores.mean[RS_METRIC_RECALL], want[i].recall);
        assert_int_equal(scores.users, want[i].users);
        assert_int_equal(scores.no_relevant, 1);
        rs_scores_free(&scores);
    }
}

static void nobody_with_a_relevant_movie(void **state)
{
    (void)state;
    uint32_t movie[] = {3};
    double zero[] = {0};
    uint64_t ptr[] = {0, 1};
    const size_t k = 1;
    recsys_error err = RECSYS_ERROR_INIT;
    rs_scores scores;
    rs_entries run = {runtime, 1, 1, ptr, movie, zero, 1, "rank", NULL};
    rs_scoring scoring = {rs_definition_find("ranx"), &k, 1, 1, NULL};
    assert_fails(rs_score_lists(&scores, &run, &run, 1, 5, &scoring, &err), RECSYS_E_EMPTY,
                 &err);
    rs_scores_free(&scores);
}

/* ---- against the oracle ---------------------------------------------------------- */

enum { MOST_USERS = 64, MOST_MOVIES = 256, MOST_IN_LINE = 128 };

typedef struct fixture_case {
    size_t k, movies, users;
    uint64_t lists[MOST_USERS + 1], judgements[MOST_USERS + 1];
    uint32_t listed[MOST_USERS * MOST_IN_LINE], judged[MOST_USERS * MOST_IN_LINE];
    double value[MOST_USERS * MOST_IN_LINE];
} fixture_case;

static char *read_line(FILE *file, char *line, size_t size)
{
    if (fgets(line, (int)size, file) == NULL) return NULL;
    line[strcspn(line, "\n")] = '\0';
    return line;
}

/* "user R R R ; L L L" */
static void parse_user(char *line, fixture_case *c, size_t u)
{
    int in_list = 0;
    c->lists[u + 1] = c->lists[u];
    c->judgements[u + 1] = c->judgements[u];
    assert_memory_equal(line, "user", 4);
    for (char *word = strtok(line + 4, " "); word != NULL; word = strtok(NULL, " ")) {
        uint32_t number = (uint32_t)strtoul(word, NULL, 10);
        if (word[0] == ';')
            in_list = 1;
        else if (in_list)
            c->listed[c->lists[u + 1]++] = number;
        else
            c->judged[c->judgements[u + 1]++] = number;
        assert_true(c->lists[u + 1] < MOST_USERS * MOST_IN_LINE &&
                    c->judgements[u + 1] < MOST_USERS * MOST_IN_LINE);
    }
}

static void compare(const char *line, const double *values, size_t count)
{
    char *at = NULL;
    line = strchr(line, ' ');
    for (size_t m = 0; m < count; m++, line = at) near(values[m], strtod(line, &at));
}

static void check_users(FILE *file, const fixture_case *c, const rs_scores *scores)
{
    char line[4096];
    size_t evaluated = 0;
    for (size_t u = 0; u < c->users; u++) {
        int skipped = c->judgements[u + 1] == c->judgements[u];
        assert_non_null(read_line(file, line, sizeof line));
        assert_int_equal(strcmp(line, "skipped") == 0, skipped);
        if (!skipped) compare(line, scores->value + evaluated++ * RS_USER_METRICS, OF_LISTS);
    }
    assert_int_equal(evaluated, scores->users);
}

static void check_case(FILE *file, fixture_case *c)
{
    char line[4096];
    double means[OF_LISTS + 2];
    size_t users, skipped;
    recsys_error err = RECSYS_ERROR_INIT;
    rs_scores scores;
    for (size_t u = 0; u < c->users; u++) {
        assert_non_null(read_line(file, line, sizeof line));
        parse_user(line, c, u);
    }
    rs_entries run = {runtime, c->users, c->lists[c->users], c->lists, c->listed, c->value, 1,
                      "rank",  NULL};
    rs_entries truth = {
        runtime, c->users, c->judgements[c->users], c->judgements, c->judged, c->value, 1,
        "file",  NULL};
    rs_scoring scoring = {rs_definition_find("recsys"), &c->k, 1, 1, NULL};
    assert_ok(rs_score_lists(&scores, &run, &truth, c->users, 1000, &scoring, &err), &err);
    check_users(file, c, &scores);
    memcpy(means, scores.mean, OF_LISTS * sizeof *means);
    means[OF_LISTS] = (double)scores.listed[0] / (double)c->movies;
    means[OF_LISTS + 1] = scores.diversity[0];
    assert_non_null(read_line(file, line, sizeof line));
    compare(line, means, OF_LISTS + 2);
    char *tail = strrchr(line, ' ');
    while (tail[-1] != ' ') tail--;
    assert_int_equal(sscanf(tail, "%zu %zu", &users, &skipped), 2);
    assert_int_equal(scores.users, users);
    assert_int_equal(c->users - scores.users, skipped);
    rs_scores_free(&scores);
}

static void as_the_oracle_says(void **state)
{
    (void)state;
    static fixture_case c;
    char line[256];
    size_t cases = 0;
    for (size_t i = 0; i < MOST_USERS * MOST_IN_LINE; i++) c.value[i] = 1;
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
        cmocka_unit_test(coverage_and_diversity),
        cmocka_unit_test(what_is_not_defined_is_not_a_number),
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(profiles_from_source),
        cmocka_unit_test(users_without_a_relevant_movie),
        cmocka_unit_test(nobody_with_a_relevant_movie),
        cmocka_unit_test(as_the_oracle_says),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
