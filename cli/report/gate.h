/* The rules of the gate as the verdicts have them. */
#ifndef CLI_REPORT_GATE_H
#define CLI_REPORT_GATE_H

#include "view.h"

/* What one verdict says of a rule. */
typedef struct cli_rule {
    const char *name, *metric, *reason;
    double k, value, bound;
    double low, high; /* interval; with `low` alone, the lower bound that is judged */
    int at_most, passed;
} cli_rule;

cli_rule cli_report_rule(const cJSON *rule); /* no name: it is none */
/* The first rule of a run's verdict: walk with ->next. */
const cJSON *cli_report_rules(const cJSON *run);

/* One rule over all runs. */
typedef struct cli_rules {
    cli_rule first;
    double least, most;  /* what was measured */
    double low, high;    /* of one run its interval; of several the lowest bound judged */
    size_t runs, passed; /* in how many runs it was asked, and held */
} cli_rules;

/* The rule that is `item` in the system's first run. */
cli_rules cli_report_gather(const cli_report_system *judged, const cJSON *item);

/* "NDCG@20", "Coverage beside the champion, difference"; plain text. */
void cli_report_rule_words(const cli_rule *rule, rs_text *out);
/* A value of the rule: of users a count. */
void cli_report_put_rule_value(rs_text *out, const cli_rule *rule, double value);
/* "at least 0.1", "at most 1.5". */
void cli_report_put_bound(rs_text *out, const cli_rule *rule);

#endif
