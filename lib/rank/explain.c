/* Why a movie is in a list: the score taken apart, part by part. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "models/content.h"
#include "models/source.h"
#include "rank/context.h"
#include "rank/ranker.h"
#include "rank/rerank.h"

enum { MOST_SHARED = 8 };

/* A reason before it is put into words. */
typedef struct part {
    size_t source; /* RS_SOURCES: quality */
    double share;
    rs_part_of_score of;
} part;

typedef struct parts {
    recsys_runtime *runtime;
    part *all;
    size_t count, capacity;
    size_t source;
    double share; /* of the whole source */
    int failed;
} parts;

static int add_part(void *user_data, const rs_part_of_score *of)
{
    parts *p = user_data;
    if (!rs_reserve(p->runtime, &p->all, &p->capacity, p->count + 1, sizeof *p->all)) {
        p->failed = 1;
        return 1;
    }
    p->all[p->count++] = (part){p->source, p->share * of->fraction, *of};
    return 0;
}

/* Order by share, largest first; equal shares by source, then by who: three stable sorts, the
 * weightiest last. order[2 * count] gets the places in its values. */
static void sort_parts(const parts *p, rs_keyed *order)
{
    for (size_t i = 0; i < p->count; i++) order[i] = (rs_keyed){p->all[i].of.who, i};
    rs_sort_keyed(order, order + p->count, p->count);
    for (size_t i = 0; i < p->count; i++) order[i].key = p->all[order[i].value].source;
    rs_sort_keyed(order, order + p->count, p->count);
    for (size_t i = 0; i < p->count; i++)
        order[i].key = rs_falling(p->all[order[i].value].share);
    rs_sort_keyed(order, order + p->count, p->count);
}

/* The ranker's recall is a power of what the sources add up to, so each has its part of that
 * sum. What speaks for the movie itself counts as popularity's. */
static void share_learned(const recsys_context *context, size_t movie,
                          double amount[RS_SOURCES])
{
    const rs_scratch *scratch = &context->scratch;
    double own = rs_ranker_own_part(context->model, scratch, movie), sum = 0;
    double recall = rs_ranker_recall(context->model, scratch, movie);
    size_t last = RS_SOURCES;
    if (own > 0) amount[RS_POPULARITY] += own;
    for (size_t s = 0; s < RS_SOURCES; s++) {
        if (isnan(amount[s])) continue;
        sum += amount[s];
        last = s;
    }
    for (size_t s = 0; s < RS_SOURCES; s++)
        amount[s] = sum > 0 ? recall * amount[s] / sum : s == last ? recall : NAN;
}

/* What each source gave the movie's recall; NaN: it did not score it. */
static void share_recall(const recsys_context *context, size_t movie, double amount[RS_SOURCES])
{
    const rs_scratch *scratch = &context->scratch;
    rs_fusion_kind kind = rs_fusion_used(context->model, &context->settings);
    for (size_t s = 0; s < RS_SOURCES; s++) {
        double weight = scratch->weight[s];
        amount[s] = NAN;
        if (weight == 0 || !rs_is_scored(scratch, &scratch->scores[s], movie)) continue;
        amount[s] = kind == RS_LEARNED
                        ? rs_ranker_part(scratch, s, movie)
                        : weight * rs_fused_part(context->model, kind, s, scratch, movie);
    }
    if (kind == RS_LEARNED) share_learned(context, movie, amount);
}

static void collect(parts *p, const recsys_context *context, size_t movie)
{
    const rs_settings *settings = &context->settings;
    const rs_scratch *scratch = &context->scratch;
    double amount[RS_SOURCES], w = settings->rerank.quality_weight;
    share_recall(context, movie, amount);
    for (size_t s = 0; s < RS_SOURCES && context->largest > 0; s++) {
        if (isnan(amount[s])) continue;
        p->source = s;
        p->share = (1 - w) * amount[s] / context->largest;
        rs_sources[s]->explain(context->model, scratch, movie, add_part, p);
    }
    rs_part_of_score quality = {.fraction = 1, .who = SIZE_MAX};
    p->source = RS_SOURCES;
    p->share = w * scratch->quality[movie];
    if (w > 0) (void)add_part(p, &quality);
}

/* ---- what two have in common ----------------------------------------------------- */

typedef struct shared {
    double weight;
    uint32_t what;
} shared;

static size_t insert_shared(shared *list, size_t count, shared found)
{
    size_t at = count < MOST_SHARED ? count : MOST_SHARED;
    while (at > 0 && list[at - 1].weight < found.weight) at--;
    if (at == MOST_SHARED) return count;
    size_t keep = count < MOST_SHARED ? count : MOST_SHARED - 1;
    memmove(&list[at + 1], &list[at], (keep - at) * sizeof *list);
    list[at] = found;
    return keep + 1;
}

/* Movies that the profile and a neighbour both rated, by the product of their ratings. */
static size_t common_movies(const recsys_context *context, size_t neighbour, uint32_t *what)
{
    const rs_matrix *m = &context->model->ratings;
    const rs_profile *p = &context->scratch.profile;
    shared list[MOST_SHARED];
    size_t count = 0, k = 0;
    for (uint64_t at = m->user_ptr[neighbour]; at < m->user_ptr[neighbour + 1]; at++) {
        while (k < p->count && p->movie[k] < m->user_movie[at]) k++;
        if (k == p->count) break;
        if (p->movie[k] != m->user_movie[at]) continue;
        double weight = (double)p->rating[k] * (double)rs_user_rating(m, at);
        count = insert_shared(list, count, (shared){weight, p->movie[k]});
    }
    for (size_t i = 0; i < count; i++) what[i] = list[i].what;
    return count;
}

/* ---- into words ------------------------------------------------------------------ */

/* Strings of one reason: offsets first, as the text moves while it grows. */
typedef struct words {
    rs_text text;
    size_t at[MOST_SHARED + 2];
    size_t count;
} words;

static const char *word(const words *w, size_t i)
{
    return w->text.data + w->at[i];
}

static void add_id(words *w, const rs_ids *ids, size_t i)
{
    size_t need = rs_ids_text(ids, i, NULL, 0);
    w->at[w->count++] = w->text.size;
    for (size_t k = 0; k <= need; k++) rs_text_add_bytes(&w->text, "", 1);
    if (!w->text.failed) rs_ids_text(ids, i, w->text.data + w->at[w->count - 1], need + 1);
}

static void add_name(words *w, const char *name)
{
    w->at[w->count++] = w->text.size;
    rs_text_add_bytes(&w->text, name, strlen(name) + 1);
}

/* Who or what the part speaks of, and what they share with the user or the movie. */
static void gather_words(words *w, const recsys_context *context, const part *p, size_t movie)
{
    const recsys_model *model = context->model;
    uint32_t what[MOST_SHARED];
    if (p->source == RS_USER_CF) {
        add_id(w, &model->users, p->of.who);
        size_t count = common_movies(context, p->of.who, what);
        for (size_t i = 0; i < count; i++) add_id(w, &model->movies, what[i]);
    } else if (p->source == RS_CONTENT) {
        add_id(w, &model->movies, p->of.who);
        size_t count = rs_terms_common(&model->terms, p->of.who, movie, what, MOST_SHARED);
        for (size_t i = 0; i < count; i++)
            add_name(w, rs_column_text(&model->terms.names, what[i]));
    } else if (p->source < RS_POPULARITY) {
        add_id(w, &model->movies, p->of.who);
    }
}

static recsys_status tell(const recsys_context *context, const part *p, size_t movie,
                          recsys_reason_fn reason, void *user_data, int *stop,
                          recsys_error *err)
{
    static const recsys_reason_kind kinds[RS_SOURCES + 1] = {
        RECSYS_REASON_NEIGHBOUR, RECSYS_REASON_SIMILAR, RECSYS_REASON_SIMILAR,
        RECSYS_REASON_SIMILAR,   RECSYS_REASON_SIMILAR, RECSYS_REASON_SIMILAR,
        RECSYS_REASON_POPULAR,   RECSYS_REASON_QUALITY};
    const char *strings[MOST_SHARED];
    words w = {.count = 0};
    rs_text_begin(&w.text, context->model->runtime);
    gather_words(&w, context, p, movie);
    if (w.text.failed) {
        rs_text_free(&w.text);
        return rs_fail_memory(err, "recsys_result_explain");
    }
    for (size_t i = 1; i < w.count; i++) strings[i - 1] = word(&w, i);
    uint64_t raters = context->scratch.raters[movie];
    recsys_reason told = {
        .struct_size = sizeof told,
        .kind = kinds[p->source],
        .share = p->share,
        .source = p->source < RS_SOURCES ? rs_source_names[p->source] : "quality",
        .user_id = p->source == RS_USER_CF ? word(&w, 0) : NULL,
        .movie_id = kinds[p->source] == RECSYS_REASON_SIMILAR ? word(&w, 0) : NULL,
        .similarity = p->of.similarity,
        .rating = p->of.rating,
        .raters = p->source >= RS_POPULARITY ? (size_t)raters : 0,
        .common = p->of.common,
        .shared = strings,
        .shared_count = w.count > 0 ? w.count - 1 : 0,
    };
    if (p->source == RS_SOURCES && raters > 0)
        told.mean = context->model->statistics.movie_sum[movie] / (double)raters;
    *stop = reason(user_data, &told);
    rs_text_free(&w.text);
    return RECSYS_OK;
}

recsys_status rs_explain(const recsys_result *result, size_t i, recsys_reason_fn reason,
                         void *user_data, recsys_error *err)
{
    const recsys_context *context = result->context;
    if (context == NULL || !context->ranked)
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_result_explain: only the latest list of a context can be "
                       "explained");
    if (i >= result->count)
        return rs_fail(err, RECSYS_E_INVALID, "recsys_result_explain: item %zu of %zu", i,
                       result->count);
    size_t movie = result->movie[i];
    parts p = {.runtime = context->model->runtime};
    recsys_status status = RECSYS_OK;
    int stop = 0;
    collect(&p, context, movie);
    rs_keyed *order = rs_array(p.runtime, p.count, 2 * sizeof *order);
    if (p.failed || order == NULL)
        status = rs_fail_memory(err, "recsys_result_explain");
    else
        sort_parts(&p, order);
    for (size_t k = 0; k < p.count && status == RECSYS_OK && !stop; k++)
        status = tell(context, &p.all[order[k].value], movie, reason, user_data, &stop, err);
    rs_free(p.runtime, order);
    rs_free(p.runtime, p.all);
    return status;
}
