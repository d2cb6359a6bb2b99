#include "eval/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "config/config.h"

/* ---- cut-offs -------------------------------------------------------------------- */

static int compare_cuts(const void *a, const void *b)
{
    size_t x = ((const rs_cut *)a)->k, y = ((const rs_cut *)b)->k;
    return (x > y) - (x < y);
}

static void add_cut(recsys_report *report, size_t k)
{
    for (size_t c = 0; c < report->cuts; c++)
        if (report->cut[c].k == k) return;
    report->cut[report->cuts++].k = k;
}

/* evaluation.cutoffs, such as "5,10,20", and evaluation.k. */
static recsys_status make_cuts(recsys_report *report, const recsys_config *config,
                               recsys_error *err)
{
    enum { MOST = 100, LARGEST = 100000 };
    const char *list = rs_config_text(config, "evaluation.cutoffs"), *at = list;
    size_t k = (size_t)rs_config_int(config, "evaluation.k"), count = 1;
    for (const char *p = list; *p != '\0'; p++) count += *p == ',' || p == list;
    if (count > MOST + 1)
        return rs_fail(err, RECSYS_E_CONFIG, "evaluation.cutoffs: %zu of them, at most %d",
                       count - 1, MOST);
    report->cut = rs_array_zero(report->runtime, count, sizeof *report->cut);
    if (report->cut == NULL) return rs_fail_memory(err, "recsys_evaluate");
    while (*at != '\0') {
        size_t size = strcspn(at, ",");
        int64_t cut;
        if (!rs_parse_int(at, size, &cut) || cut < 1 || cut > LARGEST)
            return rs_fail(
                err, RECSYS_E_CONFIG,
                "evaluation.cutoffs: \"%s\" is no list of whole numbers from 1 to %d "
                "with commas between them",
                list, LARGEST);
        add_cut(report, (size_t)cut);
        at += size + (at[size] == ',');
    }
    add_cut(report, k);
    qsort(report->cut, report->cuts, sizeof *report->cut, compare_cuts);
    while (report->cut[report->told].k != k) report->told++;
    return RECSYS_OK;
}

/* ---- making it ------------------------------------------------------------------- */

static recsys_status configure(recsys_report *report, const recsys_config *config, float top,
                               recsys_error *err)
{
    recsys_status status = make_cuts(report, config, err);
    if (status != RECSYS_OK) return status;
    report->definition = rs_definition_find(rs_config_text(config, "evaluation.profile"));
    report->share = rs_config_real(config, "evaluation.relevance_threshold");
    report->threshold = report->share * (double)top;
    if (config == NULL || !recsys_config_is_set(config, "evaluation.split")) return RECSYS_OK;
    const char *split = rs_config_text(config, "evaluation.split");
    report->seeded = strcmp(split, "given") != 0;
    report->seed = rs_config_int(config, "evaluation.seed");
    report->split = rs_strdup(report->runtime, split);
    return report->split != NULL ? RECSYS_OK : rs_fail_memory(err, "recsys_evaluate");
}

recsys_status rs_report_make(recsys_report **report, recsys_runtime *runtime,
                             const recsys_config *config, float top, recsys_error *err)
{
    recsys_report *made = rs_array_zero(runtime, 1, sizeof *made);
    if (made == NULL) return rs_fail_memory(err, "recsys_evaluate");
    made->runtime = rs_runtime_retain(runtime);
    made->scores.runtime = runtime;
    recsys_status status = configure(made, config, top, err);
    made->gate.k = RS_GATE_K;
    for (size_t m = 0; m < RS_METRICS; m++) {
        made->gate.metrics[m] = (double)NAN;
        for (size_t c = 0; c < made->cuts; c++) made->cut[c].metrics[m] = (double)NAN;
    }
    if (status == RECSYS_OK)
        *report = made;
    else
        rs_report_free(made);
    return status;
}

void rs_report_free(recsys_report *report)
{
    if (report == NULL) return;
    recsys_runtime *runtime = report->runtime;
    rs_free(runtime, report->cut);
    rs_scores_free(&report->scores);
    rs_free(runtime, report->split);
    rs_free(runtime, report->json);
    rs_free(runtime, report);
    rs_runtime_release(runtime);
}

/* Compared as floats, as ratings are stored: 0.7 * 3 in doubles is above the rating 2.1f. */
int rs_report_relevant(const recsys_report *report, float rating)
{
    return rating >= (float)report->threshold;
}

/* ---- scoring --------------------------------------------------------------------- */

static void fill_cut(const recsys_report *report, const rs_scores *scores, size_t at,
                     rs_cut *cut)
{
    memcpy(cut->metrics, scores->mean + at * RS_USER_METRICS,
           RS_USER_METRICS * sizeof *scores->mean);
    cut->metrics[RS_METRIC_COVERAGE] =
        report->movies > 0 ? (double)scores->listed[at] / (double)report->movies : (double)NAN;
    cut->metrics[RS_METRIC_DIVERSITY] = scores->diversity[at];
}

/* The gate's numbers are those of this library, whatever profile the report has. */
static recsys_status score_gate(recsys_report *report, const rs_entries *gate,
                                const rs_entries *judged, size_t users, size_t movies,
                                recsys_error *err)
{
    const rs_scoring scoring = {rs_definition_at(0), &report->gate.k, 1,
                                (double)(float)report->threshold};
    rs_scores scores;
    recsys_status status = rs_score_lists(&scores, gate, judged, users, movies, &scoring, err);
    if (status == RECSYS_OK) {
        fill_cut(report, &scores, 0, &report->gate);
        report->gate_users = scores.users;
    }
    rs_scores_free(&scores);
    return status;
}

recsys_status rs_report_score(recsys_report *report, const rs_entries *lists,
                              const rs_entries *gate, const rs_entries *judged, size_t users,
                              size_t movies, recsys_error *err)
{
    size_t *k = rs_array(report->runtime, report->cuts, sizeof *k);
    if (k == NULL) return rs_fail_memory(err, "recsys_evaluate");
    for (size_t c = 0; c < report->cuts; c++) k[c] = report->cut[c].k;
    const rs_scoring scoring = {report->definition, k, report->cuts,
                                (double)(float)report->threshold};
    recsys_status status =
        rs_score_lists(&report->scores, lists, judged, users, movies, &scoring, err);
    rs_free(report->runtime, k);
    if (status != RECSYS_OK) return status;
    report->users = report->scores.users;
    report->skipped = report->scores.judged - report->scores.users;
    for (size_t c = 0; c < report->cuts; c++)
        fill_cut(report, &report->scores, c, &report->cut[c]);
    return score_gate(report, gate, judged, users, movies, err);
}

/* ---- asking ---------------------------------------------------------------------- */

static recsys_status no_metric(const char *name, recsys_error *err)
{
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

recsys_status rs_report_metric(const recsys_report *report, const char *name, size_t k,
                               double *value, recsys_error *err)
{
    size_t metric = name == NULL ? RS_METRICS : rs_metric_find(name), cut = report->told;
    if (metric >= RS_METRICS) return no_metric(name, err);
    if (k != 0)
        for (cut = 0; cut < report->cuts && report->cut[cut].k != k; cut++) {}
    if (cut == report->cuts)
        return rs_fail(err, RECSYS_E_NOT_FOUND,
                       "recsys_report_metric: nothing was scored at %zu; see "
                       "evaluation.cutoffs",
                       k);
    *value = report->cut[cut].metrics[metric];
    return RECSYS_OK;
}

/* ---- JSON ------------------------------------------------------------------------ */

static void put_metric(rs_text *text, const rs_cut *cut, size_t metric)
{
    rs_text_printf(text, "\"%s\":", rs_metric_name(metric));
    rs_json_put_real(text, cut->metrics[metric]);
}

static void put_metrics(rs_text *text, const rs_cut *cut)
{
    rs_text_add(text, "\"metrics\":{");
    for (size_t m = 0; m < RS_METRICS; m++) {
        if (m > 0) rs_text_add(text, ",");
        put_metric(text, cut, m);
    }
    rs_text_add(text, "}");
}

static void put_cutoffs(rs_text *text, const recsys_report *report)
{
    rs_text_add(text, "\"cutoffs\":[");
    for (size_t c = 0; c < report->cuts; c++) {
        rs_text_printf(text, "%s{\"k\":%zu,", c > 0 ? "," : "", report->cut[c].k);
        put_metrics(text, &report->cut[c]);
        rs_text_add(text, "}");
    }
    rs_text_add(text, "]");
}

void rs_report_put_metrics(rs_text *text, const recsys_report *report)
{
    put_metrics(text, &report->cut[report->told]);
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

void rs_report_put_hashes(rs_text *text, const recsys_report *report)
{
    const char *hashes[2] = {report->model_hash, report->data_hash};
    for (size_t i = 0; i < 2; i++) {
        rs_text_add(text, i == 0 ? ",\"model_hash\":" : ",\"data_hash\":");
        if (hashes[i][0] != '\0')
            rs_json_put_string(text, hashes[i], strlen(hashes[i]));
        else
            rs_text_add(text, "null");
    }
    rs_text_add(text, ",");
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
    rs_text_printf(text, ",\"profile\":\"%s\"", report->definition->name);
    rs_text_printf(text, ",\"candidates\":\"all\",\"k\":%zu,\"relevance_threshold\":",
                   report->cut[report->told].k);
    rs_json_put_real(text, report->share);
    rs_text_add(text, ",\"relevant_from\":");
    rs_json_put_real(text, report->threshold);
    rs_text_printf(text, ",\"users\":%zu,\"skipped\":%zu}", report->users, report->skipped);
}

static void put_model_counts(rs_text *text, const recsys_report *report)
{
    rs_text_printf(text, "\"unknown_users\":%zu,\"relevant\":%llu,\"unknown_relevant\":%llu,",
                   report->strangers, (unsigned long long)report->relevant,
                   (unsigned long long)report->unlisted);
    rs_text_printf(text, "\"movies\":%zu,", report->movies);
}

static void put_run_counts(rs_text *text, const recsys_report *report)
{
    rs_text_printf(text, "\"without_list\":%zu,\"without_judgement\":%zu,\"relevant\":%llu,",
                   report->scores.no_list, report->scores.strangers,
                   (unsigned long long)report->relevant);
}

recsys_status rs_report_write(recsys_report *report, recsys_error *err)
{
    rs_text text;
    rs_text_begin(&text, report->runtime);
    rs_text_printf(&text, "{\"k\":%zu,\"threshold\":", report->cut[report->told].k);
    rs_json_put_real(&text, report->threshold);
    rs_text_printf(&text, ",\"users\":%zu,\"skipped\":%zu,", report->users, report->skipped);
    (report->model_hash[0] != '\0' ? put_model_counts : put_run_counts)(&text, report);
    rs_report_put_metrics(&text, report);
    rs_text_add(&text, ",");
    put_cutoffs(&text, report);
    rs_text_add(&text, ",");
    put_gate_metrics(&text, &report->gate);
    rs_report_put_hashes(&text, report);
    rs_report_put_protocol(&text, report);
    rs_text_add(&text, "}");
    report->json = rs_text_take(&text);
    return report->json != NULL ? RECSYS_OK : rs_fail_memory(err, "recsys_evaluate");
}
