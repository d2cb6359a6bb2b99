/* RP3beta (Paudel et al. 2017): random walks over who rated what, from a movie of the user to
 * its raters and on to what these rated; popular targets are held down.
 *
 *   P_iu = 1 / raters(i),  P_uj = r_uj / sum of u's ratings
 *   W_ij = sum over u of (P_iu P_uj)^alpha / raters(j)^beta,  W_ii = 0
 *   score(u, j) = sum of W_ij r_ui   over movies i of the user whose weight to j is kept;
 * divided by raters(j)^popularity_discount. */
#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "models/movie_products.h"
#include "models/source.h"

#define RP3BETA "model.rp3beta."

typedef struct fit {
    recsys_model *model;
    recsys_runtime *runtime;
    double alpha, beta;
    float *by_movie;   /* [ratings] P_uj^alpha */
    double *of_user;   /* [users] (sum of ratings)^alpha */
    double *from, *to; /* [movies] raters^-alpha, raters^-beta */
} fit;

/* A rating that is not above 0 is a way that is not taken. */
static double power_of(float rating, double alpha)
{
    return rating > 0 ? rs_power((double)rating, alpha) : 0;
}

static int weigh_users(fit *f)
{
    const rs_matrix *m = &f->model->learned;
    f->of_user = rs_array(f->runtime, m->users, sizeof *f->of_user);
    if (f->of_user == NULL) return 0;
    for (size_t u = 0; u < m->users; u++) {
        double sum = 0;
        for (uint64_t at = m->user_ptr[u]; at < m->user_ptr[u + 1]; at++) {
            float rating = rs_user_rating(m, at);
            if (rating > 0) sum += (double)rating;
        }
        f->of_user[u] = rs_power(sum, f->alpha);
    }
    return 1;
}

/* Powers of levels are taken once each. */
static int weigh_ratings(fit *f)
{
    const rs_matrix *m = &f->model->learned;
    double level[RS_LEVELS + 1];
    f->by_movie = rs_array(f->runtime, (size_t)m->count, sizeof *f->by_movie);
    if (f->by_movie == NULL) return 0;
    for (size_t k = 0; k < m->levels; k++) level[k] = power_of(m->level[k], f->alpha);
    for (uint64_t at = 0; at < m->count; at++) {
        double power = m->movie_code != NULL ? level[m->movie_code[at]]
                                             : power_of(m->movie_value[at], f->alpha);
        f->by_movie[at] = power > 0 ? (float)(power / f->of_user[m->movie_user[at]]) : 0;
    }
    return 1;
}

static int weigh_movies(fit *f)
{
    size_t movies = f->model->movies.count;
    f->from = rs_array(f->runtime, movies, sizeof *f->from);
    f->to = rs_array(f->runtime, movies, sizeof *f->to);
    if (f->from == NULL || f->to == NULL) return 0;
    for (size_t i = 0; i < movies; i++) {
        double raters = rs_raters(f->model, i) > 0 ? (double)rs_raters(f->model, i) : 1;
        f->from[i] = 1 / rs_power(raters, f->alpha);
        f->to[i] = 1 / rs_power(raters, f->beta);
    }
    return 1;
}

static double walk(const rs_movie_products *of, size_t from, size_t to, double sum)
{
    return sum * of->from[from] * of->to[to];
}

/* ---- the source ------------------------------------------------------------------ */

static void release(fit *f)
{
    rs_free(f->runtime, f->by_movie);
    rs_free(f->runtime, f->of_user);
    rs_free(f->runtime, f->from);
    rs_free(f->runtime, f->to);
}

static recsys_status learn(recsys_model *model, const recsys_config *config,
                           const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    fit f = {.model = model,
             .runtime = model->runtime,
             .alpha = rs_config_real(config, RP3BETA "alpha"),
             .beta = rs_config_real(config, RP3BETA "beta")};
    if (!rs_config_bool(config, RP3BETA "enabled")) return RECSYS_OK;
    if (!weigh_users(&f) || !weigh_ratings(&f) || !weigh_movies(&f))
        RS_TRY(rs_fail_memory(err, "rp3beta"));
    const rs_movie_products products = {.source = RS_RP3BETA,
                                        .most =
                                            (size_t)rs_config_int(config, RP3BETA "neighbors"),
                                        .by_movie = f.by_movie,
                                        .weigh = walk,
                                        .from = f.from,
                                        .to = f.to};
    RS_TRY(rs_movie_products_keep(&products, model, progress, err));
out:
    release(&f);
    return status;
}

static void score(const recsys_model *model, rs_scratch *scratch, rs_scores *scores)
{
    rs_score_by_lists(model, RS_RP3BETA, 1, scratch, scores);
}

static void explain(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data)
{
    rs_explain_by_lists(&model->lists[RS_RP3BETA], &scratch->profile, movie, part, user_data);
}

const rs_source rs_rp3beta_source = {learn, score, explain};
