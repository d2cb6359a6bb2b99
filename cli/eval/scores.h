/* A report's numbers, by the number of the metric. */
#ifndef CLI_SCORES_H
#define CLI_SCORES_H

#include "common/session.h"

/* Metric number m at a cut-off, 0: evaluation.k; NaN if it is not defined. */
double cli_metric_at(const recsys_report *report, size_t m, size_t k);
/* Its interval; NaN if there is none. */
recsys_interval cli_interval_at(const recsys_report *report, size_t m, size_t k);
int cli_has_intervals(const recsys_report *report);
/* The first metrics are those that lists are mostly asked for, and of these the first have a
 * value for each user. */
size_t cli_main_metrics(const recsys_report *report);
size_t cli_user_metrics(const recsys_report *report);

#endif
