/* Where a model or a text goes: a file, or standard output for a model. */
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
/* Write a text as a whole file, or leave what was there; frees it. Returns CLI_GO_ON or an exit
 * code after a message. */
int cli_save_text(cli_session *session, rs_text *text, const char *path);
/* Print what is told about a model that went to `path`: to standard output, or to standard
 * error where the model itself went there. Frees the text; CLI_OK or CLI_FAILED. */
int cli_tell(cli_session *session, const char *path, rs_text *text);

#endif
