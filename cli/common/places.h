/* Files and folders that a program is going to write: could it? Found out before the work, not
 * after it. Every function returns CLI_GO_ON or an exit code after a message; `flag` is the
 * flag that names the path. */
#ifndef CLI_PLACES_H
#define CLI_PLACES_H

#include "session.h"

/* `-': standard output, which nothing else may then go to. */
int cli_is_stdout(const char *path);
/* Can a file be written there, in the way of base/file.h? NULL and `-' can. */
int cli_check_file(const cli_program *program, const char *flag, const char *path);
/* Is it a folder that files can be written into, or can it be made? NULL is fine. */
int cli_check_folder(const cli_program *program, const char *flag, const char *path);
/* The same of the folder in which a file lies. */
int cli_check_beside(const cli_program *program, const char *flag, const char *path);
/* Make a folder, unless it is there. */
int cli_make_folder(const cli_program *program, const char *path);

#endif
