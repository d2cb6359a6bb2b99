/* The scores of lists, for people and as JSON. */
#ifndef CLI_LISTSCORES_H
#define CLI_LISTSCORES_H

#include "common/session.h"

/* Metric number m at a cut-off, 0: evaluation.k; NaN if it is not defined. */
double cli_metric_at(const recsys_report *report, size_t m, size_t k);
/* A line for each cut-off, without the metrics that are not defined. */
void cli_put_cutoffs(const recsys_report *report, recsys_runtime *memory, rs_text *out);

/* The file `run` held against the file `judgements`. */
void cli_put_lists(const cli_session *session, const recsys_report *report, const char *run,
                   const char *judgements, rs_text *out);
void cli_put_lists_json(const recsys_report *report, const char *run, const char *judgements,
                        rs_text *out);

#endif
