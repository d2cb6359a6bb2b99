/* A report as JSON. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "eval/breakdown.h"

void rs_report_put_means(rs_text *text, const recsys_report *report, const double *metrics,
                         size_t count)
{
    rs_text_add(text, "\"metrics\":{");
    for (size_t m = 0; m < count; m++) {
        rs_text_printf(text, m > 0 ? ",\"%s\":" : "\"%s\":", rs_metric_name(m));
        rs_json_put_real(text, rs_report_told(report, metrics[m]));
    }
    rs_text_add(text, "}");
}

void rs_put_bounds(rs_text *text, const double *low, const double *high, size_t count)
{
    const char *comma = "";
    rs_text_add(text, "{");
    for (size_t m = 0; m < count; m++) {
        if (isnan(low[m]) || isnan(high[m])) continue;
        rs_text_printf(text, "%s\"%s\":[", comma, rs_metric_name(m));
        rs_json_put_real(text, low[m]);
        rs_text_add(text, ",");
        rs_json_put_real(text, high[m]);
        rs_text_add(text, "]");
        comma = ",";
    }
    rs_text_add(text, "}");
}

static void put_intervals(rs_text *text, const recsys_report *report)
{
    const rs_interval_plan *plan = &report->interval;
    const rs_cut *told = &report->lists.cut[report->told];
    rs_text_printf(
        text, "\"intervals\":{\"method\":\"%s\",\"confidence\":", rs_interval_name(plan->kind));
    rs_json_put_real(text, plan->confidence);
    if (rs_interval_draws(plan->kind))
        rs_text_printf(text, ",\"replicates\":%zu,\"seed\":%llu", plan->replicates,
                       (unsigned long long)plan->seed);
    rs_text_add(text, ",\"metrics\":");
    rs_put_bounds(text, told->low, told->high, RS_METRICS);
    rs_text_add(text, "}");
}

static void put_cutoffs(rs_text *text, const recsys_report *report)
{
    rs_text_add(text, "\"cutoffs\":[");
    for (size_t c = 0; c < report->lists.cuts; c++) {
        const rs_cut *cut = &report->lists.cut[c];
        rs_text_printf(text, "%s{\"k\":%zu,", c > 0 ? "," : "", cut->k);
        rs_report_put_means(text, report, cut->metrics, RS_METRICS);
        rs_text_add(text, ",\"intervals\":");
        rs_put_bounds(text, cut->low, cut->high, RS_METRICS);
        rs_text_add(text, "}");
    }
    rs_text_add(text, "]");
}

/* How many users have a value in each tenth of 0..1; the last one holds 1 and all above. */
static void put_distribution(rs_text *text, const recsys_report *report, size_t metric)
{
    enum { BINS = 10 };
    const rs_scores *scores = &report->lists.scores;
    size_t bin[BINS] = {0};
    for (size_t i = 0; i < scores->users; i++) {
        double value = rs_scores_at(scores, i, report->told, metric);
        if (isnan(value)) continue;
        bin[value >= 1 ? BINS - 1 : (size_t)(value * BINS)]++;
    }
    rs_text_printf(text, "\"%s\":{\"edges\":[0,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1]",
                   rs_metric_name(metric));
    for (size_t b = 0; b < BINS; b++)
        rs_text_printf(text, b == 0 ? ",\"users\":[%zu" : ",%zu", bin[b]);
    rs_text_add(text, "]}");
}

static void put_distributions(rs_text *text, const recsys_report *report)
{
    rs_text_add(text, "\"distribution\":{");
    for (size_t m = 0; m < RS_USER_METRICS; m++) {
        if (m > 0) rs_text_add(text, ",");
        put_distribution(text, report, m);
    }
    rs_text_add(text, "}");
}

void rs_report_put_metrics(rs_text *text, const recsys_report *report)
{
    rs_report_put_means(text, report, report->lists.cut[report->told].metrics, RS_METRICS);
}

static void put_gate_metrics(rs_text *text, const rs_cut *cut)
{
    static const size_t judged[] = {RS_METRIC_PRECISION, RS_METRIC_HIT_RATE,
                                    RS_METRIC_COVERAGE};
    rs_text_printf(text, "\"gate_metrics\":{\"k\":%zu", cut->k);
    for (size_t i = 0; i < sizeof judged / sizeof *judged; i++) {
        rs_text_printf(text, ",\"%s\":", rs_metric_name(judged[i]));
        rs_json_put_real(text, cut->metrics[judged[i]]);
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
    int is_verified =
        report->definition.status == RS_VERIFIED && strcmp(report->changes, "{}") == 0;
    rs_text_add(text, "\"protocol\":{\"split\":");
    if (report->split != NULL)
        rs_json_put_string(text, report->split, strlen(report->split));
    else
        rs_text_add(text, "null");
    if (report->seeded)
        rs_text_printf(text, ",\"seed\":%lld", (long long)report->seed);
    else
        rs_text_add(text, ",\"seed\":null");
    rs_text_printf(text, ",\"profile\":\"%s\",\"numbers_of\":\"%s\",\"verified\":%s",
                   report->definition.name, report->definition.tool,
                   is_verified ? "true" : "false");
    rs_text_printf(text, ",\"definition\":%s", report->changes);
    rs_text_printf(text, ",\"candidates\":\"%s\"",
                   report->candidates   ? "listed"
                   : report->only_rated ? "rated"
                                        : "all");
    if (report->model_hash[0] != '\0')
        rs_text_printf(text, ",\"seen_mask\":\"%s%s\"", report->keep_rated ? "none" : "train",
                       report->seen_given ? "+given" : "");
    if (report->decimals < RS_ALL_DECIMALS)
        rs_text_printf(text, ",\"decimals\":%d", report->decimals);
    rs_text_printf(text,
                   ",\"k\":%zu,\"relevance_threshold\":", report->lists.cut[report->told].k);
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
                   report->lists.scores.no_list, report->lists.scores.strangers,
                   (unsigned long long)report->relevant);
    rs_text_printf(text, "\"judged_in_training\":%llu,", (unsigned long long)report->leaks);
}

/* Pairs of users behind diversity_jaccard, where not all of them were looked at. */
static void put_pairs(rs_text *text, const recsys_report *report)
{
    if (report->drawn_pairs > 0)
        rs_text_printf(text, "\"drawn_pairs\":%zu,", report->drawn_pairs);
}

static void put_examples(rs_text *text, const recsys_report *report)
{
    if (report->examples == NULL) return;
    rs_text_printf(text, "\"examples\":[%s],\"titles\":{%s},", report->examples,
                   report->titles);
}

recsys_status rs_report_write(recsys_report *report, recsys_error *err)
{
    rs_text text;
    rs_text_begin(&text, report->runtime);
    rs_text_printf(&text, "{\"k\":%zu,\"threshold\":", report->lists.cut[report->told].k);
    rs_json_put_real(&text, report->threshold);
    rs_text_printf(&text, ",\"users\":%zu,\"skipped\":%zu,", report->users, report->skipped);
    (report->model_hash[0] != '\0' ? put_model_counts : put_run_counts)(&text, report);
    rs_report_put_metrics(&text, report);
    rs_text_add(&text, ",");
    put_cutoffs(&text, report);
    rs_text_add(&text, ",");
    put_intervals(&text, report);
    rs_text_add(&text, ",");
    put_distributions(&text, report);
    rs_text_add(&text, ",");
    rs_breakdowns_put(&text, report);
    rs_text_add(&text, ",");
    rs_exposure_put(&text, &report->exposure);
    rs_text_add(&text, ",");
    put_pairs(&text, report);
    put_examples(&text, report);
    put_gate_metrics(&text, &report->gate.cut[rs_report_gate_cut(report, RS_GATE_K)]);
    rs_report_put_hashes(&text, report);
    rs_report_put_protocol(&text, report);
    rs_text_add(&text, "}");
    report->json = rs_text_take(&text);
    return report->json != NULL ? RECSYS_OK : rs_fail_memory(err, "recsys_evaluate");
}
