/* Scoring lists that any system made. */
#ifndef RS_EVAL_RUN_H
#define RS_EVAL_RUN_H

#include "eval/report.h"

/* See recsys_evaluate_run. */
recsys_status rs_evaluate_run(recsys_report **report, recsys_runtime *runtime, const char *run,
                              const char *judgements, const recsys_ratings *train,
                              const recsys_catalogue *catalogue, const recsys_config *config,
                              recsys_error *err);

#endif
