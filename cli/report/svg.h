/* A small SVG writer: one chart at a time into a text. Shapes have no colours of their own:
 * class "sN" is the Nth series, and the page's style sheet says what that looks like. Series
 * are also told apart by dashes, markers and letters ("A", "B", ...), for paper. */
#ifndef CLI_REPORT_SVG_H
#define CLI_REPORT_SVG_H

#include "base/text.h"

typedef struct cli_svg_axis {
    double from, to, step; /* from < to; step: between ticks */
    int log;               /* logarithmic; ticks are placed by hand */
    int percent;           /* written as percentages */
} cli_svg_axis;

typedef struct cli_svg {
    rs_text *out;
    double width, height;
    double left, right, top, bottom; /* edges of the plot inside the picture */
    cli_svg_axis x, y;
} cli_svg;

/* A point and, where known (not NaN), its interval; lines have theirs along y. */
typedef struct cli_svg_point {
    double x, y, low, high;
} cli_svg_point;

/* An axis that begins and ends at a tick and has about `ticks` of them; `low` and `high` may
 * be equal or NaN. */
cli_svg_axis cli_svg_nice(double low, double high, int ticks);

/* `id` must be new in the page; title and description are for those who cannot see it. The
 * axes may be set afterwards, before anything is drawn. */
void cli_svg_begin(cli_svg *svg, rs_text *out, unsigned id, double width, double height,
                   const char *title, const char *description);
void cli_svg_end(cli_svg *svg);

/* Where a value lies in the picture. */
double cli_svg_x(const cli_svg *svg, double value);
double cli_svg_y(const cli_svg *svg, double value);

/* Grid lines with numbers beside them; what the axis is about below or above it. The y axis
 * goes first: the plot begins where its numbers end. */
void cli_svg_axis_x(cli_svg *svg, const char *label);
void cli_svg_axis_y(cli_svg *svg);
/* One number below the x axis. */
void cli_svg_tick_x(cli_svg *svg, double value, const char *text);

/* The rest is drawn over the grid. `name` is a class of the style sheet. */
void cli_svg_text(cli_svg *svg, double x, double y, const char *name, const char *text);
/* `text` and `tail`; where they would leave the picture, `text` is cut short with "…" and whole
 * for pointing at it. */
void cli_svg_fitting(cli_svg *svg, double x, double y, const char *name, const char *text,
                     const char *tail);
void cli_svg_rule(cli_svg *svg, double x1, double y1, double x2, double y2, const char *name);
void cli_svg_band(cli_svg *svg, size_t series, const cli_svg_point *points, size_t count);
void cli_svg_line(cli_svg *svg, size_t series, const cli_svg_point *points, size_t count);
/* A line that is of no series. */
void cli_svg_curve(cli_svg *svg, const char *name, const cli_svg_point *points, size_t count);
/* A marker at a place in the picture; each series has its own. */
void cli_svg_mark(cli_svg *svg, size_t series, double x, double y);
/* An interval along x with its value, `y` in the picture: a row of a forest plot. */
void cli_svg_interval(cli_svg *svg, size_t series, double low, double value, double high,
                      double y);
/* A bar from `base` up to `height`, both in the picture, with a text on pointing at it. */
void cli_svg_bar(cli_svg *svg, size_t series, double x1, double x2, double base, double height,
                 const char *tip);
/* The letter of a series, beginning at a place in the picture. */
void cli_svg_letter(cli_svg *svg, size_t series, double x, double y);
/* The letters of series at the right ends of their lines, moved apart where they meet: y[i]
 * is where letter i should stand in the picture, NaN for none. At most 16. */
void cli_svg_letters(cli_svg *svg, const double *y, size_t count);
/* The sample of a series in a legend: a picture of its own, hidden from screen readers. */
void cli_svg_sample(rs_text *out, size_t series);

#endif
