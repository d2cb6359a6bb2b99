/* The judged system against each other one: differences with their intervals. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "comparison.h"
#include "metric.h"
#include "protocol.h"
#include "put.h"
#include "sections.h"

/* ---- table ----------------------------------------------------------------------- */

static void open_cell(rs_text *out, const char *head)
{
    rs_text_printf(out, "</td><td class=\"num\" data-head=\"%s\">", head);
}

static void put_difference(rs_text *out, const cli_difference *d)
{
    open_cell(out, "Difference");
    cli_report_put_real(out, d->difference, 1);
    if (isnan(d->low)) return;
    rs_text_add(out, "<br><small>");
    cli_report_put_real(out, d->low, 1);
    rs_text_add(out, " to ");
    cli_report_put_real(out, d->high, 1);
    rs_text_add(out, "</small>");
}

static void put_row(const cli_report *view, size_t other, const cli_difference *d)
{
    rs_text *out = view->out;
    const char letter[] = {(char)('A' + other), '\0'};
    const char *const heads[] = {"p", "p Wilcoxon", cli_report_adjusted_head(view)};
    const double p[] = {d->p, d->p_wilcoxon, d->p_adjusted};
    rs_text_printf(out, "<tr class=\"%s\"><th scope=\"row\">",
                   d->verdict > 0   ? "good"
                   : d->verdict < 0 ? "bad"
                                    : "even");
    cli_report_put_label(out, d->metric, d->k);
    rs_text_printf(out, "</th><td class=\"said\" data-head=\"A is\">%s",
                   cli_difference_word(d));
    put_difference(out, d);
    open_cell(out, "A");
    cli_report_put_real(out, d->value, 0);
    open_cell(out, letter);
    cli_report_put_real(out, d->other, 0);
    for (size_t i = 0; i < 3; i++) {
        open_cell(out, heads[i]);
        cli_report_put_p(out, p[i]);
    }
    rs_text_add(out, "</td></tr>\n");
}

static void put_table(cli_report *view, size_t other)
{
    rs_text *out = view->out;
    cli_difference d;
    const cJSON *row = NULL;
    rs_text_add(out, "<div class=\"scroll\"><table class=\"stack\">\n<thead><tr>"
                     "<th scope=\"col\">Metric</th><th scope=\"col\">A is</th>");
    rs_text_printf(out,
                   "<th scope=\"col\" class=\"num\">Difference <small>A − %c</small></th>"
                   "<th scope=\"col\" class=\"num\"><b class=\"s1\">A</b></th>"
                   "<th scope=\"col\" class=\"num\"><b class=\"s%zu\">%c</b></th>"
                   "<th scope=\"col\" class=\"num\">p</th>"
                   "<th scope=\"col\" class=\"num\">p Wilcoxon</th>"
                   "<th scope=\"col\" class=\"num\">%s</th></tr></thead>\n<tbody>\n",
                   (int)('A' + other), other + 1, (int)('A' + other),
                   cli_report_adjusted_head(view));
    while ((row = cli_report_difference(&d, view, &view->systems[other], row)) != NULL)
        put_row(view, other, &d);
    rs_text_add(out, "</tbody></table></div>\n");
}

/* ---- picture --------------------------------------------------------------------- */

enum { LANE = 34 };

/* Differences as shares of the other's value, so that all metrics fit one axis. */
static size_t span(const cli_report *view, const cli_report_system *other, double *low,
                   double *high)
{
    cli_difference d;
    const cJSON *row = NULL;
    size_t rows = 0;
    *low = *high = 0;
    while ((row = cli_report_difference(&d, view, other, row)) != NULL) {
        double share = cli_difference_share(&d, d.difference);
        if (isnan(share)) continue;
        rows++;
        *low = fmin(*low, fmin(share, cli_difference_share(&d, d.low)));
        *high = fmax(*high, fmax(share, cli_difference_share(&d, d.high)));
    }
    return rows;
}

static void put_lane(cli_svg *svg, const cli_difference *d, double top)
{
    double share = cli_difference_share(d, d->difference);
    rs_text words;
    rs_text_begin(&words, svg->out->runtime);
    rs_text_add(&words, " ");
    cli_report_put_percent(&words, share, 1);
    rs_text_printf(&words, ", %s", cli_difference_word(d));
    if (words.failed)
        svg->out->failed = 1;
    else
        cli_svg_fitting(svg, svg->left, top + 12, "over", cli_report_metric(d->metric).label,
                        words.data);
    rs_text_free(&words);
    cli_svg_interval(svg, 0, cli_difference_share(d, d->low), share,
                     cli_difference_share(d, d->high), top + 22);
}

static void put_picture(cli_report *view, size_t other)
{
    cli_svg svg;
    cli_difference d;
    const cJSON *row = NULL;
    char caption[80];
    double low, high, top;
    size_t rows = span(view, &view->systems[other], &low, &high);
    if (rows == 0) return;
    snprintf(caption, sizeof caption, "A against %c, in percent of %c's value",
             (int)('A' + other), (int)('A' + other));
    cli_report_figure(view, &svg, caption, 40 + LANE * (double)rows,
                      "Differences with their intervals; the table has the numbers. To the "
                      "right of zero A has the larger value.");
    svg.left = 22;
    svg.right = svg.width - 16;
    svg.bottom = svg.height - 24;
    svg.x = cli_svg_nice(low, high, 5);
    svg.x.percent = 1;
    cli_svg_axis_x(&svg, NULL);
    cli_svg_rule(&svg, cli_svg_x(&svg, 0), svg.top, cli_svg_x(&svg, 0), svg.bottom, "zero");
    top = svg.top;
    while ((row = cli_report_difference(&d, view, &view->systems[other], row)) != NULL) {
        if (isnan(cli_difference_share(&d, d.difference))) continue;
        put_lane(&svg, &d, top);
        top += LANE;
    }
    cli_report_figure_end(view, &svg);
}

/* ---- section --------------------------------------------------------------------- */

static void put_intro(cli_report *view)
{
    const cJSON *comparison = cli_report_object(view->json, "comparison");
    double users = cli_report_real(comparison, "users");
    rs_text *out = view->out;
    rs_text_add(out, "<p class=\"note\">Differences are A less the other: above 0, A has the "
                     "larger value. They are paired by user");
    if (!isnan(users)) {
        rs_text_add(out, ", over ");
        cli_report_put_counted(out, users, "user");
        rs_text_add(out, " that all systems have");
    }
    if (cli_report_runs(view) > 1)
        rs_text_add(out, "; the value of a user is the mean over the runs");
    if (cli_report_difference_intervals(view) != NULL) {
        rs_text_add(out, ". Small below: the ");
        cli_report_put_intervals(view, comparison);
        rs_text_add(out, " of the difference");
    }
    rs_text_add(out, ". A small p says that chance alone would hardly make "
                     "such a difference: p by randomisation, p Wilcoxon by ranks, and ");
    rs_text_add(out, cli_report_adjusted_head(view));
    rs_text_add(out, ", by which A is called better or worse, is the first corrected for the "
                     "number of comparisons.</p>\n");
}

static void put_opponent(cli_report *view, size_t other)
{
    const cli_report_system *system = &view->systems[other];
    rs_text_printf(view->out, "<h3>Against <b class=\"s%zu\">%c</b> ", other + 1,
                   (int)('A' + other));
    cli_report_put_html(view->out, system->label);
    rs_text_add(view->out, "</h3>\n<div class=\"pair\">\n");
    put_table(view, other);
    put_picture(view, other);
    rs_text_add(view->out, "</div>\n");
}

void cli_report_compare(cli_report *view)
{
    int open = 0;
    for (size_t s = 1; s < view->count; s++) {
        cli_difference d;
        if (!cli_report_main_difference(&d, view, &view->systems[s])) continue;
        if (!open) {
            cli_report_open(view, "comparison", "Against the other systems");
            put_intro(view);
        }
        open = 1;
        put_opponent(view, s);
    }
    if (open) cli_report_close(view);
}
