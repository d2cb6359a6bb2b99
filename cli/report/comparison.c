#include "comparison.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "metric.h"

const char *cli_difference_word(const cli_difference *d)
{
    if (d->judged && d->verdict != 0) return d->verdict > 0 ? "better" : "worse";
    if (d->significant == 1 && !isnan(d->difference))
        return d->difference > 0 ? "higher" : "lower";
    return d->significant < 0 ? "not tested" : "no clear difference";
}

/* The p-value after the correction that the comparison names. */
static double adjusted_p(const cJSON *comparison, const cJSON *row)
{
    char key[40];
    const char *correction = cli_report_text(comparison, "correction");
    if (correction == NULL) return (double)NAN;
    snprintf(key, sizeof key, "p_%s", correction);
    return cli_report_real(row, key);
}

const char *cli_report_adjusted_head(const cli_report *view)
{
    const char *correction =
        cli_report_text(cli_report_object(view->json, "comparison"), "correction");
    return correction != NULL && strcmp(correction, "holm") == 0 ? "p Holm" : "p adjusted";
}

static void turn_round(cli_difference *d)
{
    double value = d->value, low = d->low;
    d->value = d->other;
    d->other = value;
    d->difference = -d->difference;
    d->low = -d->high;
    d->high = -low;
}

static void judge(cli_difference *d)
{
    int better = cli_report_metric(d->metric).better;
    d->judged = better != 0;
    d->verdict = 0;
    if (d->significant != 1 || isnan(d->difference)) return;
    if (d->difference > 0) d->verdict = better;
    if (d->difference < 0) d->verdict = -better;
}

/* The comparison's baseline may be either of the two. */
static int read_row(cli_difference *d, const cli_report *view, const char *other,
                    const cJSON *row)
{
    const cJSON *comparison = cli_report_object(view->json, "comparison");
    const char *judged = view->systems[0].name;
    const char *baseline = cli_report_text(comparison, "baseline");
    const char *system = cli_report_text(row, "system");
    *d = (cli_difference){.metric = cli_report_text(row, "metric")};
    if (baseline == NULL || system == NULL || d->metric == NULL) return 0;
    int turned = strcmp(baseline, judged) == 0 && strcmp(system, other) == 0;
    if (!turned && !(strcmp(baseline, other) == 0 && strcmp(system, judged) == 0)) return 0;
    d->k = cli_report_real(row, "k");
    d->value = cli_report_real(row, "value");
    d->other = cli_report_real(row, "baseline");
    d->difference = cli_report_real(row, "difference");
    d->low = cli_report_real(row, "low");
    d->high = cli_report_real(row, "high");
    if (!(d->low <= d->high)) d->low = d->high = (double)NAN;
    d->p = cli_report_real(row, "p");
    d->p_wilcoxon = cli_report_real(row, "p_wilcoxon");
    d->p_adjusted = adjusted_p(comparison, row);
    d->significant = cli_report_flag(row, "significant");
    if (turned) turn_round(d);
    judge(d);
    return 1;
}

const cJSON *cli_report_difference(cli_difference *difference, const cli_report *view,
                                   const cli_report_system *other, const cJSON *row)
{
    if (view->count == 0) return NULL;
    row = row != NULL
              ? row->next
              : cli_report_first(cli_report_object(view->json, "comparison"), "differences");
    while (row != NULL && !read_row(difference, view, other->name, row)) row = row->next;
    return row;
}

int cli_report_main_difference(cli_difference *difference, const cli_report *view,
                               const cli_report_system *other)
{
    cli_difference d;
    const cJSON *row = NULL;
    int found = 0;
    while ((row = cli_report_difference(&d, view, other, row)) != NULL) {
        int wanted = strcmp(d.metric, "ndcg") == 0;
        if (!found || wanted) *difference = d;
        found = 1;
        if (wanted) break;
    }
    return found;
}

cli_difference_count cli_report_count_differences(const cli_report *view,
                                                  const cli_report_system *other)
{
    cli_difference d;
    cli_difference_count count = {0, 0, 0};
    const cJSON *row = NULL;
    while ((row = cli_report_difference(&d, view, other, row)) != NULL) {
        count.better += d.judged && d.verdict > 0;
        count.worse += d.judged && d.verdict < 0;
        count.unclear += d.judged && d.verdict == 0;
    }
    return count;
}

double cli_difference_share(const cli_difference *difference, double part)
{
    return difference->other > 0 ? part / difference->other : (double)NAN;
}
