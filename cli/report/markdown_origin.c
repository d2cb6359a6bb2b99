/* Data, protocol, systems and the command as Markdown. */
#include <math.h>
#include <string.h>

#include "common/table.h"
#include "markdown_sections.h"
#include "protocol.h"
#include "put.h"

static void put_fact(const cli_report *view, const char *what, const char *text)
{
    if (text == NULL) return;
    rs_text_printf(view->out, "- %s: ", what);
    cli_report_put_markdown(view->out, text);
    rs_text_add(view->out, "\n");
}

static void put_profile(const cli_report *view, const cJSON *protocol)
{
    const char *profile = cli_report_text(protocol, "profile");
    const char *tool = cli_report_text(protocol, "numbers_of");
    const cJSON *changes = cli_report_object(protocol, "definition");
    if (profile == NULL) return;
    rs_text_add(view->out, "- Profile: ");
    cli_report_put_markdown(view->out, profile);
    if (tool != NULL && strcmp(profile, "recsys") != 0) {
        rs_text_add(view->out, ", numbers of ");
        cli_report_put_markdown(view->out, tool);
        rs_text_add(view->out, cli_report_flag(protocol, "verified") == 1
                                   ? ", checked against the tool"
                                   : ", not checked against the tool");
    }
    for (const cJSON *c = changes == NULL ? NULL : changes->child; c != NULL; c = c->next) {
        if (!cJSON_IsString(c)) continue;
        rs_text_add(view->out, ", but ");
        cli_report_put_markdown(view->out, c->string);
        rs_text_add(view->out, " = ");
        cli_report_put_markdown(view->out, cJSON_GetStringValue(c));
    }
    rs_text_add(view->out, "\n");
}

static void put_number(const cli_report *view, const char *what, double number)
{
    if (isnan(number)) return;
    rs_text_printf(view->out, "- %s ", what);
    cli_report_put_short(view->out, number);
    rs_text_add(view->out, "\n");
}

static void put_run_hash(const cli_report *view, const char *what, const cJSON *run,
                         const char *hash)
{
    rs_text words;
    if (hash == NULL) return;
    rs_text_begin(&words, view->out->runtime);
    cli_report_run_words(run, &words);
    rs_text_add(view->out, "- ");
    rs_text_add(view->out, what);
    if (words.size > 0) rs_text_add(view->out, ", ");
    cli_report_put_words(view->out, &words, cli_report_put_markdown);
    rs_text_add(view->out, ": ");
    cli_report_put_markdown(view->out, hash);
    rs_text_add(view->out, "\n");
}

static void put_hashes(const cli_report *view)
{
    for (size_t s = 0; s < view->count; s++) {
        const cli_report_system *system = &view->systems[s];
        const cJSON *run = cli_report_first(system->json, "runs");
        put_fact(view, "System", system->name);
        for (; run != NULL; run = run->next) {
            const cJSON *report = cli_report_object(run, "report");
            put_run_hash(view, "Hash of its model", run, cli_report_text(report, "model_hash"));
            if (s == 0)
                put_run_hash(view, "Hash of the test data", run,
                             cli_report_text(report, "data_hash"));
        }
    }
}

void cli_markdown_origin(const cli_report *view)
{
    const cJSON *ratings = cli_report_object(view->json, "ratings");
    const cJSON *report = view->systems[0].report;
    const cJSON *protocol = cli_report_object(report, "protocol");
    rs_text_add(view->out, "## Data and protocol\n\n");
    put_fact(view, "Ratings", cli_report_text(ratings, "path"));
    put_fact(view, "Hash of the ratings", cli_report_text(ratings, "hash"));
    put_fact(view, "Judgements", cli_report_text(view->json, "judgements"));
    put_fact(view, "Split", cli_report_text(protocol, "split"));
    put_fact(view, "Candidates that are ranked", cli_report_candidates(view));
    put_profile(view, protocol);
    put_number(view, "K =", cli_report_k(view));
    put_number(view, "Relevant from", cli_report_real(report, "threshold"));
    put_hashes(view);
    rs_text_add(view->out, "\n");
}

/* As an indented block, in which nothing but a new line has a meaning. */
void cli_markdown_reproduce(const cli_report *view)
{
    const char *version = cli_report_text(view->json, "version");
    rs_text command;
    rs_text_begin(&command, view->out->runtime);
    cli_report_command(view, &command);
    if (command.size > 0) {
        rs_text_add(view->out, "## How to reproduce\n\n    ");
        cli_put_clean(view->out, command.data);
        rs_text_add(view->out, "\n\n");
    }
    view->out->failed |= command.failed;
    rs_text_free(&command);
    if (version == NULL) return;
    cli_report_put_markdown(view->out, version);
    rs_text_add(view->out, "\n");
}
