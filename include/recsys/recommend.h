/*
 * recsys/recommend.h - lists, and the reason for each item.
 *
 * The way of a query: candidates (what the user rated, deny lists and filters are removed
 * first) -> recall (each source scores candidates) -> fuse (a source's rank becomes the
 * expected relevance at that rank, then the weights), divided by the query's largest ->
 * rerank, final = recall*(1-w) + quality*w with quality = 0.4*popularity + 0.6*mean rating
 * -> diversify (optional) -> top n. Ties break by smaller id.
 */
#ifndef RECSYS_RECOMMEND_H
#define RECSYS_RECOMMEND_H

#include <recsys/base.h>
#include <recsys/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Scratch memory for queries on one model, which it retains. Thread rule: one call at a
 * time, on any thread; make one per thread. Memory: 190 bytes per movie, 72 to 104 per
 * user.
 */
typedef struct recsys_context recsys_context;
/** What is asked. Belongs to no model; one thread at a time. */
typedef struct recsys_query recsys_query;
/** A list: movies, scores and reasons, best first. */
typedef struct recsys_result recsys_result;

RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_context_create(recsys_context **context,
                                                                 const recsys_model *model,
                                                                 recsys_error *err);
RECSYS_API void recsys_context_destroy(recsys_context *context);

RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_query_create(recsys_query **query,
                                                               recsys_runtime *runtime,
                                                               recsys_error *err);
RECSYS_API void recsys_query_destroy(recsys_query *query);
/** Forget everything set on the query; keeps its memory for the next use. */
RECSYS_API void recsys_query_clear(recsys_query *query);
/** Whom to recommend to. A user that the model does not know is served from the query's own
 *  ratings, or else by popularity. NULL or never set: nobody, only the query's ratings.
 *  RECSYS_E_INVALID: "", which is nobody's id. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_query_set_user(recsys_query *query,
                                                                 const char *user_id,
                                                                 recsys_error *err);
/** Length of the list, 1..100000; not set: model.recommendation.top_n of the model. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_query_set_limit(recsys_query *query, size_t n,
                                                                  recsys_error *err);
/** A rating that the model lacks: replaces an older one of this movie or adds one. Within
 *  -1e6 and 1e6 (else RECSYS_E_INVALID); NaN withdraws it. `timestamp` in seconds or
 *  milliseconds, 0: newer than anything the model holds. A movie that the model does not know
 *  is kept but has no effect. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_query_add_rating(recsys_query *query,
                                                                   const char *movie_id,
                                                                   float rating,
                                                                   int64_t timestamp,
                                                                   recsys_error *err);
/** Recommend only movies of the allow list (if not empty), never those of the deny list. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_query_allow(recsys_query *query,
                                                              const char *movie_id,
                                                              recsys_error *err);
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_query_deny(recsys_query *query,
                                                             const char *movie_id,
                                                             recsys_error *err);
/** Only movies with this genre; called again: with any of the genres. Case is ignored. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_query_genre(recsys_query *query,
                                                              const char *genre,
                                                              recsys_error *err);
/** Only movies of the years first..last, both included; 0: open. Movies without a year are
 *  left out once a bound is set. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_query_years(recsys_query *query, int first,
                                                              int last, recsys_error *err);
/** Set a query-stage option for this query only ("model.rerank.quality_weight", "0.2").
 *  RECSYS_E_CONFIG for a fit-stage key, an unknown key or a bad value. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_query_set_option(recsys_query *query,
                                                                   const char *key,
                                                                   const char *value,
                                                                   recsys_error *err);

/**
 * Recommend. `*result` is owned by the context and valid until its next call; see
 * recsys_result_detach. The list is shorter than asked only when the filters leave fewer
 * movies. Movies below model.recommendation.min_rating_threshold are left out first and
 * taken back, most popular first, only when the list would stay short.
 * Errors: RECSYS_E_INVALID (no user and no rating is fine; a bad limit is not),
 * RECSYS_E_NO_MEMORY.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_recommend(const recsys_result **result,
                                                            recsys_context *context,
                                                            const recsys_query *query,
                                                            recsys_error *err);
/**
 * Movies similar to one by content, best first, from the stored lists
 * (model.content_based.top_n_similar_movies). RECSYS_E_NOT_FOUND: no such movie.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_similar(const recsys_result **result,
                                                          recsys_context *context,
                                                          const char *movie_id, size_t limit,
                                                          recsys_error *err);

/** Number of items. */
RECSYS_API size_t recsys_result_size(const recsys_result *result);
/** Id of item i as text, owned by the result; NULL if i is out of range. */
RECSYS_API const char *recsys_result_item(const recsys_result *result, size_t i);
/** Movie number of item i in the model; SIZE_MAX if i is out of range. */
RECSYS_API size_t recsys_result_movie(const recsys_result *result, size_t i);
/** Final score of item i, 0..1; NaN if i is out of range. */
RECSYS_API double recsys_result_score(const recsys_result *result, size_t i);
/** Predicted rating of item i in the scale of the data (damped; see docs/models.md). */
RECSYS_API double recsys_result_rating(const recsys_result *result, size_t i);
/** A copy that lives on its own; its reasons are lost unless explained before. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_result_detach(recsys_result **copy,
                                                                const recsys_result *result,
                                                                recsys_error *err);
/** Release a detached result. */
RECSYS_API void recsys_result_destroy(recsys_result *result);

/** What a reason speaks of. */
typedef enum recsys_reason_kind {
    RECSYS_REASON_NEIGHBOUR = 1, /**< `user` has similar taste and rated the movie */
    RECSYS_REASON_SIMILAR = 2,   /**< the user rated `movie`, which is similar, or by whose
                                      rating EASE or iALS predicts this one's */
    RECSYS_REASON_POPULAR = 3,   /**< many people rated it: recall by popularity */
    RECSYS_REASON_QUALITY = 4    /**< rerank: popularity and mean rating */
} recsys_reason_kind;

/** One part of an item's score. The shares of all parts add up to the score. */
typedef struct recsys_reason {
    size_t struct_size;
    recsys_reason_kind kind;
    double share;              /**< this part of the final score */
    const char *source;        /**< "user_cf", "content", "ease", "item_cf", "rp3beta", "ials",
                                    "popularity", "quality" */
    const char *user_id;       /**< NEIGHBOUR: who; else NULL */
    const char *movie_id;      /**< SIMILAR: which movie of the user's; else NULL */
    double similarity;         /**< NEIGHBOUR, SIMILAR: how similar; of EASE and iALS: the
                                    weight, which may be below 0 */
    float rating;              /**< NEIGHBOUR: their rating; SIMILAR: the user's; else 0 */
    size_t raters;             /**< POPULAR, QUALITY: number of raters */
    double mean;               /**< QUALITY: mean rating */
    size_t common;             /**< NEIGHBOUR: number of movies both rated */
    const char *const *shared; /**< [shared_count] NEIGHBOUR: ids of movies both rated, those
                                    that count most first; SIMILAR: terms in common, e.g.
                                    "genre:comedy" */
    size_t shared_count;
} recsys_reason;

/** Receives one reason; return 0 to go on, anything else to stop (no error). The strings
 *  live until the callback returns. */
typedef int (*recsys_reason_fn)(void *user_data, const recsys_reason *reason);

/** Why item i is in the list: reasons by share, largest first. The result must still belong
 *  to its context and that context must not have been used since. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_result_explain(const recsys_result *result,
                                                                 size_t i,
                                                                 recsys_reason_fn reason,
                                                                 void *user_data,
                                                                 recsys_error *err);

/**
 * Receives one user's list, in user order, from one thread at a time. Return 0 to go on,
 * anything else to stop with RECSYS_CANCELLED. The result lives until it returns.
 */
typedef int (*recsys_list_fn)(void *user_data, const char *user_id,
                              const recsys_result *result);

/**
 * Lists for all users of the model, on all threads of its runtime. `options` gives limit,
 * filters and options for all (its user and ratings are not used); NULL: defaults.
 * Memory: one context per thread and one block of lists.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_recommend_all(
    const recsys_model *model, const recsys_query *options, recsys_list_fn sink,
    void *user_data, const recsys_progress *progress, recsys_error *err);

#ifdef __cplusplus
}
#endif

#endif
