/* The numbers of an evaluation as lines of CSV. */
#ifndef CLI_REPORT_CSV_H
#define CLI_REPORT_CSV_H

#include <cjson/cJSON.h>

#include "base/text.h"

/* Append a header and one line for each system, run, cut-off and metric (RFC 4180):
 * system,kind,seed,k,metric,value,low,high,users. What is not known is empty. */
void cli_report_csv(const cJSON *evaluation, rs_text *out);

#endif
