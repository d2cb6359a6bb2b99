/* The charts of the page: keys, costs with their frontier, the way of the search. */
#include "charts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "common/table.h"
#include "report/put.h"

enum { HEIGHT = 240, MOST_TICKS = 8 };

/* ---- points ---------------------------------------------------------------------- */

/* A dot with the values of its trial on pointing at it. */
static void put_dot(const cli_tuning *t, cli_svg *svg, size_t series, double x, double y,
                    size_t trial)
{
    char number[64];
    rs_text *out = svg->out;
    recsys_trial found = cli_tune_trial(t, trial);
    if (isnan(x) || isnan(y)) return;
    rs_text_add(out, "<g>");
    cli_svg_mark(svg, series, cli_svg_x(svg, x), cli_svg_y(svg, y));
    rs_text_add(out, "<title>");
    if (trial == 0)
        rs_text_add(out, "given config");
    else
        rs_text_printf(out, "trial %zu", trial);
    rs_text_printf(out, ", %s %s", t->metric, cli_report_real_text(number, found.value));
    for (size_t k = 0; k < recsys_space_count(t->space); k++) {
        rs_text_printf(out, "&#10;%s: ", recsys_space_key(t->space, k));
        cli_report_put_html(out, recsys_tuning_value(t->tuning, trial, k));
    }
    rs_text_add(out, "</title></g>\n");
}

typedef struct extent {
    double low, high;
} extent;

static void widen(extent *e, double value)
{
    if (isnan(value)) return;
    e->low = fmin(e->low, value);
    e->high = fmax(e->high, value);
}

static const extent nothing = {(double)NAN, (double)NAN};

/* A share of the range as room at both ends; log: of the ratio. */
static cli_svg_axis axis_of(extent e, int log_scale)
{
    if (!log_scale) return cli_svg_nice(e.low, e.high, 5);
    return (cli_svg_axis){.from = e.low / 1.1, .to = e.high * 1.1, .step = 1, .log = 1};
}

static int spans_decades(extent e)
{
    return e.low > 0 && e.high / e.low >= 20;
}

/* 1, 2, 5, 10, 20, ... inside the axis. */
static void put_log_ticks(cli_svg *svg)
{
    static const double steps[] = {1, 2, 5};
    int dense = svg->x.to / svg->x.from < 300;
    int last = (int)ceil(log10(svg->x.to));
    for (int exponent = (int)floor(log10(svg->x.from)); exponent <= last; exponent++)
        for (size_t i = 0; i < 3; i++) {
            char text[32];
            double value = steps[i] * pow(10, exponent);
            if (value < svg->x.from || value > svg->x.to || (!dense && i > 0)) continue;
            double x = cli_svg_x(svg, value);
            text[rs_format_real(text, value)] = '\0';
            cli_svg_rule(svg, x, svg->top, x, svg->bottom, "grid");
            cli_svg_tick_x(svg, value, text);
        }
}

/* ---- a key ----------------------------------------------------------------------- */

/* Place of a value among those that trials have, for keys that are no numbers. */
static size_t place_of(const cli_tuning *t, size_t key, const char *value, size_t trials)
{
    size_t place = 0;
    for (size_t i = 0; i < trials; i++) {
        const char *other = recsys_tuning_value(t->tuning, i, key);
        if (strcmp(other, value) == 0) return place;
        size_t before = 0;
        while (before < i && strcmp(recsys_tuning_value(t->tuning, before, key), other) != 0)
            before++;
        place += before == i;
    }
    return place;
}

static int is_numeric(const cli_tuning *t, size_t key)
{
    double number;
    for (size_t i = 0; i < t->state.trials; i++) {
        const char *value = recsys_tuning_value(t->tuning, i, key);
        if (!rs_parse_real(value, strlen(value), &number)) return 0;
    }
    return 1;
}

static double number_of(const cli_tuning *t, size_t key, size_t trial, int numeric)
{
    double number = (double)NAN;
    const char *value = recsys_tuning_value(t->tuning, trial, key);
    if (!numeric) return (double)place_of(t, key, value, trial + 1);
    rs_parse_real(value, strlen(value), &number);
    return number;
}

static void put_words(const cli_tuning *t, cli_svg *svg, size_t key)
{
    size_t shown = 0;
    for (size_t i = 0; i < t->state.trials && shown < MOST_TICKS; i++) {
        const char *value = recsys_tuning_value(t->tuning, i, key);
        size_t place = place_of(t, key, value, i + 1);
        if (place < shown) continue;
        cli_svg_tick_x(svg, (double)place, value);
        shown++;
    }
}

static size_t number_of_key(const cli_tuning *t, const char *key)
{
    size_t k = 0;
    while (strcmp(recsys_space_key(t->space, k), key) != 0) k++;
    return k;
}

void cli_tune_key_chart(const cli_tuning *t, cli_report *view, const cli_tune_key *key)
{
    cli_svg svg;
    char caption[160], share[64];
    extent x = nothing, y = nothing;
    size_t k = number_of_key(t, key->key);
    int numeric = is_numeric(t, k);
    for (size_t i = 0; i < t->state.trials; i++) {
        widen(&x, number_of(t, k, i, numeric));
        widen(&y, cli_tune_trial(t, i).first);
    }
    if (!(x.high > x.low)) return;
    const char *last = strrchr(key->key, '.');
    snprintf(caption, sizeof caption, "%.100s%s%s", last + 1,
             isnan(key->importance) ? "" : ", ",
             isnan(key->importance) ? "" : cli_fixed(share, 100 * key->importance, 0));
    if (!isnan(key->importance)) strncat(caption, " %", sizeof caption - strlen(caption) - 1);
    cli_report_figure(view, &svg, caption, HEIGHT, key->key);
    svg.x = numeric ? axis_of(x, spans_decades(x))
                    : (cli_svg_axis){.from = -0.5, .to = x.high + 0.5, .step = 100};
    svg.y = cli_svg_nice(y.low, y.high, 5);
    cli_svg_axis_y(&svg);
    if (numeric && svg.x.log) put_log_ticks(&svg);
    if (!numeric) put_words(t, &svg, k);
    if (numeric) {
        cli_svg_axis_x(&svg, key->key);
    } else {
        cli_svg_rule(&svg, svg.left, svg.bottom, svg.right, svg.bottom, "axis");
        cli_svg_text(&svg, (svg.left + svg.right) / 2, svg.bottom + 31, "mid soft", key->key);
    }
    for (size_t i = t->state.trials; i-- > 0;)
        put_dot(t, &svg, i == 0, number_of(t, k, i, numeric), cli_tune_trial(t, i).first, i);
    cli_report_figure_end(view, &svg);
}

/* ---- costs ----------------------------------------------------------------------- */

static void put_frontier(const cli_tuning *t, cli_svg *svg, cli_tune_cost cost, double unit)
{
    size_t *frontier = rs_array(svg->out->runtime, t->state.trials, sizeof *frontier);
    cli_svg_point *points = rs_array(svg->out->runtime, t->state.trials, sizeof *points);
    size_t count = 0;
    if (frontier != NULL && points != NULL) count = cli_tune_frontier(t, cost, frontier);
    svg->out->failed |= frontier == NULL || points == NULL;
    for (size_t i = 0; i < count; i++) {
        recsys_trial trial = cli_tune_trial(t, frontier[i]);
        points[i] = (cli_svg_point){cost(&trial) / unit, trial.value, (double)NAN, (double)NAN};
    }
    cli_svg_line(svg, 2, points, count);
    rs_free(svg->out->runtime, frontier);
    rs_free(svg->out->runtime, points);
}

void cli_tune_cost_chart(const cli_tuning *t, cli_report *view, const char *caption,
                         const char *label, cli_tune_cost cost, double unit)
{
    cli_svg svg;
    extent x = nothing, y = nothing;
    for (size_t i = 0; i < t->state.complete; i++) {
        recsys_trial trial = cli_tune_trial(t, t->order[i]);
        widen(&x, cost(&trial) / unit);
        widen(&y, trial.value);
    }
    if (isnan(x.low) || isnan(y.low)) return;
    cli_report_figure(view, &svg, caption, HEIGHT, label);
    svg.x = axis_of(x, spans_decades(x));
    svg.y = cli_svg_nice(y.low, y.high, 5);
    cli_svg_axis_y(&svg);
    if (svg.x.log) put_log_ticks(&svg);
    cli_svg_axis_x(&svg, label);
    put_frontier(t, &svg, cost, unit);
    for (size_t i = t->state.complete; i-- > 0;) {
        recsys_trial trial = cli_tune_trial(t, t->order[i]);
        put_dot(t, &svg, t->order[i] == 0, cost(&trial) / unit, trial.value, t->order[i]);
    }
    cli_report_figure_end(view, &svg);
}

/* ---- the way of the search ------------------------------------------------------- */

void cli_tune_path_chart(const cli_tuning *t, cli_report *view)
{
    cli_svg svg;
    extent y = nothing;
    size_t count = t->state.trials;
    cli_svg_point *best = rs_array(view->out->runtime, count, sizeof *best);
    if (best == NULL) {
        view->out->failed = 1;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        double value = cli_tune_trial(t, i).first;
        widen(&y, value);
        best[i] = (cli_svg_point){(double)i, y.high, (double)NAN, (double)NAN};
    }
    cli_report_figure(view, &svg, "Trial after trial, on the first part of the users", HEIGHT,
                      "value of each trial after its first step, and the best so far");
    svg.x = cli_svg_nice(0, (double)(count > 1 ? count - 1 : 1), 6);
    svg.y = cli_svg_nice(y.low, y.high, 5);
    cli_svg_axis_y(&svg);
    cli_svg_axis_x(&svg, "trial");
    cli_svg_line(&svg, 2, best, count);
    for (size_t i = count; i-- > 0;) {
        recsys_trial trial = cli_tune_trial(t, i);
        size_t series = i == 0 ? 1 : trial.rung == t->state.rungs ? 0 : trial.rung > 1 ? 3 : 4;
        put_dot(t, &svg, series, (double)i, trial.first, i);
    }
    cli_report_figure_end(view, &svg);
    rs_free(view->out->runtime, best);
}
