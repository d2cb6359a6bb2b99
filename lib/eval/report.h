/* The numbers of one evaluation: means, what they are means of, and where they came from. */
#ifndef RS_EVAL_REPORT_H
#define RS_EVAL_REPORT_H

#include <recsys/config.h>
#include <recsys/evaluate.h>

#include "base/text.h"
#include "data/ids.h"
#include "eval/ask.h"
#include "eval/evidence.h"
#include "eval/exposure.h"
#include "eval/interval.h"
#include "eval/score.h"

enum { RS_HASH_TEXT = 65, RS_ALL_DECIMALS = 17 };

/* What comes of one cut-off. */
typedef struct rs_cut {
    size_t k;
    double metrics[RS_METRICS];
    double low[RS_METRICS], high[RS_METRICS]; /* of the mean; NaN: no interval */
} rs_cut;

/* Lists scored at some cut-offs by one definition. */
typedef struct rs_scored {
    rs_cut *cut; /* [cuts] k rising */
    size_t cuts;
    rs_scores scores; /* users' values at all of them */
} rs_scored;

typedef struct rs_breakdown rs_breakdown;

struct recsys_report {
    recsys_runtime *runtime;
    rs_scored lists, gate; /* gate: by the library's own definition, whatever the profile */
    size_t told;           /* lists.cut[told].k is evaluation.k */
    int is_gate_shared;    /* gate.cut[] are some of lists.cut[]; it has no scores of its own */
    rs_definition definition;
    char *changes; /* JSON: what evaluation.definition.* says otherwise */
    rs_text ids;   /* of the users of lists.scores, each ended by a zero byte */
    size_t *id_at; /* [named] where each begins */
    size_t named;
    double share;       /* evaluation.relevance_threshold */
    double threshold;   /* share of the scale's top: relevant from this rating on */
    double least;       /* the same as it is compared: of ratings, the nearest float */
    size_t users;       /* evaluated */
    size_t skipped;     /* test users with nothing relevant */
    size_t strangers;   /* evaluated users that the model does not know */
    size_t movies;      /* of the model: what coverage is a share of */
    size_t rated;       /* of them: with a training rating */
    uint64_t predicted; /* test ratings that were predicted, for RMSE and MAE */
    uint64_t relevant;  /* relevant test ratings of the evaluated users */
    uint64_t unlisted;  /* of these, ratings of movies that the model does not know */
    uint64_t leaks;     /* of a run: judgements that are among the training ratings */
    char model_hash[RS_HASH_TEXT], data_hash[RS_HASH_TEXT];
    char *split; /* evaluation.split if it was set, else NULL */
    int seeded;  /* it draws by `seed`; "given" (test ratings from elsewhere) does not */
    int64_t seed;
    int by_popularity;  /* the lists are the most rated movies */
    int candidates;     /* only those of evaluation.candidates were ranked */
    int only_rated;     /* only movies with a training rating were */
    int keep_rated;     /* the user's own among them */
    int seen_given;     /* without those of evaluation.seen_ratings */
    int decimals;       /* of means as they are told; RS_ALL_DECIMALS: not rounded */
    int pairs;          /* look at pairs of users: diversity_jaccard */
    size_t pair_sample; /* evaluation.pair_sample */
    size_t drawn_pairs; /* of these, drawn for the lists; 0: all were looked at, or none */
    rs_interval_plan interval;
    rs_breakdown *breakdown; /* [breakdowns] */
    size_t breakdowns;
    rs_exposure exposure;
    char *examples, *titles; /* JSON: members of an array, of an object; NULL: none */
    char *json;
};

/* An empty report with its cut-offs, definition, threshold and, where `config` sets it, split;
 * metrics are NaN. `top` is the scale's top. Errors: CONFIG, NO_MEMORY. */
recsys_status rs_report_make(recsys_report **report, recsys_runtime *runtime,
                             const recsys_config *config, float top, recsys_error *err);
/* A mean as it is told: rounded to evaluation.decimals, the nearest decimal, as Python's round
 * does it. */
double rs_report_told(const recsys_report *report, double mean);
/* Are the candidates those of a list? CONFIG if the profile is of such lists and they are
 * not. */
recsys_status rs_report_label(recsys_report *report, int listed, recsys_error *err);
/* 1 if a test rating counts as relevant. */
int rs_report_relevant(const recsys_report *report, float rating);
/* What is scored. */
typedef struct rs_material {
    const rs_entries *lists, *gate; /* gate: the same ones unless its cut-offs need others */
    const rs_entries *judged;
    size_t users, movies; /* of the tables that all of them have */
    const double *auc;    /* [users], or NULL: not asked for */
    rs_errors errors;     /* of predicted ratings; none: not asked for */
    const rs_evidence *evidence;
} rs_material;

/* Score lists at all cut-offs. Errors: those of rs_score_lists. */
recsys_status rs_report_score(recsys_report *report, const rs_material *material,
                              recsys_error *err);
/* The id of each user of lists.scores, in their order. Errors: NO_MEMORY. */
recsys_status rs_report_add_user(recsys_report *report, rs_id_text id, recsys_error *err);
const char *rs_report_user(const recsys_report *report, size_t i);
/* Number of the gate's cut-off; report->gate.cuts: nothing was scored there. */
size_t rs_report_gate_cut(const recsys_report *report, size_t k);
/* 0 if both know their test ratings and they are not the same. */
int rs_same_test(const recsys_report *a, const recsys_report *b);
/* The users' values that the gate judges, and the number of a cut-off in them. */
const rs_scores *rs_report_gate_scores(const recsys_report *report);
size_t rs_report_gate_scores_cut(const recsys_report *report, size_t k);
/* Write the JSON text into the report; it is complete then. */
recsys_status rs_report_write(recsys_report *report, recsys_error *err);

/* Parts of the JSON text that a verdict repeats. */
void rs_report_put_metrics(rs_text *text, const recsys_report *report);
/* "metrics":{...} */
void rs_report_put_means(rs_text *text, const recsys_report *report, const double *metrics,
                         size_t count);
/* {"ndcg":[low,high],...}: those that there are. */
void rs_put_bounds(rs_text *text, const double *low, const double *high, size_t count);
void rs_report_put_hashes(rs_text *text, const recsys_report *report); /* ,...: ..., */
void rs_report_put_protocol(rs_text *text, const recsys_report *report);

/* `k` 0: evaluation.k. Errors: NOT_FOUND. */
recsys_status rs_report_metric(const recsys_report *report, const char *name, size_t k,
                               double *value, recsys_interval *interval, recsys_error *err);
recsys_status rs_report_user_metric(const recsys_report *report, size_t i, const char *name,
                                    size_t k, double *value, recsys_error *err);
void rs_report_free(recsys_report *report);

#endif
