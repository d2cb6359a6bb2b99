#include "eval/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "eval/groups.h"
#include "eval/rules.h"
#include "eval/variety.h"

/* ---- cut-offs -------------------------------------------------------------------- */

static int compare_cuts(const void *a, const void *b)
{
    size_t x = ((const rs_cut *)a)->k, y = ((const rs_cut *)b)->k;
    return (x > y) - (x < y);
}

static void add_cut(rs_scored *scored, size_t k)
{
    for (size_t c = 0; c < scored->cuts; c++)
        if (scored->cut[c].k == k) return;
    rs_cut *cut = &scored->cut[scored->cuts++];
    cut->k = k;
    for (size_t m = 0; m < RS_METRICS; m++)
        cut->metrics[m] = cut->low[m] = cut->high[m] = (double)NAN;
}

static size_t find_cut(const rs_scored *scored, size_t k)
{
    size_t cut = 0;
    while (cut < scored->cuts && scored->cut[cut].k != k) cut++;
    return cut;
}

/* evaluation.cutoffs, such as "5,10,20", and evaluation.k. */
static recsys_status make_cuts(recsys_report *report, const recsys_config *config,
                               recsys_error *err)
{
    enum { MOST = 100, LARGEST = 100000 };
    rs_scored *lists = &report->lists;
    const char *list = rs_config_text(config, "evaluation.cutoffs"), *at = list;
    size_t k = (size_t)rs_config_int(config, "evaluation.k"), count = 1;
    for (const char *p = list; *p != '\0'; p++) count += *p == ',' || p == list;
    if (count > MOST + 1)
        return rs_fail(err, RECSYS_E_CONFIG, "evaluation.cutoffs: %zu of them, at most %d",
                       count - 1, MOST);
    lists->cut = rs_array_zero(report->runtime, count, sizeof *lists->cut);
    if (lists->cut == NULL) return rs_fail_memory(err, "recsys_evaluate");
    while (*at != '\0') {
        size_t size = strcspn(at, ",");
        int64_t cut;
        if (!rs_parse_int(at, size, &cut) || cut < 1 || cut > LARGEST)
            return rs_fail(
                err, RECSYS_E_CONFIG,
                "evaluation.cutoffs: \"%s\" is no list of whole numbers from 1 to %d "
                "with commas between them",
                list, LARGEST);
        add_cut(lists, (size_t)cut);
        at += size + (at[size] == ',');
    }
    add_cut(lists, k);
    qsort(lists->cut, lists->cuts, sizeof *lists->cut, compare_cuts);
    report->told = find_cut(lists, k);
    return RECSYS_OK;
}

/* The gate's own cut-off and those of evaluation.gate.rules. */
static recsys_status make_gate_cuts(recsys_report *report, const recsys_config *config,
                                    recsys_error *err)
{
    rs_rules rules;
    rs_scored *gate = &report->gate;
    recsys_status status = rs_rules_parse(&rules, report->runtime, config, err);
    if (status != RECSYS_OK) return status;
    gate->cut = rs_array_zero(report->runtime, rules.count + 1, sizeof *gate->cut);
    if (gate->cut == NULL) {
        rs_rules_free(&rules);
        return rs_fail_memory(err, "recsys_evaluate");
    }
    add_cut(gate, RS_GATE_K);
    for (size_t i = 0; i < rules.count; i++) add_cut(gate, rules.rule[i].k);
    qsort(gate->cut, gate->cuts, sizeof *gate->cut, compare_cuts);
    rs_rules_free(&rules);
    return RECSYS_OK;
}

/* ---- making it ------------------------------------------------------------------- */

static recsys_status note_changes(recsys_report *report, const recsys_config *config,
                                  recsys_error *err)
{
    rs_text text;
    rs_text_begin(&text, report->runtime);
    rs_definition_put_changes(&text, config);
    report->changes = rs_text_take(&text);
    return report->changes != NULL ? RECSYS_OK : rs_fail_memory(err, "recsys_evaluate");
}

static recsys_status configure(recsys_report *report, const recsys_config *config, float top,
                               recsys_error *err)
{
    recsys_status status;
    RS_TRY(make_cuts(report, config, err));
    RS_TRY(make_gate_cuts(report, config, err));
    RS_TRY(note_changes(report, config, err));
    RS_TRY(rs_groups_check(report->runtime, config, err));
    report->definition = rs_definition_from(config);
    report->interval = rs_interval_plan_from(config);
    report->pairs = rs_config_bool(config, "evaluation.pairs");
    report->pair_sample = (size_t)rs_config_int(config, "evaluation.pair_sample");
    report->decimals = (int)rs_config_int(config, "evaluation.decimals");
    report->only_rated = rs_config_choice(config, "evaluation.candidate_movies") == 1;
    report->keep_rated = rs_config_choice(config, "evaluation.seen_mask") == 1;
    report->seen_given = rs_config_text(config, "evaluation.seen_ratings")[0] != '\0';
    report->share = rs_config_real(config, "evaluation.relevance_threshold");
    report->threshold = report->share * (double)top;
    report->least = (double)(float)report->threshold;
    if (config == NULL || !recsys_config_is_set(config, "evaluation.split")) goto out;
    const char *split = rs_config_text(config, "evaluation.split");
    report->seeded = strcmp(split, "given") != 0;
    report->seed = rs_config_int(config, "evaluation.seed");
    report->split = rs_strdup(report->runtime, split);
    if (report->split == NULL) status = rs_fail_memory(err, "recsys_evaluate");
out:
    return status;
}

recsys_status rs_report_make(recsys_report **report, recsys_runtime *runtime,
                             const recsys_config *config, float top, recsys_error *err)
{
    recsys_report *made = rs_array_zero(runtime, 1, sizeof *made);
    if (made == NULL) return rs_fail_memory(err, "recsys_evaluate");
    made->runtime = rs_runtime_retain(runtime);
    made->lists.scores.runtime = made->gate.scores.runtime = runtime;
    rs_text_begin(&made->ids, runtime);
    recsys_status status = configure(made, config, top, err);
    if (status == RECSYS_OK)
        *report = made;
    else
        rs_report_free(made);
    return status;
}

static void free_scored(recsys_runtime *runtime, rs_scored *scored)
{
    rs_free(runtime, scored->cut);
    rs_scores_free(&scored->scores);
}

void rs_report_free(recsys_report *report)
{
    if (report == NULL) return;
    recsys_runtime *runtime = report->runtime;
    free_scored(runtime, &report->lists);
    free_scored(runtime, &report->gate);
    rs_breakdowns_free(report);
    rs_text_free(&report->ids);
    rs_free(runtime, report->id_at);
    rs_free(runtime, report->changes);
    rs_free(runtime, report->examples);
    rs_free(runtime, report->titles);
    rs_free(runtime, report->split);
    rs_free(runtime, report->json);
    rs_free(runtime, report);
    rs_runtime_release(runtime);
}

/* ---- users ----------------------------------------------------------------------- */

recsys_status rs_report_add_user(recsys_report *report, rs_id_text id, recsys_error *err)
{
    if (report->id_at == NULL)
        report->id_at =
            rs_array(report->runtime, report->lists.scores.users, sizeof *report->id_at);
    if (report->id_at == NULL) return rs_fail_memory(err, "recsys_evaluate");
    report->id_at[report->named++] = report->ids.size;
    rs_text_add_bytes(&report->ids, id.data, id.size);
    rs_text_add_bytes(&report->ids, "", 1);
    return report->ids.failed ? rs_fail_memory(err, "recsys_evaluate") : RECSYS_OK;
}

const char *rs_report_user(const recsys_report *report, size_t i)
{
    return i < report->named ? report->ids.data + report->id_at[i] : NULL;
}

recsys_status rs_report_label(recsys_report *report, int listed, recsys_error *err)
{
    report->candidates = listed;
    if (listed || !report->definition.listed_candidates) return RECSYS_OK;
    return rs_fail(err, RECSYS_E_CONFIG,
                   "evaluation.profile: %s ranks listed candidates; expected their file in "
                   "evaluation.candidates",
                   report->definition.name);
}

/* Compared as floats, as ratings are stored: 0.7 * 3 in doubles is above the rating 2.1f. */
int rs_report_relevant(const recsys_report *report, float rating)
{
    return rating >= (float)report->threshold;
}

/* ---- scoring --------------------------------------------------------------------- */

static double coverage_of(const recsys_report *report, const rs_definition *d, uint64_t listed)
{
    double movies = (double)report->movies, scale = d->coverage_in_percent ? 100 : 1;
    if (d->coverage_of == RS_COVERAGE_COUNT) return (double)listed * scale;
    if (d->coverage_of == RS_COVERAGE_RATED) movies = (double)report->rated;
    if (d->coverage_of == RS_COVERAGE_PADDED) movies += report->movies > 0;
    return movies > 0 ? (double)listed * scale / movies : (double)NAN;
}

static void fill_cuts(const recsys_report *report, const rs_definition *d,
                      const rs_errors *errors, rs_scored *scored)
{
    double pairs = (double)errors->pairs;
    const rs_scores *scores = &scored->scores;
    for (size_t c = 0; c < scored->cuts; c++) {
        rs_cut *cut = &scored->cut[c];
        memcpy(cut->metrics, scores->mean + c * RS_USER_METRICS,
               RS_USER_METRICS * sizeof *scores->mean);
        cut->metrics[RS_METRIC_COVERAGE] = coverage_of(report, d, scores->listed[c]);
        cut->metrics[RS_METRIC_DIVERSITY] = scores->diversity[c];
        if (errors->pairs == 0) continue;
        cut->metrics[RS_METRIC_RMSE] = sqrt(errors->square / pairs);
        cut->metrics[RS_METRIC_MAE] = errors->absolute / pairs;
    }
}

static recsys_status score_into(const recsys_report *report, rs_scored *scored,
                                const rs_definition *d, const rs_entries *lists,
                                const rs_material *material, recsys_error *err)
{
    size_t *k = rs_array(report->runtime, scored->cuts, sizeof *k);
    if (k == NULL) return rs_fail_memory(err, "recsys_evaluate");
    for (size_t c = 0; c < scored->cuts; c++) k[c] = scored->cut[c].k;
    const rs_scoring scoring = {d, k, scored->cuts, report->least, material->auc};
    recsys_status status = rs_score_lists(&scored->scores, lists, material->judged,
                                          material->users, material->movies, &scoring, err);
    rs_free(report->runtime, k);
    if (status == RECSYS_OK) fill_cuts(report, d, &material->errors, scored);
    return status;
}

/* Intervals of the metrics of lists that are means over users. */
static recsys_status bound_each(const recsys_report *report, rs_cut *cut, const rs_variety *v,
                                recsys_error *err)
{
    double low[RS_EACH], high[RS_EACH];
    recsys_status status = rs_intervals(low, high, report->runtime, v->each, v->users, RS_EACH,
                                        &report->interval, err);
    for (size_t i = 0; i < RS_EACH && status == RECSYS_OK; i++) {
        cut->low[rs_each_metric(i)] = low[i];
        cut->high[rs_each_metric(i)] = high[i];
    }
    return status;
}

/* What the lists are like together. */
static recsys_status look_at_all(recsys_report *report, rs_scored *scored,
                                 const rs_definition *d, const rs_entries *lists,
                                 const rs_material *material, int is_told, recsys_error *err)
{
    rs_variety v = {.runtime = report->runtime,
                    .lists = lists,
                    .judged = material->judged,
                    .user = scored->scores.user,
                    .users = scored->scores.users,
                    .movies = material->movies,
                    .relevant_from = report->least,
                    .evidence = material->evidence,
                    .definition = d,
                    .pairs = report->pairs,
                    .pair_sample = report->pair_sample,
                    .seed = report->interval.seed};
    recsys_status status = rs_variety_begin(&v, err);
    for (size_t c = 0; c < scored->cuts && status == RECSYS_OK; c++) {
        rs_variety_measure(&v, scored->cut[c].k, scored->cut[c].metrics);
        status = bound_each(report, &scored->cut[c], &v, err);
    }
    if (status == RECSYS_OK && is_told) {
        report->drawn_pairs = v.drawn_pairs;
        rs_variety_expose(&v, report->lists.cut[report->told].k, &report->exposure);
    }
    rs_variety_free(&v);
    return status;
}

/* Intervals of all users' metrics at all cut-offs, from the same resamples. An F1 of means is
 * no mean over users and has none. */
static recsys_status bound(const recsys_report *report, rs_scored *scored,
                           const rs_definition *d, recsys_error *err)
{
    const rs_scores *scores = &scored->scores;
    size_t columns = scored->cuts * RS_USER_METRICS;
    double *ends = rs_array(report->runtime, columns, 2 * sizeof *ends);
    if (ends == NULL) return rs_fail_memory(err, "recsys_evaluate");
    recsys_status status = rs_intervals(ends, ends + columns, report->runtime, scores->value,
                                        scores->users, columns, &report->interval, err);
    for (size_t i = 0; i < columns && status == RECSYS_OK; i++) {
        rs_cut *cut = &scored->cut[i / RS_USER_METRICS];
        size_t metric = i % RS_USER_METRICS;
        if (metric == RS_METRIC_F1 && d->f1 == RS_F1_OF_MEANS) continue;
        cut->low[metric] = ends[i];
        cut->high[metric] = ends[columns + i];
    }
    rs_free(report->runtime, ends);
    return status;
}

/* Are the gate's numbers among those that the report tells anyway? */
static int has_gate_cuts(const recsys_report *report)
{
    for (size_t c = 0; c < report->gate.cuts; c++)
        if (find_cut(&report->lists, report->gate.cut[c].k) == report->lists.cuts) return 0;
    return 1;
}

static void share_gate(recsys_report *report)
{
    rs_scored *gate = &report->gate;
    report->is_gate_shared = 1;
    for (size_t c = 0; c < gate->cuts; c++)
        gate->cut[c] = report->lists.cut[find_cut(&report->lists, gate->cut[c].k)];
}

/* Two definitions are the same if they are the same profile and nothing was changed in it. */
static int is_own(const recsys_report *report)
{
    return strcmp(report->definition.name, rs_definition_at(0)->name) == 0 &&
           strcmp(report->changes, "{}") == 0;
}

static size_t count_judged(const rs_entries *judged)
{
    size_t count = 0;
    for (size_t user = 0; user < judged->users; user++)
        count += rs_entries_of(judged, user) > 0;
    return count;
}

/* Everything that is told of one set of lists. */
static recsys_status measure(recsys_report *report, rs_scored *scored, const rs_definition *d,
                             const rs_entries *lists, const rs_material *material, int is_told,
                             recsys_error *err)
{
    recsys_status status;
    RS_TRY(score_into(report, scored, d, lists, material, err));
    RS_TRY(look_at_all(report, scored, d, lists, material, is_told, err));
    RS_TRY(bound(report, scored, d, err));
out:
    return status;
}

recsys_status rs_report_score(recsys_report *report, const rs_material *material,
                              recsys_error *err)
{
    recsys_status status;
    report->interval = rs_interval_settle(report->interval, count_judged(material->judged));
    RS_TRY(measure(report, &report->lists, &report->definition, material->lists, material, 1,
                   err));
    report->users = report->lists.scores.users;
    report->skipped = report->lists.scores.judged - report->lists.scores.users;
    report->predicted = material->errors.pairs;
    if (material->lists == material->gate && is_own(report) && has_gate_cuts(report))
        share_gate(report);
    else
        RS_TRY(measure(report, &report->gate, rs_definition_at(0), material->gate, material, 0,
                       err));
out:
    return status;
}

int rs_same_test(const recsys_report *a, const recsys_report *b)
{
    return a->data_hash[0] == '\0' || b->data_hash[0] == '\0' ||
           strcmp(a->data_hash, b->data_hash) == 0;
}

const rs_scores *rs_report_gate_scores(const recsys_report *report)
{
    return report->is_gate_shared ? &report->lists.scores : &report->gate.scores;
}

size_t rs_report_gate_scores_cut(const recsys_report *report, size_t k)
{
    return find_cut(report->is_gate_shared ? &report->lists : &report->gate, k);
}

size_t rs_report_gate_cut(const recsys_report *report, size_t k)
{
    return find_cut(&report->gate, k);
}

/* ---- asking ---------------------------------------------------------------------- */

double rs_report_told(const recsys_report *report, double mean)
{
    return report->decimals < RS_ALL_DECIMALS ? rs_round(mean, report->decimals) : mean;
}

static recsys_status no_metric(const char *name, recsys_error *err)
{
    char known[512] = "";
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

/* The metric and the cut-off of these names. */
static recsys_status find_cell(const recsys_report *report, const char *name, size_t k,
                               size_t *metric, size_t *cut, recsys_error *err)
{
    *metric = name == NULL ? RS_METRICS : rs_metric_find(name);
    *cut = k == 0 ? report->told : find_cut(&report->lists, k);
    if (*metric >= RS_METRICS) return no_metric(name, err);
    if (*cut < report->lists.cuts) return RECSYS_OK;
    return rs_fail(err, RECSYS_E_NOT_FOUND,
                   "recsys_report_metric: nothing was scored at %zu; see "
                   "evaluation.cutoffs",
                   k);
}

recsys_status rs_report_metric(const recsys_report *report, const char *name, size_t k,
                               double *value, recsys_interval *interval, recsys_error *err)
{
    size_t metric, cut;
    recsys_status status = find_cell(report, name, k, &metric, &cut, err);
    if (status != RECSYS_OK) return status;
    *value = rs_report_told(report, report->lists.cut[cut].metrics[metric]);
    interval->low = report->lists.cut[cut].low[metric];
    interval->high = report->lists.cut[cut].high[metric];
    interval->confidence = report->interval.confidence;
    return RECSYS_OK;
}

recsys_status rs_report_user_metric(const recsys_report *report, size_t i, const char *name,
                                    size_t k, double *value, recsys_error *err)
{
    size_t metric, cut;
    recsys_status status = find_cell(report, name, k, &metric, &cut, err);
    if (status != RECSYS_OK) return status;
    if (i >= report->named)
        return rs_fail(err, RECSYS_E_NOT_FOUND,
                       "recsys_report_user_metric: user %zu of %zu, counted from 0", i,
                       report->named);
    *value = metric < RS_USER_METRICS ? rs_scores_at(&report->lists.scores, i, cut, metric)
                                      : (double)NAN;
    return RECSYS_OK;
}
