/* EASE (Steck 2019): the weights from what the user rated.
 *
 *   score(u, j) = sum of B_ij r_ui / top   over movies i of the user
 * divided by raters(j)^popularity_discount; top is the scale's largest rating. */
#include "models/ease.h"

#include "models/source.h"

static double top_of(const recsys_model *model)
{
    return model->ratings.scale_max > 0 ? (double)model->ratings.scale_max : 1;
}

static void score(const recsys_model *model, rs_scratch *scratch, rs_scores *scores)
{
    const rs_similar *ease = &model->ease;
    const rs_profile *p = &scratch->profile;
    double top = top_of(model);
    for (size_t k = 0; ease->ptr != NULL && k < p->count; k++)
        for (uint64_t at = ease->ptr[p->movie[k]]; at < ease->ptr[p->movie[k] + 1]; at++)
            rs_score_add(scores, ease->movie[at],
                         (double)ease->similarity[at] * (double)p->rating[k] / top);
    if (scratch->discount[2] == NULL) return;
    for (size_t i = 0; i < scores->count; i++)
        scores->score[scores->touched[i]] /= scratch->discount[2][scores->touched[i]];
}

static void explain(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data)
{
    rs_explain_by_lists(&model->ease, &scratch->profile, movie, part, user_data);
}

const rs_source rs_ease_source = {rs_ease_fit, score, explain};
