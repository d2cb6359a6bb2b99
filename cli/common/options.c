#include "options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <recsys/base.h>

#include "base/runtime.h"
#include "base/text.h"
#include "blas.h"
#include "table.h"

enum { HELP_WIDTH = 80, TEXT_COLUMN = 26, MOST_OPTIONS = 64, LONG_ONLY = 256 };

/* ---- lists ----------------------------------------------------------------------- */

int cli_list_add(cli_list *list, const char *item)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? 2 * list->capacity : 8;
        const char **items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL) return 0;
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
    return 1;
}

void cli_list_free(cli_list *list)
{
    free(list->items);
    *list = (cli_list){NULL, 0, 0};
}

/* ---- messages -------------------------------------------------------------------- */

int cli_usage_error(const cli_program *program, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "%s: ", program->name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\nTry '%s --help'.\n", program->name);
    return CLI_USAGE;
}

static void put_option(rs_text *out, const cli_option *option)
{
    size_t from = out->size;
    if (option->letter != 0)
        rs_text_printf(out, "  -%c, --%s", option->letter, option->name);
    else
        rs_text_printf(out, "      --%s", option->name);
    if (option->argument != NULL) rs_text_printf(out, "=%s", option->argument);
    size_t width = out->size - from;
    if (width + 2 > TEXT_COLUMN) {
        rs_text_add(out, "\n");
        width = 0;
    }
    rs_text_printf(out, "%*s", (int)(TEXT_COLUMN - width), "");
    cli_put_wrapped(out, option->text, TEXT_COLUMN, TEXT_COLUMN, HELP_WIDTH);
    rs_text_add(out, "\n");
}

static void put_help(rs_text *out, const cli_program *program)
{
    for (size_t i = 0; program->synopsis[i] != NULL; i++) {
        rs_text_printf(out, "%s %s ", i == 0 ? "Usage:" : "      ", program->name);
        size_t column = strlen(program->name) + 8;
        cli_put_wrapped(out, program->synopsis[i], column, column, HELP_WIDTH);
        rs_text_add(out, "\n");
    }
    rs_text_add(out, "\n");
    cli_put_wrapped(out, program->summary, 0, 0, HELP_WIDTH);
    rs_text_add(out, "\n");
    for (size_t i = 0; i < program->count; i++) {
        if (program->options[i].kind == CLI_HEADING)
            rs_text_printf(out, "\n%s:\n", program->options[i].text);
        else
            put_option(out, &program->options[i]);
    }
    rs_text_add(out, "\nExit status:\n");
    for (const cli_exit *row = program->exits; row->text != NULL; row++) {
        rs_text_printf(out, "  %3d  ", row->code);
        cli_put_wrapped(out, row->text, 7, 7, HELP_WIDTH);
        rs_text_add(out, "\n");
    }
    for (size_t i = 0; program->notes != NULL && program->notes[i] != NULL; i += 2)
        rs_text_printf(out, "\n%s\n%s\n", program->notes[i], program->notes[i + 1]);
}

static int print_help(const cli_program *program)
{
    recsys_runtime *memory;
    rs_text out;
    if (rs_runtime_make(&memory, NULL, NULL) != RECSYS_OK) return CLI_FAILED;
    rs_text_begin(&out, memory);
    put_help(&out, program);
    int fine = !out.failed && fwrite(out.data, 1, out.size, stdout) == out.size;
    rs_text_free(&out);
    rs_runtime_release(memory);
    return fine && fflush(stdout) == 0 ? CLI_OK : CLI_FAILED;
}

static int print_version(const cli_program *program)
{
    int fine = printf("%s: %s\n", program->name, recsys_version()) > 0;
    return fine && fflush(stdout) == 0 ? CLI_OK : CLI_FAILED;
}

/* ---- parsing --------------------------------------------------------------------- */

/* The same table in getopt's form. */
typedef struct getopt_tables {
    struct option names[MOST_OPTIONS + 1];
    char letters[2 * MOST_OPTIONS + 2];
} getopt_tables;

static void make_tables(getopt_tables *tables, const cli_program *program)
{
    size_t names = 0, letters = 0;
    memset(tables, 0, sizeof *tables);
    tables->letters[letters++] = ':'; /* tell a missing argument from an unknown flag */
    for (size_t i = 0; i < program->count && i < MOST_OPTIONS; i++) {
        const cli_option *option = &program->options[i];
        if (option->kind == CLI_HEADING) continue;
        int takes = option->argument != NULL;
        tables->names[names++] = (struct option){
            option->name, takes ? required_argument : no_argument, NULL, LONG_ONLY + (int)i};
        if (option->letter == 0) continue;
        tables->letters[letters++] = option->letter;
        if (takes) tables->letters[letters++] = ':';
    }
}

static const cli_option *option_of(const cli_program *program, int code)
{
    if (code >= LONG_ONLY) return &program->options[code - LONG_ONLY];
    for (size_t i = 0; i < program->count; i++)
        if (program->options[i].letter != 0 && program->options[i].letter == code)
            return &program->options[i];
    return NULL;
}

static int take_int(const cli_program *program, const cli_option *option, const char *value)
{
    int64_t number;
    if (rs_parse_int(value, strlen(value), &number) && number >= option->min &&
        number <= option->max) {
        *(int64_t *)option->to = number;
        return CLI_GO_ON;
    }
    return cli_usage_error(program, "--%s: \"%s\" is not an integer within [%lld, %lld]",
                           option->name, value, (long long)option->min, (long long)option->max);
}

/* The first of two files would be dropped in silence. */
static int take_text(const cli_program *program, const cli_option *option, const char *value)
{
    const char **to = option->to;
    if (*to != NULL)
        return cli_usage_error(program, "--%s is given twice: %s and %s", option->name, *to,
                               value);
    *to = value;
    return CLI_GO_ON;
}

static int take(const cli_program *program, const cli_option *option, const char *value)
{
    if (option->argument != NULL && value[0] == '\0')
        return cli_usage_error(program, "--%s: its value is empty; expected --%s=%s",
                               option->name, option->name, option->argument);
    switch (option->kind) {
    case CLI_FLAG: *(int *)option->to = 1; return CLI_GO_ON;
    case CLI_TEXT: return take_text(program, option, value);
    case CLI_INT: return take_int(program, option, value);
    case CLI_HELP: return print_help(program);
    case CLI_VERSION: return print_version(program);
    case CLI_LIST:
        if (cli_list_add(option->to, value)) return CLI_GO_ON;
        fprintf(stderr, "%s: out of memory\n", program->name);
        return CLI_FAILED;
    case CLI_HEADING: break;
    }
    return CLI_GO_ON;
}

/* The long form nearest to what was typed, or NULL. */
static const char *nearest_name(const cli_program *program, const char *typed)
{
    const char *nearest = NULL;
    size_t best = strlen(typed) / 3 + 2;
    for (size_t i = 0; i < program->count; i++) {
        const char *name = program->options[i].name;
        size_t far = name == NULL ? best : rs_edit_distance(typed, name, best);
        if (far >= best) continue;
        best = far;
        nearest = name;
    }
    return nearest;
}

static int refuse_unknown(const cli_program *program, const char *argument)
{
    char typed[64];
    snprintf(typed, sizeof typed, "%.*s", (int)strcspn(argument, "="), argument);
    const char *nearest = nearest_name(program, typed + 2);
    return cli_usage_error(program, "unknown option %s%s%s%s", typed,
                           nearest != NULL ? ", did you mean --" : "",
                           nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
}

/* getopt refused argv[optind - 1], or the letter optopt inside it. */
static int refuse(const cli_program *program, int code, const char *argument)
{
    const cli_option *option = option_of(program, optopt);
    if (code == ':' && option != NULL)
        return cli_usage_error(program, "--%s needs an argument: --%s=%s", option->name,
                               option->name, option->argument);
    if (option != NULL) return cli_usage_error(program, "--%s takes no argument", option->name);
    if (strncmp(argument, "--", 2) != 0)
        return cli_usage_error(program, "unknown option -%c", optopt);
    return refuse_unknown(program, argument);
}

static int check_count(const cli_program *program, const cli_list *operands)
{
    if (operands->count > program->operands_max)
        return cli_usage_error(program, "unexpected argument \"%s\"",
                               operands->items[program->operands_max]);
    if (operands->count < program->operands_min)
        return cli_usage_error(program, "%zu argument%s needed", program->operands_min,
                               program->operands_min == 1 ? " is" : "s are");
    return CLI_GO_ON;
}

static int parse(const cli_program *program, int argc, char **argv, cli_list *operands)
{
    getopt_tables tables;
    make_tables(&tables, program);
    opterr = 0;
    optind = 1;
    int code;
    while ((code = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
        if (code == '?' || code == ':') return refuse(program, code, argv[optind - 1]);
        int outcome = take(program, option_of(program, code), optarg);
        if (outcome != CLI_GO_ON) return outcome;
    }
    for (int i = optind; i < argc; i++) {
        if (cli_list_add(operands, argv[i])) continue;
        fprintf(stderr, "%s: out of memory\n", program->name);
        return CLI_FAILED;
    }
    return check_count(program, operands);
}

int cli_main(const cli_program *program, int argc, char **argv,
             int (*run)(const cli_program *program, void *given), void *given)
{
    cli_list none = {NULL, 0, 0};
    cli_list *operands = program->operands != NULL ? program->operands : &none;
    cli_blas_choose();
    int outcome = parse(program, argc, argv, operands);
    if (outcome == CLI_GO_ON) outcome = run(program, given);
    cli_list_free(operands);
    for (size_t i = 0; i < program->count; i++)
        if (program->options[i].kind == CLI_LIST) cli_list_free(program->options[i].to);
    return outcome;
}
