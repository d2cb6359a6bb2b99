/* Metrics with their intervals: a table of all systems, and a picture of each metric. */
#include <math.h>
#include <string.h>

#include "metric.h"
#include "protocol.h"
#include "put.h"
#include "sections.h"

/* ---- table ----------------------------------------------------------------------- */

static void put_cell(cli_report *view, size_t system, const char *metric)
{
    cli_shown shown = cli_report_shown(&view->systems[system], metric);
    cli_estimate e = {shown.value, shown.low, shown.high};
    cli_report_cell(view, system);
    cli_report_put_estimate(view, metric, &e);
    if (!isnan(shown.sd)) {
        rs_text_add(view->out, " <small>± ");
        cli_report_put_real(view->out, shown.sd, 0);
        rs_text_add(view->out, "</small>");
    }
    rs_text_add(view->out, "</td>");
}

static const char *count_words(const char *metric)
{
    return strcmp(metric, "coverage") == 0 ? "number of movies" : "hits of a user";
}

static void put_row(cli_report *view, const char *metric)
{
    cli_metric about = cli_report_metric(metric);
    rs_text_add(view->out, "<tr><th scope=\"row\">");
    cli_report_put_html(view->out, about.label);
    if (cli_report_is_count(view, metric))
        rs_text_printf(view->out, " <small>%s</small>", count_words(metric));
    if (about.better < 0) rs_text_add(view->out, " <small>less is better</small>");
    rs_text_add(view->out, "</th>");
    for (size_t s = 0; s < view->count; s++) put_cell(view, s, metric);
    rs_text_add(view->out, "</tr>\n");
}

static void put_table(cli_report *view)
{
    rs_text *out = view->out;
    rs_text_add(
        out,
        "<div class=\"scroll\"><table class=\"wide stack\">\n<thead><tr><th scope=\"col\">");
    rs_text_add(out, "Metric</th>");
    for (size_t s = 0; s < view->count; s++) cli_report_column(view, s);
    rs_text_add(out, "</tr></thead>\n<tbody>\n");
    for (const cJSON *m = cli_report_metrics(view); m != NULL; m = m->next)
        if (cli_report_has_metric(view, m->string)) put_row(view, m->string);
    rs_text_add(out, "</tbody></table></div>\n");
}

/* ---- pictures -------------------------------------------------------------------- */

enum { LANE = 24 };

static int has_interval(const cli_report *view, const char *metric)
{
    for (size_t s = 0; s < view->count; s++)
        if (!isnan(cli_report_estimate(view->systems[s].report, metric).low)) return 1;
    return 0;
}

/* A small line for what each run gave. */
static void put_runs(cli_svg *svg, const cli_report_system *system, const char *metric,
                     double y)
{
    const cJSON *run = cli_report_first(system->json, "runs");
    for (; run != NULL && system->runs > 1; run = run->next) {
        double value = cli_report_estimate(cli_report_object(run, "report"), metric).value;
        if (value >= svg->x.from && value <= svg->x.to) {
            double x = cli_svg_x(svg, value);
            cli_svg_rule(svg, x, y + 5, x, y + 9, "run");
        }
    }
}

/* The whisker of a value: its interval, or the standard deviation over the runs. */
static cli_estimate whisker(const cli_report_system *system, const char *metric)
{
    cli_shown shown = cli_report_shown(system, metric);
    if (isnan(shown.sd)) return (cli_estimate){shown.value, shown.low, shown.high};
    return (cli_estimate){shown.value, shown.value - shown.sd, shown.value + shown.sd};
}

static void span(const cli_report *view, const char *metric, double *low, double *high)
{
    *low = *high = (double)NAN;
    for (size_t s = 0; s < view->count; s++) {
        const cJSON *run = cli_report_first(view->systems[s].json, "runs");
        cli_estimate e = whisker(&view->systems[s], metric);
        *low = fmin(*low, fmin(e.value, e.low));
        *high = fmax(*high, fmax(e.value, e.high));
        for (; run != NULL; run = run->next) {
            e = cli_report_estimate(cli_report_object(run, "report"), metric);
            *low = fmin(*low, e.value);
            *high = fmax(*high, e.value);
        }
    }
}

static void put_picture(cli_report *view, const char *metric)
{
    cli_svg svg;
    rs_text about;
    double low, high, values[CLI_REPORT_SYSTEMS];
    double height = 50 + LANE * (double)view->count;
    for (size_t s = 0; s < view->count; s++)
        values[s] = cli_report_mean(&view->systems[s], metric);
    rs_text_begin(&about, view->out->runtime);
    rs_text_add(&about, "Values and how far they vary: ");
    cli_report_list_values(view, values, &about);
    span(view, metric, &low, &high);
    if (about.failed) view->out->failed = 1;
    cli_report_figure(view, &svg, cli_report_metric(metric).label, height,
                      about.failed ? "" : about.data);
    rs_text_free(&about);
    svg.left = 26;
    svg.bottom = height - 24;
    svg.x = cli_svg_nice(low, high, 4);
    cli_svg_axis_x(&svg, NULL);
    for (size_t s = 0; s < view->count; s++) {
        cli_estimate e = whisker(&view->systems[s], metric);
        double y = svg.top + LANE * ((double)s + 0.5);
        cli_svg_letter(&svg, s, 6, y + 4);
        put_runs(&svg, &view->systems[s], metric, y);
        cli_svg_interval(&svg, s, e.low, e.value, e.high, y);
    }
    cli_report_figure_end(view, &svg);
}

static void put_pictures(cli_report *view)
{
    int open = 0;
    for (const cJSON *m = cli_report_metrics(view); m != NULL; m = m->next) {
        if (!has_interval(view, m->string)) continue;
        if (!open) {
            cli_report_legend(view);
            rs_text_add(view->out, "<div class=\"charts\">\n");
        }
        open = 1;
        put_picture(view, m->string);
    }
    if (open) rs_text_add(view->out, "</div>\n");
}

/* ---- section --------------------------------------------------------------------- */

static void put_runs_words(cli_report *view)
{
    rs_text words;
    rs_text_begin(&words, view->out->runtime);
    cli_report_runs_words(view, &words);
    rs_text_add(view->out, "Values are means over ");
    cli_report_put_words(view->out, &words, cli_report_put_html);
    rs_text_add(view->out, ", ± their standard deviation; in the pictures so are the whiskers, "
                           "and the strokes below them are the runs. A single run has "
                           "intervals, see the CSV.");
}

static void put_intro(cli_report *view)
{
    rs_text *out = view->out;
    double k = cli_report_k(view);
    const cJSON *intervals = cli_report_intervals(view);
    rs_text_add(out, "<p class=\"note\">");
    if (!isnan(k)) {
        rs_text_add(out, "Lists of ");
        cli_report_put_counted(out, k, "movie");
        rs_text_add(out, ". ");
    }
    if (cli_report_runs(view) > 1) {
        put_runs_words(view);
    } else if (intervals != NULL) {
        rs_text_add(out, "Small below a value: its ");
        cli_report_put_intervals(view, intervals);
        rs_text_add(out, ".");
    }
    if (cli_report_candidates_words(view) != NULL)
        rs_text_printf(out, " <b>%s</b>", cli_report_candidates_words(view));
    if (view->left_out > 0)
        rs_text_printf(out, " %zu more systems are in the JSON and CSV only.", view->left_out);
    rs_text_add(out, "</p>\n");
}

void cli_report_measures(cli_report *view)
{
    if (cli_report_metrics(view) == NULL) return;
    cli_report_open(view, "metrics", "Metrics");
    put_intro(view);
    put_table(view);
    put_pictures(view);
    cli_report_close(view);
}

/* ---- glossary -------------------------------------------------------------------- */

static const char *says(const cli_report *view, const cli_metric *about)
{
    if (!cli_report_is_count(view, about->name)) return about->says;
    return strcmp(about->name, "coverage") == 0
               ? "The number of different movies that are in somebody's list."
               : "The number of liked movies in the list, on average over the users.";
}

void cli_report_glossary(cli_report *view)
{
    if (cli_report_metrics(view) == NULL) return;
    cli_report_open(view, "glossary", "What the metrics say");
    rs_text_add(view->out, "<dl>\n");
    for (const cJSON *m = cli_report_metrics(view); m != NULL; m = m->next) {
        cli_metric about = cli_report_metric(m->string);
        if (about.says[0] == '\0' || !cli_report_has_metric(view, m->string)) continue;
        rs_text_printf(view->out, "<div><dt>%s</dt><dd>%s</dd></div>\n", about.label,
                       says(view, &about));
    }
    rs_text_add(view->out, "</dl>\n");
    cli_report_close(view);
}
