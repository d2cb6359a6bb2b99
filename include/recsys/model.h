/*
 * recsys/model.h - train, save, open, check and look into a model.
 */
#ifndef RECSYS_MODEL_H
#define RECSYS_MODEL_H

#include <recsys/base.h>
#include <recsys/catalogue.h>
#include <recsys/config.h>
#include <recsys/ratings.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A trained model: immutable, counted, shared by any number of threads. It holds the ratings
 * it was trained on, the statistics and neighbour lists of each recall source, the learned
 * fusion tables, the catalogue and the config as used.
 *
 * Its movies are those rated and those of the catalogue, its users those of the ratings;
 * index order is id order.
 */
typedef struct recsys_model recsys_model;

/**
 * Train. `catalogue` may be NULL (no content source, titles empty), `config` NULL means
 * defaults. The result depends on ratings, catalogue and config only: the same bytes for any
 * number of threads. Errors: RECSYS_E_EMPTY (no ratings), RECSYS_E_NO_MEMORY,
 * RECSYS_CANCELLED.
 * Memory: about 30 bytes per rating, 12 per neighbour and per similar movie.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status
recsys_model_fit(recsys_model **model, recsys_runtime *runtime, const recsys_ratings *ratings,
                 const recsys_catalogue *catalogue, const recsys_config *config,
                 const recsys_progress *progress, recsys_error *err);

/** What recsys_model_update does with what was learned of movies (content, EASE, item CF,
 * RP3beta, iALS) and with fusion tables. Values are pinned. */
typedef enum recsys_update_mode {
    RECSYS_UPDATE_REFIT = 0, /**< made anew: the model is that of a fit */
    RECSYS_UPDATE_KEEP = 1   /**< taken over from the older model, and said to be stale */
} recsys_update_mode;

/** What an update did. */
typedef struct recsys_update_report {
    size_t struct_size;
    uint64_t added;    /**< ratings of pairs of user and movie that the model had not */
    uint64_t replaced; /**< ratings that have another value now */
    uint64_t users;    /**< of the new model */
    uint64_t changed;  /**< users who are new or have other ratings than before */
    uint64_t made;     /**< users whose neighbours were sought anew, `changed` among them */
    int full_fit;      /**< 1: everybody's were, as in a fit */
    int stale_content; /**< 1: content lists are those of the older model */
    int stale_fusion;  /**< 1: fusion tables are those of the older model */
    int stale_learned; /**< 1: what EASE and the like learned is that of the older model */
} recsys_update_report;
#define RECSYS_UPDATE_REPORT_INIT RECSYS_INIT_(recsys_update_report, 0, 0, 0, 0, 0, 0, 0, 0, 0)

/**
 * Tonight's ratings into yesterday's model, at the cost of what changed. `model` stays as
 * it is and need not be kept; `*next` is a model of its own, with its config.
 *
 * The new model has the ratings of `model` and of `ratings`: new users, new movies, new
 * ratings and changed ones. Of two ratings of one pair the one with the newer time stays,
 * with equal times that of `ratings`, as if all had been read one after the other. A rating
 * without a time is older than any with one. Withdrawals are not among `ratings` any more,
 * so they need a fit.
 *
 * `catalogue` is what recsys_model_fit would be given; NULL: what `model` knows of its
 * movies.
 *
 * With RECSYS_UPDATE_REFIT the result is, byte for byte, that of recsys_model_fit on all
 * the ratings with the same config and evaluation.relevance_threshold: user CF, popularity
 * and the statistics by their own updates; content, EASE, item CF, RP3beta, iALS and fusion
 * because they are made anew, which for EASE takes as long as in a fit. Only the sections
 * "spare.*" may hold less; no query reads them. With RECSYS_UPDATE_KEEP the first three
 * still are; the fusion is that of `model`, and so is what was learned of movies unless one
 * is gone, new movies having no lists, weights or factors. The new ratings count in queries
 * all the same: a profile is added up by what is known of its movies. The manifest then names
 * what is stale, until an update or a fit makes it anew.
 *
 * Neighbours are sought for users who changed and for those who lost so many of their
 * listed neighbours that model.collaborative_filtering.spare_neighbors does not make up for
 * them. Where that would take longer than seeking everybody's, as counts of users and
 * ratings tell, the call does that instead: from about a quarter of the users on. So it
 * does when ids turn from numbers into texts, when the step of the rating scale changes,
 * and where another version of the library made `model`. What else is made anew
 * (statistics, hashes, and with RECSYS_UPDATE_REFIT what was learned of movies and fusion)
 * takes as long as in a fit.
 *
 * `report` may be NULL. Stages of `progress`: "merge", "neighbours", then those of a fit.
 * Errors: RECSYS_E_INVALID for a NULL or a mode that is neither; RECSYS_E_NO_MEMORY;
 * RECSYS_CANCELLED. Memory: besides `model` what recsys_model_fit needs with its ratings,
 * which are 14 bytes each, and while neighbours are sought 40 bytes for each neighbour and
 * spare one. Runs on the runtime of `model`.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_model_update(
    recsys_model **next, const recsys_model *model, const recsys_ratings *ratings,
    const recsys_catalogue *catalogue, recsys_update_mode mode, recsys_update_report *report,
    const recsys_progress *progress, recsys_error *err);

/**
 * Write the model: temporary name in the same folder, fsync, rename. The same model gives the
 * same bytes. Layout: docs/model-format.md.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_model_save(const recsys_model *model,
                                                             const char *path,
                                                             recsys_error *err);
/**
 * Map a model file and use it in place. The bytes may come from anywhere: every count,
 * offset and index is checked before use. Checksums are not computed here, see
 * recsys_model_validate. Errors: RECSYS_E_IO, RECSYS_E_NOT_A_MODEL, RECSYS_E_MODEL_VERSION,
 * RECSYS_E_DAMAGED.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_model_open(recsys_model **model,
                                                             recsys_runtime *runtime,
                                                             const char *path,
                                                             recsys_error *err);

/** How much recsys_model_validate looks at. */
typedef enum recsys_validate_level {
    RECSYS_VALIDATE_CHECKSUMS = 1, /**< each section's checksum */
    RECSYS_VALIDATE_FULL = 2 /**< and the model hash, and that the sections agree: lists in
                                  order and without repeats, sums, columns, UTF-8, fusion */
} recsys_validate_level;

/** Check a model, e.g. before it is swapped into a service. RECSYS_E_DAMAGED names the
 *  section. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_model_validate(const recsys_model *model,
                                                                 recsys_validate_level level,
                                                                 recsys_error *err);
/** Take one more reference; returns `model`. */
RECSYS_API recsys_model *recsys_model_retain(const recsys_model *model);
/** Give up one reference. */
RECSYS_API void recsys_model_destroy(recsys_model *model);

/* ---- what is inside -------------------------------------------------------------- */

/**
 * SHA-256 of the model's content, 64 hexadecimal characters: of the bytes after the first
 * 64 of the file, so `tail -c +65 FILE | sha256sum` prints it too.
 */
RECSYS_API const char *recsys_model_hash(const recsys_model *model);
/** Manifest: a JSON object with data hash, counts, scale, sources, fusion, versions. */
RECSYS_API const char *recsys_model_manifest(const recsys_model *model);
/** The config as used, as YAML text with every fit and query key. */
RECSYS_API const char *recsys_model_config(const recsys_model *model);

RECSYS_API size_t recsys_model_users(const recsys_model *model);
RECSYS_API size_t recsys_model_movies(const recsys_model *model);
RECSYS_API uint64_t recsys_model_ratings(const recsys_model *model);
RECSYS_API void recsys_model_scale(const recsys_model *model, recsys_scale *scale);

/** Ids, as in recsys/ratings.h. */
RECSYS_API size_t recsys_model_user_id(const recsys_model *model, size_t i, char *buffer,
                                       size_t size);
RECSYS_API size_t recsys_model_movie_id(const recsys_model *model, size_t i, char *buffer,
                                        size_t size);
RECSYS_API size_t recsys_model_find_user(const recsys_model *model, const char *id);
RECSYS_API size_t recsys_model_find_movie(const recsys_model *model, const char *id);

/** Number of ratings of user i, and the j-th of them, by movie (0: out of range). */
RECSYS_API size_t recsys_model_user_count(const recsys_model *model, size_t user);
RECSYS_API int recsys_model_user_at(const recsys_model *model, size_t user, size_t j,
                                    recsys_rating *rating);

/** What the catalogue knew of movie i, and its ratings; either output may be NULL. Strings
 *  belong to the model. */
typedef struct recsys_movie_stat {
    size_t struct_size;
    uint64_t raters;
    double mean; /**< mean rating in the scale of the data, 0 without raters */
} recsys_movie_stat;
#define RECSYS_MOVIE_STAT_INIT RECSYS_INIT_(recsys_movie_stat, 0, 0)
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_model_movie(const recsys_model *model,
                                                              size_t movie, recsys_movie *text,
                                                              recsys_movie_stat *stat,
                                                              recsys_error *err);

/** Search titles as recsys_catalogue_find does; among equally good matches those that more
 *  people rated come first. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_model_search(const recsys_model *model,
                                                               const char *text, size_t limit,
                                                               size_t *movies, size_t *count,
                                                               recsys_error *err);

/**
 * A figure of the data inside: "users", "movies", "ratings", "movies_rated", "most_raters"
 * (of any movie), "mean_rating", "density" (ratings / (users * rated movies)), "newest" (time
 * of the newest rating, milliseconds). RECSYS_E_NOT_FOUND for any other name.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_model_stat(const recsys_model *model,
                                                             const char *name, double *value,
                                                             recsys_error *err);

/** One section of the model file. */
typedef struct recsys_section {
    size_t struct_size;
    const char *name;
    uint64_t size;     /**< bytes */
    uint32_t checksum; /**< CRC-32 of the bytes */
    int required;      /**< 1: a reader must understand it */
} recsys_section;
#define RECSYS_SECTION_INIT RECSYS_INIT_(recsys_section, NULL, 0, 0, 0)
RECSYS_API size_t recsys_model_section_count(const recsys_model *model);
/** The i-th section, in file order; returns 0 if i is out of range, else 1. */
RECSYS_API int recsys_model_section(const recsys_model *model, size_t i,
                                    recsys_section *section);

#ifdef __cplusplus
}
#endif

#endif
