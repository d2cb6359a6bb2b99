/* recsys-eval: train on a split and score it, or score a model on given test ratings. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "common/inputs.h"
#include "common/interrupt.h"
#include "common/listscores.h"
#include "common/output.h"
#include "common/session.h"
#include "common/table.h"

enum { MOST_SEEDS = 1000, NOT_GIVEN = -1 };

typedef struct arguments {
    cli_inputs inputs;
    cli_flags flags;
    const char *split, *seeds, *model, *test, *verdict_dir, *run, *judgements, *profile,
        *cutoffs;
    int64_t seed, k;
} arguments;

/* One evaluation: one seed, or a given model. */
typedef struct run {
    int64_t seed;
    char model_hash[65];
    recsys_report *report;
    recsys_verdict *verdict;
    char *verdict_path; /* where the verdict was written, or NULL */
} run;

typedef struct evaluation {
    cli_session session;
    arguments *given;
    run *runs; /* [count] */
    size_t count;
} evaluation;

/* ---- one run --------------------------------------------------------------------- */

static char *verdict_path(const evaluation *e, const char *hash)
{
    rs_text path;
    rs_text_begin(&path, e->session.memory);
    const char *folder = e->given->verdict_dir;
    const char *slash = folder == NULL ? strrchr(e->given->model, '/') : NULL;
    if (folder != NULL)
        rs_text_printf(&path, "%s/", folder);
    else if (slash != NULL)
        rs_text_add_bytes(&path, e->given->model, (size_t)(slash - e->given->model) + 1);
    rs_text_printf(&path, "%s.verdict.json", hash);
    return rs_text_take(&path);
}

static recsys_status put_line(const evaluation *e, const char *path, const char *line,
                              recsys_error *err)
{
    rs_outfile file;
    recsys_status status = rs_outfile_begin(&file, e->session.memory, path, err);
    if (status != RECSYS_OK) return status;
    status = rs_outfile_write(&file, line, strlen(line), err);
    if (status == RECSYS_OK) status = rs_outfile_write(&file, "\n", 1, err);
    if (status == RECSYS_OK) return rs_outfile_commit(&file, err);
    rs_outfile_abort(&file);
    return status;
}

/* Beside the model, or where --verdict-dir says; nowhere for a model that is thrown away. */
static int write_verdict(evaluation *e, run *r)
{
    if (e->given->model == NULL && e->given->verdict_dir == NULL) return CLI_GO_ON;
    r->verdict_path = verdict_path(e, r->model_hash);
    if (r->verdict_path == NULL) return cli_no_memory(e->session.program);
    cli_interrupt_hold();
    recsys_status status =
        put_line(e, r->verdict_path, recsys_verdict_json(r->verdict), &e->session.err);
    cli_interrupt_release();
    return status == RECSYS_OK ? CLI_GO_ON : cli_failed(&e->session);
}

static int score(evaluation *e, run *r, const recsys_model *model, const recsys_ratings *test)
{
    cli_session *s = &e->session;
    snprintf(r->model_hash, sizeof r->model_hash, "%s", recsys_model_hash(model));
    if (recsys_evaluate(&r->report, model, test, s->config, &s->progress.callback, &s->err) !=
            RECSYS_OK ||
        recsys_gate_check(&r->verdict, r->report, s->config, &s->err) != RECSYS_OK)
        return cli_failed(s);
    return write_verdict(e, r);
}

/* Set an option from what the command line or the program itself says. */
static int set(cli_session *s, const char *key, const char *value)
{
    recsys_status status = recsys_config_set(s->config, key, value, &s->err);
    return status == RECSYS_OK ? CLI_GO_ON : cli_failed(s);
}

static int set_int(cli_session *s, const char *key, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return set(s, key, text);
}

static int train_and_score(evaluation *e, run *r)
{
    cli_session *s = &e->session;
    recsys_ratings *train = NULL, *test = NULL;
    recsys_model *model = NULL;
    int outcome = set_int(s, "evaluation.seed", r->seed);
    if (outcome != CLI_GO_ON) return outcome;
    if (recsys_split(&train, &test, e->given->inputs.ratings,
                     recsys_config_get(s->config, "evaluation.split"), (uint64_t)r->seed,
                     &s->err) != RECSYS_OK ||
        recsys_model_fit(&model, s->runtime, train, e->given->inputs.catalogue, s->config,
                         &s->progress.callback, &s->err) != RECSYS_OK)
        outcome = cli_failed(s);
    else
        outcome = score(e, r, model, test);
    recsys_model_destroy(model);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
    return outcome;
}

/* A verdict is about the bytes that the hash names, so they are all checked first. */
static int score_given(evaluation *e, run *r)
{
    cli_session *s = &e->session;
    recsys_model *model = NULL;
    int outcome = CLI_GO_ON;
    if (recsys_model_open(&model, s->runtime, e->given->model, &s->err) != RECSYS_OK ||
        recsys_model_validate(model, RECSYS_VALIDATE_FULL, &s->err) != RECSYS_OK)
        outcome = cli_failed(s);
    else
        outcome = score(e, r, model, e->given->inputs.ratings);
    recsys_model_destroy(model);
    return outcome;
}

/* ---- all runs -------------------------------------------------------------------- */

static int read_seeds(const evaluation *e, int64_t *first, int64_t *last)
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

static int make_runs(evaluation *e, int64_t first, size_t count)
{
    e->runs = rs_array_zero(e->session.memory, count, sizeof *e->runs);
    if (e->runs == NULL) return cli_no_memory(e->session.program);
    e->count = count;
    for (size_t i = 0; i < count; i++) e->runs[i].seed = first + (int64_t)i;
    return CLI_GO_ON;
}

static int run_split(evaluation *e)
{
    cli_session *s = &e->session;
    const char *key = "evaluation.split", *how = e->given->split;
    int64_t first = e->given->seed, last;
    /* Set even if it is the default: a report names the split that the config sets. */
    int outcome = set(s, key, how != NULL ? how : recsys_config_get(s->config, key));
    if (outcome != CLI_GO_ON) return outcome;
    const char *seed = recsys_config_get(s->config, "evaluation.seed");
    if (first == NOT_GIVEN && !rs_parse_int(seed, strlen(seed), &first)) return CLI_FAILED;
    last = first;
    if (e->given->seeds != NULL) {
        outcome = read_seeds(e, &first, &last);
        if (outcome != CLI_GO_ON) return outcome;
    }
    outcome = make_runs(e, first, (size_t)(last - first) + 1);
    if (outcome == CLI_GO_ON) outcome = cli_inputs_read(&e->given->inputs, s);
    for (size_t i = 0; i < e->count && outcome == CLI_GO_ON; i++)
        outcome = train_and_score(e, &e->runs[i]);
    return outcome;
}

static int run_model(evaluation *e)
{
    cli_session *s = &e->session;
    int outcome = set(s, "evaluation.split", "given");
    if (outcome == CLI_GO_ON) outcome = make_runs(e, 0, 1);
    e->given->inputs.ratings_path = e->given->test;
    if (outcome == CLI_GO_ON) outcome = cli_inputs_read(&e->given->inputs, s);
    return outcome == CLI_GO_ON ? score_given(e, &e->runs[0]) : outcome;
}

static int score_lists(evaluation *e)
{
    cli_session *s = &e->session;
    int outcome = make_runs(e, 0, 1);
    if (outcome == CLI_GO_ON &&
        recsys_evaluate_run(&e->runs[0].report, s->runtime, e->given->run, e->given->judgements,
                            s->config, &s->err) != RECSYS_OK)
        outcome = cli_failed(s);
    return outcome;
}

/* ---- numbers over runs ----------------------------------------------------------- */

static double metric_of(const run *r, size_t m)
{
    return cli_metric_at(r->report, m, 0);
}

static double mean_of(const evaluation *e, size_t m)
{
    double sum = 0;
    for (size_t i = 0; i < e->count; i++) sum += metric_of(&e->runs[i], m);
    return sum / (double)e->count;
}

/* Standard deviation of a sample: divided by n - 1, not defined for one run. */
static double deviation_of(const evaluation *e, size_t m)
{
    double mean = mean_of(e, m), sum = 0;
    if (e->count < 2) return (double)NAN;
    for (size_t i = 0; i < e->count; i++) {
        double gap = metric_of(&e->runs[i], m) - mean;
        sum += gap * gap;
    }
    return sqrt(sum / (double)(e->count - 1));
}

static int all_passed(const evaluation *e)
{
    for (size_t i = 0; i < e->count; i++)
        if (!recsys_verdict_passed(e->runs[i].verdict)) return 0;
    return e->count > 0;
}

/* ---- text ------------------------------------------------------------------------ */

static void put_protocol(const evaluation *e, rs_text *out)
{
    const recsys_report *report = e->runs[0].report;
    char k[32];
    rs_text_add(out, "Protocol   ");
    if (e->given->model != NULL)
        rs_text_add(out, "given test ratings");
    else
        cli_put_clean(out, recsys_config_get(e->session.config, "evaluation.split"));
    rs_text_add(out, ", relevant: rating >= ");
    rs_text_add_real(out, recsys_report_threshold(report));
    rs_text_printf(out, ", K = %s, all candidates ranked\n",
                   cli_count(k, recsys_report_k(report)));
    if (e->given->model == NULL) return;
    rs_text_add(out, "Model      ");
    cli_put_clean(out, e->given->model);
    rs_text_printf(out, "\n           hash %s\n", e->runs[0].model_hash);
}

static void put_values(const evaluation *e, cli_table *table, const char *name,
                       double (*value)(const evaluation *, size_t))
{
    char number[64];
    cli_table_cell(table, name);
    cli_table_cell(table, "");
    cli_table_cell(table, "");
    size_t metrics = recsys_report_metric_count(e->runs[0].report);
    for (size_t m = 0; m < metrics; m++)
        cli_table_cell(table, cli_fixed(number, value(e, m), 4));
    cli_table_cell(table, "");
}

static void put_run(const evaluation *e, const run *r, cli_table *table)
{
    char number[64];
    if (e->given->model != NULL)
        cli_table_cell(table, "-");
    else
        cli_table_cellf(table, "%lld", (long long)r->seed);
    cli_table_cell(table, cli_count(number, recsys_report_users(r->report)));
    cli_table_cell(table, cli_count(number, recsys_report_skipped(r->report)));
    for (size_t m = 0; m < recsys_report_metric_count(r->report); m++)
        cli_table_cell(table, cli_fixed(number, metric_of(r, m), 4));
    cli_table_cell(table, recsys_verdict_passed(r->verdict) ? "pass" : "FAIL");
}

static void put_runs(const evaluation *e, rs_text *out)
{
    const recsys_report *report = e->runs[0].report;
    cli_table table;
    cli_table_begin(&table, e->session.memory, "rrrrrrrrrrrrl", 2);
    cli_table_cell(&table, "seed");
    cli_table_cell(&table, "users");
    cli_table_cell(&table, "skipped");
    for (size_t m = 0; m < recsys_report_metric_count(report); m++)
        cli_table_cell(&table, recsys_report_metric_name(report, m));
    cli_table_cell(&table, "gate");
    for (size_t i = 0; i < e->count; i++) put_run(e, &e->runs[i], &table);
    if (e->count > 1) {
        put_values(e, &table, "mean", mean_of);
        put_values(e, &table, "sd", deviation_of);
    }
    rs_text_add(out, "\n");
    cli_table_end(&table, out);
}

/* The rule's result of the run that does worst by it; not a number is worst of all. */
static recsys_rule worst_rule(const evaluation *e, size_t i)
{
    recsys_rule worst = RECSYS_RULE_INIT;
    for (size_t at = 0; at < e->count; at++) {
        recsys_rule rule = RECSYS_RULE_INIT;
        if (!recsys_verdict_rule(e->runs[at].verdict, i, &rule)) continue;
        if (at == 0 || isnan(rule.value) || rule.value < worst.value) worst = rule;
    }
    return worst;
}

static void put_gate(const evaluation *e, rs_text *out)
{
    char number[64], minimum[32];
    cli_table table;
    rs_text_printf(out, "\nGate       %s at K = 10%s\n", all_passed(e) ? "passed" : "FAILED",
                   e->count > 1 ? " (each rule's lowest value over the seeds)" : "");
    cli_table_begin(&table, e->session.memory, "lrlrl", 2);
    for (size_t i = 0; i < recsys_verdict_rule_count(e->runs[0].verdict); i++) {
        recsys_rule rule = worst_rule(e, i);
        int whole = rule.name != NULL && strcmp(rule.name, "users") == 0;
        cli_table_cell(&table, rule.name != NULL ? rule.name : "");
        cli_table_cell(&table, cli_fixed(number, rule.value, whole ? 0 : 4));
        cli_table_cell(&table, ">=");
        rs_format_real(minimum, rule.minimum);
        cli_table_cell(&table, minimum);
        cli_table_cell(&table, rule.passed ? "pass" : "FAIL");
    }
    cli_table_end(&table, out);
    for (size_t i = 0; i < e->count; i++) {
        if (e->runs[i].verdict_path == NULL) continue;
        rs_text_add(out, "Verdict    ");
        cli_put_clean(out, e->runs[i].verdict_path);
        rs_text_add(out, "\n");
    }
}

static void put_text(const evaluation *e, rs_text *out)
{
    if (e->given->run != NULL) {
        cli_put_lists(&e->session, e->runs[0].report, e->given->run, e->given->judgements, out);
        return;
    }
    cli_inputs_print(&e->given->inputs, out);
    put_protocol(e, out);
    put_runs(e, out);
    if (e->count == 1 && recsys_report_cutoff(e->runs[0].report, 1) != 0)
        cli_put_cutoffs(e->runs[0].report, e->session.memory, out);
    put_gate(e, out);
}

/* ---- JSON ------------------------------------------------------------------------ */

static void put_metrics(const evaluation *e, cli_json *json, const char *key,
                        double (*value)(const evaluation *, size_t))
{
    const recsys_report *report = e->runs[0].report;
    cli_json_object(json, key);
    for (size_t m = 0; m < recsys_report_metric_count(report); m++)
        cli_json_real(json, recsys_report_metric_name(report, m), value(e, m));
    cli_json_close(json, '}');
}

static void put_json(const evaluation *e, rs_text *out)
{
    if (e->given->run != NULL) {
        cli_put_lists_json(e->runs[0].report, e->given->run, e->given->judgements, out);
        return;
    }
    cli_json json;
    cli_json_begin(&json, out, 1);
    cli_json_object(&json, NULL);
    cli_inputs_json(&e->given->inputs, &json);
    if (e->given->model != NULL) cli_json_text(&json, "model", e->given->model);
    cli_json_array(&json, "runs");
    for (size_t i = 0; i < e->count; i++) {
        const run *r = &e->runs[i];
        cli_json_object(&json, NULL);
        if (e->given->model == NULL) cli_json_int(&json, "seed", r->seed);
        cli_json_raw(&json, "report", recsys_report_json(r->report));
        cli_json_raw(&json, "verdict", recsys_verdict_json(r->verdict));
        cli_json_text(&json, "verdict_path", r->verdict_path);
        cli_json_close(&json, '}');
    }
    cli_json_close(&json, ']');
    put_metrics(e, &json, "mean", mean_of);
    put_metrics(e, &json, "sd", deviation_of);
    cli_json_bool(&json, "passed", all_passed(e));
    cli_json_close(&json, '}');
    rs_text_add(out, "\n");
}

/* ---- command line ---------------------------------------------------------------- */

static const char *const synopsis[] = {
    "--ratings FILE [--movies FILE] [--split HOW] [--seed N | --seeds A-B] [OPTION]...",
    "--model FILE --test FILE [OPTION]...", "--run FILE --qrels FILE [OPTION]...", NULL};

static const char summary[] =
    "Measure how good recommendations are. With --ratings, the ratings are split, a model is "
    "trained on one side and its lists are scored on the other; with --model, a trained model "
    "is scored on the ratings of --test and refused if it has seen any of them; with --run, "
    "lists that any system made are scored against judgements.\n"
    "Printed are precision, recall, F1, NDCG, hit rate, MAP and MRR at K, coverage and "
    "diversity, the number of users, and, but for --run, what the quality gate "
    "(evaluation.gate.*) says, which is always "
    "judged at K = 10. The verdict on a model goes to HASH.verdict.json beside it.";

static const cli_exit exits[] = {
    CLI_EXITS,
    {CLI_GATE, "the quality gate did not pass"},
    CLI_EXIT_INTERRUPTED,
    {0, NULL},
};

static const char *const notes[] = {
    "Profiles (evaluation.profile; which definition a metric has where tools differ):",
    "  checked against the tool: recsys, ranx, trec, lenskit, rectools, recbole,\n"
    "                            msrec\n"
    "  written from its source:  elliot, dacrema, vaecf, lightgcn",
    CLI_ENVIRONMENT,
    "Examples:",
    "  recsys-eval --ratings ratings.csv --movies movies.csv --seeds 1-5\n"
    "  recsys-eval --model model.recsys --test test.csv\n"
    "  recsys-eval --run other.trec --qrels test.trec --profile ranx --cutoffs 5,20",
    NULL};

static int check_lists_usage(const cli_program *program, const arguments *given)
{
    const cli_inputs *in = &given->inputs;
    if (given->run == NULL || given->judgements == NULL)
        return cli_usage_error(program, "--run and --qrels belong together");
    if (in->ratings_path != NULL || in->movies_path != NULL || in->tags_path != NULL ||
        in->links_path != NULL || given->split != NULL || given->seed != NOT_GIVEN ||
        given->seeds != NULL || given->model != NULL || given->test != NULL ||
        given->verdict_dir != NULL)
        return cli_usage_error(program, "nothing is trained or judged with --run: it goes with "
                                        "--qrels and options alone");
    return CLI_GO_ON;
}

/* The three ways to call the program do not mix. */
static int check_usage(const cli_program *program, const arguments *given)
{
    const cli_inputs *in = &given->inputs;
    if (given->run != NULL || given->judgements != NULL)
        return check_lists_usage(program, given);
    if ((given->model == NULL) != (given->test == NULL))
        return cli_usage_error(program, "--model and --test belong together");
    if (given->seed != NOT_GIVEN && given->seeds != NULL)
        return cli_usage_error(program, "give --seed or --seeds, not both");
    if (given->model == NULL) {
        if (in->ratings_path != NULL) return CLI_GO_ON;
        return cli_usage_error(
            program, "--ratings, or --model and --test, or --run and --qrels, are needed");
    }
    if (in->ratings_path != NULL || given->split != NULL || given->seed != NOT_GIVEN ||
        given->seeds != NULL)
        return cli_usage_error(program,
                               "--ratings, --split and seeds do not go with --model: its test "
                               "ratings are given");
    if (in->movies_path != NULL || in->tags_path != NULL || in->links_path != NULL)
        return cli_usage_error(program, "--model has its catalogue inside; leave out --movies, "
                                        "--tags and --links");
    return CLI_GO_ON;
}

/* Found out before the training, not after it. */
static int check_folder(const cli_program *program, const char *path)
{
    struct stat about;
    if (path == NULL) return CLI_GO_ON;
    if (stat(path, &about) != 0)
        return cli_error(program, "--verdict-dir %s: %s", path, strerror(errno));
    if (!S_ISDIR(about.st_mode))
        return cli_error(program, "--verdict-dir %s: is not a folder", path);
    return CLI_GO_ON;
}

static int evaluate(evaluation *e, const cli_program *program)
{
    rs_text out;
    int outcome = cli_begin(&e->session, program, &e->given->flags);
    if (outcome == CLI_GO_ON) outcome = check_folder(program, e->given->verdict_dir);
    if (outcome == CLI_GO_ON && e->given->k != NOT_GIVEN)
        outcome = set_int(&e->session, "evaluation.k", e->given->k);
    if (outcome == CLI_GO_ON && e->given->profile != NULL)
        outcome = set(&e->session, "evaluation.profile", e->given->profile);
    if (outcome == CLI_GO_ON && e->given->cutoffs != NULL)
        outcome = set(&e->session, "evaluation.cutoffs", e->given->cutoffs);
    if (outcome == CLI_GO_ON)
        outcome = e->given->run != NULL     ? score_lists(e)
                  : e->given->model != NULL ? run_model(e)
                                            : run_split(e);
    if (outcome == CLI_GO_ON) {
        rs_text_begin(&out, e->session.memory);
        (e->given->flags.json ? put_json : put_text)(e, &out);
        outcome = cli_write(&e->session, &out);
        if (outcome == CLI_OK && e->given->run == NULL && !all_passed(e)) outcome = CLI_GATE;
    }
    for (size_t i = 0; i < e->count; i++) {
        recsys_report_destroy(e->runs[i].report);
        recsys_verdict_destroy(e->runs[i].verdict);
        rs_free(e->session.memory, e->runs[i].verdict_path);
    }
    rs_free(e->session.memory, e->runs);
    cli_inputs_free(&e->given->inputs);
    cli_end(&e->session);
    return outcome;
}

int main(int argc, char **argv)
{
    static arguments given = {.seed = NOT_GIVEN, .k = NOT_GIVEN};
    static const cli_option options[] = {
        CLI_HEAD("Train on a split"),
        CLI_INPUT_FLAGS(given.inputs),
        {CLI_TEXT, 0, "split", "HOW",
         "How to divide the ratings: user-random:RATIO takes that share of each user's ratings "
         "for the test (default: evaluation.split).",
         &given.split, 0, 0},
        {CLI_INT, 0, "seed", "N", "Seed of the split (default: evaluation.seed).", &given.seed,
         0, INT64_C(9007199254740992)},
        {CLI_TEXT, 0, "seeds", "A-B",
         "One run for each seed from A to B, then mean and "
         "standard deviation.",
         &given.seeds, 0, 0},
        CLI_HEAD("Score a model"),
        {CLI_TEXT, 0, "model", "FILE", "A trained model.", &given.model, 0, 0},
        {CLI_TEXT, 0, "test", "FILE", "Test ratings, in any format that --ratings takes.",
         &given.test, 0, 0},
        CLI_HEAD("Score lists"),
        {CLI_TEXT, 0, "run", "FILE",
         "Lists: a TREC run, or text with a header or JSON lines with user, movie and score or "
         "rank; also gzipped.",
         &given.run, 0, 0},
        {CLI_TEXT, 0, "qrels", "FILE",
         "Judgements: TREC qrels, or text with a header or JSON lines with user, movie and, if "
         "there are any, grades. Relevant from evaluation.relevant_grade on.",
         &given.judgements, 0, 0},
        CLI_HEAD("Options"),
        {CLI_INT, 'k', "k", "N",
         "Length of the lists that are scored, but for the gate (default: evaluation.k).",
         &given.k, 1, 100000},
        {CLI_TEXT, 0, "cutoffs", "LIST",
         "More lengths, such as 5,20,50 (default: evaluation.cutoffs).", &given.cutoffs, 0, 0},
        {CLI_TEXT, 0, "profile", "NAME",
         "Definitions of the metrics, see below (default: evaluation.profile).", &given.profile,
         0, 0},
        {CLI_TEXT, 0, "verdict-dir", "DIR",
         "Write each model's verdict into this folder as HASH.verdict.json.",
         &given.verdict_dir, 0, 0},
        CLI_CONFIG_FLAGS(given.flags),
        CLI_COMMON_FLAGS(given.flags),
    };
    static const cli_program program = {
        .name = "recsys-eval",
        .synopsis = synopsis,
        .summary = summary,
        .options = options,
        .count = sizeof options / sizeof *options,
        .exits = exits,
        .notes = notes,
    };
    evaluation e = {.given = &given};
    cli_list rest = {0};
    int outcome = cli_parse(&program, argc, argv, &rest);
    if (outcome == CLI_GO_ON) outcome = check_usage(&program, &given);
    if (outcome == CLI_GO_ON) outcome = evaluate(&e, &program);
    cli_list_free(&rest);
    cli_list_free(&given.flags.set);
    return outcome;
}
