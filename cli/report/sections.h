/* The sections of the page, in order; each leaves itself out when it has nothing to show. */
#ifndef CLI_REPORT_SECTIONS_H
#define CLI_REPORT_SECTIONS_H

#include "svg.h"
#include "view.h"

extern const char *const cli_report_style[]; /* the style sheet in pieces, NULL at the end */

void cli_report_verdict(cli_report *view);   /* passed or refused, in plain words */
void cli_report_measures(cli_report *view);  /* metrics with intervals, each system */
void cli_report_compare(cli_report *view);   /* differences to each other system */
void cli_report_curves(cli_report *view);    /* metrics over K */
void cli_report_spread(cli_report *view);    /* distributions over users */
void cli_report_exposure(cli_report *view);  /* coverage and long tail */
void cli_report_groups(cli_report *view);    /* breakdowns */
void cli_report_examples(cli_report *view);  /* users with their lists side by side */
void cli_report_origin(cli_report *view);    /* data, protocol, options */
void cli_report_reproduce(cli_report *view); /* the command, versions, hashes */
void cli_report_glossary(cli_report *view);  /* what the metrics say */

/* ---- what they share ------------------------------------------------------------- */

enum { CLI_REPORT_WIDE = 360 }; /* of a chart, in the units of its texts */

void cli_report_open(cli_report *view, const char *id, const char *heading);
void cli_report_close(cli_report *view);
/* Which letter, dash and marker is which system. */
void cli_report_legend(cli_report *view);
/* Which run is shown, where there are several. */
void cli_report_first_run_note(cli_report *view);
/* "95% interval" and how it was made, of what a report or the comparison says of them. */
void cli_report_put_intervals(cli_report *view, const cJSON *intervals);
/* "NDCG", with the length of the lists "NDCG@10"; escaped for HTML. */
void cli_report_put_label(rs_text *out, const char *metric, double k);
/* The letter of a system, with its name for pointing at it. */
void cli_report_column(cli_report *view, size_t system);
/* The beginning of a cell below it. */
void cli_report_cell(cli_report *view, size_t system);
/* A value of a metric with its interval in small print. */
void cli_report_put_estimate(cli_report *view, const char *metric, const cli_estimate *e);
/* A chart in its figure: the caption is the label of a metric or another text. */
void cli_report_figure(cli_report *view, cli_svg *svg, const char *caption, double height,
                       const char *description);
void cli_report_figure_end(cli_report *view, cli_svg *svg);
/* "A 0.1113, B 0.0900" of numbers [count] for descriptions; NaN is left out. */
void cli_report_list_values(const cli_report *view, const double *values, rs_text *out);
/* All numbers of an array, NaN where an item is none; NULL when memory runs out (noted in
 * `out`). */
double *cli_report_numbers(const cJSON *array, rs_text *out, size_t *count);

#endif
