/* The verdict: the first thing on the page, for a reader who knows no metric. */
#include <math.h>
#include <string.h>

#include "comparison.h"
#include "gate.h"
#include "protocol.h"
#include "put.h"
#include "sections.h"

static const cJSON *first_rule(const cli_report *view)
{
    return cli_report_rules(cli_report_first(view->systems[0].json, "runs"));
}

/* ---- rules of the gate ----------------------------------------------------------- */

static void put_rule_name(rs_text *out, const cli_rule *rule)
{
    rs_text words;
    rs_text_begin(&words, out->runtime);
    cli_report_rule_words(rule, &words);
    cli_report_put_words(out, &words, cli_report_put_html);
}

static void put_measured(rs_text *out, const cli_rules *r)
{
    cli_report_put_rule_value(out, &r->first, r->least);
    if (!(r->most > r->least)) return;
    rs_text_add(out, " to ");
    cli_report_put_rule_value(out, &r->first, r->most);
}

static void put_rule(rs_text *out, const cli_rules *r)
{
    int held = r->passed == r->runs;
    rs_text_printf(out, "<tr class=\"%s\"><th scope=\"row\">", held ? "good" : "bad");
    put_rule_name(out, &r->first);
    rs_text_printf(out, "</th><td class=\"said\" data-head=\"Holds\">%s",
                   held ? "✔ yes" : "<b>✘ no</b>");
    if (r->runs > 1) rs_text_printf(out, " <small>%zu of %zu</small>", r->passed, r->runs);
    rs_text_add(out, "</td><td data-head=\"Measured\">");
    put_measured(out, r);
    rs_text_add(out, "</td><td data-head=\"Interval\">");
    if (isnan(r->low)) rs_text_add(out, CLI_REPORT_NONE);
    cli_report_put_ends(out, r->low, r->high);
    rs_text_add(out, "</td><td data-head=\"Demanded\">");
    cli_report_put_bound(out, &r->first);
    if (r->first.reason != NULL) {
        rs_text_add(out, "<br><small>");
        cli_report_put_html(out, r->first.reason);
        rs_text_add(out, "</small>");
    }
    rs_text_add(out, "</td></tr>\n");
}

static void put_rules(const cli_report *view)
{
    rs_text *out = view->out;
    const cJSON *item = first_rule(view);
    if (item == NULL) return;
    rs_text_add(out, "<h3>The rules of the gate</h3>\n"
                     "<p class=\"note\">Judged is the measured value; where the interval has "
                     "a lower bound alone (“at least”), that is judged");
    rs_text_add(out, cli_report_runs(view) > 1
                         ? ", in every run. Other intervals are of single runs: the Markdown "
                           "has them.</p>\n"
                         : ".</p>\n");
    rs_text_add(out, "<div class=\"scroll\"><table class=\"stack\">\n"
                     "<thead><tr><th scope=\"col\">Rule</th><th scope=\"col\">Holds</th>"
                     "<th scope=\"col\">Measured</th><th scope=\"col\">Interval</th>"
                     "<th scope=\"col\">Demanded</th></tr></thead>\n<tbody>\n");
    for (; item != NULL; item = item->next) {
        cli_rules r = cli_report_gather(&view->systems[0], item);
        if (r.first.name != NULL) put_rule(out, &r);
    }
    rs_text_add(out, "</tbody></table></div>\n");
}

/* ---- the headline ---------------------------------------------------------------- */

static void count_rules(const cli_report *view, size_t *rules, size_t *held)
{
    const cJSON *item = first_rule(view);
    *rules = *held = 0;
    for (; item != NULL; item = item->next) {
        cli_rules r = cli_report_gather(&view->systems[0], item);
        if (r.first.name == NULL) continue;
        *rules += 1;
        *held += r.passed == r.runs;
    }
}

static void put_gate_sentence(const cli_report *view, int passed)
{
    rs_text *out = view->out;
    size_t rules, held, runs = cli_report_runs(view);
    count_rules(view, &rules, &held);
    cli_report_put_html(out, view->systems[0].label);
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
    const cJSON *item = first_rule(view);
    for (; item != NULL; item = item->next) {
        cli_rules r = cli_report_gather(&view->systems[0], item);
        if (r.first.name == NULL || r.passed == r.runs) continue;
        rs_text_add(out, "<br>");
        put_rule_name(out, &r.first);
        rs_text_add(out, " was ");
        put_measured(out, &r);
        if (!isnan(r.low) && isnan(r.high)) {
            rs_text_add(out, ", surely ");
            cli_report_put_ends(out, r.low, r.high);
        }
        rs_text_add(out, "; demanded is ");
        cli_report_put_bound(out, &r.first);
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
    rs_text_add(view->out, "</p>\n");
    if (cli_report_candidates_words(view) != NULL)
        rs_text_printf(view->out, "<p><b>%s</b></p>\n", cli_report_candidates_words(view));
    rs_text_add(view->out, "</div>\n");
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

static void put_hits(const cli_report *view)
{
    double rate = cli_report_mean(&view->systems[0], "hit_rate"), k = cli_report_k(view);
    if (!is_share(rate) || cli_report_is_count(view, "hit_rate")) return;
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
    int is_count = cli_report_is_count(view, "coverage");
    char number[64];
    if (isnan(share) || (!is_count && !is_share(share))) return;
    rs_text_add(view->out, "<li>");
    if (is_count)
        rs_text_add(view->out, cli_report_value_text(number, view, "coverage", share));
    else
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
    if (cli_report_runs(view) > 1) rs_text_add(view->out, " in the first run");
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
        cli_report_put_html(out, other->label);
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
