#include <recsys/tune.h>

#include <math.h>
#include <string.h>

#include "api/fit.h"
#include "api/need.h"
#include "api/outputs.h"
#include "eval/normal.h"
#include "tune/tuning.h"

/* ---- spaces ---------------------------------------------------------------------- */

recsys_status recsys_space_read(recsys_space **space, recsys_runtime *runtime, const char *path,
                                recsys_error *err)
{
    RS_NEED(err, space);
    RS_NEED(err, path);
    return rs_space_read(space, runtime, path, err);
}

recsys_status recsys_space_named(recsys_space **space, recsys_runtime *runtime,
                                 const char *name, const recsys_config *config,
                                 recsys_error *err)
{
    RS_NEED(err, space);
    RS_NEED(err, name);
    return rs_space_named(space, runtime, name, config, err);
}

int recsys_space_name_at(size_t i, const char **name, const char **text)
{
    return rs_space_name_at(i, name, text);
}

size_t recsys_space_count(const recsys_space *space)
{
    return space == NULL ? 0 : space->count;
}

const char *recsys_space_key(const recsys_space *space, size_t i)
{
    return space == NULL || i >= space->count ? NULL : space->dimension[i].option->key;
}

void recsys_space_destroy(recsys_space *space)
{
    rs_space_free(space);
}

/* ---- searches -------------------------------------------------------------------- */

recsys_status recsys_tuning_create(recsys_tuning **tuning, recsys_runtime *runtime,
                                   const recsys_ratings *ratings,
                                   const recsys_catalogue *catalogue,
                                   const recsys_config *config, const recsys_space *space,
                                   const recsys_tune_options *options, recsys_error *err)
{
    recsys_tune_options all = RECSYS_TUNE_OPTIONS_INIT;
    RS_NEED(err, tuning);
    RS_NEED(err, ratings);
    RS_NEED(err, space);
    RS_NEED(err, options);
    RS_NEED_SIZE(err, options, sizeof options->struct_size);
    size_t size = options->struct_size < sizeof all ? options->struct_size : sizeof all;
    memcpy(&all, options, size);
    return rs_tuning_make(tuning, runtime, ratings, catalogue, config, space, &all, rs_fit,
                          err);
}

void recsys_tuning_destroy(recsys_tuning *tuning)
{
    rs_tuning_free(tuning);
}

recsys_status recsys_tuning_step(int *more, recsys_tuning *tuning,
                                 const recsys_progress *progress, recsys_error *err)
{
    RS_NEED(err, more);
    RS_NEED(err, tuning);
    return rs_tuning_step(tuning, more, progress, err);
}

/* ---- looking at one -------------------------------------------------------------- */

void recsys_tuning_state(const recsys_tuning *tuning, recsys_tune_state *state)
{
    if (tuning != NULL && state != NULL)
        rs_out_copy(state, &tuning->state, sizeof tuning->state);
}

int recsys_tuning_trial(const recsys_tuning *tuning, size_t i, recsys_trial *trial)
{
    double error;
    if (tuning == NULL || trial == NULL || i >= tuning->trials.count) return 0;
    const rs_trial *item = &tuning->trials.item[i];
    const rs_standing *standing = &tuning->trials.standing[i];
    recsys_trial told = {.struct_size = sizeof told, .rung = standing->rungs};
    told.value = rs_trial_value(&tuning->trials, i, &error);
    double reach = error * rs_normal_quantile(0.975);
    told.low = told.value - reach;
    told.high = told.value + reach;
    told.first = standing->rungs > 0 ? standing->value[0] : (double)NAN;
    told.bytes = item->bytes;
    told.fit_seconds = item->fits > 0 ? item->fit_seconds / (double)item->fits : 0;
    told.query_seconds = item->lists > 0 ? item->query_seconds / (double)item->lists : 0;
    rs_out_copy(trial, &told, sizeof told);
    return 1;
}

const char *recsys_tuning_value(const recsys_tuning *tuning, size_t trial, size_t key)
{
    if (tuning == NULL || trial >= tuning->trials.count || key >= tuning->space->count)
        return NULL;
    return tuning->trials.item[trial].value[key];
}

recsys_status recsys_tuning_config(recsys_config **config, const recsys_tuning *tuning,
                                   size_t trial, recsys_error *err)
{
    RS_NEED(err, config);
    RS_NEED(err, tuning);
    if (trial >= tuning->trials.count)
        return rs_fail(err, RECSYS_E_INVALID, "recsys_tuning_config: trial %zu of %zu", trial,
                       tuning->trials.count);
    return rs_trials_config(&tuning->trials, trial, 0, config, err);
}

double recsys_tuning_importance(const recsys_tuning *tuning, size_t key)
{
    if (tuning == NULL || key >= tuning->space->count) return (double)NAN;
    return rs_trials_importance(&tuning->trials, key);
}

const recsys_comparison *recsys_tuning_comparison(const recsys_tuning *tuning,
                                                  recsys_tune_stage stage)
{
    if (tuning == NULL) return NULL;
    if (stage == RECSYS_TUNE_CONFIRM) return tuning->confirm.comparison;
    return stage == RECSYS_TUNE_TEST ? tuning->final.comparison : NULL;
}
