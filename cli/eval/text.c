/* What recsys-eval tells people. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/table.h"
#include "evaluation.h"
#include "report/plain.h"
#include "report/protocol.h"
#include "report/put.h"
#include "scores.h"

/* ---- metrics --------------------------------------------------------------------- */

/* What is not known has a dash. */
static void put_cell(cli_table *table, double value)
{
    char number[64];
    cli_table_cell(table, isnan(value) ? "-" : cli_report_real_text(number, value));
}

static void put_metric(cli_table *table, const cli_report *view, const char *metric,
                       double value)
{
    char number[64];
    cli_table_cell(table,
                   isnan(value) ? "-" : cli_report_value_text(number, view, metric, value));
}

/* What the table has: one row a run, and a column for each main metric that is defined. */
typedef struct scores_table {
    const cli_evaluation *e;
    const cli_report *view;
    cli_table table;
    size_t metric[CLI_TABLE_COLUMNS], metrics;
} scores_table;

static const char *name_of(const scores_table *t, size_t column)
{
    return recsys_report_metric_name(t->e->systems[0].runs[0].report, t->metric[column]);
}

/* Columns between the system and its values: seed, fold, users, skipped. A seed is of a split,
 * and a single fold needs no number. */
static size_t head_columns(const cli_evaluation *e)
{
    return 2 + (size_t)cli_is_split(e) + (size_t)(e->folds > 1);
}

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
    for (size_t i = 1; i < head_columns(t->e); i++) cli_table_cell(&t->table, "");
}

static void put_values(scores_table *t, const cli_system *system, const char *name,
                       double (*value)(const cli_evaluation *, const cli_system *, size_t))
{
    put_head(t, name);
    for (size_t i = 0; i < t->metrics; i++)
        put_metric(&t->table, t->view, name_of(t, i), value(t->e, system, t->metric[i]));
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
        cli_table_cell(&t->table, isnan(end) ? "" : cli_report_real_text(number, end));
    }
    cli_table_cell(&t->table, "");
}

static void put_run(scores_table *t, const cli_system *system, size_t run)
{
    char number[64];
    const cli_run *r = &system->runs[run];
    if (t->e->count > 1) cli_table_cell(&t->table, run == 0 ? system->name : "");
    if (cli_is_split(t->e)) cli_table_cellf(&t->table, "%lld", (long long)r->seed);
    if (t->e->folds > 1) cli_table_cellf(&t->table, "%zu", r->fold + 1);
    cli_table_cell(&t->table, cli_count(number, recsys_report_users(r->report)));
    cli_table_cell(&t->table, cli_count(number, recsys_report_skipped(r->report)));
    for (size_t i = 0; i < t->metrics; i++)
        put_metric(&t->table, t->view, name_of(t, i),
                   cli_metric_at(r->report, t->metric[i], 0));
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

static void put_table(const cli_evaluation *e, const cli_report *view)
{
    char align[CLI_TABLE_COLUMNS + 1];
    const recsys_report *report = e->systems[0].runs[0].report;
    scores_table t = {.e = e, .view = view};
    for (size_t m = 0; m < cli_main_metrics(report); m++)
        if (is_known(e, m)) t.metric[t.metrics++] = m;
    size_t head = head_columns(e) + (size_t)(e->count > 1);
    memset(align, 'r', sizeof align);
    if (e->count > 1) align[0] = 'l';
    align[head + t.metrics] = 'l';
    align[head + t.metrics + 1] = '\0';
    cli_table_begin(&t.table, e->session.memory, align, 2);
    if (e->count > 1) cli_table_cell(&t.table, "system");
    if (cli_is_split(e)) cli_table_cell(&t.table, "seed");
    if (e->folds > 1) cli_table_cell(&t.table, "fold");
    cli_table_cell(&t.table, "users");
    cli_table_cell(&t.table, "skipped");
    for (size_t i = 0; i < t.metrics; i++)
        cli_table_cell(&t.table, recsys_report_metric_name(report, t.metric[i]));
    cli_table_cell(&t.table, e->systems[0].runs[0].verdict != NULL ? "gate" : "");
    for (size_t s = 0; s < e->count; s++) put_system(&t, &e->systems[s]);
    rs_text_add(view->out, "\n");
    cli_table_end(&t.table, view->out);
}

/* Behind the value of a single run its interval, if it has one. */
static void put_other(const cli_evaluation *e, const cli_report *view, const cli_system *system,
                      size_t metric, cli_table *table)
{
    char value[64], low[64], high[64];
    const recsys_report *report = system->runs[0].report;
    const char *name = recsys_report_metric_name(report, metric);
    recsys_interval interval = cli_interval_at(report, metric, 0);
    double mean = cli_mean_of(e, system, metric);
    if (e->runs > 1 || isnan(mean) || isnan(interval.low)) {
        put_metric(table, view, name, mean);
        return;
    }
    cli_table_cellf(table, "%s (%s to %s)", cli_report_value_text(value, view, name, mean),
                    cli_report_real_text(low, interval.low),
                    cli_report_real_text(high, interval.high));
}

/* The other metrics that are defined: a row each and a column for each system. */
static void put_more(const cli_evaluation *e, const cli_report *view)
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
        for (size_t s = 0; s < systems; s++) put_other(e, view, &e->systems[s], m, &table);
    }
    rs_text_add(view->out, "\n");
    cli_table_end(&table, view->out);
}

/* ---- differences ----------------------------------------------------------------- */

static void put_p(cli_table *table, double p)
{
    char number[64];
    cli_table_cell(table, p < 0.0001 ? "<0.0001" : cli_fixed(number, p, 4));
}

/* The library has the others less the first; told is the first less the other, as on the page:
 * above 0 the first one has more. */

static void put_difference(const cli_evaluation *e, const recsys_difference *d,
                           cli_table *table)
{
    cli_table_cell(table, e->systems[d->system].name);
    cli_table_cell(table, d->metric);
    put_cell(table, d->baseline);
    put_cell(table, d->value);
    put_cell(table, 0 - d->difference);
    put_cell(table, 0 - d->high);
    put_cell(table, 0 - d->low);
    put_p(table, d->p);
    put_p(table, d->p_wilcoxon);
    put_p(table, d->p_holm);
    cli_table_cell(table, d->significant ? "significant" : "");
}

static void put_comparison(const cli_evaluation *e, const cli_report *view)
{
    static const char *const head[] = {"against",    "metric", "value", "other",
                                       "difference", "from",   "to",    "p",
                                       "p Wilcoxon", "p Holm", ""};
    char number[32];
    rs_text *out = view->out;
    cli_table table;
    if (e->comparison == NULL) return;
    rs_text_add(out, "\nDifferences: ");
    cli_put_clean(out, e->systems[0].name);
    rs_text_add(out, " less the other system");
    size_t users = recsys_comparison_users(e->comparison);
    rs_text_printf(out, ", over %s user%s that all have\n(above 0: it has more%s",
                   cli_count(number, users), users == 1 ? "" : "s",
                   e->runs > 1 ? "; of a user the mean over the runs" : "");
    if (cli_report_difference_intervals(view) != NULL) {
        rs_text_add(out, ";\n from, to: the ");
        cli_report_interval_words(cli_report_difference_intervals(view), out);
    }
    rs_text_add(out, ";\n p: by randomisation, by Wilcoxon's test, the first adjusted by Holm "
                     "for all lines)\n");
    cli_table_begin(&table, e->session.memory, "llrrrrrrrrl", 2);
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
        cli_table_cellf(table, "at least %s", cli_report_real_text(number, rule->low));
    else {
        char high[64];
        cli_table_cellf(table, "%s to %s", cli_report_real_text(number, rule->low),
                        cli_report_real_text(high, rule->high));
    }
    cli_table_cell(table, rule->at_most ? "<=" : ">=");
    if (rs_format_real(bound, rule->bound) > 6)
        snprintf(bound, sizeof bound, "%s", cli_report_real_text(number, rule->bound));
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

void cli_eval_text(const cli_evaluation *e, const cli_report *view)
{
    cli_eval_heading(e, view);
    put_table(e, view);
    put_more(e, view);
    cli_plain_parts(view);
    put_comparison(e, view);
    put_gate(e, view->out);
}
