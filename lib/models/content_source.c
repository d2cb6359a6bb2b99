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
    rs_score_by_lists(model, RS_CONTENT, 1, scratch, scores);
}

static void explain(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data)
{
    rs_explain_by_lists(&model->lists[RS_CONTENT], &scratch->profile, movie, part, user_data);
}

const rs_source rs_content_source = {fit, score, explain};
