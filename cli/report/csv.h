/* The numbers of an evaluation as lines of CSV. */
#ifndef CLI_REPORT_CSV_H
#define CLI_REPORT_CSV_H

#include <cjson/cJSON.h>

#include "base/text.h"

/* Append a header and one line for each system, run, cut-off and metric:
 * system,kind,seed,fold,k,candidates,profile,metric,value,low,high,interval,confidence,users.
 * What is not known is empty. */
void cli_report_csv(const cJSON *evaluation, rs_text *out);

#endif
