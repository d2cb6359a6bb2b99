#include "eval/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "config/config.h"

static int make_cut(rs_cut *cut, recsys_runtime *runtime, size_t users)
{
    size_t values = 0;
    for (size_t m = 0; m < RS_METRICS; m++) cut->metrics[m] = (double)NAN;
    if (!rs_mul(users, RS_USER_METRICS, &values)) return 0;
    cut->values = rs_array_zero(runtime, values, sizeof *cut->values);
    return cut->values != NULL;
}

recsys_status rs_report_make(recsys_report **report, recsys_runtime *runtime, size_t users,
                             recsys_error *err)
{
    recsys_report *made = rs_array_zero(runtime, 1, sizeof *made);
    if (made == NULL) return rs_fail_memory(err, "recsys_evaluate");
    made->runtime = rs_runtime_retain(runtime);
    made->users = users;
    made->user = rs_array_zero(runtime, users, sizeof *made->user);
    int fine = made->user != NULL;
    for (size_t c = 0; c < RS_CUTS; c++) fine &= make_cut(&made->cut[c], runtime, users);
    if (!fine) {
        rs_report_free(made);
        return rs_fail_memory(err, "recsys_evaluate");
    }
    *report = made;
    return RECSYS_OK;
}

void rs_report_free(recsys_report *report)
{
    if (report == NULL) return;
    recsys_runtime *runtime = report->runtime;
    for (size_t c = 0; c < RS_CUTS; c++) rs_free(runtime, report->cut[c].values);
    rs_free(runtime, report->user);
    rs_free(runtime, report->split);
    rs_free(runtime, report->json);
    rs_free(runtime, report);
    rs_runtime_release(runtime);
}

recsys_status rs_report_configure(recsys_report *report, const recsys_config *config, float top,
                                  recsys_error *err)
{
    report->cut[RS_CUT_TOLD].k = (size_t)rs_config_int(config, "evaluation.k");
    report->cut[RS_CUT_GATE].k = RS_GATE_K;
    report->share = rs_config_real(config, "evaluation.relevance_threshold");
    report->threshold = report->share * (double)top;
    if (config == NULL || !recsys_config_is_set(config, "evaluation.split")) return RECSYS_OK;
    const char *split = rs_config_text(config, "evaluation.split");
    report->seeded = strcmp(split, "given") != 0;
    report->seed = rs_config_int(config, "evaluation.seed");
    report->split = rs_strdup(report->runtime, split);
    return report->split != NULL ? RECSYS_OK : rs_fail_memory(err, "recsys_evaluate");
}

/* Compared as floats, as ratings are stored: 0.7 * 3 in doubles is above the rating 2.1f. */
int rs_report_relevant(const recsys_report *report, float rating)
{
    return rating >= (float)report->threshold;
}

void rs_report_conclude(recsys_report *report, size_t cut, const uint64_t *lists)
{
    rs_cut *c = &report->cut[cut];
    rs_mean_metrics(c->values, report->users, c->metrics);
    c->metrics[RS_METRIC_COVERAGE] = rs_coverage(lists, report->movies);
    c->metrics[RS_METRIC_DIVERSITY] = rs_diversity(lists, report->movies, report->users, c->k);
}

recsys_status rs_report_metric(const recsys_report *report, const char *name, double *value,
                               recsys_error *err)
{
    size_t metric = name == NULL ? RS_METRICS : rs_metric_find(name);
    if (metric < RS_METRICS) {
        *value = report->cut[RS_CUT_TOLD].metrics[metric];
        return RECSYS_OK;
    }
    char known[256] = "";
    size_t used = 0;
    for (size_t m = 0; m < RS_METRICS && used < sizeof known; m++) {
        const char *comma = m > 0 ? ", " : "";
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", comma,
                                 rs_metric_name(m));
    }
    return rs_fail(err, RECSYS_E_NOT_FOUND,
                   "recsys_report_metric: no metric \"%s\"; there are %s",
                   name == NULL ? "(null)" : name, known);
}

/* ---- JSON ------------------------------------------------------------------------ */

static void put_metric(rs_text *text, const rs_cut *cut, size_t metric)
{
    rs_text_printf(text, "\"%s\":", rs_metric_name(metric));
    rs_json_put_real(text, cut->metrics[metric]);
}

void rs_report_put_metrics(rs_text *text, const recsys_report *report)
{
    rs_text_add(text, "\"metrics\":{");
    for (size_t m = 0; m < RS_METRICS; m++) {
        if (m > 0) rs_text_add(text, ",");
        put_metric(text, &report->cut[RS_CUT_TOLD], m);
    }
    rs_text_add(text, "}");
}

static void put_gate_metrics(rs_text *text, const rs_cut *cut)
{
    static const size_t judged[] = {RS_METRIC_PRECISION, RS_METRIC_HIT_RATE,
                                    RS_METRIC_COVERAGE};
    rs_text_printf(text, "\"gate_metrics\":{\"k\":%zu", cut->k);
    for (size_t i = 0; i < sizeof judged / sizeof *judged; i++) {
        rs_text_add(text, ",");
        put_metric(text, cut, judged[i]);
    }
    rs_text_add(text, "}");
}

void rs_report_put_protocol(rs_text *text, const recsys_report *report)
{
    rs_text_add(text, "\"protocol\":{\"split\":");
    if (report->split != NULL)
        rs_json_put_string(text, report->split, strlen(report->split));
    else
        rs_text_add(text, "null");
    if (report->seeded)
        rs_text_printf(text, ",\"seed\":%lld", (long long)report->seed);
    else
        rs_text_add(text, ",\"seed\":null");
    rs_text_printf(text, ",\"candidates\":\"all\",\"k\":%zu,\"relevance_threshold\":",
                   report->cut[RS_CUT_TOLD].k);
    rs_json_put_real(text, report->share);
    rs_text_add(text, ",\"relevant_from\":");
    rs_json_put_real(text, report->threshold);
    rs_text_printf(text, ",\"users\":%zu,\"skipped\":%zu}", report->users, report->skipped);
}

recsys_status rs_report_write(recsys_report *report, recsys_error *err)
{
    rs_text text;
    rs_text_begin(&text, report->runtime);
    rs_text_printf(&text, "{\"k\":%zu,\"threshold\":", report->cut[RS_CUT_TOLD].k);
    rs_json_put_real(&text, report->threshold);
    rs_text_printf(&text, ",\"users\":%zu,\"skipped\":%zu,\"unknown_users\":%zu,",
                   report->users, report->skipped, report->strangers);
    rs_text_printf(&text, "\"relevant\":%llu,\"unknown_relevant\":%llu,",
                   (unsigned long long)report->relevant, (unsigned long long)report->unlisted);
    rs_text_printf(&text, "\"movies\":%zu,", report->movies);
    rs_report_put_metrics(&text, report);
    rs_text_add(&text, ",");
    put_gate_metrics(&text, &report->cut[RS_CUT_GATE]);
    rs_text_printf(&text, ",\"model_hash\":\"%s\",\"data_hash\":\"%s\",", report->model_hash,
                   report->data_hash);
    rs_report_put_protocol(&text, report);
    rs_text_add(&text, "}");
    report->json = rs_text_take(&text);
    return report->json != NULL ? RECSYS_OK : rs_fail_memory(err, "recsys_evaluate");
}
