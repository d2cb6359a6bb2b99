/* What every program does first and last: common flags, runtime, config, errors, output. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <recsys/recsys.h>

#include "base/text.h"
#include "options.h"
#include "progress.h"

/* Values of the common flags. Put CLI_COMMON_FLAGS(flags) into the program's table. */
typedef struct cli_flags {
    const char *config; /* --config FILE, else $RECSYS_CONFIG, else NULL: built-in defaults */
    cli_list set;       /* --set KEY=VALUE */
    int64_t threads;    /* --threads N, else $RECSYS_THREADS, else 0: one per core */
    int json, quiet;
    int no_config; /* 1: the program has no --config, so $RECSYS_CONFIG is not read either */
} cli_flags;

#define CLI_CONFIG_FLAGS(flags)                                                                \
    {CLI_TEXT,                                                                                 \
     'c',                                                                                      \
     "config",                                                                                 \
     "FILE",                                                                                   \
     "Read options from this YAML file over the defaults.",                                    \
     &(flags).config,                                                                          \
     0,                                                                                        \
     0},                                                                                       \
    {                                                                                          \
        CLI_LIST, 's', "set", "KEY=VALUE",                                                     \
            "Set one option, after the file; may be given again. `recsys-model options' "      \
            "lists "                                                                           \
            "all keys.",                                                                       \
            &(flags).set, 0, 0                                                                 \
    }

#define CLI_COMMON_FLAGS(flags)                                                                \
    {CLI_INT,          't', "threads", "N", "Number of threads (default: one per core).",      \
     &(flags).threads, 1,   1024},                                                             \
        {CLI_FLAG, 'j', "json", NULL, "Print JSON instead of text.", &(flags).json, 0, 0},     \
        {CLI_FLAG,       'q', "quiet", NULL, "No progress and no notes on standard error.",    \
         &(flags).quiet, 0,   0},                                                              \
        {CLI_HELP, 'h', "help", NULL, "Print this help.", NULL, 0, 0},                         \
    {                                                                                          \
        CLI_VERSION, 'V', "version", NULL, "Print the version.", NULL, 0, 0                    \
    }

/* Notes for cli_program.notes that all programs share. */
#define CLI_ENVIRONMENT                                                                        \
    "Environment:",                                                                            \
        "  RECSYS_THREADS   number of threads where --threads is not given\n"                  \
        "  RECSYS_ISA       instruction set of the inner loops: auto, avx512, avx2,\n"         \
        "                   neon, scalar; the results are the same\n"                          \
        "  RECSYS_CONFIG    config file where --config is not given\n"                         \
        "  RECSYS_PROGRESS  progress bar: auto (on a terminal), always, never"
/* The same for a program without --config. */
#define CLI_ENVIRONMENT_PLAIN                                                                  \
    "Environment:",                                                                            \
        "  RECSYS_THREADS   number of threads where --threads is not given\n"                  \
        "  RECSYS_ISA       instruction set of the inner loops: auto, avx512, avx2,\n"         \
        "                   neon, scalar; the results are the same\n"                          \
        "  RECSYS_PROGRESS  progress bar: auto (on a terminal), always, never"
typedef struct cli_session {
    const cli_program *program;
    const cli_flags *flags;
    recsys_runtime *runtime;
    recsys_config *config;
    recsys_runtime *memory; /* for rs_text and other base calls of the program itself */
    cli_progress progress;
    recsys_error err; /* pass &session.err to every library call */
} cli_session;

/* Make the runtime and the config (file, then --set). Returns CLI_GO_ON or an exit code
 * after printing why; cli_end is needed either way. */
int cli_begin(cli_session *session, const cli_program *program, const cli_flags *flags);
void cli_end(cli_session *session);

/* Print session->err as "NAME: text" and return the exit code that goes with it: CLI_USAGE
 * for RECSYS_E_CONFIG and RECSYS_E_INVALID, else CLI_FAILED. */
int cli_failed(cli_session *session);
/* "NAME: text" on standard error; returns CLI_FAILED. */
int cli_error(const cli_program *program, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same as a note: nothing with --quiet. */
void cli_note(const cli_session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "out of memory"; returns CLI_FAILED. */
int cli_no_memory(const cli_program *program);

/* Text to standard output; frees it. Returns CLI_OK, or CLI_FAILED after a message when it
 * failed to build or to be written. Output is flushed. */
int cli_write(cli_session *session, rs_text *text);

#endif
