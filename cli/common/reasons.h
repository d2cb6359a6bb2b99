/* Why a movie is in a list, in plain words or as JSON. */
#ifndef CLI_REASONS_H
#define CLI_REASONS_H

#include "movies.h"

/* Append the reasons of item i, largest share first, one or more lines each, indented by
 * `indent`. Shares are whole per cents that add up to 100; what rounds to 0 is left out.
 * Returns CLI_GO_ON or an exit code after a message. */
int cli_put_reasons(cli_session *session, const recsys_model *model, const recsys_result *list,
                    size_t i, size_t indent, rs_text *out);
/* The member "reasons" of an open object: every reason with its exact share. */
int cli_json_reasons(cli_session *session, const recsys_result *list, size_t i, cli_json *json);

#endif
