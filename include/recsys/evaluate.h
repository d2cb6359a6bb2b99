/*
 * recsys/evaluate.h - metrics, reports, comparisons and the quality gate. Splits are in
 * recsys/split.h; docs/metrics.md and docs/evaluation.md say more.
 *
 * Of one user's list, K = evaluation.k or another cut-off, R = the user's relevant movies, hits
 * = those of them among the first K places:
 *
 *   precision  hits / K                    recall    hits / |R|
 *   f1         2pr / (p + r), 0 if both are 0        hit_rate  1 if there is a hit
 *   ndcg       sum over hits of 1 / log2(rank + 1), divided by the same sum over the ranks
 *              1..min(K, |R|) (Jarvelin & Kekalainen 2002, binary gain)
 *   map        sum over hits of the precision at the hit's rank, / |R|
 *   mrr        1 / rank of the first hit, 0 without one
 *   auc        how often a relevant movie is above another one, ties count half, in a ranking
 *              of all candidates (Hanley & McNeil 1982); only with evaluation.auc
 *
 * A value is the mean over the evaluated users: a user without a relevant movie is skipped and
 * counted, a missing list counts 0, a short one as it is. Other definitions: evaluation.profile
 * (those of other tools), evaluation.definition.*.
 *
 * Of all lists together, c = lists that hold a movie, C their sum, M all movies, U users, r =
 * training users who rated a movie, T all training users:
 *
 *   coverage           movies with c > 0, / M          user_coverage  users with a list, / U
 *   diversity          1 - sum c (c - 1) / (K U (U - 1)) (Zhou et al. 2010)
 *   diversity_cosine   1 - mean over pairs of users of |A and B| / sqrt(|A| |B|)
 *   diversity_jaccard  1 - mean over pairs of users of |A and B| / |A or B|; only with
 *                      evaluation.pairs
 *   gini               sum (2i - M - 1) c_(i) / (M C), c_(i) rising
 *   entropy            - sum p log2 p, p = c / C
 *   novelty            mean over users and places of -log2(max(r, 1) / T) (Zhou et al. 2010)
 *   popularity_bias    mean r / T of the lists beside that of what the users rated themselves,
 *                      less 1 (Abdollahpouri et al. 2019)
 *   tail               share of list places of movies outside the most rated ones that have
 *                      80 % of all ratings
 *   ild                mean over users and pairs in a list of 1 - cosine of their genres
 *                      (Ziegler et al. 2005)
 *   serendipity        mean over users and places of max(0, (M + 1 - rank) / M - q) of hits,
 *                      q = (M + 1 - b) / M, b the movie's rank by r (RecTools, after Ge et
 *                      al. 2010)
 *   rmse, mae          of predicted test ratings; only with evaluation.predictions
 *
 * A test rating is relevant if it is >= evaluation.relevance_threshold * the scale's top. All
 * candidates are ranked, unless evaluation.candidates names a file with each user's; the report
 * says so. The gate is judged at K = 10 by these definitions, whatever evaluation.k and the
 * profile are.
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
 * The same for lists of the most rated movies of the model's ratings (raters falling, id
 * rising), what the user rated left out: what every model has to beat.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_evaluate_popularity(
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
 * metrics are those of evaluation.profile. `train`: what the system was trained on,
 * `catalogue`: what it could recommend; NULL: not known, and so are coverage, novelty and
 * others that need them (NaN). Users with a judgement and no list count 0; those with a list
 * and no judgement are passed over. Errors: PARSE with file and line, EMPTY, IO, DAMAGED,
 * CONFIG, INVALID (no list, and evaluation.definition.users is complete; no scores, and
 * evaluation.predictions is asked for), NO_MEMORY.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_evaluate_run(
    recsys_report **report, recsys_runtime *runtime, const char *run, const char *judgements,
    const recsys_ratings *train, const recsys_catalogue *catalogue, const recsys_config *config,
    recsys_error *err);
/** Number of profiles (evaluation.profile), of which the first is the library's own. */
RECSYS_API size_t recsys_profile_count(void);
/** Name, tool and version whose numbers it gives, and whether it was checked against the
 * installed tool (1) or written from its source (0); 0: i is out of range. Static texts. */
RECSYS_API int recsys_profile_at(size_t i, const char **name, const char **tool, int *verified);
/** Cut-off of the metrics: evaluation.k. */
RECSYS_API size_t recsys_report_k(const recsys_report *report);
/** All cut-offs, rising: evaluation.k and evaluation.cutoffs. 0: i is out of range. */
RECSYS_API size_t recsys_report_cutoff(const recsys_report *report, size_t i);
/** Ends of a confidence interval. */
typedef struct recsys_interval {
    size_t struct_size;
    double low, high;  /**< NaN: there is none */
    double confidence; /**< such as .95: evaluation.confidence */
} recsys_interval;
#define RECSYS_INTERVAL_INIT RECSYS_INIT_(recsys_interval, 0, 0, 0)
/**
 * A metric by name (recsys_report_metric_name; docs/metrics.md has the formulas) at a cut-off
 * of the report, 0: evaluation.k. NaN: it needs what the report does not have, such as training
 * ratings. `interval` may be NULL; means over users have one (evaluation.interval), from
 * resamples of the users: bias-corrected and accelerated (Efron 1987), of percentiles, or the
 * normal distribution's. RECSYS_E_NOT_FOUND: no such metric or cut-off.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_report_metric(const recsys_report *report,
                                                                const char *name, size_t k,
                                                                double *value,
                                                                recsys_interval *interval,
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

/** Id of the i-th evaluated user; NULL if i is out of range. Owned by the report. */
RECSYS_API const char *recsys_report_user(const recsys_report *report, size_t i);
/** The same of one evaluated user; NaN: not defined for them, or only for all lists
 * together. */
RECSYS_API RECSYS_MUST_CHECK recsys_status
recsys_report_user_metric(const recsys_report *report, size_t i, const char *name, size_t k,
                          double *value, recsys_error *err);

/** Reports side by side: which differences are real? */
typedef struct recsys_comparison recsys_comparison;

/** One metric of one system beside the baseline's, over the users that both have. */
typedef struct recsys_difference {
    size_t struct_size;
    size_t system; /**< number of the other system, from 1 */
    const char *metric;
    double value, baseline, difference; /**< means over the users; value - baseline */
    double low, high;                   /**< interval of the difference */
    double p;          /**< randomisation test: signs of the users' differences are flipped */
    double p_wilcoxon; /**< signed-rank test */
    double p_holm;     /**< p, adjusted for all differences of this comparison */
    int significant;   /**< p_holm < 1 - evaluation.confidence */
} recsys_difference;
#define RECSYS_DIFFERENCE_INIT                                                                 \
    RECSYS_INIT_(recsys_difference, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0)

/**
 * Compare systems by their users' values at evaluation.k. `reports` holds the reports of each
 * system, `runs` of them (one for each split): reports[system * runs + run]; system 0 is the
 * baseline, and there are at least two. A run counts for the users that all systems have
 * there; a user's values are averaged over the runs. Per metric with values for users: the
 * mean difference with its interval, the paired randomisation test (Smucker, Allan &
 * Carterette 2007; evaluation.replicates sign vectors, or all there are if those are fewer),
 * Wilcoxon's signed-rank test, and Holm's (1979) adjustment over all metrics and systems. The
 * reports' profile, K and threshold must be the same. Errors: INVALID, EMPTY (no common
 * user), NO_MEMORY.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_compare(recsys_comparison **comparison,
                                                          const recsys_report *const *reports,
                                                          size_t systems, size_t runs,
                                                          const recsys_config *config,
                                                          recsys_error *err);
RECSYS_API size_t recsys_comparison_users(const recsys_comparison *comparison);
RECSYS_API size_t recsys_comparison_count(const recsys_comparison *comparison);
/** The i-th difference, by system and metric; 0: i is out of range. */
RECSYS_API int recsys_comparison_at(const recsys_comparison *comparison, size_t i,
                                    recsys_difference *difference);
/** The comparison as a JSON object, owned by it. */
RECSYS_API const char *recsys_comparison_json(const recsys_comparison *comparison);
RECSYS_API void recsys_comparison_destroy(recsys_comparison *comparison);

/** One rule of the gate. Metrics are those at K = 10, or at the K of evaluation.gate.rules. */
typedef struct recsys_rule {
    size_t struct_size;
    const char *name; /**< "precision", "users", "ndcg@20", "champion.ndcg", ... */
    double value;     /**< measured; champion.*: the difference to the champion */
    double bound;     /**< from evaluation.gate.* */
    int at_most;      /**< 0: value >= bound, 1: value <= bound */
    int passed;       /**< 1 only if what is compared with the bound is a number and keeps it */
    double low, high; /**< interval of the value, NaN: there is none; champion.METRIC: `low` is
                             the one-sided lower bound that is compared */
    const char *reason; /**< why it did not pass, or NULL */
} recsys_rule;
#define RECSYS_RULE_INIT RECSYS_INIT_(recsys_rule, NULL, 0, 0, 0, 0, 0, 0, NULL)

/**
 * Hold a report against evaluation.gate.*: every rule must pass; NaN never passes. Precision,
 * hit rate and coverage are always those of the first 10 places (the report has them as
 * "gate_metrics" in its JSON) by the library's own definitions, so that neither evaluation.k
 * nor a profile lowers or raises the bar. evaluation.gate.rules adds any metric at any K; it
 * must be the same when the report is made. `champion`: the deployed model's report on the
 * same test ratings, or NULL. The new one must be non-inferior: the one-sided lower bound of
 * the mean difference of evaluation.gate.champion. metric over the users that both have
 * (bootstrap) must be above -margin x the champion's value; and it must not lose more
 * coverage or tail than coverage_loss and tail_loss allow. Errors: CONFIG, NO_MEMORY.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_gate_check(recsys_verdict **verdict,
                                                             const recsys_report *report,
                                                             const recsys_report *champion,
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
