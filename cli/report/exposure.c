/* Coverage and long tail: which movies have the places in the lists. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "metric.h"
#include "put.h"
#include "sections.h"

enum { HEIGHT = 300 };

static double share_of(const cJSON *item)
{
    double share = cli_report_number(item);
    return share >= 0 && share <= 1 ? share : (double)NAN;
}

/* Points of exposure.<name> over exposure.movies: all of them, and those that are sound. */
static size_t count_points(const cJSON *exposure, const char *name, size_t *sound)
{
    const cJSON *x = cli_report_first(exposure, "movies"),
                *y = cli_report_first(exposure, name);
    size_t all = 0;
    *sound = 0;
    for (; x != NULL && y != NULL; x = x->next, y = y->next) {
        all++;
        *sound += !isnan(share_of(x)) && !isnan(share_of(y));
    }
    return all;
}

/* NULL and count 0 if there is no such curve. */
static cli_svg_point *curve(const cJSON *exposure, const char *name, rs_text *out,
                            size_t *count)
{
    const cJSON *x = cli_report_first(exposure, "movies"),
                *y = cli_report_first(exposure, name);
    size_t sound, size = count_points(exposure, name, &sound);
    *count = 0;
    if (sound < 2) return NULL;
    cli_svg_point *points = rs_array(out->runtime, size, sizeof *points);
    if (points == NULL) {
        out->failed = 1;
        return NULL;
    }
    for (size_t i = 0; i < size; i++, x = x->next, y = y->next)
        points[i] = (cli_svg_point){share_of(x), share_of(y), (double)NAN, (double)NAN};
    *count = size;
    return points;
}

/* The curve's height at x, between its points on a straight line. */
static double height_at(const cli_svg_point *points, size_t count, double x)
{
    for (size_t i = 1; i < count; i++) {
        const cli_svg_point *a = &points[i - 1], *b = &points[i];
        if (a->x <= x && x <= b->x && b->x > a->x)
            return a->y + (b->y - a->y) * (x - a->x) / (b->x - a->x);
    }
    return (double)NAN;
}

/* NULL if the system has none that can be drawn. */
static const cJSON *exposure_of(const cli_report_system *system)
{
    size_t sound;
    const cJSON *exposure = cli_report_object(system->report, "exposure");
    count_points(exposure, "lists", &sound);
    return sound < 2 ? NULL : exposure;
}

static const cJSON *first_exposure(const cli_report *view)
{
    for (size_t s = 0; s < view->count; s++)
        if (exposure_of(&view->systems[s]) != NULL) return exposure_of(&view->systems[s]);
    return NULL;
}

/* ---- table ----------------------------------------------------------------------- */

typedef struct parts {
    double head, mid, tail;
} parts;

static parts parts_of(const cJSON *exposure, const char *name, rs_text *out)
{
    size_t count;
    cli_svg_point *points = curve(exposure, name, out, &count);
    double head = height_at(points, count, cli_report_real(exposure, "head"));
    double mid = height_at(points, count, cli_report_real(exposure, "mid"));
    rs_free(out->runtime, points);
    return (parts){head, mid - head, 1 - mid};
}

static void put_parts(rs_text *out, const parts *p)
{
    const double shares[] = {p->head, p->mid, p->tail};
    for (size_t i = 0; i < 3; i++) {
        rs_text_add(out, "<td class=\"num\">");
        cli_report_put_percent(out, shares[i], 0);
        rs_text_add(out, "</td>");
    }
    rs_text_add(out, "</tr>\n");
}

static void put_heads(rs_text *out, double head, double mid)
{
    rs_text_add(out, "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Share of the "
                     "places</th><th scope=\"col\" class=\"num\">Head <small>most rated ");
    cli_report_put_percent(out, head, 0);
    rs_text_add(out, "</small></th><th scope=\"col\" class=\"num\">Middle <small>up to ");
    cli_report_put_percent(out, mid, 0);
    rs_text_add(out, "</small></th><th scope=\"col\" class=\"num\">Tail <small>all others"
                     "</small></th></tr></thead>\n<tbody>\n");
}

static void put_table(cli_report *view, const cJSON *first)
{
    rs_text *out = view->out;
    double head = cli_report_real(first, "head"), mid = cli_report_real(first, "mid");
    if (isnan(head) || isnan(mid)) return;
    put_heads(out, head, mid);
    for (size_t s = 0; s < view->count; s++) {
        if (exposure_of(&view->systems[s]) == NULL) continue;
        parts p = parts_of(exposure_of(&view->systems[s]), "lists", out);
        rs_text_printf(out, "<tr><th scope=\"row\"><b class=\"s%zu\">%c</b> ", s + 1,
                       (int)('A' + s));
        cli_report_put_html(out, view->systems[s].label);
        rs_text_add(out, "</th>");
        put_parts(out, &p);
    }
    parts p = parts_of(first, "training", out);
    rs_text_add(out, "<tr><th scope=\"row\">Ratings, to compare</th>");
    put_parts(out, &p);
    rs_text_add(out, "</tbody></table></div>\n");
}

/* ---- picture --------------------------------------------------------------------- */

static void put_border(cli_svg *svg, double share, const char *text)
{
    if (!(share > 0 && share < 1)) return;
    double x = cli_svg_x(svg, share);
    cli_svg_rule(svg, x, svg->top, x, svg->bottom, "zero");
    cli_svg_text(svg, x + 3, svg->bottom - 6, "over soft", text);
}

static void put_training(cli_report *view, cli_svg *svg, const cJSON *first)
{
    size_t count;
    cli_svg_point *points = curve(first, "training", view->out, &count);
    cli_svg_curve(svg, "ratings", points, count);
    rs_free(view->out->runtime, points);
}

/* Markers at every tenth or so, at other places for each system; above the letters. */
static void put_marks(cli_svg *svg, size_t s, const cli_svg_point *points, size_t count)
{
    double step = 0.1 + 0.02 * (double)s;
    for (size_t i = 1; i < count; i++) {
        if (isnan(points[i].x) || !(points[i].y > 0.62)) continue;
        if (floor(points[i].x / step + 1e-9) > floor(points[i - 1].x / step + 1e-9))
            cli_svg_mark(svg, s, cli_svg_x(svg, points[i].x), cli_svg_y(svg, points[i].y));
    }
}

/* The letter stands to the right of its curve, each at another height. */
static void put_letter(cli_svg *svg, size_t s, const cli_svg_point *points, size_t count)
{
    double height = 0.55 - 0.06 * (double)s;
    for (size_t i = 1; i < count; i++) {
        const cli_svg_point *a = &points[i - 1], *b = &points[i];
        if (!(a->y < height && b->y >= height)) continue;
        double x = a->x + (b->x - a->x) * (height - a->y) / (b->y - a->y);
        cli_svg_letter(svg, s, cli_svg_x(svg, x) + 7, cli_svg_y(svg, height) + 4);
        return;
    }
}

static void put_curve(cli_report *view, cli_svg *svg, size_t s)
{
    size_t count;
    cli_svg_point *points = curve(exposure_of(&view->systems[s]), "lists", view->out, &count);
    cli_svg_line(svg, s, points, count);
    put_marks(svg, s, points, count);
    put_letter(svg, s, points, count);
    rs_free(view->out->runtime, points);
}

static void put_picture(cli_report *view, const cJSON *first)
{
    cli_svg svg;
    cli_report_figure(view, &svg, "Share of the list places that the most rated movies have",
                      HEIGHT,
                      "Along x the movies, the most rated first; along y the share of all "
                      "places in lists that they have together. The more a curve bends to the "
                      "upper left, the fewer movies have the places. The table has numbers.");
    svg.x.percent = svg.y.percent = 1;
    cli_svg_axis_y(&svg);
    cli_svg_axis_x(&svg, "share of all movies, most rated first");
    cli_svg_rule(&svg, cli_svg_x(&svg, 0), cli_svg_y(&svg, 0), cli_svg_x(&svg, 1),
                 cli_svg_y(&svg, 1), "ground");
    cli_svg_text(&svg, cli_svg_x(&svg, 0.74), cli_svg_y(&svg, 0.66), "over soft", "all alike");
    put_border(&svg, cli_report_real(first, "head"), "head");
    put_border(&svg, cli_report_real(first, "mid"), "tail →");
    put_training(view, &svg, first);
    for (size_t s = view->count; s-- > 0;) put_curve(view, &svg, s);
    cli_report_figure_end(view, &svg);
}

void cli_report_exposure(cli_report *view)
{
    const cJSON *first = first_exposure(view);
    if (first == NULL) return;
    cli_report_open(view, "exposure", "Coverage and long tail");
    rs_text_add(view->out,
                "<p class=\"note\">Do the lists show the whole catalogue, or the same "
                "well-known movies to everyone? The broad grey curve is the "
                "ratings; the diagonal would be all movies alike.");
    cli_report_first_run_note(view);
    rs_text_add(view->out, "</p>\n");
    cli_report_legend(view);
    rs_text_add(view->out, "<div class=\"pair\">\n");
    put_table(view, first);
    put_picture(view, first);
    rs_text_add(view->out, "</div>\n");
    cli_report_close(view);
}
