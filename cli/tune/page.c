/* Results as one HTML page that needs nothing else. */
#include <math.h>
#include <string.h>

#include "charts.h"
#include "common/table.h"
#include "report/put.h"

enum { SHOWN = 20 };

/* ---- the headline ---------------------------------------------------------------- */

static void put_words(const cli_tuning *t, void (*put)(const cli_tuning *, rs_text *),
                      const char *before, rs_text *out)
{
    rs_text words;
    rs_text_begin(&words, out->runtime);
    put(t, &words);
    if (words.size > 0) rs_text_printf(out, "<p>%s", before);
    int any = words.size > 0;
    cli_report_put_words(out, &words, cli_report_put_html);
    if (any) rs_text_add(out, "</p>\n");
}

static void put_head(const cli_tuning *t, rs_text *out)
{
    const char *title = t->state.chosen > 0 ? "Better options found" : "The given options stay";
    rs_text_add(out,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Options for ");
    cli_report_put_html(out, t->given->inputs.ratings_path);
    rs_text_add(out, "</title>\n<style>\n");
    for (size_t i = 0; cli_report_style[i] != NULL; i++) rs_text_add(out, cli_report_style[i]);
    rs_text_add(out, "</style>\n</head>\n<body>\n<header>\n<h1>Options for ");
    cli_report_put_html(out, t->given->inputs.ratings_path);
    rs_text_printf(out,
                   "</h1>\n</header>\n<main>\n<div class=\"verdict%s\">\n"
                   "<p class=\"headline\">%s</p>\n",
                   t->state.chosen > 0 ? " pass" : "", title);
    put_words(t, cli_tune_put_gain, "", out);
    put_words(t, cli_tune_put_test, "On the test ratings, which had no part in it: ", out);
    rs_text_add(out, "</div>\n");
}

/* ---- keys ------------------------------------------------------------------------ */

static void put_key_row(const cli_tuning *t, const cli_tune_key *key, rs_text *out)
{
    int changed = t->state.best > 0 && strcmp(key->before, key->after) != 0;
    rs_text_add(out, "<tr><th scope=\"row\"><code>");
    cli_report_put_html(out, key->key);
    rs_text_add(out, "</code></th><td class=\"num\" data-head=\"Given\">");
    cli_report_put_html(out, key->before);
    rs_text_printf(out, "</td><td class=\"num\" data-head=\"Best\">%s", changed ? "<b>" : "");
    cli_report_put_html(out, t->state.best > 0 ? key->after : CLI_REPORT_NONE);
    rs_text_printf(out, "%s</td><td class=\"num\" data-head=\"Mattered\">",
                   changed ? "</b>" : "");
    cli_report_put_percent(out, key->importance, 0);
    rs_text_add(out, "</td></tr>\n");
}

static void put_keys(const cli_tuning *t, cli_report *view)
{
    rs_text *out = view->out;
    size_t count = recsys_space_count(t->space);
    cli_report_open(view, "keys", "What mattered");
    rs_text_add(
        out, "<p class=\"note\">The share of what trials differ by, on the first part of the "
             "users, that goes with each key alone: between quartiles of its values or "
             "between its choices, less what chance would give. Keys that work together "
             "share what they explain. Trials with the same model count once where the key "
             "is one of training.</p>\n"
             "<div class=\"scroll\"><table class=\"stack\">\n<thead><tr><th "
             "scope=\"col\">Key</th><th scope=\"col\" class=\"num\">Given</th><th "
             "scope=\"col\" class=\"num\">Best</th><th scope=\"col\" class=\"num\">Mattered"
             "</th></tr></thead>\n<tbody>\n");
    for (size_t k = 0; k < count; k++) put_key_row(t, &t->keys[k], out);
    rs_text_add(
        out, "</tbody></table></div>\n<h3>Values and results</h3>\n<div class=\"charts\">\n");
    for (size_t k = 0; k < count; k++) cli_tune_key_chart(t, view, &t->keys[k]);
    rs_text_add(out, "</div>\n");
    cli_report_close(view);
}

/* ---- costs ----------------------------------------------------------------------- */

static void put_legend(rs_text *out)
{
    static const struct {
        size_t series;
        const char *text;
    } rows[] = {{0, "a trial"}, {1, "the given config"}, {2, "frontier"}};
    rs_text_add(out, "<ul class=\"legend\">\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rs_text_add(out, "<li>");
        cli_svg_sample(out, rows[i].series);
        rs_text_printf(out, "<span>%s</span></li>\n", rows[i].text);
    }
    rs_text_add(out, "</ul>\n");
}

static void put_costs(const cli_tuning *t, cli_report *view)
{
    cli_report_open(view, "costs", "Accuracy and what it costs");
    rs_text_add(view->out,
                "<p class=\"note\">Trials that were judged on everything. The line is the "
                "frontier: whoever wants more accuracy than one of its points has to pay more. "
                "Times are of this machine and what else it did.</p>\n");
    put_legend(view->out);
    rs_text_add(view->out, "<div class=\"charts\">\n");
    cli_tune_cost_chart(t, view, "Training", "seconds to train a model", cli_tune_fit_cost, 1);
    cli_tune_cost_chart(t, view, "Model", "MiB", cli_tune_size_cost, 1048576);
    cli_tune_cost_chart(t, view, "Lists", "milliseconds for a list", cli_tune_query_cost, 1e-3);
    rs_text_add(view->out, "</div>\n");
    cli_report_close(view);
}

/* ---- trials ---------------------------------------------------------------------- */

static void put_trial_row(const cli_tuning *t, size_t place, rs_text *out)
{
    char number[64];
    size_t trial = t->order[place];
    recsys_trial found = cli_tune_trial(t, trial);
    rs_text_printf(out, "<tr><th scope=\"row\">%zu.&nbsp;", place + 1);
    if (trial == 0)
        rs_text_add(out, "given");
    else
        rs_text_printf(out, "trial&nbsp;%zu", trial);
    rs_text_add(out, "</th><td class=\"num\" data-head=\"Value\">");
    cli_report_put_real(out, found.value, 0);
    rs_text_add(out, "<br><small>");
    cli_report_put_interval(out, found.low, found.high);
    rs_text_printf(out, "</small></td><td class=\"num\" data-head=\"Training\">%s s</td>",
                   cli_fixed(number, found.fit_seconds, 2));
    rs_text_printf(out, "<td class=\"num\" data-head=\"Model\">%s</td>",
                   cli_size(number, found.bytes));
    rs_text_printf(out, "<td class=\"num\" data-head=\"List\">%s ms</td>",
                   cli_fixed(number, 1e3 * found.query_seconds, 2));
    for (size_t k = 0; k < recsys_space_count(t->space); k++) {
        rs_text_add(out, "<td class=\"num\">");
        cli_report_put_html(out, recsys_tuning_value(t->tuning, trial, k));
        rs_text_add(out, "</td>");
    }
    rs_text_add(out, "</tr>\n");
}

static void put_trial_head(const cli_tuning *t, rs_text *out)
{
    rs_text_add(out, "<div class=\"scroll\"><table class=\"wide\">\n<thead><tr><th "
                     "scope=\"col\">Rank</th><th scope=\"col\" class=\"num\">");
    cli_report_put_html(out, t->metric);
    rs_text_add(out, "</th><th scope=\"col\" class=\"num\">Training</th><th scope=\"col\" "
                     "class=\"num\">Model</th><th scope=\"col\" class=\"num\">List</th>");
    for (size_t k = 0; k < recsys_space_count(t->space); k++) {
        const char *key = recsys_space_key(t->space, k), *last = strrchr(key, '.');
        rs_text_printf(out, "<th scope=\"col\" class=\"num\" title=\"%s\">%s</th>", key,
                       last + 1);
    }
    rs_text_add(out, "</tr></thead>\n<tbody>\n");
}

static void put_trials(const cli_tuning *t, cli_report *view)
{
    rs_text *out = view->out;
    cli_report_open(view, "trials", "The best trials");
    rs_text_add(out, "<p class=\"note\">Those that were judged on all validation splits, with "
                     "95% intervals over users. The best of many is better than its config "
                     "would be on other ratings; the gain above is from a comparison apart."
                     "</p>\n");
    put_trial_head(t, out);
    for (size_t i = 0; i < t->state.complete; i++)
        if (i < SHOWN || t->order[i] == 0) put_trial_row(t, i, out);
    rs_text_add(out, "</tbody></table></div>\n");
    cli_report_close(view);
}

/* ---- how ------------------------------------------------------------------------- */

static void put_fact(rs_text *out, const char *name, const char *text)
{
    rs_text_printf(out, "<tr><th scope=\"row\">%s</th><td>", name);
    cli_report_put_html(out, text);
    rs_text_add(out, "</td></tr>\n");
}

static void put_number(rs_text *out, const char *name, double number)
{
    rs_text_printf(out, "<tr><th scope=\"row\">%s</th><td>", name);
    cli_report_put_short(out, number);
    rs_text_add(out, "</td></tr>\n");
}

static void put_facts(const cli_tuning *t, rs_text *out)
{
    const recsys_tune_state *s = &t->state;
    rs_text_add(out, "<div class=\"scroll\"><table class=\"facts\"><tbody>\n");
    put_fact(out, "ratings", recsys_ratings_hash(t->given->inputs.ratings));
    put_fact(out, "validation",
             t->options.split != NULL ? t->options.split : "user-random:0.2");
    put_number(out, "validation splits", (double)s->splits);
    put_fact(out, "method",
             t->options.method == RECSYS_TUNE_RANDOM ? "random" : "successive halving");
    put_number(out, "steps to everything", (double)s->rungs);
    put_number(out, "trials", (double)(s->trials - 1));
    put_number(out, "judged on everything", (double)s->complete);
    put_number(out, "results", (double)s->evaluations);
    put_number(out, "of these from the journal", (double)s->taken);
    put_number(out, "models trained", (double)s->fits);
    put_number(out, "sources copied between models", (double)s->copied);
    put_number(out, "seconds", floor(s->seconds * 10 + 0.5) / 10);
    put_fact(out, "version", recsys_version());
    rs_text_add(out, "</tbody></table></div>\n");
}

static void put_command(const cli_tuning *t, rs_text *out)
{
    rs_text command;
    rs_text_begin(&command, out->runtime);
    rs_text_add(&command, "recsys-tune");
    for (int i = 1; i < t->given->argc; i++) {
        rs_text_add(&command, " ");
        cli_report_put_shell(&command, t->given->argv[i]);
    }
    rs_text_add(out, "<pre><code>");
    cli_report_put_words(out, &command, cli_report_put_html);
    rs_text_add(out, "</code></pre>\n");
}

static void put_way(const cli_tuning *t, cli_report *view)
{
    cli_report_open(view, "search", "The search");
    rs_text_add(view->out, "<div class=\"pair\">\n");
    cli_tune_path_chart(t, view);
    put_facts(t, view->out);
    rs_text_add(view->out, "</div>\n<p class=\"note\">Circles were judged on everything, "
                           "diamonds on more than the first part of the users, triangles on "
                           "that alone; the square is the given config.</p>\n");
    put_command(t, view->out);
    cli_report_close(view);
}

void cli_tune_page(const cli_tuning *t, rs_text *out)
{
    cli_report view = {.out = out};
    put_head(t, out);
    put_keys(t, &view);
    put_costs(t, &view);
    put_trials(t, &view);
    put_way(t, &view);
    rs_text_add(out, "</main>\n</body>\n</html>\n");
}
