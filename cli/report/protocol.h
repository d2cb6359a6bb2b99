/* What was measured and how, in words that every form of the report says. They are plain
 * text: cli_report_put_words escapes them. */
#ifndef CLI_REPORT_PROTOCOL_H
#define CLI_REPORT_PROTOCOL_H

#include "view.h"

/* What was ranked: "all", "listed" or "rated" (movies that somebody has rated). */
const char *cli_report_candidates(const cli_report *view);
/* A sentence that must stand beside the numbers if not all movies were ranked, or else NULL. */
const char *cli_report_candidates_words(const cli_report *view);

/* "5 seeds", "3 folds", "2 seeds of 3 folds". */
void cli_report_runs_words(const cli_report *view, rs_text *out);
/* "seed 1", "fold 2", "seed 1, fold 2"; nothing if the run has neither. */
void cli_report_run_words(const cJSON *run, rs_text *out);
/* Where there are several runs: " of the first run (seed 1)". */
void cli_report_first_run_words(const cli_report *view, rs_text *out);

/* What a report says of its intervals, and the comparison of those of differences; NULL if
 * there are none. */
const cJSON *cli_report_intervals(const cli_report *view);
const cJSON *cli_report_difference_intervals(const cli_report *view);
/* "95% interval (BCa bootstrap over users, 10,000 replicates)" of an object with method,
 * confidence and replicates; "interval" where nothing is known. */
void cli_report_interval_words(const cJSON *intervals, rs_text *out);

/* Some profiles count what others make a share: listed movies, hits of a user. */
int cli_report_is_count(const cli_report *view, const char *metric);
/* A metric's value; a count without decimals. `buffer` of 64 bytes. */
const char *cli_report_value_text(char *buffer, const cli_report *view, const char *metric,
                                  double value);

#endif
