/* The evaluation as the report sees it: safe access to its JSON. What is missing, null, of
 * another type than expected or no number to work with is simply not there. */
#ifndef CLI_REPORT_VIEW_H
#define CLI_REPORT_VIEW_H

#include <cjson/cJSON.h>

#include "base/text.h"

enum { CLI_REPORT_SYSTEMS = 8 }; /* as many as have a colour, a dash and a marker */

/* A number; NaN where there is none, or one beyond what a report can print (10^15). */
double cli_report_number(const cJSON *item);
double cli_report_real(const cJSON *object, const char *name);
const char *cli_report_text(const cJSON *object, const char *name); /* or NULL */
const cJSON *cli_report_object(const cJSON *object, const char *name);
const cJSON *cli_report_array(const cJSON *object, const char *name);
/* The first item of an array, to go on with ->next; NULL if there is none. */
const cJSON *cli_report_first(const cJSON *object, const char *name);
/* 1 true, 0 false, -1 neither. */
int cli_report_flag(const cJSON *object, const char *name);
/* The item of array object[list] whose `name` is `wanted`. */
const cJSON *cli_report_find(const cJSON *object, const char *list, const char *name,
                             const char *wanted);

/* A value with its interval; what is not known is NaN. */
typedef struct cli_estimate {
    double value, low, high;
} cli_estimate;

/* A metric of a report, of one of its cut-offs or of a group. */
cli_estimate cli_report_estimate(const cJSON *scope, const char *metric);

typedef struct cli_report_system {
    const cJSON *json;
    const cJSON *report; /* of the first run; NULL: none */
    const char *name, *role, *kind;
    const char *label; /* the name without its folders, where that is enough to know it */
    size_t runs;
} cli_report_system;

typedef struct cli_report {
    const cJSON *json;
    rs_text *out;
    cli_report_system systems[CLI_REPORT_SYSTEMS]; /* the first is the one that is judged */
    size_t count, left_out;
    unsigned charts; /* drawn so far: their ids */
} cli_report;

void cli_report_view(cli_report *view, const cJSON *evaluation, rs_text *out);
/* Mean over the runs of a system; with one run, its value. */
double cli_report_mean(const cli_report_system *system, const char *metric);
/* What stands in tables: of one run its value and interval, of several their mean and standard
 * deviation - the interval of one run is not about a mean over runs. */
typedef struct cli_shown {
    double value, low, high, sd;
} cli_shown;
cli_shown cli_report_shown(const cli_report_system *system, const char *metric);
/* Runs of the system that is judged; 0 if there is none. */
size_t cli_report_runs(const cli_report *view);
/* The metrics to show, in the order of the first report that has any: walk with ->next, the
 * name is ->string. */
const cJSON *cli_report_metrics(const cli_report *view);
/* 1 if any system has a number for it. */
int cli_report_has_metric(const cli_report *view, const char *metric);
/* Length of the lists of the judged system, or NaN. */
double cli_report_k(const cli_report *view);
/* Append the command line as a shell takes it, not escaped; nothing if it is not known. */
void cli_report_command(const cli_report *view, rs_text *command);

#endif
