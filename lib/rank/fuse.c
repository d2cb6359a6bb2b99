#include "rank/fuse.h"

#include <string.h>

#include "base/exponential.h"
#include "rank/ranker.h"

/* ---- ranks ----------------------------------------------------------------------- */

enum { BINS = 1024, FEW = 32 };

/* Bring at least the first `keep` in rank order to the front, and few more, in any order.
 * Returns how many. The keys are those of the scores between `high` and `low`. */
static size_t select_first(rs_keyed *items, rs_keyed *spare, size_t count, size_t keep,
                           double high, double low)
{
    uint64_t first = rs_falling(high), span = rs_falling(low) - first;
    size_t bins[BINS] = {0}, within = 0, last = 0, taken = 0;
    int shift = 0;
    while (span >> shift >= BINS) shift++;
    for (size_t i = 0; i < count; i++) bins[(items[i].key - first) >> shift]++;
    while (within < keep) within += bins[last++];
    for (size_t i = 0; i < count; i++) {
        spare[taken] = items[i];
        taken += (items[i].key - first) >> shift < last;
    }
    memcpy(items, spare, taken * sizeof *items);
    return taken;
}

/* Equal keys by value. */
static void sort_equal(rs_keyed *items, rs_keyed *spare, size_t count)
{
    if (count > FEW) {
        rs_swap_keyed(items, count);
        rs_sort_keyed(items, spare, count);
        rs_swap_keyed(items, count);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        rs_keyed item = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1].value > item.value; at--) items[at] = items[at - 1];
        items[at] = item;
    }
}

static void sort_ranks(rs_keyed *items, rs_keyed *spare, size_t count)
{
    rs_sort_keyed(items, spare, count);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && items[to].key == items[from].key;) to++;
        if (to - from > 1) sort_equal(items + from, spare, to - from);
    }
}

/* The candidates among a source's movies; *sorted tells whether they come in rank order. */
static size_t gather(const rs_scratch *scratch, rs_scores *scores, rs_keyed *items, int *sorted)
{
    size_t count = 0;
    *sorted = 1;
    for (size_t i = 0; i < scores->count; i++) {
        uint32_t movie = scores->touched[i];
        if (!scratch->candidate[movie]) continue;
        double score = scores->score[movie];
        if (count == 0 || score < scores->low) scores->low = score;
        if (count == 0 || score > scores->high) scores->high = score;
        items[count] = (rs_keyed){rs_falling(score), movie};
        if (count > 0 && !rs_keyed_before(&items[count - 1], &items[count])) *sorted = 0;
        count++;
    }
    return count;
}

static void rank_touched(rs_scratch *scratch, rs_scores *scores, size_t ranks)
{
    int sorted;
    rs_keyed *items = scratch->ranked;
    size_t count = gather(scratch, scores, items, &sorted);
    size_t keep = count < ranks ? count : ranks;
    if (!sorted && keep > 0) {
        rs_keyed *spare = items + count;
        size_t taken = keep < count
                           ? select_first(items, spare, count, keep, scores->high, scores->low)
                           : count;
        sort_ranks(items, spare, taken);
    }
    for (size_t i = 0; i < keep; i++) scores->rank[items[i].value] = (uint32_t)i + 1;
}

/* ---- ranks by raters ------------------------------------------------------------- */

static int is_rated_candidate(const rs_scratch *s, uint32_t movie)
{
    return s->candidate[movie] && s->raters[movie] > 0;
}

/* The candidates that have raters, along the popular order. */
static void rank_by_raters(const recsys_model *model, rs_scratch *scratch, rs_scores *scores,
                           size_t ranks)
{
    const uint32_t *popular = model->statistics.popular;
    size_t first = 0, last = model->movies.count;
    while (last > 0 && !is_rated_candidate(scratch, popular[last - 1])) last--;
    if (last == 0) return;
    while (!is_rated_candidate(scratch, popular[first])) first++;
    scores->high = rs_score_of(scratch, scores, popular[first]);
    scores->low = rs_score_of(scratch, scores, popular[last - 1]);
    for (size_t place = first; place < last && scores->count < ranks; place++) {
        uint32_t movie = popular[place];
        if (!is_rated_candidate(scratch, movie)) continue;
        scores->touched[scores->count++] = movie;
        scores->rank[movie] = (uint32_t)scores->count;
    }
}

void rs_rank_source(const recsys_model *model, rs_scratch *scratch, rs_scores *scores,
                    size_t ranks)
{
    if (scores->by_raters)
        rank_by_raters(model, scratch, scores, ranks);
    else
        rank_touched(scratch, scores, ranks);
}

/* ---- who is ranked high ---------------------------------------------------------- */

size_t rs_high_ranked(const rs_scratch *scratch, const size_t *source, size_t sources,
                      size_t depth, rs_keyed *movies)
{
    size_t count = 0, distinct = 0;
    for (size_t k = 0; k < sources; k++) {
        const rs_scores *scores = &scratch->scores[source[k]];
        for (size_t j = 0; j < scores->count; j++) {
            uint32_t movie = scores->touched[j], rank = scores->rank[movie];
            if (rank > 0 && rank <= depth) movies[count++] = (rs_keyed){movie, movie};
        }
    }
    rs_sort_keyed(movies, movies + count, count);
    for (size_t j = 0; j < count; j++)
        if (j == 0 || movies[j].value != movies[j - 1].value)
            movies[distinct++].value = movies[j].value;
    return distinct;
}

/* ---- parts ----------------------------------------------------------------------- */

double rs_scaled_score(const rs_scratch *scratch, const rs_scores *scores, size_t movie)
{
    double span = scores->high - scores->low;
    return span > 0 ? (rs_score_of(scratch, scores, movie) - scores->low) / span : 1;
}

double rs_fused_part(const recsys_model *model, rs_fusion_kind kind, size_t source,
                     const rs_scratch *scratch, size_t movie)
{
    const rs_fusion *fusion = &model->fusion;
    const rs_scores *scores = &scratch->scores[source];
    size_t rank = scores->rank[movie];
    if (kind == RS_MINMAX) return rs_scaled_score(scratch, scores, movie);
    if (kind == RS_RRF)
        return 1.0 / (double)(RS_RRF_CONSTANT + (rank > 0 ? rank : RS_RANKS + 1));
    size_t place = rank > 0 && rank <= fusion->ranks ? rank - 1 : fusion->ranks;
    return fusion->table[source][place] + 1e-6 * rs_scaled_score(scratch, scores, movie);
}

/* Shares of the collaborative group, adding up to 1: those given, and what training learned for
 * the others of what is left. */
static void share_out(const recsys_model *model, const rs_settings *settings,
                      double share[RS_SOURCES])
{
    double given = 0, learned = 0;
    for (size_t s = 0; s < RS_SOURCES; s++) {
        if (!rs_is_collaborative(s) || !rs_has_source(model, s)) continue;
        if (settings->share[s] >= 0)
            given += settings->share[s];
        else
            learned += model->fusion.share[s];
    }
    double left = given < 1 && learned > 0 ? 1 - given : 0;
    double scale = given > 0 && (given > 1 || left == 0) ? 1 / given : 1;
    for (size_t s = 0; s < RS_SOURCES; s++) {
        share[s] = 0;
        if (!rs_is_collaborative(s) || !rs_has_source(model, s)) continue;
        if (settings->share[s] >= 0)
            share[s] = settings->share[s] * scale;
        else if (left > 0)
            share[s] = left * model->fusion.share[s] / learned;
    }
}

void rs_weigh_sources(const recsys_model *model, const rs_settings *settings,
                      double weight[RS_SOURCES])
{
    if (rs_fusion_used(model, settings) == RS_LEARNED) {
        rs_ranker_weigh(model, weight);
        return;
    }
    share_out(model, settings, weight);
    for (size_t s = 0; s < RS_SOURCES; s++) weight[s] *= settings->hybrid.cf_weight;
    weight[RS_CONTENT] = settings->hybrid.content_weight;
    weight[RS_POPULARITY] = settings->hybrid.popularity_weight;
}

rs_fusion_kind rs_fusion_used(const recsys_model *model, const rs_settings *settings)
{
    rs_fusion_kind asked = (rs_fusion_kind)settings->hybrid.fusion;
    if (asked == RS_LEARNED) return rs_ranker_kind(model);
    return asked == RS_AUTO ? model->fusion.chosen : asked;
}

/* ---- recall ---------------------------------------------------------------------- */

static void list(rs_scratch *scratch, uint32_t movie)
{
    if (!scratch->candidate[movie] || scratch->is_listed[movie]) return;
    scratch->is_listed[movie] = 1;
    scratch->listed[scratch->listed_count++] = movie;
}

static void list_movies(rs_scratch *scratch)
{
    for (size_t i = 0; i < scratch->listed_count; i++)
        scratch->is_listed[scratch->listed[i]] = 0;
    scratch->listed_count = 0;
    for (size_t s = 0; s < RS_SOURCES; s++) {
        const rs_scores *scores = &scratch->scores[s];
        if (scratch->weight[s] == 0 || scores->by_raters) continue;
        for (size_t i = 0; i < scores->count; i++) list(scratch, scores->touched[i]);
    }
}

double rs_recall_of(const recsys_model *model, rs_fusion_kind kind, const rs_scratch *scratch,
                    size_t movie)
{
    double recall = 0;
    if (kind == RS_LEARNED) return rs_ranker_recall(model, scratch, movie);
    for (size_t s = 0; s < RS_SOURCES; s++) {
        double weight = scratch->weight[s];
        if (weight != 0 && rs_is_scored(scratch, &scratch->scores[s], movie))
            recall += weight * rs_fused_part(model, kind, s, scratch, movie);
    }
    return recall;
}

/* Of those not listed, the most popular candidate has the largest recall. */
static double largest_unlisted(const recsys_model *model, rs_fusion_kind kind,
                               const rs_scratch *scratch)
{
    for (size_t i = 0; i < model->movies.count; i++) {
        uint32_t movie = model->statistics.popular[i];
        if (scratch->candidate[movie] && !scratch->is_listed[movie])
            return rs_recall_of(model, kind, scratch, movie);
    }
    return 0;
}

/* By the ranker: what popularity numbered is listed too, so that no movie's value has to be
 * known beyond those listed. */
static double fuse_learned(const recsys_model *model, rs_scratch *scratch)
{
    const rs_scores *popular = &scratch->scores[RS_POPULARITY];
    rs_ranker_begin(model, scratch, scratch->listed_count == 0);
    for (size_t i = 0; i < popular->count; i++) list(scratch, popular->touched[i]);
    for (size_t i = 0; i < scratch->listed_count; i++) {
        uint32_t movie = scratch->listed[i];
        double value = rs_ranker_value(model, scratch, movie);
        scratch->recall[movie] = value;
        if (i == 0 || value > scratch->ranker.top) scratch->ranker.top = value;
    }
    for (size_t i = 0; i < scratch->listed_count; i++) {
        double *recall = &scratch->recall[scratch->listed[i]];
        *recall = rs_exp(*recall - scratch->ranker.top);
    }
    return scratch->listed_count > 0;
}

/* To what the movies listed have by the sources before, so that each gets what rs_recall_of
 * would add up. */
static void add_parts(const recsys_model *model, rs_fusion_kind kind, size_t source,
                      rs_scratch *scratch)
{
    const rs_scores *scores = &scratch->scores[source];
    const uint32_t *movies = scores->by_raters ? scratch->listed : scores->touched;
    size_t count = scores->by_raters ? scratch->listed_count : scores->count;
    double weight = scratch->weight[source];
    for (size_t i = 0; i < count; i++) {
        uint32_t movie = movies[i];
        if (!scratch->is_listed[movie] || !rs_is_scored(scratch, scores, movie)) continue;
        scratch->recall[movie] += weight * rs_fused_part(model, kind, source, scratch, movie);
    }
}

double rs_fuse(const recsys_model *model, const rs_settings *settings, rs_scratch *scratch)
{
    rs_fusion_kind kind = rs_fusion_used(model, settings);
    list_movies(scratch);
    if (kind == RS_LEARNED) return fuse_learned(model, scratch);
    double largest = largest_unlisted(model, kind, scratch);
    for (size_t i = 0; i < scratch->listed_count; i++) scratch->recall[scratch->listed[i]] = 0;
    for (size_t s = 0; s < RS_SOURCES; s++)
        if (scratch->weight[s] != 0) add_parts(model, kind, s, scratch);
    for (size_t i = 0; i < scratch->listed_count; i++)
        if (scratch->recall[scratch->listed[i]] > largest)
            largest = scratch->recall[scratch->listed[i]];
    if (largest > 0)
        for (size_t i = 0; i < scratch->listed_count; i++)
            scratch->recall[scratch->listed[i]] /= largest;
    return largest;
}
