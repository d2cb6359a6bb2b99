/* Content: movies similar to what the user rated, each similar movie weighted by the rating.
 *
 *   score(u, i) = sum of sim(j, i) * r_uj  over movies j of the user whose list holds i
 * divided by raters(i)^popularity_discount. */
#include "models/content.h"
#include "models/source.h"

static recsys_status fit(recsys_model *model, const recsys_config *config,
                         const recsys_progress *progress, recsys_error *err)
{
    return rs_content_fit(&model->catalogue, config, model->runtime, &model->parts, progress,
                          err);
}

static void score(const recsys_model *model, rs_scratch *scratch, rs_scores *scores)
{
    const rs_similar *similar = &model->similar;
    const rs_profile *p = &scratch->profile;
    for (size_t k = 0; k < p->count; k++)
        for (uint64_t at = similar->ptr[p->movie[k]]; at < similar->ptr[p->movie[k] + 1]; at++)
            rs_score_add(scores, similar->movie[at],
                         (double)similar->similarity[at] * (double)p->rating[k]);
    if (scratch->discount[1] == NULL) return;
    for (size_t i = 0; i < scores->count; i++)
        scores->score[scores->touched[i]] /= scratch->discount[1][scores->touched[i]];
}

/* How similar a movie is to one of the user's, 0 if that one's list lacks it. */
static double similarity_to(const rs_similar *similar, uint32_t from, size_t movie)
{
    for (uint64_t at = similar->ptr[from]; at < similar->ptr[from + 1]; at++)
        if (similar->movie[at] == movie) return (double)similar->similarity[at];
    return 0;
}

static void explain(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data)
{
    const rs_similar *similar = &model->similar;
    const rs_profile *p = &scratch->profile;
    rs_whole whole = {0};
    for (size_t k = 0; k < p->count; k++) {
        double s = similarity_to(similar, p->movie[k], movie);
        if (s > 0) rs_whole_add(&whole, s * (double)p->rating[k]);
    }
    for (size_t k = 0; k < p->count; k++) {
        double s = similarity_to(similar, p->movie[k], movie);
        if (!(s > 0)) continue;
        double amount = s * (double)p->rating[k];
        rs_part_of_score told = {.fraction = rs_whole_fraction(&whole, amount),
                                 .who = p->movie[k],
                                 .similarity = s,
                                 .rating = p->rating[k]};
        if (part(user_data, &told) != 0) return;
    }
}

const rs_source rs_content_source = {fit, score, explain};
