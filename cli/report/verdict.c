/* The verdict: the first thing on the page, for a reader who knows no metric. */
#include <math.h>
#include <string.h>

#include "comparison.h"
#include "metric.h"
#include "put.h"
#include "sections.h"

/* ---- rules of the gate ----------------------------------------------------------- */

/* One rule over all runs. */
typedef struct rule {
    const char *name, *metric, *reason, *relation;
    double k, bound;
    double least, most;  /* what was measured */
    size_t runs, passed; /* in how many runs it was asked, and held */
} rule;

static const cJSON *rules_of(const cJSON *run)
{
    return cli_report_first(cli_report_object(run, "verdict"), "rules");
}

/* The rule that is `item` in the first run; in the others it is known by its name. */
static rule gather(const cli_report_system *judged, const cJSON *item)
{
    rule r = {.name = cli_report_text(item, "name"),
              .metric = cli_report_text(item, "metric"),
              .reason = cli_report_text(item, "reason"),
              .k = cli_report_real(item, "k"),
              .least = (double)NAN,
              .most = (double)NAN};
    const cJSON *run = cli_report_first(judged->json, "runs");
    for (; run != NULL && r.name != NULL; run = run->next) {
        const cJSON *verdict = cli_report_object(run, "verdict");
        const cJSON *same = cli_report_find(verdict, "rules", "name", r.name);
        double value = cli_report_real(same, "value");
        if (same == NULL) continue;
        r.runs++;
        r.passed += cli_report_flag(same, "passed") == 1;
        r.least = fmin(r.least, value);
        r.most = fmax(r.most, value);
    }
    if (r.metric == NULL) r.metric = r.name;
    r.bound = cli_report_bound(item, &r.relation);
    return r;
}

static void put_rule_value(rs_text *out, const rule *r, double value)
{
    if (r->metric != NULL && strcmp(r->metric, "users") == 0)
        cli_report_put_count(out, value);
    else
        cli_report_put_real(out, value, 0);
}

static void put_rule_name(rs_text *out, const rule *r)
{
    int users = strcmp(r->metric, "users") == 0;
    cli_report_put_label(out, r->metric, users ? (double)NAN : r->k);
    if (strncmp(r->name, "champion.", 9) == 0)
        rs_text_add(out, " beside the champion, difference");
}

static void put_bound(rs_text *out, const rule *r)
{
    if (isnan(r->bound)) {
        rs_text_add(out, CLI_REPORT_NONE);
        return;
    }
    rs_text_add(out, r->relation);
    put_rule_value(out, r, r->bound);
}

static void put_measured(rs_text *out, const rule *r)
{
    put_rule_value(out, r, r->least);
    if (!(r->most > r->least)) return;
    rs_text_add(out, " to ");
    put_rule_value(out, r, r->most);
}

static void put_rule(rs_text *out, const rule *r)
{
    int held = r->passed == r->runs;
    rs_text_printf(out, "<tr class=\"%s\"><th scope=\"row\">", held ? "good" : "bad");
    put_rule_name(out, r);
    rs_text_add(out,
                held ? "</th><td class=\"said\">✔ yes" : "</th><td class=\"said\"><b>✘ no</b>");
    if (r->runs > 1) rs_text_printf(out, " <small>%zu of %zu</small>", r->passed, r->runs);
    rs_text_add(out, "</td><td>");
    put_measured(out, r);
    rs_text_add(out, "</td><td>");
    put_bound(out, r);
    if (r->reason != NULL) {
        rs_text_add(out, "<br><small>");
        cli_report_put_html(out, r->reason);
        rs_text_add(out, "</small>");
    }
    rs_text_add(out, "</td></tr>\n");
}

static void put_rules(const cli_report *view)
{
    rs_text *out = view->out;
    const cJSON *item = rules_of(cli_report_first(view->systems[0].json, "runs"));
    if (item == NULL) return;
    rs_text_add(out,
                "<h3>The rules of the gate</h3>\n<div class=\"scroll\"><table>\n"
                "<thead><tr><th scope=\"col\">Rule</th><th scope=\"col\">Holds</th>"
                "<th scope=\"col\">Measured</th><th scope=\"col\">Demanded</th></tr></thead>\n"
                "<tbody>\n");
    for (; item != NULL; item = item->next) {
        rule r = gather(&view->systems[0], item);
        if (r.name != NULL) put_rule(out, &r);
    }
    rs_text_add(out, "</tbody></table></div>\n");
}

/* ---- the headline ---------------------------------------------------------------- */

static void count_rules(const cli_report *view, size_t *rules, size_t *held)
{
    const cJSON *item = rules_of(cli_report_first(view->systems[0].json, "runs"));
    *rules = *held = 0;
    for (; item != NULL; item = item->next) {
        rule r = gather(&view->systems[0], item);
        if (r.name == NULL) continue;
        *rules += 1;
        *held += r.passed == r.runs;
    }
}

static void put_gate_sentence(const cli_report *view, int passed)
{
    rs_text *out = view->out;
    size_t rules, held, runs = cli_report_runs(view);
    count_rules(view, &rules, &held);
    cli_report_put_html(out, view->systems[0].name);
    if (passed && rules > 0 && held == rules)
        rs_text_printf(out, " met all %zu rules of the quality gate", rules);
    else if (!passed && held < rules)
        rs_text_printf(out, " broke %zu of the %zu rules of the quality gate", rules - held,
                       rules);
    else
        rs_text_add(out, passed ? " met the quality gate" : " did not meet the quality gate");
    if (runs > 1) rs_text_printf(out, "; it was trained and tested %zu times", runs);
    rs_text_add(out, ".");
}

/* "Hit rate@10 was 0.2572; demanded is at least 0.4000." */
static void put_broken(const cli_report *view)
{
    rs_text *out = view->out;
    const cJSON *item = rules_of(cli_report_first(view->systems[0].json, "runs"));
    for (; item != NULL; item = item->next) {
        rule r = gather(&view->systems[0], item);
        if (r.name == NULL || r.passed == r.runs) continue;
        rs_text_add(out, "<br>");
        put_rule_name(out, &r);
        rs_text_add(out, " was ");
        put_measured(out, &r);
        rs_text_add(out, "; demanded is ");
        put_bound(out, &r);
        rs_text_add(out, ".");
    }
}

static void put_headline(const cli_report *view, int passed)
{
    static const char *const kinds[] = {"none", "fail", "pass"};
    static const char *const words[] = {"Measured", "✘ Refused", "✔ Passed"};
    rs_text_printf(view->out, "<div class=\"verdict %s\">\n<p class=\"headline\">%s</p>\n<p>",
                   kinds[passed + 1], words[passed + 1]);
    if (passed >= 0) {
        put_gate_sentence(view, passed);
        put_broken(view);
    } else {
        rs_text_add(view->out, "No quality gate was asked: these are the measured numbers, "
                               "without a judgement.");
    }
    rs_text_add(view->out, "</p>\n</div>\n");
}

/* ---- in plain words -------------------------------------------------------------- */

static void put_liked(const cli_report *view)
{
    double threshold = cli_report_real(view->systems[0].report, "threshold");
    rs_text_add(view->out, "a movie they liked");
    if (isnan(threshold)) return;
    rs_text_add(view->out, " (rated ");
    cli_report_put_short(view->out, threshold);
    rs_text_add(view->out, " or better)");
}

static int is_share(double value)
{
    return value >= 0 && value <= 1;
}

/* In one profile the hit rate is the number of hits, not a share of users. */
static int counts_hits(const cli_report *view)
{
    const cJSON *protocol = cli_report_object(view->systems[0].report, "protocol");
    const char *profile = cli_report_text(protocol, "profile");
    return profile != NULL && strcmp(profile, "dacrema") == 0;
}

static void put_hits(const cli_report *view)
{
    double rate = cli_report_mean(&view->systems[0], "hit_rate"), k = cli_report_k(view);
    if (!is_share(rate) || counts_hits(view)) return;
    rs_text_add(view->out, "<li>Of 100 users, ");
    rs_text_printf(view->out, "<b>%d</b> found ", (int)lround(100 * rate));
    put_liked(view);
    if (!isnan(k)) {
        rs_text_add(view->out, " among their ");
        cli_report_put_counted(view->out, k, "recommendation");
    }
    rs_text_add(view->out, ".</li>\n");
}

static void put_coverage(const cli_report *view)
{
    double share = cli_report_mean(&view->systems[0], "coverage");
    double movies = cli_report_real(view->systems[0].report, "movies");
    if (!is_share(share)) return;
    rs_text_add(view->out, "<li>");
    cli_report_put_percent(view->out, share, 0);
    rs_text_add(view->out, " of ");
    if (movies >= 0) {
        rs_text_add(view->out, "the ");
        cli_report_put_counted(view->out, movies, "movie");
    } else {
        rs_text_add(view->out, "all movies");
    }
    rs_text_add(view->out, " are recommended to somebody.</li>\n");
}

static void put_users(const cli_report *view)
{
    const cJSON *report = view->systems[0].report;
    double users = cli_report_real(report, "users"),
           skipped = cli_report_real(report, "skipped");
    if (isnan(users)) return;
    rs_text_add(view->out, "<li>Measured on ");
    cli_report_put_counted(view->out, users, "user");
    if (skipped > 0) {
        rs_text_add(view->out, "; ");
        cli_report_put_count(view->out, skipped);
        rs_text_add(view->out, " more had liked nothing in the test");
    }
    rs_text_add(view->out, ".</li>\n");
}

static void put_tested(const cli_report *view, const cli_report_system *other,
                       const cli_difference *d)
{
    rs_text *out = view->out;
    cli_difference_count count = cli_report_count_differences(view, other);
    double share = cli_difference_share(d, d->difference);
    size_t all = count.better + count.worse + count.unclear;
    rs_text_printf(out, "<b>%s</b> in ", cli_difference_word(d));
    cli_report_put_label(out, d->metric, d->k);
    rs_text_add(out, ", ");
    cli_report_put_real(out, d->value, 0);
    rs_text_add(out, " against ");
    cli_report_put_real(out, d->other, 0);
    if (!isnan(share)) {
        rs_text_add(out, " (");
        cli_report_put_percent(out, share, 1);
        rs_text_add(out, ")");
    }
    if (all > 1)
        rs_text_printf(out,
                       ". Of %zu measures, %zu better, %zu worse, %zu without a clear "
                       "difference",
                       all, count.better, count.worse, count.unclear);
}

/* Without a test of the difference, the two numbers side by side. */
static void put_untested(const cli_report *view, const cli_report_system *other,
                         const char *metric)
{
    cli_report_put_label(view->out, metric, cli_report_k(view));
    rs_text_add(view->out, " ");
    cli_report_put_real(view->out, cli_report_mean(&view->systems[0], metric), 0);
    rs_text_add(view->out, " against ");
    cli_report_put_real(view->out, cli_report_mean(other, metric), 0);
    rs_text_add(view->out, "; the difference was not tested");
}

static void put_against(const cli_report *view, const cli_report_system *other)
{
    rs_text *out = view->out;
    const char *metric = cli_report_has_metric(view, "ndcg") ? "ndcg" : "precision";
    cli_difference d;
    int tested = cli_report_main_difference(&d, view, other);
    if (!tested && !cli_report_has_metric(view, metric)) return;
    rs_text_add(out, "<li>Against ");
    if (strcmp(other->kind, "popularity") == 0) {
        rs_text_add(out, "the same popular movies for everyone");
    } else {
        if (strcmp(other->role, "champion") == 0) rs_text_add(out, "the champion ");
        cli_report_put_html(out, other->name);
    }
    rs_text_add(out, ": ");
    if (tested)
        put_tested(view, other, &d);
    else
        put_untested(view, other, metric);
    rs_text_add(out, ".</li>\n");
}

void cli_report_verdict(cli_report *view)
{
    int passed = cli_report_flag(view->json, "passed");
    if (view->count == 0) return;
    cli_report_open(view, "verdict", "Verdict");
    put_headline(view, passed);
    rs_text_add(view->out, "<ul class=\"plain\">\n");
    put_hits(view);
    for (size_t s = 1; s < view->count; s++) put_against(view, &view->systems[s]);
    put_coverage(view);
    put_users(view);
    rs_text_add(view->out, "</ul>\n");
    if (passed >= 0) put_rules(view);
    cli_report_close(view);
}
