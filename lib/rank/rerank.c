#include "rank/rerank.h"

#include "rank/fuse.h"
#include "rank/variety.h"

/* ---- quality --------------------------------------------------------------------- */

/* Mean drawn towards the mean of all ratings as if `damping` more people had given that. */
static double damped_mean(const recsys_model *model, double damping, uint64_t raters,
                          double sum)
{
    double n = (double)raters + damping;
    return n > 0 ? (sum + damping * model->statistics.mean) / n : 0;
}

static void count_movie(const recsys_model *model, const rs_settings *settings,
                        rs_scratch *scratch, size_t movie)
{
    uint64_t raters = rs_raters(model, movie);
    double sum = model->statistics.movie_sum[movie];
    const rs_matrix *m = &model->ratings;
    double span = (double)m->scale_max - (double)m->scale_min, mean = 0;
    double prior = settings->rerank.rating_damping;
    if (raters > 0 || prior > 0)
        mean = damped_mean(model, prior, raters, sum) - (double)m->scale_min;
    double scaled = span > 0 ? mean / span : raters > 0 ? 1 : 0;
    double popularity = (double)raters / (double)model->statistics.most_raters;
    double p = settings->rerank.popularity_weight, r = settings->rerank.rating_weight;
    scratch->quality[movie] = p * popularity + r * scaled;
    double d = settings->list.prediction_damping;
    scratch->mean[movie] =
        raters > 0 || d > 0 ? damped_mean(model, d, raters, sum) : model->statistics.mean;
}

void rs_movies_count(const recsys_model *model, const rs_settings *settings,
                     rs_scratch *scratch)
{
    for (size_t i = 0; i < model->movies.count; i++) count_movie(model, settings, scratch, i);
    double most = 0;
    for (size_t place = model->movies.count; place-- > 0;) {
        double quality = scratch->quality[model->statistics.popular[place]];
        if (quality > most) most = quality;
        scratch->most_quality[place] = most;
    }
}

double rs_from_five(const recsys_model *model, double value)
{
    double low = (double)model->ratings.scale_min, high = (double)model->ratings.scale_max;
    return low >= 0 ? value / 5 * high : low + value / 5 * (high - low);
}

double rs_predicted(const rs_settings *settings, const rs_scratch *scratch, size_t movie)
{
    double d = settings->list.prediction_damping;
    double weight = scratch->votes[movie].weight + d;
    if (!(weight > 0)) return scratch->mean[movie];
    return (scratch->votes[movie].value + d * scratch->mean[movie]) / weight;
}

/* ---- choosing -------------------------------------------------------------------- */

/* User CF scores whatever its weight; without one it does not make a movie known. */
static int scored_by_any(const rs_scratch *s, size_t movie)
{
    for (size_t k = 0; k < RS_SOURCES; k++)
        if (s->weight[k] > 0 && rs_is_scored(s, &s->scores[k], movie)) return 1;
    return 0;
}

/* What a choice goes by. */
typedef struct choice {
    const recsys_model *model;
    const rs_settings *settings;
    rs_scratch *scratch;
    double largest; /* recall */
    double least;   /* predicted rating */
    rs_heap best;
} choice;

static double blended(const choice *c, double recall, double quality)
{
    double w = c->settings->rerank.quality_weight;
    return recall * (1 - w) + quality * w;
}

/* Of a candidate that is not listed. */
static double unlisted_recall(const choice *c, size_t movie)
{
    rs_fusion_kind kind = rs_fusion_used(c->model, c->settings);
    double recall = rs_recall_of(c->model, kind, c->scratch, movie);
    return c->largest > 0 ? recall / c->largest : recall;
}

static void consider(choice *c, uint32_t movie, double recall)
{
    double final = blended(c, recall, c->scratch->quality[movie]);
    rs_keyed place = {rs_falling(final), movie};
    if (!rs_heap_admits(&c->best, place)) return;
    if (!(final > 0) && !scored_by_any(c->scratch, movie)) return;
    if (rs_predicted(c->settings, c->scratch, movie) < c->least) return;
    rs_heap_offer(&c->best, place);
}

/* Recall falls from one to the next and no quality is above `most`: can nobody from here on be
 * chosen? */
static int is_over(const choice *c, double recall, double most)
{
    double final = blended(c, recall, most);
    if (!(final > 0) && c->scratch->weight[RS_POPULARITY] == 0) return 1;
    return rs_heap_is_full(&c->best) && rs_falling(final) > c->best.items[0].key;
}

/* Candidates that are not listed: as far down the popular order as it takes. */
static void consider_popular(choice *c)
{
    const rs_scratch *s = c->scratch;
    const recsys_model *model = c->model;
    for (size_t place = 0; place < model->movies.count; place++) {
        uint32_t movie = model->statistics.popular[place];
        if (!s->candidate[movie] || s->is_listed[movie]) continue;
        double recall = unlisted_recall(c, movie);
        if (is_over(c, recall, s->most_quality[place])) return;
        consider(c, movie, recall);
    }
}

/* The best `limit` of the candidates that are scored and predicted well enough. */
static size_t pick_best(choice *c, size_t limit)
{
    rs_scratch *s = c->scratch;
    c->best = (rs_heap){.items = s->ranked, .most = limit};
    for (size_t i = 0; i < s->listed_count; i++)
        consider(c, s->listed[i], s->recall[s->listed[i]]);
    consider_popular(c);
    size_t count = rs_heap_sort(&c->best);
    for (size_t k = 0; k < count; k++) {
        s->picked[k] = (uint32_t)c->best.items[k].value;
        s->final[s->picked[k]] = rs_fallen(c->best.items[k].key);
    }
    return count;
}

/* Candidates not yet picked, most raters first. */
static size_t fill_by_popularity(const choice *c, size_t count, size_t limit)
{
    rs_scratch *s = c->scratch;
    for (size_t i = 0; i < count; i++) s->candidate[s->picked[i]] = 0;
    for (size_t i = 0; i < c->model->movies.count && count < limit; i++) {
        uint32_t movie = c->model->statistics.popular[i];
        if (!s->candidate[movie]) continue;
        double recall = s->is_listed[movie] ? s->recall[movie] : unlisted_recall(c, movie);
        s->final[movie] = blended(c, recall, s->quality[movie]);
        s->picked[count++] = movie;
    }
    return count;
}

size_t rs_pick(const recsys_model *model, const rs_settings *settings, rs_scratch *scratch,
               double largest, size_t limit)
{
    choice c = {model,
                settings,
                scratch,
                largest,
                rs_from_five(model, settings->list.min_rating_threshold),
                {NULL, 0, 0}};
    size_t count = pick_best(&c, rs_variety_pool(model, settings, limit));
    rs_variety_choose(model, settings, scratch, count, limit);
    if (count >= limit) return limit;
    return fill_by_popularity(&c, count, limit);
}
