/* Verdicts beside models, or where --verdict-dir says. */
#include "common/verdict.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "common/save.h"
#include "evaluation.h"

/* Nowhere for a model that is thrown away. */
static int is_written(const cli_evaluation *e)
{
    return e->given->model != NULL || e->given->verdict_dir != NULL;
}

int cli_verdict_check(const cli_evaluation *e)
{
    const cli_eval_given *given = e->given;
    if (given->verdict_dir != NULL)
        return cli_check_folder(e->session.program, "verdict-dir", given->verdict_dir);
    return given->model != NULL ? cli_check_beside(e->session.program, "model", given->model)
                                : CLI_GO_ON;
}

int cli_verdict_withdraw(cli_evaluation *e, cli_run *r, const char *hash)
{
    if (!is_written(e)) return CLI_GO_ON;
    if (r->verdict_path == NULL)
        r->verdict_path =
            cli_verdict_path(e->session.memory, e->given->verdict_dir, e->given->model, hash);
    if (r->verdict_path == NULL) return cli_no_memory(e->session.program);
    if (unlink(r->verdict_path) == 0)
        r->withdrawn = 1;
    else if (errno != ENOENT)
        return cli_error(e->session.program, "cannot remove %s: %s", r->verdict_path,
                         strerror(errno));
    return CLI_GO_ON;
}

int cli_verdict_withdraw_given(cli_evaluation *e)
{
    cli_session *s = &e->session;
    recsys_model *model = NULL;
    if (e->given->model == NULL) return CLI_GO_ON;
    if (recsys_model_open(&model, s->runtime, e->given->model, &s->err) != RECSYS_OK)
        return cli_failed(s);
    int outcome = cli_verdict_withdraw(e, &e->systems[0].runs[0], recsys_model_hash(model));
    recsys_model_destroy(model);
    return outcome;
}

int cli_verdict_write(cli_evaluation *e, cli_run *r)
{
    rs_text line;
    int outcome = CLI_GO_ON;
    if (!is_written(e)) return CLI_GO_ON;
    if (e->given->verdict_dir != NULL)
        outcome = cli_make_folder(e->session.program, e->given->verdict_dir);
    if (outcome != CLI_GO_ON) return outcome;
    rs_text_begin(&line, e->session.memory);
    rs_text_add(&line, recsys_verdict_json(r->verdict));
    rs_text_add(&line, "\n");
    outcome = cli_save_text(&e->session, &line, r->verdict_path);
    if (outcome == CLI_GO_ON) r->withdrawn = 0;
    return outcome;
}

void cli_verdict_tell_withdrawn(const cli_evaluation *e)
{
    for (size_t i = 0; e->count > 0 && e->systems[0].runs != NULL && i < e->runs; i++)
        if (e->systems[0].runs[i].withdrawn)
            cli_error(e->session.program, "the verdict of an earlier evaluation is removed: %s",
                      e->systems[0].runs[i].verdict_path);
}
