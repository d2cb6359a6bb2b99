/*
 * recsys/evaluate.h - metrics, reports and the quality gate (splits: recsys/split.h).
 *
 * Metrics (K = evaluation.k; R = a user's relevant test movies; a user without one is
 * skipped and counted; a missing list counts 0): precision@K = hits/K; recall@K = hits/|R|;
 * f1 = mean of per-user F1; map = mean of the precisions at the hits' ranks, added up, / |R|;
 * mrr = 1 / rank of the first hit; NDCG@K = binary gain, log2(rank+1), ideal list cut at
 * min(K,|R|) (Jarvelin & Kekalainen 2002); hit_rate = share of users with a hit;
 * coverage = distinct movies in evaluated users' lists / all movies of the model;
 * diversity = 1 - mean overlap of two users' lists (Zhou 2010), from item counts.
 * A test rating is relevant if it is >= evaluation.relevance_threshold * the scale's top.
 * Full ranking over all candidates, never sampled. The gate is judged at K = 10, whatever
 * evaluation.k says.
 */
#ifndef RECSYS_EVALUATE_H
#define RECSYS_EVALUATE_H

#include <recsys/base.h>
#include <recsys/model.h>
#include <recsys/split.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Numbers of one evaluation. Immutable; any number of threads may read it. */
typedef struct recsys_report recsys_report;
/** What the gate said, rule by rule. */
typedef struct recsys_verdict recsys_verdict;

/**
 * Score a model on test ratings: lists for all test users, the model's own ratings never
 * recommended; scored at evaluation.k and, for the gate, at 10. RECSYS_E_LEAK if the model
 * holds any of the test pairs; RECSYS_E_EMPTY if no user has a relevant test movie. Uses the
 * evaluation.* keys of `config` (NULL: defaults); the same digits for any number of threads.
 * The report repeats evaluation.split and
 * evaluation.seed as its protocol if evaluation.split was set; set it to "given" where the
 * test ratings did not come from recsys_split.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_evaluate(
    recsys_report **report, const recsys_model *model, const recsys_ratings *test,
    const recsys_config *config, const recsys_progress *progress, recsys_error *err);
/**
 * Score lists that any system made: the files `run` and `judgements` ("-": standard input),
 * gzipped or not, each in one of these forms, told apart by its first line:
 *   TREC                 user Q0 movie rank score tag; judgements: user 0 movie grade
 *   text with a header   columns user, movie, and score (rating, grade, relevance) or rank;
 *                        separated by comma, tab, semicolon or bar
 *   JSON lines           {"user": .., "movie": .., "score": .., "rank": ..}
 * A user's list goes by rank where there is one, else by falling score, else as it stands; a
 * TREC run goes by score. Equal scores stay as they stand unless the profile says otherwise.
 * Judgements without a number count 1. Relevant is a grade >= evaluation.relevant_grade; the
 * metrics are those of evaluation.profile. coverage is NaN: nobody says what there is to
 * recommend. Users with a judgement and no list count 0; those with a list and no judgement
 * are passed over. Errors: PARSE with file and line, EMPTY, IO, DAMAGED, CONFIG, NO_MEMORY.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status
recsys_evaluate_run(recsys_report **report, recsys_runtime *runtime, const char *run,
                    const char *judgements, const recsys_config *config, recsys_error *err);
/** Number of profiles (evaluation.profile), of which the first is the library's own. */
RECSYS_API size_t recsys_profile_count(void);
/** Name, tool and version whose numbers it gives, and whether it was checked against the
 * installed tool (1) or written from its source (0); 0: i is out of range. Static texts. */
RECSYS_API int recsys_profile_at(size_t i, const char **name, const char **tool, int *verified);
/** Cut-off of the metrics: evaluation.k. */
RECSYS_API size_t recsys_report_k(const recsys_report *report);
/** All cut-offs, rising: evaluation.k and evaluation.cutoffs. 0: i is out of range. */
RECSYS_API size_t recsys_report_cutoff(const recsys_report *report, size_t i);
/** Names: precision, recall, f1, ndcg, hit_rate, map, mrr, coverage, diversity; `k`: a cut-off
 * of the report, 0: evaluation.k. RECSYS_E_NOT_FOUND. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_report_metric(const recsys_report *report,
                                                                const char *name, size_t k,
                                                                double *value,
                                                                recsys_error *err);
RECSYS_API size_t recsys_report_metric_count(const recsys_report *report);
/** Name of the i-th metric; NULL if i is out of range. */
RECSYS_API const char *recsys_report_metric_name(const recsys_report *report, size_t i);
RECSYS_API uint64_t recsys_report_users(const recsys_report *report);   /**< evaluated */
RECSYS_API uint64_t recsys_report_skipped(const recsys_report *report); /**< nothing relevant */
/** Evaluated users without a list, and those who have one but no judgement or test rating. */
RECSYS_API uint64_t recsys_report_without_list(const recsys_report *report);
RECSYS_API uint64_t recsys_report_without_judgement(const recsys_report *report);
RECSYS_API double recsys_report_threshold(const recsys_report *report); /**< relevant from */
/** The report as a JSON object, owned by the report. */
RECSYS_API const char *recsys_report_json(const recsys_report *report);
RECSYS_API void recsys_report_destroy(recsys_report *report);

/** One rule of the gate. Metrics are those at K = 10, not at the report's k. */
typedef struct recsys_rule {
    size_t struct_size;
    const char *name; /**< "precision", "hit_rate", "coverage", "users" */
    double value;     /**< measured */
    double minimum;   /**< from evaluation.gate.* */
    int passed;       /**< 1 only if value is a number and >= minimum */
} recsys_rule;
#define RECSYS_RULE_INIT RECSYS_INIT_(recsys_rule, NULL, 0, 0, 0)

/**
 * Hold a report against evaluation.gate.*: every rule must pass; NaN never passes. Precision,
 * hit rate and coverage are always those of the first 10 places (the report has them as
 * "gate_metrics" in its JSON), so that no evaluation.k lowers or raises the bar.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_gate_check(recsys_verdict **verdict,
                                                             const recsys_report *report,
                                                             const recsys_config *config,
                                                             recsys_error *err);
RECSYS_API int recsys_verdict_passed(const recsys_verdict *verdict); /**< 1: all rules passed */
RECSYS_API size_t recsys_verdict_rule_count(const recsys_verdict *verdict);
/** The i-th rule; returns 0 if i is out of range, else 1. */
RECSYS_API int recsys_verdict_rule(const recsys_verdict *verdict, size_t i, recsys_rule *rule);
/**
 * The verdict as a JSON object that names model hash, data hash, protocol, metrics, rules
 * and the gate's K and config: what `<hash>.verdict.json` holds. Owned by the verdict.
 */
RECSYS_API const char *recsys_verdict_json(const recsys_verdict *verdict);
RECSYS_API void recsys_verdict_destroy(recsys_verdict *verdict);

#ifdef __cplusplus
}
#endif

#endif
