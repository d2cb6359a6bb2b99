#include "eval/gate.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "config/config.h"

/* A rule: a number of the report, at the gate's own K, and the option that says how much it
 * must be. */
typedef struct rule_row {
    const char *name, *key;
    size_t metric; /* RS_METRICS: the number of evaluated users */
} rule_row;

static const rule_row rows[] = {
    {"precision", "evaluation.gate.precision", RS_METRIC_PRECISION},
    {"hit_rate", "evaluation.gate.hit_rate", RS_METRIC_HIT_RATE},
    {"coverage", "evaluation.gate.coverage", RS_METRIC_COVERAGE},
    {"users", "evaluation.gate.users", RS_METRICS},
};

enum { RULES = sizeof rows / sizeof *rows };

struct recsys_verdict {
    recsys_runtime *runtime;
    recsys_rule rules[RULES];
    int passed;
    char *json;
};

static double measured(const recsys_report *report, const rule_row *row)
{
    return row->metric < RS_METRICS ? report->gate.metrics[row->metric]
                                    : (double)report->gate_users;
}

static double minimum_of(const recsys_config *config, const rule_row *row)
{
    return row->metric < RS_METRICS ? rs_config_real(config, row->key)
                                    : (double)rs_config_int(config, row->key);
}

static recsys_rule judge(const rule_row *row, double value, double minimum)
{
    recsys_rule rule = RECSYS_RULE_INIT;
    rule.name = row->name;
    rule.value = value;
    rule.minimum = minimum;
    /* Written so that NaN on either side fails. */
    rule.passed = isfinite(value) && isfinite(minimum) && value >= minimum;
    return rule;
}

static void put_rules(rs_text *text, const recsys_verdict *verdict)
{
    rs_text_add(text, "\"rules\":[");
    for (size_t i = 0; i < RULES; i++) {
        const recsys_rule *rule = &verdict->rules[i];
        rs_text_printf(text, "%s{\"name\":\"%s\",\"value\":", i > 0 ? "," : "", rule->name);
        rs_json_put_real(text, rule->value);
        rs_text_add(text, ",\"minimum\":");
        rs_json_put_real(text, rule->minimum);
        rs_text_printf(text, ",\"passed\":%s}", rule->passed ? "true" : "false");
    }
    rs_text_printf(text, "],\"gate\":{\"k\":%d", RS_GATE_K);
    for (size_t i = 0; i < RULES; i++) {
        rs_text_printf(text, ",\"%s\":", rows[i].key);
        rs_json_put_real(text, verdict->rules[i].minimum);
    }
    rs_text_add(text, "}");
}

static char *verdict_text(const recsys_verdict *verdict, const recsys_report *report)
{
    rs_text text;
    rs_text_begin(&text, verdict->runtime);
    rs_text_printf(&text, "{\"passed\":%s", verdict->passed ? "true" : "false");
    rs_report_put_hashes(&text, report);
    rs_report_put_protocol(&text, report);
    rs_text_add(&text, ",");
    rs_report_put_metrics(&text, report);
    rs_text_add(&text, ",");
    put_rules(&text, verdict);
    rs_text_add(&text, "}");
    return rs_text_take(&text);
}

recsys_status rs_gate_check(recsys_verdict **verdict, const recsys_report *report,
                            const recsys_config *config, recsys_error *err)
{
    recsys_runtime *runtime = report->runtime;
    recsys_verdict *made = rs_array_zero(runtime, 1, sizeof *made);
    if (made == NULL) return rs_fail_memory(err, "recsys_gate_check");
    made->runtime = rs_runtime_retain(runtime);
    made->passed = 1;
    for (size_t i = 0; i < RULES; i++) {
        made->rules[i] =
            judge(&rows[i], measured(report, &rows[i]), minimum_of(config, &rows[i]));
        if (!made->rules[i].passed) made->passed = 0;
    }
    made->json = verdict_text(made, report);
    if (made->json == NULL) {
        rs_verdict_free(made);
        return rs_fail_memory(err, "recsys_gate_check");
    }
    *verdict = made;
    return RECSYS_OK;
}

int rs_verdict_passed(const recsys_verdict *verdict)
{
    return verdict->passed;
}

size_t rs_verdict_rule_count(const recsys_verdict *verdict)
{
    (void)verdict;
    return RULES;
}

int rs_verdict_rule(const recsys_verdict *verdict, size_t i, recsys_rule *rule)
{
    if (i >= RULES) return 0;
    /* An older caller's struct may be shorter: no more than it has is written. */
    size_t size = rule->struct_size < sizeof *rule ? rule->struct_size : sizeof *rule;
    size_t head = sizeof rule->struct_size;
    if (size > head)
        memcpy((char *)rule + head, (const char *)&verdict->rules[i] + head, size - head);
    return 1;
}

const char *rs_verdict_json(const recsys_verdict *verdict)
{
    return verdict->json;
}

void rs_verdict_free(recsys_verdict *verdict)
{
    if (verdict == NULL) return;
    recsys_runtime *runtime = verdict->runtime;
    rs_free(runtime, verdict->json);
    rs_free(runtime, verdict);
    rs_runtime_release(runtime);
}
