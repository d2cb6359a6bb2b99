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

typedef enum rs_aggregation { RS_SUM, RS_MEAN, RS_DAMPED_MEAN } rs_aggregation;

typedef enum rs_fusion_kind { RS_AUTO, RS_CALIBRATED, RS_MINMAX, RS_RRF } rs_fusion_kind;

typedef enum rs_rated { RS_RATED_LEAVE_OUT, RS_RATED_KEEP } rs_rated;

typedef struct rs_settings {
    struct {
        int64_t n_neighbors, spare_neighbors, min_common_items;
        double similarity_threshold, shrinkage, damping, popularity_discount;
        int64_t similarity, aggregation;
    } cf;
    struct {
        double popularity_discount;
    } content, ease;
    struct {
        double cf_weight, content_weight, popularity_weight, calibration_share, ease_share;
        int64_t fusion, calibration_users;
    } hybrid;
    struct {
        double quality_weight, popularity_weight, rating_weight, rating_damping;
    } rerank;
    struct {
        int64_t top_n, min_ratings, rated_movies; /* rs_rated */
        double min_rating_threshold, prediction_damping, diversity;
    } list;
} rs_settings;

/* Read all of them; config NULL: defaults. */
void rs_settings_read(rs_settings *settings, const recsys_config *config);

/* Change one query-stage setting from text. RECSYS_E_CONFIG for an unknown key, a fit-stage
 * key or a bad value; then nothing is changed. */
recsys_status rs_settings_set(rs_settings *settings, recsys_runtime *runtime, const char *key,
                              const char *value, recsys_error *err);

#endif
