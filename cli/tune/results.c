/* What was found: ranks, what mattered, the frontier, the gain in words. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "common/table.h"
#include "report/put.h"
#include "tune.h"

recsys_trial cli_tune_trial(const cli_tuning *t, size_t trial)
{
    recsys_trial found = RECSYS_TRIAL_INIT;
    found.value = (double)NAN;
    recsys_tuning_trial(t->tuning, trial, &found);
    return found;
}

/* ---- ranks ----------------------------------------------------------------------- */

/* Judged on more first, then better, then begun earlier. */
static int comes_before(const cli_tuning *t, size_t a, size_t b)
{
    recsys_trial x = cli_tune_trial(t, a), y = cli_tune_trial(t, b);
    if (x.rung != y.rung) return x.rung > y.rung;
    if (isnan(x.value) || isnan(y.value)) return isnan(y.value) && !isnan(x.value);
    return x.value > y.value;
}

static int rank(cli_tuning *t)
{
    size_t count = t->state.trials;
    t->order = rs_array(t->session.memory, count, sizeof *t->order);
    if (t->order == NULL) return cli_no_memory(t->session.program);
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0 && comes_before(t, i, t->order[at - 1]); at--)
            t->order[at] = t->order[at - 1];
        t->order[at] = i;
    }
    return CLI_GO_ON;
}

static int weigh_keys(cli_tuning *t)
{
    size_t count = recsys_space_count(t->space);
    t->keys = rs_array(t->session.memory, count, sizeof *t->keys);
    if (t->keys == NULL) return cli_no_memory(t->session.program);
    for (size_t k = 0; k < count; k++) {
        cli_tune_key key = {.key = recsys_space_key(t->space, k),
                            .before = recsys_tuning_value(t->tuning, 0, k),
                            .after = recsys_tuning_value(t->tuning, t->state.best, k),
                            .importance = recsys_tuning_importance(t->tuning, k)};
        size_t at = k;
        for (; at > 0 && key.importance > t->keys[at - 1].importance; at--)
            t->keys[at] = t->keys[at - 1];
        t->keys[at] = key;
    }
    return CLI_GO_ON;
}

int cli_tune_sum_up(cli_tuning *t)
{
    int outcome = rank(t);
    return outcome == CLI_GO_ON ? weigh_keys(t) : outcome;
}

/* ---- costs ----------------------------------------------------------------------- */

double cli_tune_fit_cost(const recsys_trial *trial)
{
    return trial->fit_seconds;
}

double cli_tune_size_cost(const recsys_trial *trial)
{
    return (double)trial->bytes;
}

double cli_tune_query_cost(const recsys_trial *trial)
{
    return trial->query_seconds;
}

/* Going from the best one to worse ones, whichever is cheaper than all before is on it. */
size_t cli_tune_frontier(const cli_tuning *t, cli_tune_cost cost, size_t *frontier)
{
    size_t count = 0;
    double cheapest = INFINITY;
    for (size_t i = 0; i < t->state.complete; i++) {
        recsys_trial trial = cli_tune_trial(t, t->order[i]);
        if (!(cost(&trial) < cheapest)) continue;
        cheapest = cost(&trial);
        frontier[count++] = t->order[i];
    }
    for (size_t i = 0; i < count / 2; i++) {
        size_t swapped = frontier[i];
        frontier[i] = frontier[count - 1 - i];
        frontier[count - 1 - i] = swapped;
    }
    return count;
}

/* ---- the gain -------------------------------------------------------------------- */

int cli_tune_gain(const cli_tuning *t, recsys_tune_stage stage, recsys_difference *gain)
{
    const recsys_comparison *comparison = recsys_tuning_comparison(t->tuning, stage);
    size_t name = strcspn(t->metric, "@");
    for (size_t i = 0; i < recsys_comparison_count(comparison); i++) {
        *gain = (recsys_difference)RECSYS_DIFFERENCE_INIT;
        if (!recsys_comparison_at(comparison, i, gain)) continue;
        if (strncmp(gain->metric, t->metric, name) == 0 && gain->metric[name] == '\0') return 1;
    }
    return 0;
}

void cli_tune_put_difference(const recsys_difference *gain, rs_text *out)
{
    cli_report_put_real(out, gain->difference, 1);
    rs_text_add(out, " (");
    cli_report_put_real(out, gain->low, 1);
    rs_text_add(out, " to ");
    cli_report_put_real(out, gain->high, 1);
    rs_text_add(out, ")");
}

static void put_values(const recsys_difference *gain, rs_text *out)
{
    cli_report_put_real(out, gain->baseline, 0);
    rs_text_add(out, " -> ");
    cli_report_put_real(out, gain->value, 0);
    rs_text_add(out, ", ");
    cli_tune_put_difference(gain, out);
}

void cli_tune_put_gain(const cli_tuning *t, rs_text *out)
{
    recsys_difference gain;
    if (t->state.best == 0) {
        rs_text_add(out, "No trial was better than the given config, which is kept.");
        return;
    }
    if (!cli_tune_gain(t, RECSYS_TUNE_CONFIRM, &gain)) return;
    rs_text_printf(out, "%s ", t->metric);
    put_values(&gain, out);
    rs_text_printf(out,
                   t->state.fresh ? " on %zu split%s that chose nothing. "
                                  : " on the %zu split%s it was chosen by. ",
                   t->state.splits, t->state.splits == 1 ? "" : "s");
    if (gain.low > 0)
        rs_text_add(out, "The gain is more than chance.");
    else if (t->state.chosen > 0)
        rs_text_add(out, "It may be chance, but --always was given.");
    else
        rs_text_add(out, "It may be chance: the given config is kept (--always takes it).");
}

void cli_tune_put_test(const cli_tuning *t, rs_text *out)
{
    recsys_difference gain;
    if (!cli_tune_gain(t, RECSYS_TUNE_TEST, &gain)) return;
    rs_text_printf(out, "%s ", t->metric);
    put_values(&gain, out);
    rs_text_printf(
        out, " on %zu users.",
        recsys_comparison_users(recsys_tuning_comparison(t->tuning, RECSYS_TUNE_TEST)));
}
