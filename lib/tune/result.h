/* What judging one trial gave: a line of the journal. */
#ifndef RS_TUNE_RESULT_H
#define RS_TUNE_RESULT_H

#include "tune/trials.h"

typedef struct rs_result {
    size_t trial, rung; /* rung: from 0 */
    rs_tally *tally;    /* [splits] of the users that are new; users 0: none are */
    uint64_t bytes, fits, lists;
    double fit_seconds, query_seconds, seconds;
} rs_result;

/* Line with trial, rung, values, results [split, users, sum, sum of squares], costs. */
void rs_result_put(const rs_trials *trials, const rs_result *result, rs_text *line);
/* Read such a line; result->tally has room for trials->splits. 0: it is none. *values: where
 * its object of values begins and ends. */
int rs_result_read(const rs_trials *trials, const char *line, size_t size, rs_result *result,
                   const char **values, size_t *values_size);
/* The values of a trial as a JSON object. */
void rs_values_put(const rs_trials *trials, size_t trial, rs_text *text);
/* Add it to the trial, which then has done one rung more. */
void rs_result_apply(rs_trials *trials, const rs_result *result);

#endif
