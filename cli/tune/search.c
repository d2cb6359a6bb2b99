/* The search itself, with a line of progress. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "common/interrupt.h"
#include "common/places.h"
#include "common/table.h"
#include "tune.h"

static double now(void *nothing)
{
    struct timespec t;
    (void)nothing;
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0) return 0;
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- space and options ----------------------------------------------------------- */

static int is_named(const char *space)
{
    const char *name;
    for (size_t i = 0; recsys_space_name_at(i, &name, NULL); i++)
        if (strcmp(space, name) == 0) return 1;
    return 0;
}

static int make_space(cli_tuning *t)
{
    cli_session *s = &t->session;
    const char *space = t->given->space != NULL ? t->given->space : "default";
    recsys_status status;
    int is_file = strcmp(space, "-") == 0 || access(space, F_OK) == 0;
    if (is_named(space) || !is_file)
        status = recsys_space_named(&t->space, s->runtime, space, s->config, &s->err);
    else
        status = recsys_space_read(&t->space, s->runtime, space, &s->err);
    if (status == RECSYS_OK) return CLI_GO_ON;
    int outcome = cli_failed(s);
    return status == RECSYS_E_NOT_FOUND ? CLI_USAGE : outcome;
}

/* "90", "90s", "15m", "2h" */
static int read_time(const cli_tuning *t, double *seconds)
{
    const char *text = t->given->time;
    *seconds = 0;
    if (text == NULL) return CLI_GO_ON;
    size_t size = strlen(text);
    char unit = size > 0 ? text[size - 1] : 0;
    double each = unit == 'h' ? 3600 : unit == 'm' ? 60 : 1;
    if (unit == 'h' || unit == 'm' || unit == 's') size--;
    if (rs_parse_real(text, size, seconds) && *seconds > 0 && *seconds < 1e9) {
        *seconds *= each;
        return CLI_GO_ON;
    }
    return cli_usage_error(t->session.program,
                           "--time \"%s\": expected seconds, or a number with s, m or h", text);
}

static int read_method(const cli_tuning *t, recsys_tune_method *method)
{
    const char *text = t->given->method;
    *method =
        text != NULL && strcmp(text, "random") == 0 ? RECSYS_TUNE_RANDOM : RECSYS_TUNE_HALVING;
    if (text == NULL || *method == RECSYS_TUNE_RANDOM || strcmp(text, "halving") == 0)
        return CLI_GO_ON;
    return cli_usage_error(t->session.program, "--method \"%s\": expected halving or random",
                           text);
}

/* Remove what is there, if it is a journal. */
static int restart(const cli_tuning *t)
{
    static const char begin[] = "{\"recsys_tune\":";
    char head[sizeof begin] = {0};
    FILE *file = fopen(t->journal, "rb");
    if (file == NULL && errno == ENOENT) return CLI_GO_ON;
    size_t got = file != NULL ? fread(head, 1, sizeof begin - 1, file) : 0;
    if (file != NULL) fclose(file);
    if (got > 0 && memcmp(head, begin, got) != 0)
        return cli_error(t->session.program, "--restart: %s is no journal", t->journal);
    if (unlink(t->journal) == 0) return CLI_GO_ON;
    return cli_error(t->session.program, "cannot remove %s: %s", t->journal, strerror(errno));
}

/* Standard output, a device or a pipe has nothing beside it. */
static int is_file(const char *path)
{
    struct stat about;
    return !cli_is_stdout(path) && (stat(path, &about) != 0 || S_ISREG(about.st_mode));
}

/* Beside the config, unless a place is named; none where the config is no file. */
static int name_journal(cli_tuning *t)
{
    const cli_tune_given *given = t->given;
    rs_text path;
    if (given->journal == NULL && !is_file(given->output)) return CLI_GO_ON;
    rs_text_begin(&path, t->session.memory);
    rs_text_add(&path, given->journal != NULL ? given->journal : given->output);
    if (given->journal == NULL) rs_text_add(&path, ".journal");
    t->journal = rs_text_take(&path);
    if (t->journal == NULL) return cli_no_memory(t->session.program);
    return given->restart ? restart(t) : CLI_GO_ON;
}

enum { DEFAULT_TRIALS = 60 };

static int set_options(cli_tuning *t)
{
    const cli_tune_given *given = t->given;
    recsys_tune_options *o = &t->options;
    *o = (recsys_tune_options)RECSYS_TUNE_OPTIONS_INIT;
    int outcome = read_time(t, &o->seconds);
    if (outcome == CLI_GO_ON) outcome = read_method(t, &o->method);
    if (outcome == CLI_GO_ON) outcome = name_journal(t);
    if (outcome != CLI_GO_ON) return outcome;
    o->metric = given->metric;
    o->split = given->split;
    o->seed = (uint64_t)given->seed;
    o->seeds = (size_t)given->seeds;
    o->eta = (size_t)given->eta;
    o->trials_per_fit = (size_t)given->per_fit;
    o->trials = (size_t)given->trials;
    if (o->trials == 0 && o->seconds <= 0) o->trials = DEFAULT_TRIALS;
    o->always = given->always;
    o->journal = t->journal;
    o->clock = now;
    const char *metric = given->metric != NULL ? given->metric : "ndcg@10";
    snprintf(t->metric, sizeof t->metric, "%.40s%s%.10s", metric,
             strchr(metric, '@') == NULL ? "@" : "",
             strchr(metric, '@') == NULL ? recsys_config_get(t->session.config, "evaluation.k")
                                         : "");
    return CLI_GO_ON;
}

static int read_test(cli_tuning *t)
{
    cli_session *s = &t->session;
    if (t->given->test == NULL) return CLI_GO_ON;
    if (recsys_ratings_read(&t->test, s->runtime, t->given->test, s->config, NULL,
                            &s->progress.callback, &s->err) != RECSYS_OK)
        return cli_failed(s);
    cli_progress_clear(&s->progress);
    t->options.test = t->test;
    return CLI_GO_ON;
}

/* ---- progress -------------------------------------------------------------------- */

static const char *clock_text(char buffer[32], double seconds)
{
    unsigned s = (unsigned)seconds;
    if (s < 3600)
        snprintf(buffer, 32, "%02u:%02u", s / 60, s % 60);
    else
        snprintf(buffer, 32, "%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
    return buffer;
}

static void put_best(const cli_tuning *t, char *line, size_t size)
{
    char value[64], gain[64] = "";
    if (t->state.complete == 0) {
        snprintf(line, size, "the given config");
        return;
    }
    double base = cli_tune_trial(t, 0).value, best = cli_tune_trial(t, t->state.best).value;
    cli_fixed(value, best, 4);
    if (t->state.best > 0) cli_fixed(gain, best - base, 4);
    snprintf(line, size, "best %s %s%s%s, trial %zu", t->metric, value, gain[0] ? " +" : "",
             gain, t->state.best);
}

static void draw(cli_tuning *t)
{
    static const char *const stages[] = {"", "search", "confirm", "test", ""};
    cli_progress *p = &t->session.progress;
    char line[240], best[160], limit[40] = "", passed[32], whole[32];
    put_best(t, best, sizeof best);
    if (t->options.seconds > 0)
        snprintf(limit, sizeof limit, " of %s", clock_text(whole, t->options.seconds));
    if (t->options.trials > 0)
        snprintf(line, sizeof line, "%s  trial %zu of %zu  %s  %s%s", stages[t->state.stage],
                 t->state.trials > 0 ? t->state.trials - 1 : 0, t->options.trials, best,
                 clock_text(passed, t->state.seconds), limit);
    else
        snprintf(line, sizeof line, "%s  trial %zu  %s  %s%s", stages[t->state.stage],
                 t->state.trials > 0 ? t->state.trials - 1 : 0, best,
                 clock_text(passed, t->state.seconds), limit);
    int length = (int)strlen(line);
    fprintf(stderr, "\r%s%*s", line, p->shown > length ? p->shown - length : 0, "");
    fflush(stderr);
    p->shown = length;
    t->drawn = now(NULL);
}

static int on_progress(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    cli_tuning *t = user_data;
    (void)stage;
    (void)done;
    (void)total;
    if (t->session.progress.drawing && now(NULL) - t->drawn >= 0.2) draw(t);
    return 0;
}

/* ---- all steps ------------------------------------------------------------------- */

static int take_steps(cli_tuning *t)
{
    cli_session *s = &t->session;
    const recsys_progress progress = {on_progress, t};
    int more = 1;
    while (more) {
        if (s->progress.drawing) draw(t);
        if (recsys_tuning_step(&more, t->tuning, &progress, &s->err) != RECSYS_OK)
            return cli_failed(s);
        recsys_tuning_state(t->tuning, &t->state);
    }
    cli_progress_clear(&s->progress);
    return CLI_GO_ON;
}

int cli_tune_search(cli_tuning *t)
{
    cli_session *s = &t->session;
    t->state = (recsys_tune_state)RECSYS_TUNE_STATE_INIT;
    int outcome = make_space(t);
    if (outcome == CLI_GO_ON) outcome = set_options(t);
    if (outcome == CLI_GO_ON) outcome = cli_inputs_read(&t->given->inputs, s);
    if (outcome == CLI_GO_ON) outcome = read_test(t);
    if (outcome != CLI_GO_ON) return outcome;
    if (recsys_tuning_create(&t->tuning, s->runtime, t->given->inputs.ratings,
                             t->given->inputs.catalogue, s->config, t->space, &t->options,
                             &s->err) != RECSYS_OK)
        return cli_failed(s);
    recsys_tuning_state(t->tuning, &t->state);
    if (t->state.taken > 0)
        cli_note(s, "goes on after %zu results of %zu trials in %s", t->state.taken,
                 t->state.trials, t->journal);
    return take_steps(t);
}

void cli_tune_free(cli_tuning *t)
{
    recsys_tuning_destroy(t->tuning);
    recsys_ratings_destroy(t->test);
    recsys_space_destroy(t->space);
    rs_free(t->session.memory, t->journal);
    rs_free(t->session.memory, t->order);
    rs_free(t->session.memory, t->keys);
}
