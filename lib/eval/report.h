/* The numbers of one evaluation: means, what they are means of, and where they came from. */
#ifndef RS_EVAL_REPORT_H
#define RS_EVAL_REPORT_H

#include <recsys/config.h>
#include <recsys/evaluate.h>

#include "base/text.h"
#include "eval/metrics.h"

enum { RS_HASH_TEXT = 65 };

/* Lists are scored at two cut-offs: evaluation.k is what a report tells; the gate's is always
 * the same, so that no option lowers the bar. */
enum { RS_CUT_TOLD, RS_CUT_GATE, RS_CUTS };
enum { RS_GATE_K = 10 };

/* What comes of one cut-off. */
typedef struct rs_cut {
    size_t k;
    double *values; /* [users][RS_USER_METRICS], users as in the report */
    double metrics[RS_METRICS];
} rs_cut;

struct recsys_report {
    recsys_runtime *runtime;
    rs_cut cut[RS_CUTS];
    double share;      /* evaluation.relevance_threshold */
    double threshold;  /* share of the scale's top: relevant from this rating on */
    size_t users;      /* evaluated */
    size_t skipped;    /* test users with nothing relevant */
    size_t strangers;  /* evaluated users that the model does not know */
    size_t movies;     /* of the model: what coverage is a share of */
    uint64_t relevant; /* relevant test ratings of the evaluated users */
    uint64_t unlisted; /* of these, ratings of movies that the model does not know */
    uint32_t *user;    /* [users] their numbers in the test ratings, ascending */
    char model_hash[RS_HASH_TEXT], data_hash[RS_HASH_TEXT];
    char *split; /* evaluation.split if it was set, else NULL */
    int seeded;  /* it draws by `seed`; "given" (test ratings from elsewhere) does not */
    int64_t seed;
    char *json;
};

/* An empty report with room for so many evaluated users; metrics are NaN. */
recsys_status rs_report_make(recsys_report **report, recsys_runtime *runtime, size_t users,
                             recsys_error *err);
/* Note both k, threshold and, where `config` sets it, the split; `top` is the scale's top. */
recsys_status rs_report_configure(recsys_report *report, const recsys_config *config, float top,
                                  recsys_error *err);
/* 1 if a test rating counts as relevant. */
int rs_report_relevant(const recsys_report *report, float rating);
/* Set a cut-off's metrics from its values and from the number of lists that hold each movie. */
void rs_report_conclude(recsys_report *report, size_t cut, const uint64_t *lists);
/* Write the JSON text into the report; it is complete then. */
recsys_status rs_report_write(recsys_report *report, recsys_error *err);

/* Parts of the JSON text that a verdict repeats. */
void rs_report_put_metrics(rs_text *text, const recsys_report *report);
void rs_report_put_protocol(rs_text *text, const recsys_report *report);

recsys_status rs_report_metric(const recsys_report *report, const char *name, double *value,
                               recsys_error *err);
void rs_report_free(recsys_report *report);

#endif
