/* JSON that a model or a verdict file holds: strictly checked, then looked into by path. */
#ifndef CLI_MANIFEST_H
#define CLI_MANIFEST_H

#include <cjson/cJSON.h>

#include "session.h"

/* Parse after the strict check of base/json.h. NULL after a message that names `what`; free
 * with cJSON_Delete. */
cJSON *cli_manifest_parse(const cli_session *session, const char *what, const char *text,
                          size_t size);
/* The value at a dotted path ("fusion.chosen"); NULL if it is not there. */
const cJSON *cli_manifest_at(const cJSON *json, const char *path);
/* A string, or "" ; a number, or NaN. */
const char *cli_manifest_text(const cJSON *json, const char *path);
double cli_manifest_real(const cJSON *json, const char *path);

/* How sources are put together and how each way did in training, on lines that begin with
 * `indent` blanks. `wanted` is the option model.hybrid.fusion. */
void cli_put_fusion(const cJSON *manifest, const char *wanted, int indent, rs_text *out);

#endif
