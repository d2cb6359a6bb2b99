#include "csv.h"

#include <math.h>

#include "put.h"
#include "view.h"

typedef struct line {
    const char *system, *kind;
    double seed, k, users;
} line;

static void put_number(rs_text *out, double value)
{
    rs_text_add(out, ",");
    if (!isnan(value)) rs_text_add_real(out, value);
}

static void put_line(rs_text *out, const line *about, const char *metric, cli_estimate e)
{
    cli_report_put_csv(out, about->system);
    rs_text_add(out, ",");
    cli_report_put_csv(out, about->kind);
    put_number(out, about->seed);
    put_number(out, about->k);
    rs_text_add(out, ",");
    cli_report_put_csv(out, metric);
    put_number(out, e.value);
    put_number(out, e.low);
    put_number(out, e.high);
    put_number(out, about->users);
    rs_text_add(out, "\r\n");
}

static void put_metrics(rs_text *out, const line *about, const cJSON *scope,
                        const cJSON *but_those_of)
{
    const cJSON *metrics = cli_report_object(scope, "metrics"), *m;
    const cJSON *there = cli_report_object(but_those_of, "metrics");
    for (m = metrics == NULL ? NULL : metrics->child; m != NULL; m = m->next) {
        if (there != NULL && cJSON_GetObjectItemCaseSensitive(there, m->string) != NULL)
            continue;
        if (!cJSON_IsNumber(m) && !cJSON_IsNull(m)) continue;
        put_line(out, about, m->string, cli_report_estimate(scope, m->string));
    }
}

/* The report's own K first, then the other cut-offs. */
static void put_run(rs_text *out, const cJSON *system, const cJSON *run)
{
    const cJSON *report = cli_report_object(run, "report");
    const cJSON *cutoff = cli_report_first(report, "cutoffs");
    double k = cli_report_real(report, "k");
    line about = {.system = cli_report_text(system, "name"),
                  .kind = cli_report_text(system, "kind"),
                  .seed = cli_report_real(run, "seed"),
                  .k = k,
                  .users = cli_report_real(report, "users")};
    put_metrics(out, &about, report, NULL);
    for (; cutoff != NULL; cutoff = cutoff->next) {
        about.k = cli_report_real(cutoff, "k");
        put_metrics(out, &about, cutoff, fabs(about.k - k) < 0.5 ? report : NULL);
    }
}

void cli_report_csv(const cJSON *evaluation, rs_text *out)
{
    const cJSON *system = cli_report_first(evaluation, "systems");
    rs_text_add(out, "system,kind,seed,k,metric,value,low,high,users\r\n");
    for (; system != NULL; system = system->next) {
        const cJSON *run = cli_report_first(system, "runs");
        for (; run != NULL; run = run->next) put_run(out, system, run);
    }
}
