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

static void explain(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data)
{
    rs_explain_by_lists(&model->similar, &scratch->profile, movie, part, user_data);
}

const rs_source rs_content_source = {fit, score, explain};
