/* What the gate says of a report. */
#ifndef RS_VERDICTS_TESTING_H
#define RS_VERDICTS_TESTING_H

#include "testing.h"

#include <recsys/recsys.h>

static inline recsys_verdict *judge(const recsys_report *report, const recsys_report *champion,
                                    const recsys_config *config)
{
    recsys_verdict *verdict = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_gate_check(&verdict, report, champion, config, &err), &err);
    return verdict;
}

static inline recsys_rule rule_at(const recsys_verdict *verdict, size_t i)
{
    recsys_rule rule = RECSYS_RULE_INIT;
    assert_int_equal(recsys_verdict_rule(verdict, i, &rule), 1);
    return rule;
}

#endif
