/*
 * recsys/tune.h - which options are best for these ratings? A search over the option table.
 *
 * Trials are configs: the first is the one given, the others have values for the keys of a
 * space, drawn by a hash of seed, key and number. Each is judged on validation splits that are
 * made of the given ratings alone, by one metric that has values for users.
 *
 * The validation users of each split are dealt into `eta` parts. With RECSYS_TUNE_HALVING a
 * trial is judged on one part of the first split, then on eta times as many parts, and so on up
 * to all parts of all splits; it goes on only while it is among the best 1/eta of those that
 * came as far (asynchronous successive halving: Li, Jamieson et al. 2020, after Jamieson &
 * Talwalkar 2016). With RECSYS_TUNE_RANDOM all trials are judged on all splits. One trial is
 * judged at a time, on all threads of the runtime, so nothing but a budget of time depends on
 * how fast the machine is.
 *
 * What is expensive is shared. Trials come in groups that differ by query-stage options alone
 * and have one model, trained with the given values of these (what training itself decides by
 * query-stage options, such as model.hybrid.fusion "auto", is decided once for the group). A
 * source whose options are those of a model at hand is copied from there.
 *
 * The best mean of a search is better than its config: it was chosen for it. So the best trial
 * that was judged on everything is trained for itself, as the given config is, and both are
 * compared on as many splits that chose nothing. Where chance does not rule the split (time,
 * windows, leave-last) these are the same ones. It is chosen if the interval of its gain lies
 * above 0.
 */
#ifndef RECSYS_TUNE_H
#define RECSYS_TUNE_H

#include <recsys/base.h>
#include <recsys/catalogue.h>
#include <recsys/config.h>
#include <recsys/evaluate.h>
#include <recsys/ratings.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Keys of the option table with the values that a search may give them. Immutable. */
typedef struct recsys_space recsys_space;

/**
 * Read a space from YAML ("-": standard input). Keys are written as in a config, nested or
 * dotted; each has either {choices: [VALUE, ...]} or, if it is a number, {min: A, max: B} with
 * scale: linear (the default) or log. Only fit and query stage keys. Errors name file, line,
 * key and value: RECSYS_E_CONFIG, RECSYS_E_PARSE; RECSYS_E_EMPTY for a file without a key.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_space_read(recsys_space **space,
                                                             recsys_runtime *runtime,
                                                             const char *path,
                                                             recsys_error *err);
/**
 * A built-in space by name. Keys of sources that `config` (NULL: defaults) does not enable are
 * left out of "default". RECSYS_E_NOT_FOUND names those that there are.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_space_named(recsys_space **space,
                                                              recsys_runtime *runtime,
                                                              const char *name,
                                                              const recsys_config *config,
                                                              recsys_error *err);
/** Name and one line about the i-th built-in space; 0: i is out of range. Static texts. */
RECSYS_API int recsys_space_name_at(size_t i, const char **name, const char **text);
RECSYS_API size_t recsys_space_count(const recsys_space *space); /**< number of keys */
/** The i-th key, or NULL. */
RECSYS_API const char *recsys_space_key(const recsys_space *space, size_t i);
RECSYS_API void recsys_space_destroy(recsys_space *space);

/** How trials are judged. Values are pinned. */
typedef enum recsys_tune_method {
    RECSYS_TUNE_HALVING = 0, /**< on more and more users while they are among the best */
    RECSYS_TUNE_RANDOM = 1   /**< all of them on everything */
} recsys_tune_method;

/** What a search is to do. */
typedef struct recsys_tune_options {
    size_t struct_size;
    const char *metric; /**< with values for users, such as "ndcg@10"; without "@": at
                             evaluation.k. NULL: "ndcg@10" */
    const char *split;  /**< validation splits, see recsys/split.h; NULL: "user-random:0.2" */
    uint64_t seed;      /**< of the first split and of the values that are drawn */
    size_t seeds;       /**< splits by chance, each with the next seed, 1..100; 0: 3 */
    recsys_tune_method method;
    size_t eta;            /**< 2..10; 0: 3 */
    size_t trials_per_fit; /**< in a group that has one model, 1..1000; 0: 4 */
    size_t trials;         /**< that are begun besides the given config; 0: as time allows */
    double seconds;      /**< budget; 0: none. Time for the comparison at the end is kept back.
                                One of the two must be given */
    int always;          /**< 1: choose the best even if its gain may be chance */
    const char *journal; /**< file that notes every result as it comes, or NULL. One that is
                                there is gone on with */
    /** Ratings that nothing is chosen by, or NULL: at the very end the chosen config and the
     *  given one are compared on them. Retained. */
    const recsys_ratings *test;
    double (*clock)(void *user_data); /**< seconds, rising; NULL: times are 0 */
    void *clock_data;
} recsys_tune_options;
#define RECSYS_TUNE_OPTIONS_INIT                                                               \
    RECSYS_INIT_(recsys_tune_options, NULL, NULL, 1, 0, RECSYS_TUNE_HALVING, 0, 0, 0, 0, 0,    \
                 NULL, NULL, NULL, NULL)

/** A search. Thread rule: one thread at a time. */
typedef struct recsys_tuning recsys_tuning;

/**
 * Begin a search, or go on with that of the journal: a last line that was cut short is
 * dropped. `catalogue` and `config` as for recsys_model_fit; evaluation.* of `config` is how
 * lists are judged. Retains what it is given. Errors: RECSYS_E_INVALID for options that make no
 * sense; RECSYS_E_LEAK naming the first test rating that is among `ratings`; RECSYS_E_DAMAGED
 * for a journal that is none, or of another search, naming what differs; RECSYS_E_IO, also for
 * a journal that another process writes.
 * Memory: both sides of each split, and models at hand up to a gibibyte.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_tuning_create(
    recsys_tuning **tuning, recsys_runtime *runtime, const recsys_ratings *ratings,
    const recsys_catalogue *catalogue, const recsys_config *config, const recsys_space *space,
    const recsys_tune_options *options, recsys_error *err);
RECSYS_API void recsys_tuning_destroy(recsys_tuning *tuning);

/**
 * Do the next thing: judge one trial on what it was not judged on yet, or one of the fits at
 * the end. *more is 0 when all is done. After an error the same step may be tried again.
 * Errors: those of fit, evaluation and writing; CANCELLED.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_tuning_step(int *more, recsys_tuning *tuning,
                                                              const recsys_progress *progress,
                                                              recsys_error *err);

/** What a search is doing. */
typedef enum recsys_tune_stage {
    RECSYS_TUNE_SEARCH = 1,
    RECSYS_TUNE_CONFIRM = 2, /**< best and given config on splits that chose nothing */
    RECSYS_TUNE_TEST = 3,    /**< chosen and given config on the test ratings */
    RECSYS_TUNE_DONE = 4
} recsys_tune_stage;

/** Where a search stands. Trial 0 is the given config. */
typedef struct recsys_tune_state {
    size_t struct_size;
    recsys_tune_stage stage;
    size_t trials;      /**< begun, trial 0 among them */
    size_t complete;    /**< judged on everything */
    size_t evaluations; /**< results, those of the journal among them */
    size_t taken;       /**< of these, from the journal */
    size_t rungs;       /**< steps to everything */
    size_t splits;      /**< validation splits */
    size_t fits;        /**< models that were trained by this process */
    size_t copied;      /**< sources that were copied from another model instead of trained */
    size_t last;        /**< trial of the last result */
    size_t best;        /**< complete, with the best value; ties: the smaller number */
    size_t chosen;      /**< best, or 0 unless its gain was confirmed; final when DONE */
    double seconds;     /**< that all results took, those of the journal too */
    int fresh;          /**< 1: the splits of CONFIRM chose nothing */
} recsys_tune_state;
#define RECSYS_TUNE_STATE_INIT                                                                 \
    RECSYS_INIT_(recsys_tune_state, RECSYS_TUNE_SEARCH, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
RECSYS_API void recsys_tuning_state(const recsys_tuning *tuning, recsys_tune_state *state);

/** One trial. */
typedef struct recsys_trial {
    size_t struct_size;
    size_t rung;  /**< steps done; state.rungs: it is complete */
    double value; /**< mean over splits of the mean over users; NaN: none yet */
    double low,
        high;       /**< 95 % interval of the value over users, as if all splits erred alike */
    double first;   /**< value after the first step, which all trials have alike */
    uint64_t bytes; /**< of the model */
    double fit_seconds;   /**< to train it for itself, copied sources too */
    double query_seconds; /**< for one list, on all threads */
} recsys_trial;
#define RECSYS_TRIAL_INIT RECSYS_INIT_(recsys_trial, 0, 0, 0, 0, 0, 0, 0, 0)
/** Returns 0 if i is out of range, else 1. */
RECSYS_API int recsys_tuning_trial(const recsys_tuning *tuning, size_t i, recsys_trial *trial);
/** Value of a trial for a key of the space as text, or NULL. */
RECSYS_API const char *recsys_tuning_value(const recsys_tuning *tuning, size_t trial,
                                           size_t key);
/** The given config with the values of a trial. RECSYS_E_INVALID: there is no such trial. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_tuning_config(recsys_config **config,
                                                                const recsys_tuning *tuning,
                                                                size_t trial,
                                                                recsys_error *err);
/**
 * How much of what trials differ by (their values after the first step) goes with one key: the
 * share of variance that the means of quartiles, or of choices, explain, less what chance would
 * (Ezekiel's adjustment), 0..1. For a key of training, trials with one model count once. NaN:
 * fewer than 8 to go by, or no such key.
 */
RECSYS_API double recsys_tuning_importance(const recsys_tuning *tuning, size_t key);
/**
 * The comparison that CONFIRM or TEST ended with: system 1, the best or the chosen trial,
 * beside the given config. NULL: there is none (yet).
 */
RECSYS_API const recsys_comparison *recsys_tuning_comparison(const recsys_tuning *tuning,
                                                             recsys_tune_stage stage);

#ifdef __cplusplus
}
#endif

#endif
