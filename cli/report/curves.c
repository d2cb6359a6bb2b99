/* Metrics over the length of the lists. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "metric.h"
#include "protocol.h"
#include "put.h"
#include "sections.h"

enum { HEIGHT = 220 };

static size_t cutoff_count(const cli_report_system *system)
{
    const cJSON *cutoff = cli_report_first(system->report, "cutoffs");
    size_t count = 0;
    for (; cutoff != NULL; cutoff = cutoff->next) count++;
    return count;
}

/* The points of a metric; [*count], NULL when memory runs out. */
static cli_svg_point *points_of(const cli_report *view, const cli_report_system *system,
                                const char *metric, size_t *count)
{
    const cJSON *cutoff = cli_report_first(system->report, "cutoffs");
    size_t size = cutoff_count(system), i = 0;
    cli_svg_point *points = rs_array(view->out->runtime, size, sizeof *points);
    *count = points == NULL ? 0 : size;
    if (points == NULL) {
        view->out->failed = 1;
        return NULL;
    }
    for (; cutoff != NULL; cutoff = cutoff->next) {
        cli_estimate e = cli_report_estimate(cutoff, metric);
        double k = cli_report_real(cutoff, "k");
        points[i++] = (cli_svg_point){k >= 1 ? k : (double)NAN, e.value, e.low, e.high};
    }
    return points;
}

typedef struct extent {
    double first, last, low, high; /* of K and of the values */
    size_t points;                 /* of the system that has most */
} extent;

static extent measure(const cli_report *view, const char *metric)
{
    extent all = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, 0};
    for (size_t s = 0; s < view->count; s++) {
        size_t count, good = 0;
        cli_svg_point *points = points_of(view, &view->systems[s], metric, &count);
        for (size_t i = 0; i < count; i++) {
            const cli_svg_point *p = &points[i];
            if (isnan(p->x) || isnan(p->y)) continue;
            good++;
            all.first = fmin(all.first, p->x);
            all.last = fmax(all.last, p->x);
            all.low = fmin(all.low, fmin(p->y, p->low));
            all.high = fmax(all.high, fmax(p->y, p->high));
        }
        if (good > all.points) all.points = good;
        rs_free(view->out->runtime, points);
    }
    return all;
}

/* The cut-offs themselves, as far as their numbers have room. */
static void put_cutoffs(cli_svg *svg, const cli_svg_point *points, size_t count)
{
    double free_from = -1;
    for (size_t i = 0; i < count; i++) {
        char text[40];
        if (isnan(points[i].x)) continue;
        double x = cli_svg_x(svg, points[i].x);
        snprintf(text, sizeof text, "%.0f", points[i].x);
        double half = 4 * (double)strlen(text);
        if (x - half < free_from) continue;
        cli_svg_rule(svg, x, svg->bottom, x, svg->bottom + 4, "axis");
        cli_svg_tick_x(svg, points[i].x, text);
        free_from = x + half + 4;
    }
}

static void put_series(const cli_report *view, cli_svg *svg, const char *metric, int bands)
{
    double ends[CLI_REPORT_SYSTEMS];
    for (size_t s = 0; s < view->count; s++) {
        size_t count;
        cli_svg_point *points = points_of(view, &view->systems[s], metric, &count);
        ends[s] = (double)NAN;
        if (bands) cli_svg_band(svg, s, points, count);
        if (!bands) cli_svg_line(svg, s, points, count);
        for (size_t i = 0; i < count; i++) {
            if (isnan(points[i].x) || isnan(points[i].y)) continue;
            ends[s] = cli_svg_y(svg, points[i].y);
            if (!bands) cli_svg_mark(svg, s, cli_svg_x(svg, points[i].x), ends[s]);
        }
        if (s == 0 && !bands) put_cutoffs(svg, points, count);
        rs_free(view->out->runtime, points);
    }
    if (!bands) cli_svg_letters(svg, ends, view->count);
}

static double value_at(const cli_report_system *system, const char *metric, double k)
{
    const cJSON *cutoff = cli_report_first(system->report, "cutoffs");
    for (; cutoff != NULL; cutoff = cutoff->next)
        if (fabs(cli_report_real(cutoff, "k") - k) < 0.5)
            return cli_report_estimate(cutoff, metric).value;
    return (double)NAN;
}

static void describe(const cli_report *view, const char *metric, const extent *all,
                     rs_text *out)
{
    double values[CLI_REPORT_SYSTEMS], ends[] = {all->first, all->last};
    for (size_t end = 0; end < 2; end++) {
        for (size_t s = 0; s < view->count; s++)
            values[s] = value_at(&view->systems[s], metric, ends[end]);
        rs_text_printf(out, "%sAt K = ", end == 0 ? "" : "; at K = ");
        cli_report_put_short(out, ends[end]);
        rs_text_add(out, ": ");
        cli_report_list_values(view, values, out);
    }
}

static void put_chart(cli_report *view, const char *metric, const extent *all)
{
    cli_svg svg;
    rs_text about;
    rs_text_begin(&about, view->out->runtime);
    describe(view, metric, all, &about);
    if (about.failed) view->out->failed = 1;
    cli_report_figure(view, &svg, cli_report_metric(metric).label, HEIGHT,
                      about.failed ? "" : about.data);
    rs_text_free(&about);
    svg.x = (cli_svg_axis){all->first, all->last, 1, 1, 0};
    /* From zero, so that a small difference does not look like a large one. */
    svg.y = cli_svg_nice(fmin(all->low, 0), all->high, 5);
    cli_svg_axis_y(&svg);
    cli_svg_axis_x(&svg, "K, length of the list");
    put_series(view, &svg, metric, 1);
    put_series(view, &svg, metric, 0);
    cli_report_figure_end(view, &svg);
}

/* Metrics at the cut-offs of the first system that has any. */
static const cJSON *first_metric(const cli_report *view)
{
    for (size_t s = 0; s < view->count; s++) {
        const cJSON *metrics =
            cli_report_object(cli_report_first(view->systems[s].report, "cutoffs"), "metrics");
        if (metrics != NULL) return metrics->child;
    }
    return NULL;
}

static int has_child(const cJSON *object)
{
    return object != NULL && object->child != NULL;
}

static int has_bands(const cli_report *view)
{
    for (size_t s = 0; s < view->count; s++) {
        const cJSON *cutoff = cli_report_first(view->systems[s].report, "cutoffs");
        for (; cutoff != NULL; cutoff = cutoff->next)
            if (has_child(cli_report_object(cutoff, "intervals"))) return 1;
    }
    return 0;
}

static void put_bands_words(cli_report *view)
{
    rs_text_add(view->out, " Bands: the ");
    cli_report_put_intervals(view, cli_report_intervals(view));
    rs_text_add(view->out, ".");
}

void cli_report_curves(cli_report *view)
{
    int open = 0;
    for (const cJSON *m = first_metric(view); m != NULL; m = m->next) {
        extent all = measure(view, m->string);
        if (all.points < 2 || !(all.last > all.first)) continue;
        if (!open) {
            cli_report_open(view, "curves", "Longer and shorter lists");
            rs_text_add(view->out, "<p class=\"note\">Each metric over K, the length of the "
                                   "list.");
            if (has_bands(view)) put_bands_words(view);
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
