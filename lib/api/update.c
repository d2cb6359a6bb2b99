/* Tonight's ratings into yesterday's model. */
#include <string.h>

#include "api/fit.h"
#include "api/need.h"
#include "api/outputs.h"
#include "base/memory.h"
#include "config/config.h"
#include "data/merge.h"
#include "models/coding.h"
#include "models/keep.h"
#include "models/source.h"
#include "models/user_cf.h"
#include "rank/calibrate.h"

typedef struct update {
    const recsys_model *old;
    recsys_model *model;
    const recsys_progress *progress;
    recsys_update_mode mode;
    recsys_config *config;
    recsys_ratings *ratings; /* older and newer */
    rs_merged merged;
    unsigned stale;
    recsys_update_report report;
} update;

/* ---- user CF --------------------------------------------------------------------- */

/* Lists stay what they are only if the same code sums the same numbers in the same order, and
 * ties between users are broken as before. */
static int same_arithmetic(const recsys_model *a, const recsys_model *b)
{
    static const char made_here[] = RS_MANIFEST_BEGIN;
    if (strncmp(a->manifest, made_here, sizeof made_here - 1) != 0) return 0;
    rs_coding first, second;
    int of_first = rs_coding_find(&a->ratings, &first);
    int of_second = rs_coding_find(&b->ratings, &second);
    if (a->users.textual != b->users.textual || a->movies.textual != b->movies.textual ||
        of_first != of_second)
        return 0;
    return !of_first || (first.offset == second.offset && first.unit == second.unit);
}

static recsys_status update_user_cf(update *u, recsys_error *err)
{
    size_t users = u->model->users.count;
    uint8_t *changed = u->merged.changed;
    rs_user_cf_before before = {u->old, u->merged.user, changed};
    u->report.users = users;
    for (size_t i = 0; i < users; i++) u->report.changed += changed[i];
    if (!same_arithmetic(u->old, u->model)) memset(changed, 1, users);
    recsys_status status =
        rs_user_cf_update(u->model, &before, &u->report.made, u->progress, err);
    u->report.full_fit = u->report.made == users;
    return status;
}

/* ---- what may be kept ------------------------------------------------------------ */

/* Numbers of the older model's movies in the newer one, in the same order; 0: a movie is gone,
 * or the order is another. */
static int number_movies(const rs_ids *old, const rs_ids *ids, uint32_t *number)
{
    char digits[24];
    if (old->textual != ids->textual) return 0;
    for (size_t j = 0; j < old->count; j++) {
        rs_id_text text = rs_ids_at(old, j, digits);
        size_t found = rs_ids_find(ids, text.data, text.size);
        if (found == SIZE_MAX) return 0;
        number[j] = (uint32_t)found;
    }
    return 1;
}

/* What was learned of movies is taken over with the movies' new numbers, if they have any. */
static recsys_status make_source(update *u, size_t source, const uint32_t *number,
                                 recsys_error *err)
{
    if (number == NULL || !rs_has_source(u->old, source))
        return rs_sources[source]->fit(u->model, u->config, u->progress, err);
    u->stale |= 1U << source;
    return rs_keep_source(u->old, source, number, u->model->movies.count, &u->model->parts,
                          err);
}

static recsys_status make_sources(update *u, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    recsys_runtime *r = u->model->runtime;
    uint32_t *number = NULL;
    int keeps = u->mode == RECSYS_UPDATE_KEEP;
    if (keeps) number = rs_array(r, u->old->movies.count, sizeof *number);
    if (keeps && number == NULL) return rs_fail_memory(err, "recsys_model_update");
    keeps = keeps && number_movies(&u->old->movies, &u->model->movies, number);
    for (size_t s = 0; s < RS_POPULARITY && status == RECSYS_OK; s++)
        if (s != RS_USER_CF) status = make_source(u, s, keeps ? number : NULL, err);
    rs_free(r, number);
    return status;
}

static recsys_status keep_fusion(update *u, recsys_error *err)
{
    recsys_runtime *r = u->model->runtime;
    for (size_t i = 0; i < u->old->parts.count; i++) {
        const rs_part *part = &u->old->parts.parts[i];
        if (!part->required || strncmp(part->name, "fusion.", sizeof "fusion." - 1) != 0)
            continue;
        void *copy = rs_array_copy(r, part->data, part->size, 1);
        if (copy == NULL) return rs_fail_memory(err, "recsys_model_update");
        recsys_status status =
            rs_container_add(&u->model->parts, part->name, 1, copy, part->size, copy, err);
        if (status != RECSYS_OK) return status;
    }
    u->stale |= RS_STALE_FUSION;
    return rs_model_bind_fusion(u->model, err);
}

static recsys_status make_fusion(update *u, recsys_error *err)
{
    if (u->mode == RECSYS_UPDATE_KEEP) return keep_fusion(u, err);
    return rs_calibrate(u->model, u->config, u->old->fusion.relevance, u->progress, err);
}

/* ---- the whole ------------------------------------------------------------------- */

static recsys_status run(update *u, const recsys_ratings *ratings,
                         const rs_catalogue *catalogue, recsys_error *err)
{
    recsys_status status;
    const recsys_model *old = u->old;
    const rs_ratings_view before = {&old->ratings, &old->users, &old->movies};
    RS_TRY(
        rs_config_from_stored(&u->config, old->runtime, old->config, strlen(old->config), err));
    RS_TRY(rs_model_make(&u->model, old->runtime, err));
    RS_TRY(rs_ratings_merge(&u->ratings, old->runtime, &before, ratings, &u->merged,
                            u->progress, err));
    RS_TRY(rs_fit_begin(u->model, u->ratings, catalogue, u->config, u->progress, err));
    RS_TRY(update_user_cf(u, err));
    RS_TRY(make_sources(u, err));
    RS_TRY(rs_model_bind_sources(u->model, err));
    RS_TRY(make_fusion(u, err));
    RS_TRY(rs_fit_end(u->model, u->config, u->stale, err));
out:
    return status;
}

static void fill_report(update *u, recsys_update_report *report)
{
    u->report.struct_size = sizeof u->report;
    u->report.added = u->merged.added;
    u->report.replaced = u->merged.replaced;
    u->report.stale_content = (u->stale & 1U << RS_CONTENT) != 0;
    u->report.stale_fusion = (u->stale & RS_STALE_FUSION) != 0;
    for (size_t s = 0; s < RS_SOURCES; s++)
        if (rs_is_learned(s) && (u->stale & 1U << s)) u->report.stale_learned = 1;
    if (report != NULL) rs_out_copy(report, &u->report, sizeof u->report);
}

recsys_status recsys_model_update(recsys_model **next, const recsys_model *model,
                                  const recsys_ratings *ratings,
                                  const recsys_catalogue *catalogue, recsys_update_mode mode,
                                  recsys_update_report *report, const recsys_progress *progress,
                                  recsys_error *err)
{
    update u = {.old = model, .progress = progress, .mode = mode};
    RS_NEED(err, next);
    RS_NEED(err, model);
    RS_NEED(err, ratings);
    RS_NEED_SIZE(err, report, sizeof report->struct_size);
    if (mode != RECSYS_UPDATE_REFIT && mode != RECSYS_UPDATE_KEEP)
        return rs_fail(err, RECSYS_E_INVALID, "recsys_model_update: mode %d is not known",
                       (int)mode);
    recsys_status status =
        run(&u, ratings, catalogue != NULL ? &catalogue->view : &model->catalogue, err);
    if (status == RECSYS_OK) {
        fill_report(&u, report);
        *next = u.model;
    } else {
        rs_model_release(u.model);
    }
    rs_ratings_release(u.ratings);
    rs_merged_free(&u.merged, model->runtime);
    rs_config_free(u.config);
    return status;
}
