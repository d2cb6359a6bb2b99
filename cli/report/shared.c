/* What the sections of the page share. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "metric.h"
#include "protocol.h"
#include "put.h"
#include "sections.h"

void cli_report_open(cli_report *view, const char *id, const char *heading)
{
    rs_text_printf(view->out, "<section id=\"%s\">\n<h2>%s</h2>\n", id, heading);
}

void cli_report_close(cli_report *view)
{
    rs_text_add(view->out, "</section>\n");
}

void cli_report_legend(cli_report *view)
{
    rs_text_add(view->out, "<ul class=\"legend\">\n");
    for (size_t s = 0; s < view->count; s++) {
        const cli_report_system *system = &view->systems[s];
        rs_text_add(view->out, "<li>");
        cli_svg_sample(view->out, s);
        rs_text_printf(view->out, "<b class=\"s%zu\">%c</b> <span>", s + 1, (int)('A' + s));
        cli_report_put_html(view->out, system->label);
        if (system->role[0] != '\0' && strcmp(system->role, "other") != 0) {
            rs_text_add(view->out, " <small>");
            cli_report_put_html(view->out, system->role);
            rs_text_add(view->out, "</small>");
        }
        rs_text_add(view->out, "</span></li>\n");
    }
    rs_text_add(view->out, "</ul>\n");
}

void cli_report_first_run_note(cli_report *view)
{
    rs_text words;
    if (cli_report_runs(view) < 2) return;
    rs_text_begin(&words, view->out->runtime);
    cli_report_first_run_words(view, &words);
    rs_text_add(view->out, " These are the numbers");
    cli_report_put_words(view->out, &words, cli_report_put_html);
    rs_text_add(view->out, ".");
}

void cli_report_put_intervals(cli_report *view, const cJSON *intervals)
{
    rs_text words;
    rs_text_begin(&words, view->out->runtime);
    cli_report_interval_words(intervals, &words);
    cli_report_put_words(view->out, &words, cli_report_put_html);
}

void cli_report_put_label(rs_text *out, const char *metric, double k)
{
    cli_report_put_html(out, cli_report_metric(metric).label);
    if (isnan(k)) return;
    rs_text_add(out, "@");
    cli_report_put_short(out, k);
}

void cli_report_column(cli_report *view, size_t system)
{
    rs_text_printf(view->out, "<th scope=\"col\" class=\"num\"><b class=\"s%zu\">%c</b> ",
                   system + 1, (int)('A' + system));
    cli_report_put_html(view->out, view->systems[system].label);
    rs_text_add(view->out, "</th>");
}

void cli_report_cell(cli_report *view, size_t system)
{
    rs_text_printf(view->out, "<td class=\"num\" data-head=\"%c\">", (int)('A' + system));
}

/* The small print below a value. */
static void put_small(rs_text *out, double low, double high)
{
    if (isnan(low)) return;
    rs_text_add(out, "<br><small>");
    cli_report_put_interval(out, low, high);
    rs_text_add(out, "</small>");
}

void cli_report_put_estimate(cli_report *view, const char *metric, const cli_estimate *e)
{
    char number[64];
    rs_text_add(view->out, cli_report_value_text(number, view, metric, e->value));
    put_small(view->out, e->low, e->high);
}

void cli_report_figure(cli_report *view, cli_svg *svg, const char *caption, double height,
                       const char *description)
{
    rs_text_add(view->out, "<figure>\n<figcaption>");
    cli_report_put_html(view->out, caption);
    rs_text_add(view->out, "</figcaption>\n");
    cli_svg_begin(svg, view->out, ++view->charts, CLI_REPORT_WIDE, height, caption,
                  description);
}

void cli_report_figure_end(cli_report *view, cli_svg *svg)
{
    cli_svg_end(svg);
    rs_text_add(view->out, "</figure>\n");
}

void cli_report_list_values(const cli_report *view, const double *values, rs_text *out)
{
    int first = 1;
    for (size_t s = 0; s < view->count; s++) {
        if (isnan(values[s])) continue;
        rs_text_printf(out, "%s%c ", first ? "" : ", ", (int)('A' + s));
        cli_report_put_real(out, values[s], 0);
        first = 0;
    }
}

double *cli_report_numbers(const cJSON *array, rs_text *out, size_t *count)
{
    size_t size = 0, i = 0;
    const cJSON *first = cJSON_IsArray(array) ? array->child : NULL;
    for (const cJSON *item = first; item != NULL; item = item->next) size++;
    double *numbers = rs_array(out->runtime, size, sizeof *numbers);
    *count = numbers == NULL ? 0 : size;
    if (numbers == NULL) {
        out->failed = 1;
        return NULL;
    }
    for (const cJSON *item = first; item != NULL; item = item->next)
        numbers[i++] = cli_report_number(item);
    return numbers;
}
