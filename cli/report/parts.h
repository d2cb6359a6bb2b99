/* Cut-offs and groups of breakdowns, each with the metrics of all systems' first runs. */
#ifndef CLI_REPORT_PARTS_H
#define CLI_REPORT_PARTS_H

#include "view.h"

typedef struct cli_part {
    const cJSON *scopes[CLI_REPORT_SYSTEMS]; /* NULL: the system has none */
    const cJSON *metrics;                    /* the first one, walk with ->next */
    const char *name;                        /* of the group; NULL: a cut-off */
    double k, users;
} cli_part;

/* The cut-offs of the judged system: begin with NULL, go on with what was returned; NULL at
 * the end. */
const cJSON *cli_report_cutoff(cli_part *part, const cli_report *view, const cJSON *after);
/* The same of the groups of a breakdown. */
const cJSON *cli_report_group(cli_part *part, const cli_report *view, const cJSON *breakdown,
                              const cJSON *after);
/* Breakdowns of the judged system that have a name, and groups or a reason why there are none
 * ("why"), likewise. */
const cJSON *cli_report_breakdown(const cli_report *view, const cJSON *after);

/* 1 if any system has a number for it. */
int cli_part_has(const cli_part *part, const cli_report *view, const char *metric);

#endif
