/* What all lists are like together: against tests/oracle/variety.py, and by hand where it draws
 * pairs or where nothing is known. */
#include "worlds_testing.h"

#include "base/json.h"
#include "eval/tail.h"
#include "eval/variety.h"

/* ---- against the oracle ---------------------------------------------------------- */

static int is_of_variety(const char *metric)
{
    static const char *const names[] = {
        "coverage",          "diversity", "user_coverage", "diversity_cosine",
        "diversity_jaccard", "gini",      "entropy",       "novelty",
        "popularity_bias",   "tail",      "ild",           "serendipity"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], metric) == 0) return 1;
    return 0;
}

static void values_are_the_oracles(void **state)
{
    (void)state;
    world w;
    size_t values = 0;
    for (worlds_begin(&w); world_next(&w);)
        while (world_line(&w)) {
            if (!world_line_is(&w, "value") || !is_of_variety(w.field[2])) continue;
            world_check_value(&w);
            values++;
        }
    assert_int_equal(values, 7 * SYSTEMS * 3 * 12); /* worlds, systems, cut-offs, metrics */
}

/* At each point as many of the most rated movies as it says: what they have. */
static void check_curve(const world *w)
{
    char what[128];
    const rs_exposure *e = &world_report(w)->exposure;
    int is_training = strcmp(w->field[2], "training") == 0;
    const double *curve = is_training ? e->training : e->lists;
    size_t movies = w->fields - 4; /* the fixture has the shares of 0, 1, ..., all movies */
    snprintf(what, sizeof what, "%s, %s: exposure of %s", w->name, w->field[1], w->field[2]);
    assert_true(e->known);
    assert_near(e->movies[0], 0, 0);
    assert_near(e->movies[RS_EXPOSURE_POINTS - 1], 1, 0);
    for (size_t point = 0; point < RS_EXPOSURE_POINTS; point++) {
        double first = e->movies[point] * (double)movies;
        is_near(first, round(first), what);
        is_near(curve[point], world_number(w, 3 + (size_t)round(first)), what);
        assert_true(point == 0 || e->movies[point] >= e->movies[point - 1]);
    }
    assert_near(e->movies[(RS_EXPOSURE_POINTS - 1) / 2], 0.1, 0.5 / (double)movies);
    assert_near(e->movies[(RS_EXPOSURE_POINTS - 1) * 3 / 4], 0.55, 0.5 / (double)movies + 1e-9);
}

static void exposure_is_the_oracles(void **state)
{
    (void)state;
    world w;
    size_t curves = 0, ends = 0;
    for (worlds_begin(&w); world_next(&w);)
        while (world_line(&w)) {
            if (world_line_is(&w, "curve")) {
                check_curve(&w);
                curves++;
            } else if (world_line_is(&w, "ends")) {
                is_near(world_report(&w)->exposure.head, world_number(&w, 2), w.name);
                is_near(world_report(&w)->exposure.middle, world_number(&w, 3), w.name);
                ends++;
            }
        }
    assert_int_equal(curves, 2 * ends);
    assert_true(ends > 20);
}

/* ---- head, middle, tail ---------------------------------------------------------- */

static void groups_are(const uint64_t *raters, size_t movies, const char *want)
{
    uint8_t group[8];
    uint32_t popular[8];
    for (size_t i = 0; i < movies; i++) popular[i] = (uint32_t)i; /* raters fall already */
    rs_popularity_groups(group, popular, raters, movies);
    for (size_t i = 0; i < movies; i++) assert_int_equal("hmt"[group[i]], want[i]);
}

/* The head ends with the movie that brings it to half of all ratings, the middle with the one
 * that brings both to 80 %. */
static void borders_of_the_tail(void **state)
{
    (void)state;
    groups_are((const uint64_t[]){5, 3, 2}, 3, "hmt");         /* 50 %, 80 % exactly */
    groups_are((const uint64_t[]){4, 2, 2, 1, 1}, 5, "hhmtt"); /* 40, 60; 80 exactly */
    groups_are((const uint64_t[]){4, 3, 2, 1, 0}, 5, "hhmtt"); /* 40, 70; 90 */
    groups_are((const uint64_t[]){1, 1, 1, 1, 1, 1}, 6, "hhhmmt");
    groups_are((const uint64_t[]){1, 1, 1}, 3, "hhm"); /* 33, 67; 100: none is left */
    groups_are((const uint64_t[]){7, 0, 0}, 3, "htt");
    groups_are((const uint64_t[]){0, 0}, 2, "tt");
}

/* ---- pairs that are drawn -------------------------------------------------------- */

/* Users of a group have the same list; those of neighbouring groups have half of it in common.
 * Their meetings are more than are looked at one by one. */
enum { CROWD = 16000, LIST = 10, CROWD_GROUPS = 40 };

typedef struct crowd {
    recsys_runtime *runtime;
    uint64_t ptr[CROWD + 1];
    uint32_t user[CROWD], movie[CROWD * LIST];
    double value[CROWD * LIST];
    rs_entries lists;
    rs_evidence evidence;
    size_t sample, drawn; /* pairs: asked for, looked at */
} crowd;

static size_t group_of(size_t user)
{
    return user * user % CROWD_GROUPS; /* groups of quite different sizes */
}

static void make_crowd(crowd *c)
{
    memset(c, 0, sizeof *c);
    assert_int_equal(recsys_runtime_create(&c->runtime, NULL, NULL), RECSYS_OK);
    for (size_t u = 0; u < CROWD; u++) {
        c->user[u] = (uint32_t)u;
        c->ptr[u + 1] = (u + 1) * LIST;
        for (size_t at = 0; at < LIST; at++)
            c->movie[u * LIST + at] = (uint32_t)(group_of(u) * LIST / 2 + at);
    }
    c->lists = (rs_entries){
        c->runtime, CROWD, (uint64_t)CROWD * LIST, c->ptr, c->movie, c->value, 0, "file", NULL};
}

static double jaccard_of(crowd *c, size_t users, size_t k, uint64_t seed)
{
    double metrics[RS_METRICS];
    recsys_error err = RECSYS_ERROR_INIT;
    rs_variety v = {.runtime = c->runtime,
                    .lists = &c->lists,
                    .judged = &c->lists,
                    .user = c->user,
                    .users = users,
                    .movies = CROWD * LIST,
                    .evidence = &c->evidence,
                    .definition = rs_definition_at(0),
                    .pairs = 1,
                    .pair_sample = c->sample,
                    .seed = seed};
    assert_ok(rs_variety_begin(&v, &err), &err);
    rs_variety_measure(&v, k, metrics);
    c->drawn = v.drawn_pairs;
    rs_variety_free(&v);
    return metrics[RS_METRIC_DIVERSITY_JACCARD];
}

/* From the sizes of the groups: 1 within one, 5 of 15 between neighbours; *spread: the standard
 * deviation of one pair. */
static double jaccard_by_groups(size_t users, double *spread)
{
    double size[CROWD_GROUPS] = {0}, sum = 0, square = 0;
    double pairs = (double)users * (double)(users - 1) / 2;
    for (size_t u = 0; u < users; u++) size[group_of(u)]++;
    for (size_t g = 0; g < CROWD_GROUPS; g++) {
        sum += size[g] * (size[g] - 1) / 2;
        square += size[g] * (size[g] - 1) / 2;
        if (g + 1 == CROWD_GROUPS) break;
        sum += size[g] * size[g + 1] / 3;
        square += size[g] * size[g + 1] / 9;
    }
    *spread = sqrt(square / pairs - sum / pairs * (sum / pairs));
    return 1 - sum / pairs;
}

static void very_many_pairs_are_drawn(void **state)
{
    (void)state;
    double spread;
    crowd *c = malloc(sizeof *c);
    assert_non_null(c);
    make_crowd(c);
    assert_near(jaccard_of(c, 1000, LIST, 1), jaccard_by_groups(1000, &spread), 1e-12);
    assert_int_equal(c->drawn, 0);
    c->sample = 10000;
    assert_near(jaccard_of(c, 1000, LIST, 1), jaccard_by_groups(1000, &spread),
                4 * spread / 100);
    assert_int_equal(c->drawn, 10000);
    c->sample = 0;
    double want = jaccard_by_groups(CROWD, &spread), first = jaccard_of(c, CROWD, LIST, 1);
    double second = jaccard_of(c, CROWD, LIST, 2);
    assert_true(spread > 0.1);
    assert_int_equal(c->drawn, 1000000);
    assert_near(first, want, 4 * spread / 1000); /* a million pairs */
    assert_near(second, want, 4 * spread / 1000);
    assert_near(jaccard_of(c, CROWD, LIST, 1), first, 0);
    assert_true(first != second && first != want);
    for (size_t i = 0; i < CROWD * LIST; i++)
        c->movie[i] = (uint32_t)i; /* nobody is drawn twice */
    assert_near(jaccard_of(c, CROWD, LIST, 1), 1, 0);
    recsys_runtime_destroy(c->runtime);
    free(c);
}

/* ---- what is not known ----------------------------------------------------------- */

static recsys_report *report_of(const char *run, const char *judgements,
                                const recsys_ratings *train, const char *const *pairs)
{
    const run_case c = {.run = run, .judgements = judgements, .train = train};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
    return report;
}

static void nothing_known_is_not_a_number(void **state)
{
    (void)state;
    static const char *const none[] = {NULL}, *const pairs[] = {"evaluation.pairs", "true",
                                                                NULL};
    static const char *const unknown[] = {
        "coverage", "gini", "novelty",     "popularity_bias",
        "tail",     "ild",  "serendipity", "diversity_jaccard"};
    recsys_report *report =
        report_of("user,movie\nu,a\nu,b\nv,b\n", "user,movie\nu,a\nv,c\n", NULL, none);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        is_near(metric(report, unknown[i]), (double)NAN, unknown[i]);
    /* a once, b twice; u and v have one of the two places in common */
    assert_near(metric(report, "entropy"), log2(3) - 2.0 / 3, 1e-12);
    assert_near(metric(report, "user_coverage"), 1, 0);
    assert_near(metric(report, "diversity_cosine"), 1 - 1 / sqrt(2), 1e-12);
    assert_contains(recsys_report_json(report), "\"exposure\":null");
    recsys_report_destroy(report);
    report = report_of("user,movie\nu,a\n", "user,movie\nu,a\n", NULL, pairs);
    is_near(metric(report, "diversity_jaccard"), (double)NAN, "of one user");
    is_near(metric(report, "diversity_cosine"), (double)NAN, "of one user");
    recsys_report_destroy(report);
    report = report_of("user,movie\nw,a\n", "user,movie\nu,a\nv,a\n", NULL, pairs);
    is_near(metric(report, "entropy"), (double)NAN, "without a list");
    assert_near(metric(report, "user_coverage"), 0, 0);
    assert_near(metric(report, "diversity_cosine"), 1, 0);
    assert_near(metric(report, "diversity_jaccard"), 1, 0);
    recsys_report_destroy(report);
}

/* More movies in the lists than there are said to be. */
static void gini_of_movies_that_nobody_has_heard_of(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    const row training[] = {{"u", "a", 5, 0}};
    recsys_ratings *train = make_ratings(NULL, training, 1);
    recsys_report *report =
        report_of("user,movie\nu,b\nu,c\nv,c\n", "user,movie\nu,b\n", train, none);
    assert_near(metric(report, "gini"), 0, 1e-12); /* v is not judged: b once, c once */
    recsys_report_destroy(report);
    recsys_ratings_destroy(train);
}

/* Equal raters go by id, whatever the order of rows: a, b and c have one rater each, so the
 * head is a and b. In serendipity they share rank 1, so that c at the first place is no
 * surprise; d, which nobody rated, at the second of three movies is one of 2/3. */
static void ties_go_by_id(void **state)
{
    (void)state;
    static const char *const pairs[] = {"evaluation.k", "2", NULL};
    static const char *const orders[] = {"user,movie\nu,c\nu,d\nu,a\n",
                                         "user,movie\nu,a\nu,d\nu,c\n"};
    const row training[] = {{"x", "a", 5, 0}, {"y", "b", 5, 0}, {"z", "c", 5, 0}};
    recsys_ratings *train = make_ratings(NULL, training, 3);
    for (size_t i = 0; i < 2; i++) {
        recsys_report *report = report_of("user,movie\nu,c\nu,d\n", orders[i], train, pairs);
        assert_near(metric(report, "serendipity"), 2.0 / 3 / 2, 1e-12);
        assert_near(report->exposure.head, 2.0 / 3, 1e-12);
        assert_near(report->exposure.lists[RS_EXPOSURE_POINTS - 1], 0.5, 0); /* d is of none */
        recsys_report_destroy(report);
        report = report_of("user,movie\nu,a\nu,b\n", orders[i], train, pairs);
        assert_near(metric(report, "tail"), 0, 0);
        assert_near(report->exposure.lists[RS_EXPOSURE_POINTS / 2 + 10], 0.5, 0); /* of a */
        recsys_report_destroy(report);
    }
    recsys_ratings_destroy(train);
}

static void exposure_as_json(void **state)
{
    (void)state;
    rs_text text;
    recsys_runtime *runtime = NULL;
    rs_exposure e = {.known = 1, .head = 0.25, .middle = 0.5};
    assert_int_equal(recsys_runtime_create(&runtime, NULL, NULL), RECSYS_OK);
    for (size_t i = 0; i < RS_EXPOSURE_POINTS; i++) {
        e.movies[i] = (double)i;
        e.lists[i] = (double)i + 100;
        e.training[i] = (double)i + 200;
    }
    rs_text_begin(&text, runtime);
    rs_text_add(&text, "{");
    rs_exposure_put(&text, &e);
    rs_text_add(&text, "}");
    assert_null(rs_json_check(runtime, text.data, text.size, NULL));
    assert_contains(text.data, "{\"exposure\":{\"movies\":[0,1,2,");
    assert_contains(text.data, ",59,60],\"lists\":[100,101,");
    assert_contains(text.data, ",160],\"training\":[200,201,");
    assert_contains(text.data, ",260],\"head\":0.25,\"mid\":0.5}}");
    rs_text_free(&text);
    recsys_runtime_destroy(runtime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_the_oracles),
        cmocka_unit_test(exposure_is_the_oracles),
        cmocka_unit_test(borders_of_the_tail),
        cmocka_unit_test(very_many_pairs_are_drawn),
        cmocka_unit_test(nothing_known_is_not_a_number),
        cmocka_unit_test(gini_of_movies_that_nobody_has_heard_of),
        cmocka_unit_test(ties_go_by_id),
        cmocka_unit_test(exposure_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
