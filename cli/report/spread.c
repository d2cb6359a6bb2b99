/* How a metric is distributed over users: a histogram of each system, one below the other. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "metric.h"
#include "protocol.h"
#include "put.h"
#include "sections.h"

enum { PANEL = 92, ROOM = 22 }; /* a system's height; above its bars */

typedef struct histogram {
    double *edges, *users; /* [bins + 1], [bins]; increasing; not below 0 */
    size_t bins;
    double total, most; /* of users */
    int open;           /* the last bin holds all above it too */
} histogram;

static void forget(histogram *h, const rs_text *out)
{
    rs_free(out->runtime, h->edges);
    rs_free(out->runtime, h->users);
    *h = (histogram){0};
}

static int is_sound(const histogram *h, size_t edges, size_t users)
{
    if (users == 0 || edges != users + 1) return 0;
    for (size_t i = 0; i < users; i++)
        if (!(h->edges[i] < h->edges[i + 1]) || !(h->users[i] >= 0)) return 0;
    return 1;
}

/* 0 and nothing to free if there is none, or one that is not sound. */
static int read_histogram(histogram *h, const cli_report *view, size_t system,
                          const char *metric)
{
    rs_text *out = view->out;
    const cJSON *distribution = cli_report_object(view->systems[system].report, "distribution");
    const cJSON *json = cli_report_object(distribution, metric);
    size_t edges = 0, users = 0;
    *h = (histogram){0};
    if (json == NULL) return 0;
    h->edges = cli_report_numbers(cli_report_array(json, "edges"), out, &edges);
    h->users = cli_report_numbers(cli_report_array(json, "users"), out, &users);
    if (h->edges == NULL || h->users == NULL || !is_sound(h, edges, users)) {
        forget(h, out);
        return 0;
    }
    h->bins = users;
    h->open = cli_report_is_count(view, metric);
    for (size_t i = 0; i < users; i++) {
        h->total += h->users[i];
        h->most = fmax(h->most, h->users[i]);
    }
    if (h->total > 0) return 1;
    forget(h, out);
    return 0;
}

typedef struct extent {
    double low, high, most; /* of the metric; the largest share of users */
    size_t panels;
} extent;

static extent measure(const cli_report *view, const char *metric)
{
    extent all = {(double)NAN, (double)NAN, 0, 0};
    for (size_t s = 0; s < view->count; s++) {
        histogram h;
        if (!read_histogram(&h, view, s, metric)) continue;
        all.low = fmin(all.low, h.edges[0]);
        all.high = fmax(all.high, h.edges[h.bins]);
        all.most = fmax(all.most, h.most / h.total);
        all.panels++;
        forget(&h, view->out);
    }
    return all;
}

static void put_tip(rs_text *text, const histogram *h, size_t bin)
{
    if (h->open && bin + 1 == h->bins) {
        cli_report_put_short(text, h->edges[bin + 1]);
        rs_text_add(text, " or more");
    } else {
        cli_report_put_short(text, h->edges[bin]);
        rs_text_add(text, " to ");
        cli_report_put_short(text, h->edges[bin + 1]);
    }
    rs_text_add(text, ": ");
    cli_report_put_counted(text, h->users[bin], "user");
    rs_text_add(text, ", ");
    cli_report_put_percent(text, h->users[bin] / h->total, 0);
}

/* Above a bar its share, if that is wide enough and says anything. */
static void put_share(cli_svg *svg, double x1, double x2, double y, double share)
{
    char text[40];
    if (share < 0.005 || x2 - x1 < 24) return;
    snprintf(text, sizeof text, "%.0f%%", 100 * share);
    cli_svg_text(svg, (x1 + x2) / 2, y - 4, "mid soft", text);
}

static void put_panel(cli_svg *svg, size_t series, const histogram *h, double most, double base)
{
    for (size_t i = 0; i < h->bins; i++) {
        rs_text tip;
        double share = h->users[i] / h->total;
        double x1 = cli_svg_x(svg, h->edges[i]), x2 = cli_svg_x(svg, h->edges[i + 1]);
        double y = base - (PANEL - ROOM) * share / most;
        rs_text_begin(&tip, svg->out->runtime);
        put_tip(&tip, h, i);
        if (tip.failed) svg->out->failed = 1;
        if (x2 - x1 > 0.5)
            cli_svg_bar(svg, series, x1 + 0.5, x2 - 0.5, base, y, tip.failed ? "" : tip.data);
        put_share(svg, x1, x2, y, share);
        rs_text_free(&tip);
    }
    cli_svg_rule(svg, svg->left, base, svg->right, base, "axis");
    cli_svg_letter(svg, series, 6, base - 6);
}

static void describe(const cli_report *view, const char *metric, rs_text *out)
{
    for (size_t s = 0; s < view->count; s++) {
        histogram h;
        if (!read_histogram(&h, view, s, metric)) continue;
        rs_text_printf(out, "%c: ", (int)('A' + s));
        put_tip(out, &h, 0);
        rs_text_add(out, h.bins > 1 ? "; " : ". ");
        if (h.bins > 1) put_tip(out, &h, h.bins - 1);
        if (h.bins > 1) rs_text_add(out, ". ");
        forget(&h, view->out);
    }
}

static void put_chart(cli_report *view, const char *metric, const extent *all)
{
    cli_svg svg;
    rs_text about;
    double base;
    rs_text_begin(&about, view->out->runtime);
    describe(view, metric, &about);
    if (about.failed) view->out->failed = 1;
    cli_report_figure(view, &svg, cli_report_metric(metric).label,
                      44 + PANEL * (double)all->panels, about.failed ? "" : about.data);
    rs_text_free(&about);
    svg.left = 26;
    svg.right = svg.width - 10;
    svg.x = cli_svg_nice(all->low, all->high, 5);
    svg.x.from = all->low;
    svg.x.to = all->high;
    cli_svg_axis_x(&svg, cli_report_is_count(view, metric)
                             ? "value of a user; the last bar: 1 or more"
                             : "value of a user");
    base = svg.top;
    for (size_t s = 0; s < view->count; s++) {
        histogram h;
        if (!read_histogram(&h, view, s, metric)) continue;
        base += PANEL;
        put_panel(&svg, s, &h, all->most, base - 4);
        forget(&h, view->out);
    }
    cli_report_figure_end(view, &svg);
}

/* The distributions of the first system that has any. */
static const cJSON *first_metric(const cli_report *view)
{
    for (size_t s = 0; s < view->count; s++) {
        const cJSON *found = cli_report_object(view->systems[s].report, "distribution");
        if (found != NULL) return found->child;
    }
    return NULL;
}

void cli_report_spread(cli_report *view)
{
    int open = 0;
    for (const cJSON *m = first_metric(view); m != NULL; m = m->next) {
        extent all = measure(view, m->string);
        if (all.panels == 0) continue;
        if (!open) {
            cli_report_open(view, "distributions", "Not all users fare alike");
            rs_text_add(view->out, "<p class=\"note\">What share of the users has which value. "
                                   "Height is comparable within a picture.");
            cli_report_first_run_note(view);
            rs_text_add(view->out, "</p>\n");
            cli_report_legend(view);
            rs_text_add(view->out, "<div class=\"charts\">\n");
        }
        open = 1;
        put_chart(view, m->string, &all);
    }
    if (!open) return;
    rs_text_add(view->out, "</div>\n");
    cli_report_close(view);
}
