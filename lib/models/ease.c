/* EASE (Steck 2019): the weights from what the user rated.
 *
 *   score(u, j) = sum of B_ij r_ui / top   over movies i of the user
 * divided by raters(j)^popularity_discount; top is the scale's largest rating. */
#include "models/ease.h"

#include "models/ease_system.h"
#include "models/source.h"

static double top_of(const recsys_model *model)
{
    return model->ratings.scale_max > 0 ? (double)model->ratings.scale_max : 1;
}

static void score_whole(const rs_ease_system *ease, rs_scratch *scratch, rs_scores *scores)
{
    const double *discount = scratch->discount[RS_EASE];
    rs_ease_score(ease, &scratch->profile, scratch->ease, scratch->ease + ease->count);
    for (size_t j = 0; j < ease->count; j++) {
        uint32_t movie = ease->movie[j];
        double score = (double)scratch->ease[j];
        rs_score_add(scores, movie, discount != NULL ? score / discount[movie] : score);
    }
}

static void score(const recsys_model *model, rs_scratch *scratch, rs_scores *scores)
{
    if (model->ease_whole != NULL)
        score_whole(model->ease_whole, scratch, scores);
    else
        rs_score_by_lists(model, RS_EASE, top_of(model), scratch, scores);
}

static void explain(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data)
{
    rs_explain_by_lists(&model->lists[RS_EASE], &scratch->profile, movie, part, user_data);
}

const rs_source rs_ease_source = {rs_ease_fit, score, explain};
