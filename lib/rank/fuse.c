#include "rank/fuse.h"

/* ---- ranks ----------------------------------------------------------------------- */

/* Bring the first `keep` in rank order to the front, in any order (Hoare's selection). */
static void select_first(rs_keyed *items, size_t count, size_t keep)
{
    size_t low = 0, high = count;
    while (high - low > 1 && keep > low && keep < high) {
        rs_keyed pivot = items[low + (high - low) / 2];
        size_t i = low, j = high - 1;
        for (;;) {
            while (rs_keyed_before(&items[i], &pivot)) i++;
            while (rs_keyed_before(&pivot, &items[j])) j--;
            if (i >= j) break;
            rs_keyed swap = items[i];
            items[i++] = items[j];
            items[j--] = swap;
        }
        if (keep <= i)
            high = i;
        else
            low = i == j ? i + 1 : i;
    }
}

/* By movie, then stably by score. */
static void sort_ranks(rs_keyed *items, rs_keyed *spare, size_t count)
{
    rs_swap_keyed(items, count);
    rs_sort_keyed(items, spare, count);
    rs_swap_keyed(items, count);
    rs_sort_keyed(items, spare, count);
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

void rs_rank_source(rs_scratch *scratch, rs_scores *scores, size_t ranks)
{
    int sorted;
    rs_keyed *items = scratch->ranked;
    size_t count = gather(scratch, scores, items, &sorted);
    size_t keep = count < ranks ? count : ranks;
    if (!sorted && keep > 0) {
        select_first(items, count, keep);
        sort_ranks(items, items + keep, keep);
    }
    for (size_t i = 0; i < keep; i++) scores->rank[items[i].value] = (uint32_t)i + 1;
}

/* ---- parts ----------------------------------------------------------------------- */

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
            scratch->recall[movie] +=
                weight * rs_fused_part(model, kind, source, scores, movie);
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
