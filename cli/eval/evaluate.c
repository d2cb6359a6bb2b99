/* The reports of all systems in all runs, the verdicts on the first one, and the comparison. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "evaluation.h"
#include "scores.h"

/* The first system's, once the champion's report is there too. */
static int judge(cli_evaluation *e, size_t run)
{
    cli_session *s = &e->session;
    cli_run *r = &e->systems[0].runs[run];
    const cli_system *champion = cli_champion(e);
    if (recsys_gate_check(&r->verdict, r->report,
                          champion != NULL ? champion->runs[run].report : NULL, s->config,
                          &s->err) != RECSYS_OK)
        return cli_failed(s);
    return cli_verdict_write(e, r);
}

/* ---- one system on test ratings -------------------------------------------------- */

static int score(cli_evaluation *e, cli_system *system, size_t run, const recsys_model *model,
                 const recsys_ratings *test)
{
    cli_session *s = &e->session;
    cli_run *r = &system->runs[run];
    snprintf(r->model_hash, sizeof r->model_hash, "%s", recsys_model_hash(model));
    recsys_status (*evaluate)(recsys_report **, const recsys_model *, const recsys_ratings *,
                              const recsys_config *, const recsys_progress *, recsys_error *) =
        system->kind == CLI_SYSTEM_POPULARITY ? recsys_evaluate_popularity : recsys_evaluate;
    recsys_status status =
        evaluate(&r->report, model, test, s->config, &s->progress.callback, &s->err);
    return status == RECSYS_OK ? CLI_GO_ON : cli_failed(s);
}

/* Those that need the first system's model, while it is there. */
static int score_popularity(cli_evaluation *e, size_t run, const recsys_model *model,
                            const recsys_ratings *test)
{
    int outcome = CLI_GO_ON;
    for (size_t i = 1; i < e->count && outcome == CLI_GO_ON; i++)
        if (e->systems[i].kind == CLI_SYSTEM_POPULARITY)
            outcome = score(e, &e->systems[i], run, model, test);
    return outcome;
}

/* ---- trained on a split ---------------------------------------------------------- */

static int train_and_score(cli_evaluation *e, cli_system *system, size_t run,
                           const recsys_ratings *train, const recsys_ratings *test)
{
    cli_session *s = &e->session;
    recsys_model *model = NULL;
    if (recsys_model_fit(&model, s->runtime, train, e->given->inputs.catalogue,
                         system->config != NULL ? system->config : s->config,
                         &s->progress.callback, &s->err) != RECSYS_OK)
        return cli_failed(s);
    int outcome = CLI_GO_ON;
    if (system == e->systems)
        outcome = cli_verdict_withdraw(e, &system->runs[run], recsys_model_hash(model));
    if (outcome == CLI_GO_ON) outcome = score(e, system, run, model, test);
    if (outcome == CLI_GO_ON && system == e->systems)
        outcome = score_popularity(e, run, model, test);
    recsys_model_destroy(model);
    return outcome;
}

/* The two sides of one run. */
static recsys_status make_sides(cli_evaluation *e, const cli_run *r, recsys_ratings **train,
                                recsys_ratings **test)
{
    cli_session *s = &e->session;
    const cli_eval_given *given = e->given;
    if (given->train.count == 0)
        return recsys_split_fold(train, test, given->inputs.ratings,
                                 recsys_config_get(s->config, "evaluation.split"),
                                 (uint64_t)r->seed, r->fold, &s->err);
    recsys_status status = recsys_ratings_read(train, s->runtime, given->train.items[r->fold],
                                               s->config, NULL, &s->progress.callback, &s->err);
    if (status == RECSYS_OK)
        status = recsys_ratings_read(test, s->runtime, given->test.items[r->fold], s->config,
                                     NULL, &s->progress.callback, &s->err);
    return status;
}

static int run_on_split(cli_evaluation *e, size_t run)
{
    cli_session *s = &e->session;
    recsys_ratings *train = NULL, *test = NULL;
    const cli_run *r = &e->systems[0].runs[run];
    int outcome = cli_set_int(s, "evaluation.seed", r->seed);
    if (outcome == CLI_GO_ON && make_sides(e, r, &train, &test) != RECSYS_OK)
        outcome = cli_failed(s);
    for (size_t i = 0; i < e->count && outcome == CLI_GO_ON; i++)
        if (e->systems[i].kind == CLI_SYSTEM_CONFIG)
            outcome = train_and_score(e, &e->systems[i], run, train, test);
    if (outcome == CLI_GO_ON) outcome = judge(e, run);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
    return outcome;
}

static int evaluate_on_splits(cli_evaluation *e)
{
    if (e->given->train.count > 0) e->given->inputs.ratings_path = e->given->train.items[0];
    int outcome = cli_inputs_read(&e->given->inputs, &e->session);
    for (size_t run = 0; run < e->runs && outcome == CLI_GO_ON; run++)
        outcome = run_on_split(e, run);
    return outcome;
}

/* ---- given models ---------------------------------------------------------------- */

/* A verdict is about the bytes that the hash names, so they are all checked first. */
static int score_file(cli_evaluation *e, cli_system *system)
{
    cli_session *s = &e->session;
    recsys_model *model = NULL;
    int outcome = CLI_GO_ON;
    if (recsys_model_open(&model, s->runtime, system->name, &s->err) != RECSYS_OK ||
        recsys_model_validate(model, RECSYS_VALIDATE_FULL, &s->err) != RECSYS_OK)
        outcome = cli_failed(s);
    if (outcome == CLI_GO_ON) outcome = score(e, system, 0, model, e->given->inputs.ratings);
    if (outcome == CLI_GO_ON && system == e->systems)
        outcome = score_popularity(e, 0, model, e->given->inputs.ratings);
    recsys_model_destroy(model);
    return outcome;
}

static int evaluate_models(cli_evaluation *e)
{
    int outcome = cli_set(&e->session, "evaluation.split", "given");
    e->given->inputs.ratings_path = e->given->test.items[0];
    if (outcome == CLI_GO_ON) outcome = cli_inputs_read(&e->given->inputs, &e->session);
    for (size_t i = 0; i < e->count && outcome == CLI_GO_ON; i++)
        if (e->systems[i].kind == CLI_SYSTEM_MODEL) outcome = score_file(e, &e->systems[i]);
    return outcome == CLI_GO_ON ? judge(e, 0) : outcome;
}

/* ---- given lists ----------------------------------------------------------------- */

/* What the systems were trained on, and what there is to recommend, where it is given. */
static int read_background(cli_evaluation *e)
{
    cli_session *s = &e->session;
    cli_inputs *in = &e->given->inputs;
    if (e->given->train.count > 0) {
        in->ratings_path = e->given->train.items[0];
        return cli_inputs_read(in, s);
    }
    if (in->movies_path != NULL &&
        recsys_catalogue_read(&in->catalogue, s->runtime, in->movies_path, s->config,
                              &s->err) != RECSYS_OK)
        return cli_failed(s);
    return CLI_GO_ON;
}

static int evaluate_list(cli_evaluation *e, const cli_system *system)
{
    cli_session *s = &e->session;
    const cli_inputs *in = &e->given->inputs;
    recsys_report **report = &system->runs[0].report;
    if (recsys_evaluate_run(report, s->runtime, system->name, e->given->judgements, in->ratings,
                            in->catalogue, s->config, &s->err) != RECSYS_OK)
        return cli_failed(s);
    if (recsys_report_without_list(*report) == recsys_report_users(*report))
        cli_note(s,
                 "warning: %s has no list of any user that %s judges: are their ids written in "
                 "the same way?",
                 system->name, e->given->judgements);
    return CLI_GO_ON;
}

static int evaluate_lists(cli_evaluation *e)
{
    int outcome = read_background(e);
    for (size_t i = 0; i < e->count && outcome == CLI_GO_ON; i++)
        outcome = evaluate_list(e, &e->systems[i]);
    if (outcome != CLI_GO_ON) return outcome;
    /* Lists are measured rather than deployed: they are judged where somebody asks for it. */
    int is_judged = cli_champion(e) != NULL ||
                    recsys_config_get(e->session.config, "evaluation.gate.rules")[0] != '\0';
    return is_judged ? judge(e, 0) : CLI_GO_ON;
}

/* ---- all ------------------------------------------------------------------------- */

static int compare(cli_evaluation *e)
{
    cli_session *s = &e->session;
    const recsys_report **reports = rs_array(s->memory, e->count * e->runs, sizeof *reports);
    if (reports == NULL) return cli_no_memory(s->program);
    for (size_t i = 0; i < e->count; i++)
        for (size_t run = 0; run < e->runs; run++)
            reports[i * e->runs + run] = e->systems[i].runs[run].report;
    recsys_status status =
        recsys_compare(&e->comparison, reports, e->count, e->runs, s->config, &s->err);
    rs_free(s->memory, (void *)reports);
    return status == RECSYS_OK ? CLI_GO_ON : cli_failed(s);
}

static int copy_option(cli_session *s, recsys_config *to, const char *key)
{
    if (recsys_config_set(to, key, recsys_config_get(s->config, key), &s->err) == RECSYS_OK)
        return CLI_GO_ON;
    return cli_failed(s);
}

/* Options whose texts the library reads when it begins a report: an evaluation of lists that
 * are empty goes as far as that, and then fails for want of a list. */
static int try_options(cli_session *s, recsys_config *tried)
{
    static const char *const keys[] = {"evaluation.breakdowns", "evaluation.user_attributes",
                                       "evaluation.cutoffs",    "evaluation.gate.rules",
                                       "evaluation.profile",    "evaluation.candidates"};
    static const char nothing[] = "/dev/null";
    recsys_report *report = NULL;
    int outcome = CLI_GO_ON;
    for (size_t i = 0; i < sizeof keys / sizeof *keys && outcome == CLI_GO_ON; i++)
        outcome = copy_option(s, tried, keys[i]);
    if (outcome != CLI_GO_ON) return outcome;
    recsys_status status =
        recsys_evaluate_run(&report, s->runtime, nothing, nothing, NULL, NULL, tried, &s->err);
    recsys_report_destroy(report);
    return status == RECSYS_E_CONFIG || status == RECSYS_E_IO ? cli_failed(s) : CLI_GO_ON;
}

/* Found out before a model is trained, not when it is scored. */
static int check_options(cli_session *s)
{
    static const char *const files[] = {"evaluation.candidates", "evaluation.seen_ratings"};
    recsys_config *tried = NULL;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *path = recsys_config_get(s->config, files[i]);
        if (path[0] != '\0' && strcmp(path, "-") != 0 && access(path, R_OK) != 0)
            return cli_error(s->program, "%s: %s: cannot open: %s", files[i], path,
                             strerror(errno));
    }
    if (recsys_config_create(&tried, s->runtime, &s->err) != RECSYS_OK) return cli_failed(s);
    int outcome = try_options(s, tried);
    recsys_config_destroy(tried);
    return outcome;
}

int cli_evaluate(cli_evaluation *e)
{
    int outcome = cli_systems_make(e);
    if (outcome == CLI_GO_ON) outcome = cli_verdict_withdraw_given(e);
    if (outcome == CLI_GO_ON) outcome = cli_verdict_check(e);
    if (outcome == CLI_GO_ON) outcome = cli_eval_check_places(e->session.program, e->given);
    if (outcome == CLI_GO_ON) outcome = cli_systems_add(e);
    if (outcome == CLI_GO_ON) outcome = check_options(&e->session);
    if (outcome == CLI_GO_ON)
        outcome = e->given->run != NULL     ? evaluate_lists(e)
                  : e->given->model != NULL ? evaluate_models(e)
                                            : evaluate_on_splits(e);
    if (outcome == CLI_GO_ON && e->count > 1) outcome = compare(e);
    return outcome;
}

/* ---- numbers over runs ----------------------------------------------------------- */

double cli_mean_of(const cli_evaluation *e, const cli_system *system, size_t metric)
{
    double sum = 0;
    for (size_t i = 0; i < e->runs; i++)
        sum += cli_metric_at(system->runs[i].report, metric, 0);
    return sum / (double)e->runs;
}

double cli_deviation_of(const cli_evaluation *e, const cli_system *system, size_t metric)
{
    double mean = cli_mean_of(e, system, metric), sum = 0;
    if (e->runs < 2) return (double)NAN;
    for (size_t i = 0; i < e->runs; i++) {
        double gap = cli_metric_at(system->runs[i].report, metric, 0) - mean;
        sum += gap * gap;
    }
    return sqrt(sum / (double)(e->runs - 1));
}

int cli_all_passed(const cli_evaluation *e)
{
    for (size_t i = 0; i < e->runs; i++)
        if (!recsys_verdict_passed(e->systems[0].runs[i].verdict)) return 0;
    return e->runs > 0;
}
