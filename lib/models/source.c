#include "models/source.h"

#include <math.h>

const rs_source *const rs_sources[RS_SOURCES] = {
    [RS_USER_CF] = &rs_user_cf_source,
    [RS_CONTENT] = &rs_content_source,
    [RS_EASE] = &rs_ease_source,
    [RS_ITEM_CF] = &rs_item_cf_source,
    [RS_RP3BETA] = &rs_rp3beta_source,
    [RS_IALS] = &rs_ials_source,
    [RS_POPULARITY] = &rs_popularity_source,
};

void rs_whole_add(rs_whole *whole, double amount)
{
    whole->sum += amount;
    whole->size += fabs(amount);
    whole->count++;
}

double rs_whole_fraction(const rs_whole *whole, double amount)
{
    if (fabs(whole->sum) > 1e-6 * whole->size) return amount / whole->sum;
    return 1 / (double)whole->count;
}

void rs_score_by_lists(const recsys_model *model, size_t source, double top,
                       rs_scratch *scratch, rs_scores *scores)
{
    const rs_similar *lists = &model->lists[source];
    const rs_profile *p = &scratch->profile;
    const double *discount = scratch->discount[source];
    for (size_t k = 0; k < p->count; k++)
        for (uint64_t at = lists->ptr[p->movie[k]]; at < lists->ptr[p->movie[k] + 1]; at++)
            rs_score_add(scores, lists->movie[at],
                         (double)lists->similarity[at] * p->worth[k] / top);
    for (size_t i = 0; discount != NULL && i < scores->count; i++)
        scores->score[scores->touched[i]] /= discount[scores->touched[i]];
}

/* What a movie's list says of another one, 0 if it lacks it. */
static double entry_of(const rs_similar *lists, uint32_t from, size_t movie)
{
    for (uint64_t at = lists->ptr[from]; at < lists->ptr[from + 1]; at++)
        if (lists->movie[at] == movie) return (double)lists->similarity[at];
    return 0;
}

void rs_explain_by_lists(const rs_similar *lists, const rs_profile *profile, size_t movie,
                         rs_part_fn part, void *user_data)
{
    rs_whole whole = {0};
    for (size_t k = 0; k < profile->count; k++) {
        double entry = entry_of(lists, profile->movie[k], movie);
        if (entry != 0) rs_whole_add(&whole, entry * profile->worth[k]);
    }
    for (size_t k = 0; k < profile->count; k++) {
        double entry = entry_of(lists, profile->movie[k], movie);
        if (entry == 0) continue;
        rs_part_of_score told = {.fraction =
                                     rs_whole_fraction(&whole, entry * profile->worth[k]),
                                 .who = profile->movie[k],
                                 .similarity = entry,
                                 .rating = profile->rating[k]};
        if (part(user_data, &told) != 0) return;
    }
}
