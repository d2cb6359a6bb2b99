/* The table of options, for `recsys-model options'. */
#ifndef CLI_OPTIONTABLE_H
#define CLI_OPTIONTABLE_H

#include "output.h"

/* As text for people, as a Markdown table, as JSON. `match` NULL: all keys, else those that
 * contain it; returns how many. */
size_t cli_options_text(const char *match, rs_text *out);
size_t cli_options_markdown(const char *match, rs_text *out);
size_t cli_options_json(const char *match, rs_text *out);

#endif
