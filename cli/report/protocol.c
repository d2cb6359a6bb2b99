#include "protocol.h"

#include <math.h>
#include <string.h>

#include "common/table.h"
#include "put.h"

static const cJSON *protocol_of(const cli_report *view)
{
    return view->count == 0 ? NULL : cli_report_object(view->systems[0].report, "protocol");
}

static int is_one_of(const char *word, const char *a, const char *b)
{
    return word != NULL && (strcmp(word, a) == 0 || strcmp(word, b) == 0);
}

/* ---- candidates ------------------------------------------------------------------ */

const char *cli_report_candidates(const cli_report *view)
{
    const char *said = cli_report_text(protocol_of(view), "candidates");
    if (said != NULL && strcmp(said, "listed") == 0) return "listed";
    return said != NULL && strcmp(said, "rated") == 0 ? "rated" : "all";
}

const char *cli_report_candidates_words(const cli_report *view)
{
    const char *candidates = cli_report_candidates(view);
    if (strcmp(candidates, "listed") == 0)
        return "Only listed candidates were ranked (evaluation.candidates): these numbers are "
               "not comparable with those of a ranking of all movies.";
    if (strcmp(candidates, "rated") == 0)
        return "Only movies that somebody has rated were ranked (evaluation.candidate_movies).";
    return NULL;
}

/* ---- runs ------------------------------------------------------------------------ */

static void put_number(rs_text *out, const char *what, double number)
{
    rs_text_add(out, what);
    cli_report_put_short(out, number);
}

void cli_report_runs_words(const cli_report *view, rs_text *out)
{
    const cJSON *run =
        view->count == 0 ? NULL : cli_report_first(view->systems[0].json, "runs");
    int seeded = !isnan(cli_report_real(run, "seed"));
    double folds = 1, runs = (double)cli_report_runs(view);
    for (; run != NULL; run = run->next) folds = fmax(folds, cli_report_real(run, "fold"));
    if (folds <= 1) {
        cli_report_put_counted(out, runs, seeded ? "seed" : "run");
        return;
    }
    if (seeded && runs > folds) {
        cli_report_put_counted(out, round(runs / folds), "seed");
        rs_text_add(out, " of ");
    }
    cli_report_put_counted(out, folds, "fold");
}

void cli_report_run_words(const cJSON *run, rs_text *out)
{
    double seed = cli_report_real(run, "seed"), fold = cli_report_real(run, "fold");
    if (!isnan(seed)) put_number(out, "seed ", seed);
    if (!isnan(fold)) put_number(out, isnan(seed) ? "fold " : ", fold ", fold);
}

void cli_report_first_run_words(const cli_report *view, rs_text *out)
{
    if (cli_report_runs(view) < 2) return;
    const cJSON *run = cli_report_first(view->systems[0].json, "runs");
    int named = !isnan(cli_report_real(run, "seed")) || !isnan(cli_report_real(run, "fold"));
    rs_text_add(out, named ? " of the first run (" : " of the first run");
    cli_report_run_words(run, out);
    if (named) rs_text_add(out, ")");
}

/* ---- intervals ------------------------------------------------------------------- */

const cJSON *cli_report_intervals(const cli_report *view)
{
    for (size_t s = 0; s < view->count; s++) {
        const cJSON *found = cli_report_object(view->systems[s].report, "intervals");
        const cJSON *metrics = cli_report_object(found, "metrics");
        if (found != NULL && (metrics == NULL || metrics->child != NULL)) return found;
    }
    return NULL;
}

const cJSON *cli_report_difference_intervals(const cli_report *view)
{
    const cJSON *comparison = cli_report_object(view->json, "comparison");
    const char *method = cli_report_text(comparison, "method");
    return method != NULL && strcmp(method, "none") != 0 ? comparison : NULL;
}

void cli_report_interval_words(const cJSON *intervals, rs_text *out)
{
    double confidence = cli_report_real(intervals, "confidence");
    double replicates = cli_report_real(intervals, "replicates");
    const char *method = cli_report_text(intervals, "method");
    if (!isnan(confidence)) {
        cli_report_put_short(out, round(1000 * confidence) / 10);
        rs_text_add(out, "% ");
    }
    rs_text_add(out, "interval");
    if (method == NULL) return;
    rs_text_add(out, " (");
    rs_text_add(out, strcmp(method, "bca") == 0 ? "BCa" : method);
    if (replicates > 0 && is_one_of(method, "bca", "percentile")) {
        rs_text_add(out, " bootstrap over users, ");
        cli_report_put_counted(out, replicates, "replicate");
    }
    rs_text_add(out, ")");
}

/* ---- values ---------------------------------------------------------------------- */

int cli_report_is_count(const cli_report *view, const char *metric)
{
    const cJSON *protocol = protocol_of(view);
    const cJSON *changes = cli_report_object(protocol, "definition");
    const char *profile = cli_report_text(protocol, "profile"), *change;
    if (strcmp(metric, "coverage") == 0) {
        change = cli_report_text(changes, "coverage_of");
        return change != NULL ? strcmp(change, "count") == 0
                              : is_one_of(profile, "rectools", "elliot");
    }
    if (strcmp(metric, "hit_rate") != 0) return 0;
    change = cli_report_text(changes, "hit_rate");
    return change != NULL ? strcmp(change, "count") == 0
                          : is_one_of(profile, "dacrema", "dacrema");
}

/* The mean of counts need not be whole. */
const char *cli_report_value_text(char *buffer, const cli_report *view, const char *metric,
                                  double value)
{
    int whole = strcmp(metric, "coverage") == 0 && cli_report_is_count(view, metric) &&
                value >= 0 && floor(value) >= value;
    return whole ? cli_count(buffer, (uint64_t)value) : cli_report_real_text(buffer, value);
}
