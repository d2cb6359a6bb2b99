#include "eval/gate.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "config/config.h"
#include "eval/compare.h"
#include "eval/rules.h"

#define GATE "evaluation.gate."
#define CHAMPION GATE "champion."

/* The product's own rules: metrics at the gate's K, and the option that says how much each
 * must be. */
static const struct own_rule {
    const char *key;
    size_t metric;
} own[] = {
    {GATE "precision", RS_METRIC_PRECISION},
    {GATE "hit_rate", RS_METRIC_HIT_RATE},
    {GATE "coverage", RS_METRIC_COVERAGE},
};

enum { OWN = sizeof own / sizeof *own, CHAMPION_RULES = 3 };

typedef struct judged {
    recsys_rule rule;
    size_t name, reason; /* where they begin in `words`; reason 0: it passed */
    size_t metric, k;    /* metric RS_METRICS: the number of users */
} judged;

struct recsys_verdict {
    recsys_runtime *runtime;
    judged *rule; /* [count] */
    size_t count;
    rs_text words; /* texts of the rules, each ended by a zero byte */
    int passed;
    char *json;
};

/* ---- one rule -------------------------------------------------------------------- */

static size_t keep(recsys_verdict *v, const char *text)
{
    size_t at = v->words.size;
    rs_text_add(&v->words, text);
    rs_text_add_bytes(&v->words, "", 1);
    return at;
}

/* What is to be judged. */
typedef struct claim {
    size_t metric, k; /* metric RS_METRICS: the number of users */
    recsys_rule rule;
    double held;         /* what must keep the bound: the value, or one end of its interval */
    const char *verb;    /* NAME verb HELD, expected at least BOUND */
    const char *unknown; /* NAME unknown: why it cannot be held against anything, or NULL */
} claim;

static double rounded(double value)
{
    return round(value * 1e6) / 1e6 + 0.0;
}

/* "ndcg@10 is 0.2, expected at least 0.25"; all digits where six do not show a difference. */
static void put_shortfall(rs_text *text, const claim *c)
{
    double bound = c->rule.bound;
    int exact = rounded(c->held) == rounded(bound);
    rs_text_printf(text, " %s ", c->verb);
    if (isfinite(c->held))
        rs_text_add_real(text, exact ? c->held : rounded(c->held));
    else
        rs_text_add(text, "not a number");
    rs_text_add(text, c->rule.at_most ? ", expected at most " : ", expected at least ");
    rs_text_add_real(text, exact ? bound : rounded(bound));
}

static size_t keep_reason(recsys_verdict *v, const char *name, const claim *c)
{
    rs_text text;
    rs_text_begin(&text, v->runtime);
    rs_text_add(&text, name);
    if (c->unknown != NULL)
        rs_text_printf(&text, " %s", c->unknown);
    else
        put_shortfall(&text, c);
    v->words.failed |= text.failed;
    size_t kept = text.failed ? 0 : keep(v, text.data);
    rs_text_free(&text);
    return kept;
}

static void add(recsys_verdict *v, const char *name, claim c)
{
    double bound = c.rule.bound;
    /* Written so that NaN on either side fails. */
    c.rule.passed = c.unknown == NULL && isfinite(c.held) && isfinite(bound) &&
                    (c.rule.at_most ? c.held <= bound : c.held >= bound);
    size_t name_at = keep(v, name);
    size_t reason_at = c.rule.passed ? 0 : keep_reason(v, name, &c);
    if (!c.rule.passed) v->passed = 0;
    v->rule[v->count++] = (judged){c.rule, name_at, reason_at, c.metric, c.k};
}

static claim claim_of(size_t metric, double value, double bound)
{
    claim c = {metric, RS_GATE_K, RECSYS_RULE_INIT, value, "is", NULL};
    c.rule.value = value;
    c.rule.low = c.rule.high = (double)NAN;
    c.rule.bound = bound;
    return c;
}

static void add_metric(recsys_verdict *v, const recsys_report *report, const char *name,
                       const rs_bound *bound)
{
    size_t cut = rs_report_gate_cut(report, bound->k);
    claim c = claim_of(bound->metric, (double)NAN, bound->bound);
    c.k = bound->k;
    c.rule.at_most = bound->at_most;
    if (cut == report->gate.cuts) {
        c.unknown = "was not scored: the report was made with another evaluation.gate.rules";
    } else {
        c.held = c.rule.value = report->gate.cut[cut].metrics[bound->metric];
        if (isnan(c.held) && bound->metric == RS_METRIC_COVERAGE && report->movies == 0)
            c.unknown = "is not known: it needs training ratings or a catalogue";
        c.rule.low = report->gate.cut[cut].low[bound->metric];
        c.rule.high = report->gate.cut[cut].high[bound->metric];
    }
    add(v, name, c);
}

static void add_own(recsys_verdict *v, const recsys_report *report, const recsys_config *config)
{
    for (size_t i = 0; i < OWN; i++) {
        const rs_bound bound = {own[i].metric, RS_GATE_K, 0,
                                rs_config_real(config, own[i].key)};
        add_metric(v, report, rs_metric_name(own[i].metric), &bound);
    }
    add(v, "users",
        claim_of(RS_METRICS, (double)rs_report_gate_scores(report)->users,
                 rs_config_real(config, GATE "users")));
}

/* A run of sampled candidates is easy to get right; a model's lists for the gate are always of
 * all movies. */
static void add_candidates(recsys_verdict *v, const recsys_report *report)
{
    claim c = claim_of(RS_METRICS, 0, 1);
    if (!report->candidates || report->model_hash[0] != '\0') return;
    c.unknown = "were listed: the gate judges rankings of all movies";
    add(v, "candidates", c);
}

/* A system that may have seen what it is judged by. */
static void add_leaks(recsys_verdict *v, const recsys_report *report)
{
    claim c = claim_of(RS_METRICS, (double)report->leaks, 0);
    c.rule.at_most = 1;
    c.verb = "among the training ratings are";
    if (report->leaks > 0) add(v, "judgements", c);
}

static void add_rules(recsys_verdict *v, const recsys_report *report, const rs_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++) {
        rs_text name;
        rs_text_begin(&name, v->runtime);
        rs_text_printf(&name, "%s@%zu", rs_metric_name(rules->rule[i].metric),
                       rules->rule[i].k);
        v->words.failed |= name.failed;
        if (!name.failed) add_metric(v, report, name.data, &rules->rule[i]);
        rs_text_free(&name);
    }
}

/* ---- beside the champion --------------------------------------------------------- */

/* How much of the champion's value may be lost; a share of less than nothing is of its size. */
static double allowed(const recsys_config *config, const char *key, double champion)
{
    double loss = rs_config_real(config, key) * fabs(champion);
    return loss > 0 ? -loss : 0;
}

static double at_gate(const recsys_report *report, size_t metric)
{
    size_t cut = rs_report_gate_cut(report, RS_GATE_K);
    return cut < report->gate.cuts ? report->gate.cut[cut].metrics[metric] : (double)NAN;
}

static void add_loss(recsys_verdict *v, const recsys_report *report,
                     const recsys_report *champion, size_t metric, const char *name,
                     double bound)
{
    add(v, name, claim_of(metric, at_gate(report, metric) - at_gate(champion, metric), bound));
}

/* Why the two have nothing to compare, or NULL: users are paired, so both must have been judged
 * on the same ratings. */
static const char *no_pairs(const recsys_report *report, const recsys_report *champion,
                            size_t users)
{
    if (report->threshold != champion->threshold)
        return "cannot be compared: the champion's report has another threshold of relevance";
    if (!rs_same_test(report, champion))
        return "cannot be compared: the champion's report is of other test ratings";
    return users == 0 ? "cannot be compared: no user has a value in both reports" : NULL;
}

static recsys_status add_champion(recsys_verdict *v, const recsys_report *report,
                                  const recsys_report *champion, const recsys_config *config,
                                  recsys_error *err)
{
    rs_non_inferior found;
    rs_text name;
    const char *metric = rs_config_text(config, CHAMPION "metric");
    recsys_status status = rs_non_inferiority(
        &found, report, champion, metric, rs_config_real(config, CHAMPION "confidence"), err);
    if (status != RECSYS_OK) return status;
    claim c = claim_of(rs_metric_find(metric), found.difference,
                       allowed(config, CHAMPION "margin", found.champion));
    c.held = c.rule.low = found.low;
    c.rule.high = (double)INFINITY;
    c.verb = "may be as low as";
    c.unknown = no_pairs(report, champion, found.users);
    rs_text_begin(&name, v->runtime);
    rs_text_printf(&name, "champion.%s", metric);
    v->words.failed |= name.failed;
    if (!name.failed) add(v, name.data, c);
    rs_text_free(&name);
    add_loss(v, report, champion, RS_METRIC_COVERAGE, "champion.coverage",
             allowed(config, CHAMPION "coverage_loss", at_gate(champion, RS_METRIC_COVERAGE)));
    add_loss(v, report, champion, RS_METRIC_TAIL, "champion.tail",
             allowed(config, CHAMPION "tail_loss", at_gate(champion, RS_METRIC_TAIL)));
    return RECSYS_OK;
}

/* ---- JSON ------------------------------------------------------------------------ */

static void put_text(rs_text *text, const char *key, const char *value)
{
    rs_text_printf(text, ",\"%s\":", key);
    rs_json_put_string(text, value, strlen(value));
}

static void put_number(rs_text *text, const char *key, double value)
{
    rs_text_printf(text, ",\"%s\":", key);
    rs_json_put_real(text, value);
}

static void put_rule(rs_text *text, const judged *j)
{
    const recsys_rule *rule = &j->rule;
    rs_text_add(text, "{\"name\":");
    rs_json_put_string(text, rule->name, strlen(rule->name));
    if (j->metric < RS_METRICS)
        rs_text_printf(text, ",\"metric\":\"%s\",\"k\":%zu", rs_metric_name(j->metric), j->k);
    put_number(text, "value", rule->value);
    put_number(text, "low", rule->low);
    put_number(text, "high", rule->high);
    put_text(text, "relation", rule->at_most ? "<=" : ">=");
    put_number(text, "bound", rule->bound);
    if (rule->reason != NULL) put_text(text, "reason", rule->reason);
    rs_text_printf(text, ",\"passed\":%s}", rule->passed ? "true" : "false");
}

/* The options that the gate used, as they were set. */
static void put_options(rs_text *text, const recsys_config *config)
{
    rs_text_printf(text, "\"gate\":{\"k\":%d", RS_GATE_K);
    for (size_t i = 0; i < rs_option_count(config); i++) {
        const recsys_option *option = rs_option_at(config, i);
        if (strncmp(option->key, GATE, sizeof GATE - 1) != 0) continue;
        if (option->type == RECSYS_OPTION_TEXT)
            put_text(text, option->key, rs_config_text(config, option->key));
        else
            put_number(text, option->key, rs_config_real(config, option->key));
    }
    rs_text_add(text, "}");
}

static char *verdict_text(const recsys_verdict *verdict, const recsys_report *report,
                          const recsys_report *champion, const recsys_config *config)
{
    rs_text text;
    rs_text_begin(&text, verdict->runtime);
    rs_text_printf(&text, "{\"passed\":%s", verdict->passed ? "true" : "false");
    rs_report_put_hashes(&text, report);
    /* A report of the most rated movies has the hash of the model whose ratings they are. */
    if (champion != NULL && champion->model_hash[0] != '\0' && !champion->by_popularity)
        rs_text_printf(&text, "\"champion_hash\":\"%s\",", champion->model_hash);
    rs_report_put_protocol(&text, report);
    rs_text_add(&text, ",");
    rs_report_put_metrics(&text, report);
    rs_text_add(&text, ",\"rules\":[");
    for (size_t i = 0; i < verdict->count; i++) {
        if (i > 0) rs_text_add(&text, ",");
        put_rule(&text, &verdict->rule[i]);
    }
    rs_text_add(&text, "],");
    put_options(&text, config);
    rs_text_add(&text, "}");
    return rs_text_take(&text);
}

/* ---- the whole ------------------------------------------------------------------- */

/* Texts do not move any more. */
static void settle(recsys_verdict *v)
{
    for (size_t i = 0; i < v->count; i++) {
        judged *j = &v->rule[i];
        j->rule.name = v->words.data + j->name;
        j->rule.reason = j->reason > 0 ? v->words.data + j->reason : NULL;
    }
}

static recsys_status judge(recsys_verdict *v, const recsys_report *report,
                           const recsys_report *champion, const recsys_config *config,
                           recsys_error *err)
{
    rs_rules rules;
    recsys_status status = rs_rules_parse(&rules, v->runtime, config, err);
    if (status != RECSYS_OK) return status;
    v->rule = rs_array(v->runtime, OWN + 3 + rules.count + CHAMPION_RULES, sizeof *v->rule);
    if (v->rule == NULL) {
        status = rs_fail_memory(err, "recsys_gate_check");
        goto out;
    }
    add_own(v, report, config);
    add_candidates(v, report);
    add_leaks(v, report);
    add_rules(v, report, &rules);
    if (champion != NULL) RS_TRY(add_champion(v, report, champion, config, err));
    if (!v->words.failed) settle(v);
    if (!v->words.failed) v->json = verdict_text(v, report, champion, config);
    if (v->json == NULL) status = rs_fail_memory(err, "recsys_gate_check");
out:
    rs_rules_free(&rules);
    return status;
}

recsys_status rs_gate_check(recsys_verdict **verdict, const recsys_report *report,
                            const recsys_report *champion, const recsys_config *config,
                            recsys_error *err)
{
    recsys_runtime *runtime = report->runtime;
    recsys_verdict *made = rs_array_zero(runtime, 1, sizeof *made);
    if (made == NULL) return rs_fail_memory(err, "recsys_gate_check");
    made->runtime = rs_runtime_retain(runtime);
    made->passed = 1;
    rs_text_begin(&made->words, runtime);
    recsys_status status = judge(made, report, champion, config, err);
    if (status == RECSYS_OK)
        *verdict = made;
    else
        rs_verdict_free(made);
    return status;
}

int rs_verdict_passed(const recsys_verdict *verdict)
{
    return verdict->passed;
}

size_t rs_verdict_rule_count(const recsys_verdict *verdict)
{
    return verdict->count;
}

int rs_verdict_rule(const recsys_verdict *verdict, size_t i, recsys_rule *rule)
{
    if (i >= verdict->count) return 0;
    /* An older caller's struct may be shorter: no more than it has is written. */
    size_t size = rule->struct_size < sizeof *rule ? rule->struct_size : sizeof *rule;
    size_t head = sizeof rule->struct_size;
    if (size > head)
        memcpy((char *)rule + head, (const char *)&verdict->rule[i].rule + head, size - head);
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
    rs_free(runtime, verdict->rule);
    rs_text_free(&verdict->words);
    rs_free(runtime, verdict->json);
    rs_free(runtime, verdict);
    rs_runtime_release(runtime);
}
