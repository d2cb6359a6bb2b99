#include "rank/ranker_learn.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "rank/fuse.h"
#include "rank/ndcg.h"
#include "rank/ranker.h"
#include "rank/taste.h"

/* ---- records ------------------------------------------------------------------------ */

static void record_movie(rs_ranker_user *record, size_t at, const recsys_model *twin,
                         const rs_ranker *years, const rs_scratch *scratch, size_t movie,
                         int tasteful)
{
    double *value = record->movies.value + at * RS_FEATURES;
    for (size_t s = 0; s < RS_SOURCES; s++) {
        const rs_scores *scores = &scratch->scores[s];
        double *scaled = &record->scaled[at * RS_SOURCES + s];
        uint32_t rank = scores->rank[movie];
        *scaled = -1;
        value[s] = 0;
        if (!rs_has_source(twin, s) || !rs_is_scored(scratch, scores, movie)) continue;
        *scaled = rs_scaled_score(scratch, scores, movie);
        value[s] = rs_ranker_feature(*scaled);
        record->place[at * RS_SOURCES + s] = (uint16_t)(rank > 0 ? rank - 1 : RS_RANKS);
    }
    rs_ranker_own(twin, years, movie, value + RS_SOURCES);
    value[RS_SOURCES + RS_BY_TASTE] = tasteful ? rs_ranker_taste(&scratch->genres, movie) : -1;
}

recsys_status rs_ranker_record(rs_ranker_user *record, const recsys_model *twin,
                               const rs_ranker *years, rs_scratch *scratch,
                               const rs_holdout *holdout, size_t i, recsys_error *err)
{
    rs_keyed movies[2 * RS_RANKER_MOVIES];
    recsys_runtime *r = twin->runtime;
    rs_choices *c = &record->movies;
    size_t source[RS_SOURCES], sources = 0;
    for (size_t k = 0; k < RS_SOURCES; k++)
        if (rs_has_source(twin, k)) source[sources++] = k;
    size_t count = rs_high_ranked(scratch, source, sources, RS_RANKER_DEPTH, movies);
    for (uint64_t at = holdout->ptr[i]; at < holdout->ptr[i + 1]; at++)
        record->relevant += holdout->hit[at];
    c->part = (int)(holdout->user[i].key & 1);
    for (size_t j = 0; j < count; j++)
        c->hits += (size_t)rs_holdout_hit(holdout, i, movies[j].value);
    if (c->hits == 0) return RECSYS_OK;
    c->count = count;
    c->hit = rs_array(r, count, sizeof *c->hit);
    c->value = rs_array(r, count, RS_FEATURES * sizeof *c->value);
    record->scaled = rs_array(r, count, RS_SOURCES * sizeof *record->scaled);
    record->place = rs_array_zero(r, count, RS_SOURCES * sizeof *record->place);
    if (c->hit == NULL || c->value == NULL || record->scaled == NULL || record->place == NULL)
        return rs_fail_memory(err, "ranker");
    int tasteful = rs_taste_of(&scratch->genres, &scratch->profile);
    for (size_t j = 0; j < count; j++) {
        c->hit[j] = (uint8_t)rs_holdout_hit(holdout, i, movies[j].value);
        record_movie(record, j, twin, years, scratch, (size_t)movies[j].value, tasteful);
    }
    return RECSYS_OK;
}

void rs_ranker_user_free(rs_ranker_user *record, recsys_runtime *runtime)
{
    rs_free(runtime, record->movies.hit);
    rs_free(runtime, record->movies.value);
    rs_free(runtime, record->scaled);
    rs_free(runtime, record->place);
    *record = (rs_ranker_user){0};
}

/* ---- how good a way of ranking is ------------------------------------------------ */

typedef struct judging {
    const recsys_model *model;
    const rs_ranker_user *records;
    size_t count, teachers;
    double blend[RS_SOURCES];     /* weights of the model's settings */
    double half[2][RS_FEATURES];  /* the ranker's, learned without that part */
    double alone[2][RS_FEATURES]; /* likewise of the best single source */
} judging;

/* A movie's score; NaN: nobody speaks for it. */
typedef double (*score_fn)(const judging *j, const rs_ranker_user *record, size_t movie,
                           size_t source);

static double by_source(const judging *j, const rs_ranker_user *record, size_t movie,
                        size_t source)
{
    (void)j;
    double scaled = record->scaled[movie * RS_SOURCES + source];
    return scaled < 0 ? NAN : scaled;
}

static double by_blend(const judging *j, const rs_ranker_user *record, size_t movie,
                       size_t source)
{
    (void)source;
    const rs_fusion *f = &j->model->fusion;
    double sum = 0;
    for (size_t s = 0; s < RS_SOURCES; s++) {
        double scaled = record->scaled[movie * RS_SOURCES + s];
        if (scaled < 0 || j->blend[s] == 0) continue;
        if (f->chosen == RS_CALIBRATED)
            scaled = f->table[s][record->place[movie * RS_SOURCES + s]] + 1e-6 * scaled;
        sum += j->blend[s] * scaled;
    }
    return sum > 0 ? sum : NAN;
}

static double by_ranker(const judging *j, const rs_ranker_user *record, size_t movie,
                        size_t source)
{
    (void)source;
    const double *weight = j->half[record->movies.part];
    const double *value = record->movies.value + movie * RS_FEATURES;
    double sum = 0;
    for (size_t k = 0; k < RS_FEATURES; k++) sum += weight[k] * value[k];
    return sum;
}

/* The first ten by score; movies come by number, so that equal ones stay in order. */
static double judge_user(const judging *j, const rs_ranker_user *record, score_fn score,
                         size_t source)
{
    double best[RS_NDCG_AT];
    uint8_t hit[RS_NDCG_AT];
    size_t count = 0;
    for (size_t i = 0; i < record->movies.count; i++) {
        double value = score(j, record, i, source);
        if (isnan(value) || (count == RS_NDCG_AT && !(value > best[count - 1]))) continue;
        size_t at = count < RS_NDCG_AT ? count++ : count - 1;
        for (; at > 0 && best[at - 1] < value; at--) {
            best[at] = best[at - 1];
            hit[at] = hit[at - 1];
        }
        best[at] = value;
        hit[at] = record->movies.hit[i];
    }
    return rs_ndcg(hit, count, record->relevant);
}

/* Fills ndcg[count], 0 for those with nothing to foretell, and returns their mean. */
static double judge(const judging *j, score_fn score, size_t source, double *ndcg)
{
    double sum = 0;
    for (size_t i = 0; i < j->count; i++) {
        ndcg[i] = j->records[i].relevant > 0 ? judge_user(j, &j->records[i], score, source) : 0;
        sum += ndcg[i];
    }
    return sum / (double)j->teachers;
}

/* ---- learning -------------------------------------------------------------------- */

/* What is not known of a movie is as it is on the average. */
static double fill_taste(rs_ranker_user *records, size_t count)
{
    double sum = 0, known = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < records[i].movies.count; j++) {
            double taste = records[i].movies.value[j * RS_FEATURES + RS_SOURCES + RS_BY_TASTE];
            if (taste < 0) continue;
            sum += taste;
            known++;
        }
    double mean = known > 0 ? sum / known : 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < records[i].movies.count; j++) {
            double *taste =
                &records[i].movies.value[j * RS_FEATURES + RS_SOURCES + RS_BY_TASTE];
            if (*taste < 0) *taste = mean;
        }
    return mean;
}

static void find_single(rs_ranker *ranker, const judging *j, double *single, double *room)
{
    double mean;
    ranker->ndcg[RS_USE_SINGLE] = -1;
    for (size_t s = 0; s < RS_SOURCES; s++) {
        if (!rs_has_source(j->model, s)) continue;
        mean = judge(j, by_source, s, room);
        if (!(mean > ranker->ndcg[RS_USE_SINGLE])) continue;
        ranker->ndcg[RS_USE_SINGLE] = mean;
        ranker->single = s;
        memcpy(single, room, j->count * sizeof *single);
    }
}

/* Log-likelihood of the users' hits, each half by what the other one taught. */
static void foretell(const judging *j, const double weight[2][RS_FEATURES], double *likelihood)
{
    for (size_t i = 0; i < j->count; i++) {
        const rs_choices *movies = &j->records[i].movies;
        likelihood[i] = rs_choices_likelihood(movies, weight[movies->part]);
    }
}

static int is_no_worse(const judging *j, const double *ndcg, const double *than)
{
    rs_gain gain = rs_gain_over(ndcg, than, j->count, j->teachers);
    return gain.mean >= -gain.error;
}

/* room[5][count]: NDCG by use, likelihood of the ranker and of the single source. */
static void choose(rs_ranker *ranker, const judging *j, double *room)
{
    double *blend = room, *single = room + j->count, *ranked = room + 2 * j->count;
    double *likely = room + 3 * j->count, *likely_alone = room + 4 * j->count;
    ranker->ndcg[RS_USE_BLEND] = judge(j, by_blend, 0, blend);
    ranker->ndcg[RS_USE_RANKER] = judge(j, by_ranker, 0, ranked);
    foretell(j, j->half, likely);
    foretell(j, j->alone, likely_alone);
    rs_gain gain = rs_gain_over(likely, likely_alone, j->count, j->teachers);
    ranker->gain = gain.mean;
    ranker->error = gain.error;
    if (gain.mean > 2 * gain.error && is_no_worse(j, ranked, single) &&
        is_no_worse(j, ranked, blend))
        ranker->use = RS_USE_RANKER;
    else if (ranker->ndcg[RS_USE_SINGLE] > ranker->ndcg[RS_USE_BLEND])
        ranker->use = RS_USE_SINGLE;
}

static recsys_status learn(rs_ranker *ranker, judging *j, const rs_choices *users,
                           const recsys_progress *progress, recsys_error *err)
{
    static const uint8_t none[RS_FEATURES];
    uint8_t others[RS_FEATURES];
    recsys_status status;
    recsys_runtime *r = j->model->runtime;
    double weight[RS_FEATURES];
    memset(others, 1, sizeof others);
    others[ranker->single] = 0;
    for (int part = 0; part < 2; part++) {
        RS_TRY(rs_ranker_fit(j->half[part], users, j->count, part, none, r, progress, err));
        RS_TRY(rs_ranker_fit(j->alone[part], users, j->count, part, others, r, progress, err));
    }
    RS_TRY(rs_ranker_fit(weight, users, j->count, -1, none, r, progress, err));
    memcpy(ranker->source, weight, sizeof ranker->source);
    memcpy(ranker->movie, weight + RS_SOURCES, sizeof ranker->movie);
out:
    return status;
}

recsys_status rs_ranker_learn(rs_ranker *ranker, const recsys_model *model,
                              rs_ranker_user *records, size_t count,
                              const recsys_progress *progress, recsys_error *err)
{
    recsys_runtime *r = model->runtime;
    judging j = {.model = model, .records = records, .count = count};
    rs_settings settings = model->settings;
    ranker->use = RS_USE_BLEND;
    ranker->taste = fill_taste(records, count);
    for (size_t i = 0; i < count; i++) j.teachers += records[i].relevant > 0;
    if (j.teachers == 0) return RECSYS_OK;
    settings.hybrid.fusion = RS_AUTO;
    rs_weigh_sources(model, &settings, j.blend);
    double *room = rs_array(r, count, 5 * sizeof *room);
    rs_choices *users = rs_array(r, count, sizeof *users);
    recsys_status status = RECSYS_OK;
    if (room == NULL || users == NULL) status = rs_fail_memory(err, "ranker");
    for (size_t i = 0; status == RECSYS_OK && i < count; i++) users[i] = records[i].movies;
    ranker->users = j.teachers;
    if (status == RECSYS_OK) find_single(ranker, &j, room + count, room);
    if (status == RECSYS_OK) status = learn(ranker, &j, users, progress, err);
    if (status == RECSYS_OK) choose(ranker, &j, room);
    rs_free(r, room);
    rs_free(r, users);
    return status;
}
