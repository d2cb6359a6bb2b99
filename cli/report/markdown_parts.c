/* Cut-offs and breakdowns as Markdown. */
#include <math.h>
#include <stdio.h>

#include "markdown_sections.h"
#include "parts.h"
#include "protocol.h"
#include "put.h"

/* Of several runs only the first is shown, without its intervals being about the mean. */
static void put_heading(const cli_report *view, const char *what, const char *name)
{
    rs_text words;
    rs_text_begin(&words, view->out->runtime);
    rs_text_printf(view->out, "## %s", what);
    cli_report_put_markdown(view->out, name);
    cli_report_first_run_words(view, &words);
    cli_report_put_words(view->out, &words, cli_report_put_markdown);
    rs_text_add(view->out, "\n\n");
}

/* A line for each metric that any system has; `first` are its first cells. */
static void put_part(const cli_report *view, const cli_part *part, const char *first)
{
    char number[64];
    for (const cJSON *m = part->metrics; m != NULL; m = m->next) {
        if (!cli_part_has(part, view, m->string)) continue;
        rs_text_printf(view->out, "| %s | ", first);
        cli_markdown_label(view->out, m->string, (double)NAN);
        for (size_t s = 0; s < view->count; s++) {
            cli_estimate e = cli_report_estimate(part->scopes[s], m->string);
            rs_text_printf(view->out, " | %s",
                           cli_report_value_text(number, view, m->string, e.value));
            cli_markdown_interval(view->out, e.low, e.high, 0);
        }
        rs_text_add(view->out, " |\n");
    }
}

static void put_cutoffs(const cli_report *view)
{
    cli_part part;
    const cJSON *cutoff = cli_report_cutoff(&part, view, NULL);
    if (cutoff == NULL || cutoff->next == NULL) return;
    put_heading(view, "Longer and shorter lists", NULL);
    cli_markdown_head(view, "K | Metric", "---: | ---");
    for (; cutoff != NULL; cutoff = cli_report_cutoff(&part, view, cutoff)) {
        rs_text k;
        rs_text_begin(&k, view->out->runtime);
        cli_report_put_count(&k, part.k);
        if (!k.failed) put_part(view, &part, k.data);
        view->out->failed |= k.failed;
        rs_text_free(&k);
    }
    rs_text_add(view->out, "\n");
}

static void put_group(const cli_report *view, const cli_part *group)
{
    rs_text first;
    rs_text_begin(&first, view->out->runtime);
    cli_report_put_markdown(&first, group->name);
    rs_text_add(&first, " | ");
    cli_report_put_count(&first, group->users);
    if (!first.failed) put_part(view, group, first.data);
    view->out->failed |= first.failed;
    rs_text_free(&first);
}

void cli_markdown_parts(const cli_report *view)
{
    const cJSON *breakdown = NULL;
    put_cutoffs(view);
    while ((breakdown = cli_report_breakdown(view, breakdown)) != NULL) {
        cli_part part;
        const cJSON *group = NULL;
        put_heading(view, "By ", cli_report_text(breakdown, "by"));
        if (cli_report_first(breakdown, "groups") == NULL) {
            rs_text_add(view->out, "None: ");
            cli_report_put_markdown(view->out, cli_report_text(breakdown, "why"));
            rs_text_add(view->out, ".\n\n");
            continue;
        }
        cli_markdown_head(view, "Group | Users | Metric", "--- | ---: | ---");
        while ((group = cli_report_group(&part, view, breakdown, group)) != NULL)
            put_group(view, &part);
        rs_text_add(view->out, "\n");
    }
}
