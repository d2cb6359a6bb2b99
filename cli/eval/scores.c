#include "scores.h"

#include <math.h>
#include <string.h>

static size_t find(const recsys_report *report, const char *name)
{
    size_t m = 0;
    while (m < recsys_report_metric_count(report) &&
           strcmp(recsys_report_metric_name(report, m), name) != 0)
        m++;
    return m;
}

size_t cli_main_metrics(const recsys_report *report)
{
    return find(report, "diversity") + 1;
}

size_t cli_user_metrics(const recsys_report *report)
{
    return find(report, "coverage");
}

double cli_metric_at(const recsys_report *report, size_t m, size_t k)
{
    double value = (double)NAN;
    const char *name = recsys_report_metric_name(report, m);
    recsys_status status = recsys_report_metric(report, name, k, &value, NULL, NULL);
    return status == RECSYS_OK ? value : (double)NAN;
}

recsys_interval cli_interval_at(const recsys_report *report, size_t m, size_t k)
{
    double value;
    recsys_interval interval = RECSYS_INTERVAL_INIT;
    interval.low = interval.high = (double)NAN;
    const char *name = recsys_report_metric_name(report, m);
    if (recsys_report_metric(report, name, k, &value, &interval, NULL) != RECSYS_OK)
        interval.low = interval.high = (double)NAN;
    return interval;
}

int cli_has_intervals(const recsys_report *report)
{
    for (size_t m = 0; m < cli_user_metrics(report); m++)
        if (!isnan(cli_interval_at(report, m, 0).low)) return 1;
    return 0;
}
