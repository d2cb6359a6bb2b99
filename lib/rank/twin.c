#include "rank/twin.h"

#include "base/error.h"
#include "data/without.h"
#include "models/learned.h"
#include "models/source.h"
#include "models/statistics.h"
#include "models/user_cf.h"

static void lend(recsys_model *twin, const recsys_model *model)
{
    twin->users = model->users;
    twin->movies = model->movies;
    twin->catalogue = model->catalogue;
    twin->terms = model->terms;
    twin->lists[RS_CONTENT] = model->lists[RS_CONTENT];
    twin->settings = model->settings;
}

static recsys_status fit_learned(rs_twin *twin, const recsys_model *model, size_t source,
                                 const recsys_config *config, const recsys_progress *progress,
                                 recsys_error *err)
{
    recsys_status status;
    if (source == RS_USER_CF && model->settings.cf.neighborhood != RS_OWN) {
        status = rs_user_cf_fit(twin->model, config, progress, err);
        return status != RECSYS_OK ? status : rs_model_bind_neighbours(twin->model, err);
    }
    if (!rs_is_learned(source) || !rs_has_source(model, source)) return RECSYS_OK;
    if (source != RS_EASE) return rs_sources[source]->fit(twin->model, config, progress, err);
    status = rs_ease_system_make(&twin->ease, twin->model, config, progress, err);
    if (status == RECSYS_OK) twin->model->ease_whole = &twin->ease;
    return status;
}

recsys_status rs_twin_make(rs_twin *twin, const recsys_model *model, const uint8_t *hidden,
                           const recsys_config *config, const recsys_progress *progress,
                           recsys_error *err)
{
    recsys_status status;
    recsys_model *made;
    *twin = (rs_twin){.ease = {.runtime = model->runtime}};
    RS_TRY(rs_model_make(&twin->model, model->runtime, err));
    made = twin->model;
    lend(made, model);
    RS_TRY(rs_matrix_without(&model->ratings, hidden, &made->parts, err));
    RS_TRY(rs_matrix_view(&made->ratings, &made->parts, err));
    RS_TRY(rs_statistics_fit(made, err));
    RS_TRY(rs_popularity_source.fit(made, config, progress, err));
    RS_TRY(rs_model_bind_statistics(made, err));
    RS_TRY(rs_learned_make(made, err));
    for (size_t s = 0; s < RS_SOURCES; s++)
        RS_TRY(fit_learned(twin, model, s, config, progress, err));
    RS_TRY(rs_model_bind_learned(made, err));
out:
    return status;
}

void rs_twin_free(rs_twin *twin)
{
    rs_ease_system_free(&twin->ease);
    rs_model_release(twin->model);
}
