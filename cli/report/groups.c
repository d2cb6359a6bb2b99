/* Breakdowns: the same metrics for groups of users or movies. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "metric.h"
#include "put.h"
#include "sections.h"

enum { MOST_ROWS = 24, LANE = 13 };

static const cJSON *first_breakdown(const cli_report *view)
{
    for (size_t s = 0; s < view->count; s++) {
        const cJSON *found = cli_report_first(view->systems[s].report, "breakdowns");
        if (found != NULL) return found;
    }
    return NULL;
}

/* The same group in the report of another system. */
static const cJSON *group_of(const cli_report_system *system, const char *by, const char *group)
{
    return cli_report_find(cli_report_find(system->report, "breakdowns", "by", by), "groups",
                           "name", group);
}

static const char *heading_of(const char *by)
{
    if (strcmp(by, "activity") == 0) return "Users by how many ratings they gave";
    if (strcmp(by, "popularity") == 0) return "Movies by how often they are rated";
    if (strcmp(by, "time") == 0) return "By time";
    return by;
}

/* The metric of the picture: NDCG, or else the first. */
static const char *main_metric(const cJSON *breakdown)
{
    const cJSON *metrics = cli_report_object(cli_report_first(breakdown, "groups"), "metrics");
    if (metrics == NULL || metrics->child == NULL) return NULL;
    if (!isnan(cli_report_real(metrics, "ndcg"))) return "ndcg";
    return metrics->child->string;
}

/* ---- table ----------------------------------------------------------------------- */

/* A metric that no system has in a group has no row. */
static int is_known(const cli_report *view, const char *by, const char *group,
                    const char *metric)
{
    for (size_t s = 0; s < view->count; s++)
        if (!isnan(cli_report_estimate(group_of(&view->systems[s], by, group), metric).value))
            return 1;
    return 0;
}

static void put_group(cli_report *view, const char *by, const cJSON *group,
                      const cJSON *metrics)
{
    const char *name = cli_report_text(group, "name");
    int first = 1;
    for (const cJSON *m = metrics; m != NULL; m = m->next) {
        if (!is_known(view, by, name, m->string)) continue;
        rs_text_add(view->out, "<tr><th scope=\"row\">");
        if (first) {
            cli_report_put_html(view->out, name);
            rs_text_add(view->out, "<br><small>");
            cli_report_put_counted(view->out, cli_report_real(group, "users"), "user");
            rs_text_add(view->out, "</small>");
        }
        rs_text_add(view->out, "</th><td>");
        cli_report_put_label(view->out, m->string, (double)NAN);
        rs_text_add(view->out, "</td>");
        for (size_t s = 0; s < view->count; s++) {
            cli_estimate e =
                cli_report_estimate(group_of(&view->systems[s], by, name), m->string);
            cli_report_cell(view, s);
            cli_report_put_estimate(view, m->string, &e);
            rs_text_add(view->out, "</td>");
        }
        rs_text_add(view->out, "</tr>\n");
        first = 0;
    }
}

static void put_table(cli_report *view, const char *by, const cJSON *breakdown)
{
    rs_text *out = view->out;
    const cJSON *group = cli_report_first(breakdown, "groups");
    rs_text_add(out, "<details><summary>All numbers</summary>\n<div class=\"scroll\"><table "
                     "class=\"stack\">\n"
                     "<thead><tr><th scope=\"col\">Group</th><th scope=\"col\">Metric</th>");
    for (size_t s = 0; s < view->count; s++) cli_report_column(view, s);
    rs_text_add(out, "</tr></thead>\n<tbody>\n");
    for (; group != NULL; group = group->next) {
        const cJSON *metrics = cli_report_object(group, "metrics");
        if (cli_report_text(group, "name") == NULL || metrics == NULL) continue;
        put_group(view, by, group, metrics->child);
    }
    rs_text_add(out, "</tbody></table></div>\n</details>\n");
}

/* ---- picture --------------------------------------------------------------------- */

typedef struct extent {
    double low, high;
    size_t rows;
} extent;

static extent measure(const cli_report *view, const char *by, const cJSON *breakdown,
                      const char *metric)
{
    extent all = {0, (double)NAN, 0};
    const cJSON *group = cli_report_first(breakdown, "groups");
    for (; group != NULL && all.rows < MOST_ROWS; group = group->next) {
        const char *name = cli_report_text(group, "name");
        if (name == NULL) continue;
        all.rows++;
        for (size_t s = 0; s < view->count; s++) {
            cli_estimate e = cli_report_estimate(group_of(&view->systems[s], by, name), metric);
            all.low = fmin(all.low, fmin(e.value, e.low));
            all.high = fmax(all.high, fmax(e.value, e.high));
        }
    }
    return all;
}

static double lane_height(const cli_report *view)
{
    return 26 + LANE * (double)view->count;
}

static void put_lanes(cli_report *view, cli_svg *svg, const char *by, const cJSON *group,
                      const char *metric, double top)
{
    const char *name = cli_report_text(group, "name");
    rs_text words;
    rs_text_begin(&words, view->out->runtime);
    rs_text_add(&words, ", ");
    cli_report_put_counted(&words, cli_report_real(group, "users"), "user");
    if (words.failed)
        view->out->failed = 1;
    else
        cli_svg_fitting(svg, svg->left, top + 14, "over", name, words.data);
    rs_text_free(&words);
    for (size_t s = 0; s < view->count; s++) {
        cli_estimate e = cli_report_estimate(group_of(&view->systems[s], by, name), metric);
        double y = top + 24 + LANE * (double)s;
        if (isnan(e.value)) continue;
        cli_svg_letter(svg, s, 2, y + 4);
        cli_svg_interval(svg, s, e.low, e.value, e.high, y);
    }
}

static void put_picture(cli_report *view, const char *by, const cJSON *breakdown)
{
    cli_svg svg;
    const char *metric = main_metric(breakdown);
    if (metric == NULL) return;
    extent all = measure(view, by, breakdown, metric);
    if (isnan(all.high)) return;
    double top;
    size_t rows = 0;
    const cJSON *group = cli_report_first(breakdown, "groups");
    cli_report_figure(view, &svg, cli_report_metric(metric).label,
                      38 + lane_height(view) * (double)all.rows,
                      "Values with intervals for each group; the table below has the numbers.");
    svg.left = 18;
    svg.right = svg.width - 14;
    svg.bottom = svg.height - 24;
    svg.x = cli_svg_nice(all.low, all.high, 5);
    cli_svg_axis_x(&svg, NULL);
    top = svg.top;
    for (; group != NULL && rows < MOST_ROWS; group = group->next) {
        if (cli_report_text(group, "name") == NULL) continue;
        put_lanes(view, &svg, by, group, metric, top);
        top += lane_height(view);
        rows++;
    }
    cli_report_figure_end(view, &svg);
}

/* ---- section --------------------------------------------------------------------- */

static void put_breakdown(cli_report *view, const cJSON *breakdown)
{
    const char *by = cli_report_text(breakdown, "by");
    int has_groups = cli_report_first(breakdown, "groups") != NULL;
    const char *why = cli_report_text(breakdown, "why");
    if (by == NULL || (!has_groups && why == NULL)) return;
    rs_text_add(view->out, "<div class=\"breakdown\">\n<h3>");
    cli_report_put_html(view->out, heading_of(by));
    rs_text_add(view->out, "</h3>\n");
    if (has_groups) {
        put_picture(view, by, breakdown);
        put_table(view, by, breakdown);
    } else {
        rs_text_add(view->out, "<p class=\"note\">None: ");
        cli_report_put_html(view->out, why);
        rs_text_add(view->out, ".</p>\n");
    }
    rs_text_add(view->out, "</div>\n");
}

void cli_report_groups(cli_report *view)
{
    const cJSON *breakdown = first_breakdown(view);
    if (breakdown == NULL) return;
    cli_report_open(view, "breakdowns", "Who is served well, and who is not");
    rs_text_add(view->out,
                "<p class=\"note\">The same metrics for parts of the users or movies; "
                "whiskers are intervals.");
    cli_report_first_run_note(view);
    rs_text_printf(view->out, " Pictures show the first %d groups.</p>\n", MOST_ROWS);
    cli_report_legend(view);
    rs_text_add(view->out, "<div class=\"breakdowns\">\n");
    for (; breakdown != NULL; breakdown = breakdown->next) put_breakdown(view, breakdown);
    rs_text_add(view->out, "</div>\n");
    cli_report_close(view);
}
