#include "tune/trials.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "tune/sample.h"

enum { MOST_TRIES = 1000 };

static void free_trial(rs_trials *t, rs_trial *trial)
{
    for (size_t k = 0; trial->value != NULL && k < t->space->count; k++)
        rs_free(t->runtime, trial->value[k]);
    rs_free(t->runtime, trial->value);
    rs_free(t->runtime, trial->tally);
}

void rs_trials_free(rs_trials *t)
{
    for (size_t i = 0; i < t->count; i++) free_trial(t, &t->item[i]);
    rs_free(t->runtime, t->item);
    rs_free(t->runtime, t->standing);
    t->item = NULL;
    t->standing = NULL;
    t->count = t->capacity = t->standing_capacity = 0;
}

static size_t group_of(const rs_trials *t, size_t draw)
{
    if (draw == 0 || !rs_space_has_stage(t->space, RECSYS_STAGE_FIT)) return 0;
    if (!rs_space_has_stage(t->space, RECSYS_STAGE_QUERY)) return draw;
    return (draw - 1) / t->per_fit + 1;
}

size_t rs_trials_group(const rs_trials *t, size_t trial)
{
    return group_of(t, t->item[trial].draw);
}

/* ---- values ---------------------------------------------------------------------- */

static recsys_status draw_value(const rs_trials *t, size_t draw, size_t k, char **value,
                                recsys_error *err)
{
    const rs_dimension *d = &t->space->dimension[k];
    const char *key = d->option->key;
    if (draw == 0) {
        *value = rs_strdup(t->runtime, rs_config_text(t->config, key));
        return *value != NULL ? RECSYS_OK : rs_fail_memory(err, "recsys_tuning_step");
    }
    size_t number = d->option->stage == RECSYS_STAGE_FIT ? group_of(t, draw) : draw;
    return rs_dimension_value(value, d, t->runtime, rs_draw(key, t->seed, number), err);
}

static recsys_status fill(const rs_trials *t, rs_trial *trial, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    trial->value = rs_array_zero(t->runtime, t->space->count, sizeof *trial->value);
    trial->tally = rs_array_zero(t->runtime, t->splits, sizeof *trial->tally);
    if (trial->value == NULL || trial->tally == NULL)
        return rs_fail_memory(err, "recsys_tuning_step");
    for (size_t k = 0; k < t->space->count && status == RECSYS_OK; k++)
        status = draw_value(t, trial->draw, k, &trial->value[k], err);
    return status;
}

static int is_new(const rs_trials *t, const rs_trial *trial)
{
    for (size_t i = 0; i < t->count; i++) {
        size_t k = 0;
        while (k < t->space->count && strcmp(t->item[i].value[k], trial->value[k]) == 0) k++;
        if (k == t->space->count) return 0;
    }
    return 1;
}

static recsys_status append(rs_trials *t, const rs_trial *trial, recsys_error *err)
{
    if (!rs_reserve(t->runtime, &t->item, &t->capacity, t->count + 1, sizeof *t->item) ||
        !rs_reserve(t->runtime, &t->standing, &t->standing_capacity, t->count + 1,
                    sizeof *t->standing))
        return rs_fail_memory(err, "recsys_tuning_step");
    t->standing[t->count] = (rs_standing){0};
    t->item[t->count++] = *trial;
    t->drawn = trial->draw;
    return RECSYS_OK;
}

recsys_status rs_trials_add(rs_trials *t, int *added, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    size_t first = t->count == 0 ? 0 : t->drawn + 1;
    *added = 0;
    for (size_t tries = 0; tries < MOST_TRIES && !*added && status == RECSYS_OK; tries++) {
        rs_trial made = {.draw = first + tries};
        status = fill(t, &made, err);
        *added = status == RECSYS_OK && is_new(t, &made);
        if (*added) status = append(t, &made, err);
        if (!*added || status != RECSYS_OK) free_trial(t, &made);
    }
    return status;
}

recsys_status rs_trials_config(const rs_trials *t, size_t trial, int shared,
                               recsys_config **config, recsys_error *err)
{
    recsys_config *made;
    recsys_status status = t->config != NULL ? rs_config_clone(&made, t->config, err)
                                             : rs_config_make(&made, t->runtime, err);
    if (status != RECSYS_OK) return status;
    for (size_t k = 0; trial > 0 && k < t->space->count && status == RECSYS_OK; k++) {
        const recsys_option *option = t->space->dimension[k].option;
        if (shared && option->stage != RECSYS_STAGE_FIT) continue;
        status = rs_config_set(made, option->key, t->item[trial].value[k], err);
    }
    if (status == RECSYS_OK)
        *config = made;
    else
        rs_config_free(made);
    return status;
}

/* ---- results --------------------------------------------------------------------- */

double rs_trial_value(const rs_trials *t, size_t trial, double *error)
{
    double value = 0, errors = 0;
    size_t splits = 0;
    for (size_t s = 0; s < t->splits; s++) {
        const rs_tally *tally = &t->item[trial].tally[s];
        if (tally->users == 0) continue;
        double n = (double)tally->users, mean = tally->sum / n;
        double spread = tally->square / n - mean * mean;
        value += mean;
        errors += n > 1 ? sqrt((spread > 0 ? spread : 0) / (n - 1)) : (double)NAN;
        splits++;
    }
    if (error != NULL) *error = splits > 0 ? errors / (double)splits : (double)NAN;
    return splits > 0 ? value / (double)splits : (double)NAN;
}
