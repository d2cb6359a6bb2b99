#include "eval/compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "config/config.h"
#include "eval/holm.h"
#include "eval/paired.h"
#include "eval/signedrank.h"
#include "eval/signflip.h"

struct recsys_comparison {
    recsys_runtime *runtime;
    size_t users, k, count;
    recsys_difference *item; /* [count] by system and metric */
    rs_interval_plan plan;
    int is_f1_of_means; /* no mean over users, so there is nothing to be paired */
    char *json;
};

static recsys_status no_memory(recsys_error *err)
{
    return rs_fail_memory(err, "recsys_compare");
}

/* ---- what can be compared -------------------------------------------------------- */

/* What was changed in the profile: " with {...}", or nothing. */
static void note_changes(char text[256], const recsys_report *report)
{
    text[0] = '\0';
    if (strcmp(report->changes, "{}") != 0) snprintf(text, 256, " with %s", report->changes);
}

static recsys_status check_profile(const recsys_report *first, const recsys_report *other,
                                   recsys_error *err)
{
    char changes[2][256];
    if (strcmp(first->definition.name, other->definition.name) == 0 &&
        strcmp(first->changes, other->changes) == 0)
        return RECSYS_OK;
    note_changes(changes[0], other);
    note_changes(changes[1], first);
    return rs_fail(err, RECSYS_E_INVALID,
                   "recsys_compare: a report of the profile %s%s beside one of %s%s",
                   other->definition.name, changes[0], first->definition.name, changes[1]);
}

static recsys_status check_report(const recsys_report *first, const recsys_report *other,
                                  recsys_error *err)
{
    size_t k = first->lists.cut[first->told].k, other_k = other->lists.cut[other->told].k;
    if (k != other_k)
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_compare: a report at K = %zu beside one at K = %zu", other_k, k);
    recsys_status status = check_profile(first, other, err);
    if (status != RECSYS_OK) return status;
    if (first->threshold == other->threshold) return RECSYS_OK;
    char from[2][32];
    rs_format_real(from[0], other->threshold);
    rs_format_real(from[1], first->threshold);
    return rs_fail(err, RECSYS_E_INVALID,
                   "recsys_compare: a report with relevant from %s beside one with %s", from[0],
                   from[1]);
}

static recsys_status check_reports(const recsys_report *const *reports, size_t systems,
                                   size_t runs, recsys_error *err)
{
    size_t count;
    recsys_status status = RECSYS_OK;
    if (systems < 2 || runs < 1 || !rs_mul(systems, runs, &count))
        return rs_fail(
            err, RECSYS_E_INVALID,
            "recsys_compare: %zu systems of %zu runs, expected 2 or more of 1 or more", systems,
            runs);
    for (size_t i = 0; i < count; i++)
        if (reports[i] == NULL)
            return rs_fail(err, RECSYS_E_INVALID, "recsys_compare: report %zu is NULL", i);
    for (size_t i = 1; i < count && status == RECSYS_OK; i++)
        status = check_report(reports[0], reports[i], err);
    for (size_t i = runs; i < count && status == RECSYS_OK; i++)
        if (!rs_same_test(reports[i % runs], reports[i]))
            return rs_fail(err, RECSYS_E_INVALID,
                           "recsys_compare: reports %zu and %zu are of different test ratings",
                           i % runs, i);
    return status;
}

/* ---- differences ----------------------------------------------------------------- */

/* Of one system to the baseline: a row for each user, a column for each metric. NULL: out of
 * memory. */
static double *gaps_of(const rs_paired *paired, size_t system)
{
    double *gap = rs_array(paired->runtime, paired->users, RS_USER_METRICS * sizeof *gap);
    for (size_t user = 0; gap != NULL && user < paired->users; user++)
        for (size_t m = 0; m < RS_USER_METRICS; m++)
            gap[user * RS_USER_METRICS + m] =
                rs_paired_at(paired, system, user, m) - rs_paired_at(paired, 0, user, m);
    return gap;
}

/* Mean over the users that have a value. */
static double mean_of(const rs_paired *paired, size_t system, size_t metric)
{
    double sum = 0;
    size_t count = 0;
    for (size_t user = 0; user < paired->users; user++) {
        double value = rs_paired_at(paired, system, user, metric);
        if (isnan(value)) continue;
        sum += value;
        count++;
    }
    return count > 0 ? sum / (double)count : (double)NAN;
}

/* What was found of each metric of one system. */
typedef struct findings {
    double low[RS_USER_METRICS], high[RS_USER_METRICS];
    rs_sign_flips flips[RS_USER_METRICS];
    rs_signed_rank ranks[RS_USER_METRICS];
} findings;

static void add_items(recsys_comparison *c, const rs_paired *paired, size_t system,
                      const findings *f)
{
    for (size_t m = 0; m < RS_USER_METRICS; m++) {
        if (f->flips[m].count == 0 || (m == RS_METRIC_F1 && c->is_f1_of_means)) continue;
        recsys_difference *item = &c->item[c->count++];
        *item = (recsys_difference)RECSYS_DIFFERENCE_INIT;
        item->system = system;
        item->metric = rs_metric_name(m);
        item->value = mean_of(paired, system, m);
        item->baseline = mean_of(paired, 0, m);
        item->difference = f->flips[m].mean;
        item->low = f->low[m];
        item->high = f->high[m];
        item->p = f->flips[m].p;
        item->p_wilcoxon = f->ranks[m].p;
    }
}

static recsys_status test_system(recsys_comparison *c, const rs_paired *paired, size_t system,
                                 recsys_error *err)
{
    findings f;
    recsys_status status;
    double *gap = gaps_of(paired, system);
    const rs_columns columns = {gap, paired->users, RS_USER_METRICS};
    if (gap == NULL) return no_memory(err);
    RS_TRY(rs_intervals(f.low, f.high, c->runtime, gap, paired->users, RS_USER_METRICS,
                        &c->plan, err));
    RS_TRY(rs_sign_flip_test(f.flips, c->runtime, &columns, c->plan.replicates, c->plan.seed,
                             err));
    RS_TRY(rs_signed_rank_test(f.ranks, c->runtime, &columns, err));
    add_items(c, paired, system, &f);
out:
    rs_free(c->runtime, gap);
    return status;
}

static recsys_status adjust(recsys_comparison *c, recsys_error *err)
{
    double *p = rs_array(c->runtime, c->count, sizeof *p);
    if (p == NULL) return no_memory(err);
    for (size_t i = 0; i < c->count; i++) p[i] = c->item[i].p;
    recsys_status status = rs_holm_adjust(p, c->runtime, p, c->count, err);
    for (size_t i = 0; i < c->count && status == RECSYS_OK; i++) {
        c->item[i].p_holm = p[i];
        c->item[i].significant = p[i] < 1 - c->plan.confidence;
    }
    rs_free(c->runtime, p);
    return status;
}

static recsys_status compare(recsys_comparison *c, const rs_paired *paired, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    c->item = rs_array(c->runtime, paired->systems - 1, RS_USER_METRICS * sizeof *c->item);
    if (c->item == NULL) status = no_memory(err);
    for (size_t s = 1; s < paired->systems && status == RECSYS_OK; s++)
        status = test_system(c, paired, s, err);
    return status == RECSYS_OK ? adjust(c, err) : status;
}

/* ---- JSON ------------------------------------------------------------------------ */

static void put_number(rs_text *text, const char *key, double value)
{
    rs_text_printf(text, ",\"%s\":", key);
    rs_json_put_real(text, value);
}

static void put_item(rs_text *text, const recsys_comparison *c, const recsys_difference *item)
{
    rs_text_printf(text, "{\"system\":%zu,\"metric\":\"%s\",\"k\":%zu", item->system,
                   item->metric, c->k);
    put_number(text, "value", item->value);
    put_number(text, "baseline", item->baseline);
    put_number(text, "difference", item->difference);
    put_number(text, "low", item->low);
    put_number(text, "high", item->high);
    put_number(text, "p", item->p);
    put_number(text, "p_wilcoxon", item->p_wilcoxon);
    put_number(text, "p_holm", item->p_holm);
    rs_text_printf(text, ",\"significant\":%s}", item->significant ? "true" : "false");
}

static char *comparison_text(const recsys_comparison *c)
{
    rs_text text;
    rs_text_begin(&text, c->runtime);
    rs_text_printf(&text, "{\"users\":%zu", c->users);
    put_number(&text, "confidence", c->plan.confidence);
    rs_text_printf(&text,
                   ",\"method\":\"%s\",\"replicates\":%zu,\"correction\":\"holm\""
                   ",\"differences\":[",
                   rs_interval_name(c->plan.kind), c->plan.replicates);
    for (size_t i = 0; i < c->count; i++) {
        if (i > 0) rs_text_add(&text, ",");
        put_item(&text, c, &c->item[i]);
    }
    rs_text_add(&text, "]}");
    return rs_text_take(&text);
}

/* ---- the whole ------------------------------------------------------------------- */

recsys_status rs_compare(recsys_comparison **comparison, const recsys_report *const *reports,
                         size_t systems, size_t runs, const recsys_config *config,
                         recsys_error *err)
{
    recsys_status status = check_reports(reports, systems, runs, err);
    if (status != RECSYS_OK) return status;
    rs_paired paired = {.runtime = reports[0]->runtime};
    recsys_comparison *made = rs_array_zero(paired.runtime, 1, sizeof *made);
    if (made == NULL) return no_memory(err);
    made->runtime = rs_runtime_retain(paired.runtime);
    RS_TRY(rs_paired_make(&paired, made->runtime, reports, systems, runs, 0, err));
    if (paired.users == 0)
        RS_TRY(rs_fail(err, RECSYS_E_EMPTY,
                       "recsys_compare: no user is in the reports of all %zu systems",
                       systems));
    made->users = paired.users;
    made->k = reports[0]->lists.cut[reports[0]->told].k;
    made->is_f1_of_means = reports[0]->definition.f1 == RS_F1_OF_MEANS;
    made->plan = rs_interval_settle(rs_interval_plan_from(config), paired.users);
    RS_TRY(compare(made, &paired, err));
    made->json = comparison_text(made);
    if (made->json == NULL) RS_TRY(no_memory(err));
    *comparison = made;
    made = NULL;
out:
    rs_paired_free(&paired);
    rs_comparison_free(made);
    return status;
}

size_t rs_comparison_users(const recsys_comparison *comparison)
{
    return comparison->users;
}

size_t rs_comparison_count(const recsys_comparison *comparison)
{
    return comparison->count;
}

int rs_comparison_at(const recsys_comparison *comparison, size_t i,
                     recsys_difference *difference)
{
    if (i >= comparison->count) return 0;
    *difference = comparison->item[i];
    return 1;
}

const char *rs_comparison_json(const recsys_comparison *comparison)
{
    return comparison->json;
}

void rs_comparison_free(recsys_comparison *comparison)
{
    if (comparison == NULL) return;
    recsys_runtime *runtime = comparison->runtime;
    rs_free(runtime, comparison->item);
    rs_free(runtime, comparison->json);
    rs_free(runtime, comparison);
    rs_runtime_release(runtime);
}

/* ---- beside the champion --------------------------------------------------------- */

/* One-sided at `confidence`: the low end of a two-sided interval of 2 x confidence - 1. */
static rs_interval_plan one_sided(rs_interval_plan plan, size_t users, double confidence)
{
    plan = rs_interval_settle(plan, users);
    if (plan.kind == RS_INTERVAL_NONE) plan.kind = RS_INTERVAL_NORMAL;
    plan.confidence = 2 * confidence - 1;
    return plan;
}

recsys_status rs_non_inferiority(rs_non_inferior *found, const recsys_report *report,
                                 const recsys_report *champion, const char *metric,
                                 double confidence, recsys_error *err)
{
    const recsys_report *const both[2] = {champion, report};
    size_t m = rs_metric_find(metric);
    recsys_status status = RECSYS_OK;
    rs_paired paired = {.runtime = report->runtime};
    double *gap = NULL, low[RS_USER_METRICS], high[RS_USER_METRICS];
    if (m >= RS_USER_METRICS)
        return rs_fail(err, RECSYS_E_CONFIG,
                       "evaluation.gate.champion.metric: \"%s\" has no values for users; "
                       "expected precision, recall, f1, ndcg, hit_rate, map, mrr or auc",
                       metric);
    RS_TRY(rs_paired_make(&paired, report->runtime, both, 2, 1, 1, err));
    gap = gaps_of(&paired, 1);
    if (gap == NULL) RS_TRY(no_memory(err));
    rs_interval_plan plan = one_sided(report->interval, paired.users, confidence);
    RS_TRY(rs_intervals(low, high, report->runtime, gap, paired.users, RS_USER_METRICS, &plan,
                        err));
    found->users = 0;
    for (size_t user = 0; user < paired.users; user++)
        found->users += (size_t)!isnan(gap[user * RS_USER_METRICS + m]);
    found->champion = mean_of(&paired, 0, m);
    found->difference = mean_of(&paired, 1, m) - found->champion;
    found->low = low[m];
out:
    rs_free(report->runtime, gap);
    rs_paired_free(&paired);
    return status;
}
