#include "markdown.h"

#include <math.h>
#include <string.h>

#include "comparison.h"
#include "gate.h"
#include "markdown_sections.h"
#include "metric.h"
#include "protocol.h"
#include "put.h"

/* ---- what the sections share ----------------------------------------------------- */

void cli_markdown_label(rs_text *out, const char *metric, double k)
{
    cli_report_put_markdown(out, cli_report_metric(metric).label);
    if (isnan(k)) return;
    rs_text_add(out, "@");
    cli_report_put_short(out, k);
}

void cli_markdown_interval(rs_text *out, double low, double high, int sign)
{
    if (isnan(low)) return;
    rs_text_add(out, " (");
    cli_report_put_real(out, low, sign);
    rs_text_add(out, " to ");
    cli_report_put_real(out, high, sign);
    rs_text_add(out, ")");
}

void cli_markdown_interval_words(const cli_report *view, const cJSON *intervals)
{
    rs_text words;
    rs_text_begin(&words, view->out->runtime);
    cli_report_interval_words(intervals, &words);
    cli_report_put_words(view->out, &words, cli_report_put_markdown);
}

void cli_markdown_head(const cli_report *view, const char *first, const char *dashes)
{
    rs_text_printf(view->out, "| %s |", first);
    for (size_t s = 0; s < view->count; s++) {
        rs_text_add(view->out, " ");
        cli_report_put_markdown(view->out, view->systems[s].label);
        rs_text_add(view->out, " |");
    }
    rs_text_printf(view->out, "\n| %s |", dashes);
    for (size_t s = 0; s < view->count; s++) rs_text_add(view->out, " ---: |");
    rs_text_add(view->out, "\n");
}

/* Words of the protocol as they stand in a line. */
static void put_words(const cli_report *view, void (*write)(const cli_report *, rs_text *))
{
    rs_text words;
    rs_text_begin(&words, view->out->runtime);
    write(view, &words);
    cli_report_put_words(view->out, &words, cli_report_put_markdown);
}

/* ---- verdict --------------------------------------------------------------------- */

static void put_rule(rs_text *out, const cJSON *run, const cli_rule *rule)
{
    rs_text words;
    rs_text_add(out, "| ");
    rs_text_begin(&words, out->runtime);
    cli_report_run_words(run, &words);
    cli_report_put_words(out, &words, cli_report_put_markdown);
    rs_text_add(out, " | ");
    rs_text_begin(&words, out->runtime);
    cli_report_rule_words(rule, &words);
    cli_report_put_words(out, &words, cli_report_put_markdown);
    rs_text_add(out, " | ");
    cli_report_put_bound(out, rule);
    rs_text_add(out, " | ");
    cli_report_put_rule_value(out, rule, rule->value);
    rs_text_add(out, " | ");
    cli_report_put_ends(out, rule->low, rule->high);
    rs_text_add(out, rule->passed ? " | yes |\n" : " | **no** |\n");
}

static void put_rules(const cli_report *view)
{
    const cJSON *run = cli_report_first(view->systems[0].json, "runs");
    if (cli_report_rules(run) == NULL) return;
    rs_text_add(view->out, "| Run | Rule | Demanded | Measured | Interval | Holds |\n"
                           "| --- | --- | --- | ---: | --- | --- |\n");
    for (; run != NULL; run = run->next) {
        const cJSON *item = cli_report_rules(run);
        for (; item != NULL; item = item->next) {
            cli_rule rule = cli_report_rule(item);
            if (rule.name != NULL) put_rule(view->out, run, &rule);
        }
    }
    rs_text_add(view->out, "\nWhere the interval has a lower bound alone, that is judged, "
                           "otherwise the measured value.\n\n");
}

static void put_verdict(const cli_report *view)
{
    int passed = cli_report_flag(view->json, "passed");
    rs_text_add(view->out, passed < 0   ? "**Measured**, without a quality gate.\n\n"
                           : passed > 0 ? "**Passed** the quality gate.\n\n"
                                        : "**Refused** by the quality gate.\n\n");
    if (cli_report_candidates_words(view) != NULL)
        rs_text_printf(view->out, "**%s**\n\n", cli_report_candidates_words(view));
    if (passed >= 0) put_rules(view);
}

/* ---- metrics --------------------------------------------------------------------- */

/* "0.1111 (0.1043 to 0.1169)" of one run, "0.1111 ± 0.0009" of several. */
static void put_shown(const cli_report *view, const cli_report_system *system,
                      const char *metric)
{
    char number[64];
    cli_shown shown = cli_report_shown(system, metric);
    rs_text_add(view->out, cli_report_value_text(number, view, metric, shown.value));
    if (!isnan(shown.sd)) {
        rs_text_add(view->out, " ± ");
        cli_report_put_real(view->out, shown.sd, 0);
    }
    cli_markdown_interval(view->out, shown.low, shown.high, 0);
}

static void put_metrics_words(const cli_report *view)
{
    const cJSON *intervals = cli_report_intervals(view);
    if (cli_report_runs(view) > 1) {
        rs_text_add(view->out, "\nMeans over ");
        put_words(view, cli_report_runs_words);
        rs_text_add(view->out, ", ± standard deviation.\n");
    } else if (intervals != NULL) {
        rs_text_add(view->out, "\nIn brackets: the ");
        cli_markdown_interval_words(view, intervals);
        rs_text_add(view->out, ".\n");
    }
    if (cli_report_candidates_words(view) != NULL)
        rs_text_printf(view->out, "\n%s\n", cli_report_candidates_words(view));
    rs_text_add(view->out, "\n");
}

static void put_metrics(const cli_report *view)
{
    if (cli_report_metrics(view) == NULL) return;
    rs_text_add(view->out, "## Metrics\n\n");
    cli_markdown_head(view, "Metric", "---");
    for (const cJSON *m = cli_report_metrics(view); m != NULL; m = m->next) {
        if (!cli_report_has_metric(view, m->string)) continue;
        rs_text_add(view->out, "| ");
        cli_markdown_label(view->out, m->string, (double)NAN);
        if (cli_report_is_count(view, m->string)) rs_text_add(view->out, ", counted");
        for (size_t s = 0; s < view->count; s++) {
            rs_text_add(view->out, " | ");
            put_shown(view, &view->systems[s], m->string);
        }
        rs_text_add(view->out, " |\n");
    }
    put_metrics_words(view);
}

/* ---- differences ----------------------------------------------------------------- */

static void put_difference(rs_text *out, const cli_difference *d)
{
    const double p[] = {d->p, d->p_wilcoxon, d->p_adjusted};
    rs_text_add(out, "| ");
    cli_markdown_label(out, d->metric, d->k);
    rs_text_add(out, " | ");
    cli_report_put_real(out, d->value, 0);
    rs_text_add(out, " | ");
    cli_report_put_real(out, d->other, 0);
    rs_text_add(out, " | ");
    cli_report_put_real(out, d->difference, 1);
    cli_markdown_interval(out, d->low, d->high, 1);
    for (size_t i = 0; i < 3; i++) {
        rs_text_add(out, " | ");
        cli_report_put_p(out, p[i]);
    }
    rs_text_printf(out, " | %s |\n", cli_difference_word(d));
}

static void put_difference_words(const cli_report *view)
{
    const cJSON *intervals = cli_report_difference_intervals(view);
    rs_text_add(view->out, "\nDifference: value less the other's, above 0 where ");
    cli_report_put_markdown(view->out, view->systems[0].label);
    rs_text_add(view->out, " has more");
    if (intervals != NULL) {
        rs_text_add(view->out, "; in brackets its ");
        cli_markdown_interval_words(view, intervals);
    }
    rs_text_printf(view->out,
                   ". p by randomisation, p Wilcoxon by ranks; %s, which decides, is "
                   "the first corrected for all comparisons.\n\n",
                   cli_report_adjusted_head(view));
}

static void put_comparison(const cli_report *view, const cli_report_system *other)
{
    cli_difference d;
    const cJSON *row = cli_report_difference(&d, view, other, NULL);
    if (row == NULL) return;
    rs_text_add(view->out, "## Against ");
    cli_report_put_markdown(view->out, other->label);
    rs_text_printf(
        view->out,
        "\n\n| Metric | Value | Other | Difference | p | p Wilcoxon | %s | So it is |"
        "\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n",
        cli_report_adjusted_head(view));
    for (; row != NULL; row = cli_report_difference(&d, view, other, row))
        put_difference(view->out, &d);
    put_difference_words(view);
}

void cli_report_markdown(const cJSON *evaluation, rs_text *out)
{
    cli_report view;
    cli_report_view(&view, evaluation, out);
    rs_text_add(out, "# Evaluation of ");
    cli_report_put_markdown(out, view.count > 0 ? view.systems[0].label : "recommendations");
    rs_text_add(out, "\n\n");
    if (view.count > 0) {
        put_verdict(&view);
        put_metrics(&view);
        for (size_t s = 1; s < view.count; s++) put_comparison(&view, &view.systems[s]);
        cli_markdown_parts(&view);
        cli_markdown_origin(&view);
    }
    cli_markdown_reproduce(&view);
}
