#include "eval/rules.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/config.h"
#include "eval/metrics.h"

enum { MOST_RULES = 100, LARGEST_K = 100000, LONGEST_NAME = 64 };

/* A part of the option's text, without blanks at its ends. */
typedef struct piece {
    const char *data;
    size_t size;
} piece;

static piece trim(const char *data, size_t size)
{
    while (size > 0 && *data == ' ') {
        data++;
        size--;
    }
    while (size > 0 && data[size - 1] == ' ') size--;
    return (piece){data, size};
}

static recsys_status refuse(piece rule, const char *problem, recsys_error *err)
{
    return rs_fail(err, RECSYS_E_CONFIG,
                   "evaluation.gate.rules: \"%.*s\": %s; expected METRIC@K >= NUMBER or <=, "
                   "such as ndcg@10 >= 0.25",
                   (int)(rule.size < 100 ? rule.size : 100), rule.data, problem);
}

static int read_k(piece text, size_t *k)
{
    int64_t value;
    if (!rs_parse_int(text.data, text.size, &value) || value < 1 || value > LARGEST_K) return 0;
    *k = (size_t)value;
    return 1;
}

static recsys_status read_rule(rs_bound *bound, piece rule, recsys_error *err)
{
    char name[LONGEST_NAME];
    const char *sign = memchr(rule.data, '=', rule.size);
    if (sign == NULL || sign == rule.data || (sign[-1] != '<' && sign[-1] != '>'))
        return refuse(rule, "has neither >= nor <=", err);
    piece left = trim(rule.data, (size_t)(sign - 1 - rule.data));
    piece right = trim(sign + 1, (size_t)(rule.data + rule.size - sign - 1));
    const char *at = memchr(left.data, '@', left.size);
    size_t size = at == NULL ? left.size : (size_t)(at - left.data);
    if (size >= sizeof name) return refuse(rule, "there is no such metric", err);
    memcpy(name, left.data, size);
    name[size] = '\0';
    *bound = (rs_bound){.metric = rs_metric_find(name), .k = RS_GATE_K};
    if (bound->metric == RS_METRICS) return refuse(rule, "there is no such metric", err);
    if (at != NULL && !read_k((piece){at + 1, left.size - size - 1}, &bound->k))
        return refuse(rule, "K is not a whole number from 1 to 100000", err);
    bound->at_most = sign[-1] == '<';
    if (!rs_parse_real(right.data, right.size, &bound->bound))
        return refuse(rule, "the bound is not a number", err);
    return RECSYS_OK;
}

recsys_status rs_rules_parse(rs_rules *rules, recsys_runtime *runtime,
                             const recsys_config *config, recsys_error *err)
{
    const char *at = rs_config_text(config, "evaluation.gate.rules");
    size_t room = *at != '\0';
    recsys_status status = RECSYS_OK;
    for (const char *p = at; *p != '\0'; p++) room += *p == ',';
    *rules = (rs_rules){.runtime = runtime};
    if (room > MOST_RULES)
        return rs_fail(err, RECSYS_E_CONFIG, "evaluation.gate.rules: %zu of them, at most %d",
                       room, MOST_RULES);
    rules->rule = rs_array(runtime, room, sizeof *rules->rule);
    if (rules->rule == NULL) return rs_fail_memory(err, "the gate's rules");
    while (rules->count < room && status == RECSYS_OK) {
        size_t size = strcspn(at, ",");
        status = read_rule(&rules->rule[rules->count++], trim(at, size), err);
        at += size + 1;
    }
    if (status != RECSYS_OK) rs_rules_free(rules);
    return status;
}

void rs_rules_free(rs_rules *rules)
{
    rs_free(rules->runtime, rules->rule);
    *rules = (rs_rules){.runtime = rules->runtime};
}
