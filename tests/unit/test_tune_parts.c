/* The parts of a search for options: drawn values, rungs, whose turn it is and what mattered,
 * by the fixture of tests/oracle/make_tune_fixture.py; spaces; the journal, cut anywhere. */
#include "testing.h"

#include <math.h>

#include "base/memory.h"
#include "config/config.h"
#include "tune/halving.h"
#include "tune/journal.h"
#include "tune/sample.h"
#include "tune/trials.h"

enum { MOST = 256 };

/* ---- the fixture ----------------------------------------------------------------- */

static FILE *fixture(void)
{
    FILE *file = fopen("tests/data/tune.txt", "r");
    assert_non_null(file);
    return file;
}

static void draws(void **state)
{
    (void)state;
    char line[512], key[128];
    unsigned long long seed, number;
    double wanted;
    size_t count = 0;
    FILE *file = fixture();
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "draw %127s %llu %llu %lf", key, &seed, &number, &wanted) != 4)
            continue;
        assert_near(rs_draw(key, seed, number), wanted, 0);
        count++;
    }
    fclose(file);
    assert_int_equal(count, 18);
}

static void values(void **state)
{
    (void)state;
    char line[512], type[16], scale[16], wanted[64], *text;
    rs_dimension d = {0};
    double u;
    size_t count = 0;
    recsys_option option = {.struct_size = sizeof option};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = NULL;
    assert_ok(rs_runtime_make(&runtime, NULL, &err), &err);
    FILE *file = fixture();
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "value %15s %15s %lf %lf %lf %63s", type, scale, &d.min, &d.max, &u,
                   wanted) != 6)
            continue;
        option.type = strcmp(type, "int") == 0 ? RECSYS_OPTION_INT : RECSYS_OPTION_REAL;
        d.option = &option;
        d.is_log = strcmp(scale, "log") == 0;
        assert_ok(rs_dimension_value(&text, &d, runtime, u, &err), &err);
        if (strcmp(text, wanted) != 0) fail_msg("%s gives %s", line, text);
        rs_free(runtime, text);
        count++;
    }
    fclose(file);
    rs_runtime_release(runtime);
    assert_int_equal(count, 64);
}

static void rungs(void **state)
{
    (void)state;
    char line[512];
    size_t eta, splits, parts, count = 0;
    int is_random, at, more;
    rs_halving plan;
    FILE *file = fixture();
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "plan %zu %zu %d %zu%n", &eta, &splits, &is_random, &parts, &at) != 4)
            continue;
        rs_halving_plan(&plan, eta, splits, is_random);
        assert_int_equal(plan.parts, parts);
        size_t chunks, rung = 0;
        while (sscanf(line + at, " %zu%n", &chunks, &more) == 1) {
            assert_true(rung < plan.rungs);
            assert_int_equal(plan.chunks[rung++], chunks);
            at += more;
        }
        assert_int_equal(plan.rungs, rung);
        count++;
    }
    fclose(file);
    assert_int_equal(count, 40);
}

/* The trials are asked for in the order of the fixture, whatever the values. */
static void turns(void **state)
{
    (void)state;
    char line[512];
    static rs_standing standing[MOST];
    size_t scratch[MOST + 1], eta, splits, most, trial, rung, trials = 0, jobs = 0;
    double value;
    rs_halving plan = {0};
    FILE *file = fixture();
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "search %zu %zu %zu", &eta, &splits, &most) == 3) {
            rs_halving_plan(&plan, eta, splits, 0);
            trials = 0;
            assert_true(most < MOST);
        }
        if (sscanf(line, "job %zu %zu %lf", &trial, &rung, &value) != 3) continue;
        size_t next = rs_halving_next(&plan, standing, trials, scratch);
        assert_int_equal(next, trial);
        if (next == trials) standing[trials++] = (rs_standing){0};
        assert_int_equal(standing[trial].rungs, rung);
        standing[trial].value[standing[trial].rungs++] = value;
        jobs++;
    }
    fclose(file);
    assert_true(jobs > 100);
}

/* A trial that could not be judged is worse than any that could. */
static void no_value(void **state)
{
    (void)state;
    size_t scratch[8];
    rs_halving plan;
    rs_standing standing[4] = {{2, {0.1, 0.1}}, {1, {(double)NAN}}, {1, {0.2}}, {1, {0.1}}};
    rs_halving_plan(&plan, 3, 1, 0);
    assert_int_equal(plan.rungs, 2);
    assert_int_equal(rs_halving_next(&plan, standing, 4, scratch), 2);
    standing[2].rungs = 2;
    assert_int_equal(rs_halving_next(&plan, standing, 4, scratch), 4);
}

/* ---- importance ------------------------------------------------------------------ */

static rs_trials made_trials(recsys_runtime *runtime, recsys_space **space, const char *kind)
{
    static const char *const numbers = "model.hybrid.cf_weight: {min: 0, max: 1}";
    static const char *const choices = "model.hybrid.cf_weight: {choices: [0.2, 0.3, 0.5]}";
    const char *text = strcmp(kind, "choice") == 0 ? choices : numbers;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(rs_space_read_text(space, runtime, text, strlen(text), "x", &err), &err);
    rs_trials trials = {.runtime = runtime, .space = *space};
    trials.item = rs_array_zero(runtime, MOST, sizeof *trials.item);
    trials.standing = rs_array_zero(runtime, MOST, sizeof *trials.standing);
    return trials;
}

static void add_point(rs_trials *trials, const char *kind, const char *x, double y)
{
    char text[40];
    rs_trial *item = &trials->item[trials->count];
    snprintf(text, sizeof text, "%s%s", strcmp(kind, "choice") == 0 ? "0." : "", x);
    item->value = rs_array_zero(trials->runtime, 1, sizeof *item->value);
    item->value[0] = rs_strdup(trials->runtime, text);
    item->draw = trials->count;
    trials->standing[trials->count++] = (rs_standing){1, {y}};
}

static void importance(void **state)
{
    (void)state;
    char line[512], kind[32] = "", x[32];
    double wanted = 0, y;
    size_t count = 0;
    recsys_space *space = NULL;
    recsys_runtime *runtime = NULL;
    rs_trials trials = {0};
    assert_int_equal(rs_runtime_make(&runtime, NULL, NULL), RECSYS_OK);
    FILE *file = fixture();
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "importance %lf %31s", &wanted, kind) == 2)
            trials = made_trials(runtime, &space, kind);
        if (sscanf(line, "point %31s %lf", x, &y) == 2) add_point(&trials, kind, x, y);
        if (strncmp(line, "end", 3) != 0 || trials.count == 0) continue;
        assert_near(rs_trials_importance(&trials, 0), wanted, 1e-9);
        trials.count--; /* the eighth makes it known */
        if (trials.count == 7) assert_true(isnan(rs_trials_importance(&trials, 0)));
        trials.count++;
        rs_trials_free(&trials);
        rs_space_free(space);
        count++;
    }
    fclose(file);
    rs_runtime_release(runtime);
    assert_int_equal(count, 4);
}

/* ---- spaces ---------------------------------------------------------------------- */

static recsys_status read_space(recsys_space **space, const char *text, recsys_error *err)
{
    return rs_space_read_text(space, NULL, text, strlen(text), "tune.yaml", err);
}

static void good_space(void **state)
{
    (void)state;
    recsys_space *space = NULL, *copy = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    rs_text text;
    assert_ok(read_space(&space,
                         "# what to vary\n"
                         "model.rerank.quality_weight: {max: 0.3, min: 0}\n"
                         "model:\n"
                         "  collaborative_filtering:\n"
                         "    n_neighbors: {min: 10, max: 200, scale: log}\n"
                         "  hybrid:\n"
                         "    fusion: {choices: [auto, 'rrf']}\n"
                         "    cf_weight: {choices: [0.50, 1.0]}\n",
                         &err),
              &err);
    assert_ok(rs_space_copy(&copy, space, &err), &err);
    rs_space_free(space);
    rs_text_begin(&text, copy->runtime);
    rs_space_put(copy, &text);
    assert_string_equal(text.data, "model.rerank.quality_weight: linear 0 0.3\n"
                                   "model.collaborative_filtering.n_neighbors: log 10 200\n"
                                   "model.hybrid.fusion: auto rrf\n"
                                   "model.hybrid.cf_weight: 0.5 1\n");
    assert_true(rs_space_has_stage(copy, RECSYS_STAGE_FIT));
    rs_text_free(&text);
    rs_space_free(copy);
}

static const struct {
    const char *text, *message;
} bad_spaces[] = {
    {"", "tune.yaml: there is no key in it"},
    {"a: [1", "tune.yaml:2: not YAML"},
    {"- a\n", "tune.yaml:1: expected a mapping"},
    {"model.rerank.quality_wieght: {min: 0, max: 1}",
     "tune.yaml:1: model.rerank.quality_wieght: unknown key, did you mean "
     "model.rerank.quality_weight?"},
    {"\nmodle: {rerank: 1}", "tune.yaml:2: modle: unknown section, did you mean model?"},
    {"model.rerank.quality_weight: 0.3",
     "tune.yaml:1: model.rerank.quality_weight: expected {choices: [...]} or {min: A, max: B}"},
    {"model.rerank.quality_weight: {min: 0}", "expected {choices: [...]} or {min: A, max: B}"},
    {"model.rerank.quality_weight: {min: 0, max: 2}",
     "tune.yaml:1: model.rerank.quality_weight: \"2\" is not a number within [0, 1]"},
    {"model.rerank.quality_weight: {min: 0.5, max: 0.5}", "min is not below max"},
    {"model.rerank.quality_weight: {min: 0, max: 1, scale: log}", "needs a min above 0"},
    {"model.rerank.quality_weight: {min: 0, max: 1, scale: cubic}",
     "scale: \"cubic\" is not one of linear|log"},
    {"model.rerank.quality_weight: {min: 0, max: 1, step: 1}",
     "\"step\" is not one of choices|min|max|scale"},
    {"model.rerank.quality_weight: {min: 0, min: 0, max: 1}", "is given twice"},
    {"model.rerank.quality_weight: {min: 0, max: 1, choices: [0]}",
     "has choices and a range, expected one of them"},
    {"model.hybrid.fusion: {choices: []}", "expected [VALUE, ...]"},
    {"model.hybrid.fusion: {choices: auto}", "expected [VALUE, ...]"},
    {"model.hybrid.fusion: {choices: [auto,\n  [rrf]]}", "tune.yaml:2: model.hybrid.fusion: a "
                                                         "choice is not one value"},
    {"model.hybrid.fusion:\n  choices:\n  - auto\n  - best\n",
     "tune.yaml:4: model.hybrid.fusion: \"best\" is not one of auto|calibrated|minmax|rrf"},
    {"model.hybrid.fusion: {choices: [auto, auto]}", "the choice \"auto\" is given twice"},
    {"model.hybrid.fusion: {min: 0, max: 1}", "is no number, so it has no range"},
    {"model.rerank.quality_weight: {min: [0], max: 1}", "an end of the range is not one value"},
    {"evaluation.k: {min: 1, max: 10}", "evaluation.k: is no option of a model"},
    {"model.rerank.quality_weight: {min: 0, max: 1}\nmodel: {rerank: {quality_weight: {min: 0, "
     "max: 1}}}",
     "tune.yaml:2: model.rerank.quality_weight: is given twice"},
    {"model: [1]", "tune.yaml:1: model: expected a mapping"},
    {"? [a]\n: b\n", "a key must be one word"},
};

static void refused_spaces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_spaces / sizeof *bad_spaces; i++) {
        recsys_space *space = NULL;
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_status status = read_space(&space, bad_spaces[i].text, &err);
        if (status == RECSYS_OK) fail_msg("\"%s\" was taken", bad_spaces[i].text);
        assert_contains(err.text, bad_spaces[i].message);
        assert_null(space);
    }
}

/* All values that the built-in spaces can give are allowed by the table. */
static void named_spaces(void **state)
{
    (void)state;
    const char *name;
    char *text;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = NULL;
    assert_ok(rs_config_make(&config, NULL, &err), &err);
    for (size_t i = 0; rs_space_name_at(i, &name, NULL); i++) {
        recsys_space *space = NULL;
        assert_ok(rs_space_named(&space, NULL, name, NULL, &err), &err);
        assert_true(space->count > 0);
        for (size_t k = 0; k < space->count; k++)
            for (int end = 0; end < 2; end++) {
                const rs_dimension *d = &space->dimension[k];
                assert_ok(rs_dimension_value(&text, d, space->runtime, end * 0.999999, &err),
                          &err);
                assert_ok(rs_config_set(config, d->option->key, text, &err), &err);
                rs_free(space->runtime, text);
            }
        rs_space_free(space);
    }
    rs_config_free(config);
}

static void default_space(void **state)
{
    (void)state;
    recsys_space *space = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = NULL;
    assert_ok(rs_config_make(&config, NULL, &err), &err);
    assert_ok(rs_config_set(config, "model.ease.enabled", "false", &err), &err);
    assert_ok(rs_space_named(&space, NULL, "default", config, &err), &err);
    assert_int_equal(rs_space_find(space, "model.ease.regularization"), SIZE_MAX);
    rs_space_free(space);
    assert_ok(rs_config_set(config, "model.ease.enabled", "true", &err), &err);
    assert_ok(rs_space_named(&space, NULL, "default", config, &err), &err);
    assert_true(rs_space_find(space, "model.ease.regularization") != SIZE_MAX);
    rs_space_free(space);
    assert_fails(rs_space_named(&space, NULL, "best", config, &err), RECSYS_E_NOT_FOUND, &err);
    assert_contains(err.text,
                    "one of default|user_cf|content|ease|item_cf|rp3beta|ials|time|blend");
    rs_config_free(config);
}

/* ---- the journal ----------------------------------------------------------------- */

static const char header[] = "{\"recsys_tune\":1,\"ratings\":\"abc\",\"seed\":1}";
static const char *const lines[] = {"{\"trial\":0}", "{\"trial\":1,\"text\":\"x\"}", "{}"};
enum { LINES = sizeof lines / sizeof *lines };

typedef struct file {
    char folder[256], path[512];
    recsys_runtime *runtime;
    recsys_error err;
} file;

static int set_up(void **state)
{
    file *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->err = (recsys_error)RECSYS_ERROR_INIT;
    test_path(f->path, test_folder(f->folder), "journal");
    assert_ok(rs_runtime_make(&f->runtime, NULL, &f->err), &f->err);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    file *f = *state;
    test_remove_folder(f->folder);
    rs_runtime_release(f->runtime);
    free(f);
    return 0;
}

/* Open and count the lines that are there; they must be the first ones. */
static size_t open_journal(file *f, rs_journal *journal)
{
    const char *line;
    size_t size, count = 0;
    assert_ok(rs_journal_open(journal, f->runtime, f->path, header, &f->err), &f->err);
    while (rs_journal_next(journal, &line, &size)) {
        assert_true(count < LINES);
        assert_int_equal(size, strlen(lines[count]));
        assert_memory_equal(line, lines[count++], size);
        assert_int_equal(journal->line, count + 1);
    }
    return count;
}

static void write_journal(file *f)
{
    rs_journal journal;
    for (size_t i = open_journal(f, &journal); i < LINES; i++)
        assert_ok(rs_journal_add(&journal, lines[i], &f->err), &f->err);
    rs_journal_close(&journal);
}

/* Cut at any byte and gone on with, it is the same file in the end. */
static void cut_anywhere(void **state)
{
    file *f = *state;
    size_t size, after;
    write_journal(f);
    unsigned char *whole = test_read_file(f->path, &size);
    assert_int_equal(whole[size - 1], '\n');
    for (size_t cut = 0; cut <= size; cut++) {
        test_write_file(f->path, whole, cut);
        write_journal(f);
        unsigned char *again = test_read_file(f->path, &after);
        assert_int_equal(after, size);
        assert_memory_equal(again, whole, size);
        free(again);
    }
    free(whole);
}

static void other_journals(void **state)
{
    static const struct {
        const char *text, *message;
    } others[] = {
        {"userId,movieId\n1,2\n", "is no journal"},
        {"x", "is no journal"},
        {"[1]\n", "is no journal"},
        {"{}\n", "is no journal"},
        {"{\"recsys_tune\":2,\"ratings\":\"abc\",\"seed\":1}\n", "is no journal"},
        {"{\"recsys_tune\":1,\"ratings\":\"abd\",\"seed\":1}\n",
         "is the journal of another search: its ratings is abd, now it is abc"},
        {"{\"recsys_tune\":1,\"ratings\":\"abc\",\"seed\":2}\n", "its seed is 2, now it is 1"},
        {"{\"recsys_tune\":1,\"ratings\":\"abc\"}\n", "its seed is missing, now it is 1"},
        {"{\"recsys_tune\":1,\"ratings\":\"abc\",\"seed\":1,\"more\":1}\n", "is no journal"},
        {"{\"recsys_tune\":1,\"ratings\":\"abc\",\"seed\":1}x\n", "is no journal"},
    };
    file *f = *state;
    rs_journal journal;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        size_t size;
        test_write_file(f->path, others[i].text, strlen(others[i].text));
        assert_fails(rs_journal_open(&journal, f->runtime, f->path, header, &f->err),
                     RECSYS_E_DAMAGED, &f->err);
        assert_contains(f->err.text, others[i].message);
        unsigned char *left = test_read_file(f->path, &size); /* it is not ours to change */
        assert_string_equal((char *)left, others[i].text);
        free(left);
    }
}

static void two_at_once(void **state)
{
    file *f = *state;
    rs_journal first, second;
    open_journal(f, &first);
    assert_fails(rs_journal_open(&second, f->runtime, f->path, header, &f->err), RECSYS_E_IO,
                 &f->err);
    assert_contains(f->err.text, "another search writes it");
    rs_journal_close(&first);
    open_journal(f, &second);
    rs_journal_close(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws),
        cmocka_unit_test(values),
        cmocka_unit_test(rungs),
        cmocka_unit_test(turns),
        cmocka_unit_test(no_value),
        cmocka_unit_test(importance),
        cmocka_unit_test(good_space),
        cmocka_unit_test(refused_spaces),
        cmocka_unit_test(named_spaces),
        cmocka_unit_test(default_space),
        cmocka_unit_test_setup_teardown(cut_anywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_journals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_at_once, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
