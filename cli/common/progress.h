/* A progress bar on standard error. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <recsys/base.h>

typedef struct cli_progress {
    recsys_progress callback; /* pass &progress.callback to the library */
    int drawing;              /* a bar is wanted */
    int shown;                /* characters on the present line */
    const char *stage;
    double began, drawn; /* seconds on the monotonic clock */
    uint64_t from;       /* units done when the stage began */
} cli_progress;

/* `quiet`: no bar. Else a bar if standard error is a terminal, or as $RECSYS_PROGRESS
 * (auto | always | never) says. */
void cli_progress_begin(cli_progress *progress, int quiet);
/* Wipe the bar, before anything else is printed. */
void cli_progress_clear(cli_progress *progress);

#endif
