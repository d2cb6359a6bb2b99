#include "models/scratch.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"

double rs_power(double x, double b)
{
    double result = 1, root = x;
    if (b >= 2) return x * x;
    if (b >= 1) {
        result = x;
        b -= 1;
    }
    for (int bit = 0; bit < 40 && b > 0; bit++) {
        root = sqrt(root);
        b *= 2;
        if (b < 1) continue;
        result *= root;
        b -= 1;
    }
    return result;
}

static int make_scores(rs_scores *scores, recsys_runtime *runtime, size_t movies)
{
    scores->score = rs_array_zero(runtime, movies, sizeof *scores->score);
    scores->scored = rs_array_zero(runtime, movies, sizeof *scores->scored);
    scores->touched = rs_array(runtime, movies, sizeof *scores->touched);
    scores->rank = rs_array_zero(runtime, movies, sizeof *scores->rank);
    return scores->score != NULL && scores->scored != NULL && scores->touched != NULL &&
           scores->rank != NULL;
}

static int make_arrays(rs_scratch *s, const recsys_model *model)
{
    size_t movies = model->movies.count, users = model->users.count;
    size_t k = (size_t)model->settings.cf.n_neighbors;
    recsys_runtime *r = s->runtime;
    int made = 1;
    for (size_t i = 0; i < RS_SOURCES; i++) made &= make_scores(&s->scores[i], r, movies);
    s->candidate = rs_array_zero(r, movies, 1);
    s->sums = rs_array_zero(r, users, sizeof *s->sums);
    s->met = rs_array(r, users, sizeof *s->met);
    s->neighbour = rs_array(r, k < users ? k + 1 : users + 1, sizeof *s->neighbour);
    s->weight_sum = rs_array_zero(r, movies, sizeof(double));
    s->value_sum = rs_array_zero(r, movies, sizeof(double));
    s->reached = rs_array(r, movies, sizeof *s->reached);
    s->raters = rs_array(r, movies, sizeof *s->raters);
    s->mean = rs_array(r, movies, sizeof(double));
    s->quality = rs_array(r, movies, sizeof(double));
    s->ranked = rs_array(r, movies, 2 * sizeof *s->ranked);
    s->recall = rs_array_zero(r, movies, sizeof(double));
    s->final = rs_array_zero(r, movies, sizeof(double));
    s->picked = rs_array(r, movies, sizeof *s->picked);
    s->profile.movie = rs_array(r, movies, sizeof *s->profile.movie);
    s->profile.rating = rs_array(r, movies, sizeof *s->profile.rating);
    return made && s->candidate != NULL && s->sums != NULL && s->met != NULL &&
           s->neighbour != NULL && s->weight_sum != NULL && s->value_sum != NULL &&
           s->reached != NULL && s->raters != NULL && s->mean != NULL && s->quality != NULL &&
           s->ranked != NULL && s->recall != NULL && s->final != NULL && s->picked != NULL &&
           s->profile.movie != NULL && s->profile.rating != NULL;
}

void rs_discount_raters(const recsys_model *model, rs_scratch *scratch, size_t movie,
                        uint64_t raters)
{
    double n = raters > 0 ? (double)raters : 1;
    const rs_settings *settings = &model->settings;
    if (scratch->discount[0] != NULL)
        scratch->discount[0][movie] = rs_power(n, settings->cf.popularity_discount);
    if (scratch->discount[1] != NULL)
        scratch->discount[1][movie] = rs_power(n, settings->content.popularity_discount);
}

/* A discount of exponent 0 needs no array. */
static int make_discounts(rs_scratch *scratch, const recsys_model *model)
{
    double b[2] = {model->settings.cf.popularity_discount,
                   model->settings.content.popularity_discount};
    size_t movies = model->movies.count;
    for (size_t k = 0; k < 2; k++) {
        if (b[k] == 0) continue;
        scratch->discount[k] = rs_array(scratch->runtime, movies, sizeof(double));
        if (scratch->discount[k] == NULL) return 0;
    }
    for (size_t i = 0; i < movies; i++)
        rs_discount_raters(model, scratch, i, rs_raters(model, i));
    return 1;
}

recsys_status rs_scratch_make(rs_scratch *scratch, const recsys_model *model, recsys_error *err)
{
    *scratch = (rs_scratch){.runtime = model->runtime};
    if (make_arrays(scratch, model) && make_discounts(scratch, model)) {
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
    void *arrays[] = {s->candidate,   s->sums,          s->met,           s->neighbour,
                      s->weight_sum,  s->value_sum,     s->reached,       s->raters,
                      s->mean,        s->quality,       s->ranked,        s->recall,
                      s->final,       s->picked,        s->profile.movie, s->discount[0],
                      s->discount[1], s->profile.rating};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) rs_free(r, arrays[i]);
    for (size_t i = 0; i < RS_SOURCES; i++) {
        rs_free(r, s->scores[i].score);
        rs_free(r, s->scores[i].scored);
        rs_free(r, s->scores[i].touched);
        rs_free(r, s->scores[i].rank);
    }
    *s = (rs_scratch){0};
}

void rs_scores_clear(rs_scores *scores)
{
    for (size_t i = 0; i < scores->count; i++) {
        scores->scored[scores->touched[i]] = 0;
        scores->rank[scores->touched[i]] = 0;
    }
    scores->count = 0;
}
