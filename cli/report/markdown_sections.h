/* The sections of the Markdown, and what they share. */
#ifndef CLI_REPORT_MARKDOWN_SECTIONS_H
#define CLI_REPORT_MARKDOWN_SECTIONS_H

#include "view.h"

/* The head of a table: `first` columns and the dashes below them, then one a system. */
void cli_markdown_head(const cli_report *view, const char *first, const char *dashes);
/* "NDCG", with the length of the lists "NDCG@10". */
void cli_markdown_label(rs_text *out, const char *metric, double k);
/* " (0.1043 to 0.1169)"; with `sign` also a '+'; nothing where there is no interval. */
void cli_markdown_interval(rs_text *out, double low, double high, int sign);
/* What intervals are, of what a report or the comparison says of them. */
void cli_markdown_interval_words(const cli_report *view, const cJSON *intervals);

void cli_markdown_parts(const cli_report *view);     /* cut-offs and breakdowns */
void cli_markdown_origin(const cli_report *view);    /* data, protocol, systems */
void cli_markdown_reproduce(const cli_report *view); /* the command and the version */

#endif
