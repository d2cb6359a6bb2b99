/* Where a model, ratings or a text go: a file that appears when it is complete, or `-':
 * standard output. Returned is CLI_GO_ON or an exit code after a message. */
#ifndef CLI_SAVE_H
#define CLI_SAVE_H

#include "places.h"

/* Is it a place for something binary, which is no text and shares its output with none? NULL
 * is. */
int cli_check_binary(const cli_program *program, const char *flag, const char *path,
                     const cli_flags *flags);
/* The same of --output, which must be given. */
int cli_check_output(const cli_program *program, const char *path, const cli_flags *flags);
/* *size: bytes of the file. */
int cli_save_model(cli_session *session, const recsys_model *model, const char *path,
                   uint64_t *size);
/* In the library's own form. */
int cli_save_ratings(cli_session *session, const recsys_ratings *ratings, const char *path);
/* A text as a whole file, or what was there stays; frees it. */
int cli_save_text(cli_session *session, rs_text *text, const char *path);
/* Print what is told about what went to `path`: to standard output, or to standard error where
 * that itself went there. Frees the text; CLI_OK or CLI_FAILED. */
int cli_tell(cli_session *session, const char *path, rs_text *text);

#endif
