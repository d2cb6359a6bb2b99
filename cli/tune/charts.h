/* The charts of the page. */
#ifndef CLI_TUNE_CHARTS_H
#define CLI_TUNE_CHARTS_H

#include "report/sections.h"
#include "tune.h"

/* Values of a key against the metric after the first step; nothing if all have the same. */
void cli_tune_key_chart(const cli_tuning *t, cli_report *view, const cli_tune_key *key);
/* A cost, divided by its unit, against the metric of trials judged on everything. */
void cli_tune_cost_chart(const cli_tuning *t, cli_report *view, const char *caption,
                         const char *label, cli_tune_cost cost, double unit);
void cli_tune_path_chart(const cli_tuning *t, cli_report *view);

#endif
