/* From scores to a list: numbering a source's candidates, against a plain sort of the whole,
 * and the choice, against a look at every movie. */
#include "testing.h"

#include <math.h>

#include "base/exponential.h"
#include "base/memory.h"
#include "rank/candidates.h"
#include "rank/context.h"
#include "rank/ranker.h"
#include "rank/rerank.h"

enum { MOVIES = 3000 };

static const double *order_by;

static int by_score(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (order_by[x] != order_by[y]) return order_by[x] > order_by[y] ? -1 : 1;
    return x < y ? -1 : 1;
}

static void fill(rs_scores *scores, uint8_t *candidate, uint64_t *draw, size_t distinct)
{
    scores->count = 0;
    for (uint32_t i = 0; i < MOVIES; i++) {
        scores->scored[i] = test_below(draw, 4) != 0;
        candidate[i] = test_below(draw, 5) != 0;
        scores->rank[i] = 0;
        scores->score[i] = (double)test_below(draw, distinct) / 7;
        if (scores->scored[i]) scores->touched[scores->count++] = i;
    }
    for (size_t i = scores->count; i > 1; i--) { /* the order of arrival must not matter */
        size_t j = test_below(draw, i);
        uint32_t swap = scores->touched[i - 1];
        scores->touched[i - 1] = scores->touched[j];
        scores->touched[j] = swap;
    }
}

static void check(const rs_scores *scores, const uint8_t *candidate, size_t ranks)
{
    static uint32_t sorted[MOVIES];
    size_t count = 0;
    for (uint32_t i = 0; i < MOVIES; i++)
        if (scores->scored[i] && candidate[i]) sorted[count++] = i;
    order_by = scores->score;
    qsort(sorted, count, sizeof *sorted, by_score);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(scores->rank[sorted[i]], i < ranks ? i + 1 : 0);
    if (count == 0) return;
    assert_near(scores->high, scores->score[sorted[0]], 0);
    assert_near(scores->low, scores->score[sorted[count - 1]], 0);
}

static void ranks_are_those_of_a_sort(void **state)
{
    (void)state;
    static double score[MOVIES];
    static uint8_t scored[MOVIES], candidate[MOVIES];
    static uint32_t touched[MOVIES], rank[MOVIES];
    static rs_keyed ranked[2 * MOVIES];
    rs_scores scores = {.score = score, .scored = scored, .touched = touched, .rank = rank};
    rs_scratch scratch = {.candidate = candidate, .ranked = ranked};
    static const size_t cuts[] = {0, 1, 2, 15, 16, 17, 100, 1000, 2000, MOVIES, MOVIES + 5};
    static const size_t kinds[] = {1, 2, 50, 1000000};
    uint64_t draw = 1;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t c = 0; c < sizeof cuts / sizeof *cuts; c++)
            for (int round = 0; round < 5; round++) {
                fill(&scores, candidate, &draw, kinds[k]);
                rs_rank_source(NULL, &scratch, &scores, cuts[c]);
                check(&scores, candidate, cuts[c]);
            }
}

/* ---- a list, against every movie looked at ------------------------------------------- */

enum { USERS = 60, FILMS = 1600, DENSE_SETTINGS = 400 };

typedef struct drawn {
    size_t user, movie;
    uint64_t state;
    char user_id[16], movie_id[16];
} drawn;

/* Few movies are rated by many, many by few, some by nobody. */
static int drawn_row(void *user_data, recsys_row *row)
{
    drawn *d = user_data;
    for (;;) {
        if (d->movie == FILMS) {
            d->movie = 0;
            d->user++;
        }
        if (d->user == USERS) return 0;
        size_t movie = d->movie++;
        if (test_below(&d->state, 2 + movie / 12) != 0) continue;
        snprintf(d->user_id, sizeof d->user_id, "%zu", d->user);
        snprintf(d->movie_id, sizeof d->movie_id, "%zu", movie * 7919 % FILMS);
        row->user = d->user_id;
        row->movie = d->movie_id;
        row->rating = (float)(1 + test_below(&d->state, 10)) / 2;
        row->timestamp = 0;
        return 1;
    }
}

static recsys_model *drawn_model(void)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    recsys_model *model = NULL;
    drawn d = {.state = 3};
    assert_ok(recsys_ratings_from_rows(&ratings, NULL, drawn_row, &d, &err), &err);
    assert_ok(recsys_model_fit(&model, NULL, ratings, NULL, NULL, NULL, &err), &err);
    recsys_ratings_destroy(ratings);
    return model;
}

/* What the movies are ranked by, computed for each of them. */
typedef struct dense {
    uint8_t candidate[FILMS];
    double score[RS_SOURCES][FILMS], recall[FILMS], final[FILMS];
    int scored[RS_SOURCES][FILMS];
    size_t rank[RS_SOURCES][FILMS];
} dense;

static void dense_ranks(dense *d, const recsys_context *c)
{
    const rs_scratch *s = &c->scratch;
    for (size_t k = 0; k < RS_SOURCES; k++)
        for (size_t i = 0; i < c->model->movies.count; i++) {
            int by_raters = k == RS_POPULARITY && (c->settings.hybrid.fusion == RS_LEARNED ||
                                                   c->settings.hybrid.popularity_weight > 0);
            d->score[k][i] = k == RS_POPULARITY ? s->raters[i] : s->scores[k].score[i];
            d->scored[k][i] = d->candidate[i] && (k == RS_POPULARITY ? by_raters && s->raters[i]
                                                                     : s->scores[k].scored[i]);
        }
    for (size_t k = 0; k < RS_SOURCES; k++)
        for (size_t i = 0; i < c->model->movies.count; i++) {
            d->rank[k][i] = 1;
            for (size_t j = 0; j < c->model->movies.count && d->scored[k][i]; j++)
                d->rank[k][i] +=
                    d->scored[k][j] && (d->score[k][j] > d->score[k][i] ||
                                        (d->score[k][j] == d->score[k][i] && j < i));
        }
}

static double dense_part(const dense *d, const recsys_context *c, size_t k, size_t movie)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < c->model->movies.count; i++) {
        if (!d->scored[k][i]) continue;
        low = fmin(low, d->score[k][i]);
        high = fmax(high, d->score[k][i]);
    }
    double scaled = high > low ? (d->score[k][movie] - low) / (high - low) : 1;
    size_t rank = d->rank[k][movie];
    switch (c->settings.hybrid.fusion) {
    case RS_LEARNED: return rs_ranker_feature(scaled);
    case RS_MINMAX: return scaled;
    case RS_RRF: return 1.0 / (double)(60 + (rank <= 1000 ? rank : 1001));
    default: return c->model->fusion.table[k][rank <= 1000 ? rank - 1 : 1000] + 1e-6 * scaled;
    }
}

/* Listed are those that a source speaks for, popularity only for its first. */
static int dense_speaks(const dense *d, const recsys_context *c, size_t k, size_t i)
{
    return d->scored[k][i] && c->scratch.weight[k] > 0 &&
           (k != RS_POPULARITY || d->rank[k][i] <= RS_RANKS);
}

static void dense_learned(dense *d, const recsys_context *c)
{
    size_t movies = c->model->movies.count;
    int known = 0;
    double top = -INFINITY;
    for (size_t i = 0; i < movies; i++)
        for (size_t k = 0; k < RS_POPULARITY; k++) known |= dense_speaks(d, c, k, i);
    for (size_t i = 0; i < movies; i++) {
        const rs_ranker *r = c->model->fusion.ranker;
        int listed = 0;
        double value = 0;
        if (known && r->use == RS_USE_RANKER) /* nobody knows of genres */
            value = c->scratch.ranker.own[i] + r->movie[RS_BY_TASTE] * r->taste;
        for (size_t k = 0; k < RS_SOURCES; k++) {
            double weight = known ? c->scratch.weight[k] : k == RS_POPULARITY;
            listed |= dense_speaks(d, c, k, i);
            if (weight > 0 && d->scored[k][i]) value += weight * dense_part(d, c, k, i);
        }
        d->recall[i] = listed ? value : -INFINITY;
        top = fmax(top, d->recall[i]);
    }
    for (size_t i = 0; i < movies; i++)
        d->recall[i] = d->recall[i] > -INFINITY ? rs_exp(d->recall[i] - top) : 0;
}

static void dense_final(dense *d, const recsys_context *c)
{
    size_t movies = c->model->movies.count;
    double largest = 0, w = c->settings.rerank.quality_weight;
    int learned = c->settings.hybrid.fusion == RS_LEARNED;
    if (learned) dense_learned(d, c);
    for (size_t i = 0; i < movies && !learned; i++) {
        d->recall[i] = 0;
        for (size_t k = 0; k < RS_SOURCES; k++) {
            double weight = c->scratch.weight[k];
            if (weight > 0 && d->scored[k][i]) d->recall[i] += weight * dense_part(d, c, k, i);
        }
        largest = fmax(largest, d->recall[i]);
    }
    for (size_t i = 0; i < movies; i++) {
        if (largest > 0) d->recall[i] /= largest;
        d->final[i] = d->recall[i] * (1 - w) + c->scratch.quality[i] * w;
    }
}

static int is_pickable(const dense *d, const recsys_context *c, size_t i)
{
    int known = d->final[i] > 0;
    double least = c->settings.list.min_rating_threshold; /* the scale is 0..5 */
    for (size_t k = 0; k < RS_SOURCES; k++)
        known |= d->scored[k][i] && c->scratch.weight[k] > 0;
    return d->candidate[i] && known && rs_predicted(&c->settings, &c->scratch, i) >= least;
}

/* The best one after (score, movie); FILMS: none. */
static size_t dense_next(const dense *d, const recsys_context *c, double score, size_t movie)
{
    size_t best = FILMS;
    for (size_t i = 0; i < c->model->movies.count; i++) {
        int after = d->final[i] < score || (d->final[i] == score && i > movie);
        if (!after || !is_pickable(d, c, i)) continue;
        if (best == FILMS || d->final[i] > d->final[best]) best = i;
    }
    return best;
}

static void check_list(dense *d, const recsys_context *c, size_t count, size_t limit)
{
    double score = INFINITY;
    size_t movie = 0, popular = 0;
    for (size_t k = 0; k < count; k++) {
        size_t next = movie < FILMS ? dense_next(d, c, score, movie) : FILMS;
        if (next == FILMS) { /* filled by popularity */
            while (!d->candidate[c->model->statistics.popular[popular]]) popular++;
            next = c->model->statistics.popular[popular];
            movie = FILMS;
        } else {
            movie = next;
            score = d->final[next];
        }
        assert_int_equal(c->scratch.picked[k], next);
        assert_true(c->scratch.final[next] == d->final[next]);
        d->candidate[next] = 0;
    }
    for (size_t i = 0; i < c->model->movies.count && count < limit; i++)
        assert_false(d->candidate[i]);
}

static double one_of(uint64_t *state, double a, double b, double c)
{
    uint64_t draw = test_below(state, 3);
    return draw == 0 ? a : draw == 1 ? b : c;
}

static rs_settings draw_settings(const recsys_model *model, uint64_t *state)
{
    rs_settings s = model->settings;
    s.hybrid.fusion = (int64_t)(RS_CALIBRATED + test_below(state, 4));
    s.hybrid.cf_weight = one_of(state, 0, 0.6, 1);
    s.hybrid.popularity_weight = one_of(state, 0, 0.4, 1);
    s.rerank.quality_weight = one_of(state, 0, 0.05, 0.9);
    s.rerank.rating_damping = one_of(state, 0, 0, 3);
    s.list.min_rating_threshold = one_of(state, 0, 2.5, 3.2);
    s.list.min_ratings = (int64_t)one_of(state, 0, 0, 4);
    return s;
}

/* As if the user had rated less, as calibration does. */
static void forget_some(rs_profile *p, uint64_t *state)
{
    size_t keep = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (test_below(state, 3) == 0) continue;
        p->movie[keep] = p->movie[i];
        p->rating[keep++] = p->rating[i];
    }
    p->count = keep;
    p->as_stored = 0;
}

static void draw_ranker(rs_ranker *ranker, uint64_t *state)
{
    ranker->use = test_below(state, 4) != 0 ? RS_USE_RANKER : RS_USE_SINGLE;
    ranker->single = (uint64_t)one_of(state, RS_USER_CF, RS_EASE, RS_POPULARITY);
    for (size_t k = 0; k < RS_SOURCES; k++) ranker->source[k] = one_of(state, 0, 0.7, 3);
    for (size_t k = 0; k < RS_MOVIE_FEATURES; k++) ranker->movie[k] = one_of(state, 0, 0.5, -2);
}

static void lists_are_those_of_all_movies(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_context *c;
    recsys_model *model = drawn_model();
    dense *d = malloc(sizeof *d);
    uint64_t draw = 11;
    const rs_ranker *learned = model->fusion.ranker;
    rs_ranker ranker = *learned;
    model->fusion.ranker = &ranker;
    assert_true(model->movies.count > RS_RANKS && model->movies.count <= FILMS);
    for (size_t round = 0; round < DENSE_SETTINGS; round++) {
        rs_settings settings = draw_settings(model, &draw);
        draw_ranker(&ranker, &draw);
        size_t limit = (size_t)one_of(&draw, one_of(&draw, 1, 5, 1300), 20, 1050);
        assert_ok(rs_context_make(&c, model, &err), &err);
        rs_context_use(c, &settings);
        assert_ok(rs_ranker_prepare(model, &settings, &c->scratch, &err), &err);
        size_t user = test_below(&draw, 5) != 0 ? (size_t)test_below(&draw, USERS) : SIZE_MAX;
        rs_profile_load(&c->scratch.profile, model, user);
        if (round % 2) forget_some(&c->scratch.profile, &draw);
        rs_candidates(model, &settings, NULL, &c->scratch);
        for (size_t i = 0; i < model->movies.count && round % 4 > 1; i++)
            if (round % 8 > 5 ? c->scratch.raters[i] < 8 || test_below(&draw, 12) != 0
                              : test_below(&draw, 8) == 0)
                c->scratch.candidate[i] = 0;
        memcpy(d->candidate, c->scratch.candidate, model->movies.count);
        rs_score_sources(c, RS_RANKS);
        dense_ranks(d, c);
        dense_final(d, c);
        double largest = rs_fuse(model, &settings, &c->scratch);
        size_t count = rs_pick(model, &settings, &c->scratch, largest, limit);
        check_list(d, c, count, limit);
        recsys_context_destroy(c);
    }
    free(d);
    model->fusion.ranker = learned;
    recsys_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_are_those_of_a_sort),
        cmocka_unit_test(lists_are_those_of_all_movies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
