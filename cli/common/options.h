/* Command lines: one table of flags drives both parsing and --help, so they cannot drift. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

/* Exit codes. Each program lists those that it returns in cli_program.exits. */
enum {
    CLI_OK = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,  /* wrong flags, or a value in --set or a config that is not allowed */
    CLI_GATE = 3,   /* the quality gate did not pass */
    CLI_DIFFER = 4, /* two models differ, with --exit-code */
    CLI_GO_ON = -1  /* no exit: the command line was fine */
};

typedef struct cli_exit {
    int code;
    const char *text; /* for --help; the manual page says the same */
} cli_exit;

/* What every program has in its list, before and after its own. */
#define CLI_EXITS                                                                              \
    {CLI_OK, "fine"}, {CLI_FAILED, "something could not be read, written or done"},            \
    {                                                                                          \
        CLI_USAGE, "wrong usage, or an option value that is not allowed"                       \
    }
#define CLI_EXIT_INTERRUPTED                                                                   \
    {                                                                                          \
        130, "interrupted by Ctrl-C; no unfinished file is left"                               \
    }

/* Strings in the order they were given; `items` points into argv. */
typedef struct cli_list {
    const char **items;
    size_t count, capacity;
} cli_list;

int cli_list_add(cli_list *list, const char *item); /* 0: out of memory */
void cli_list_free(cli_list *list);

typedef enum cli_kind {
    CLI_HEADING, /* `text` is a heading of --help; nothing is parsed */
    CLI_FLAG,    /* int: set to 1 */
    CLI_TEXT,    /* const char *, NULL at first; given again it is refused */
    CLI_LIST,    /* cli_list: may be given several times */
    CLI_INT,     /* int64_t within [min, max] */
    CLI_HELP,    /* print the help and leave */
    CLI_VERSION  /* print the version and leave */
} cli_kind;

typedef struct cli_option {
    cli_kind kind;
    char letter;          /* short form, or 0 */
    const char *name;     /* long form without dashes */
    const char *argument; /* what --help calls the argument; NULL for a flag */
    const char *text;     /* for --help; wrapped there */
    void *to;             /* where the value goes, by kind */
    int64_t min, max;     /* CLI_INT */
} cli_option;

#define CLI_HEAD(text)                                                                         \
    {                                                                                          \
        CLI_HEADING, 0, NULL, NULL, text, NULL, 0, 0                                           \
    }

typedef struct cli_program {
    const char *name;            /* "recsys-train" */
    const char *const *synopsis; /* NULL-ended; each without the program's name */
    const char *summary;         /* a paragraph or two, '\n' between paragraphs */
    const cli_option *options;
    size_t count;
    const cli_exit *exits;    /* ended by a text of NULL */
    const char *const *notes; /* NULL-ended pairs of heading and lines, printed as they are */
    size_t operands_min, operands_max;
    cli_list *operands; /* where they go; NULL where there are none */
} cli_program;

/* What main() does: parse, then `run` with what was given. Everything that is no flag goes to
 * the operands (a lone "-" too; all after "--"). Lists are freed at the end. Returns the exit
 * code: CLI_OK after --help and --version, CLI_USAGE after a mistake, which is printed with
 * "try NAME --help". */
int cli_main(const cli_program *program, int argc, char **argv,
             int (*run)(const cli_program *program, void *given), void *given);

/* "NAME: text" on standard error and "Try 'NAME --help'."; returns CLI_USAGE. */
int cli_usage_error(const cli_program *program, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
