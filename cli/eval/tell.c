/* Where the results go. */
#include <string.h>

#include <cjson/cJSON.h>

#include "common/save.h"
#include "evaluation.h"
#include "report/csv.h"
#include "report/markdown.h"
#include "report/page.h"

/* ---- files that may be asked for ------------------------------------------------- */

enum { OUTPUTS = 4 };

typedef struct output {
    const char *flag, *path;                             /* path NULL: not asked for */
    void (*draw)(const cJSON *evaluation, rs_text *out); /* NULL: the users' values */
} output;

static void list_outputs(const cli_eval_given *given, output to[OUTPUTS])
{
    to[0] = (output){"report", given->page, cli_report_html};
    to[1] = (output){"markdown", given->markdown, cli_report_markdown};
    to[2] = (output){"csv", given->csv, cli_report_csv};
    to[3] = (output){"per-user", given->per_user, NULL};
}

static int is_same(const output *a, const output *b)
{
    return a->path != NULL && b->path != NULL && strcmp(a->path, b->path) == 0;
}

int cli_eval_check_outputs(const cli_program *program, const cli_eval_given *given)
{
    output to[OUTPUTS];
    list_outputs(given, to);
    for (size_t i = 0; i < OUTPUTS; i++) {
        if (to[i].path != NULL && cli_is_stdout(to[i].path) && given->flags.json)
            return cli_usage_error(program, "--json and --%s cannot share standard output",
                                   to[i].flag);
        for (size_t other = 0; other < i; other++)
            if (is_same(&to[i], &to[other]))
                return cli_usage_error(
                    program, "--%s and --%s cannot share %s", to[other].flag, to[i].flag,
                    cli_is_stdout(to[i].path) ? "standard output" : to[i].path);
    }
    return CLI_GO_ON;
}

int cli_eval_check_places(const cli_program *program, const cli_eval_given *given)
{
    output to[OUTPUTS];
    int outcome = CLI_GO_ON;
    list_outputs(given, to);
    for (size_t i = 0; i < OUTPUTS && outcome == CLI_GO_ON; i++)
        outcome = cli_check_file(program, to[i].flag, to[i].path);
    return outcome;
}

/* ---- writing --------------------------------------------------------------------- */

static int write_one(cli_evaluation *e, const cJSON *json, const output *to)
{
    rs_text text;
    cli_report view;
    rs_text_begin(&text, e->session.memory);
    if (to->draw != NULL) {
        to->draw(json, &text);
    } else {
        cli_report_view(&view, json, &text);
        cli_eval_per_user(e, &view);
    }
    return cli_save_text(&e->session, &text, to->path);
}

/* Pages and tables are drawn from JSON. One that fails does not take the others along. */
static int write_outputs(cli_evaluation *e, const cJSON *json)
{
    output to[OUTPUTS];
    int outcome = CLI_GO_ON;
    list_outputs(e->given, to);
    for (size_t i = 0; i < OUTPUTS; i++) {
        int written = to[i].path == NULL ? CLI_GO_ON : write_one(e, json, &to[i]);
        if (written != CLI_GO_ON) outcome = written;
    }
    return outcome;
}

/* What has standard output in place of the text, or "". */
static const char *owner_of_stdout(const cli_eval_given *given)
{
    output to[OUTPUTS];
    list_outputs(given, to);
    for (size_t i = 0; i < OUTPUTS; i++)
        if (to[i].path != NULL && cli_is_stdout(to[i].path)) return to[i].path;
    return "";
}

/* The text, or `printed`, what --json prints; it is used up. */
static int print(cli_evaluation *e, rs_text *printed, const cJSON *json)
{
    rs_text text;
    cli_report view;
    const cli_flags *flags = &e->given->flags;
    const char *owner = owner_of_stdout(e->given);
    if (flags->json) return cli_tell(&e->session, owner, printed);
    rs_text_free(printed);
    if (flags->quiet && cli_is_stdout(owner)) return CLI_OK;
    rs_text_begin(&text, e->session.memory);
    cli_report_view(&view, json, &text);
    cli_eval_text(e, &view);
    return cli_tell(&e->session, owner, &text);
}

int cli_eval_tell(cli_evaluation *e)
{
    rs_text text;
    rs_text_begin(&text, e->session.memory);
    cli_eval_json(e, &text);
    cJSON *json = text.failed ? NULL : cJSON_ParseWithLength(text.data, text.size);
    if (json == NULL) {
        rs_text_free(&text);
        return cli_no_memory(e->session.program);
    }
    int told = print(e, &text, json), written = write_outputs(e, json);
    cJSON_Delete(json);
    return written == CLI_GO_ON ? told : written;
}
