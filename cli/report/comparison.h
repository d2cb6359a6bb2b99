/* Differences between two systems, told from the side of the one that is judged. */
#ifndef CLI_REPORT_COMPARISON_H
#define CLI_REPORT_COMPARISON_H

#include "view.h"

typedef struct cli_difference {
    const char *metric;
    double k;
    double value, other;          /* of the judged system and of the one it is held against */
    double difference, low, high; /* value - other, with its interval */
    double p, p_wilcoxon;         /* by randomisation, by ranks; NaN: not known */
    double p_adjusted;            /* the first after the comparison's correction, if any */
    int significant;              /* 1 yes, 0 no, -1 not known */
    int verdict;                  /* 1 better, -1 worse, 0 no clear difference */
    int judged;                   /* 0: the metric has no better or worse */
} cli_difference;

/* "better", "worse", "higher", "lower" (of a metric that has no better), "no clear
 * difference". */
const char *cli_difference_word(const cli_difference *difference);

/* The comparison's rows about the judged system (the first) and `other`: begin with row
 * NULL, go on with what was returned; NULL at the end. */
const cJSON *cli_report_difference(cli_difference *difference, const cli_report *view,
                                   const cli_report_system *other, const cJSON *row);
/* The row of the metric that stands for the whole: NDCG, or else the first. 0: no row. */
int cli_report_main_difference(cli_difference *difference, const cli_report *view,
                               const cli_report_system *other);
/* How many rows say better, worse, neither. */
typedef struct cli_difference_count {
    size_t better, worse, unclear;
} cli_difference_count;
cli_difference_count cli_report_count_differences(const cli_report *view,
                                                  const cli_report_system *other);
/* "p Holm": the head of a column with the p-values after the correction. */
const char *cli_report_adjusted_head(const cli_report *view);
/* The difference as a share of the other's value, NaN if that is not above 0. */
double cli_difference_share(const cli_difference *difference, double part);

#endif
