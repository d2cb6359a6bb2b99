#include "rank/calibrate.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "models/source.h"
#include "rank/candidates.h"
#include "rank/context.h"
#include "rank/holdout.h"
#include "rank/ndcg.h"
#include "rank/ranker.h"
#include "rank/ranker_learn.h"
#include "rank/rerank.h"
#include "rank/shares.h"
#include "rank/twin.h"
#include "rank/variety.h"

enum { BLOCK = 8, CELLS = RS_SOURCES * (RS_RANKS + 1) };
static const uint32_t unknown = UINT32_MAX;

typedef struct study {
    recsys_model *model;
    rs_twin twin;
    rs_holdout holdout;
    recsys_context **context;   /* [threads] */
    uint64_t *hits, *seen;      /* [threads][CELLS] */
    size_t threads, members;    /* members: collaborative sources */
    size_t member[RS_SOURCES];  /* [members] their numbers */
    rs_opinions *opinions;      /* [count] */
    rs_ranker *ranker;          /* becomes the model's */
    rs_ranker_user *records;    /* [count] for it */
    uint32_t **place;           /* [count][movies][members] in its source's table */
    double (*ndcg)[RS_RRF + 1]; /* [count] */
} study;

/* Ready the context for a user of the sample. */
static void begin(const study *s, recsys_context *c, size_t i)
{
    rs_profile_load(&c->scratch.profile, s->twin.model, (size_t)s->holdout.user[i].value);
    c->scratch.profile.as_stored = s->twin.model->neighbours.ptr != NULL;
    rs_candidates(s->twin.model, &c->settings, NULL, &c->scratch);
}

/* ---- first pass: hits by rank ---------------------------------------------------- */

static uint64_t rated_candidates(const recsys_model *model, const rs_scratch *scratch)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->movies.count; i++)
        count += scratch->candidate[i] && scratch->raters[i] > 0;
    return count;
}

static size_t place_of(const rs_scores *scores, size_t movie)
{
    return scores->rank[movie] > 0 ? scores->rank[movie] - 1 : RS_RANKS;
}

static void count_ranks(const study *s, const rs_scratch *scratch, size_t i, uint64_t *hits,
                        uint64_t *seen)
{
    const rs_holdout *h = &s->holdout;
    for (size_t k = 0; k < RS_SOURCES; k++, hits += RS_RANKS + 1, seen += RS_RANKS + 1) {
        const rs_scores *scores = &scratch->scores[k];
        for (size_t j = 0; j < scores->count; j++)
            if (scratch->candidate[scores->touched[j]])
                seen[place_of(scores, scores->touched[j])]++;
        if (scores->by_raters)
            seen[RS_RANKS] += rated_candidates(s->twin.model, scratch) - scores->count;
        for (uint64_t at = h->ptr[i]; at < h->ptr[i + 1]; at++)
            if (h->hit[at] && scratch->candidate[h->movie[at]] &&
                rs_is_scored(scratch, scores, h->movie[at]))
                hits[place_of(scores, h->movie[at])]++;
    }
}

/* ---- first pass: what the collaborative sources say ------------------------------- */

static recsys_status note_opinions(study *s, rs_scratch *scratch, size_t i, recsys_error *err)
{
    rs_keyed movies[2 * RS_SOURCES * RS_OPINIONS_DEPTH];
    rs_opinions *o = &s->opinions[i];
    recsys_runtime *r = s->model->runtime;
    if (s->members == 1) return RECSYS_OK;
    o->count = rs_high_ranked(scratch, s->member, s->members, RS_OPINIONS_DEPTH, movies);
    o->hit = rs_array(r, o->count, sizeof *o->hit);
    o->part = rs_array(r, o->count, s->members * sizeof *o->part);
    s->place[i] = rs_array(r, o->count, s->members * sizeof **s->place);
    if (o->hit == NULL || o->part == NULL || s->place[i] == NULL)
        return rs_fail_memory(err, "calibration");
    for (uint64_t at = s->holdout.ptr[i]; at < s->holdout.ptr[i + 1]; at++)
        o->relevant += s->holdout.hit[at];
    for (size_t j = 0; j < o->count; j++) {
        size_t movie = (size_t)movies[j].value;
        o->hit[j] = (uint8_t)rs_holdout_hit(&s->holdout, i, movie);
        for (size_t k = 0; k < s->members; k++) {
            const rs_scores *scores = &scratch->scores[s->member[k]];
            int known = rs_is_scored(scratch, scores, movie);
            s->place[i][j * s->members + k] =
                known ? (uint32_t)place_of(scores, movie) : unknown;
            o->part[j * s->members + k] =
                known ? rs_fused_part(s->twin.model, RS_MINMAX, s->member[k], scratch, movie)
                      : 0;
        }
    }
    return RECSYS_OK;
}

static recsys_status first_pass(void *shared, size_t task, size_t thread, recsys_error *err)
{
    study *s = shared;
    recsys_context *c = s->context[thread];
    for (size_t i = task * BLOCK; i < s->holdout.count && i < (task + 1) * BLOCK; i++) {
        begin(s, c, i);
        for (size_t k = 0; k < RS_SOURCES; k++) {
            rs_scores_clear(&c->scratch.scores[k]);
            if (!rs_has_source(s->twin.model, k)) continue;
            rs_sources[k]->score(s->twin.model, &c->scratch, &c->scratch.scores[k]);
            rs_rank_source(s->twin.model, &c->scratch, &c->scratch.scores[k], RS_RANKS);
        }
        count_ranks(s, &c->scratch, i, s->hits + thread * CELLS, s->seen + thread * CELLS);
        recsys_status status = note_opinions(s, &c->scratch, i, err);
        if (status == RECSYS_OK)
            status = rs_ranker_record(&s->records[i], s->twin.model, s->ranker, &c->scratch,
                                      &s->holdout, i, err);
        if (status != RECSYS_OK) return status;
    }
    return RECSYS_OK;
}

/* ---- tables and shares ----------------------------------------------------------- */

/* One source's table from the counts of all threads. */
static recsys_status add_table(study *s, size_t source, recsys_error *err)
{
    recsys_runtime *r = s->model->runtime;
    double *value = rs_array_zero(r, RS_RANKS + 1, sizeof *value);
    double *weight = rs_array_zero(r, RS_RANKS + 1, sizeof *weight);
    char name[RS_PART_NAME];
    rs_fusion_part(name, source);
    if (value == NULL || weight == NULL) {
        rs_free(r, value);
        rs_free(r, weight);
        return rs_fail_memory(err, "calibration");
    }
    for (size_t i = 0; i <= RS_RANKS; i++) {
        uint64_t hits = 0, seen = 0;
        for (size_t t = 0; t < s->threads; t++) {
            hits += s->hits[t * CELLS + source * (RS_RANKS + 1) + i];
            seen += s->seen[t * CELLS + source * (RS_RANKS + 1) + i];
        }
        weight[i] = (double)seen;
        if (seen > 0) value[i] = (double)hits / (double)seen;
    }
    int fitted = rs_isotonic_falling(r, value, weight, RS_RANKS + 1);
    rs_free(r, weight);
    if (!fitted) {
        rs_free(r, value);
        return rs_fail_memory(err, "calibration");
    }
    return rs_container_add(&s->model->parts, name, 1, value, (RS_RANKS + 1) * sizeof *value,
                            value, err);
}

static recsys_status add_tables(study *s, recsys_error *err)
{
    for (size_t k = 0; k < RS_SOURCES; k++) {
        if (!rs_has_source(s->model, k)) continue;
        recsys_status status = add_table(s, k, err);
        if (status != RECSYS_OK) return status;
    }
    return rs_model_bind_fusion(s->model, err);
}

/* From places and scaled scores to parts, as rs_fused_part has them. */
static void value_opinions(study *s)
{
    const rs_fusion *f = &s->model->fusion;
    for (size_t i = 0; i < s->holdout.count; i++)
        for (size_t j = 0; j < s->opinions[i].count * s->members; j++) {
            uint32_t place = s->place[i][j];
            double *part = &s->opinions[i].part[j];
            if (place != unknown)
                *part = f->table[s->member[j % s->members]][place] + 1e-6 * *part;
        }
}

static recsys_status add_shares(study *s, const recsys_progress *progress, recsys_error *err)
{
    double learned[RS_SOURCES];
    recsys_runtime *r = s->model->runtime;
    value_opinions(s);
    recsys_status status =
        rs_shares_learn(learned, s->members, s->opinions, s->holdout.count, r, progress, err);
    if (status != RECSYS_OK) return status;
    double *share = rs_array_zero(r, RS_SOURCES, sizeof *share);
    if (share == NULL) return rs_fail_memory(err, "calibration");
    for (size_t k = 0; k < s->members; k++) share[s->member[k]] = learned[k];
    status = rs_container_add(&s->model->parts, "fusion.share", 1, share,
                              RS_SOURCES * sizeof *share, share, err);
    return status != RECSYS_OK ? status : rs_model_bind_fusion(s->model, err);
}

/* ---- second pass: which fusion ranks best ---------------------------------------- */

static double ndcg_of_list(const study *s, const recsys_context *c, size_t i, size_t count)
{
    const rs_holdout *h = &s->holdout;
    uint8_t hit[RS_NDCG_AT];
    size_t relevant = 0;
    for (uint64_t at = h->ptr[i]; at < h->ptr[i + 1]; at++) relevant += h->hit[at];
    for (size_t k = 0; k < count; k++)
        hit[k] = (uint8_t)rs_holdout_hit(h, i, c->scratch.picked[k]);
    return relevant > 0 ? rs_ndcg(hit, count, relevant) : NAN;
}

static recsys_status second_pass(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    study *s = shared;
    recsys_context *c = s->context[thread];
    for (size_t i = task * BLOCK; i < s->holdout.count && i < (task + 1) * BLOCK; i++) {
        begin(s, c, i);
        rs_score_sources(c, RS_RANKS);
        for (rs_fusion_kind kind = RS_CALIBRATED; kind <= RS_RRF; kind++) {
            c->settings.hybrid.fusion = kind;
            rs_candidates(s->twin.model, &c->settings, NULL,
                          &c->scratch); /* picking uses them up */
            double largest = rs_fuse(s->twin.model, &c->settings, &c->scratch);
            size_t count =
                rs_pick(s->twin.model, &c->settings, &c->scratch, largest, RS_NDCG_AT);
            s->ndcg[i][kind] = ndcg_of_list(s, c, i, count);
        }
    }
    return RECSYS_OK;
}

/* ---- the whole ------------------------------------------------------------------- */

static recsys_status make_contexts(study *s, recsys_error *err)
{
    for (size_t t = 0; t < s->threads; t++) {
        const recsys_model *twin = s->twin.model;
        recsys_status status = rs_context_make(&s->context[t], s->twin.model, err);
        if (status != RECSYS_OK) return status;
        rs_context_use(s->context[t], &twin->settings);
        status = rs_variety_prepare(twin, &twin->settings, &s->context[t]->scratch, err);
        if (status == RECSYS_OK)
            status = rs_genres_make(&s->context[t]->scratch.genres, twin, err);
        if (status != RECSYS_OK) return status;
    }
    return RECSYS_OK;
}

static recsys_status prepare(study *s, recsys_error *err)
{
    recsys_runtime *r = s->model->runtime;
    size_t count = s->holdout.count;
    for (size_t k = 0; k < RS_SOURCES; k++)
        if (rs_is_collaborative(k) && rs_has_source(s->model, k)) s->member[s->members++] = k;
    s->threads = rs_parallel_threads(r, (count + BLOCK - 1) / BLOCK);
    s->context = rs_array_zero(r, s->threads, sizeof *s->context);
    s->hits = rs_array_zero(r, s->threads * CELLS, sizeof *s->hits);
    s->seen = rs_array_zero(r, s->threads * CELLS, sizeof *s->seen);
    s->opinions = rs_array_zero(r, count, sizeof *s->opinions);
    s->place = rs_array_zero(r, count, sizeof *s->place);
    s->ndcg = rs_array_zero(r, count, sizeof *s->ndcg);
    s->records = rs_array_zero(r, count, sizeof *s->records);
    s->ranker = rs_array_zero(r, 1, sizeof *s->ranker);
    if (s->context == NULL || s->hits == NULL || s->seen == NULL || s->opinions == NULL ||
        s->place == NULL || s->ndcg == NULL || s->records == NULL || s->ranker == NULL)
        return rs_fail_memory(err, "calibration");
    rs_ranker_years(s->twin.model, s->ranker);
    return make_contexts(s, err);
}

static void release(study *s)
{
    recsys_runtime *r = s->model->runtime;
    for (size_t t = 0; s->context != NULL && t < s->threads; t++)
        rs_context_free(s->context[t]);
    for (size_t i = 0; i < s->holdout.count; i++) {
        if (s->opinions != NULL) rs_free(r, s->opinions[i].hit);
        if (s->opinions != NULL) rs_free(r, s->opinions[i].part);
        if (s->place != NULL) rs_free(r, s->place[i]);
        if (s->records != NULL) rs_ranker_user_free(&s->records[i], r);
    }
    rs_free(r, s->context);
    rs_free(r, s->hits);
    rs_free(r, s->seen);
    rs_free(r, s->opinions);
    rs_free(r, s->place);
    rs_free(r, s->ndcg);
    rs_free(r, s->records);
    rs_free(r, s->ranker);
    rs_holdout_free(&s->holdout);
    rs_twin_free(&s->twin);
}

static recsys_status add_head(study *s, double relevance, recsys_error *err)
{
    rs_fusion_head *head = rs_array_zero(s->model->runtime, 1, sizeof *head);
    if (head == NULL) return rs_fail_memory(err, "calibration");
    *head = (rs_fusion_head){.ranks = RS_RANKS, .chosen = RS_CALIBRATED};
    head->relevance = relevance;
    return rs_container_add(&s->model->parts, "fusion.head", 1, head, sizeof *head, head, err);
}

/* Means over users in their order; the head is still ours to write. */
static void note_verdict(study *s)
{
    rs_fusion_head *head = rs_container_find(&s->model->parts, "fusion.head")->owned;
    double sum[RS_RRF + 1] = {0};
    for (size_t i = 0; i < s->holdout.count; i++) {
        if (isnan(s->ndcg[i][RS_CALIBRATED])) continue;
        head->users++;
        for (size_t k = RS_CALIBRATED; k <= RS_RRF; k++) sum[k] += s->ndcg[i][k];
    }
    for (size_t k = RS_CALIBRATED; k <= RS_RRF && head->users > 0; k++)
        head->ndcg[k] = sum[k] / (double)head->users;
    if (head->ndcg[RS_MINMAX] > head->ndcg[RS_CALIBRATED]) head->chosen = RS_MINMAX;
}

static recsys_status add_ranker(study *s, const recsys_progress *progress, recsys_error *err)
{
    rs_ranker *ranker = s->ranker;
    recsys_status status =
        rs_ranker_learn(ranker, s->model, s->records, s->holdout.count, progress, err);
    if (status != RECSYS_OK) return status;
    s->ranker = NULL;
    status = rs_container_add(&s->model->parts, "fusion.ranker", 1, ranker, sizeof *ranker,
                              ranker, err);
    return status != RECSYS_OK ? status : rs_model_bind_fusion(s->model, err);
}

/* Contexts of the twin go by what was learned from now on. */
static void use_learned(study *s)
{
    s->twin.model->fusion = s->model->fusion;
    for (size_t t = 0; t < s->threads; t++) {
        s->context[t]->counted = 0;
        rs_context_use(s->context[t], &s->twin.model->settings);
    }
}

recsys_status rs_calibrate(recsys_model *model, const recsys_config *config, double relevance,
                           const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    recsys_runtime *r = model->runtime;
    study s = {.model = model, .twin = {.ease = {.runtime = r}}, .holdout = {.runtime = r}};
    RS_TRY(rs_holdout_draw(&s.holdout, model, relevance, err));
    RS_TRY(rs_twin_make(&s.twin, model, s.holdout.hidden, config, progress, err));
    RS_TRY(prepare(&s, err));
    size_t tasks = (s.holdout.count + BLOCK - 1) / BLOCK;
    RS_TRY(rs_parallel(r, tasks, first_pass, &s, "calibration", progress, err));
    RS_TRY(add_head(&s, relevance, err));
    RS_TRY(add_tables(&s, err));
    RS_TRY(add_shares(&s, progress, err));
    use_learned(&s);
    RS_TRY(rs_parallel(r, tasks, second_pass, &s, "validation", progress, err));
    note_verdict(&s);
    RS_TRY(rs_model_bind_fusion(model, err));
    RS_TRY(add_ranker(&s, progress, err));
out:
    release(&s);
    return status;
}
