/* The model.* options as numbers, read once from a config, so that queries parse no text. */
#ifndef RS_CONFIG_SETTINGS_H
#define RS_CONFIG_SETTINGS_H

#include <recsys/config.h>

#include "base/runtime.h"

/* Order of the words in the option table. */
typedef enum rs_similarity_kind {
    RS_COSINE,
    RS_CORATED_COSINE,
    RS_PEARSON,
    RS_ADJUSTED_COSINE,
    RS_JACCARD
} rs_similarity_kind;

/* Whose votes count: of u's own list, of those in whose lists u is, or of both. */
typedef enum rs_neighborhood { RS_OWN, RS_REVERSE, RS_BOTH } rs_neighborhood;

typedef enum rs_aggregation { RS_SUM, RS_MEAN, RS_DAMPED_MEAN } rs_aggregation;

typedef enum rs_fusion_kind {
    RS_AUTO,
    RS_CALIBRATED,
    RS_MINMAX,
    RS_RRF,
    RS_LEARNED
} rs_fusion_kind;

/* Which ratings training hides to learn the fusion. */
typedef enum rs_hiding { RS_HIDE_RANDOM, RS_HIDE_NEWEST } rs_hiding;

typedef enum rs_rated { RS_RATED_LEAVE_OUT, RS_RATED_KEEP } rs_rated;

/* Recall sources, in the order of their numbers. */
enum {
    RS_USER_CF,
    RS_CONTENT,
    RS_EASE,
    RS_ITEM_CF,
    RS_RP3BETA,
    RS_IALS,
    RS_POPULARITY,
    RS_SOURCES
};

/* Those that go by ratings share the weight of their group; all but user CF, whose neighbours
 * are sought anew where a user's ratings changed, learn something that holds for all. */
static inline int rs_is_collaborative(size_t source)
{
    return source != RS_CONTENT && source != RS_POPULARITY;
}

static inline int rs_is_learned(size_t source)
{
    return rs_is_collaborative(source) && source != RS_USER_CF;
}

typedef struct rs_settings {
    struct {
        double half_life; /* days; 0: ratings do not age */
        double negative_weight, negative_margin;
    } ratings; /* see data/worth.h */
    struct {
        int64_t n_neighbors, spare_neighbors, min_common_items;
        double similarity_threshold, shrinkage, damping;
        int64_t similarity, aggregation, neighborhood;
    } cf;
    double discount[RS_SOURCES]; /* popularity_discount; 0 of popularity */
    double share[RS_SOURCES];    /* of the collaborative group; below 0: learned */
    double popularity_half_life; /* in days; 0: ratings do not age there */
    struct {
        double cf_weight, content_weight, popularity_weight, calibration_share;
        int64_t fusion, calibration_users, calibration_hides; /* the last: rs_hiding */
    } hybrid;
    struct {
        double quality_weight, popularity_weight, rating_weight, rating_damping;
    } rerank;
    struct {
        int64_t top_n, min_ratings, rated_movies; /* rs_rated */
        double min_rating_threshold, prediction_damping, diversity, calibrated_genres;
    } list;
} rs_settings;

/* Read all of them; config NULL: defaults. */
void rs_settings_read(rs_settings *settings, const recsys_config *config);

/* Change one query-stage setting from text. RECSYS_E_CONFIG for an unknown key, a fit-stage
 * key or a bad value; then nothing is changed. */
recsys_status rs_settings_set(rs_settings *settings, recsys_runtime *runtime, const char *key,
                              const char *value, recsys_error *err);

#endif
