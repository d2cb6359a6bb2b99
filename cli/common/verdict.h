/* Verdicts of the quality gate as files: HASH.verdict.json, where HASH is the model's. */
#ifndef CLI_VERDICT_H
#define CLI_VERDICT_H

#include <cjson/cJSON.h>

#include "base/text.h"

typedef enum cli_verdict_state {
    CLI_VERDICT_NONE,   /* there is no file */
    CLI_VERDICT_PASSED, /* it says so, of this model, and so does every rule in it */
    CLI_VERDICT_FAILED,
    CLI_VERDICT_DAMAGED /* there is a file, but it is no verdict on this model */
} cli_verdict_state;

typedef struct cli_verdict {
    cli_verdict_state state;
    char *path;
    rs_text text;      /* the file as it is, without its last newline */
    cJSON *json;       /* NULL: it is no JSON */
    int is_listed;     /* lists of candidates were ranked, not all movies */
    char problem[256]; /* FAILED, DAMAGED: what is wrong */
} cli_verdict;

/* In `folder`, or beside the model if that is NULL; NULL: out of memory. */
char *cli_verdict_path(recsys_runtime *memory, const char *folder, const char *model,
                       const char *hash);
/* What lies beside the model at path `model`. Anything in doubt is not a pass. */
void cli_verdict_read(cli_verdict *v, recsys_runtime *memory, const char *model,
                      const char *hash);
/* "none", "passed", "failed", "damaged" */
const char *cli_verdict_state_name(cli_verdict_state state);
/* Does the file say in its "passed" what its state is? Else nobody should read it alone. */
int cli_verdict_is_plain(const cli_verdict *v);
void cli_verdict_free(cli_verdict *v);

#endif
