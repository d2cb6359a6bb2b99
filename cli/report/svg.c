#include "svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/table.h"
#include "put.h"

static const char *const dashes[] = {"",    "7 3", "2 3",  "9 3 2 3",
                                     "4 2", "1 2", "12 4", "6 2 2 2"};
/* Markers of about the same weight, around 0,0. */
static const char *const markers[] = {
    "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",              /* circle */
    "M-3.2 -3.2h6.4v6.4h-6.4z",                                   /* square */
    "M0 -4.4L4 3.2H-4z",                                          /* triangle */
    "M0 -4.6L4.6 0L0 4.6L-4.6 0z",                                /* diamond */
    "M0 4.4L4 -3.2H-4z",                                          /* triangle on its head */
    "M-4 -1.3h2.7v-2.7h2.6v2.7h2.7v2.6h-2.7v2.7h-2.6v-2.7h-2.7z", /* plus */
    "M-4.5 -2h9v4h-9z",                                           /* bar, lying */
    "M-2 -4.5h4v9h-4z",                                           /* bar, standing */
};
enum { SERIES = sizeof markers / sizeof *markers, MOST_TICKS = 50, MOST_LETTERS = 16 };

/* Width of a character and of one in a number: of the widest of the usual fonts, on average. */
static const double column = 6.8, digit = 8;

/* ---- numbers --------------------------------------------------------------------- */

static double within(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* A place in the picture: a tenth is finer than a screen. */
static void put_place(rs_text *out, double place)
{
    char number[64];
    if (fabs(place) < 0.05) place = 0;
    rs_text_add(out, cli_fixed(number, within(place, -9999, 9999), 1));
}

static void put_attribute(rs_text *out, const char *name, double place)
{
    rs_text_printf(out, " %s=\"", name);
    put_place(out, place);
    rs_text_add(out, "\"");
}

static void put_pair(rs_text *out, const char *command, double x, double y)
{
    rs_text_add(out, command);
    put_place(out, x);
    rs_text_add(out, " ");
    put_place(out, y);
}

/* ---- axes ------------------------------------------------------------------------ */

cli_svg_axis cli_svg_nice(double low, double high, int ticks)
{
    if (isnan(low)) low = isnan(high) ? 0 : high;
    if (isnan(high) || high < low) high = low;
    if (high - low < 1e-9 * (1 + fabs(low))) {
        double room = fabs(low) > 0 ? fabs(low) / 2 : 1;
        if (low < 0) low -= room;
        high += room;
    }
    double rough = (high - low) / ticks, power = pow(10, floor(log10(rough)));
    double times = rough / power;
    double step = power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
    return (cli_svg_axis){.from = floor(low / step + 1e-9) * step,
                          .to = ceil(high / step - 1e-9) * step,
                          .step = step};
}

static double position(const cli_svg_axis *axis, double value)
{
    if (axis->log) return log(value / axis->from) / log(axis->to / axis->from);
    return (value - axis->from) / (axis->to - axis->from);
}

double cli_svg_x(const cli_svg *svg, double value)
{
    return svg->left + (svg->right - svg->left) * position(&svg->x, value);
}

double cli_svg_y(const cli_svg *svg, double value)
{
    return svg->bottom - (svg->bottom - svg->top) * position(&svg->y, value);
}

/* As many decimals as tell the ticks apart. */
static void tick_text(rs_text *text, const cli_svg_axis *axis, double value)
{
    char number[64];
    double factor = axis->percent ? 100 : 1, step = axis->step * factor;
    int decimals = (int)within(-floor(log10(step) + 1e-9), 0, 9);
    if (fabs(value) < axis->step / 2) value = 0;
    rs_text_add(text, cli_fixed(number, value * factor, decimals));
    if (axis->percent) rs_text_add(text, "%");
}

static size_t tick_count(const cli_svg_axis *axis)
{
    return (size_t)within((axis->to - axis->from) / axis->step + 1.5, 0, MOST_TICKS);
}

void cli_svg_axis_x(cli_svg *svg, const char *label)
{
    for (size_t i = 0; i < tick_count(&svg->x) && !svg->x.log; i++) {
        rs_text text;
        double value = svg->x.from + (double)i * svg->x.step, x = cli_svg_x(svg, value);
        rs_text_begin(&text, svg->out->runtime);
        tick_text(&text, &svg->x, value);
        cli_svg_rule(svg, x, svg->top, x, svg->bottom, "grid");
        if (!text.failed) cli_svg_tick_x(svg, value, text.data);
        rs_text_free(&text);
    }
    cli_svg_rule(svg, svg->left, svg->bottom, svg->right, svg->bottom, "axis");
    if (label != NULL)
        cli_svg_text(svg, (svg->left + svg->right) / 2, svg->bottom + 31, "mid soft", label);
}

/* Room for the widest number. */
static void make_room(cli_svg *svg)
{
    for (size_t i = 0; i < tick_count(&svg->y); i++) {
        rs_text text;
        rs_text_begin(&text, svg->out->runtime);
        tick_text(&text, &svg->y, svg->y.from + (double)i * svg->y.step);
        svg->left = fmax(svg->left, 8 + digit * (double)text.size);
        rs_text_free(&text);
    }
}

void cli_svg_axis_y(cli_svg *svg)
{
    make_room(svg);
    for (size_t i = 0; i < tick_count(&svg->y); i++) {
        rs_text text;
        double value = svg->y.from + (double)i * svg->y.step, y = cli_svg_y(svg, value);
        rs_text_begin(&text, svg->out->runtime);
        tick_text(&text, &svg->y, value);
        cli_svg_rule(svg, svg->left, y, svg->right, y, "grid");
        if (!text.failed) cli_svg_text(svg, svg->left - 6, y + 4, "end soft", text.data);
        rs_text_free(&text);
    }
}

void cli_svg_tick_x(cli_svg *svg, double value, const char *text)
{
    double half = digit * (double)strlen(text) / 2;
    double x = within(cli_svg_x(svg, value), half, svg->width - half);
    cli_svg_text(svg, x, svg->bottom + 16, "mid soft", text);
}

/* ---- the picture ----------------------------------------------------------------- */

void cli_svg_begin(cli_svg *svg, rs_text *out, unsigned id, double width, double height,
                   const char *title, const char *description)
{
    *svg = (cli_svg){.out = out,
                     .width = width,
                     .height = height,
                     .left = 46,
                     .right = width - 22,
                     .top = 10,
                     .bottom = height - 38,
                     .x = {0, 1, 0.2, 0, 0},
                     .y = {0, 1, 0.2, 0, 0}};
    rs_text_printf(out,
                   "<svg role=\"img\" viewBox=\"0 0 %d %d\" aria-labelledby=\"t%u d%u\">"
                   "<title id=\"t%u\">",
                   (int)width, (int)height, id, id, id);
    cli_report_put_html(out, title);
    rs_text_printf(out, "</title><desc id=\"d%u\">", id);
    cli_report_put_html(out, description);
    rs_text_add(out, "</desc>\n");
}

void cli_svg_end(cli_svg *svg)
{
    rs_text_add(svg->out, "</svg>\n");
}

void cli_svg_text(cli_svg *svg, double x, double y, const char *name, const char *text)
{
    rs_text_printf(svg->out, "<text class=\"%s\"", name);
    put_attribute(svg->out, "x", x);
    put_attribute(svg->out, "y", y);
    rs_text_add(svg->out, ">");
    cli_report_put_html(svg->out, text);
    rs_text_add(svg->out, "</text>\n");
}

void cli_svg_rule(cli_svg *svg, double x1, double y1, double x2, double y2, const char *name)
{
    rs_text_printf(svg->out, "<path class=\"%s\" d=\"", name);
    put_pair(svg->out, "M", x1, y1);
    put_pair(svg->out, "L", x2, y2);
    rs_text_add(svg->out, "\"/>\n");
}

/* Bytes of the longest beginning that takes no more than `columns`. */
static size_t beginning(const char *text, size_t columns)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + strlen(text);
    size_t size = 0, width = 0;
    while (p + size < end) {
        size_t length = rs_utf8_length(p + size, end);
        if (length == 0) length = 1;
        width += cli_text_width(text + size, length);
        if (width > columns) break;
        size += length;
    }
    return size;
}

void cli_svg_fitting(cli_svg *svg, double x, double y, const char *name, const char *text,
                     const char *tail)
{
    size_t columns = (size_t)within((svg->width - x) / column, 4, 400);
    size_t width = cli_text_width(text, strlen(text)), end = cli_text_width(tail, strlen(tail));
    int cut = width + end > columns;
    rs_text shown;
    rs_text_begin(&shown, svg->out->runtime);
    rs_text_add_bytes(&shown, text,
                      cut ? beginning(text, columns > end + 4 ? columns - end - 1 : 4)
                          : strlen(text));
    if (cut) {
        rs_text_add(&shown, "…");
        rs_text_add(svg->out, "<g><title>");
        cli_report_put_html(svg->out, text);
        rs_text_add(svg->out, "</title>");
    }
    rs_text_add(&shown, tail);
    if (!shown.failed) cli_svg_text(svg, x, y, name, shown.data);
    if (cut) rs_text_add(svg->out, "</g>\n");
    svg->out->failed |= shown.failed;
    rs_text_free(&shown);
}

/* ---- series ---------------------------------------------------------------------- */

/* The opening of a path of a series, up to its coordinates. */
static void open_path(rs_text *out, size_t series, const char *name, int dashed)
{
    size_t s = series % SERIES;
    rs_text_printf(out, "<path class=\"%s s%zu\"", name, s + 1);
    if (dashed && dashes[s][0] != '\0')
        rs_text_printf(out, " stroke-dasharray=\"%s\"", dashes[s]);
    rs_text_add(out, " d=\"");
}

static size_t drawable(const cli_svg_point *points, size_t count)
{
    size_t drawn = 0;
    for (size_t i = 0; i < count; i++) drawn += !isnan(points[i].x) && !isnan(points[i].y);
    return drawn;
}

/* The rest of a path that open_path or another began. */
static void put_points(cli_svg *svg, const cli_svg_point *points, size_t count)
{
    int pen_down = 0;
    for (size_t i = 0; i < count; i++) {
        int here = !isnan(points[i].x) && !isnan(points[i].y);
        if (here)
            put_pair(svg->out, pen_down ? "L" : "M", cli_svg_x(svg, points[i].x),
                     cli_svg_y(svg, points[i].y));
        pen_down = here;
    }
    rs_text_add(svg->out, "\"/>\n");
}

void cli_svg_line(cli_svg *svg, size_t series, const cli_svg_point *points, size_t count)
{
    if (drawable(points, count) == 0) return;
    open_path(svg->out, series, "line", 1);
    put_points(svg, points, count);
}

void cli_svg_curve(cli_svg *svg, const char *name, const cli_svg_point *points, size_t count)
{
    if (drawable(points, count) == 0) return;
    rs_text_printf(svg->out, "<path class=\"%s\" d=\"", name);
    put_points(svg, points, count);
}

/* One stretch in which every point has an interval: along the high ends and back. */
static void put_stretch(cli_svg *svg, const cli_svg_point *points, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_pair(svg->out, i == 0 ? "M" : "L", cli_svg_x(svg, points[i].x),
                 cli_svg_y(svg, points[i].high));
    for (size_t i = count; i-- > 0;)
        put_pair(svg->out, "L", cli_svg_x(svg, points[i].x), cli_svg_y(svg, points[i].low));
    rs_text_add(svg->out, "z");
}

void cli_svg_band(cli_svg *svg, size_t series, const cli_svg_point *points, size_t count)
{
    for (size_t i = 0, from = 0; i <= count; i++) {
        if (i < count && !isnan(points[i].x) && !isnan(points[i].low)) continue;
        if (i - from > 1) {
            open_path(svg->out, series, "band", 0);
            put_stretch(svg, points + from, i - from);
            rs_text_add(svg->out, "\"/>\n");
        }
        from = i + 1;
    }
}

static void put_mark(rs_text *out, size_t series, double x, double y)
{
    rs_text_printf(out, "<path class=\"mark s%zu\" transform=\"translate(",
                   series % SERIES + 1);
    put_pair(out, "", x, y);
    rs_text_printf(out, ")\" d=\"%s\"/>\n", markers[series % SERIES]);
}

void cli_svg_mark(cli_svg *svg, size_t series, double x, double y)
{
    put_mark(svg->out, series, x, y);
}

void cli_svg_interval(cli_svg *svg, size_t series, double low, double value, double high,
                      double y)
{
    if (!isnan(low) && !isnan(high)) {
        double x1 = cli_svg_x(svg, low), x2 = cli_svg_x(svg, high);
        open_path(svg->out, series, "whisker", 0);
        put_pair(svg->out, "M", x1, y);
        put_pair(svg->out, "L", x2, y);
        put_pair(svg->out, "M", x1, y - 4);
        put_pair(svg->out, "L", x1, y + 4);
        put_pair(svg->out, "M", x2, y - 4);
        put_pair(svg->out, "L", x2, y + 4);
        rs_text_add(svg->out, "\"/>\n");
    }
    if (!isnan(value)) cli_svg_mark(svg, series, cli_svg_x(svg, value), y);
}

void cli_svg_bar(cli_svg *svg, size_t series, double x1, double x2, double base, double height,
                 const char *tip)
{
    rs_text_printf(svg->out, "<rect class=\"bar s%zu\"", series % SERIES + 1);
    put_attribute(svg->out, "x", x1);
    put_attribute(svg->out, "y", height);
    put_attribute(svg->out, "width", x2 - x1);
    put_attribute(svg->out, "height", base - height);
    rs_text_add(svg->out, "><title>");
    cli_report_put_html(svg->out, tip);
    rs_text_add(svg->out, "</title></rect>\n");
}

/* ---- letters --------------------------------------------------------------------- */

void cli_svg_letter(cli_svg *svg, size_t series, double x, double y)
{
    char letter[] = {(char)('A' + series % SERIES), '\0'}, name[40];
    snprintf(name, sizeof name, "letter s%zu", series % SERIES + 1);
    cli_svg_text(svg, x, y, name, letter);
}

/* Push letters that meet downwards, then those that fell out of the plot up again. */
static void spread(double *y, const size_t *order, size_t count, double bottom)
{
    static const double apart = 13;
    for (size_t i = 1; i < count; i++)
        if (y[order[i]] < y[order[i - 1]] + apart) y[order[i]] = y[order[i - 1]] + apart;
    for (size_t i = count; i-- > 0;) {
        double most = bottom - apart * (double)(count - 1 - i);
        if (y[order[i]] > most) y[order[i]] = most;
    }
}

void cli_svg_letters(cli_svg *svg, const double *y, size_t count)
{
    double place[MOST_LETTERS];
    size_t order[MOST_LETTERS], shown = 0;
    for (size_t i = 0; i < count && i < MOST_LETTERS; i++) {
        size_t at = shown;
        place[i] = y[i];
        if (isnan(y[i])) continue;
        for (; at > 0 && place[order[at - 1]] > y[i]; at--) order[at] = order[at - 1];
        order[at] = i;
        shown++;
    }
    spread(place, order, shown, svg->bottom);
    for (size_t i = 0; i < shown; i++)
        cli_svg_letter(svg, order[i], svg->right + 7, place[order[i]] + 4);
}

void cli_svg_sample(rs_text *out, size_t series)
{
    rs_text_add(out, "<svg class=\"sample\" aria-hidden=\"true\" viewBox=\"0 0 34 12\">");
    open_path(out, series, "line", 1);
    rs_text_add(out, "M1 6H33\"/>");
    put_mark(out, series, 17, 6);
    rs_text_add(out, "</svg>");
}
