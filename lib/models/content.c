#include "models/content.h"

#include "base/error.h"
#include "config/config.h"
#include "models/similar.h"

static rs_term_weights read_weights(const recsys_config *config)
{
    return (rs_term_weights){
        .genres = rs_config_real(config, "model.content_based.genres_weight"),
        .title = rs_config_real(config, "model.content_based.title_weight"),
        .overview = rs_config_real(config, "model.content_based.overview_weight"),
        .cast = rs_config_real(config, "model.content_based.cast_weight"),
        .tags = rs_config_real(config, "model.content_based.tags_weight"),
        .decade = rs_config_real(config, "model.content_based.decade_weight"),
    };
}

recsys_status rs_content_fit(const rs_catalogue *catalogue, const recsys_config *config,
                             recsys_runtime *runtime, rs_container *into,
                             const recsys_progress *progress, recsys_error *err)
{
    rs_terms terms;
    rs_term_weights weights = read_weights(config);
    size_t most = (size_t)rs_config_int(config, "model.content_based.top_n_similar_movies");
    recsys_status status =
        rs_terms_build(catalogue, &weights, runtime, into, &terms, progress, err);
    if (status != RECSYS_OK) return status;
    return rs_similar_find(&terms, catalogue->count, most, runtime, into, progress, err);
}
