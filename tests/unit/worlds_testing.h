/* The worlds of tests/data/evaluations.txt (tests/oracle/make_evaluations_fixture.py has its
 * form) with the reports of their four systems. */
#ifndef RS_WORLDS_TESTING_H
#define RS_WORLDS_TESTING_H

#include "evaluations_testing.h"

enum { SYSTEMS = 4, MOST_FIELDS = 100 };
static const char *const system_names[SYSTEMS] = {"run", "listed", "popular", "few"};

typedef struct world {
    FILE *fixture;
    char line[8192]; /* read and not used yet */
    char name[64], folder[256];
    char *field[MOST_FIELDS]; /* of the line at hand */
    size_t fields;
    recsys_ratings *train, *test;
    recsys_catalogue *movies;
    recsys_model *model;
    recsys_report *report[SYSTEMS];
} world;

static inline int world_read(world *w)
{
    if (fgets(w->line, sizeof w->line, w->fixture) == NULL) return 0;
    assert_non_null(strchr(w->line, '\n'));
    w->line[strcspn(w->line, "\n")] = '\0';
    return 1;
}

static inline void worlds_begin(world *w)
{
    memset(w, 0, sizeof *w);
    w->fixture = fopen("tests/data/evaluations.txt", "r");
    assert_non_null(w->fixture);
    assert_true(world_read(w));
}

static inline void world_files(world *w)
{
    char path[512], name[64];
    size_t lines;
    while (world_read(w) && sscanf(w->line, "file %63s %zu", name, &lines) == 2) {
        FILE *file = fopen(test_path(path, w->folder, name), "w");
        assert_non_null(file);
        for (size_t i = 0; i < lines; i++) {
            assert_true(world_read(w));
            fprintf(file, "%s\n", w->line);
        }
        assert_int_equal(fclose(file), 0);
    }
}

static inline recsys_config *world_config(const world *w, int listed, int attributes)
{
    char candidates[512], people[512];
    recsys_config *config =
        config_with("evaluation.k", "5", "evaluation.cutoffs", "1,12", "evaluation.auc", "true",
                    "evaluation.pairs", "true", "evaluation.interval", "none",
                    "evaluation.breakdowns", "activity,popularity,time",
                    "evaluation.predictions", "true", "evaluation.relevant_grade", "4");
    test_path(candidates, w->folder, "candidates.csv");
    test_path(people, w->folder, "attributes.csv");
    recsys_error err = RECSYS_ERROR_INIT;
    if (listed)
        assert_ok(recsys_config_set(config, "evaluation.candidates", candidates, &err), &err);
    if (attributes)
        assert_ok(recsys_config_set(config, "evaluation.user_attributes", people, &err), &err);
    return config;
}

static inline void world_read_data(world *w)
{
    char path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    test_path(path, w->folder, "train.csv");
    assert_ok(recsys_ratings_read(&w->train, NULL, path, NULL, NULL, NULL, &err), &err);
    test_path(path, w->folder, "test.csv");
    assert_ok(recsys_ratings_read(&w->test, NULL, path, NULL, NULL, NULL, &err), &err);
    test_path(path, w->folder, "movies.csv");
    assert_ok(recsys_catalogue_read(&w->movies, NULL, path, NULL, &err), &err);
    w->model = fit(NULL, w->train, w->movies);
}

static inline void world_evaluate(world *w, size_t system)
{
    char run[512], judgements[512];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = world_config(w, system % 2 == 1, 1);
    test_path(run, w->folder, "run.csv");
    test_path(judgements, w->folder, "judgements.csv");
    recsys_report **report = &w->report[system];
    if (system < 2)
        assert_ok(recsys_evaluate_run(report, NULL, run, judgements, w->train, w->movies,
                                      config, &err),
                  &err);
    else
        assert_ok(recsys_evaluate_popularity(report, w->model, w->test, config, NULL, &err),
                  &err);
    recsys_config_destroy(config);
}

static inline void world_clear(world *w)
{
    for (size_t s = 0; s < SYSTEMS; s++) {
        recsys_report_destroy(w->report[s]);
        w->report[s] = NULL;
    }
    recsys_model_destroy(w->model);
    recsys_catalogue_destroy(w->movies);
    recsys_ratings_destroy(w->train);
    recsys_ratings_destroy(w->test);
    w->train = w->test = NULL;
    w->movies = NULL;
    w->model = NULL;
    if (w->folder[0] != '\0') test_remove_folder(w->folder);
    w->folder[0] = '\0';
}

/* The next world with its reports; 0: there is none, and the fixture is closed. */
static inline int world_next(world *w)
{
    world_clear(w);
    if (feof(w->fixture)) {
        fclose(w->fixture);
        return 0;
    }
    assert_int_equal(sscanf(w->line, "case %63[^\n]", w->name), 1);
    test_folder(w->folder);
    world_files(w);
    world_read_data(w);
    for (size_t s = 0; s < SYSTEMS; s++) world_evaluate(w, s);
    return 1;
}

/* The next line of what is expected, in w->field; 0: the world ends. */
static inline int world_line(world *w)
{
    static char line[sizeof w->line];
    if (feof(w->fixture) || strncmp(w->line, "case ", 5) == 0) return 0;
    memcpy(line, w->line, sizeof line);
    w->fields = 0;
    for (char *word = strtok(line, "\t"); word != NULL; word = strtok(NULL, "\t")) {
        assert_true(w->fields < MOST_FIELDS);
        w->field[w->fields++] = word;
    }
    world_read(w);
    return 1;
}

static inline int world_line_is(const world *w, const char *what)
{
    return strcmp(w->field[0], what) == 0;
}

/* Number of the system that the line at hand is about. */
static inline size_t world_system(const world *w)
{
    size_t s = 0;
    while (s < SYSTEMS && strcmp(system_names[s], w->field[1]) != 0) s++;
    assert_true(s < SYSTEMS);
    return s;
}

static inline const recsys_report *world_report(const world *w)
{
    return w->report[world_system(w)];
}

static inline double world_number(const world *w, size_t field)
{
    assert_true(field < w->fields);
    return strtod(w->field[field], NULL);
}

/* Compare a `value` line. */
static inline void world_check_value(const world *w)
{
    char what[256];
    snprintf(what, sizeof what, "%s, %s: %s at %s", w->name, w->field[1], w->field[2],
             w->field[3]);
    is_near(metric_at(world_report(w), w->field[2], (size_t)world_number(w, 3)),
            world_number(w, 4), what);
}

#endif
