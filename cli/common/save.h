/* Where a model goes: a file, or standard output. */
#ifndef CLI_SAVE_H
#define CLI_SAVE_H

#include "session.h"

/* `-': standard output, which nothing else may then go to. */
int cli_is_stdout(const char *path);
/* Is --output, which may be NULL, such a place? Returns CLI_GO_ON or an exit code after a
 * message. */
int cli_check_output(const cli_program *program, const char *path, const cli_flags *flags);
/* Write the model; it appears when it is complete. *size: its bytes. Returns CLI_GO_ON or an
 * exit code after a message. */
int cli_save_model(cli_session *session, const recsys_model *model, const char *path,
                   uint64_t *size);
/* Print what is told about a model that went to `path`: to standard output, or to standard
 * error where the model itself went there. Frees the text; CLI_OK or CLI_FAILED. */
int cli_tell(cli_session *session, const char *path, rs_text *text);

#endif
