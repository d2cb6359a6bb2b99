/* The report as one HTML page that needs nothing else. */
#ifndef CLI_REPORT_PAGE_H
#define CLI_REPORT_PAGE_H

#include <cjson/cJSON.h>

#include "base/text.h"

/* Append the page of what `recsys-eval --json` gives; parts that are missing or odd are left
 * out. When memory runs out, out->failed is set. */
void cli_report_html(const cJSON *evaluation, rs_text *out);

#endif
