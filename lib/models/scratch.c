#include "models/scratch.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* ---- arrays ---------------------------------------------------------------------- */

/* How many items an array has. */
typedef enum extent { MOVIES, MORE_MOVIES, NEAREST, EXTENTS } extent;

typedef struct array {
    size_t offset; /* of the pointer in its struct */
    extent extent;
    size_t size;
} array;

#define ARRAY(type, field, extent, size)                                                       \
    {                                                                                          \
        offsetof(type, field), extent, size                                                    \
    }
static const array of_scores[] = {
    ARRAY(rs_scores, score, MOVIES, sizeof(double)),
    ARRAY(rs_scores, scored, MOVIES, 1),
    ARRAY(rs_scores, touched, MOVIES, sizeof(uint32_t)),
    ARRAY(rs_scores, rank, MOVIES, sizeof(uint32_t)),
};
static const array of_scratch[] = {
    ARRAY(rs_scratch, candidate, MOVIES, 1),
    ARRAY(rs_scratch, profile.movie, MOVIES, sizeof(uint32_t)),
    ARRAY(rs_scratch, profile.rating, MOVIES, sizeof(float)),
    ARRAY(rs_scratch, profile.worth, MOVIES, sizeof(double)),
    ARRAY(rs_scratch, neighbour, NEAREST, sizeof(rs_neighbour)),
    ARRAY(rs_scratch, votes, MOVIES, sizeof(rs_votes)),
    ARRAY(rs_scratch, reached, MORE_MOVIES, sizeof(uint32_t)),
    ARRAY(rs_scratch, raters, MOVIES, sizeof(uint32_t)),
    ARRAY(rs_scratch, mean, MOVIES, sizeof(double)),
    ARRAY(rs_scratch, quality, MOVIES, sizeof(double)),
    ARRAY(rs_scratch, most_quality, MOVIES, sizeof(double)),
    ARRAY(rs_scratch, listed, MOVIES, sizeof(uint32_t)),
    ARRAY(rs_scratch, is_listed, MOVIES, 1),
    ARRAY(rs_scratch, ranked, MOVIES, 2 * sizeof(rs_keyed)),
    ARRAY(rs_scratch, recall, MOVIES, sizeof(double)),
    ARRAY(rs_scratch, final, MOVIES, sizeof(double)),
    ARRAY(rs_scratch, picked, MOVIES, sizeof(uint32_t)),
};
enum {
    OF_SCORES = sizeof of_scores / sizeof *of_scores,
    OF_SCRATCH = sizeof of_scratch / sizeof *of_scratch
};

static int make_zeroed(recsys_runtime *runtime, void *owner, const array *arrays, size_t count,
                       const size_t extents[EXTENTS])
{
    for (size_t i = 0; i < count; i++) {
        void *made = rs_array_zero(runtime, extents[arrays[i].extent], arrays[i].size);
        memcpy((char *)owner + arrays[i].offset, &made, sizeof made);
        if (made == NULL) return 0;
    }
    return 1;
}

static void free_arrays(recsys_runtime *runtime, void *owner, const array *arrays, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        void *made;
        memcpy(&made, (char *)owner + arrays[i].offset, sizeof made);
        rs_free(runtime, made);
    }
}

static int make_arrays(rs_scratch *s, const recsys_model *model)
{
    size_t users = model->users.count, most = (size_t)model->settings.cf.n_neighbors;
    const size_t extents[EXTENTS] = {model->movies.count, model->movies.count + 1,
                                     most < users && model->reverse.ptr == NULL ? most : users};
    for (size_t i = 0; i < RS_SOURCES; i++)
        if (!make_zeroed(s->runtime, &s->scores[i], of_scores, OF_SCORES, extents)) return 0;
    return make_zeroed(s->runtime, s, of_scratch, OF_SCRATCH, extents);
}

/* ---- discounts ------------------------------------------------------------------- */

/* A discount of exponent 0 needs no array; a movie without raters counts as one with one. */
static int make_discounts(rs_scratch *scratch, const recsys_model *model)
{
    size_t movies = model->movies.count;
    for (size_t s = 0; s < RS_SOURCES; s++) {
        if (model->settings.discount[s] == 0 || !rs_has_source(model, s)) continue;
        scratch->discount[s] = rs_array(scratch->runtime, movies, sizeof(double));
        if (scratch->discount[s] == NULL) return 0;
        for (size_t i = 0; i < movies; i++) {
            uint64_t raters = rs_raters(model, i);
            scratch->discount[s][i] =
                rs_power(raters > 0 ? (double)raters : 1, model->settings.discount[s]);
        }
    }
    return 1;
}

static int make_folding(rs_scratch *scratch, const recsys_model *model)
{
    rs_folding *f = &scratch->ials;
    if (!rs_has_source(model, RS_IALS)) return 1;
    size_t factors = (size_t)model->ials.head->factors;
    f->matrix = rs_array_zero(scratch->runtime, factors * factors, sizeof *f->matrix);
    f->user = rs_array_zero(scratch->runtime, factors, sizeof *f->user);
    f->movie = rs_array_zero(scratch->runtime, factors, sizeof *f->movie);
    return f->matrix != NULL && f->user != NULL && f->movie != NULL;
}

recsys_status rs_scratch_make(rs_scratch *scratch, const recsys_model *model, recsys_error *err)
{
    *scratch = (rs_scratch){.runtime = model->runtime, .recent = model->statistics.recent};
    rs_pairs pairs = rs_user_pairs(model);
    size_t most = (size_t)model->settings.cf.n_neighbors;
    if (most > pairs.matrix->users) most = pairs.matrix->users;
    if (model->ease_whole != NULL)
        scratch->ease = rs_array(scratch->runtime, model->movies.count + 2 * model->users.count,
                                 sizeof *scratch->ease);
    if ((model->ease_whole == NULL || scratch->ease != NULL) && make_arrays(scratch, model) &&
        make_discounts(scratch, model) && make_folding(scratch, model) &&
        rs_live_make(&scratch->live, &pairs, most, err) == RECSYS_OK &&
        (model->reverse.ptr == NULL || rs_live_turn(&scratch->live, model, err) == RECSYS_OK)) {
        for (size_t i = 0; i < model->movies.count; i++)
            scratch->raters[i] = (uint32_t)rs_raters(model, i);
        return RECSYS_OK;
    }
    rs_scratch_free(scratch);
    return rs_fail_memory(err, "context");
}

void rs_scratch_free(rs_scratch *s)
{
    recsys_runtime *r = s->runtime;
    if (r == NULL) return;
    free_arrays(r, s, of_scratch, OF_SCRATCH);
    rs_live_free(&s->live);
    rs_free(r, s->ease);
    rs_genres_free(&s->genres, r);
    rs_free(r, s->ranker.own);
    for (size_t i = 0; i < RS_SOURCES; i++) free_arrays(r, &s->scores[i], of_scores, OF_SCORES);
    for (size_t k = 0; k < RS_SOURCES; k++) rs_free(r, s->discount[k]);
    rs_free(r, s->ials.matrix);
    rs_free(r, s->ials.user);
    rs_free(r, s->ials.movie);
    *s = (rs_scratch){0};
}

void rs_scores_clear(rs_scores *scores)
{
    for (size_t i = 0; i < scores->count; i++) {
        scores->scored[scores->touched[i]] = 0;
        scores->rank[scores->touched[i]] = 0;
    }
    scores->count = 0;
    scores->by_raters = 0;
}
