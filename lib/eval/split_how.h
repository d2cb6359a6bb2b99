/* What the text of a split says. */
#ifndef RS_EVAL_SPLIT_HOW_H
#define RS_EVAL_SPLIT_HOW_H

#include <recsys/base.h>

enum { RS_SPLIT_MOST_FOLDS = 1000 };

typedef enum rs_split_kind {
    RS_SPLIT_USER_SHARE, /* user-random:RATIO */
    RS_SPLIT_USER_COUNT, /* user-random:N */
    RS_SPLIT_RANDOM,
    RS_SPLIT_LAST,
    RS_SPLIT_QUANTILE, /* time:QUANTILE */
    RS_SPLIT_DATE,     /* time:DATE */
    RS_SPLIT_WINDOWS,
    RS_SPLIT_FOLDS,
    RS_SPLIT_COLD_USERS,
    RS_SPLIT_COLD_MOVIES
} rs_split_kind;

typedef struct rs_split_how {
    rs_split_kind kind;
    double share;   /* RATIO or QUANTILE */
    uint64_t count; /* N ratings of a user */
    int64_t milli;  /* where the test begins; how long a window is */
    size_t folds;
} rs_split_how;

/* INVALID: says what was expected, or which splits there are. */
recsys_status rs_split_how_parse(rs_split_how *how, const char *text, recsys_error *err);

#endif
