/* The quality gate: a report held against evaluation.gate.*, and against the champion's. */
#ifndef RS_EVAL_GATE_H
#define RS_EVAL_GATE_H

#include "eval/report.h"

/* `champion` NULL: there is none. Errors: NO_MEMORY; CONFIG for rules that cannot be read; a
 * report that is not good enough is a verdict, not an error. */
recsys_status rs_gate_check(recsys_verdict **verdict, const recsys_report *report,
                            const recsys_report *champion, const recsys_config *config,
                            recsys_error *err);
int rs_verdict_passed(const recsys_verdict *verdict);
size_t rs_verdict_rule_count(const recsys_verdict *verdict);
int rs_verdict_rule(const recsys_verdict *verdict, size_t i, recsys_rule *rule);
const char *rs_verdict_json(const recsys_verdict *verdict);
void rs_verdict_free(recsys_verdict *verdict);

#endif
