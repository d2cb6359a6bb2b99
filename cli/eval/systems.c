/* Who is evaluated. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "common/side.h"
#include "evaluation.h"

enum { MOST_SEEDS = 1000 };

/* ---- options --------------------------------------------------------------------- */

int cli_set(cli_session *session, const char *key, const char *value)
{
    recsys_status status = recsys_config_set(session->config, key, value, &session->err);
    return status == RECSYS_OK ? CLI_GO_ON : cli_failed(session);
}

int cli_set_int(cli_session *session, const char *key, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return cli_set(session, key, text);
}

/* Another config file is about the model alone: how it is read and evaluated is the same for
 * all systems. */
static int is_shared(const recsys_option *option)
{
    return option->stage == RECSYS_STAGE_READ || option->stage == RECSYS_STAGE_EVALUATE;
}

static int load_config(cli_evaluation *e, cli_system *system)
{
    cli_session *s = &e->session;
    if (recsys_config_create(&system->config, s->runtime, &s->err) != RECSYS_OK ||
        recsys_config_load(system->config, system->name, &s->err) != RECSYS_OK)
        return cli_failed(s);
    for (size_t i = 0; i < recsys_config_option_count(s->config); i++) {
        const recsys_option *option = recsys_config_option(s->config, i);
        if (!is_shared(option)) continue;
        if (recsys_config_set(system->config, option->key,
                              recsys_config_get(s->config, option->key), &s->err) != RECSYS_OK)
            return cli_failed(s);
    }
    return CLI_GO_ON;
}

/* ---- runs ------------------------------------------------------------------------ */

static int read_seeds(const cli_evaluation *e, int64_t *first, int64_t *last)
{
    const char *text = e->given->seeds;
    const char *dash = strchr(text, '-');
    size_t size = dash == NULL ? 0 : (size_t)(dash - text);
    if (dash == NULL || !rs_parse_int(text, size, first) ||
        !rs_parse_int(dash + 1, strlen(dash + 1), last) || *first < 0 || *last < *first ||
        *last - *first >= MOST_SEEDS)
        return cli_usage_error(e->session.program,
                               "--seeds \"%s\": expected FIRST-LAST, such as 1-5, with at most "
                               "%d seeds",
                               text, MOST_SEEDS);
    return CLI_GO_ON;
}

static int find_seeds(const cli_evaluation *e, int64_t *first, int64_t *last)
{
    const char *seed = recsys_config_get(e->session.config, "evaluation.seed");
    *first = e->given->seed;
    if (*first == CLI_NOT_GIVEN && !rs_parse_int(seed, strlen(seed), first)) return CLI_FAILED;
    *last = *first;
    return e->given->seeds != NULL ? read_seeds(e, first, last) : CLI_GO_ON;
}

/* Folds of the split; pairs of files that were given are folds too. */
static int find_folds(cli_evaluation *e)
{
    cli_session *s = &e->session;
    const char *key = "evaluation.split", *how = e->given->split;
    e->folds = e->given->train.count;
    if (e->folds > 0) return cli_set(s, key, "given");
    /* Set even if it is the default: a report names the split that the config sets. */
    int outcome = cli_set(s, key, how != NULL ? how : recsys_config_get(s->config, key));
    if (outcome != CLI_GO_ON) return outcome;
    return recsys_split_folds(recsys_config_get(s->config, key), &e->folds, &s->err) ==
                   RECSYS_OK
               ? CLI_GO_ON
               : cli_failed(s);
}

/* A split that leaves nothing to chance is the same with every seed. */
static int check_seeds(const cli_evaluation *e)
{
    const char *how = recsys_config_get(e->session.config, "evaluation.split");
    if (e->given->seeds == NULL || !cli_is_by_time(how)) return CLI_GO_ON;
    return cli_usage_error(e->session.program,
                           "--seeds %s: %s goes by time alone and leaves nothing to chance, so "
                           "all runs would be the same; leave out --seeds",
                           e->given->seeds, how);
}

static int make_runs(cli_evaluation *e, cli_system *system, int64_t first)
{
    system->runs = rs_array_zero(e->session.memory, e->runs, sizeof *system->runs);
    if (system->runs == NULL) return cli_no_memory(e->session.program);
    for (size_t i = 0; i < e->runs; i++) {
        system->runs[i].seed = first + (int64_t)(i / e->folds);
        system->runs[i].fold = i % e->folds;
    }
    return CLI_GO_ON;
}

/* ---- systems --------------------------------------------------------------------- */

static cli_system_kind kind_of(const cli_eval_given *given, const char *name)
{
    if (strcmp(name, "popularity") == 0) return CLI_SYSTEM_POPULARITY;
    if (given->run != NULL) return CLI_SYSTEM_RUN;
    return given->model != NULL ? CLI_SYSTEM_MODEL : CLI_SYSTEM_CONFIG;
}

static const char *first_name(const cli_eval_given *given)
{
    if (given->run != NULL) return given->run;
    if (given->model != NULL) return given->model;
    return given->flags.config != NULL ? given->flags.config : "defaults";
}

/* Of which the first has number 0, and the champion comes next; NULL: there is none. */
static const char *name_at(const cli_eval_given *given, size_t i)
{
    size_t named = 1 + (size_t)(given->champion != NULL);
    if (i == 0) return first_name(given);
    if (i < named) return given->champion;
    return i - named < given->against.count ? given->against.items[i - named] : NULL;
}

int cli_systems_check(const cli_program *program, const cli_eval_given *given)
{
    for (size_t i = 1; name_at(given, i) != NULL; i++)
        for (size_t other = 0; other < i; other++)
            if (strcmp(name_at(given, i), name_at(given, other)) == 0)
                return cli_usage_error(program,
                                       "%s is to be evaluated twice: systems are told apart by "
                                       "their names",
                                       name_at(given, i));
    return CLI_GO_ON;
}

static int make_other(cli_evaluation *e, cli_system *system, const char *name)
{
    system->name = name;
    system->kind = kind_of(e->given, name);
    if (system->kind == CLI_SYSTEM_POPULARITY && e->given->run != NULL)
        return cli_usage_error(e->session.program,
                               "popularity ranks what a model could recommend, and with --run "
                               "there is no model, even with --train: give lists of the most "
                               "rated movies as another run");
    if (system->kind == CLI_SYSTEM_CONFIG) return load_config(e, system);
    /* Found out now, not after the first system was evaluated. */
    if (system->kind != CLI_SYSTEM_POPULARITY && strcmp(name, "-") != 0 &&
        access(name, R_OK) != 0)
        return cli_error(e->session.program, "%s: cannot open: %s", name, strerror(errno));
    return CLI_GO_ON;
}

int cli_systems_make(cli_evaluation *e)
{
    const cli_eval_given *given = e->given;
    size_t count = 1 + (size_t)(given->champion != NULL) + given->against.count;
    int64_t first = 0, last = 0;
    int outcome = CLI_GO_ON;
    e->folds = 1;
    if (given->run == NULL && given->model == NULL) {
        outcome = find_seeds(e, &first, &last);
        if (outcome == CLI_GO_ON) outcome = find_folds(e);
        if (outcome == CLI_GO_ON) outcome = check_seeds(e);
    }
    if (outcome != CLI_GO_ON) return outcome;
    e->runs = ((size_t)(last - first) + 1) * e->folds;
    e->systems = rs_array_zero(e->session.memory, count, sizeof *e->systems);
    if (e->systems == NULL) return cli_no_memory(e->session.program);
    e->count = count;
    e->systems[0].name = first_name(given);
    e->systems[0].kind = kind_of(given, "");
    for (size_t i = 0; i < count && outcome == CLI_GO_ON; i++)
        outcome = make_runs(e, &e->systems[i], first);
    return outcome;
}

int cli_systems_add(cli_evaluation *e)
{
    const cli_eval_given *given = e->given;
    int outcome = CLI_GO_ON;
    size_t at = 1;
    if (given->champion != NULL) {
        e->systems[at].is_champion = 1;
        outcome = make_other(e, &e->systems[at++], given->champion);
    }
    for (size_t i = 0; i < given->against.count && outcome == CLI_GO_ON; i++)
        outcome = make_other(e, &e->systems[at++], given->against.items[i]);
    return outcome;
}

int cli_is_split(const cli_evaluation *e)
{
    return e->given->run == NULL && e->given->model == NULL && e->given->train.count == 0;
}

const cli_system *cli_champion(const cli_evaluation *e)
{
    return e->count > 1 && e->systems[1].is_champion ? &e->systems[1] : NULL;
}

void cli_systems_free(cli_evaluation *e)
{
    for (size_t s = 0; s < e->count; s++) {
        cli_system *system = &e->systems[s];
        for (size_t i = 0; system->runs != NULL && i < e->runs; i++) {
            recsys_report_destroy(system->runs[i].report);
            recsys_verdict_destroy(system->runs[i].verdict);
            rs_free(e->session.memory, system->runs[i].verdict_path);
        }
        rs_free(e->session.memory, system->runs);
        recsys_config_destroy(system->config);
    }
    rs_free(e->session.memory, e->systems);
    recsys_comparison_destroy(e->comparison);
}
