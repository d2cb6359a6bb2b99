/* Level entries of a run: every way to order them, against the oracle's fixture that
 * make_ties_fixture.py wrote, and what the fixture has not. */
#include "evaluations_testing.h"

#define WAYS 7
#define VALUES 7

static const char *const names[VALUES] = {"precision", "recall", "f1", "ndcg",
                                          "hit_rate",  "map",    "mrr"};

typedef struct fixture {
    FILE *file;
    char line[512]; /* the next one */
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    if (f == NULL) return -1;
    f->file = fopen("tests/data/ties.txt", "r");
    *state = f;
    if (f->file == NULL) return -1;
    return fgets(f->line, sizeof f->line, f->file) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    fclose(f->file);
    free(f);
    return 0;
}

/* One user's list, judgements and training ratings. */
typedef struct tied {
    char run[2048], judged[2048];
    char rated[16][16]; /* movies */
    size_t raters[16], movies;
    size_t movie, rater; /* where the rows stand */
    char user[24];
    char way[WAYS][24];
    double want[WAYS][VALUES];
    size_t ways;
    char k[8];
} tied;

static void append(char text[2048], const char *format, const char *a, const char *b)
{
    size_t size = strlen(text);
    snprintf(text + size, 2048 - size, format, a, b);
}

static int take_line(tied *t, const char *line)
{
    char a[24], b[24];
    double *v = t->want[t->ways < WAYS ? t->ways : 0];
    if (sscanf(line, "relevant %23s", a) == 1) {
        append(t->judged, "u,%s%s\n", a, "");
    } else if (sscanf(line, "listed %23s %23s", a, b) == 2) {
        append(t->run, "u,%s,%s\n", a, b);
    } else if (sscanf(line, "raters %15s %zu", t->rated[t->movies % 16],
                      &t->raters[t->movies % 16]) == 2) {
        t->movies++;
    } else if (sscanf(line, "want %23s %lf %lf %lf %lf %lf %lf %lf", t->way[t->ways % WAYS],
                      &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6]) == 8) {
        t->ways++;
    } else {
        return 0;
    }
    return 1;
}

/* 0: there are no more. */
static int next_case(fixture *f, tied *t)
{
    *t = (tied){.run = "user,movie,score\n", .judged = "user,movie\n"};
    if (sscanf(f->line, "case %7s", t->k) != 1) return 0;
    f->line[0] = '\0';
    while (fgets(f->line, sizeof f->line, f->file) != NULL && take_line(t, f->line))
        f->line[0] = '\0';
    assert_int_equal(t->ways, WAYS);
    return 1;
}

static int next_rater(void *data, recsys_row *out)
{
    tied *t = data;
    if (t->movie == t->movies) return 0;
    snprintf(t->user, sizeof t->user, "r%zu", t->rater);
    out->user = t->user;
    out->movie = t->rated[t->movie];
    out->rating = 3;
    out->timestamp = 0;
    if (++t->rater == t->raters[t->movie]) {
        t->rater = 0;
        t->movie++;
    }
    return 1;
}

static recsys_status score(recsys_report **report, const run_case *c, const char *way,
                           const char *k, recsys_error *err)
{
    const char *const pairs[] = {"evaluation.definition.ties",
                                 way,
                                 "evaluation.k",
                                 k,
                                 "evaluation.interval",
                                 "none",
                                 NULL};
    return evaluate_run(report, c, pairs, err);
}

static void is(const run_case *c, const char *way, const char *k, const char *name, double want)
{
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(score(&report, c, way, k, &err), &err);
    is_within(metric(report, name), want, 1e-14, way);
    recsys_report_destroy(report);
}

static void all_ways_are_the_oracles(void **state)
{
    fixture *f = *state;
    tied t;
    size_t cases = 0;
    for (; next_case(f, &t); cases++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_ratings *train = NULL;
        assert_ok(recsys_ratings_from_rows(&train, NULL, next_rater, &t, &err), &err);
        const run_case c = {.run = t.run, .judgements = t.judged, .train = train};
        for (size_t w = 0; w < WAYS; w++) {
            recsys_report *report = NULL;
            assert_ok(score(&report, &c, t.way[w], t.k, &err), &err);
            for (size_t v = 0; v < VALUES; v++)
                is_within(metric(report, names[v]), t.want[w][v], 1e-14, t.way[w]);
            recsys_report_destroy(report);
        }
        recsys_ratings_destroy(train);
    }
    assert_int_equal(cases, 36);
}

/* Equal ranks are level too; a, b and c have places 1 to 3 in any order, one of them is
 * relevant. Hits expected at the places: 1/3 each; K = 2. Precisions at 1 and 2 expected: 1/3,
 * 2/3 / 2. */
static void ranks_and_counts_are_averaged_too(void **state)
{
    (void)state;
    static const run_case c = {.run = "user,movie,rank\nu,a,1\nu,b,1\nu,c,1\n",
                               .judgements = "user,movie\nu,c\n"};
    static const char *const pairs[] = {"evaluation.k",
                                        "2",
                                        "evaluation.definition.ties",
                                        "average",
                                        "evaluation.definition.hit_rate",
                                        "count",
                                        "evaluation.definition.map",
                                        "mean_precision",
                                        NULL};
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(evaluate_run(&report, &c, pairs, &err), &err);
    near(metric(report, "hit_rate"), 2.0 / 3);
    near(metric(report, "map"), (1.0 / 3 + 1.0 / 3) / 2);
    recsys_report_destroy(report);
}

/* Without candidates x and y, c and a are left of a level group whose first was left out. */
static void candidates_stay_level(void **state)
{
    (void)state;
    static const run_case c = {.run = "user,movie,score\nu,x,2\nu,c,2\nu,a,2\nu,y,1\nu,b,1\n",
                               .judgements = "user,movie\nu,a\n",
                               .candidates = "user,movie\nu,a\nu,b\nu,c\n"};
    is(&c, "average", "1", "precision", 1.0 / 2);
    is(&c, "rising", "1", "precision", 1);
    is(&c, "file", "1", "precision", 0);
}

static void popularity_needs_training_ratings(void **state)
{
    (void)state;
    static const run_case c = {.run = "user,movie,score\nu,a,2\n",
                               .judgements = "user,movie\nu,a\n"};
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_fails(score(&report, &c, "popularity", "10", &err), RECSYS_E_INVALID, &err);
    assert_string_equal(err.text,
                        "evaluation.definition.ties: popularity needs the training ratings");
    assert_null(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_ways_are_the_oracles, set_up, tear_down),
        cmocka_unit_test(ranks_and_counts_are_averaged_too),
        cmocka_unit_test(candidates_stay_level),
        cmocka_unit_test(popularity_needs_training_ratings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
