#include "plain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/table.h"
#include "parts.h"
#include "protocol.h"
#include "put.h"

/* Parts of one kind: cut-offs, or the groups of a breakdown. */
typedef struct parts {
    const cli_report *view;
    const cJSON *breakdown; /* NULL: cut-offs */
    const char *metric[CLI_TABLE_COLUMNS];
    size_t metrics;
} parts;

static const cJSON *next_part(const parts *p, cli_part *part, const cJSON *after)
{
    return p->breakdown == NULL ? cli_report_cutoff(part, p->view, after)
                                : cli_report_group(part, p->view, p->breakdown, after);
}

static int is_known(const parts *p, const char *metric)
{
    cli_part part;
    const cJSON *item = NULL;
    while ((item = next_part(p, &part, item)) != NULL)
        if (cli_part_has(&part, p->view, metric)) return 1;
    return 0;
}

/* A column for each metric that any part has, as far as the main table's go: --json has all. */
static void choose_metrics(parts *p)
{
    enum { OTHER_COLUMNS = 3 };
    cli_part part;
    next_part(p, &part, NULL);
    for (const cJSON *m = part.metrics; m != NULL; m = m->next) {
        if (p->metrics + OTHER_COLUMNS == CLI_TABLE_COLUMNS) return;
        if (is_known(p, m->string)) p->metric[p->metrics++] = m->string;
        if (strcmp(m->string, "diversity") == 0) return;
    }
}

static void put_rows(const parts *p, cli_table *table, const cli_part *part)
{
    char number[64];
    const cli_report *view = p->view;
    for (size_t s = 0; s < view->count; s++) {
        if (part->name != NULL)
            cli_table_cell(table, s == 0 ? part->name : "");
        else
            cli_table_cellf(table, "%.0f", part->k);
        if (part->name != NULL)
            cli_table_cellf(table, "%.0f", cli_report_real(part->scopes[s], "users"));
        if (view->count > 1) cli_table_cell(table, view->systems[s].label);
        for (size_t m = 0; m < p->metrics; m++) {
            double value = cli_report_estimate(part->scopes[s], p->metric[m]).value;
            cli_table_cell(
                table,
                isnan(value) ? "-" : cli_report_value_text(number, view, p->metric[m], value));
        }
    }
}

static void put_head(const parts *p, cli_table *table)
{
    cli_table_cell(table, p->breakdown == NULL ? "K" : "group");
    if (p->breakdown != NULL) cli_table_cell(table, "users");
    if (p->view->count > 1) cli_table_cell(table, "system");
    for (size_t m = 0; m < p->metrics; m++) cli_table_cell(table, p->metric[m]);
}

static void put_table(parts *p)
{
    char align[CLI_TABLE_COLUMNS + 1];
    cli_table table;
    cli_part part;
    const cJSON *item = NULL;
    size_t first = p->breakdown == NULL ? 1 : 2, systems = p->view->count > 1;
    choose_metrics(p);
    memset(align, 'r', sizeof align);
    if (p->breakdown != NULL) align[0] = 'l';
    if (systems) align[first] = 'l';
    align[first + systems + p->metrics] = '\0';
    cli_table_begin(&table, p->view->out->runtime, align, 2);
    put_head(p, &table);
    while ((item = next_part(p, &part, item)) != NULL) put_rows(p, &table, &part);
    cli_table_end(&table, p->view->out);
}

static void put_parts(const cli_report *view, const cJSON *breakdown)
{
    parts p = {.view = view, .breakdown = breakdown};
    rs_text_add(view->out, breakdown == NULL ? "\nCut-offs" : "\nBy ");
    if (breakdown != NULL) cli_put_clean(view->out, cli_report_text(breakdown, "by"));
    cli_report_first_run_words(view, view->out);
    rs_text_add(view->out, "\n");
    if (breakdown == NULL || cli_report_first(breakdown, "groups") != NULL) {
        put_table(&p);
        return;
    }
    rs_text_add(view->out, "  none: ");
    cli_put_clean(view->out, cli_report_text(breakdown, "why"));
    rs_text_add(view->out, "\n");
}

void cli_plain_parts(const cli_report *view)
{
    cli_part part;
    const cJSON *cutoff = cli_report_cutoff(&part, view, NULL), *breakdown = NULL;
    if (cutoff != NULL && cutoff->next != NULL) put_parts(view, NULL);
    while ((breakdown = cli_report_breakdown(view, breakdown)) != NULL)
        put_parts(view, breakdown);
}
