#include "eval/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "config/config.h"

recsys_status rs_report_make(recsys_report **report, recsys_runtime *runtime, size_t users,
                             recsys_error *err)
{
    size_t values = 0;
    recsys_report *made = rs_array_zero(runtime, 1, sizeof *made);
    if (made == NULL) return rs_fail_memory(err, "recsys_evaluate");
    made->runtime = rs_runtime_retain(runtime);
    made->users = users;
    for (size_t m = 0; m < RS_METRICS; m++) made->metrics[m] = (double)NAN;
    made->user = rs_array_zero(runtime, users, sizeof *made->user);
    if (rs_mul(users, RS_USER_METRICS, &values))
        made->values = rs_array_zero(runtime, values, sizeof *made->values);
    if (made->user == NULL || made->values == NULL) {
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
    rs_free(runtime, report->user);
    rs_free(runtime, report->values);
    rs_free(runtime, report->split);
    rs_free(runtime, report->json);
    rs_free(runtime, report);
    rs_runtime_release(runtime);
}

recsys_status rs_report_configure(recsys_report *report, const recsys_config *config, float top,
                                  recsys_error *err)
{
    report->k = (size_t)rs_config_int(config, "evaluation.k");
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

void rs_report_conclude(recsys_report *report, const uint64_t *lists)
{
    rs_mean_metrics(report->values, report->users, report->metrics);
    report->metrics[RS_METRIC_COVERAGE] = rs_coverage(lists, report->movies);
    report->metrics[RS_METRIC_DIVERSITY] =
        rs_diversity(lists, report->movies, report->users, report->k);
}

recsys_status rs_report_metric(const recsys_report *report, const char *name, double *value,
                               recsys_error *err)
{
    size_t metric = name == NULL ? RS_METRICS : rs_metric_find(name);
    if (metric < RS_METRICS) {
        *value = report->metrics[metric];
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

void rs_report_put_metrics(rs_text *text, const recsys_report *report)
{
    rs_text_add(text, "\"metrics\":{");
    for (size_t m = 0; m < RS_METRICS; m++) {
        rs_text_printf(text, "%s\"%s\":", m > 0 ? "," : "", rs_metric_name(m));
        rs_json_put_real(text, report->metrics[m]);
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
    rs_text_printf(text,
                   ",\"candidates\":\"all\",\"k\":%zu,\"relevance_threshold\":", report->k);
    rs_json_put_real(text, report->share);
    rs_text_add(text, ",\"relevant_from\":");
    rs_json_put_real(text, report->threshold);
    rs_text_printf(text, ",\"users\":%zu,\"skipped\":%zu}", report->users, report->skipped);
}

recsys_status rs_report_write(recsys_report *report, recsys_error *err)
{
    rs_text text;
    rs_text_begin(&text, report->runtime);
    rs_text_printf(&text, "{\"k\":%zu,\"threshold\":", report->k);
    rs_json_put_real(&text, report->threshold);
    rs_text_printf(&text, ",\"users\":%zu,\"skipped\":%zu,\"unknown_users\":%zu,",
                   report->users, report->skipped, report->strangers);
    rs_text_printf(&text, "\"relevant\":%llu,\"unknown_relevant\":%llu,",
                   (unsigned long long)report->relevant, (unsigned long long)report->unlisted);
    rs_text_printf(&text, "\"movies\":%zu,", report->movies);
    rs_report_put_metrics(&text, report);
    rs_text_printf(&text, ",\"model_hash\":\"%s\",\"data_hash\":\"%s\",", report->model_hash,
                   report->data_hash);
    rs_report_put_protocol(&text, report);
    rs_text_add(&text, "}");
    report->json = rs_text_take(&text);
    return report->json != NULL ? RECSYS_OK : rs_fail_memory(err, "recsys_evaluate");
}
