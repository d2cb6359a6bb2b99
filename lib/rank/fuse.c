#include "rank/fuse.h"

#include <stdlib.h>

/* ---- ranks ------------------------------------------------------------------------------ */

static int ahead(const rs_ranked *a, const rs_ranked *b)
{
    return a->score != b->score ? a->score > b->score : a->movie < b->movie;
}

static int by_rank(const void *a, const void *b)
{
    return ahead(a, b) ? -1 : 1;
}

/* Bring the first `keep` in rank order to the front, in any order (Hoare's selection). */
static void select_first(rs_ranked *items, size_t count, size_t keep)
{
    size_t low = 0, high = count;
    while (high - low > 16 && keep > low && keep < high) {
        rs_ranked pivot = items[low + (high - low) / 2];
        size_t i = low, j = high - 1;
        for (;;) {
            while (ahead(&items[i], &pivot)) i++;
            while (ahead(&pivot, &items[j])) j--;
            if (i >= j) break;
            rs_ranked swap = items[i];
            items[i++] = items[j];
            items[j--] = swap;
        }
        if (keep <= i)
            high = i;
        else
            low = i == j ? i + 1 : i;
    }
    if (high - low > 1 && keep > low && keep < high)
        qsort(items + low, high - low, sizeof *items, by_rank);
}

void rs_rank_source(rs_scratch *scratch, rs_scores *scores, size_t ranks)
{
    rs_ranked *items = scratch->ranked;
    size_t count = 0;
    for (size_t i = 0; i < scores->count; i++) {
        uint32_t movie = scores->touched[i];
        if (!scratch->candidate[movie]) continue;
        double score = scores->score[movie];
        if (count == 0 || score < scores->low) scores->low = score;
        if (count == 0 || score > scores->high) scores->high = score;
        items[count++] = (rs_ranked){score, movie};
    }
    size_t keep = count < ranks ? count : ranks;
    select_first(items, count, keep);
    qsort(items, keep, sizeof *items, by_rank);
    for (size_t i = 0; i < keep; i++) scores->rank[items[i].movie] = (uint32_t)i + 1;
}

/* ---- parts ------------------------------------------------------------------------------ */

double rs_scaled(const rs_scores *scores, size_t movie)
{
    double span = scores->high - scores->low;
    return span > 0 ? (scores->score[movie] - scores->low) / span : 1;
}

double rs_fused_part(const recsys_model *model, rs_fusion_kind kind, size_t source,
                     const rs_scores *scores, size_t movie)
{
    const rs_fusion *fusion = &model->fusion;
    size_t rank = scores->rank[movie];
    if (kind == RS_MINMAX) return rs_scaled(scores, movie);
    if (kind == RS_RRF)
        return 1.0 / (double)(RS_RRF_CONSTANT + (rank > 0 ? rank : RS_RANKS + 1));
    size_t place = rank > 0 && rank <= fusion->ranks ? rank - 1 : fusion->ranks;
    return fusion->table[source][place] + 1e-6 * rs_scaled(scores, movie);
}

double rs_group_weight(const rs_settings *settings, size_t source)
{
    switch (source) {
    case RS_USER_CF: return settings->hybrid.cf_weight;
    case RS_CONTENT: return settings->hybrid.content_weight;
    default: return settings->hybrid.popularity_weight;
    }
}

rs_fusion_kind rs_fusion_used(const recsys_model *model, const rs_settings *settings)
{
    rs_fusion_kind asked = (rs_fusion_kind)settings->hybrid.fusion;
    return asked == RS_AUTO ? model->fusion.chosen : asked;
}

static void add_source(const recsys_model *model, const rs_settings *settings,
                       rs_fusion_kind kind, size_t source, rs_scratch *scratch)
{
    const rs_scores *scores = &scratch->scores[source];
    double weight = rs_group_weight(settings, source);
    if (weight == 0) return;
    for (size_t i = 0; i < scores->count; i++) {
        uint32_t movie = scores->touched[i];
        if (scratch->candidate[movie])
            scratch->recall[movie] += weight * rs_fused_part(model, kind, source, scores, movie);
    }
}

double rs_fuse(const recsys_model *model, const rs_settings *settings, rs_scratch *scratch)
{
    rs_fusion_kind kind = rs_fusion_used(model, settings);
    size_t movies = model->movies.count;
    double largest = 0;
    for (size_t i = 0; i < movies; i++) scratch->recall[i] = 0;
    for (size_t s = 0; s < RS_SOURCES; s++) add_source(model, settings, kind, s, scratch);
    for (size_t i = 0; i < movies; i++)
        if (scratch->recall[i] > largest) largest = scratch->recall[i];
    if (largest > 0)
        for (size_t i = 0; i < movies; i++) scratch->recall[i] /= largest;
    return largest;
}
