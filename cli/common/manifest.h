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
/* A line on what iALS learned; nothing if the model has none. */
/* What EASE is made of, and how to mend it if its algebra was much slower than need be. */
void cli_put_ease(const cJSON *manifest, int indent, rs_text *out);
void cli_put_ials(const cJSON *manifest, int indent, rs_text *out);
/* A line on what an update left as it was in the older model; nothing if there is no such. */
void cli_put_stale(const cJSON *manifest, int indent, rs_text *out);

/* A model's config, read back; NULL after a note when a newer library wrote it. */
recsys_config *cli_model_config(cli_session *session, const char *path,
                                const recsys_model *model);
/* Its model.hybrid.fusion; "auto" for NULL. */
const char *cli_config_fusion(const recsys_config *config);

#endif
