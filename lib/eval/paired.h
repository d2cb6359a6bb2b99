/* Users' values of several reports, side by side. */
#ifndef RS_EVAL_PAIRED_H
#define RS_EVAL_PAIRED_H

#include "eval/report.h"

typedef struct rs_paired {
    recsys_runtime *runtime;
    size_t systems, users; /* users whom all systems have in one run at least */
    double *value;         /* [systems][users][RS_USER_METRICS] mean over the runs; NaN: none */
} rs_paired;

/* reports[system * runs + run]; `at_gate`: the gate's values at its own cut-off, else those at
 * evaluation.k. Users are in the order in which the reports name them, the first report first.
 * Errors: NO_MEMORY. Free it in any case. */
recsys_status rs_paired_make(rs_paired *paired, recsys_runtime *runtime,
                             const recsys_report *const *reports, size_t systems, size_t runs,
                             int at_gate, recsys_error *err);
void rs_paired_free(rs_paired *paired);

static inline double rs_paired_at(const rs_paired *paired, size_t system, size_t user,
                                  size_t metric)
{
    return paired->value[(system * paired->users + user) * RS_USER_METRICS + metric];
}

#endif
