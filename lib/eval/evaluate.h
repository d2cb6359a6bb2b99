/* Scoring a model on test ratings. */
#ifndef RS_EVAL_EVALUATE_H
#define RS_EVAL_EVALUATE_H

#include <recsys/model.h>

#include "eval/report.h"

/* A list for every test user with something relevant, then their metrics; `by_popularity`: the
 * most rated movies instead of the model's lists. Errors: LEAK naming the first pair that the
 * model holds, EMPTY, NO_MEMORY, CANCELLED. */
recsys_status rs_evaluate(recsys_report **report, const recsys_model *model,
                          const recsys_ratings *test, int by_popularity,
                          const recsys_config *config, const recsys_progress *progress,
                          recsys_error *err);

/* The same with other query-stage settings than the model's own; those of training must be the
 * model's. */
recsys_status rs_evaluate_with(recsys_report **report, const recsys_model *model,
                               const recsys_ratings *test, const rs_settings *settings,
                               const recsys_config *config, const recsys_progress *progress,
                               recsys_error *err);

#endif
