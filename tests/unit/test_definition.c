/* evaluation.definition.* and the profiles: what each word says, worked out by hand. */
#include "sample.h"
#include "evaluations_testing.h"

#include "eval/definition.h"
#include "eval/report.h"

/* Hits of a at ranks 2 and 3, of b at rank 1; c has no list, d nothing relevant. At K = 3 with
 * relevant from 0.5 on: |L| = 3 (of 4), 1, 0, 1 and |R| = 2, 4, 1, 0. */
static const char run_text[] = "user,movie,rank\na,9,1\na,1,2\na,3,3\na,8,4\nb,4,1\nd,9,1\n";
static const char judged_text[] =
    "user,movie,grade\na,1,1\na,3,3\nb,4,1\nb,5,2\nb,6,1\nb,7,1\nc,1,1\nd,2,0\n";

#define nearly(got, want) is_within(got, want, 1e-14, #got)

static recsys_config *options(const char *key, const char *value)
{
    return config_with("evaluation.k", "3", "evaluation.relevant_grade", "0.5", key, value);
}

static const run_case texts = {.run = run_text, .judgements = judged_text};

static recsys_report *score_with(const char *key, const char *value)
{
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = options(key, value);
    assert_ok(evaluate_texts(&report, &texts, config, &err), &err);
    recsys_config_destroy(config);
    return report;
}

/* ---- one word, one metric -------------------------------------------------------- */

/* A word of evaluation.definition.KEY gives METRIC this value; every other metric of lists has
 * the value that it has without the option. */
static void check(const char *key, const char *word, const char *name, double want)
{
    char full[64];
    snprintf(full, sizeof full, "evaluation.definition.%s", key);
    recsys_report *plain = score_with(NULL, NULL), *report = score_with(full, word);
    nearly(metric(report, name), want);
    for (size_t m = 0; m < RS_METRIC_AUC; m++) {
        const char *other = rs_metric_name(m);
        int follows = strcmp(other, "f1") == 0 &&
                      (strcmp(name, "precision") == 0 || strcmp(name, "recall") == 0);
        if (strcmp(other, name) != 0 && !follows)
            nearly(metric(report, other), metric(plain, other));
    }
    recsys_report_destroy(report);
    recsys_report_destroy(plain);
}

static void what_hits_are_divided_by(void **state)
{
    (void)state;
    const double map_a = 1.0 / 2 + 2.0 / 3, map_b = 1;
    const struct {
        const char *word;
        double a, b; /* divided by */
    } cases[] = {{"k", 3, 3},
                 {"list", 3, 1},
                 {"relevant", 2, 4},
                 {"achievable", 2, 3},
                 {"list_or_relevant", 2, 1}};
    for (size_t i = 0; i < 5; i++) {
        double hits = 2 / cases[i].a + 1 / cases[i].b;
        check("precision_of", cases[i].word, "precision", hits / 3);
        check("recall_of", cases[i].word, "recall", hits / 3);
        check("map_of", cases[i].word, "map", (map_a / cases[i].a + map_b / cases[i].b) / 3);
    }
    check("precision_of", "profile", "precision", (2.0 / 3 + 1.0 / 3) / 3);
    check("recall_of", "profile", "recall", (1 + 1.0 / 4) / 3);
    check("map_of", "profile", "map", (map_a / 2 + map_b / 4) / 3);
}

/* Grades 1, 3 of a at ranks 2, 3; grade 1 of b at rank 1, best 2, 1, 1. */
static double ndcg_of(double gain_1, double gain_2, double gain_3)
{
    double second = 1 / log2(3), third = 1.0 / 2;
    double a = (gain_1 * second + gain_3 * third) / (gain_3 + gain_1 * second);
    double b = gain_1 / (gain_2 + gain_1 * second + gain_1 * third);
    return (a + b) / 3;
}

static void gains(void **state)
{
    (void)state;
    check("gain", "profile", "ndcg", ndcg_of(1, 1, 1));
    check("gain", "binary", "ndcg", ndcg_of(1, 1, 1));
    check("gain", "linear", "ndcg", ndcg_of(1, 2, 3));
    check("gain", "exp2", "ndcg", ndcg_of(1, 3, 7));
    check("gain", "exp2_threshold", "ndcg",
          ndcg_of(exp2(1.5) - 1, exp2(2.5) - 1, exp2(3.5) - 1));
}

static void discounts_and_ideals(void **state)
{
    (void)state;
    double second = 1 / log2(3), third = 1.0 / 2, fourth = 1 / log2(5);
    double three = 1 + second + third;
    check("discount", "log2", "ndcg", ndcg_of(1, 1, 1));
    check("discount", "log2_from_2", "ndcg", ((1 + second) / 2 + 1 / (2 + second)) / 3);
    check("ideal", "achievable", "ndcg", ndcg_of(1, 1, 1));
    check("ideal", "all", "ndcg", ((second + third) / (1 + second) + 1 / (three + fourth)) / 3);
    check("ideal", "k", "ndcg", ((second + third) / three + 1 / three) / 3);
}

static void averages(void **state)
{
    (void)state;
    check("map", "average_precision", "map", ((1.0 / 2 + 2.0 / 3) / 2 + 1.0 / 4) / 3);
    check("map", "mean_precision", "map",
          ((0 + 1.0 / 2 + 2.0 / 3) / 3 + (1 + 1.0 / 2 + 1.0 / 3) / 3) / 3);
    check("hit_rate", "any", "hit_rate", 2.0 / 3);
    check("hit_rate", "count", "hit_rate", (2.0 + 1) / 3);
}

/* a: p 2/3, r 1; b: p 1/3, r 1/4. Means 1/3 and 5/12. */
static void f1(void **state)
{
    (void)state;
    check("f1", "user_mean", "f1", (4.0 / 5 + 2.0 / 7) / 3);
    check("f1", "of_means", "f1", 10.0 / 27);
}

/* An F1 of means is no mean over users: an interval of their F1 is not its. */
static void f1_of_means_has_no_interval(void **state)
{
    (void)state;
    static const char *const words[] = {"user_mean", "of_means"};
    for (size_t i = 0; i < 2; i++) {
        double value;
        recsys_interval interval = RECSYS_INTERVAL_INIT;
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_report *report = score_with("evaluation.definition.f1", words[i]);
        assert_ok(recsys_report_metric(report, "f1", 0, &value, &interval, &err), &err);
        assert_int_equal(isnan(interval.low) && isnan(interval.high), i == 1);
        assert_ok(recsys_report_metric(report, "ndcg", 0, &value, &interval, &err), &err);
        assert_true(interval.low < value && value < interval.high);
        recsys_report_destroy(report);
    }
}

/* ---- whom means are over --------------------------------------------------------- */

static void users_with_nothing_relevant(void **state)
{
    (void)state;
    const struct {
        const char *word;
        double precision, recall;
        size_t users, skipped;
    } cases[] = {{"profile", 1.0 / 3, 1.25 / 3, 3, 1},
                 {"skip", 1.0 / 3, 1.25 / 3, 3, 1},
                 {"zero", 1.0 / 4, 1.25 / 4, 4, 0},
                 {"precision_alone", 1.0 / 4, 1.25 / 3, 4, 0}};
    for (size_t i = 0; i < 4; i++) {
        recsys_report *report = score_with("evaluation.definition.no_relevant", cases[i].word);
        nearly(metric(report, "precision"), cases[i].precision);
        nearly(metric(report, "recall"), cases[i].recall);
        assert_int_equal(recsys_report_users(report), cases[i].users);
        assert_int_equal(recsys_report_skipped(report), cases[i].skipped);
        recsys_report_destroy(report);
    }
}

static void users_without_a_list(void **state)
{
    (void)state;
    const struct {
        const char *word;
        double precision, ndcg;
    } cases[] = {{"profile", 1.0 / 3, ndcg_of(1, 1, 1)},
                 {"judged", 1.0 / 3, ndcg_of(1, 1, 1)},
                 {"listed", 1.0 / 2, ndcg_of(1, 1, 1) * 3 / 2},
                 {"listed_but_ndcg", 1.0 / 2, ndcg_of(1, 1, 1)}};
    for (size_t i = 0; i < 4; i++) {
        recsys_report *report = score_with("evaluation.definition.users", cases[i].word);
        nearly(metric(report, "precision"), cases[i].precision);
        nearly(metric(report, "ndcg"), cases[i].ndcg);
        assert_int_equal(recsys_report_without_list(report), 1);
        recsys_report_destroy(report);
    }
}

static void complete_wants_a_list_of_everybody(void **state)
{
    (void)state;
    static const run_case complete = {
        .run = "user,movie,rank\na,9,1\na,1,2\na,3,3\nb,4,1\nc,9,1\n",
        .judgements = judged_text};
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = options("evaluation.definition.users", "complete");
    assert_fails(evaluate_texts(&report, &texts, config, &err), RECSYS_E_INVALID, &err);
    assert_string_equal(err.text, "evaluation: 1 of 3 users have no list, and "
                                  "evaluation.definition.users is complete");
    assert_null(report);
    /* d needs none; with one of c the means are over a, b and c. */
    assert_ok(evaluate_texts(&report, &complete, config, &err), &err);
    nearly(metric(report, "precision"), 1.0 / 3);
    recsys_report_destroy(report);
    recsys_config_destroy(config);
}

/* Nobody has a list: there is nothing to be the mean of. */
static void means_over_nobody(void **state)
{
    (void)state;
    static const run_case stranger = {.run = "user,movie,rank\nz,1,1\n",
                                      .judgements = judged_text};
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = options("evaluation.definition.users", "listed");
    assert_ok(recsys_config_set(config, "evaluation.definition.f1", "of_means", &err), &err);
    assert_ok(evaluate_texts(&report, &stranger, config, &err), &err);
    for (size_t m = 0; m < RS_METRIC_AUC; m++)
        nearly(metric(report, rs_metric_name(m)), (double)NAN);
    recsys_report_destroy(report);
    recsys_config_destroy(config);
}

/* ---- ties, coverage -------------------------------------------------------------- */

static void equal_scores(void **state)
{
    (void)state;
    static const run_case c = {.run = "user,movie,score\nx,m2,1\nx,m1,1\nx,m3,1\nx,m4,0.5\n",
                               .judgements = "user,movie\nx,m1\n"};
    static const struct {
        const char *word;
        double rank;
    } cases[] = {{"profile", 2}, {"file", 2}, {"rising", 1}, {"falling", 3}};
    for (size_t i = 0; i < 4; i++) {
        recsys_report *report = NULL;
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_config *config = options("evaluation.definition.ties", cases[i].word);
        assert_ok(evaluate_texts(&report, &c, config, &err), &err);
        nearly(metric(report, "mrr"), 1 / cases[i].rank);
        recsys_report_destroy(report);
        recsys_config_destroy(config);
    }
}

/* Movies 9, 1, 3, 4 in the lists of a and b; ten movies of which five are rated. */
static void all_lists_together(void **state)
{
    (void)state;
    const struct {
        const char *key, *word, *metric;
        double want;
    } cases[] = {{"coverage_of", "profile", "coverage", 4.0 / 10},
                 {"coverage_of", "movies", "coverage", 4.0 / 10},
                 {"coverage_of", "rated", "coverage", 4.0 / 5},
                 {"coverage_of", "padded", "coverage", 4.0 / 11},
                 {"coverage_of", "count", "coverage", 4},
                 {"coverage_in", "percent", "coverage", 40},
                 {"coverage_in", "shares", "coverage", 4.0 / 10},
                 {"gini", "index", "gini", (3.0 + 5 + 7 + 9) / (10 * 4)},
                 {"gini", "complement", "gini", 1 - (3.0 + 5 + 7 + 9) / (9 * 4)},
                 {"entropy", "bits", "entropy", 2},
                 {"entropy", "nats_per_movie", "entropy", log(4) / 4}};
    static const row rated[] = {{"t", "1", 4, 0},
                                {"t", "3", 4, 0},
                                {"t", "4", 4, 0},
                                {"t", "9", 4, 0},
                                {"t", "10", 4, 0}};
    char text[256] = "movieId,title,genres\n";
    size_t size = strlen(text);
    recsys_error err = RECSYS_ERROR_INIT;
    for (int movie = 1; movie <= 10; movie++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%d,Film,Drama\n", movie);
    recsys_ratings *train = make_ratings(NULL, rated, 5);
    recsys_catalogue *catalogue = read_catalogue("movies.csv", text);
    const run_case c = {
        .run = run_text, .judgements = judged_text, .train = train, .movies = catalogue};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char key[64];
        recsys_report *report = NULL;
        snprintf(key, sizeof key, "evaluation.definition.%s", cases[i].key);
        recsys_config *config = options(key, cases[i].word);
        assert_ok(evaluate_texts(&report, &c, config, &err), &err);
        nearly(metric(report, cases[i].metric), cases[i].want);
        nearly(metric(report, "precision"), 1.0 / 3);
        recsys_report_destroy(report);
        recsys_config_destroy(config);
    }
    recsys_catalogue_destroy(catalogue);
    recsys_ratings_destroy(train);
}

/* Only the number needs no catalogue. */
static void coverage_of_what_is_not_known(void **state)
{
    (void)state;
    static const char *const words[] = {"movies", "rated", "padded"};
    for (size_t i = 0; i < 3; i++) {
        recsys_report *report = score_with("evaluation.definition.coverage_of", words[i]);
        nearly(metric(report, "coverage"), (double)NAN);
        recsys_report_destroy(report);
    }
    recsys_report *report = score_with("evaluation.definition.coverage_of", "count");
    nearly(metric(report, "coverage"), 4);
    recsys_report_destroy(report);
}

/* ---- profiles -------------------------------------------------------------------- */

static void assert_same(const rs_definition *a, const rs_definition *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->precision_of, b->precision_of);
    assert_int_equal(a->recall_of, b->recall_of);
    assert_int_equal(a->map_of, b->map_of);
    assert_int_equal(a->gain, b->gain);
    assert_int_equal(a->discount, b->discount);
    assert_int_equal(a->ideal, b->ideal);
    assert_int_equal(a->average, b->average);
    assert_int_equal(a->no_relevant, b->no_relevant);
    assert_int_equal(a->crowd, b->crowd);
    assert_int_equal(a->ties, b->ties);
    assert_int_equal(a->f1, b->f1);
    assert_int_equal(a->hits, b->hits);
    assert_int_equal(a->coverage_of, b->coverage_of);
    assert_int_equal(a->coverage_in_percent, b->coverage_in_percent);
    assert_int_equal(a->gini, b->gini);
    assert_int_equal(a->entropy, b->entropy);
    assert_int_equal(a->listed_candidates, b->listed_candidates);
}

static const char *const keys[] = {"precision_of", "recall_of",   "map_of", "gain",
                                   "discount",     "ideal",       "map",    "f1",
                                   "hit_rate",     "no_relevant", "users",  "ties",
                                   "coverage_of",  "coverage_in", "gini",   "entropy"};
enum { KEYS = sizeof keys / sizeof *keys };

/* Options that say "profile", and none at all. */
static void profiles_are_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < rs_definition_count(); i++) {
        const rs_definition *want = rs_definition_at(i);
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_config *config = options("evaluation.profile", want->name);
        rs_definition got = rs_definition_from(config);
        assert_same(&got, want);
        for (size_t key = 0; key < KEYS; key++) {
            char full[64];
            snprintf(full, sizeof full, "evaluation.definition.%s", keys[key]);
            assert_ok(recsys_config_set(config, full, "profile", &err), &err);
        }
        got = rs_definition_from(config);
        assert_same(&got, want);
        assert_ptr_equal(rs_definition_find(want->name), want);
        recsys_config_destroy(config);
    }
    rs_definition got = rs_definition_from(NULL);
    assert_same(&got, rs_definition_find("recsys"));
    assert_null(rs_definition_find("best"));
    assert_null(rs_definition_find(NULL));
    assert_null(rs_definition_at(rs_definition_count()));
}

/* What an option says goes before the profile, and only that. */
static void options_go_before_the_profile(void **state)
{
    (void)state;
    recsys_config *config = options("evaluation.profile", "lenskit");
    recsys_error err = RECSYS_ERROR_INIT;
    rs_definition want = *rs_definition_find("lenskit");
    assert_ok(recsys_config_set(config, "evaluation.definition.precision_of", "k", &err), &err);
    assert_ok(recsys_config_set(config, "evaluation.definition.discount", "log2", &err), &err);
    assert_ok(recsys_config_set(config, "evaluation.definition.ties", "falling", &err), &err);
    want.precision_of = RS_OF_K;
    want.discount = RS_DISCOUNT_LOG2;
    want.ties = RS_TIES_FALLING;
    rs_definition got = rs_definition_from(config);
    assert_same(&got, &want);
    recsys_config_destroy(config);
}

static void reports_say_what_was_changed(void **state)
{
    (void)state;
    recsys_report *report = score_with(NULL, NULL);
    assert_contains(recsys_report_json(report),
                    "\"profile\":\"recsys\",\"numbers_of\":\"librecsys\",\"verified\":true,"
                    "\"definition\":{},");
    recsys_report_destroy(report);
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = options("evaluation.profile", "ranx");
    assert_ok(recsys_config_set(config, "evaluation.definition.gain", "exp2", &err), &err);
    assert_ok(recsys_config_set(config, "evaluation.definition.ties", "profile", &err), &err);
    assert_ok(recsys_config_set(config, "evaluation.definition.coverage_of", "count", &err),
              &err);
    report = NULL;
    assert_ok(evaluate_texts(&report, &texts, config, &err), &err);
    assert_contains(recsys_report_json(report),
                    "\"profile\":\"ranx\",\"numbers_of\":\"ranx "
                    "0.3.21\",\"verified\":false,\"definition\":{\"gain\":\"exp2\","
                    "\"coverage_of\":\"count\"},");
    recsys_report_destroy(report);
    recsys_config_destroy(config);
}

/* ---- listed candidates ----------------------------------------------------------- */

#define NCF_PROBLEM                                                                            \
    "evaluation.profile: ncf ranks listed candidates; expected their file in "                 \
    "evaluation.candidates"

/* With them, 9 is no candidate of a: the hits move up to ranks 1 and 2. */
static void ncf_needs_candidates(void **state)
{
    (void)state;
    static const run_case listed = {.run = run_text,
                                    .judgements = judged_text,
                                    .candidates = "user,movie\na,8\nb,8\nc,8\nd,8\n"};
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = options("evaluation.profile", "ncf");
    assert_fails(evaluate_texts(&report, &texts, config, &err), RECSYS_E_CONFIG, &err);
    assert_string_equal(err.text, NCF_PROBLEM);
    assert_null(report);
    assert_ok(evaluate_texts(&report, &listed, config, &err), &err);
    nearly(metric(report, "mrr"), (1.0 + 1) / 3);
    assert_contains(recsys_report_json(report),
                    "\"profile\":\"ncf\",\"numbers_of\":\"neural_collaborative_filtering\","
                    "\"verified\":false,\"definition\":{},\"candidates\":\"listed\",");
    recsys_report_destroy(report);
    recsys_config_destroy(config);
}

static void ncf_needs_candidates_of_a_model_too(void **state)
{
    (void)state;
    recsys_ratings *ratings = NULL, *train = NULL, *test = NULL;
    recsys_model *model = NULL;
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = options("evaluation.profile", "ncf");
    assert_ok(sample_ratings(&ratings, NULL, 12, 12, &err), &err);
    assert_ok(recsys_split(&train, &test, ratings, "user-random:0.2", 1, &err), &err);
    assert_ok(recsys_model_fit(&model, NULL, train, NULL, NULL, NULL, &err), &err);
    assert_fails(recsys_evaluate(&report, model, test, config, NULL, &err), RECSYS_E_CONFIG,
                 &err);
    assert_string_equal(err.text, NCF_PROBLEM);
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
    recsys_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_hits_are_divided_by),
        cmocka_unit_test(gains),
        cmocka_unit_test(discounts_and_ideals),
        cmocka_unit_test(averages),
        cmocka_unit_test(f1),
        cmocka_unit_test(f1_of_means_has_no_interval),
        cmocka_unit_test(users_with_nothing_relevant),
        cmocka_unit_test(users_without_a_list),
        cmocka_unit_test(complete_wants_a_list_of_everybody),
        cmocka_unit_test(means_over_nobody),
        cmocka_unit_test(equal_scores),
        cmocka_unit_test(all_lists_together),
        cmocka_unit_test(coverage_of_what_is_not_known),
        cmocka_unit_test(profiles_are_kept),
        cmocka_unit_test(options_go_before_the_profile),
        cmocka_unit_test(reports_say_what_was_changed),
        cmocka_unit_test(ncf_needs_candidates),
        cmocka_unit_test(ncf_needs_candidates_of_a_model_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
