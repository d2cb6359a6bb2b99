#include "common/listscores.h"

#include <math.h>
#include <string.h>

#include "common/output.h"
#include "common/table.h"

double cli_metric_at(const recsys_report *report, size_t m, size_t k)
{
    double value = (double)NAN;
    const char *name = recsys_report_metric_name(report, m);
    if (recsys_report_metric(report, name, k, &value, NULL) != RECSYS_OK) return (double)NAN;
    return value;
}

void cli_put_cutoffs(const recsys_report *report, recsys_runtime *memory, rs_text *out)
{
    static const char align[] = "rrrrrrrrrrrrrrrrrrrr";
    size_t metrics = recsys_report_metric_count(report), columns = 1, k;
    char number[64];
    cli_table table;
    for (size_t m = 0; m < metrics; m++) columns += (size_t)!isnan(cli_metric_at(report, m, 0));
    cli_table_begin(&table, memory, align + (sizeof align - 1 - columns), 2);
    cli_table_cell(&table, "K");
    for (size_t m = 0; m < metrics; m++)
        if (!isnan(cli_metric_at(report, m, 0)))
            cli_table_cell(&table, recsys_report_metric_name(report, m));
    for (size_t c = 0; (k = recsys_report_cutoff(report, c)) != 0; c++) {
        cli_table_cell(&table, cli_count(number, k));
        for (size_t m = 0; m < metrics; m++)
            if (!isnan(cli_metric_at(report, m, 0)))
                cli_table_cell(&table, cli_fixed(number, cli_metric_at(report, m, k), 4));
    }
    rs_text_add(out, "\n");
    cli_table_end(&table, out);
}

static void put_profile(const cli_session *session, rs_text *out)
{
    const char *wanted = recsys_config_get(session->config, "evaluation.profile");
    const char *name, *tool;
    int verified;
    rs_text_add(out, "Profile    ");
    cli_put_clean(out, wanted);
    for (size_t i = 1; recsys_profile_at(i, &name, &tool, &verified); i++)
        if (strcmp(name, wanted) == 0)
            rs_text_printf(out, ": numbers of %s, %s", tool,
                           verified ? "checked against the tool" : "written from its source");
    rs_text_add(out, "\n");
}

void cli_put_lists(const cli_session *session, const recsys_report *report, const char *run,
                   const char *judgements, rs_text *out)
{
    char number[2][64];
    rs_text_add(out, "Run        ");
    cli_put_clean(out, run);
    rs_text_add(out, "\nJudgements ");
    cli_put_clean(out, judgements);
    rs_text_add(out, ", relevant from ");
    rs_text_add_real(out, recsys_report_threshold(report));
    rs_text_add(out, "\n");
    put_profile(session, out);
    rs_text_printf(out, "Users      %s, of them %s without a list\n",
                   cli_count(number[0], recsys_report_users(report)),
                   cli_count(number[1], recsys_report_without_list(report)));
    rs_text_printf(out,
                   "           left out: %s without a relevant movie, %s without a judgement\n",
                   cli_count(number[0], recsys_report_skipped(report)),
                   cli_count(number[1], recsys_report_without_judgement(report)));
    cli_put_cutoffs(report, session->memory, out);
}

void cli_put_lists_json(const recsys_report *report, const char *run, const char *judgements,
                        rs_text *out)
{
    cli_json json;
    cli_json_begin(&json, out, 1);
    cli_json_object(&json, NULL);
    cli_json_text(&json, "run", run);
    cli_json_text(&json, "judgements", judgements);
    cli_json_raw(&json, "report", recsys_report_json(report));
    cli_json_close(&json, '}');
    rs_text_add(out, "\n");
}
