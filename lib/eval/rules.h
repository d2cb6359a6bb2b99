/* Rules of the gate that the config adds: any metric at any cut-off against a bound. */
#ifndef RS_EVAL_RULES_H
#define RS_EVAL_RULES_H

#include <recsys/config.h>

#include "base/runtime.h"

typedef struct rs_bound {
    size_t metric, k;
    int at_most; /* <=, else >= */
    double bound;
} rs_bound;

typedef struct rs_rules {
    recsys_runtime *runtime;
    rs_bound *rule; /* [count] as the config has them */
    size_t count;
} rs_rules;

/* evaluation.gate.rules, such as "ndcg@10 >= 0.25, popularity_bias <= 1"; without "@K" at the
 * gate's own cut-off. Errors: CONFIG, naming the rule; NO_MEMORY. */
recsys_status rs_rules_parse(rs_rules *rules, recsys_runtime *runtime,
                             const recsys_config *config, recsys_error *err);
void rs_rules_free(rs_rules *rules);

#endif
