/* Training: data in, each source fitted, fusion learned, everything sealed. */
#include <recsys/model.h>

#include <string.h>

#include "api/fit.h"
#include "api/need.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "config/config.h"
#include "models/learned.h"
#include "models/source.h"
#include "models/statistics.h"
#include "rank/calibrate.h"
#include "tune/borrow.h"

/* ---- ids, ratings, catalogue ----------------------------------------------------- */

static recsys_status add_owned(recsys_model *model, const char *name, void *data, size_t size,
                               recsys_error *err)
{
    return rs_container_add(&model->parts, name, 1, data, size, data, err);
}

static recsys_status add_users(recsys_model *model, const recsys_ratings *ratings,
                               recsys_error *err)
{
    void *part;
    size_t size;
    recsys_status status = rs_ids_pack(&ratings->users, model->runtime, &part, &size, err);
    return status != RECSYS_OK ? status : add_owned(model, "users", part, size, err);
}

static int changes_nothing(const uint32_t *map, size_t count, size_t movies)
{
    for (size_t i = 0; i < count; i++)
        if (map[i] != i) return 0;
    return count == movies;
}

/* Movies are those rated and those of the catalogue; both matrices follow the joint table. */
static recsys_status add_data(recsys_model *model, const recsys_ratings *ratings,
                              const rs_catalogue *known, recsys_error *err)
{
    uint32_t *map_rated = NULL, *map_known = NULL;
    void *part;
    size_t size;
    rs_ids joint;
    recsys_status status = rs_ids_union(&ratings->movies, &known->ids, model->runtime, &part,
                                        &size, &map_rated, &map_known, err);
    if (status != RECSYS_OK) return status;
    rs_ids_view(&joint, part);
    RS_TRY(add_owned(model, "movies", part, size, err));
    RS_TRY(add_users(model, ratings, err));
    if (changes_nothing(map_rated, ratings->movies.count, joint.count))
        RS_TRY(rs_matrix_share(ratings, &model->parts, err));
    else
        RS_TRY(rs_matrix_widen(&ratings->matrix, map_rated, joint.count, &model->parts, err));
    RS_TRY(rs_catalogue_widen(known, map_known, joint.count, &model->parts, err));
out:
    rs_free(model->runtime, map_rated);
    rs_free(model->runtime, map_known);
    return status;
}

/* ---- manifest and config --------------------------------------------------------- */

static void put_counts(rs_text *t, const recsys_model *model)
{
    size_t rated = 0, known = 0;
    for (size_t i = 0; i < model->movies.count; i++) {
        rated += rs_raters(model, i) > 0;
        known += rs_column_text(&model->catalogue.title, i)[0] != '\0';
    }
    rs_text_printf(t, "\"users\": %zu, \"movies\": %zu, \"ratings\": %llu, ",
                   model->users.count, model->movies.count,
                   (unsigned long long)model->ratings.count);
    rs_text_printf(t, "\"movies_rated\": %zu, \"movies_titled\": %zu", rated, known);
}

static void put_scale(rs_text *t, const rs_matrix *m)
{
    rs_text_add(t, "\"scale\": {\"min\": ");
    rs_json_put_real(t, (double)m->scale_min);
    rs_text_add(t, ", \"max\": ");
    rs_json_put_real(t, (double)m->scale_max);
    rs_text_add(t, ", \"step\": ");
    rs_json_put_real(t, (double)m->scale_step);
    rs_text_printf(t, ", \"levels\": %u}, \"newest\": %lld", m->levels,
                   (long long)rs_newest_time(m));
}

static void put_ranker(rs_text *t, const recsys_model *model)
{
    const rs_ranker *r = model->fusion.ranker;
    static const char *const uses[] = {"blend", "single", "ranker"};
    static const char *const own[] = {"raters", "mean_rating", "age", "taste"};
    rs_text_printf(t, ", \"learned\": {\"use\": \"%s\", \"single\": \"%s\"", uses[r->use],
                   rs_source_names[r->single]);
    for (size_t use = 0; use <= RS_USE_RANKER; use++) {
        rs_text_printf(t, ", \"ndcg_%s\": ", uses[use]);
        rs_json_put_real(t, r->ndcg[use]);
    }
    rs_text_add(t, ", \"likelihood_gain\": ");
    rs_json_put_real(t, r->gain);
    rs_text_add(t, ", \"likelihood_error\": ");
    rs_json_put_real(t, r->error);
    rs_text_add(t, ", \"weights\": {");
    for (size_t s = 0; s < RS_SOURCES; s++) {
        if (!rs_has_source(model, s)) continue;
        rs_text_printf(t, "%s\"%s\": ", s > 0 ? ", " : "", rs_source_names[s]);
        rs_json_put_real(t, r->source[s]);
    }
    rs_text_add(t, "}, \"movie_weights\": {");
    for (size_t k = 0; k < RS_MOVIE_FEATURES; k++) {
        rs_text_printf(t, "%s\"%s\": ", k > 0 ? ", " : "", own[k]);
        rs_json_put_real(t, r->movie[k]);
    }
    rs_text_add(t, "}}");
}

static void put_fusion(rs_text *t, const recsys_model *model)
{
    const rs_fusion *f = &model->fusion;
    static const char *const names[] = {"auto", "calibrated", "minmax", "rrf"};
    rs_text_printf(t, "\"fusion\": {\"chosen\": \"%s\", \"validation_users\": %llu",
                   names[f->chosen], (unsigned long long)f->users);
    for (size_t k = RS_CALIBRATED; k <= RS_RRF; k++) {
        rs_text_printf(t, ", \"ndcg_%s\": ", names[k]);
        rs_json_put_real(t, f->ndcg[k]);
    }
    rs_text_add(t, ", \"relevance_threshold\": ");
    rs_json_put_real(t, f->relevance);
    rs_text_add(t, ", \"shares\": {");
    for (size_t s = 0, shown = 0; s < RS_SOURCES; s++) {
        if (!rs_is_collaborative(s) || !rs_has_source(model, s)) continue;
        rs_text_printf(t, "%s\"%s\": ", shown++ > 0 ? ", " : "", rs_source_names[s]);
        rs_json_put_real(t, f->share[s]);
    }
    rs_text_add(t, "}");
    if (f->ranker != NULL) put_ranker(t, model);
    rs_text_add(t, "}");
}

static void put_ease(rs_text *t, const recsys_model *model)
{
    const rs_ease_head *head = model->ease_head;
    if (head == NULL) return;
    rs_text_printf(
        t, "\"ease\": {\"movies\": %llu, \"weights_kept\": ", (unsigned long long)head->movies);
    rs_json_put_real(t, head->kept);
    rs_text_add(t, ", \"residual\": ");
    rs_json_put_real(t, head->residual);
    rs_text_add(t, ", \"blas_core\": ");
    rs_json_put_string(t, head->core, strlen(head->core)); /* perhaps another model's */
    rs_text_add(t, "}, ");
}

static void put_ials(rs_text *t, const recsys_model *model)
{
    const rs_ials_head *head = model->ials.head;
    if (head == NULL) return;
    rs_text_printf(t, "\"ials\": {\"factors\": %llu, \"iterations\": %llu, \"loss\": ",
                   (unsigned long long)head->factors, (unsigned long long)head->iterations);
    rs_json_put_real(t, head->loss);
    rs_text_add(t, "}, ");
}

static void put_stale(rs_text *t, unsigned stale)
{
    if (stale == 0) return;
    rs_text_add(t, "\"stale\": [");
    for (size_t s = 0, shown = 0; s <= RS_SOURCES; s++)
        if (stale & 1U << s)
            rs_text_printf(t, "%s\"%s\"", shown++ > 0 ? ", " : "",
                           s < RS_SOURCES ? rs_source_names[s] : "fusion");
    rs_text_add(t, "], ");
}

static recsys_status add_manifest(recsys_model *model, const char *data_hash, unsigned stale,
                                  recsys_error *err)
{
    rs_text t;
    rs_text_begin(&t, model->runtime);
    rs_text_add(&t, RS_MANIFEST_BEGIN);
    rs_text_printf(&t, "\"data\": {\"hash\": \"%s\", ", data_hash);
    put_counts(&t, model);
    rs_text_add(&t, ", ");
    put_scale(&t, &model->ratings);
    rs_text_add(&t, "}, \"sources\": [");
    for (size_t s = 0; s < RS_SOURCES; s++)
        if (rs_has_source(model, s))
            rs_text_printf(&t, "%s\"%s\"", s > 0 ? ", " : "", rs_source_names[s]);
    rs_text_add(&t, "], ");
    put_ease(&t, model);
    put_ials(&t, model);
    put_stale(&t, stale);
    put_fusion(&t, model);
    rs_text_add(&t, "}");
    char *text = rs_text_take(&t);
    if (text == NULL) return rs_fail_memory(err, "recsys_model_fit");
    return add_owned(model, "manifest", text, strlen(text) + 1, err);
}

static recsys_status add_config(recsys_model *model, const recsys_config *config,
                                recsys_error *err)
{
    char *yaml;
    recsys_status status = rs_config_dump(config, model->runtime, &yaml, err);
    if (status != RECSYS_OK) return status;
    return add_owned(model, "config", yaml, strlen(yaml) + 1, err);
}

/* ---- the whole ------------------------------------------------------------------- */

recsys_status rs_fit_begin(recsys_model *model, const recsys_ratings *ratings,
                           const rs_catalogue *catalogue, const recsys_config *config,
                           const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    rs_matrix m;
    rs_settings_read(&model->settings, config);
    model->ratings_held = rs_ratings_retain(ratings);
    RS_TRY(add_data(model, ratings, catalogue, err));
    RS_TRY(rs_matrix_view(&m, &model->parts, err));
    model->ratings = m;
    model->movies.count = m.movies;
    RS_TRY(rs_statistics_fit(model, err));
    RS_TRY(rs_popularity_source.fit(model, config, progress, err));
    RS_TRY(rs_model_bind_data(model, err));
    RS_TRY(rs_learned_make(model, err));
out:
    return status;
}

recsys_status rs_fit_end(recsys_model *model, const recsys_config *config, unsigned stale,
                         recsys_error *err)
{
    recsys_status status;
    rs_model_free_learned(model);
    RS_TRY(add_config(model, config, err));
    const char *hash = rs_ratings_hash(model->ratings_held);
    if (hash == NULL) return rs_fail_memory(err, "recsys_model_fit");
    RS_TRY(add_manifest(model, hash, stale, err));
    RS_TRY(rs_model_bind_texts(model, err));
    rs_container_seal(&model->parts);
    rs_sha256_hex(model->parts.hash, model->hash);
out:
    return status;
}

static recsys_status fit(recsys_model *model, const recsys_ratings *ratings,
                         const rs_catalogue *catalogue, const recsys_config *config,
                         rs_borrowing *borrowing, const recsys_progress *progress,
                         recsys_error *err)
{
    recsys_status status;
    RS_TRY(rs_fit_begin(model, ratings, catalogue, config, progress, err));
    for (size_t s = 0; s < RS_POPULARITY; s++)
        RS_TRY(rs_fit_source(model, s, config, borrowing, progress, err));
    RS_TRY(rs_model_bind_sources(model, err));
    RS_TRY(rs_calibrate(model, config, rs_config_real(config, "evaluation.relevance_threshold"),
                        progress, err));
    RS_TRY(rs_fit_end(model, config, 0, err));
out:
    return status;
}

recsys_status rs_fit(recsys_model **model, recsys_runtime *runtime,
                     const recsys_ratings *ratings, const recsys_catalogue *catalogue,
                     const recsys_config *config, rs_borrowing *borrowing,
                     const recsys_progress *progress, recsys_error *err)
{
    static const rs_catalogue nothing;
    recsys_model *made;
    recsys_runtime *held;
    recsys_status status = rs_runtime_hold(&held, runtime, err);
    if (status != RECSYS_OK) return status;
    status = rs_model_make(&made, held, err);
    rs_runtime_release(held);
    if (status != RECSYS_OK) return status;
    status = fit(made, ratings, catalogue != NULL ? &catalogue->view : &nothing, config,
                 borrowing, progress, err);
    if (status != RECSYS_OK) {
        rs_model_release(made);
        return status;
    }
    *model = made;
    return RECSYS_OK;
}

recsys_status recsys_model_fit(recsys_model **model, recsys_runtime *runtime,
                               const recsys_ratings *ratings, const recsys_catalogue *catalogue,
                               const recsys_config *config, const recsys_progress *progress,
                               recsys_error *err)
{
    RS_NEED(err, model);
    RS_NEED(err, ratings);
    return rs_fit(model, runtime, ratings, catalogue, config, NULL, progress, err);
}
