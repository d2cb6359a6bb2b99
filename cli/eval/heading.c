/* What recsys-eval tells people first: the data, and how it was measured. */
#include <stdio.h>
#include <string.h>

#include "common/table.h"
#include "evaluation.h"
#include "report/protocol.h"

/* Does evaluation.definition.* say anything else than the profile? */
static int is_changed(const recsys_config *config)
{
    static const char prefix[] = "evaluation.definition.";
    for (size_t i = 0; i < recsys_config_option_count(config); i++) {
        const char *key = recsys_config_option(config, i)->key;
        if (strncmp(key, prefix, sizeof prefix - 1) == 0 &&
            strcmp(recsys_config_get(config, key), "profile") != 0)
            return 1;
    }
    return 0;
}

static void put_profile(const cli_evaluation *e, rs_text *out)
{
    const recsys_config *config = e->session.config;
    const char *wanted = recsys_config_get(config, "evaluation.profile"), *name, *tool;
    int verified, own = strcmp(wanted, "recsys") == 0, changed = is_changed(config);
    if (own && !changed) return;
    rs_text_printf(out, "Profile    %s", wanted);
    for (size_t i = 1; recsys_profile_at(i, &name, &tool, &verified); i++)
        if (strcmp(name, wanted) == 0)
            rs_text_printf(out, ": numbers of %s, %s", tool,
                           verified ? "checked against the tool" : "written from its source");
    rs_text_add(out, changed ? ", but for evaluation.definition.*\n" : "\n");
}

/* What not everybody ranks is said on a line of its own. */
static void put_candidates(const cli_evaluation *e, const cli_report *view)
{
    rs_text *out = view->out;
    const char *candidates = cli_report_candidates(view);
    if (strcmp(candidates, "all") == 0) return;
    rs_text_add(out, "Candidates ");
    if (strcmp(candidates, "rated") == 0) {
        rs_text_add(out, "only movies that somebody has rated were ranked\n");
        return;
    }
    cli_put_clean(out, recsys_config_get(e->session.config, "evaluation.candidates"));
    rs_text_add(out, ": only listed candidates were ranked, numbers are not\n"
                     "           comparable with those of a ranking of all movies\n");
}

/* Of several runs a mean and a deviation are told, and no run's interval. */
static void put_intervals(const cli_report *view)
{
    const cJSON *intervals = cli_report_intervals(view);
    if (intervals == NULL || cli_report_runs(view) > 1) return;
    rs_text_add(view->out, "From, to   ");
    cli_report_interval_words(intervals, view->out);
    rs_text_add(view->out, "\n");
}

static void put_lists(const cli_evaluation *e, const cli_report *view)
{
    rs_text *out = view->out;
    char number[2][64];
    const recsys_report *report = e->systems[0].runs[0].report;
    rs_text_add(out, "Run        ");
    cli_put_clean(out, e->given->run);
    rs_text_add(out, "\nJudgements ");
    cli_put_clean(out, e->given->judgements);
    rs_text_add(out, ", relevant from ");
    rs_text_add_real(out, recsys_report_threshold(report));
    rs_text_add(out, "\n");
    put_profile(e, out);
    put_candidates(e, view);
    put_intervals(view);
    rs_text_printf(out, "Users      %s, of them %s without a list\n",
                   cli_count(number[0], recsys_report_users(report)),
                   cli_count(number[1], recsys_report_without_list(report)));
    rs_text_printf(out,
                   "           left out: %s without a relevant movie, %s without a judgement\n",
                   cli_count(number[0], recsys_report_skipped(report)),
                   cli_count(number[1], recsys_report_without_judgement(report)));
    double leaks = cli_report_real(view->systems[0].report, "judged_in_training");
    if (leaks > 0)
        rs_text_printf(out, "Caution    %s of the judgements are among the training ratings\n",
                       cli_count(number[0], (uint64_t)leaks));
}

/* The pairs of files that were given. */
static void put_pairs(const cli_eval_given *given, rs_text *out)
{
    for (size_t i = 0; i < given->train.count; i++) {
        char number[32];
        snprintf(number, sizeof number, "Fold %zu", i + 1);
        rs_text_printf(out, "%-10s trained on ", given->train.count > 1 ? number : "Sides");
        cli_put_clean(out, given->train.items[i]);
        rs_text_add(out, ", tested on ");
        cli_put_clean(out, given->test.items[i]);
        rs_text_add(out, "\n");
    }
}

static void put_protocol(const cli_evaluation *e, const cli_report *view)
{
    rs_text *out = view->out;
    const char *candidates = cli_report_candidates(view);
    const recsys_report *report = e->systems[0].runs[0].report;
    char k[32];
    rs_text_add(out, "Protocol   ");
    if (e->given->model != NULL || e->given->train.count > 0)
        rs_text_add(out, "given test ratings");
    else
        cli_put_clean(out, recsys_config_get(e->session.config, "evaluation.split"));
    rs_text_add(out, ", relevant: rating >= ");
    rs_text_add_real(out, recsys_report_threshold(report));
    rs_text_printf(out, ", K = %s, %s candidates ranked\n",
                   cli_count(k, recsys_report_k(report)), candidates);
    put_profile(e, out);
    put_candidates(e, view);
    put_intervals(view);
    if (e->given->model == NULL) return;
    rs_text_add(out, "Model      ");
    cli_put_clean(out, e->given->model);
    rs_text_printf(out, "\n           hash %s\n", e->systems[0].runs[0].model_hash);
}

void cli_eval_heading(const cli_evaluation *e, const cli_report *view)
{
    if (e->given->run != NULL) {
        put_lists(e, view);
        return;
    }
    cli_inputs_print(&e->given->inputs, view->out);
    if (e->given->model == NULL) put_pairs(e->given, view->out);
    put_protocol(e, view);
}
