/* Where the results go. */
#include <cjson/cJSON.h>

#include "common/save.h"
#include "evaluation.h"
#include "report/csv.h"
#include "report/markdown.h"
#include "report/page.h"

typedef void (*draw_fn)(const cJSON *evaluation, rs_text *out);

static int write_drawn(cli_evaluation *e, const cJSON *json, draw_fn draw, const char *path)
{
    rs_text text;
    if (path == NULL) return CLI_GO_ON;
    rs_text_begin(&text, e->session.memory);
    draw(json, &text);
    return cli_save_text(&e->session, &text, path);
}

/* Pages and tables are drawn from what --json prints. */
static int write_reports(cli_evaluation *e)
{
    rs_text text;
    const cli_eval_given *given = e->given;
    if (given->page == NULL && given->markdown == NULL && given->csv == NULL) return CLI_GO_ON;
    rs_text_begin(&text, e->session.memory);
    cli_eval_json(e, &text);
    cJSON *json = text.failed ? NULL : cJSON_ParseWithLength(text.data, text.size);
    rs_text_free(&text);
    if (json == NULL) return cli_no_memory(e->session.program);
    int outcome = write_drawn(e, json, cli_report_html, given->page);
    if (outcome == CLI_GO_ON)
        outcome = write_drawn(e, json, cli_report_markdown, given->markdown);
    if (outcome == CLI_GO_ON) outcome = write_drawn(e, json, cli_report_csv, given->csv);
    cJSON_Delete(json);
    return outcome;
}

static int write_per_user(cli_evaluation *e)
{
    rs_text text;
    if (e->given->per_user == NULL) return CLI_GO_ON;
    rs_text_begin(&text, e->session.memory);
    cli_eval_per_user(e, &text);
    return cli_save_text(&e->session, &text, e->given->per_user);
}

int cli_eval_tell(cli_evaluation *e)
{
    rs_text out;
    int outcome = write_reports(e);
    if (outcome == CLI_GO_ON) outcome = write_per_user(e);
    if (outcome != CLI_GO_ON) return outcome;
    rs_text_begin(&out, e->session.memory);
    (e->given->flags.json ? cli_eval_json : cli_eval_text)(e, &out);
    return cli_write(&e->session, &out);
}
