/* Systems side by side, paired by user: differences, their intervals and tests. */
#ifndef RS_EVAL_COMPARE_H
#define RS_EVAL_COMPARE_H

#include "eval/report.h"

recsys_status rs_compare(recsys_comparison **comparison, const recsys_report *const *reports,
                         size_t systems, size_t runs, const recsys_config *config,
                         recsys_error *err);
size_t rs_comparison_users(const recsys_comparison *comparison);
size_t rs_comparison_count(const recsys_comparison *comparison);
int rs_comparison_at(const recsys_comparison *comparison, size_t i,
                     recsys_difference *difference);
const char *rs_comparison_json(const recsys_comparison *comparison);
void rs_comparison_free(recsys_comparison *comparison);

/* How sure is it that a model is no worse than another one? At the gate's cut-off and by its
 * definitions, over the users that both reports have. */
typedef struct rs_non_inferior {
    size_t users;
    double champion;   /* its mean */
    double difference; /* of the means, and its one-sided lower bound; NaN without users */
    double low;
} rs_non_inferior;

/* Errors: CONFIG if no such metric has values for users; NO_MEMORY. */
recsys_status rs_non_inferiority(rs_non_inferior *found, const recsys_report *report,
                                 const recsys_report *champion, const char *metric,
                                 double confidence, recsys_error *err);

#endif
