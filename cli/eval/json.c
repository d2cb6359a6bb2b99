/* What recsys-eval tells programs, and the values of each user. */
#include <math.h>
#include <string.h>

#include "common/manifest.h"
#include "evaluation.h"
#include "report/protocol.h"
#include "scores.h"

static void put_metrics(const cli_evaluation *e, const cli_system *system, cli_json *json,
                        const char *key,
                        double (*value)(const cli_evaluation *, const cli_system *, size_t))
{
    const recsys_report *report = system->runs[0].report;
    cli_json_object(json, key);
    for (size_t m = 0; m < recsys_report_metric_count(report); m++)
        cli_json_real(json, recsys_report_metric_name(report, m), value(e, system, m));
    cli_json_close(json, '}');
}

static void put_runs(const cli_evaluation *e, const cli_system *system, cli_json *json)
{
    cli_json_array(json, "runs");
    for (size_t i = 0; i < e->runs; i++) {
        const cli_run *r = &system->runs[i];
        cli_json_object(json, NULL);
        if (cli_is_split(e)) cli_json_int(json, "seed", r->seed);
        if (e->folds > 1) cli_json_count(json, "fold", r->fold + 1);
        cli_json_raw(json, "report", recsys_report_json(r->report));
        if (r->verdict != NULL) {
            cli_json_raw(json, "verdict", recsys_verdict_json(r->verdict));
            cli_json_text(json, "verdict_path", r->verdict_path);
        }
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
}

static void put_system(const cli_evaluation *e, const cli_system *system, cli_json *json)
{
    static const char *const kinds[] = {"config", "model", "run", "popularity"};
    cli_json_object(json, NULL);
    cli_json_text(json, "name", system->name);
    cli_json_text(json, "kind", kinds[system->kind]);
    cli_json_text(json, "role",
                  system == e->systems  ? "challenger"
                  : system->is_champion ? "champion"
                                        : "other");
    put_runs(e, system, json);
    put_metrics(e, system, json, "mean", cli_mean_of);
    put_metrics(e, system, json, "sd", cli_deviation_of);
    cli_json_close(json, '}');
}

static void put_list(const cli_list *list, const char *key, cli_json *json)
{
    if (list->count == 0) return;
    cli_json_array(json, key);
    for (size_t i = 0; i < list->count; i++) cli_json_text(json, NULL, list->items[i]);
    cli_json_close(json, ']');
}

static void put_inputs(const cli_evaluation *e, cli_json *json)
{
    const cli_eval_given *given = e->given;
    cli_json_text(json, "version", recsys_version());
    cli_json_array(json, "command");
    for (int i = 0; i < given->argc; i++) cli_json_text(json, NULL, given->argv[i]);
    cli_json_close(json, ']');
    if (given->run == NULL)
        cli_inputs_json(&given->inputs, json);
    else
        cli_json_text(json, "judgements", given->judgements);
    put_list(&given->train, "train", json);
    put_list(&given->test, "test", json);
    if (given->model != NULL) cli_json_text(json, "model", given->model);
}

/* As the library has it, with the systems' names for their numbers. */
static void put_comparison(const cli_evaluation *e, cli_json *json)
{
    cJSON *comparison = cJSON_Parse(recsys_comparison_json(e->comparison)), *item;
    cJSON_AddStringToObject(comparison, "baseline", e->systems[0].name);
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(comparison, "differences"))
    {
        size_t system = (size_t)cli_manifest_real(item, "system");
        cJSON_ReplaceItemInObjectCaseSensitive(item, "system",
                                               cJSON_CreateString(e->systems[system].name));
    }
    char *text = cJSON_PrintUnformatted(comparison);
    cli_json_raw(json, "comparison", text != NULL ? text : "null");
    cJSON_free(text);
    cJSON_Delete(comparison);
}

/* The options that a file, a flag or the program itself has set. */
static void put_config(const cli_evaluation *e, cli_json *json)
{
    const recsys_config *config = e->session.config;
    cli_json_object(json, "config");
    for (size_t i = 0; i < recsys_config_option_count(config); i++) {
        const char *key = recsys_config_option(config, i)->key;
        if (recsys_config_is_set(config, key))
            cli_json_text(json, key, recsys_config_get(config, key));
    }
    cli_json_close(json, '}');
}

void cli_eval_json(const cli_evaluation *e, rs_text *out)
{
    cli_json json;
    cli_json_begin(&json, out, 1);
    cli_json_object(&json, NULL);
    put_inputs(e, &json);
    put_config(e, &json);
    cli_json_array(&json, "systems");
    for (size_t s = 0; s < e->count; s++) put_system(e, &e->systems[s], &json);
    cli_json_close(&json, ']');
    if (e->comparison != NULL) put_comparison(e, &json);
    if (e->systems[0].runs[0].verdict != NULL)
        cli_json_bool(&json, "passed", cli_all_passed(e));
    cli_json_close(&json, '}');
    rs_text_add(out, "\n");
}

/* ---- users ----------------------------------------------------------------------- */

/* A field of comma-separated values: in quotes where it must be (RFC 4180). */
static void put_field(rs_text *out, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        rs_text_add(out, text);
        return;
    }
    rs_text_add(out, "\"");
    for (const char *p = text; *p != '\0'; p++)
        rs_text_add_bytes(out, *p == '"' ? "\"\"" : p, *p == '"' ? 2 : 1);
    rs_text_add(out, "\"");
}

/* Without a split there is no seed. */
static void put_user(const cli_evaluation *e, const cli_system *system, const cli_run *r,
                     size_t user, size_t k, const cli_report *view)
{
    rs_text *out = view->out;
    put_field(out, system->name);
    rs_text_add(out, ",");
    if (cli_is_split(e)) rs_text_printf(out, "%lld", (long long)r->seed);
    rs_text_printf(out, ",%zu,%s,", r->fold + 1, cli_report_candidates(view));
    put_field(out, recsys_report_user(r->report, user));
    rs_text_printf(out, ",%zu", k);
    for (size_t m = 0; m < cli_user_metrics(r->report); m++) {
        const char *name = recsys_report_metric_name(r->report, m);
        double value = (double)NAN;
        rs_text_add(out, ",");
        if (recsys_report_user_metric(r->report, user, name, k, &value, NULL) == RECSYS_OK &&
            !isnan(value))
            rs_text_add_real(out, value);
    }
    rs_text_add(out, "\n");
}

void cli_eval_per_user(const cli_evaluation *e, const cli_report *view)
{
    rs_text *out = view->out;
    const recsys_report *report = e->systems[0].runs[0].report;
    rs_text_add(out, "system,seed,fold,candidates,user,k");
    for (size_t m = 0; m < cli_user_metrics(report); m++)
        rs_text_printf(out, ",%s", recsys_report_metric_name(report, m));
    rs_text_add(out, "\n");
    for (size_t s = 0; s < e->count; s++)
        for (size_t i = 0; i < e->runs; i++) {
            const cli_run *r = &e->systems[s].runs[i];
            for (size_t user = 0; recsys_report_user(r->report, user) != NULL; user++)
                for (size_t c = 0; recsys_report_cutoff(r->report, c) != 0; c++)
                    put_user(e, &e->systems[s], r, user, recsys_report_cutoff(r->report, c),
                             view);
        }
}
