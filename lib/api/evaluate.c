#include <recsys/evaluate.h>

#include <math.h>

#include "api/need.h"
#include "api/outputs.h"
#include "eval/compare.h"
#include "eval/evaluate.h"
#include "eval/gate.h"
#include "eval/report.h"
#include "eval/run.h"

recsys_status recsys_evaluate(recsys_report **report, const recsys_model *model,
                              const recsys_ratings *test, const recsys_config *config,
                              const recsys_progress *progress, recsys_error *err)
{
    RS_NEED(err, report);
    RS_NEED(err, model);
    RS_NEED(err, test);
    return rs_evaluate(report, model, test, 0, config, progress, err);
}

recsys_status recsys_evaluate_popularity(recsys_report **report, const recsys_model *model,
                                         const recsys_ratings *test,
                                         const recsys_config *config,
                                         const recsys_progress *progress, recsys_error *err)
{
    RS_NEED(err, report);
    RS_NEED(err, model);
    RS_NEED(err, test);
    return rs_evaluate(report, model, test, 1, config, progress, err);
}

recsys_status recsys_evaluate_run(recsys_report **report, recsys_runtime *runtime,
                                  const char *run, const char *judgements,
                                  const recsys_ratings *train,
                                  const recsys_catalogue *catalogue,
                                  const recsys_config *config, recsys_error *err)
{
    RS_NEED(err, report);
    RS_NEED(err, run);
    RS_NEED(err, judgements);
    recsys_runtime *held = NULL;
    recsys_status status = rs_runtime_hold(&held, runtime, err);
    if (status != RECSYS_OK) return status;
    status = rs_evaluate_run(report, held, run, judgements, train, catalogue, config, err);
    rs_runtime_release(held);
    return status;
}

size_t recsys_profile_count(void)
{
    return rs_definition_count();
}

int recsys_profile_at(size_t i, const char **name, const char **tool, int *verified)
{
    const rs_definition *definition = rs_definition_at(i);
    if (definition == NULL) return 0;
    if (name != NULL) *name = definition->name;
    if (tool != NULL) *tool = definition->tool;
    if (verified != NULL) *verified = definition->status == RS_VERIFIED;
    return 1;
}

size_t recsys_report_cutoff(const recsys_report *report, size_t i)
{
    return report == NULL || i >= report->lists.cuts ? 0 : report->lists.cut[i].k;
}

size_t recsys_report_k(const recsys_report *report)
{
    return report == NULL ? 0 : report->lists.cut[report->told].k;
}

recsys_status recsys_report_metric(const recsys_report *report, const char *name, size_t k,
                                   double *value, recsys_interval *interval, recsys_error *err)
{
    RS_NEED(err, report);
    RS_NEED(err, name);
    RS_NEED(err, value);
    recsys_interval found = RECSYS_INTERVAL_INIT;
    recsys_status status = rs_report_metric(report, name, k, value, &found, err);
    if (status == RECSYS_OK && interval != NULL) rs_out_copy(interval, &found, sizeof found);
    return status;
}

const char *recsys_report_user(const recsys_report *report, size_t i)
{
    return report == NULL ? NULL : rs_report_user(report, i);
}

recsys_status recsys_report_user_metric(const recsys_report *report, size_t i, const char *name,
                                        size_t k, double *value, recsys_error *err)
{
    RS_NEED(err, report);
    RS_NEED(err, name);
    RS_NEED(err, value);
    return rs_report_user_metric(report, i, name, k, value, err);
}

size_t recsys_report_metric_count(const recsys_report *report)
{
    return report == NULL ? 0 : RS_METRICS;
}

const char *recsys_report_metric_name(const recsys_report *report, size_t i)
{
    return report == NULL ? NULL : rs_metric_name(i);
}

uint64_t recsys_report_users(const recsys_report *report)
{
    return report == NULL ? 0 : report->users;
}

uint64_t recsys_report_skipped(const recsys_report *report)
{
    return report == NULL ? 0 : report->skipped;
}

uint64_t recsys_report_without_list(const recsys_report *report)
{
    return report == NULL ? 0 : report->lists.scores.no_list;
}

uint64_t recsys_report_without_judgement(const recsys_report *report)
{
    return report == NULL ? 0 : report->lists.scores.strangers;
}

double recsys_report_threshold(const recsys_report *report)
{
    return report == NULL ? (double)NAN : report->threshold;
}

const char *recsys_report_json(const recsys_report *report)
{
    return report == NULL ? NULL : report->json;
}

void recsys_report_destroy(recsys_report *report)
{
    rs_report_free(report);
}

recsys_status recsys_compare(recsys_comparison **comparison,
                             const recsys_report *const *reports, size_t systems, size_t runs,
                             const recsys_config *config, recsys_error *err)
{
    RS_NEED(err, comparison);
    RS_NEED(err, reports);
    return rs_compare(comparison, reports, systems, runs, config, err);
}

size_t recsys_comparison_users(const recsys_comparison *comparison)
{
    return comparison == NULL ? 0 : rs_comparison_users(comparison);
}

size_t recsys_comparison_count(const recsys_comparison *comparison)
{
    return comparison == NULL ? 0 : rs_comparison_count(comparison);
}

int recsys_comparison_at(const recsys_comparison *comparison, size_t i,
                         recsys_difference *difference)
{
    recsys_difference found = RECSYS_DIFFERENCE_INIT;
    if (comparison == NULL || difference == NULL || !rs_comparison_at(comparison, i, &found))
        return 0;
    rs_out_copy(difference, &found, sizeof found);
    return 1;
}

const char *recsys_comparison_json(const recsys_comparison *comparison)
{
    return comparison == NULL ? NULL : rs_comparison_json(comparison);
}

void recsys_comparison_destroy(recsys_comparison *comparison)
{
    rs_comparison_free(comparison);
}

recsys_status recsys_gate_check(recsys_verdict **verdict, const recsys_report *report,
                                const recsys_report *champion, const recsys_config *config,
                                recsys_error *err)
{
    RS_NEED(err, verdict);
    RS_NEED(err, report);
    return rs_gate_check(verdict, report, champion, config, err);
}

int recsys_verdict_passed(const recsys_verdict *verdict)
{
    return verdict != NULL && rs_verdict_passed(verdict);
}

size_t recsys_verdict_rule_count(const recsys_verdict *verdict)
{
    return verdict == NULL ? 0 : rs_verdict_rule_count(verdict);
}

int recsys_verdict_rule(const recsys_verdict *verdict, size_t i, recsys_rule *rule)
{
    recsys_rule found = RECSYS_RULE_INIT;
    if (verdict == NULL || rule == NULL || !rs_verdict_rule(verdict, i, &found)) return 0;
    rs_out_copy(rule, &found, sizeof found);
    return 1;
}

const char *recsys_verdict_json(const recsys_verdict *verdict)
{
    return verdict == NULL ? NULL : rs_verdict_json(verdict);
}

void recsys_verdict_destroy(recsys_verdict *verdict)
{
    rs_verdict_free(verdict);
}
