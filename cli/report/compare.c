/* The judged system against each other one: differences with their intervals. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "comparison.h"
#include "metric.h"
#include "put.h"
#include "sections.h"

/* ---- table ----------------------------------------------------------------------- */

static void put_row(rs_text *out, const cli_difference *d)
{
    rs_text_printf(out, "<tr class=\"%s\"><th scope=\"row\">",
                   d->verdict > 0   ? "good"
                   : d->verdict < 0 ? "bad"
                                    : "even");
    cli_report_put_label(out, d->metric, d->k);
    rs_text_printf(out, "</th><td class=\"said\">%s</td><td class=\"num\">",
                   cli_difference_word(d));
    cli_report_put_real(out, d->difference, 1);
    if (!isnan(d->low)) {
        rs_text_add(out, "<br><small>");
        cli_report_put_real(out, d->low, 1);
        rs_text_add(out, " to ");
        cli_report_put_real(out, d->high, 1);
        rs_text_add(out, "</small>");
    }
    rs_text_add(out, "</td><td class=\"num\">");
    cli_report_put_real(out, d->value, 0);
    rs_text_add(out, "</td><td class=\"num\">");
    cli_report_put_real(out, d->other, 0);
    rs_text_add(out, "</td><td class=\"num\">");
    cli_report_put_p(out, d->p);
    rs_text_add(out, "</td></tr>\n");
}

static void put_table(cli_report *view, size_t other)
{
    rs_text *out = view->out;
    cli_difference d;
    const cJSON *row = NULL;
    rs_text_add(out, "<div class=\"scroll\"><table>\n<thead><tr>"
                     "<th scope=\"col\">Metric</th><th scope=\"col\">A is</th>"
                     "<th scope=\"col\" class=\"num\">Difference</th>");
    rs_text_printf(out,
                   "<th scope=\"col\" class=\"num\"><b class=\"s1\">A</b></th>"
                   "<th scope=\"col\" class=\"num\"><b class=\"s%zu\">%c</b></th>"
                   "<th scope=\"col\" class=\"num\">p</th></tr></thead>\n<tbody>\n",
                   other + 1, (int)('A' + other));
    while ((row = cli_report_difference(&d, view, &view->systems[other], row)) != NULL)
        put_row(out, &d);
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
    rs_text_add(&words, cli_report_metric(d->metric).label);
    rs_text_add(&words, " ");
    cli_report_put_percent(&words, share, 1);
    rs_text_printf(&words, ", %s", cli_difference_word(d));
    if (words.failed)
        svg->out->failed = 1;
    else
        cli_svg_fitting(svg, svg->left, top + 12, "over", words.data);
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
    const char *correction = cli_report_text(comparison, "correction");
    double users = cli_report_real(comparison, "users");
    double confidence = cli_report_real(comparison, "confidence");
    rs_text *out = view->out;
    rs_text_add(out, "<p class=\"note\">Differences are A minus the other");
    if (!isnan(users)) {
        rs_text_add(out, ", over ");
        cli_report_put_counted(out, users, "user");
        rs_text_add(out, " that both have");
    }
    if (!isnan(confidence)) {
        rs_text_add(out, "; small below: the ");
        cli_report_put_short(out, round(1000 * confidence) / 10);
        rs_text_add(out, "% interval");
    }
    rs_text_add(out, ". A small p says that chance alone would hardly make such a difference");
    if (correction != NULL && strcmp(correction, "none") != 0) {
        rs_text_add(out, "; corrected for the number of comparisons (");
        cli_report_put_html(out, strcmp(correction, "holm") == 0 ? "Holm" : correction);
        rs_text_add(out, ")");
    }
    rs_text_add(out, ".</p>\n");
}

static void put_opponent(cli_report *view, size_t other)
{
    const cli_report_system *system = &view->systems[other];
    rs_text_printf(view->out, "<h3>Against <b class=\"s%zu\">%c</b> ", other + 1,
                   (int)('A' + other));
    cli_report_put_html(view->out, system->name);
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
