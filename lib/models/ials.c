/* iALS: a user's factors are solved for from what they rated, whoever they are, and given the
 * movies' factors V:
 *
 *   A = a V'V + sum of v_i v_i' + ridge I,   x = A^-1 sum of y_i v_i,   score(j) = v_j'x
 *
 * over the profile's movies that have raters, y = r / top, divided by
 * raters(j)^popularity_discount. A score is a sum over them of v_j' A^-1 v_i y_i (Hu, Koren &
 * Volinsky 2008, section 5). */
#include "models/ials.h"

#include <math.h>
#include <string.h>

#include "kernels/normal.h"
#include "models/source.h"

/* Numbers beyond this come from damaged files only; scores below it are finite. */
#define LARGEST 1e100

static const float *factors_of(const recsys_model *model, size_t movie)
{
    return model->ials.movie + movie * (size_t)model->ials.head->factors;
}

/* A's upper triangle, and the right side; returns how many movies count. */
static size_t set_up(const recsys_model *model, const rs_profile *p, rs_folding *f)
{
    const rs_ials_head *head = model->ials.head;
    size_t factors = (size_t)head->factors, counted = 0;
    double top = rs_ials_top(&model->ratings);
    for (size_t i = 0; i < factors * factors; i++)
        f->matrix[i] = head->unobserved * model->ials.gram[i];
    memset(f->user, 0, factors * sizeof *f->user);
    for (size_t k = 0; k < p->count; k++) {
        const float *v = factors_of(model, p->movie[k]);
        double y = p->worth[k] / top;
        if (rs_raters(model, p->movie[k]) == 0) continue;
        rs_normal_add(f->matrix, v, factors);
        for (size_t a = 0; a < factors; a++) f->user[a] += y * (double)v[a];
        counted++;
    }
    double ridge = rs_ials_ridge(head, counted, head->movies);
    for (size_t a = 0; a < factors; a++) f->matrix[a * factors + a] += ridge;
    return counted;
}

static int is_sound(const double *x, size_t size)
{
    for (size_t a = 0; a < size; a++)
        if (!(fabs(x[a]) < LARGEST)) return 0;
    return 1;
}

/* A movie has none that came after they were learned. */
static int has_factors(const recsys_model *model, size_t movie)
{
    const float *v = factors_of(model, movie);
    size_t a = 0, factors = (size_t)model->ials.head->factors;
    while (a < factors && v[a] == 0) a++;
    return a < factors;
}

static void score(const recsys_model *model, rs_scratch *scratch, rs_scores *scores)
{
    rs_folding *f = &scratch->ials;
    const double *discount = scratch->discount[RS_IALS];
    size_t factors = (size_t)model->ials.head->factors;
    if (set_up(model, &scratch->profile, f) == 0) return;
    if (!rs_normal_factor(f->matrix, factors, 0)) return;
    rs_normal_solve(f->matrix, factors, f->user);
    if (!is_sound(f->user, factors)) return;
    for (size_t j = 0; j < model->movies.count; j++) {
        if (rs_raters(model, j) == 0) continue;
        double found = rs_normal_dot(factors_of(model, j), f->user, factors);
        if (found == 0 && !has_factors(model, j)) continue;
        rs_score_add(scores, (uint32_t)j, discount != NULL ? found / discount[j] : found);
    }
}

/* v_j' A^-1 v_i, the former given. */
static double weight_of(const recsys_model *model, const double *of_movie, size_t rated)
{
    if (rs_raters(model, rated) == 0) return 0;
    return rs_normal_dot(factors_of(model, rated), of_movie, (size_t)model->ials.head->factors);
}

static void explain(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data)
{
    const rs_folding *f = &scratch->ials;
    const rs_profile *p = &scratch->profile;
    size_t factors = (size_t)model->ials.head->factors;
    rs_whole whole = {0};
    for (size_t a = 0; a < factors; a++) f->movie[a] = (double)factors_of(model, movie)[a];
    rs_normal_solve(f->matrix, factors, f->movie);
    if (!is_sound(f->movie, factors)) return;
    for (size_t k = 0; k < p->count; k++) {
        double weight = weight_of(model, f->movie, p->movie[k]);
        if (weight != 0) rs_whole_add(&whole, weight * p->worth[k]);
    }
    for (size_t k = 0; k < p->count; k++) {
        double weight = weight_of(model, f->movie, p->movie[k]);
        if (weight == 0) continue;
        rs_part_of_score told = {.fraction = rs_whole_fraction(&whole, weight * p->worth[k]),
                                 .who = p->movie[k],
                                 .similarity = weight,
                                 .rating = p->rating[k]};
        if (part(user_data, &told) != 0) return;
    }
}

const rs_source rs_ials_source = {rs_ials_fit, score, explain};
