/* The essentials of an evaluation as Markdown (GitHub's). */
#ifndef CLI_REPORT_MARKDOWN_H
#define CLI_REPORT_MARKDOWN_H

#include <cjson/cJSON.h>

#include "base/text.h"

/* Append verdict, metrics, differences, cut-offs, breakdowns, protocol and command; what is
 * missing is left out. */
void cli_report_markdown(const cJSON *evaluation, rs_text *out);

#endif
