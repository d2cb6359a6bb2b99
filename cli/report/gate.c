#include "gate.h"

#include <math.h>
#include <string.h>

#include "metric.h"
#include "put.h"

cli_rule cli_report_rule(const cJSON *rule)
{
    const char *relation = cli_report_text(rule, "relation");
    cli_rule r = {.name = cli_report_text(rule, "name"),
                  .metric = cli_report_text(rule, "metric"),
                  .reason = cli_report_text(rule, "reason"),
                  .k = cli_report_real(rule, "k"),
                  .value = cli_report_real(rule, "value"),
                  .bound = cli_report_real(rule, "bound"),
                  .low = cli_report_real(rule, "low"),
                  .high = cli_report_real(rule, "high"),
                  .at_most = relation != NULL && strcmp(relation, "<=") == 0,
                  .passed = cli_report_flag(rule, "passed") == 1};
    if (r.metric == NULL) r.metric = r.name;
    return r;
}

const cJSON *cli_report_rules(const cJSON *run)
{
    return cli_report_first(cli_report_object(run, "verdict"), "rules");
}

/* In the other runs the rule is known by its name. */
cli_rules cli_report_gather(const cli_report_system *judged, const cJSON *item)
{
    cli_rules all = {.first = cli_report_rule(item),
                     .least = (double)NAN,
                     .most = (double)NAN,
                     .low = (double)NAN,
                     .high = (double)NAN};
    const cJSON *run = cli_report_first(judged->json, "runs");
    int one_sided = isnan(all.first.high);
    for (; run != NULL && all.first.name != NULL; run = run->next) {
        const cJSON *same =
            cli_report_find(cli_report_object(run, "verdict"), "rules", "name", all.first.name);
        cli_rule r = cli_report_rule(same);
        if (same == NULL) continue;
        all.runs++;
        all.passed += r.passed != 0;
        all.least = fmin(all.least, r.value);
        all.most = fmax(all.most, r.value);
        if (one_sided) all.low = fmin(all.low, r.low);
    }
    if (!one_sided && all.runs == 1) {
        all.low = all.first.low;
        all.high = all.first.high;
    }
    return all;
}

static int is_users(const cli_rule *rule)
{
    return rule->metric != NULL && strcmp(rule->metric, "users") == 0;
}

void cli_report_rule_words(const cli_rule *rule, rs_text *out)
{
    rs_text_add(out, cli_report_metric(rule->metric).label);
    if (!isnan(rule->k) && !is_users(rule)) {
        rs_text_add(out, "@");
        cli_report_put_short(out, rule->k);
    }
    if (strncmp(rule->name, "champion.", 9) == 0)
        rs_text_add(out, " beside the champion, difference");
}

void cli_report_put_rule_value(rs_text *out, const cli_rule *rule, double value)
{
    if (is_users(rule))
        cli_report_put_count(out, value);
    else
        cli_report_put_real(out, value, 0);
}

void cli_report_put_bound(rs_text *out, const cli_rule *rule)
{
    static const size_t longest = 6; /* of what is put as it was given */
    char text[32];
    if (isnan(rule->bound)) {
        rs_text_add(out, CLI_REPORT_NONE);
        return;
    }
    rs_text_add(out, rule->at_most ? "at most " : "at least ");
    if (rs_format_real(text, rule->bound) > longest || is_users(rule))
        cli_report_put_rule_value(out, rule, rule->bound);
    else
        rs_text_add(out, text);
}
