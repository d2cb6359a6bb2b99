#include "config/settings.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/config.h"
#include "config/store.h"

/* Where each key lives in rs_settings. REAL options are doubles, all others int64_t. */
typedef struct place {
    const char *key;
    size_t offset;
} place;

#define CF "model.collaborative_filtering."
#define LIST "model.recommendation."
static const place places[] = {
    {"model.ratings.half_life", offsetof(rs_settings, ratings.half_life)},
    {"model.ratings.negative_weight", offsetof(rs_settings, ratings.negative_weight)},
    {"model.ratings.negative_margin", offsetof(rs_settings, ratings.negative_margin)},
    {CF "n_neighbors", offsetof(rs_settings, cf.n_neighbors)},
    {CF "spare_neighbors", offsetof(rs_settings, cf.spare_neighbors)},
    {CF "neighborhood", offsetof(rs_settings, cf.neighborhood)},
    {CF "min_common_items", offsetof(rs_settings, cf.min_common_items)},
    {CF "similarity_threshold", offsetof(rs_settings, cf.similarity_threshold)},
    {CF "similarity", offsetof(rs_settings, cf.similarity)},
    {CF "shrinkage", offsetof(rs_settings, cf.shrinkage)},
    {CF "aggregation", offsetof(rs_settings, cf.aggregation)},
    {CF "damping", offsetof(rs_settings, cf.damping)},
    {CF "popularity_discount", offsetof(rs_settings, discount[RS_USER_CF])},
    {CF "share", offsetof(rs_settings, share[RS_USER_CF])},
    {"model.content_based.popularity_discount", offsetof(rs_settings, discount[RS_CONTENT])},
    {"model.ease.popularity_discount", offsetof(rs_settings, discount[RS_EASE])},
    {"model.ease.share", offsetof(rs_settings, share[RS_EASE])},
    {"model.item_cf.popularity_discount", offsetof(rs_settings, discount[RS_ITEM_CF])},
    {"model.item_cf.share", offsetof(rs_settings, share[RS_ITEM_CF])},
    {"model.rp3beta.popularity_discount", offsetof(rs_settings, discount[RS_RP3BETA])},
    {"model.rp3beta.share", offsetof(rs_settings, share[RS_RP3BETA])},
    {"model.popularity.half_life", offsetof(rs_settings, popularity_half_life)},
    {"model.ials.popularity_discount", offsetof(rs_settings, discount[RS_IALS])},
    {"model.ials.share", offsetof(rs_settings, share[RS_IALS])},
    {"model.hybrid.cf_weight", offsetof(rs_settings, hybrid.cf_weight)},
    {"model.hybrid.content_weight", offsetof(rs_settings, hybrid.content_weight)},
    {"model.hybrid.popularity_weight", offsetof(rs_settings, hybrid.popularity_weight)},
    {"model.hybrid.fusion", offsetof(rs_settings, hybrid.fusion)},
    {"model.hybrid.calibration_users", offsetof(rs_settings, hybrid.calibration_users)},
    {"model.hybrid.calibration_hides", offsetof(rs_settings, hybrid.calibration_hides)},
    {"model.hybrid.calibration_share", offsetof(rs_settings, hybrid.calibration_share)},
    {"model.rerank.quality_weight", offsetof(rs_settings, rerank.quality_weight)},
    {"model.rerank.popularity_weight", offsetof(rs_settings, rerank.popularity_weight)},
    {"model.rerank.rating_weight", offsetof(rs_settings, rerank.rating_weight)},
    {"model.rerank.rating_damping", offsetof(rs_settings, rerank.rating_damping)},
    {LIST "top_n", offsetof(rs_settings, list.top_n)},
    {LIST "min_rating_threshold", offsetof(rs_settings, list.min_rating_threshold)},
    {LIST "prediction_damping", offsetof(rs_settings, list.prediction_damping)},
    {LIST "min_ratings", offsetof(rs_settings, list.min_ratings)},
    {LIST "rated_movies", offsetof(rs_settings, list.rated_movies)},
    {LIST "diversity", offsetof(rs_settings, list.diversity)},
    {LIST "calibrated_genres", offsetof(rs_settings, list.calibrated_genres)},
};

/* Put a canonical value into its field. */
static void store(rs_settings *settings, const place *at, const recsys_option *option,
                  const char *value)
{
    unsigned char *field = (unsigned char *)settings + at->offset;
    size_t size = strlen(value);
    double real = 0;
    int64_t whole = 0;
    if (option->type == RECSYS_OPTION_REAL) {
        (void)rs_parse_real(value, size, &real);
        memcpy(field, &real, sizeof real);
        return;
    }
    if (option->type == RECSYS_OPTION_CHOICE)
        whole = (int64_t)rs_option_choice(option->choices, value, size);
    else
        (void)rs_parse_int(value, size, &whole);
    memcpy(field, &whole, sizeof whole);
}

void rs_settings_read(rs_settings *settings, const recsys_config *config)
{
    *settings = (rs_settings){0};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        store(settings, &places[i], rs_option_find(config, places[i].key),
              rs_config_text(config, places[i].key));
    /* Who comes after a list's end is asked when one of it is left out. */
    if (settings->cf.neighborhood != RS_OWN && settings->cf.spare_neighbors == 0)
        settings->cf.spare_neighbors = 1;
}

recsys_status rs_settings_set(rs_settings *settings, recsys_runtime *runtime, const char *key,
                              const char *value, recsys_error *err)
{
    char *canonical;
    const recsys_option *option = rs_option_find(NULL, key);
    if (option == NULL) return rs_option_unknown(NULL, "", key, 0, err);
    if (option->stage != RECSYS_STAGE_QUERY)
        return rs_fail(err, RECSYS_E_CONFIG,
                       "%s: cannot be set on a query, it takes effect in training", key);
    recsys_status status =
        rs_option_parse(option, runtime, "", value, strlen(value), &canonical, err);
    if (status != RECSYS_OK) return status;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strcmp(places[i].key, key) == 0) store(settings, &places[i], option, canonical);
    rs_free(runtime, canonical);
    return RECSYS_OK;
}
