/* A search for options: killed anywhere and gone on with it ends the same; what trials share
 * changes no number; what it is given is checked. */
#include "configs_testing.h"
#include "sample.h"

#include <math.h>
#include <recsys/tune.h>

#include "api/fit.h"
#include "eval/evaluate.h"
#include "tune/tuning.h"

enum { USERS = 60, MOVIES = 40 };

static const char space_text[] =
    "model.collaborative_filtering.n_neighbors: {min: 2, max: 40, scale: log}\n"
    "model.content_based.top_n_similar_movies: {choices: [5, 20]}\n"
    "model.rerank.quality_weight: {min: 0, max: 0.9}\n"
    "model.hybrid.content_weight: {min: 0, max: 1}\n";

typedef struct world {
    char folder[256], movies[512], space_path[512], journal[512];
    recsys_ratings *ratings;
    recsys_catalogue *catalogue;
    recsys_config *config;
    recsys_space *space;
    recsys_tune_options options;
    recsys_error err;
} world;

static int set_up(void **state)
{
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->err = (recsys_error)RECSYS_ERROR_INIT;
    test_folder(w->folder);
    sample_catalogue_file(w->movies, w->folder, MOVIES);
    test_text_file(w->space_path, w->folder, "tune.yaml", space_text);
    test_path(w->journal, w->folder, "journal");
    assert_ok(sample_ratings(&w->ratings, NULL, USERS, MOVIES, &w->err), &w->err);
    assert_ok(sample_catalogue(&w->catalogue, NULL, w->movies, &w->err), &w->err);
    assert_ok(recsys_space_read(&w->space, NULL, w->space_path, &w->err), &w->err);
    w->config = config_with("model.hybrid.fusion", "calibrated");
    assert_ok(recsys_config_set(w->config, "model.ease.enabled", "false", &w->err), &w->err);
    w->options = (recsys_tune_options)RECSYS_TUNE_OPTIONS_INIT;
    w->options.seeds = 2;
    w->options.trials = 9;
    w->options.journal = w->journal;
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    world *w = *state;
    recsys_space_destroy(w->space);
    recsys_config_destroy(w->config);
    recsys_catalogue_destroy(w->catalogue);
    recsys_ratings_destroy(w->ratings);
    test_remove_folder(w->folder);
    free(w);
    return 0;
}

static recsys_tuning *begin(world *w)
{
    recsys_tuning *tuning = NULL;
    assert_ok(recsys_tuning_create(&tuning, NULL, w->ratings, w->catalogue, w->config, w->space,
                                   &w->options, &w->err),
              &w->err);
    return tuning;
}

static recsys_tune_state state_of(const recsys_tuning *tuning)
{
    recsys_tune_state state = RECSYS_TUNE_STATE_INIT;
    recsys_tuning_state(tuning, &state);
    return state;
}

static recsys_tuning *search(world *w)
{
    int more = 1;
    recsys_tuning *tuning = begin(w);
    while (more) assert_ok(recsys_tuning_step(&more, tuning, NULL, &w->err), &w->err);
    return tuning;
}

/* ---- a whole search -------------------------------------------------------------- */

static void whole(void **state)
{
    world *w = *state;
    recsys_trial trial = RECSYS_TRIAL_INIT;
    recsys_config *config = NULL;
    recsys_tuning *tuning = search(w);
    recsys_tune_state s = state_of(tuning);
    assert_int_equal(s.stage, RECSYS_TUNE_DONE);
    assert_int_equal(s.trials, 10);
    assert_int_equal(s.splits, 2);
    assert_int_equal(s.rungs, 3); /* 1, 3 and all 6 parts */
    assert_true(s.complete >= 1 && s.complete < 10);
    for (size_t i = 0; i < s.trials; i++) {
        assert_true(recsys_tuning_trial(tuning, i, &trial));
        assert_true(trial.rung >= 1 && trial.low <= trial.value && trial.value <= trial.high);
        assert_true(trial.bytes > 0);
        if (trial.rung < s.rungs) continue;
        recsys_trial best = RECSYS_TRIAL_INIT;
        recsys_tuning_trial(tuning, s.best, &best);
        assert_true(best.value >= trial.value);
    }
    assert_int_equal(recsys_tuning_trial(tuning, s.trials, &trial), 0);
    assert_ok(recsys_tuning_config(&config, tuning, 3, &w->err), &w->err);
    for (size_t k = 0; k < recsys_space_count(w->space); k++)
        assert_string_equal(recsys_config_get(config, recsys_space_key(w->space, k)),
                            recsys_tuning_value(tuning, 3, k));
    recsys_config_destroy(config);
    assert_fails(recsys_tuning_config(&config, tuning, 10, &w->err), RECSYS_E_INVALID, &w->err);
    recsys_tuning_destroy(tuning);
}

/* With random search all are judged on everything; the number of threads never shows. */
static void random_search(void **state)
{
    world *w = *state;
    double value = 0;
    w->options.method = RECSYS_TUNE_RANDOM;
    w->options.journal = NULL;
    for (size_t threads = 1; threads < 4; threads += 2) {
        int more = 1;
        recsys_runtime *runtime = NULL;
        recsys_tuning *tuning = NULL;
        recsys_trial trial = RECSYS_TRIAL_INIT;
        assert_ok(recsys_runtime_create(&runtime, NULL, &w->err), &w->err);
        assert_ok(recsys_runtime_set_threads(runtime, threads, &w->err), &w->err);
        assert_ok(recsys_tuning_create(&tuning, runtime, w->ratings, w->catalogue, w->config,
                                       w->space, &w->options, &w->err),
                  &w->err);
        while (more) assert_ok(recsys_tuning_step(&more, tuning, NULL, &w->err), &w->err);
        assert_int_equal(state_of(tuning).complete, 10);
        assert_int_equal(state_of(tuning).rungs, 1);
        assert_true(recsys_tuning_trial(tuning, 7, &trial));
        if (threads > 1) assert_near(trial.value, value, 0);
        value = trial.value;
        recsys_tuning_destroy(tuning);
        recsys_runtime_destroy(runtime);
    }
}

/* A space with few values is searched once, not for ever. */
static void few_values(void **state)
{
    world *w = *state;
    char path[512];
    recsys_space_destroy(w->space);
    w->space = NULL;
    test_text_file(path, w->folder, "few.yaml",
                   "model.rerank.quality_weight: {choices: [0, 1]}");
    assert_ok(recsys_space_read(&w->space, NULL, path, &w->err), &w->err);
    recsys_tuning *tuning = search(w);
    assert_int_equal(state_of(tuning).trials, 3);
    assert_int_equal(state_of(tuning).fits, 2); /* one for each split: nothing of training */
    recsys_tuning_destroy(tuning);
}

/* ---- killed and gone on with ----------------------------------------------------- */

/* The journal of what is left after a cut, searched to its end, is the same in the end: without
 * a clock its bytes are. */
static void cut_anywhere(void **state)
{
    world *w = *state;
    size_t size, after;
    recsys_tuning *tuning = search(w);
    recsys_tune_state wanted = state_of(tuning);
    recsys_tuning_destroy(tuning);
    char *whole = (char *)test_read_file(w->journal, &size);
    for (size_t cut = 0, line = 0; cut < size; line = cut) {
        cut += strcspn(whole + cut, "\n") + 1;
        size_t at = line + (line + cut) % (cut - line); /* anywhere inside the line */
        test_write_file(w->journal, whole, at);
        tuning = search(w);
        assert_int_equal(state_of(tuning).best, wanted.best);
        assert_int_equal(state_of(tuning).chosen, wanted.chosen);
        recsys_tuning_destroy(tuning);
        char *again = (char *)test_read_file(w->journal, &after);
        assert_string_equal(again, whole);
        free(again);
    }
    free(whole);
}

/* More trials go on where fewer ended; the results are those of as many at once. */
static void more_trials(void **state)
{
    world *w = *state;
    char other[512];
    recsys_tuning_destroy(search(w));
    w->options.trials = 20;
    recsys_tuning *tuning = search(w);
    recsys_tune_state longer = state_of(tuning);
    assert_true(longer.taken > 9 && longer.trials == 21);
    recsys_tuning_destroy(tuning);
    w->options.journal = test_path(other, w->folder, "other");
    tuning = search(w);
    assert_int_equal(state_of(tuning).taken, 0);
    assert_int_equal(state_of(tuning).evaluations, longer.evaluations);
    assert_int_equal(state_of(tuning).best, longer.best);
    recsys_tuning_destroy(tuning);
}

/* A journal that was changed by hand, or is of another search. */
static void wrong_journal(void **state)
{
    world *w = *state;
    size_t size;
    recsys_tuning *tuning = NULL;
    recsys_tuning_destroy(search(w));
    char *text = (char *)test_read_file(w->journal, &size);
    char *second = strchr(text, '\n') + 1, *third = strchr(second, '\n') + 1;
    test_write_file(w->journal, third, strlen(third));
    assert_fails(recsys_tuning_create(&tuning, NULL, w->ratings, w->catalogue, w->config,
                                      w->space, &w->options, &w->err),
                 RECSYS_E_DAMAGED, &w->err);
    char *value = strstr(second, "n_neighbors\":\"20") + strlen("n_neighbors\":\"");
    *value = '3';
    test_write_file(w->journal, text, strlen(text));
    assert_fails(recsys_tuning_create(&tuning, NULL, w->ratings, w->catalogue, w->config,
                                      w->space, &w->options, &w->err),
                 RECSYS_E_DAMAGED, &w->err);
    assert_contains(w->err.text, ":2: the values of the trial are not those drawn");
    memmove(second, third, strlen(third) + 1); /* the first result is gone */
    test_write_file(w->journal, text, strlen(text));
    assert_fails(recsys_tuning_create(&tuning, NULL, w->ratings, w->catalogue, w->config,
                                      w->space, &w->options, &w->err),
                 RECSYS_E_DAMAGED, &w->err);
    assert_contains(w->err.text, ":2: is not the result that comes next");
    w->options.seed = 2;
    assert_fails(recsys_tuning_create(&tuning, NULL, w->ratings, w->catalogue, w->config,
                                      w->space, &w->options, &w->err),
                 RECSYS_E_DAMAGED, &w->err);
    assert_contains(w->err.text, "its seed is 1, now it is 2");
    free(text);
}

/* ---- sharing --------------------------------------------------------------------- */

/* A model with copied sources has the same bytes as one that learned them. */
static void copied_sources(void **state)
{
    world *w = *state;
    recsys_model *first = NULL, *copied = NULL, *plain = NULL;
    recsys_config *config = NULL;
    assert_ok(recsys_config_set(w->config, "model.ease.enabled", "true", &w->err), &w->err);
    assert_ok(rs_fit(&first, NULL, w->ratings, w->catalogue, w->config, NULL, NULL, &w->err),
              &w->err);
    rs_borrowing borrowing = {.lenders = {{.model = first, .config = w->config}}, .count = 1};
    assert_ok(recsys_config_copy(&config, w->config, &w->err), &w->err);
    static const char *const changes[][3] = {
        {"model.collaborative_filtering.n_neighbors", "7", "2"},  /* all but that */
        {"model.content_based.genres_weight", "2", "1"},          /* EASE is left */
        {"model.content_based.genres_weight", "1", "2"},          /* content again */
        {"model.content_based.popularity_discount", "0.7", "2"},  /* is not learned */
        {"model.collaborative_filtering.n_neighbors", "20", "3"}, /* all */
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        borrowing.copied = 0;
        assert_ok(recsys_config_set(config, changes[i][0], changes[i][1], &w->err), &w->err);
        assert_ok(
            rs_fit(&copied, NULL, w->ratings, w->catalogue, config, &borrowing, NULL, &w->err),
            &w->err);
        assert_ok(
            recsys_model_fit(&plain, NULL, w->ratings, w->catalogue, config, NULL, &w->err),
            &w->err);
        assert_string_equal(recsys_model_hash(copied), recsys_model_hash(plain));
        assert_int_equal(borrowing.copied, (size_t)atoi(changes[i][2]));
        recsys_model_destroy(copied);
        recsys_model_destroy(plain);
    }
    recsys_config_destroy(config);
    recsys_model_destroy(first);
}

/* Standard error of the mean over users, by the textbook: s / sqrt(n). */
static double error_of(const recsys_report *report, double mean)
{
    double sum = 0, value;
    recsys_error err = RECSYS_ERROR_INIT;
    double n = (double)recsys_report_users(report);
    for (size_t i = 0; i < recsys_report_users(report); i++) {
        assert_ok(recsys_report_user_metric(report, i, "ndcg", 10, &value, &err), &err);
        sum += (value - mean) * (value - mean);
    }
    return sqrt(sum / (n - 1)) / sqrt(n);
}

/* A trial's value is what its config, trained for itself, has on the validation sides. */
static void shared_fits(void **state)
{
    world *w = *state;
    recsys_tuning *tuning = search(w);
    size_t best = state_of(tuning).best;
    recsys_trial trial = RECSYS_TRIAL_INIT;
    recsys_config *config = NULL;
    double sum = 0, errors = 0, value;
    assert_true(best > 0);
    assert_true(recsys_tuning_trial(tuning, best, &trial));
    assert_ok(recsys_tuning_config(&config, tuning, best, &w->err), &w->err);
    for (uint64_t seed = 1; seed <= 2; seed++) {
        recsys_ratings *train = NULL, *test = NULL;
        recsys_model *model = NULL;
        recsys_report *report = NULL;
        assert_ok(recsys_split(&train, &test, w->ratings, "user-random:0.2", seed, &w->err),
                  &w->err);
        assert_ok(recsys_model_fit(&model, NULL, train, w->catalogue, config, NULL, &w->err),
                  &w->err);
        assert_ok(recsys_evaluate(&report, model, test, config, NULL, &w->err), &w->err);
        assert_ok(recsys_report_metric(report, "ndcg", 10, &value, NULL, &w->err), &w->err);
        sum += value;
        errors += error_of(report, value);
        recsys_report_destroy(report);
        recsys_model_destroy(model);
        recsys_ratings_destroy(test);
        recsys_ratings_destroy(train);
    }
    assert_near(trial.value, sum / 2, 1e-12);
    assert_near(trial.high - trial.value, 1.959963984540054 * errors / 2, 1e-9);
    assert_near(trial.value - trial.low, 1.959963984540054 * errors / 2, 1e-9);
    assert_true(state_of(tuning).fits < 2 * state_of(tuning).trials);
    recsys_config_destroy(config);
    recsys_tuning_destroy(tuning);
}

/* ---- time ------------------------------------------------------------------------ */

static double ticks(void *user_data)
{
    return *(double *)user_data += 0.25;
}

/* The budget ends the search, what earlier ones took counts too, and the comparison fits in. */
static void budget(void **state)
{
    world *w = *state;
    double time = 0;
    w->options.clock = ticks;
    w->options.clock_data = &time;
    w->options.trials = 0;
    w->options.seconds = 60;
    recsys_tuning *tuning = search(w);
    recsys_tune_state s = state_of(tuning);
    assert_true(s.seconds > 20 && s.seconds < 60 && s.trials > 2);
    /* On one part, on the others and on the second split: a tick each, and so are fits. */
    assert_near(tuning->trials.item[0].query_seconds, 0.75, 1e-12);
    assert_int_equal(tuning->trials.item[0].fits, 3);
    recsys_tuning_destroy(tuning);
    tuning = begin(w);
    assert_int_equal(state_of(tuning).taken, s.evaluations);
    assert_near(state_of(tuning).seconds, s.seconds, 1e-9);
    recsys_tuning_destroy(tuning);
    tuning = search(w);
    assert_int_equal(state_of(tuning).evaluations, s.evaluations);
    assert_int_equal(state_of(tuning).chosen, s.chosen);
    recsys_tuning_destroy(tuning);
}

/* ---- what is refused ------------------------------------------------------------- */

static void refuse(world *w, const recsys_tune_options *options, recsys_status status,
                   const char *message)
{
    recsys_tuning *tuning = NULL;
    assert_fails(recsys_tuning_create(&tuning, NULL, w->ratings, w->catalogue, w->config,
                                      w->space, options, &w->err),
                 status, &w->err);
    assert_contains(w->err.text, message);
    assert_null(tuning);
}

static void refused_options(void **state)
{
    world *w = *state;
    recsys_tune_options o = w->options;
    o.trials = 0;
    refuse(w, &o, RECSYS_E_INVALID, "it would never end");
    o.seconds = 1;
    refuse(w, &o, RECSYS_E_INVALID, "needs a clock");
    o = w->options;
    o.metric = "coverage@10";
    refuse(w, &o, RECSYS_E_INVALID, "\"coverage@10\" has no values for users");
    o.metric = "ndcg@0";
    refuse(w, &o, RECSYS_E_CONFIG, "evaluation.k: \"0\" is not an integer within");
    o = w->options;
    o.split = "by-luck";
    refuse(w, &o, RECSYS_E_INVALID, "by-luck");
    o = w->options;
    o.seeds = 101;
    refuse(w, &o, RECSYS_E_INVALID, "seeds is 101, expected 1 to 100");
    o = w->options;
    o.eta = 1;
    refuse(w, &o, RECSYS_E_INVALID, "eta is 1, expected 2 to 10");
    o = w->options;
    o.trials_per_fit = 1001;
    refuse(w, &o, RECSYS_E_INVALID, "trials_per_fit is 1001");
    o = w->options;
    o.struct_size = 0;
    refuse(w, &o, RECSYS_E_INVALID, "struct_size is not set");
}

/* Not one rating that is to judge the choice may be among those to choose by. */
static void test_ratings(void **state)
{
    world *w = *state;
    recsys_ratings *train = NULL, *test = NULL, *all = w->ratings;
    int more = 1;
    recsys_difference gain = RECSYS_DIFFERENCE_INIT;
    assert_ok(recsys_split(&train, &test, all, "user-random:0.2", 9, &w->err), &w->err);
    w->options.test = test;
    refuse(w, &w->options, RECSYS_E_LEAK,
           "test ratings are among those to choose by; the first");
    assert_contains(w->err.text, "is user \"u000\", movie \"m");
    w->ratings = train;
    w->options.always = 1;
    w->options.method = RECSYS_TUNE_RANDOM;
    w->options.trials = 12;
    assert_ok(recsys_config_set(w->config, "model.rerank.quality_weight", "1", &w->err),
              &w->err);
    recsys_tuning *tuning = begin(w);
    while (more) {
        assert_null(recsys_tuning_comparison(tuning, RECSYS_TUNE_TEST));
        assert_ok(recsys_tuning_step(&more, tuning, NULL, &w->err), &w->err);
    }
    assert_true(state_of(tuning).best > 0);
    assert_int_equal(state_of(tuning).chosen, state_of(tuning).best);
    const recsys_comparison *c = recsys_tuning_comparison(tuning, RECSYS_TUNE_TEST);
    assert_non_null(c);
    assert_true(recsys_comparison_at(c, 0, &gain));
    assert_true(recsys_comparison_users(c) > 0);
    recsys_tuning_destroy(tuning);
    w->ratings = all;
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
}

/* ---- interrupted steps and memory ------------------------------------------------ */

static int stop(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    int *left = user_data;
    (void)stage;
    (void)done;
    (void)total;
    return (*left)-- <= 0;
}

/* A step that was stopped leaves nothing behind and is done again. */
static void stopped_steps(void **state)
{
    world *w = *state;
    char other[512];
    int more = 1, calls = 0;
    recsys_tuning_destroy(search(w));
    w->options.journal = test_path(other, w->folder, "other");
    recsys_tuning *tuning = begin(w);
    for (size_t turn = 0; more; turn++) {
        int left = (int)(turn % 7);
        const recsys_progress progress = {stop, &left};
        recsys_status status =
            recsys_tuning_step(&more, tuning, turn % 2 ? NULL : &progress, &w->err);
        assert_true(status == RECSYS_OK || status == RECSYS_CANCELLED);
        calls += status == RECSYS_CANCELLED;
    }
    assert_true(calls > 3);
    recsys_tuning_destroy(tuning);
    test_same_file(other, w->journal);
}

static recsys_status small_search(recsys_runtime *runtime, void *data, recsys_error *err)
{
    world *w = data;
    int more = 1;
    recsys_space *space = NULL;
    recsys_tuning *tuning = NULL;
    recsys_ratings *ratings = NULL;
    unlink(w->journal);
    recsys_status status = recsys_space_read(&space, runtime, w->space_path, err);
    if (status == RECSYS_OK) status = sample_ratings(&ratings, runtime, 12, 14, err);
    if (status == RECSYS_OK)
        status = recsys_tuning_create(&tuning, runtime, ratings, NULL, NULL, space, &w->options,
                                      err);
    while (status == RECSYS_OK && more) status = recsys_tuning_step(&more, tuning, NULL, err);
    recsys_tuning_destroy(tuning);
    recsys_ratings_destroy(ratings);
    recsys_space_destroy(space);
    return status;
}

static void out_of_memory(void **state)
{
    world *w = *state;
    w->options.trials = 3;
    w->options.seeds = 1;
    w->options.always = 1;
    assert_true(test_each_allocation(small_search, w, 1, 61) > 100);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(whole),           WITH_WORLD(random_search), WITH_WORLD(few_values),
        WITH_WORLD(cut_anywhere),    WITH_WORLD(more_trials),   WITH_WORLD(wrong_journal),
        WITH_WORLD(copied_sources),  WITH_WORLD(shared_fits),   WITH_WORLD(budget),
        WITH_WORLD(refused_options), WITH_WORLD(test_ratings),  WITH_WORLD(stopped_steps),
        WITH_WORLD(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
