#include "markdown.h"

#include <math.h>
#include <string.h>

#include "common/table.h"
#include "comparison.h"
#include "metric.h"
#include "put.h"
#include "view.h"

static void put_label(rs_text *out, const char *metric, double k)
{
    cli_report_put_markdown(out, cli_report_metric(metric).label);
    if (isnan(k)) return;
    rs_text_add(out, "@");
    cli_report_put_short(out, k);
}

static void put_interval(rs_text *out, double low, double high, int sign)
{
    if (isnan(low)) return;
    rs_text_add(out, " (");
    cli_report_put_real(out, low, sign);
    rs_text_add(out, " to ");
    cli_report_put_real(out, high, sign);
    rs_text_add(out, ")");
}

static void put_estimate(rs_text *out, double value, double low, double high, int sign)
{
    cli_report_put_real(out, value, sign);
    put_interval(out, low, high, sign);
}

/* The head of a table: `first` columns to the left, then one a system. */
static void put_head(const cli_report *view, const char *first, const char *rule)
{
    rs_text_printf(view->out, "| %s |", first);
    for (size_t s = 0; s < view->count; s++) {
        rs_text_add(view->out, " ");
        cli_report_put_markdown(view->out, view->systems[s].name);
        rs_text_add(view->out, " |");
    }
    rs_text_printf(view->out, "\n| %s |", rule);
    for (size_t s = 0; s < view->count; s++) rs_text_add(view->out, " ---: |");
    rs_text_add(view->out, "\n");
}

/* ---- verdict --------------------------------------------------------------------- */

static void put_rule(rs_text *out, const cJSON *run, const cJSON *rule)
{
    const char *name = cli_report_text(rule, "name");
    const char *relation;
    double bound = cli_report_bound(rule, &relation);
    if (name == NULL) return;
    rs_text_add(out, "| ");
    cli_report_put_short(out, cli_report_real(run, "seed"));
    rs_text_add(out, " | ");
    put_label(out, name, (double)NAN);
    rs_text_printf(out, " | %s", relation);
    cli_report_put_short(out, bound);
    rs_text_add(out, " | ");
    if (strcmp(name, "users") == 0)
        cli_report_put_count(out, cli_report_real(rule, "value"));
    else
        cli_report_put_real(out, cli_report_real(rule, "value"), 0);
    rs_text_add(out, cli_report_flag(rule, "passed") == 1 ? " | yes |\n" : " | **no** |\n");
}

static void put_verdict(const cli_report *view)
{
    int passed = cli_report_flag(view->json, "passed");
    const cJSON *run = cli_report_first(view->systems[0].json, "runs");
    rs_text_add(view->out, passed < 0   ? "**Measured**, without a quality gate.\n\n"
                           : passed > 0 ? "**Passed** the quality gate.\n\n"
                                        : "**Refused** by the quality gate.\n\n");
    if (passed < 0 || run == NULL) return;
    rs_text_add(view->out, "| Seed | Rule | Demanded | Measured | Holds |\n"
                           "| ---: | --- | --- | ---: | --- |\n");
    for (; run != NULL; run = run->next) {
        const cJSON *rule = cli_report_first(cli_report_object(run, "verdict"), "rules");
        for (; rule != NULL; rule = rule->next) put_rule(view->out, run, rule);
    }
    rs_text_add(view->out, "\n");
}

/* ---- metrics --------------------------------------------------------------------- */

/* "0.1111 ± 0.0009 (0.1043 to 0.1169)". */
static void put_mean(const cli_report *view, const cli_report_system *system,
                     const char *metric)
{
    cli_estimate e = cli_report_estimate(system->report, metric);
    double sd = cli_report_real(cli_report_object(system->json, "sd"), metric);
    cli_report_put_real(view->out, cli_report_mean(system, metric), 0);
    if (system->runs > 1 && !isnan(sd)) {
        rs_text_add(view->out, " ± ");
        cli_report_put_real(view->out, sd, 0);
    }
    put_interval(view->out, e.low, e.high, 0);
}

static void put_metrics(const cli_report *view)
{
    if (cli_report_metrics(view) == NULL) return;
    rs_text_add(view->out, "## Metrics\n\n");
    put_head(view, "Metric", "---");
    for (const cJSON *m = cli_report_metrics(view); m != NULL; m = m->next) {
        if (!cli_report_has_metric(view, m->string)) continue;
        rs_text_add(view->out, "| ");
        put_label(view->out, m->string, (double)NAN);
        for (size_t s = 0; s < view->count; s++) {
            rs_text_add(view->out, " | ");
            put_mean(view, &view->systems[s], m->string);
        }
        rs_text_add(view->out, " |\n");
    }
    if (cli_report_runs(view) > 1) {
        rs_text_printf(view->out,
                       "\nMeans over %zu seeds, ± standard deviation; intervals of seed ",
                       cli_report_runs(view));
        cli_report_put_short(view->out, view->systems[0].seed);
        rs_text_add(view->out, ".\n");
    }
    rs_text_add(view->out, "\n");
}

static void put_difference(rs_text *out, const cli_difference *d)
{
    rs_text_add(out, "| ");
    put_label(out, d->metric, d->k);
    rs_text_add(out, " | ");
    cli_report_put_real(out, d->value, 0);
    rs_text_add(out, " | ");
    cli_report_put_real(out, d->other, 0);
    rs_text_add(out, " | ");
    put_estimate(out, d->difference, d->low, d->high, 1);
    rs_text_add(out, " | ");
    cli_report_put_p(out, d->p);
    rs_text_printf(out, " | %s |\n", cli_difference_word(d));
}

static void put_comparison(const cli_report *view, const cli_report_system *other)
{
    cli_difference d;
    const cJSON *row = cli_report_difference(&d, view, other, NULL);
    if (row == NULL) return;
    rs_text_add(view->out, "## Against ");
    cli_report_put_markdown(view->out, other->name);
    rs_text_add(view->out, "\n\n| Metric | Value | Other | Difference | p | So it is |\n"
                           "| --- | ---: | ---: | ---: | ---: | --- |\n");
    for (; row != NULL; row = cli_report_difference(&d, view, other, row))
        put_difference(view->out, &d);
    rs_text_add(view->out, "\n");
}

/* ---- cut-offs and groups --------------------------------------------------------- */

static const cJSON *metrics_of(const cJSON *scope)
{
    const cJSON *metrics = cli_report_object(scope, "metrics");
    return metrics == NULL ? NULL : metrics->child;
}

/* The cut-off of a system's report with this K. */
static const cJSON *cutoff_at(const cli_report_system *system, double k)
{
    const cJSON *cutoff = cli_report_first(system->report, "cutoffs");
    while (cutoff != NULL && !(fabs(cli_report_real(cutoff, "k") - k) < 0.5))
        cutoff = cutoff->next;
    return cutoff;
}

static void put_cells(const cli_report *view, const cJSON *const *scopes, const char *metric)
{
    for (size_t s = 0; s < view->count; s++) {
        cli_estimate e = cli_report_estimate(scopes[s], metric);
        rs_text_add(view->out, " | ");
        put_estimate(view->out, e.value, e.low, e.high, 0);
    }
    rs_text_add(view->out, " |\n");
}

static void put_cutoffs(const cli_report *view)
{
    const cJSON *cutoff = cli_report_first(view->systems[0].report, "cutoffs");
    const cJSON *scopes[CLI_REPORT_SYSTEMS];
    if (cutoff == NULL || cutoff->next == NULL) return;
    rs_text_add(view->out, "## Longer and shorter lists\n\n");
    put_head(view, "K | Metric", "---: | ---");
    for (; cutoff != NULL; cutoff = cutoff->next) {
        double k = cli_report_real(cutoff, "k");
        for (size_t s = 0; s < view->count; s++) scopes[s] = cutoff_at(&view->systems[s], k);
        for (const cJSON *m = metrics_of(cutoff); m != NULL; m = m->next) {
            rs_text_add(view->out, "| ");
            cli_report_put_count(view->out, k);
            rs_text_add(view->out, " | ");
            put_label(view->out, m->string, (double)NAN);
            put_cells(view, scopes, m->string);
        }
    }
    rs_text_add(view->out, "\n");
}

static void put_group(const cli_report *view, const char *by, const cJSON *group)
{
    const cJSON *scopes[CLI_REPORT_SYSTEMS];
    const char *name = cli_report_text(group, "name");
    for (size_t s = 0; s < view->count; s++) {
        const cJSON *same = cli_report_find(view->systems[s].report, "breakdowns", "by", by);
        scopes[s] = cli_report_find(same, "groups", "name", name);
    }
    for (const cJSON *m = metrics_of(group); m != NULL && name != NULL; m = m->next) {
        rs_text_add(view->out, "| ");
        cli_report_put_markdown(view->out, name);
        rs_text_add(view->out, " | ");
        cli_report_put_count(view->out, cli_report_real(group, "users"));
        rs_text_add(view->out, " | ");
        put_label(view->out, m->string, (double)NAN);
        put_cells(view, scopes, m->string);
    }
}

static void put_breakdowns(const cli_report *view)
{
    const cJSON *breakdown = cli_report_first(view->systems[0].report, "breakdowns");
    for (; breakdown != NULL; breakdown = breakdown->next) {
        const char *by = cli_report_text(breakdown, "by");
        const cJSON *group = cli_report_first(breakdown, "groups");
        if (by == NULL || group == NULL) continue;
        rs_text_add(view->out, "## By ");
        cli_report_put_markdown(view->out, by);
        rs_text_add(view->out, "\n\n");
        put_head(view, "Group | Users | Metric", "--- | ---: | ---");
        for (; group != NULL; group = group->next) put_group(view, by, group);
        rs_text_add(view->out, "\n");
    }
}

/* ---- command --------------------------------------------------------------------- */

/* As an indented block, in which nothing but a new line has a meaning. */
static void put_command(const cli_report *view)
{
    const char *version = cli_report_text(view->json, "version");
    rs_text command;
    rs_text_begin(&command, view->out->runtime);
    cli_report_command(view, &command);
    if (command.size > 0) {
        rs_text_add(view->out, "## How to reproduce\n\n    ");
        cli_put_clean(view->out, command.data);
        rs_text_add(view->out, "\n\n");
    }
    view->out->failed |= command.failed;
    rs_text_free(&command);
    if (version == NULL) return;
    rs_text_add(view->out, "librecsys ");
    cli_report_put_markdown(view->out, version);
    rs_text_add(view->out, "\n");
}

void cli_report_markdown(const cJSON *evaluation, rs_text *out)
{
    cli_report view;
    cli_report_view(&view, evaluation, out);
    rs_text_add(out, "# Evaluation of ");
    cli_report_put_markdown(out, view.count > 0 ? view.systems[0].name : "recommendations");
    rs_text_add(out, "\n\n");
    if (view.count > 0) {
        put_verdict(&view);
        put_metrics(&view);
        for (size_t s = 1; s < view.count; s++) put_comparison(&view, &view.systems[s]);
        put_cutoffs(&view);
        put_breakdowns(&view);
    }
    put_command(&view);
}
