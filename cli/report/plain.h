/* Cut-offs and breakdowns as tables for a terminal. */
#ifndef CLI_REPORT_PLAIN_H
#define CLI_REPORT_PLAIN_H

#include "view.h"

/* Append a table of each to view->out; nothing where there are none. */
void cli_plain_parts(const cli_report *view);

#endif
