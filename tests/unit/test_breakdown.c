/* Metrics of parts: against those of the part's judgements alone (tests/oracle/metrics.py), and
 * by hand where values are equal, cut or too many. */
#include "worlds_testing.h"

#include "base/json.h"

/* ---- against the oracle ---------------------------------------------------------- */

static const rs_breakdown *find_breakdown(const recsys_report *report, const char *by)
{
    for (size_t i = 0; i < report->breakdowns; i++)
        if (strcmp(report->breakdown[i].by, by) == 0) return &report->breakdown[i];
    fail_msg("no breakdown by %s", by);
    return NULL;
}

static const rs_group *find_group(const recsys_report *report, const char *by, const char *name)
{
    const rs_breakdown *b = find_breakdown(report, by);
    for (size_t g = 0; g < b->groups; g++)
        if (strcmp(b->group[g].name, name) == 0) return &b->group[g];
    fail_msg("no group \"%s\" by %s", name, by);
    return NULL;
}

static void check_group(const world *w)
{
    char what[256];
    const rs_group *group = find_group(world_report(w), w->field[2], w->field[3]);
    snprintf(what, sizeof what, "%s, %s: %s, %s", w->name, w->field[1], w->field[2],
             w->field[3]);
    is_near((double)group->users, world_number(w, 4), what);
    is_near((double)group->relevant, world_number(w, 5), what);
    for (size_t m = 0; m < RS_USER_METRICS; m++)
        is_near(group->metrics[m], world_number(w, 6 + m), what);
}

static size_t count_groups(const recsys_report *report)
{
    size_t count = 0;
    for (size_t i = 0; i < report->breakdowns; i++) count += report->breakdown[i].groups;
    return count;
}

static void check_whole(const recsys_report *report, size_t groups, int has_time)
{
    const char *json = recsys_report_json(report);
    assert_int_equal(count_groups(report), groups);
    assert_int_equal(report->breakdowns, 5);
    assert_int_equal(strstr(json, "{\"by\":\"time\",\"why\"") == NULL, has_time);
    assert_null(rs_json_check(report->runtime, json, strlen(json), NULL));
}

static void groups_are_the_oracles(void **state)
{
    (void)state;
    world w;
    size_t all = 0;
    for (worlds_begin(&w); world_next(&w);) {
        size_t groups[SYSTEMS] = {0};
        while (world_line(&w)) {
            if (!world_line_is(&w, "group")) continue;
            check_group(&w);
            groups[world_system(&w)]++;
            all++;
        }
        for (size_t s = 0; s < SYSTEMS; s++) check_whole(w.report[s], groups[s], s >= 2);
    }
    assert_true(all > 250);
}

/* ---- by hand --------------------------------------------------------------------- */

/* Profiles of 1, 2, 2, 2, 3, 3, 4 and 5 movies: quarters would end at 2, 2, 3 and 5, so the
 * first holds four users. Whose profile is of 4 has no list. Nobody who has no training rating
 * is judged. */
static void equal_values_stay_together(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.breakdowns", "activity", "evaluation.k",
                                        "1", NULL};
    static const size_t sizes[] = {1, 2, 2, 2, 3, 3, 4, 5};
    static const char *const users[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    static const char *const movies[] = {"1", "2", "3", "4", "5"};
    row training[22];
    size_t count = 0;
    for (size_t u = 0; u < 8; u++)
        for (size_t m = 0; m < sizes[u]; m++)
            training[count++] = (row){users[u], movies[m], 5, 0};
    recsys_ratings *train = make_ratings(NULL, training, count);
    const run_case c = {"user,movie\na,9\nb,8\nc,9\nd,9\ne,9\nf,8\nh,9\n",
                        "user,movie\na,9\nb,9\nc,9\nd,9\ne,9\nf,9\ng,9\nh,9\n", .train = train};
    static const double precision[] = {3.0 / 4, 1.0 / 2, 1.0 / 2};
    static const char *const names[] = {"1 to 2 training ratings", "3 to 3 training ratings",
                                        "4 to 5 training ratings"};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
    assert_int_equal(report->breakdown[0].groups, 3);
    for (size_t g = 0; g < 3; g++) {
        const rs_group *group = find_group(report, "activity", names[g]);
        is_near(group->metrics[RS_METRIC_PRECISION], precision[g], names[g]);
        assert_string_equal(report->breakdown[0].group[g].name, names[g]);
    }
    recsys_report_destroy(report);
    recsys_ratings_destroy(train);
}

/* AUC of a part of the users is theirs; a part of what they like has none. */
static void auc_of_a_part(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.breakdowns", "activity,popularity",
                                        "evaluation.auc", "true", NULL};
    const row training[] = {{"u", "1", 5, 0}, {"u", "2", 5, 0}, {"w", "1", 5, 0}};
    recsys_ratings *train = make_ratings(NULL, training, 3);
    const run_case c = {"user,movie\nu,a\nu,b\nv,b\nv,a\n", "user,movie\nu,a\nv,a\n",
                        .train = train};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
    is_near(metric(report, "auc"), 0.5, "of both");
    is_near(find_group(report, "activity", "no training ratings")->metrics[RS_METRIC_AUC], 0,
            "of v");
    is_near(find_group(report, "activity", "2 to 2 training ratings")->metrics[RS_METRIC_AUC],
            1, "of u");
    is_near(find_group(report, "popularity", "tail: all other movies")->metrics[RS_METRIC_AUC],
            (double)NAN, "of the tail");
    recsys_report_destroy(report);
    recsys_ratings_destroy(train);
}

/* Grades as they are written: the float that is nearest to 2.2 is above it. */
static void grades_are_no_floats(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.relevant_grade",
                                        "2.2",
                                        "evaluation.k",
                                        "1",
                                        "evaluation.breakdowns",
                                        "popularity",
                                        "evaluation.auc",
                                        "true",
                                        NULL};
    const row training[] = {{"u", "a", 5, 0}};
    recsys_ratings *train = make_ratings(NULL, training, 1);
    const run_case c = {"user,movie\nu,b\nu,a\n", "user,movie,grade\nu,b,2.2\nu,c,2.1\n",
                        .train = train};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
    is_near(metric(report, "recall"), 1, "b is relevant");
    is_near(metric(report, "auc"), 1, "b is relevant");
    is_near(metric(report, "serendipity"), 1, "b is relevant"); /* rank 2 of 1 movie */
    assert_int_equal(find_group(report, "popularity", "tail: all other movies")->relevant, 1);
    assert_contains(recsys_report_json(report), "\"relevant\":[\"b\"]");
    recsys_report_destroy(report);
    recsys_ratings_destroy(train);
}

/* Without training data there is no activity and no popularity; a run has no times. */
static void what_is_not_known_has_no_parts(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.breakdowns", "time,activity,popularity,",
                                        NULL};
    const run_case c = {.run = "user,movie\nu,a\n", .judgements = "user,movie\nu,a\n"};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
    assert_int_equal(count_groups(report), 0);
    assert_contains(
        recsys_report_json(report),
        "\"breakdowns\":[{\"by\":\"time\",\"why\":\"judgements of lists have no "
        "times\",\"groups\":[]},{\"by\":\"activity\",\"why\":\"the training ratings "
        "are not known\",\"groups\":[]},{\"by\":\"popularity\",\"why\":\"the "
        "training ratings are not known\",\"groups\":[]}]");
    recsys_report_destroy(report);
}

static void other_words_are_refused(void **state)
{
    (void)state;
    static const char *const words[] = {"x",        "activity,x", "activity,,time",
                                        "Activity", "activity x", ","};
    const run_case c = {.run = "user,movie\nu,a\n", .judgements = "user,movie\nu,a\n"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *const pairs[] = {"evaluation.breakdowns", words[i], NULL};
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_report *report = NULL;
        assert_fails(evaluate_run(&report, &c, pairs, &err), RECSYS_E_CONFIG, &err);
        assert_contains(err.text, "is none of activity, popularity, time");
        if (i < 2) assert_contains(err.text, "evaluation.breakdowns: \"x\"");
        assert_null(report);
    }
}

/* ---- attributes ------------------------------------------------------------------ */

/* Names are cut before 64 bytes, between letters; an empty column has no groups. */
static void names_of_values(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    char people[256], cut[64];
    snprintf(people, sizeof people, "user,\"a \"\"b\"\"\",empty\nu,%s%s%s,\nv,x,\n",
             "123456789 123456789 123456789 ", "123456789 123456789 123456789 12",
             "\xe2\x82\xac and more");
    memcpy(cut, people + strlen("user,\"a \"\"b\"\"\",empty\nu,"), 62);
    cut[62] = '\0';
    const run_case c = {"user,movie\nu,a\nv,a\n", "user,movie\nu,a\nv,b\n", .people = people};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &c, none, &err), &err);
    is_near(find_group(report, "a \"b\"", cut)->metrics[RS_METRIC_HIT_RATE], 1, "u");
    is_near(find_group(report, "a \"b\"", "x")->metrics[RS_METRIC_HIT_RATE], 0, "v");
    assert_int_equal(find_breakdown(report, "empty")->groups, 0);
    const char *json = recsys_report_json(report);
    assert_null(rs_json_check(report->runtime, json, strlen(json), NULL));
    assert_contains(json, "{\"by\":\"a \\\"b\\\"\",\"groups\":[{\"name\":\"1234");
    assert_contains(json, "\"relevant\":1,\"metrics\":{\"precision\":0.1,\"recall\":1,");
    assert_contains(json, "{\"by\":\"empty\",\"why\":\"none of the relevant "
                          "judgements belongs to a group\",\"groups\":[]}");
    assert_contains(json,
                    "{\"name\":\"x\",\"users\":1,\"relevant\":1,\"metrics\":{\"precision\"");
    recsys_report_destroy(report);
}

/* One user each, all but the first with a hit: 63 values of their own, and 17 are others. */
static void many_values(void **state)
{
    (void)state;
    enum { USERS = 80 };
    static const char *const pairs[] = {"evaluation.interval", "none", NULL};
    char run[USERS * 16] = "user,movie\n", judged[USERS * 16] = "user,movie\n";
    char people[USERS * 16] = "user,x\n";
    for (size_t u = 0; u < USERS; u++) {
        snprintf(run + strlen(run), 16, "%zu,%s\n", u, u == 0 ? "b" : "a");
        snprintf(judged + strlen(judged), 16, "%zu,a\n", u);
        snprintf(people + strlen(people), 16, "%zu,v%zu\n", u, u);
    }
    const run_case c = {run, judged, .people = people};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
    assert_int_equal(find_breakdown(report, "x")->groups, 64);
    is_near(find_group(report, "x", "v0")->metrics[RS_METRIC_HIT_RATE], 0, "the first");
    assert_int_equal(find_group(report, "x", "v62")->users, 1);
    assert_int_equal(find_group(report, "x", "other")->users, USERS - 63);
    recsys_report_destroy(report);
}

static void mistakes_name_the_file(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    const run_case c = {"user,movie\nu,a\n", "user,movie\nu,a\n",
                        .people = "user,x\nu,1\nu,2\n"};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_fails(evaluate_run(&report, &c, none, &err), RECSYS_E_PARSE, &err);
    assert_contains(err.text, "people:3: user: value \"u\", expected each user once");
    assert_null(report);
}

/* ---- times ------------------------------------------------------------------------ */

/* Ratings of eight days, two of them without a time, which are in no part. */
static void times_that_are_not_known(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.breakdowns", "time", "evaluation.k", "1",
                                        NULL};
    const row training[] = {{"a", "1", 5, 0}, {"b", "1", 5, 0}, {"b", "2", 5, 0}};
    row tested[] = {{"x", "1", 5, 1500000000},
                    {"x", "2", 5, 1500000000 + 86400},
                    {"y", "1", 5, 1500000000 + 3 * 86400},
                    {"y", "2", 5, 0},
                    {"z", "1", 5, 1500000000 + 9 * 86400},
                    {"z", "2", 1, 0}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    recsys_config *config = make_config(pairs);
    recsys_ratings *train = make_ratings(NULL, training, 3);
    recsys_model *model = fit(NULL, train, NULL);
    for (int known = 1; known >= 0; known--) {
        recsys_ratings *test = make_ratings(NULL, tested, 6);
        assert_ok(recsys_evaluate(&report, model, test, config, NULL, &err), &err);
        assert_int_equal(report->breakdowns, 1);
        if (known) {
            assert_int_equal(report->breakdown[0].groups, 4);
            static const char *const names[] = {
                "2017-07-14 to 2017-07-14", "2017-07-15 to 2017-07-15",
                "2017-07-17 to 2017-07-17", "2017-07-23 to 2017-07-23"};
            for (size_t g = 0; g < 4; g++) /* movie 2 is not in front */
                is_near(find_group(report, "time", names[g])->metrics[RS_METRIC_RECALL], g != 1,
                        names[g]);
        }
        recsys_report_destroy(report);
        recsys_ratings_destroy(test);
        for (size_t i = 0; i < 6; i++) tested[i].time = 0;
    }
    recsys_config_destroy(config);
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
}

/* ---- memory ---------------------------------------------------------------------- */

typedef struct again {
    const world *world;
    char run[512], judgements[512];
    recsys_config *config;
} again;

static recsys_status run_again(recsys_runtime *runtime, void *data, recsys_error *err)
{
    again *a = data;
    recsys_report *report = NULL;
    recsys_status status =
        recsys_evaluate_run(&report, runtime, a->run, a->judgements, a->world->train,
                            a->world->movies, a->config, err);
    recsys_report_destroy(report);
    return status;
}

/* With all there is: training data, a catalogue, candidates, attributes. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    world w;
    worlds_begin(&w);
    assert_true(world_next(&w));
    again a = {.world = &w, .config = world_config(&w, 1, 1)};
    test_path(a.run, w.folder, "run.csv");
    test_path(a.judgements, w.folder, "judgements.csv");
    assert_true(test_each_allocation(run_again, &a, 1, 1) > 100);
    recsys_config_destroy(a.config);
    world_clear(&w);
    fclose(w.fixture);
}

/* The same of a model, whose runtime it is. */
static void every_allocation_of_a_model_may_fail(void **state)
{
    (void)state;
    world w;
    test_heap heap = {0};
    worlds_begin(&w);
    assert_true(world_next(&w));
    recsys_runtime *runtime = test_runtime(&heap, 1);
    recsys_config *config = world_config(&w, 1, 1);
    recsys_model *model = fit(runtime, w.train, w.movies);
    assert_true(evaluate_each_allocation(&heap, model, w.test, config) > 100);
    recsys_config_destroy(config);
    recsys_model_destroy(model);
    recsys_runtime_destroy(runtime);
    world_clear(&w);
    fclose(w.fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_the_oracles),
        cmocka_unit_test(equal_values_stay_together),
        cmocka_unit_test(auc_of_a_part),
        cmocka_unit_test(grades_are_no_floats),
        cmocka_unit_test(what_is_not_known_has_no_parts),
        cmocka_unit_test(other_words_are_refused),
        cmocka_unit_test(names_of_values),
        cmocka_unit_test(many_values),
        cmocka_unit_test(mistakes_name_the_file),
        cmocka_unit_test(times_that_are_not_known),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(every_allocation_of_a_model_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
