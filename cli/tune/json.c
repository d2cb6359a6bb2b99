/* Results as JSON. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "tune.h"

static void put_trial(const cli_tuning *t, size_t trial, cli_json *json)
{
    recsys_trial found = cli_tune_trial(t, trial);
    cli_json_object(json, NULL);
    cli_json_count(json, "trial", trial);
    cli_json_count(json, "steps", found.rung);
    cli_json_bool(json, "complete", found.rung == t->state.rungs);
    cli_json_real(json, "value", found.value);
    cli_json_real(json, "low", found.low);
    cli_json_real(json, "high", found.high);
    cli_json_real(json, "first", found.first);
    cli_json_real(json, "fit_seconds", found.fit_seconds);
    cli_json_count(json, "bytes", found.bytes);
    cli_json_real(json, "query_seconds", found.query_seconds);
    cli_json_object(json, "values");
    for (size_t k = 0; k < recsys_space_count(t->space); k++)
        cli_json_text(json, recsys_space_key(t->space, k),
                      recsys_tuning_value(t->tuning, trial, k));
    cli_json_close(json, '}');
    cli_json_close(json, '}');
}

static void put_frontier(const cli_tuning *t, const char *name, cli_tune_cost cost,
                         cli_json *json)
{
    size_t *frontier = rs_array(t->session.memory, t->state.trials, sizeof *frontier);
    size_t count = frontier != NULL ? cli_tune_frontier(t, cost, frontier) : 0;
    json->out->failed |= frontier == NULL;
    cli_json_array(json, name);
    for (size_t i = 0; i < count; i++) cli_json_count(json, NULL, frontier[i]);
    cli_json_close(json, ']');
    rs_free(t->session.memory, frontier);
}

static void put_gain(const cli_tuning *t, const char *name, recsys_tune_stage stage,
                     cli_json *json)
{
    recsys_difference gain;
    if (!cli_tune_gain(t, stage, &gain)) {
        cli_json_text(json, name, NULL);
        return;
    }
    const recsys_comparison *comparison = recsys_tuning_comparison(t->tuning, stage);
    cli_json_object(json, name);
    cli_json_text(json, "metric", t->metric);
    cli_json_count(json, "users", recsys_comparison_users(comparison));
    cli_json_real(json, "given", gain.baseline);
    cli_json_real(json, "found", gain.value);
    cli_json_real(json, "gain", gain.difference);
    cli_json_real(json, "low", gain.low);
    cli_json_real(json, "high", gain.high);
    cli_json_real(json, "p", gain.p);
    cli_json_raw(json, "comparison", recsys_comparison_json(comparison));
    cli_json_close(json, '}');
}

static void put_keys(const cli_tuning *t, cli_json *json)
{
    cli_json_array(json, "keys");
    for (size_t k = 0; k < recsys_space_count(t->space); k++) {
        cli_json_object(json, NULL);
        cli_json_text(json, "key", t->keys[k].key);
        cli_json_text(json, "given", t->keys[k].before);
        cli_json_text(json, "best", t->keys[k].after);
        cli_json_real(json, "importance", t->keys[k].importance);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
}

static void put_search(const cli_tuning *t, cli_json *json)
{
    const recsys_tune_options *o = &t->options;
    const recsys_tune_state *s = &t->state;
    cli_json_object(json, "search");
    cli_json_text(json, "metric", t->metric);
    cli_json_text(json, "space", t->given->space != NULL ? t->given->space : "default");
    cli_json_text(json, "method", o->method == RECSYS_TUNE_RANDOM ? "random" : "halving");
    cli_json_text(json, "split", o->split != NULL ? o->split : "user-random:0.2");
    cli_json_count(json, "seed", o->seed);
    cli_json_count(json, "splits", s->splits);
    cli_json_count(json, "steps", s->rungs);
    cli_json_count(json, "trials", s->trials - 1);
    cli_json_count(json, "complete", s->complete);
    cli_json_count(json, "results", s->evaluations);
    cli_json_count(json, "from_journal", s->taken);
    cli_json_count(json, "models", s->fits);
    cli_json_count(json, "copied_sources", s->copied);
    cli_json_real(json, "seconds", s->seconds);
    cli_json_text(json, "journal", t->journal);
    cli_json_close(json, '}');
}

void cli_tune_json(const cli_tuning *t, rs_text *out)
{
    cli_json json;
    cli_json_begin(&json, out, 1);
    cli_json_object(&json, NULL);
    cli_inputs_json(&t->given->inputs, &json);
    put_search(t, &json);
    cli_json_count(&json, "best", t->state.best);
    cli_json_count(&json, "chosen", t->state.chosen);
    cli_json_bool(&json, "fresh_splits", t->state.fresh);
    put_gain(t, "confirmed", RECSYS_TUNE_CONFIRM, &json);
    put_gain(t, "test", RECSYS_TUNE_TEST, &json);
    put_keys(t, &json);
    cli_json_object(&json, "frontier");
    put_frontier(t, "fit_seconds", cli_tune_fit_cost, &json);
    put_frontier(t, "bytes", cli_tune_size_cost, &json);
    put_frontier(t, "query_seconds", cli_tune_query_cost, &json);
    cli_json_close(&json, '}');
    cli_json_array(&json, "trials");
    for (size_t i = 0; i < t->state.trials; i++) put_trial(t, t->order[i], &json);
    cli_json_close(&json, ']');
    cli_json_close(&json, '}');
}
