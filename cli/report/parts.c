#include "parts.h"

#include <math.h>

static const cJSON *metrics_of(const cJSON *scope)
{
    const cJSON *metrics = cli_report_object(scope, "metrics");
    return metrics == NULL ? NULL : metrics->child;
}

/* The cut-off of a system's report with this K. */
static const cJSON *cutoff_at(const cli_report_system *system, double k)
{
    const cJSON *cutoff = cli_report_first(system->report, "cutoffs");
    while (cutoff != NULL && !(fabs(cli_report_real(cutoff, "k") - k) < 0.5))
        cutoff = cutoff->next;
    return cutoff;
}

const cJSON *cli_report_cutoff(cli_part *part, const cli_report *view, const cJSON *after)
{
    const cJSON *cutoff =
        after != NULL ? after->next : cli_report_first(view->systems[0].report, "cutoffs");
    *part = (cli_part){
        .metrics = metrics_of(cutoff), .k = cli_report_real(cutoff, "k"), .users = (double)NAN};
    for (size_t s = 0; s < view->count; s++)
        part->scopes[s] = cutoff_at(&view->systems[s], part->k);
    return cutoff;
}

const cJSON *cli_report_group(cli_part *part, const cli_report *view, const cJSON *breakdown,
                              const cJSON *after)
{
    const char *by = cli_report_text(breakdown, "by");
    const cJSON *group = after != NULL ? after->next : cli_report_first(breakdown, "groups");
    while (group != NULL && cli_report_text(group, "name") == NULL) group = group->next;
    *part = (cli_part){.metrics = metrics_of(group),
                       .name = cli_report_text(group, "name"),
                       .k = (double)NAN,
                       .users = cli_report_real(group, "users")};
    for (size_t s = 0; s < view->count; s++) {
        const cJSON *same = cli_report_find(view->systems[s].report, "breakdowns", "by", by);
        part->scopes[s] = cli_report_find(same, "groups", "name", part->name);
    }
    return group;
}

const cJSON *cli_report_breakdown(const cli_report *view, const cJSON *after)
{
    const cJSON *breakdown =
        after != NULL ? after->next : cli_report_first(view->systems[0].report, "breakdowns");
    while (breakdown != NULL && (cli_report_text(breakdown, "by") == NULL ||
                                 (cli_report_first(breakdown, "groups") == NULL &&
                                  cli_report_text(breakdown, "why") == NULL)))
        breakdown = breakdown->next;
    return breakdown;
}

int cli_part_has(const cli_part *part, const cli_report *view, const char *metric)
{
    for (size_t s = 0; s < view->count; s++)
        if (!isnan(cli_report_estimate(part->scopes[s], metric).value)) return 1;
    return 0;
}
