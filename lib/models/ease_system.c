#include "models/ease_system.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "config/config.h"
#include "kernels/spd.h"
#include "models/scratch.h"

enum { ROWS = 32 };
enum { SINGLE, DOUBLE }; /* order of the words in the option table */
#define EASE "model.ease."

/* ---- weights, ridge, which movies ------------------------------------------------ */

static int weigh_users(rs_ease_system *s, double exponent)
{
    const rs_matrix *m = s->ratings;
    double all = 0;
    s->user = rs_array(s->runtime, m->users, sizeof *s->user);
    if (s->user == NULL) return 0;
    for (size_t u = 0; u < m->users; u++) {
        double size = (double)(m->user_ptr[u + 1] - m->user_ptr[u]);
        s->user[u] = size > 0 ? 1 / rs_power(size, exponent) : 1;
        all += s->user[u] * size;
    }
    for (size_t u = 0; u < m->users && all > 0; u++) s->user[u] *= (double)m->count / all;
    return 1;
}

/* The most movies whose matrix fits. */
static size_t most_movies(const rs_ease_system *s, uint64_t memory)
{
    const rs_matrix *m = s->ratings;
    uint64_t rows = (uint64_t)sqrt((double)memory / (double)rs_ease_cell(s));
    if (m->users <= rows) return m->movies;
    return rows < m->movies ? (size_t)rows : m->movies;
}

static double diagonal(const rs_ease_system *s, size_t movie)
{
    const rs_matrix *m = s->ratings;
    double sum = 0;
    for (uint64_t at = m->movie_ptr[movie]; at < m->movie_ptr[movie + 1]; at++) {
        double x = (double)rs_ease_rating(s, rs_movie_rating(m, at));
        sum += s->user[m->movie_user[at]] * x * x;
    }
    return sum;
}

static int choose_movies(rs_ease_system *s, const recsys_model *model,
                         const recsys_config *config)
{
    const rs_matrix *m = s->ratings;
    size_t most = most_movies(s, (uint64_t)rs_config_int(config, EASE "memory") << 20);
    double regularization = rs_config_real(config, EASE "regularization");
    double dropout = rs_config_real(config, EASE "dropout");
    double share = dropout / (1 - dropout);
    uint64_t least = (uint64_t)rs_config_int(config, EASE "min_ratings");
    s->ridge = rs_array_zero(s->runtime, m->movies, sizeof *s->ridge);
    s->movie = rs_array(s->runtime, m->movies, sizeof *s->movie);
    s->place = rs_array(s->runtime, m->movies, sizeof *s->place);
    if (s->ridge == NULL || s->movie == NULL || s->place == NULL) return 0;
    for (size_t i = 0, chosen = 0; i < m->movies && chosen < most; i++) {
        uint32_t movie = model->statistics.popular[i];
        if (rs_raters(model, movie) < least) continue;
        chosen++;
        s->ridge[movie] = regularization + share * diagonal(s, movie);
    }
    for (size_t movie = 0; movie < m->movies; movie++) {
        s->place[movie] = s->ridge[movie] > 0 ? (uint32_t)s->count : UINT32_MAX;
        if (s->ridge[movie] > 0) s->movie[s->count++] = (uint32_t)movie;
    }
    s->by_users = m->users < s->count;
    s->rows = s->by_users ? m->users : s->count;
    return 1;
}

/* ---- the inverse ----------------------------------------------------------------- */

/* From doubles to floats in the same memory, from its beginning on; what is left of it is given
 * back. */
static void narrow(rs_ease_system *s)
{
    unsigned char *cell = (unsigned char *)s->wide;
    for (size_t i = 0; i < s->rows; i++)
        for (size_t at = i * s->rows; at <= i * s->rows + i; at++) {
            double wide;
            memcpy(&wide, cell + at * sizeof wide, sizeof wide);
            float kept = (float)wide;
            memcpy(cell + at * sizeof kept, &kept, sizeof kept);
        }
    void *fitted = rs_array_resize(s->runtime, s->wide, s->rows * s->rows, sizeof(float));
    s->inverse = fitted != NULL ? fitted : (void *)s->wide;
    s->wide = NULL;
}

static recsys_status invert(rs_ease_system *s, const recsys_progress *progress,
                            recsys_error *err)
{
    if (!s->is_double) return rs_spd_inverse(s->inverse, s->rows, s->runtime, progress, err);
    recsys_status status = rs_spd_inverse_double(s->wide, s->rows, s->runtime, progress, err);
    if (status == RECSYS_OK) narrow(s);
    return status;
}

/* The upper triangle from the lower one, a block of rows at a time. */
static recsys_status mirror(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const rs_ease_system *s = shared;
    size_t from = task * ROWS, to = from + ROWS < s->rows ? from + ROWS : s->rows;
    for (size_t j = from + 1; j < s->rows; j++)
        for (size_t i = from; i < to && i < j; i++)
            s->inverse[i * s->rows + j] = s->inverse[j * s->rows + i];
    return RECSYS_OK;
}

/* x_j' K^-1 x_j over the users who rated a movie. */
static float among_raters(const rs_ease_system *s, size_t movie)
{
    const rs_matrix *m = s->ratings;
    uint64_t from = m->movie_ptr[movie], to = m->movie_ptr[movie + 1];
    float sum = 0;
    for (uint64_t at = from; at < to; at++) {
        const float *row = s->inverse + m->movie_user[at] * s->rows;
        float inner = 0;
        for (uint64_t with = from; with < to; with++)
            inner += rs_ease_rating(s, rs_movie_rating(m, with)) * row[m->movie_user[with]];
        sum += rs_ease_rating(s, rs_movie_rating(m, at)) * inner;
    }
    return sum;
}

static recsys_status find_some(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)thread;
    (void)err;
    const rs_ease_system *s = shared;
    for (size_t j = task * ROWS; j < s->count && j < (task + 1) * ROWS; j++)
        s->own[j] = s->by_users
                        ? 1 - among_raters(s, s->movie[j]) / (float)s->ridge[s->movie[j]]
                        : s->inverse[j * s->rows + j];
    return RECSYS_OK;
}

static recsys_status find_own(rs_ease_system *s, recsys_error *err)
{
    s->own = rs_array(s->runtime, s->count, sizeof *s->own);
    if (s->own == NULL) return rs_fail_memory(err, "ease");
    return rs_parallel(s->runtime, (s->count + ROWS - 1) / ROWS, find_some, s, "ease", NULL,
                       err);
}

recsys_status rs_ease_system_make(rs_ease_system *s, const recsys_model *model,
                                  const recsys_config *config, const recsys_progress *progress,
                                  recsys_error *err)
{
    recsys_status status;
    float top = model->ratings.scale_max;
    *s = (rs_ease_system){.runtime = model->runtime, .ratings = &model->learned};
    s->top = top > 0 ? top : 1;
    s->is_double = rs_config_choice(config, EASE "precision") == DOUBLE;
    if (!weigh_users(s, rs_config_real(config, EASE "row_exponent")) ||
        !choose_movies(s, model, config))
        return rs_fail_memory(err, "ease");
    RS_TRY(rs_ease_fill(s, progress, err));
    RS_TRY(invert(s, progress, err));
    RS_TRY(rs_parallel(s->runtime, (s->rows + ROWS - 1) / ROWS, mirror, s, "ease", NULL, err));
    RS_TRY(find_own(s, err));
out:
    return status;
}

void rs_ease_system_free(rs_ease_system *s)
{
    rs_free(s->runtime, s->user);
    rs_free(s->runtime, s->ridge);
    rs_free(s->runtime, s->movie);
    rs_free(s->runtime, s->place);
    rs_free(s->runtime, s->own);
    rs_free(s->runtime, s->inverse);
    rs_free(s->runtime, s->wide);
    *s = (rs_ease_system){.runtime = s->runtime};
}

/* ---- weights --------------------------------------------------------------------- */

enum { LANES = RS_EASE_TARGETS };

/* K^-1 x_j over the users, of a lane. */
static void solve_users(const rs_ease_system *s, size_t movie, float *of_user)
{
    const rs_matrix *m = s->ratings;
    for (size_t u = 0; u < s->rows; u++) of_user[u * LANES] = 0;
    for (uint64_t at = m->movie_ptr[movie]; at < m->movie_ptr[movie + 1]; at++) {
        float x = rs_ease_rating(s, rs_movie_rating(m, at));
        const float *row = s->inverse + m->movie_user[at] * s->rows;
        for (size_t u = 0; u < s->rows; u++) of_user[u * LANES] += x * row[u];
    }
}

/* x_i' of each lane. */
static void add_up(const rs_ease_system *s, size_t movie, const float *of_user,
                   float sum[LANES])
{
    const rs_matrix *m = s->ratings;
    for (size_t t = 0; t < LANES; t++) sum[t] = 0;
    for (uint64_t at = m->movie_ptr[movie]; at < m->movie_ptr[movie + 1]; at++) {
        float x = rs_ease_rating(s, rs_movie_rating(m, at));
        const float *lane = of_user + m->movie_user[at] * LANES;
        for (size_t t = 0; t < LANES; t++) sum[t] += x * lane[t];
    }
}

/* P_ij = -x_i' K^-1 x_j / (D_i D_j) and P_jj = (1 - x_j' K^-1 x_j / D_j) / D_j. */
static void from_users(const rs_ease_system *s, size_t first, size_t targets, float *weight,
                       float *of_user)
{
    for (size_t i = 0; i < s->rows * LANES; i++) of_user[i] = 0;
    for (size_t t = 0; t < targets; t++) solve_users(s, s->movie[first + t], of_user + t);
    for (size_t i = 0; i < s->count; i++) {
        float sum[LANES], ridge = (float)s->ridge[s->movie[i]];
        add_up(s, s->movie[i], of_user, sum);
        for (size_t t = 0; t < targets; t++)
            weight[t * s->count + i] = sum[t] / (ridge * s->own[first + t]);
    }
}

static void from_movies(const rs_ease_system *s, size_t first, size_t targets, float *weight)
{
    for (size_t t = 0; t < targets; t++) {
        const float *row = s->inverse + (first + t) * s->rows;
        for (size_t i = 0; i < s->count; i++)
            weight[t * s->count + i] = -row[i] / s->own[first + t];
    }
}

void rs_ease_weights(const rs_ease_system *s, size_t first, size_t targets, float *weight,
                     float *scratch)
{
    if (s->by_users)
        from_users(s, first, targets, weight, scratch);
    else
        from_movies(s, first, targets, weight);
    for (size_t t = 0; t < targets; t++) weight[t * s->count + first + t] = 0;
}

/* ---- all weights at once --------------------------------------------------------- */

static void add_row(float *to, float times, const float *row, size_t count)
{
    for (size_t j = 0; j < count; j++) to[j] += times * row[j];
}

/* X' K^-1 X D^-1 r; to_users[2 * users]. */
static void score_by_users(const rs_ease_system *s, const rs_profile *p, float *score,
                           float *to_users)
{
    const rs_matrix *m = s->ratings;
    float *solved = to_users + s->rows;
    for (size_t u = 0; u < 2 * s->rows; u++) to_users[u] = 0;
    for (size_t k = 0; k < p->count; k++) {
        uint32_t movie = p->movie[k];
        if (s->place[movie] == UINT32_MAX) continue;
        float x = rs_ease_rating(s, (float)p->worth[k]) / (float)s->ridge[movie];
        for (uint64_t at = m->movie_ptr[movie]; at < m->movie_ptr[movie + 1]; at++)
            to_users[m->movie_user[at]] += x * rs_ease_rating(s, rs_movie_rating(m, at));
    }
    for (size_t u = 0; u < s->rows; u++)
        if (to_users[u] != 0) add_row(solved, to_users[u], s->inverse + u * s->rows, s->rows);
    for (size_t j = 0; j < s->count; j++) {
        uint32_t movie = s->movie[j];
        float sum = 0;
        for (uint64_t at = m->movie_ptr[movie]; at < m->movie_ptr[movie + 1]; at++)
            sum += rs_ease_rating(s, rs_movie_rating(m, at)) * solved[m->movie_user[at]];
        score[j] = sum / s->own[j];
    }
}

void rs_ease_score(const rs_ease_system *s, const rs_profile *p, float *score, float *scratch)
{
    if (s->by_users) {
        score_by_users(s, p, score, scratch);
        return;
    }
    for (size_t j = 0; j < s->count; j++) score[j] = 0;
    for (size_t k = 0; k < p->count; k++) {
        uint32_t place = s->place[p->movie[k]];
        if (place != UINT32_MAX)
            add_row(score, -rs_ease_rating(s, (float)p->worth[k]), s->inverse + place * s->rows,
                    s->rows);
    }
    for (size_t j = 0; j < s->count; j++) score[j] /= s->own[j];
}
