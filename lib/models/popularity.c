/* Popularity: how many people rated a movie. It knows nothing of the user, so it serves those
 * of whom nothing is known, and holds the list up where the other sources are silent. */
#include "base/error.h"
#include "base/memory.h"
#include "models/source.h"

/* Movies by (raters falling, id rising): a counting sort over raters. */
static recsys_status fit(recsys_model *model, const recsys_config *config,
                         const recsys_progress *progress, recsys_error *err)
{
    (void)config;
    (void)progress;
    size_t movies = model->movies.count;
    uint64_t most = 0;
    for (size_t i = 0; i < movies; i++)
        if (rs_raters(model, i) > most) most = rs_raters(model, i);
    size_t *start = rs_array_zero(model->runtime, (size_t)most + 2, sizeof *start);
    uint32_t *order = rs_array(model->runtime, movies, sizeof *order);
    if (start == NULL || order == NULL) {
        rs_free(model->runtime, start);
        rs_free(model->runtime, order);
        return rs_fail_memory(err, "popularity");
    }
    for (size_t i = 0; i < movies; i++) start[most - rs_raters(model, i) + 1]++;
    for (size_t r = 0; r <= most; r++) start[r + 1] += start[r];
    for (size_t i = 0; i < movies; i++)
        order[start[most - rs_raters(model, i)]++] = (uint32_t)i;
    rs_free(model->runtime, start);
    return rs_container_add(&model->parts, "movie.popular", 1, order, movies * sizeof *order,
                            order, err);
}

static void score(const recsys_model *model, rs_scratch *scratch, rs_scores *scores)
{
    (void)model;
    (void)scratch;
    scores->by_raters = 1;
}

static void explain(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data)
{
    (void)model;
    (void)scratch;
    (void)movie;
    rs_part_of_score whole = {.fraction = 1, .who = SIZE_MAX};
    (void)part(user_data, &whole);
}

const rs_source rs_popularity_source = {fit, score, explain};
