/* What recsys-eval tells people. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/table.h"
#include "evaluation.h"
#include "scores.h"

/* ---- protocol -------------------------------------------------------------------- */

/* Does evaluation.definition.* say anything else than the profile? */
static int is_changed(const recsys_config *config)
{
    static const char prefix[] = "evaluation.definition.";
    for (size_t i = 0; i < recsys_config_option_count(config); i++) {
        const char *key = recsys_config_option(config, i)->key;
        if (strncmp(key, prefix, sizeof prefix - 1) == 0 &&
            strcmp(recsys_config_get(config, key), "profile") != 0)
            return 1;
    }
    return 0;
}

static void put_profile(const cli_evaluation *e, rs_text *out)
{
    const recsys_config *config = e->session.config;
    const char *wanted = recsys_config_get(config, "evaluation.profile"), *name, *tool;
    int verified, own = strcmp(wanted, "recsys") == 0, changed = is_changed(config);
    if (own && !changed) return;
    rs_text_printf(out, "Profile    %s", wanted);
    for (size_t i = 1; recsys_profile_at(i, &name, &tool, &verified); i++)
        if (strcmp(name, wanted) == 0)
            rs_text_printf(out, ": numbers of %s, %s", tool,
                           verified ? "checked against the tool" : "written from its source");
    rs_text_add(out, changed ? ", but for evaluation.definition.*\n" : "\n");
}

static void put_lists(const cli_evaluation *e, rs_text *out)
{
    char number[2][64];
    const recsys_report *report = e->systems[0].runs[0].report;
    rs_text_add(out, "Run        ");
    cli_put_clean(out, e->given->run);
    rs_text_add(out, "\nJudgements ");
    cli_put_clean(out, e->given->judgements);
    rs_text_add(out, ", relevant from ");
    rs_text_add_real(out, recsys_report_threshold(report));
    rs_text_add(out, "\n");
    put_profile(e, out);
    rs_text_printf(out, "Users      %s, of them %s without a list\n",
                   cli_count(number[0], recsys_report_users(report)),
                   cli_count(number[1], recsys_report_without_list(report)));
    rs_text_printf(out,
                   "           left out: %s without a relevant movie, %s without a judgement\n",
                   cli_count(number[0], recsys_report_skipped(report)),
                   cli_count(number[1], recsys_report_without_judgement(report)));
}

/* The pairs of files that were given. */
static void put_pairs(const cli_eval_given *given, rs_text *out)
{
    for (size_t i = 0; i < given->train.count; i++) {
        char number[32];
        snprintf(number, sizeof number, "Fold %zu", i + 1);
        rs_text_printf(out, "%-10s trained on ", given->train.count > 1 ? number : "Sides");
        cli_put_clean(out, given->train.items[i]);
        rs_text_add(out, ", tested on ");
        cli_put_clean(out, given->test.items[i]);
        rs_text_add(out, "\n");
    }
}

static void put_protocol(const cli_evaluation *e, rs_text *out)
{
    const recsys_report *report = e->systems[0].runs[0].report;
    char k[32];
    rs_text_add(out, "Protocol   ");
    if (e->given->model != NULL || e->given->train.count > 0)
        rs_text_add(out, "given test ratings");
    else
        cli_put_clean(out, recsys_config_get(e->session.config, "evaluation.split"));
    rs_text_add(out, ", relevant: rating >= ");
    rs_text_add_real(out, recsys_report_threshold(report));
    rs_text_printf(out, ", K = %s, %s\n", cli_count(k, recsys_report_k(report)),
                   recsys_config_get(e->session.config, "evaluation.candidates")[0] != '\0'
                       ? "listed candidates ranked"
                       : "all candidates ranked");
    put_profile(e, out);
    if (e->given->model == NULL) return;
    rs_text_add(out, "Model      ");
    cli_put_clean(out, e->given->model);
    rs_text_printf(out, "\n           hash %s\n", e->systems[0].runs[0].model_hash);
}

/* ---- metrics --------------------------------------------------------------------- */

/* What is not known has a dash. */
static void put_cell(cli_table *table, double value)
{
    char number[64];
    cli_table_cell(table, isnan(value) ? "-" : cli_fixed(number, value, 4));
}

/* What the table has: one row a run, and a column for each main metric that is defined. */
typedef struct scores_table {
    const cli_evaluation *e;
    cli_table table;
    size_t metric[CLI_TABLE_COLUMNS], metrics;
} scores_table;

static int is_known(const cli_evaluation *e, size_t metric)
{
    for (size_t s = 0; s < e->count; s++)
        if (!isnan(cli_mean_of(e, &e->systems[s], metric))) return 1;
    return 0;
}

static void put_head(scores_table *t, const char *name)
{
    if (t->e->count > 1) cli_table_cell(&t->table, "");
    cli_table_cell(&t->table, name);
    if (t->e->folds > 1) cli_table_cell(&t->table, "");
    cli_table_cell(&t->table, "");
    cli_table_cell(&t->table, "");
}

static void put_values(scores_table *t, const cli_system *system, const char *name,
                       double (*value)(const cli_evaluation *, const cli_system *, size_t))
{
    put_head(t, name);
    for (size_t i = 0; i < t->metrics; i++)
        put_cell(&t->table, value(t->e, system, t->metric[i]));
    cli_table_cell(&t->table, "");
}

/* One end of each interval; a metric without one has an empty cell. */
static void put_ends(scores_table *t, const cli_run *r, int high)
{
    char number[64];
    put_head(t, high ? "to" : "from");
    for (size_t i = 0; i < t->metrics; i++) {
        recsys_interval interval = cli_interval_at(r->report, t->metric[i], 0);
        double end = high ? interval.high : interval.low;
        cli_table_cell(&t->table, isnan(end) ? "" : cli_fixed(number, end, 4));
    }
    cli_table_cell(&t->table, "");
}

static void put_run(scores_table *t, const cli_system *system, size_t run)
{
    char number[64];
    const cli_run *r = &system->runs[run];
    if (t->e->count > 1) cli_table_cell(&t->table, run == 0 ? system->name : "");
    if (cli_is_split(t->e))
        cli_table_cellf(&t->table, "%lld", (long long)r->seed);
    else
        cli_table_cell(&t->table, "-");
    if (t->e->folds > 1) cli_table_cellf(&t->table, "%zu", r->fold + 1);
    cli_table_cell(&t->table, cli_count(number, recsys_report_users(r->report)));
    cli_table_cell(&t->table, cli_count(number, recsys_report_skipped(r->report)));
    for (size_t i = 0; i < t->metrics; i++)
        put_cell(&t->table, cli_metric_at(r->report, t->metric[i], 0));
    cli_table_cell(&t->table, r->verdict == NULL                  ? ""
                              : recsys_verdict_passed(r->verdict) ? "pass"
                                                                  : "FAIL");
}

static void put_system(scores_table *t, const cli_system *system)
{
    for (size_t i = 0; i < t->e->runs; i++) put_run(t, system, i);
    if (t->e->runs > 1) {
        put_values(t, system, "mean", cli_mean_of);
        put_values(t, system, "sd", cli_deviation_of);
    } else if (cli_has_intervals(system->runs[0].report)) {
        put_ends(t, &system->runs[0], 0);
        put_ends(t, &system->runs[0], 1);
    }
}

static void put_table(const cli_evaluation *e, rs_text *out)
{
    char align[CLI_TABLE_COLUMNS + 1];
    const recsys_report *report = e->systems[0].runs[0].report;
    scores_table t = {.e = e};
    for (size_t m = 0; m < cli_main_metrics(report); m++)
        if (is_known(e, m)) t.metric[t.metrics++] = m;
    size_t head = 3 + (size_t)(e->count > 1) + (size_t)(e->folds > 1);
    memset(align, 'r', sizeof align);
    if (e->count > 1) align[0] = 'l';
    align[head + t.metrics] = 'l';
    align[head + t.metrics + 1] = '\0';
    cli_table_begin(&t.table, e->session.memory, align, 2);
    if (e->count > 1) cli_table_cell(&t.table, "system");
    cli_table_cell(&t.table, "seed");
    if (e->folds > 1) cli_table_cell(&t.table, "fold");
    cli_table_cell(&t.table, "users");
    cli_table_cell(&t.table, "skipped");
    for (size_t i = 0; i < t.metrics; i++)
        cli_table_cell(&t.table, recsys_report_metric_name(report, t.metric[i]));
    cli_table_cell(&t.table, e->systems[0].runs[0].verdict != NULL ? "gate" : "");
    for (size_t s = 0; s < e->count; s++) put_system(&t, &e->systems[s]);
    rs_text_add(out, "\n");
    cli_table_end(&t.table, out);
}

/* The other metrics that are defined: a row each and a column for each system. */
static void put_more(const cli_evaluation *e, rs_text *out)
{
    char align[CLI_TABLE_COLUMNS + 1];
    const recsys_report *report = e->systems[0].runs[0].report;
    size_t from = cli_main_metrics(report), rows = 0, systems = e->count;
    cli_table table;
    for (size_t m = from; m < recsys_report_metric_count(report); m++)
        rows += (size_t)is_known(e, m);
    if (rows == 0) return;
    if (systems > CLI_TABLE_COLUMNS - 1) systems = CLI_TABLE_COLUMNS - 1; /* --json has all */
    memset(align, 'r', sizeof align);
    align[0] = 'l';
    align[systems + 1] = '\0';
    cli_table_begin(&table, e->session.memory, align, 2);
    cli_table_cell(&table, "all lists");
    for (size_t s = 0; s < systems; s++)
        cli_table_cell(&table, e->count > 1 ? e->systems[s].name : "");
    for (size_t m = from; m < recsys_report_metric_count(report); m++) {
        if (!is_known(e, m)) continue;
        cli_table_cell(&table, recsys_report_metric_name(report, m));
        for (size_t s = 0; s < systems; s++)
            put_cell(&table, cli_mean_of(e, &e->systems[s], m));
    }
    rs_text_add(out, "\n");
    cli_table_end(&table, out);
}

/* ---- differences ----------------------------------------------------------------- */

static void put_p(cli_table *table, double p)
{
    char number[64];
    cli_table_cell(table, p < 0.0001 ? "<0.0001" : cli_fixed(number, p, 4));
}

static void put_difference(const cli_evaluation *e, const recsys_difference *d,
                           cli_table *table)
{
    cli_table_cell(table, e->systems[d->system].name);
    cli_table_cell(table, d->metric);
    put_cell(table, d->value);
    put_cell(table, d->difference);
    put_cell(table, d->low);
    put_cell(table, d->high);
    put_p(table, d->p);
    put_p(table, d->p_wilcoxon);
    put_p(table, d->p_holm);
    cli_table_cell(table, d->significant ? "significant" : "");
}

static void put_comparison(const cli_evaluation *e, rs_text *out)
{
    static const char *const head[] = {"system", "metric", "value",    "difference", "from",
                                       "to",     "p",      "Wilcoxon", "Holm",       ""};
    char number[32];
    cli_table table;
    if (e->comparison == NULL) return;
    rs_text_add(out, "\nDifference from ");
    cli_put_clean(out, e->systems[0].name);
    size_t users = recsys_comparison_users(e->comparison);
    rs_text_printf(
        out,
        ", over %s user%s that all have\n"
        "(p: by randomisation, by Wilcoxon's test, the first adjusted by Holm for all "
        "lines)\n",
        cli_count(number, users), users == 1 ? "" : "s");
    cli_table_begin(&table, e->session.memory, "llrrrrrrrl", 2);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) cli_table_cell(&table, head[i]);
    for (size_t i = 0; i < recsys_comparison_count(e->comparison); i++) {
        recsys_difference d = RECSYS_DIFFERENCE_INIT;
        if (recsys_comparison_at(e->comparison, i, &d)) put_difference(e, &d, &table);
    }
    cli_table_end(&table, out);
}

/* ---- gate ------------------------------------------------------------------------ */

/* Is a run's result of a rule worse? One that failed is, and not a number is worst of all. */
static int is_worse(const recsys_rule *rule, const recsys_rule *than)
{
    if (rule->passed != than->passed) return than->passed;
    if (isnan(rule->value) || isnan(than->value)) return isnan(rule->value);
    return rule->at_most ? rule->value > than->value : rule->value < than->value;
}

/* The rule's result of the run that does worst by it. */
static recsys_rule worst_rule(const cli_evaluation *e, size_t i)
{
    recsys_rule worst = RECSYS_RULE_INIT;
    for (size_t at = 0; at < e->runs; at++) {
        recsys_rule rule = RECSYS_RULE_INIT;
        if (!recsys_verdict_rule(e->systems[0].runs[at].verdict, i, &rule)) continue;
        if (at == 0 || is_worse(&rule, &worst)) worst = rule;
    }
    return worst;
}

static void put_rule(const recsys_rule *rule, cli_table *table)
{
    char number[64], bound[32];
    int whole = rule->name != NULL && strcmp(rule->name, "users") == 0;
    cli_table_cell(table, rule->name != NULL ? rule->name : "");
    if (whole)
        cli_table_cell(table, cli_fixed(number, rule->value, 0));
    else
        put_cell(table, rule->value);
    if (isnan(rule->low))
        cli_table_cell(table, "");
    else if (isinf(rule->high))
        cli_table_cellf(table, "at least %s", cli_fixed(number, rule->low, 4));
    else {
        char high[64];
        cli_table_cellf(table, "%s to %s", cli_fixed(number, rule->low, 4),
                        cli_fixed(high, rule->high, 4));
    }
    cli_table_cell(table, rule->at_most ? "<=" : ">=");
    if (rs_format_real(bound, rule->bound) > 6)
        snprintf(bound, sizeof bound, "%s", cli_fixed(number, rule->bound, 4));
    cli_table_cell(table, bound);
    cli_table_cell(table, rule->passed ? "pass" : "FAIL");
}

static void put_reasons(const cli_evaluation *e, rs_text *out)
{
    for (size_t i = 0; i < e->runs; i++) {
        const cli_run *r = &e->systems[0].runs[i];
        for (size_t at = 0; at < recsys_verdict_rule_count(r->verdict); at++) {
            recsys_rule rule = RECSYS_RULE_INIT;
            if (!recsys_verdict_rule(r->verdict, at, &rule) || rule.reason == NULL) continue;
            rs_text_add(out, "Refused    ");
            if (e->runs > e->folds) rs_text_printf(out, "seed %lld: ", (long long)r->seed);
            if (e->folds > 1) rs_text_printf(out, "fold %zu: ", r->fold + 1);
            cli_put_clean(out, rule.reason);
            rs_text_add(out, "\n");
        }
    }
}

static void put_gate(const cli_evaluation *e, rs_text *out)
{
    cli_table table;
    const recsys_verdict *verdict = e->systems[0].runs[0].verdict;
    if (verdict == NULL) return;
    rs_text_printf(out, "\nGate       %s at K = 10%s\n",
                   cli_all_passed(e) ? "passed" : "FAILED",
                   e->runs > 1 ? " (each rule's worst value over the runs)" : "");
    cli_table_begin(&table, e->session.memory, "lrrlrl", 2);
    for (size_t i = 0; i < recsys_verdict_rule_count(verdict); i++) {
        recsys_rule rule = worst_rule(e, i);
        put_rule(&rule, &table);
    }
    cli_table_end(&table, out);
    put_reasons(e, out);
    for (size_t i = 0; i < e->runs; i++) {
        if (e->systems[0].runs[i].verdict_path == NULL) continue;
        rs_text_add(out, "Verdict    ");
        cli_put_clean(out, e->systems[0].runs[i].verdict_path);
        rs_text_add(out, "\n");
    }
}

/* ---- all ------------------------------------------------------------------------- */

void cli_eval_text(const cli_evaluation *e, rs_text *out)
{
    const recsys_report *report = e->systems[0].runs[0].report;
    if (e->given->run != NULL) {
        put_lists(e, out);
    } else {
        cli_inputs_print(&e->given->inputs, out);
        if (e->given->model == NULL) put_pairs(e->given, out);
        put_protocol(e, out);
    }
    put_table(e, out);
    put_more(e, out);
    if (e->count == 1 && e->runs == 1 && recsys_report_cutoff(report, 1) != 0)
        cli_put_cutoffs(report, e->session.memory, out);
    put_comparison(e, out);
    put_gate(e, out);
}
