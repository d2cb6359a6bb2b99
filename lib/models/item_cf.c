/* Item CF: movies that the same people rated (Sarwar et al. 2001), with the weightings and
 * similarities of Ferrari Dacrema et al. 2021.
 *
 *   score(u, j) = sum of sim(i, j) r_ui   over movies i of the user that are among the
 * `neighbors` of j; divided by raters(j)^popularity_discount. */
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "base/logarithm.h"
#include "models/movie_products.h"
#include "models/source.h"

#define ITEM_CF "model.item_cf."

/* Of BM25. */
static const double bm25_k1 = 1.2, bm25_b = 0.75;
/* Keeps denominators above 0. */
static const double least = 1e-6;

/* Order of the words in the option table. */
typedef enum weighting { PLAIN, TF_IDF, BM25 } weighting;
typedef enum similarity { COSINE, ASYMMETRIC, TVERSKY } similarity;

typedef struct fit {
    recsys_model *model;
    recsys_runtime *runtime;
    weighting weighting;
    similarity similarity;
    double asymmetry;
    double *idf;               /* [users] */
    double *length;            /* [movies] of BM25: K1 (1 - B + B * sum / mean sum) */
    float *by_user, *by_movie; /* [ratings] weighted */
    double *from, *to;         /* [movies] sizes of a movie's column */
} fit;

/* ---- weighted ratings ------------------------------------------------------------ */

static double weighted(const fit *f, size_t user, size_t movie, float rating)
{
    double r = (double)rating;
    if (f->weighting == PLAIN) return r;
    if (r <= 0) return 0;
    if (f->weighting == TF_IDF) return sqrt(r) * f->idf[user];
    return r * (bm25_k1 + 1) / (f->length[movie] + r) * f->idf[user];
}

/* ln(rated movies / (1 + movies of the user)). */
static int weigh_users(fit *f)
{
    const rs_matrix *m = &f->model->learned;
    size_t rated = 0;
    f->idf = rs_array(f->runtime, m->users, sizeof *f->idf);
    if (f->idf == NULL) return 0;
    for (size_t i = 0; i < m->movies; i++) rated += rs_raters(f->model, i) > 0;
    for (size_t u = 0; u < m->users && rated > 0; u++)
        f->idf[u] = rs_ln((double)rated / (1 + (double)(m->user_ptr[u + 1] - m->user_ptr[u])));
    return 1;
}

static int measure_movies(fit *f)
{
    const rs_matrix *m = &f->model->learned;
    size_t rated = 0;
    double all = 0;
    f->length = rs_array_zero(f->runtime, m->movies, sizeof *f->length);
    if (f->length == NULL) return 0;
    for (size_t i = 0; i < m->movies; i++) {
        rated += rs_raters(f->model, i) > 0;
        for (uint64_t at = m->movie_ptr[i]; at < m->movie_ptr[i + 1]; at++) {
            double r = (double)rs_movie_rating(m, at);
            if (r > 0) f->length[i] += r;
        }
        all += f->length[i];
    }
    for (size_t i = 0; i < m->movies && all > 0; i++)
        f->length[i] = bm25_k1 * (1 - bm25_b + bm25_b * f->length[i] / (all / (double)rated));
    return 1;
}

static int weigh_ratings(fit *f)
{
    const rs_matrix *m = &f->model->learned;
    f->by_user = rs_array(f->runtime, (size_t)m->count, sizeof *f->by_user);
    f->by_movie = rs_array(f->runtime, (size_t)m->count, sizeof *f->by_movie);
    if (f->by_user == NULL || f->by_movie == NULL || !weigh_users(f) || !measure_movies(f))
        return 0;
    for (size_t u = 0; u < m->users; u++)
        for (uint64_t at = m->user_ptr[u]; at < m->user_ptr[u + 1]; at++)
            f->by_user[at] = (float)weighted(f, u, m->user_movie[at], rs_user_rating(m, at));
    for (size_t i = 0; i < m->movies; i++)
        for (uint64_t at = m->movie_ptr[i]; at < m->movie_ptr[i + 1]; at++)
            f->by_movie[at] = (float)weighted(f, m->movie_user[at], i, rs_movie_rating(m, at));
    return 1;
}

/* ---- similarities ---------------------------------------------------------------- */

/* The movie that a weight is to is a, the one that it is from b:
 * a . b / (|a|^(2 alpha) |b|^(2 - 2 alpha) + shrinkage + least). */
static double cosine(const rs_movie_products *of, size_t from, size_t to, double sum)
{
    return sum / (of->to[to] * of->from[from] + of->add);
}

/* common / (common + alpha * those of a alone + beta * those of b alone + ...). */
static double tversky(const rs_movie_products *of, size_t from, size_t to, double sum)
{
    return sum /
           (sum + (of->to[to] - sum) * of->alpha + (of->from[from] - sum) * of->beta + of->add);
}

/* Sizes of the columns; Tversky's are numbers of raters. */
static int measure_columns(fit *f)
{
    const rs_matrix *m = &f->model->learned;
    f->from = rs_array(f->runtime, m->movies, sizeof *f->from);
    f->to = rs_array(f->runtime, m->movies, sizeof *f->to);
    if (f->from == NULL || f->to == NULL) return 0;
    for (size_t i = 0; i < m->movies; i++) {
        f->from[i] = f->to[i] = (double)rs_raters(f->model, i);
        if (f->similarity == TVERSKY) continue;
        double square = 0;
        for (uint64_t at = m->movie_ptr[i]; at < m->movie_ptr[i + 1]; at++)
            square += (double)f->by_movie[at] * (double)f->by_movie[at];
        f->to[i] = rs_power(square, f->asymmetry);
        f->from[i] = rs_power(square, 1 - f->asymmetry);
    }
    return 1;
}

/* ---- the source ------------------------------------------------------------------ */

static void release(fit *f)
{
    rs_free(f->runtime, f->idf);
    rs_free(f->runtime, f->length);
    rs_free(f->runtime, f->by_user);
    rs_free(f->runtime, f->by_movie);
    rs_free(f->runtime, f->from);
    rs_free(f->runtime, f->to);
}

static recsys_status learn(recsys_model *model, const recsys_config *config,
                           const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    fit f = {.model = model,
             .runtime = model->runtime,
             .weighting = (weighting)rs_config_choice(config, ITEM_CF "weighting"),
             .similarity = (similarity)rs_config_choice(config, ITEM_CF "similarity"),
             .asymmetry = 0.5};
    if (!rs_config_bool(config, ITEM_CF "enabled")) return RECSYS_OK;
    if (f.similarity == ASYMMETRIC) f.asymmetry = rs_config_real(config, ITEM_CF "asymmetry");
    /* Tversky's similarity is one of sets. */
    if ((f.similarity != TVERSKY && !weigh_ratings(&f)) || !measure_columns(&f))
        RS_TRY(rs_fail_memory(err, "item_cf"));
    const rs_movie_products products = {
        .source = RS_ITEM_CF,
        .most = (size_t)rs_config_int(config, ITEM_CF "neighbors"),
        .by_user = f.by_user,
        .by_movie = f.by_movie,
        .weigh = f.similarity == TVERSKY ? tversky : cosine,
        .from = f.from,
        .to = f.to,
        .add = rs_config_real(config, ITEM_CF "shrinkage") + least,
        .alpha = rs_config_real(config, ITEM_CF "tversky_alpha"),
        .beta = rs_config_real(config, ITEM_CF "tversky_beta")};
    RS_TRY(rs_movie_products_keep(&products, model, progress, err));
out:
    release(&f);
    return status;
}

static void score(const recsys_model *model, rs_scratch *scratch, rs_scores *scores)
{
    rs_score_by_lists(model, RS_ITEM_CF, 1, scratch, scores);
}

static void explain(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data)
{
    rs_explain_by_lists(&model->lists[RS_ITEM_CF], &scratch->profile, movie, part, user_data);
}

const rs_source rs_item_cf_source = {learn, score, explain};
