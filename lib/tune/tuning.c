#include "tune/tuning.h"

#include <math.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "config/config.h"
#include "eval/evaluate.h"
#include "modelfile/model.h"

static recsys_status no_memory(recsys_error *err)
{
    return rs_fail_memory(err, "recsys_tuning_step");
}

double rs_tuning_now(const recsys_tuning *t)
{
    return t->options.clock != NULL ? t->options.clock(t->options.clock_data) : 0;
}

/* ---- whose turn it is ------------------------------------------------------------ */

size_t rs_tuning_next(recsys_tuning *t)
{
    if (!rs_reserve(t->runtime, &t->scratch, &t->scratch_room, t->trials.count + 1,
                    sizeof *t->scratch))
        return SIZE_MAX;
    return rs_halving_next(&t->plan, t->trials.standing, t->trials.count, t->scratch);
}

void rs_tuning_take(recsys_tuning *t, const rs_result *result, int taken)
{
    recsys_tune_state *s = &t->state;
    size_t trial = result->trial;
    const rs_standing *standing = &t->trials.standing[trial];
    rs_result_apply(&t->trials, result);
    s->trials = t->trials.count;
    s->evaluations++;
    s->taken += (size_t)taken;
    s->last = trial;
    s->seconds += result->seconds;
    if (standing->rungs < t->plan.rungs) return;
    s->complete++;
    size_t top = t->plan.rungs - 1;
    double best = t->trials.standing[s->best].value[top], value = standing->value[top];
    if (value > best || (value >= best && trial < s->best)) s->best = trial;
}

/* Training a trial for itself and asking for all lists, on one split. */
static double cost_of(const recsys_tuning *t, size_t trial)
{
    const rs_trial *item = &t->trials.item[trial];
    double lists = (double)t->trials.item[0].lists / (double)t->sides.count;
    double fit = item->fits > 0 ? item->fit_seconds / (double)item->fits : 0;
    return fit + (item->lists > 0 ? item->query_seconds / (double)item->lists : 0) * lists;
}

/* What is left must do for the comparison at the end. */
static int is_time_up(const recsys_tuning *t)
{
    if (t->options.seconds <= 0) return 0;
    double kept = (cost_of(t, 0) + cost_of(t, t->state.best)) * (double)t->fresh.count;
    return t->state.seconds + kept >= t->options.seconds;
}

/* Is the search over, whatever could still be done? */
static int is_spent(const recsys_tuning *t, size_t next)
{
    if (t->trials.count == 0 || t->trials.standing[0].rungs < t->plan.rungs) return 0;
    if (is_time_up(t)) return 1;
    return next == t->trials.count && t->options.trials > 0 &&
           t->trials.count > t->options.trials;
}

/* ---- judging --------------------------------------------------------------------- */

static uint64_t bytes_of(const recsys_model *model)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < model->parts.count; i++) bytes += model->parts.parts[i].size;
    return bytes;
}

/* Train the model of a trial's group on a split. */
static recsys_status train(recsys_tuning *t, size_t trial, size_t split, const rs_side *side,
                           const recsys_progress *progress, recsys_error *err)
{
    rs_borrowing borrowing = {.clock = t->options.clock, .clock_data = t->options.clock_data};
    rs_shelved item = {.group = rs_trials_group(&t->trials, trial), .split = split};
    recsys_status status = rs_trials_config(&t->trials, trial, 1, &item.config, err);
    if (status != RECSYS_OK) return status;
    rs_shelf_lend(&t->shelf, split, &borrowing);
    double began = rs_tuning_now(t);
    status = t->fit(&item.model, t->runtime, side->train, t->catalogue, item.config, &borrowing,
                    progress, err);
    if (status != RECSYS_OK) {
        rs_config_free(item.config);
        return status;
    }
    item.fit_seconds = rs_tuning_now(t) - began + borrowing.saved;
    for (size_t s = 0; s < RS_SOURCES; s++) item.seconds[s] = borrowing.seconds[s];
    item.bytes = bytes_of(item.model);
    t->state.fits++;
    t->state.copied += borrowing.copied;
    return rs_shelf_put(&t->shelf, &item, err);
}

recsys_status rs_tally_report(rs_tally *tally, const recsys_report *report, const char *metric,
                              size_t k, recsys_error *err)
{
    for (size_t i = 0; i < report->lists.scores.users; i++) {
        double value;
        recsys_status status = rs_report_user_metric(report, i, metric, k, &value, err);
        if (status != RECSYS_OK) return status;
        if (isnan(value)) continue;
        tally->users++;
        tally->sum += value;
        tally->square += value * value;
    }
    return RECSYS_OK;
}

/* Lists of the users of some parts of a split. Parts may have nobody who can be judged. */
static recsys_status judge_parts(recsys_tuning *t, const rs_side *side,
                                 const rs_shelved *shelved, size_t split, size_t from,
                                 size_t to, const recsys_progress *progress, recsys_error *err)
{
    rs_settings settings;
    recsys_config *config = NULL;
    recsys_ratings *test = NULL;
    recsys_report *report = NULL;
    recsys_status status;
    RS_TRY(rs_trials_config(&t->trials, t->result.trial, 0, &config, err));
    rs_settings_read(&settings, config);
    RS_TRY(rs_sides_parts(&t->sides, side, from, to, &test, err));
    double began = rs_tuning_now(t);
    RS_TRY(
        rs_evaluate_with(&report, shelved->model, test, &settings, t->judging, progress, err));
    t->result.query_seconds += rs_tuning_now(t) - began;
    t->result.lists += report->users;
    RS_TRY(rs_tally_report(&t->result.tally[split], report, t->metric, 0, err));
out:
    rs_report_free(report);
    rs_ratings_release(test);
    rs_config_free(config);
    return status == RECSYS_E_EMPTY ? RECSYS_OK : status;
}

static recsys_status judge_split(recsys_tuning *t, size_t split, size_t from, size_t to,
                                 const recsys_progress *progress, recsys_error *err)
{
    const rs_side *side;
    recsys_status status;
    size_t group = rs_trials_group(&t->trials, t->result.trial);
    RS_TRY(rs_sides_at(&t->sides, split, &side, err));
    if (rs_shelf_find(&t->shelf, group, split) == NULL)
        RS_TRY(train(t, t->result.trial, split, side, progress, err));
    const rs_shelved *shelved = rs_shelf_find(&t->shelf, group, split);
    t->result.fits++;
    t->result.fit_seconds += shelved->fit_seconds;
    t->result.bytes = shelved->bytes;
    RS_TRY(judge_parts(t, side, shelved, split, from, to, progress, err));
out:
    return status;
}

/* On all chunks from those of the last rung to those of this one. */
static recsys_status judge(recsys_tuning *t, const recsys_progress *progress, recsys_error *err)
{
    const rs_halving *plan = &t->plan;
    size_t at = t->result.rung > 0 ? plan->chunks[t->result.rung - 1] : 0;
    size_t end = plan->chunks[t->result.rung];
    recsys_status status = RECSYS_OK;
    while (at < end && status == RECSYS_OK) {
        size_t split = at / plan->parts, first = split * plan->parts, to = plan->parts;
        if (end - first < to) to = end - first;
        status = judge_split(t, split, at - first, to, progress, err);
        at = first + to;
    }
    return status;
}

static recsys_status note(recsys_tuning *t, recsys_error *err)
{
    rs_text line;
    if (!t->has_journal) return RECSYS_OK;
    rs_text_begin(&line, t->runtime);
    rs_result_put(&t->trials, &t->result, &line);
    recsys_status status =
        line.failed ? no_memory(err) : rs_journal_add(&t->journal, line.data, err);
    rs_text_free(&line);
    return status;
}

static recsys_status judge_next(recsys_tuning *t, size_t trial, const recsys_progress *progress,
                                recsys_error *err)
{
    recsys_status status;
    rs_tally *tally = t->result.tally;
    double began = rs_tuning_now(t);
    for (size_t s = 0; s < t->sides.count; s++) tally[s] = (rs_tally){0};
    t->result =
        (rs_result){.trial = trial, .rung = t->trials.standing[trial].rungs, .tally = tally};
    RS_TRY(judge(t, progress, err));
    t->result.seconds = rs_tuning_now(t) - began;
    RS_TRY(note(t, err));
    rs_tuning_take(t, &t->result, 0);
out:
    return status;
}

/* ---- stages ---------------------------------------------------------------------- */

static recsys_status begin_test(recsys_tuning *t, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    t->state.stage = RECSYS_TUNE_DONE;
    if (t->test == NULL || t->state.chosen == 0) return RECSYS_OK;
    RS_TRY(rs_duel_make(&t->final, t, t->state.chosen, 1, err));
    t->state.stage = RECSYS_TUNE_TEST;
out:
    return status;
}

static recsys_status begin_confirm(recsys_tuning *t, recsys_error *err)
{
    recsys_status status;
    rs_shelf_free(&t->shelf);
    rs_sides_free(&t->sides); /* what is left has splits of its own */
    if (t->state.best == 0) return begin_test(t, err);
    RS_TRY(rs_duel_make(&t->confirm, t, t->state.best, t->fresh.count, err));
    t->state.stage = RECSYS_TUNE_CONFIRM;
out:
    return status;
}

static recsys_status search(recsys_tuning *t, const recsys_progress *progress,
                            recsys_error *err)
{
    int added = 1;
    recsys_status status = RECSYS_OK;
    size_t next = rs_tuning_next(t);
    if (next == SIZE_MAX) return no_memory(err);
    if (next > 0 && isnan(t->trials.standing[0].value[t->plan.rungs - 1]))
        return rs_fail(err, RECSYS_E_EMPTY,
                       "recsys_tuning_step: nobody on the validation side of %s has a relevant "
                       "movie",
                       t->split);
    if (is_spent(t, next)) return begin_confirm(t, err);
    if (next == t->trials.count) RS_TRY(rs_trials_add(&t->trials, &added, err));
    status = added ? judge_next(t, next, progress, err) : begin_confirm(t, err);
out:
    return status;
}

/* The choice stands in the journal before the test ratings are looked at. */
static recsys_status choose(recsys_tuning *t, recsys_error *err)
{
    recsys_difference gain = RECSYS_DIFFERENCE_INIT;
    recsys_status status = RECSYS_OK;
    rs_text line;
    int is_known = rs_duel_gain(&t->confirm, t, &gain);
    t->state.chosen = t->options.always || (is_known && gain.low > 0) ? t->confirm.trial : 0;
    if (!t->has_journal) return RECSYS_OK;
    rs_text_begin(&line, t->runtime);
    rs_text_printf(&line, "{\"best\":%zu,\"chosen\":%zu,\"gain\":", t->confirm.trial,
                   t->state.chosen);
    rs_json_put_real(&line, gain.difference);
    rs_text_add(&line, ",\"low\":");
    rs_json_put_real(&line, gain.low);
    rs_text_add(&line, ",\"high\":");
    rs_json_put_real(&line, gain.high);
    rs_text_add(&line, "}");
    status = line.failed ? no_memory(err) : rs_journal_add(&t->journal, line.data, err);
    rs_text_free(&line);
    return status;
}

static recsys_status confirm(recsys_tuning *t, const recsys_progress *progress,
                             recsys_error *err)
{
    const rs_side *side;
    recsys_status status;
    if (t->confirm.comparison == NULL) {
        RS_TRY(rs_sides_at(&t->fresh, t->confirm.done / 2, &side, err));
        RS_TRY(rs_duel_step(&t->confirm, t, side->train, side->test, progress, err));
    }
    if (t->confirm.comparison == NULL) return RECSYS_OK;
    RS_TRY(choose(t, err));
    status = begin_test(t, err);
out:
    return status;
}

static recsys_status test(recsys_tuning *t, const recsys_progress *progress, recsys_error *err)
{
    recsys_status status = rs_duel_step(&t->final, t, t->ratings, t->test, progress, err);
    if (status == RECSYS_OK && t->final.comparison != NULL) t->state.stage = RECSYS_TUNE_DONE;
    return status;
}

recsys_status rs_tuning_step(recsys_tuning *t, int *more, const recsys_progress *progress,
                             recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    switch (t->state.stage) {
    case RECSYS_TUNE_SEARCH: status = search(t, progress, err); break;
    case RECSYS_TUNE_CONFIRM: status = confirm(t, progress, err); break;
    case RECSYS_TUNE_TEST: status = test(t, progress, err); break;
    case RECSYS_TUNE_DONE: break;
    }
    if (status == RECSYS_OK) *more = t->state.stage != RECSYS_TUNE_DONE;
    return status;
}
