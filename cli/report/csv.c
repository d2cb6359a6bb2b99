#include "csv.h"

#include <math.h>

#include "put.h"
#include "view.h"

typedef struct line {
    const char *system, *kind, *candidates, *profile, *method;
    double seed, fold, k, confidence, users;
} line;

static void put_text(rs_text *out, const char *text)
{
    rs_text_add(out, ",");
    cli_report_put_csv(out, text);
}

static void put_number(rs_text *out, double value)
{
    rs_text_add(out, ",");
    if (!isnan(value)) rs_text_add_real(out, value);
}

static void put_line(rs_text *out, const line *about, const char *metric, cli_estimate e)
{
    int known = !isnan(e.low);
    cli_report_put_csv(out, about->system);
    put_text(out, about->kind);
    put_number(out, about->seed);
    put_number(out, about->fold);
    put_number(out, about->k);
    put_text(out, about->candidates);
    put_text(out, about->profile);
    put_text(out, metric);
    put_number(out, e.value);
    put_number(out, e.low);
    put_number(out, e.high);
    put_text(out, known ? about->method : NULL);
    put_number(out, known ? about->confidence : (double)NAN);
    put_number(out, about->users);
    rs_text_add(out, "\n");
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
    const cJSON *protocol = cli_report_object(report, "protocol");
    const cJSON *intervals = cli_report_object(report, "intervals");
    const cJSON *cutoff = cli_report_first(report, "cutoffs");
    double k = cli_report_real(report, "k");
    line about = {.system = cli_report_text(system, "name"),
                  .kind = cli_report_text(system, "kind"),
                  .candidates = cli_report_text(protocol, "candidates"),
                  .profile = cli_report_text(protocol, "profile"),
                  .method = cli_report_text(intervals, "method"),
                  .confidence = cli_report_real(intervals, "confidence"),
                  .seed = cli_report_real(run, "seed"),
                  .fold = cli_report_real(run, "fold"),
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
    rs_text_add(out,
                "system,kind,seed,fold,k,candidates,profile,metric,value,low,high,interval,"
                "confidence,users\n");
    for (; system != NULL; system = system->next) {
        const cJSON *run = cli_report_first(system, "runs");
        for (; run != NULL; run = run->next) put_run(out, system, run);
    }
}
