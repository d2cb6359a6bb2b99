/* The metrics of parts: of users, or of what is relevant - movies, times. Each part is scored
 * with its own judgements alone, over the users who have something relevant among them. AUC is
 * of a whole user: parts that divide a user's judgements have none. */
#ifndef RS_EVAL_BREAKDOWN_H
#define RS_EVAL_BREAKDOWN_H

#include "eval/report.h"

enum { RS_MOST_GROUPS = 64, RS_NO_GROUP = 255 };

typedef struct rs_group {
    char *name;
    size_t users;
    uint64_t relevant;
    double metrics[RS_USER_METRICS], low[RS_USER_METRICS], high[RS_USER_METRICS];
} rs_group;

struct rs_breakdown {
    char *by;
    rs_group group[RS_MOST_GROUPS];
    size_t groups;
    const char *why; /* there are none; or NULL */
};

/* group_of[judged->count]: the part of each judgement, or RS_NO_GROUP. Parts without anything
 * relevant are left out. At evaluation.k. Errors: NO_MEMORY. */
/* A breakdown without groups; `why` is not copied. Errors: NO_MEMORY. */
recsys_status rs_breakdown_none(recsys_report *report, const char *by, const char *why,
                                recsys_error *err);
recsys_status rs_breakdown_add(recsys_report *report, const rs_material *material,
                               const char *by, const uint8_t *group_of,
                               const char *const *names, size_t groups, recsys_error *err);
void rs_breakdowns_free(recsys_report *report);
void rs_breakdowns_put(rs_text *text, const recsys_report *report); /* "breakdowns":[...] */

#endif
