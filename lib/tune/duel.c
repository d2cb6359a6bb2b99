/* Two configs beside each other at the end of a search. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "eval/compare.h"
#include "eval/evaluate.h"
#include "modelfile/model.h"
#include "tune/tuning.h"

recsys_status rs_duel_make(rs_duel *duel, const recsys_tuning *tuning, size_t trial,
                           size_t runs, recsys_error *err)
{
    *duel = (rs_duel){.trial = trial, .runs = runs};
    duel->reports = rs_array_zero(tuning->runtime, 2 * runs, sizeof *duel->reports);
    return duel->reports != NULL ? RECSYS_OK : rs_fail_memory(err, "recsys_tuning_step");
}

void rs_duel_free(rs_duel *duel, recsys_runtime *runtime)
{
    for (size_t i = 0; duel->reports != NULL && i < 2 * duel->runs; i++)
        rs_report_free(duel->reports[i]);
    rs_free(runtime, duel->reports);
    rs_comparison_free(duel->comparison);
    *duel = (rs_duel){0};
}

recsys_status rs_duel_step(rs_duel *duel, const recsys_tuning *tuning,
                           const recsys_ratings *train, const recsys_ratings *test,
                           const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    recsys_config *config = NULL;
    recsys_model *model = NULL;
    size_t run = duel->done / 2, system = duel->done % 2;
    recsys_report **report = &duel->reports[system * duel->runs + run];
    RS_TRY(rs_trials_config(&tuning->trials, system == 1 ? duel->trial : 0, 0, &config, err));
    RS_TRY(tuning->fit(&model, tuning->runtime, train, tuning->catalogue, config, NULL,
                       progress, err));
    RS_TRY(rs_evaluate(report, model, test, 0, tuning->comparing, progress, err));
    duel->done++;
    if (duel->done == 2 * duel->runs) {
        status = rs_compare(&duel->comparison, (const recsys_report *const *)duel->reports, 2,
                            duel->runs, tuning->comparing, err);
        if (status != RECSYS_OK) { /* this step may be tried again */
            duel->done--;
            rs_report_free(*report);
            *report = NULL;
        }
    }
out:
    rs_config_free(config);
    if (model != NULL) rs_model_release(model);
    return status;
}

int rs_duel_gain(const rs_duel *duel, const recsys_tuning *tuning,
                 recsys_difference *difference)
{
    if (duel->comparison == NULL) return 0;
    for (size_t i = 0; i < rs_comparison_count(duel->comparison); i++)
        if (rs_comparison_at(duel->comparison, i, difference) &&
            strcmp(difference->metric, tuning->metric) == 0)
            return 1;
    return 0;
}
