/* The numbers of one evaluation: means, what they are means of, and where they came from. */
#ifndef RS_EVAL_REPORT_H
#define RS_EVAL_REPORT_H

#include <recsys/config.h>
#include <recsys/evaluate.h>

#include "base/text.h"
#include "eval/score.h"

enum { RS_HASH_TEXT = 65 };

/* The gate's cut-off is always the same, so that no option lowers the bar. */
enum { RS_GATE_K = 10 };

/* What comes of one cut-off. */
typedef struct rs_cut {
    size_t k;
    double metrics[RS_METRICS];
} rs_cut;

struct recsys_report {
    recsys_runtime *runtime;
    rs_cut *cut;       /* [cuts] k rising */
    size_t cuts, told; /* told: the one of evaluation.k */
    rs_cut gate;
    size_t gate_users;
    rs_scores scores; /* users' values at all of cut[] */
    const rs_definition *definition;
    double share;      /* evaluation.relevance_threshold */
    double threshold;  /* share of the scale's top: relevant from this rating on */
    size_t users;      /* evaluated */
    size_t skipped;    /* test users with nothing relevant */
    size_t strangers;  /* evaluated users that the model does not know */
    size_t movies;     /* of the model: what coverage is a share of */
    uint64_t relevant; /* relevant test ratings of the evaluated users */
    uint64_t unlisted; /* of these, ratings of movies that the model does not know */
    char model_hash[RS_HASH_TEXT], data_hash[RS_HASH_TEXT];
    char *split; /* evaluation.split if it was set, else NULL */
    int seeded;  /* it draws by `seed`; "given" (test ratings from elsewhere) does not */
    int64_t seed;
    char *json;
};

/* An empty report with its cut-offs, definition, threshold and, where `config` sets it, split;
 * metrics are NaN. `top` is the scale's top. Errors: CONFIG, NO_MEMORY. */
recsys_status rs_report_make(recsys_report **report, recsys_runtime *runtime,
                             const recsys_config *config, float top, recsys_error *err);
/* 1 if a test rating counts as relevant. */
int rs_report_relevant(const recsys_report *report, float rating);
/* Score lists at all cut-offs; `gate`: those that the gate judges, the same ones unless its
 * cut-off needs others. `users` and `movies` are those of both tables. */
recsys_status rs_report_score(recsys_report *report, const rs_entries *lists,
                              const rs_entries *gate, const rs_entries *judged, size_t users,
                              size_t movies, recsys_error *err);
/* Write the JSON text into the report; it is complete then. */
recsys_status rs_report_write(recsys_report *report, recsys_error *err);

/* Parts of the JSON text that a verdict repeats. */
void rs_report_put_metrics(rs_text *text, const recsys_report *report);
void rs_report_put_hashes(rs_text *text, const recsys_report *report); /* ,...: ..., */
void rs_report_put_protocol(rs_text *text, const recsys_report *report);

/* `k` 0: evaluation.k. Errors: NOT_FOUND. */
recsys_status rs_report_metric(const recsys_report *report, const char *name, size_t k,
                               double *value, recsys_error *err);
void rs_report_free(recsys_report *report);

#endif
