/* What a metric is called and what it says, in words for people who never met it. */
#ifndef CLI_REPORT_METRIC_H
#define CLI_REPORT_METRIC_H

typedef struct cli_metric {
    const char *name, *label;
    int better;       /* 1: more is better, -1: less is better, 0: depends */
    const char *says; /* one sentence */
} cli_metric;

/* A metric that is not known is called by its own name and says nothing (""). */
cli_metric cli_report_metric(const char *name);

#endif
