#include "rank/context.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "models/source.h"
#include "rank/candidates.h"
#include "rank/ranker.h"
#include "rank/rerank.h"
#include "rank/variety.h"

recsys_status rs_context_make(recsys_context **context, recsys_model *model, recsys_error *err)
{
    recsys_context *made = rs_array_zero(model->runtime, 1, sizeof *made);
    if (made == NULL) return rs_fail_memory(err, "recsys_context_create");
    recsys_status status = rs_scratch_make(&made->scratch, model, err);
    if (status != RECSYS_OK) {
        rs_free(model->runtime, made);
        return status;
    }
    made->model = model;
    atomic_fetch_add_explicit(&model->references, 1, memory_order_relaxed);
    made->result.runtime = model->runtime;
    made->result.context = made;
    rs_text_begin(&made->result.ids, model->runtime);
    *context = made;
    return RECSYS_OK;
}

static void free_result_arrays(recsys_result *result)
{
    rs_free(result->runtime, result->movie);
    rs_free(result->runtime, result->score);
    rs_free(result->runtime, result->rating);
    rs_free(result->runtime, result->id_at);
    rs_text_free(&result->ids);
}

void rs_context_free(recsys_context *context)
{
    if (context == NULL) return;
    recsys_model *model = context->model;
    free_result_arrays(&context->result);
    rs_scratch_free(&context->scratch);
    rs_free(model->runtime, context->fresh);
    rs_free(model->runtime, context);
    rs_model_release(model);
}

void rs_context_use(recsys_context *context, const rs_settings *settings)
{
    if (context->counted && memcmp(&context->settings, settings, sizeof *settings) == 0) return;
    context->settings = *settings;
    rs_movies_count(context->model, settings, &context->scratch);
    rs_weigh_sources(context->model, settings, context->scratch.weight);
    context->counted = 1;
}

/* ---- reading the query ----------------------------------------------------------- */

static recsys_status settings_of(const recsys_context *context, const recsys_query *query,
                                 rs_settings *settings, recsys_error *err)
{
    *settings = context->given != NULL ? *context->given : context->model->settings;
    for (size_t i = 0; i + 1 < query->options.count; i += 2) {
        recsys_status status =
            rs_settings_set(settings, context->model->runtime, query->options.item[i],
                            query->options.item[i + 1], err);
        if (status != RECSYS_OK) return status;
    }
    if (settings->hybrid.fusion == RS_LEARNED && context->model->fusion.ranker == NULL)
        return rs_fail(err, RECSYS_E_CONFIG,
                       "model.hybrid.fusion: learned: the model was trained by a library that "
                       "had no such fusion; train it anew");
    return RECSYS_OK;
}

/* Later in time, or equal and later given. 0 counts as newest. */
static int newer(const rs_fresh *a, const rs_fresh *b)
{
    return a->time == 0 || (b->time != 0 && a->time >= b->time);
}

/* Place a rating among the sorted ones, one per movie. */
static size_t insert_fresh(rs_fresh *list, size_t count, rs_fresh given)
{
    size_t at = count;
    while (at > 0 && list[at - 1].movie > given.movie) at--;
    if (at > 0 && list[at - 1].movie == given.movie) {
        if (newer(&given, &list[at - 1])) list[at - 1] = given;
        return count;
    }
    memmove(&list[at + 1], &list[at], (count - at) * sizeof *list);
    list[at] = given;
    return count + 1;
}

static recsys_status load_profile(recsys_context *context, const recsys_query *query,
                                  recsys_error *err)
{
    const recsys_model *model = context->model;
    size_t user = SIZE_MAX, count = 0;
    if (!rs_reserve(model->runtime, &context->fresh, &context->fresh_capacity,
                    query->given_count, sizeof *context->fresh))
        return rs_fail_memory(err, "recsys_recommend");
    if (query->user != NULL)
        user = rs_ids_find(&model->users, query->user, strlen(query->user));
    for (size_t i = 0; i < query->given_count; i++) {
        const rs_given *g = &query->given[i];
        size_t movie = rs_ids_find(&model->movies, g->movie, strlen(g->movie));
        if (movie == SIZE_MAX) continue;
        rs_fresh fresh = {(uint32_t)movie, g->rating, g->time};
        count = insert_fresh(context->fresh, count, fresh);
    }
    rs_profile_merge(&context->scratch.profile, model, user, context->fresh, count);
    return RECSYS_OK;
}

/* ---- recall ---------------------------------------------------------------------- */

void rs_score_sources(recsys_context *context, size_t ranks)
{
    rs_scratch *scratch = &context->scratch;
    int learned = rs_fusion_used(context->model, &context->settings) == RS_LEARNED;
    for (size_t s = 0; s < RS_SOURCES; s++) {
        rs_scores_clear(&scratch->scores[s]);
        /* User CF also predicts ratings, so it runs whatever its weight. */
        if (!rs_has_source(context->model, s)) continue;
        if (s != RS_USER_CF && scratch->weight[s] == 0) continue;
        rs_sources[s]->score(context->model, scratch, &scratch->scores[s]);
        rs_rank_source(context->model, scratch, &scratch->scores[s],
                       learned && s == RS_POPULARITY ? RS_RANKS : ranks);
    }
}

static void recall(recsys_context *context)
{
    const recsys_model *model = context->model;
    rs_fusion_kind kind = rs_fusion_used(model, &context->settings);
    rs_score_sources(context, kind == RS_MINMAX || kind == RS_LEARNED ? 0 : RS_RANKS);
    context->largest = rs_fuse(model, &context->settings, &context->scratch);
}

/* ---- results --------------------------------------------------------------------- */

static recsys_status reserve_result(recsys_result *result, size_t count, recsys_error *err)
{
    recsys_runtime *r = result->runtime;
    size_t capacity = result->capacity;
    size_t grown[4] = {capacity, capacity, capacity, capacity};
    if (!rs_reserve(r, &result->movie, &grown[0], count, sizeof *result->movie) ||
        !rs_reserve(r, &result->score, &grown[1], count, sizeof *result->score) ||
        !rs_reserve(r, &result->rating, &grown[2], count, sizeof *result->rating) ||
        !rs_reserve(r, &result->id_at, &grown[3], count, sizeof *result->id_at))
        return rs_fail_memory(err, "recsys_recommend");
    result->capacity = grown[0];
    return RECSYS_OK;
}

static void add_id(recsys_result *result, const rs_ids *ids, uint32_t movie)
{
    char small[64], *text = small;
    size_t need = rs_ids_text(ids, movie, small, sizeof small);
    if (need >= sizeof small) {
        text = rs_array(result->runtime, need + 1, 1);
        if (text == NULL) {
            result->ids.failed = 1;
            return;
        }
        rs_ids_text(ids, movie, text, need + 1);
    }
    rs_text_add_bytes(&result->ids, text, need + 1);
    if (text != small) rs_free(result->runtime, text);
}

/* Fill movie, id; the caller sets scores. */
static recsys_status fill_result(recsys_context *context, const uint32_t *movies, size_t count,
                                 recsys_error *err)
{
    recsys_result *result = &context->result;
    recsys_status status = reserve_result(result, count, err);
    if (status != RECSYS_OK) return status;
    result->ids.size = 0;
    result->ids.failed = 0;
    for (size_t i = 0; i < count; i++) {
        result->movie[i] = movies[i];
        result->id_at[i] = result->ids.size;
        add_id(result, &context->model->movies, movies[i]);
    }
    if (result->ids.failed) return rs_fail_memory(err, "recsys_recommend");
    result->count = count;
    return RECSYS_OK;
}

recsys_status rs_recommend(recsys_context *context, const recsys_query *query,
                           recsys_error *err)
{
    recsys_status status;
    rs_settings settings;
    rs_scratch *scratch = &context->scratch;
    context->result.count = 0;
    context->ranked = 0;
    RS_TRY(settings_of(context, query, &settings, err));
    rs_context_use(context, &settings);
    RS_TRY(rs_variety_prepare(context->model, &settings, scratch, err));
    RS_TRY(rs_ranker_prepare(context->model, &settings, scratch, err));
    RS_TRY(load_profile(context, query, err));
    rs_candidates(context->model, &settings, query, scratch);
    recall(context);
    size_t limit = query->limit > 0 ? query->limit : (size_t)settings.list.top_n;
    size_t count = rs_pick(context->model, &settings, scratch, context->largest, limit);
    RS_TRY(fill_result(context, scratch->picked, count, err));
    for (size_t i = 0; i < count; i++) {
        context->result.score[i] = scratch->final[scratch->picked[i]];
        context->result.rating[i] = rs_predicted(&settings, scratch, scratch->picked[i]);
    }
    context->ranked = 1;
out:
    return status;
}

recsys_status rs_similar_list(recsys_context *context, size_t movie, size_t limit,
                              recsys_error *err)
{
    const rs_similar *similar = &context->model->lists[RS_CONTENT];
    uint64_t from = similar->ptr[movie], size = similar->ptr[movie + 1] - from;
    size_t count = size < limit ? (size_t)size : limit;
    context->result.count = 0;
    context->ranked = 0;
    rs_settings settings = context->model->settings;
    rs_context_use(context, &settings);
    recsys_status status = fill_result(context, similar->movie + from, count, err);
    if (status != RECSYS_OK) return status;
    for (size_t i = 0; i < count; i++) {
        context->result.score[i] = (double)similar->similarity[from + i];
        context->result.rating[i] = context->scratch.mean[similar->movie[from + i]];
    }
    return RECSYS_OK;
}

recsys_status rs_result_copy(recsys_result **copy, const recsys_result *result,
                             recsys_error *err)
{
    recsys_runtime *r = result->runtime;
    recsys_result *made = rs_array_zero(r, 1, sizeof *made);
    if (made == NULL) return rs_fail_memory(err, "recsys_result_detach");
    made->runtime = r;
    made->count = made->capacity = result->count;
    rs_text_begin(&made->ids, r);
    made->movie = rs_array_copy(r, result->movie, result->count, sizeof *made->movie);
    made->score = rs_array_copy(r, result->score, result->count, sizeof *made->score);
    made->rating = rs_array_copy(r, result->rating, result->count, sizeof *made->rating);
    made->id_at = rs_array_copy(r, result->id_at, result->count, sizeof *made->id_at);
    rs_text_add_bytes(&made->ids, result->ids.data, result->count > 0 ? result->ids.size : 0);
    if (made->movie == NULL || made->score == NULL || made->rating == NULL ||
        made->id_at == NULL || made->ids.failed) {
        free_result_arrays(made);
        rs_free(r, made);
        return rs_fail_memory(err, "recsys_result_detach");
    }
    made->model = result->context != NULL ? result->context->model : result->model;
    atomic_fetch_add_explicit(&made->model->references, 1, memory_order_relaxed);
    *copy = made;
    return RECSYS_OK;
}

void rs_result_free(recsys_result *result)
{
    if (result == NULL || result->context != NULL) return; /* a context frees its own */
    recsys_model *model = result->model;
    free_result_arrays(result);
    rs_free(model->runtime, result);
    rs_model_release(model);
}
