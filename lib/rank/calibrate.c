#include "rank/calibrate.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "models/source.h"
#include "rank/candidates.h"
#include "rank/context.h"
#include "rank/rerank.h"

enum { NDCG_AT = 10, BLOCK = 8, LEAST_RATINGS = 3 };
#define SAMPLE_SEED UINT64_C(0x5eed0ca11b)

/* ---- the sample ------------------------------------------------------------------ */

/* key: hash, value: number of a user, or of a rating in its row. The first `taken` by hash,
 * equal hashes by number, come to the front; both halves are then in order of numbers. */
static void draw(rs_keyed *items, rs_keyed *spare, size_t count, size_t taken)
{
    rs_sort_keyed(items, spare, count);
    for (size_t part = 0; part < 2; part++) {
        rs_keyed *from = part == 0 ? items : items + taken;
        size_t size = part == 0 ? taken : count - taken;
        rs_swap_keyed(from, size);
        rs_sort_keyed(from, spare, size);
        rs_swap_keyed(from, size);
    }
}

/* Of an id as people write it, so that other users or movies coming or going change nothing. */
static uint64_t hash_id(const rs_ids *ids, size_t i, uint64_t seed)
{
    char text[256];
    size_t need = rs_ids_text(ids, i, text, sizeof text);
    return rs_hash64(text, need < sizeof text ? need : sizeof text - 1, seed);
}

typedef struct study {
    recsys_model *model;
    recsys_context **context; /* [threads] */
    rs_keyed **rows;          /* [threads][2 * movies] room for a user's ratings */
    uint64_t *hits, *seen;    /* [threads][sources][RS_RANKS + 1] */
    rs_keyed *users;          /* [count] ascending users */
    size_t count, threads;
    double least;               /* a rating from here on is a hit */
    double (*ndcg)[RS_RRF + 1]; /* [count] */
} study;

static recsys_status draw_users(study *s, recsys_error *err)
{
    const rs_matrix *m = &s->model->ratings;
    size_t most = (size_t)s->model->settings.hybrid.calibration_users, count = 0;
    s->users = rs_array(s->model->runtime, m->users, 2 * sizeof *s->users);
    if (s->users == NULL) return rs_fail_memory(err, "calibration");
    for (size_t u = 0; u < m->users; u++) {
        if (m->user_ptr[u + 1] - m->user_ptr[u] < LEAST_RATINGS) continue;
        s->users[count++] = (rs_keyed){hash_id(&s->model->users, u, SAMPLE_SEED), u};
    }
    s->count = count < most ? count : most;
    draw(s->users, s->users + m->users, count, s->count);
    return RECSYS_OK;
}

/* ---- hiding ---------------------------------------------------------------------- */

/* Draw the ratings to hide: they come first in `row`, the rest follows. Returns how many. */
static size_t draw_hidden(const study *s, const rs_keyed *user, rs_keyed *row)
{
    const rs_matrix *m = &s->model->ratings;
    uint64_t from = m->user_ptr[user->value];
    size_t n = (size_t)(m->user_ptr[user->value + 1] - from);
    for (size_t i = 0; i < n; i++) {
        uint32_t movie = m->user_movie[from + i];
        row[i] = (rs_keyed){hash_id(&s->model->movies, movie, user->key), i};
    }
    size_t hidden = (size_t)(s->model->settings.hybrid.calibration_share * (double)n + 0.5);
    if (hidden >= n) hidden = n - 1;
    draw(row, row + n, n, hidden);
    return hidden;
}

/* The hidden movies in the order of their raters; nobody's: none is. */
static void move_hidden(rs_scratch *scratch, const rs_matrix *m, uint64_t from,
                        const rs_keyed *row, size_t hidden)
{
    rs_keyed *order = scratch->ranked;
    for (size_t i = 0; i < scratch->moved_count; i++) scratch->is_moved[scratch->moved[i]] = 0;
    for (size_t i = 0; i < hidden; i++) {
        uint32_t movie = m->user_movie[from + row[i].value];
        order[i] = (rs_keyed){~(uint64_t)scratch->raters[movie], movie};
    }
    rs_sort_keyed(order, order + hidden, hidden);
    for (size_t i = 0; i < hidden; i++) {
        scratch->moved[i] = (uint32_t)order[i].value;
        scratch->is_moved[order[i].value] = 1;
    }
    scratch->moved_count = hidden;
}

/* Change how the hidden movies count: as if these ratings were (in = 0) or were not there. */
static void count_hidden(recsys_context *c, uint64_t from, const rs_keyed *row, size_t hidden,
                         int in)
{
    const rs_matrix *m = &c->model->ratings;
    for (size_t i = 0; i < hidden; i++) {
        uint64_t at = from + row[i].value;
        size_t movie = m->user_movie[at];
        uint64_t raters = rs_raters(c->model, movie) - (in ? 0 : 1);
        double sum = c->model->statistics.movie_sum[movie];
        rs_movie_counts(c->model, &c->settings, &c->scratch, movie, raters,
                        in ? sum : sum - (double)rs_user_rating(m, at));
        rs_discount_raters(c->model, &c->scratch, movie, raters);
    }
    move_hidden(&c->scratch, m, from, row, in ? 0 : hidden);
}

static void show_rest(recsys_context *c, size_t user, const rs_keyed *row, size_t count)
{
    const rs_matrix *m = &c->model->ratings;
    rs_profile *p = &c->scratch.profile;
    *p = (rs_profile){.user = user, .movie = p->movie, .rating = p->rating};
    for (size_t i = 0; i < count; i++) {
        uint64_t at = m->user_ptr[user] + row[i].value;
        double r = (double)rs_user_rating(m, at);
        p->movie[p->count] = m->user_movie[at];
        p->rating[p->count++] = rs_user_rating(m, at);
        p->sum += r;
        p->square += r * r;
    }
}

/* Ready the context for one user of the sample; returns the number of hidden ratings. */
static size_t hide(const study *s, recsys_context *c, const rs_keyed *user, rs_keyed *row)
{
    const rs_matrix *m = &s->model->ratings;
    size_t n = (size_t)(m->user_ptr[user->value + 1] - m->user_ptr[user->value]);
    size_t hidden = draw_hidden(s, user, row);
    show_rest(c, user->value, row + hidden, n - hidden);
    count_hidden(c, m->user_ptr[user->value], row, hidden, 0);
    rs_candidates(s->model, &c->settings, NULL, &c->scratch);
    return hidden;
}

static int is_hit(const study *s, const rs_keyed *user, const rs_keyed *rating)
{
    const rs_matrix *m = &s->model->ratings;
    return (double)rs_user_rating(m, m->user_ptr[user->value] + rating->value) >= s->least;
}

/* ---- first pass: hits by rank ---------------------------------------------------- */

static uint64_t rated_candidates(const recsys_model *model, const rs_scratch *scratch)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->movies.count; i++)
        count += scratch->candidate[i] && scratch->raters[i] > 0;
    return count;
}

static void count_ranks(const study *s, const rs_scratch *scratch, const rs_keyed *user,
                        const rs_keyed *row, size_t hidden, uint64_t *hits, uint64_t *seen)
{
    const rs_matrix *m = &s->model->ratings;
    for (size_t k = 0; k < RS_SOURCES; k++, hits += RS_RANKS + 1, seen += RS_RANKS + 1) {
        const rs_scores *scores = &scratch->scores[k];
        for (size_t i = 0; i < scores->count; i++) {
            uint32_t movie = scores->touched[i];
            if (!scratch->candidate[movie]) continue;
            seen[scores->rank[movie] > 0 ? scores->rank[movie] - 1 : RS_RANKS]++;
        }
        if (scores->by_raters)
            seen[RS_RANKS] += rated_candidates(s->model, scratch) - scores->count;
        for (size_t i = 0; i < hidden; i++) {
            uint32_t movie = m->user_movie[m->user_ptr[user->value] + row[i].value];
            if (!scratch->candidate[movie] || !rs_is_scored(scratch, scores, movie) ||
                !is_hit(s, user, &row[i]))
                continue;
            hits[scores->rank[movie] > 0 ? scores->rank[movie] - 1 : RS_RANKS]++;
        }
    }
}

static recsys_status first_pass(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    study *s = shared;
    recsys_context *c = s->context[thread];
    size_t cells = RS_SOURCES * (RS_RANKS + 1), to = (task + 1) * BLOCK;
    for (size_t i = task * BLOCK; i < s->count && i < to; i++) {
        const rs_keyed *user = &s->users[i];
        size_t hidden = hide(s, c, user, s->rows[thread]);
        for (size_t k = 0; k < RS_SOURCES; k++) {
            rs_scores_clear(&c->scratch.scores[k]);
            rs_sources[k]->score(s->model, &c->scratch, &c->scratch.scores[k]);
            rs_rank_source(s->model, &c->scratch, &c->scratch.scores[k], RS_RANKS);
        }
        count_ranks(s, &c->scratch, user, s->rows[thread], hidden, s->hits + thread * cells,
                    s->seen + thread * cells);
        count_hidden(c, s->model->ratings.user_ptr[user->value], s->rows[thread], hidden, 1);
    }
    return RECSYS_OK;
}

/* One source's table from the counts of all threads. */
static recsys_status add_table(study *s, size_t source, recsys_error *err)
{
    recsys_runtime *r = s->model->runtime;
    size_t cells = RS_SOURCES * (RS_RANKS + 1);
    double *value = rs_array_zero(r, RS_RANKS + 1, sizeof *value);
    double *weight = rs_array_zero(r, RS_RANKS + 1, sizeof *weight);
    char name[RS_PART_NAME] = "fusion.";
    strncat(name, rs_source_names[source], sizeof name - sizeof "fusion.");
    if (value == NULL || weight == NULL) {
        rs_free(r, value);
        rs_free(r, weight);
        return rs_fail_memory(err, "calibration");
    }
    for (size_t i = 0; i <= RS_RANKS; i++) {
        uint64_t hits = 0, seen = 0;
        for (size_t t = 0; t < s->threads; t++) {
            hits += s->hits[t * cells + source * (RS_RANKS + 1) + i];
            seen += s->seen[t * cells + source * (RS_RANKS + 1) + i];
        }
        weight[i] = (double)seen;
        if (seen > 0) value[i] = (double)hits / (double)seen;
    }
    int fitted = rs_isotonic_falling(r, value, weight, RS_RANKS + 1);
    rs_free(r, weight);
    if (!fitted) {
        rs_free(r, value);
        return rs_fail_memory(err, "calibration");
    }
    return rs_container_add(&s->model->parts, name, 1, value, (RS_RANKS + 1) * sizeof *value,
                            value, err);
}

/* ---- second pass: which fusion ranks best ---------------------------------------- */

/* 1 / log2(rank + 1), written out so that no math library has a say in the model's bytes. */
static const double discount[NDCG_AT] = {1.0,
                                         0.6309297535714575,
                                         0.5,
                                         0.43067655807339306,
                                         0.38685280723454163,
                                         0.3562071871080222,
                                         0.3333333333333333,
                                         0.31546487678572877,
                                         0.3010299956639812,
                                         0.2890648263178879};

static double ndcg_of_list(const study *s, const recsys_context *c, const rs_keyed *user,
                           const rs_keyed *row, size_t hidden, size_t count)
{
    const rs_matrix *m = &s->model->ratings;
    double gain = 0, ideal = 0;
    size_t relevant = 0;
    for (size_t i = 0; i < hidden; i++) {
        if (!is_hit(s, user, &row[i])) continue;
        if (relevant < NDCG_AT) ideal += discount[relevant];
        relevant++;
        uint32_t movie = m->user_movie[m->user_ptr[user->value] + row[i].value];
        for (size_t k = 0; k < count; k++)
            if (c->scratch.picked[k] == movie) gain += discount[k];
    }
    return relevant > 0 ? gain / ideal : NAN;
}

static recsys_status second_pass(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)err;
    study *s = shared;
    recsys_context *c = s->context[thread];
    for (size_t i = task * BLOCK; i < s->count && i < (task + 1) * BLOCK; i++) {
        const rs_keyed *user = &s->users[i];
        size_t hidden = hide(s, c, user, s->rows[thread]);
        rs_score_sources(c, RS_RANKS);
        for (rs_fusion_kind kind = RS_CALIBRATED; kind <= RS_RRF; kind++) {
            c->settings.hybrid.fusion = kind;
            rs_candidates(s->model, &c->settings, NULL, &c->scratch); /* picking uses them up */
            double largest = rs_fuse(s->model, &c->settings, &c->scratch);
            size_t count = rs_pick(s->model, &c->settings, &c->scratch, largest, NDCG_AT);
            s->ndcg[i][kind] = ndcg_of_list(s, c, user, s->rows[thread], hidden, count);
        }
        count_hidden(c, s->model->ratings.user_ptr[user->value], s->rows[thread], hidden, 1);
    }
    return RECSYS_OK;
}

/* ---- the whole ------------------------------------------------------------------- */

static recsys_status prepare(study *s, recsys_error *err)
{
    recsys_status status;
    recsys_runtime *r = s->model->runtime;
    size_t cells = RS_SOURCES * (RS_RANKS + 1);
    RS_TRY(draw_users(s, err));
    s->threads = rs_parallel_threads(r, (s->count + BLOCK - 1) / BLOCK);
    s->context = rs_array_zero(r, s->threads, sizeof *s->context);
    s->rows = rs_array_zero(r, s->threads, sizeof *s->rows);
    s->hits = rs_array_zero(r, s->threads * cells, sizeof *s->hits);
    s->seen = rs_array_zero(r, s->threads * cells, sizeof *s->seen);
    s->ndcg = rs_array_zero(r, s->count, sizeof *s->ndcg);
    if (s->context == NULL || s->rows == NULL || s->hits == NULL || s->seen == NULL ||
        s->ndcg == NULL)
        return rs_fail_memory(err, "calibration");
    for (size_t t = 0; t < s->threads; t++) {
        RS_TRY(rs_context_make(&s->context[t], s->model, err));
        s->rows[t] = rs_array(r, s->model->movies.count, 2 * sizeof **s->rows);
        if (s->rows[t] == NULL) return rs_fail_memory(err, "calibration");
        rs_context_use(s->context[t], &s->model->settings);
    }
out:
    return status;
}

static void release(study *s)
{
    recsys_runtime *r = s->model->runtime;
    for (size_t t = 0; t < s->threads; t++) {
        if (s->context != NULL) rs_context_free(s->context[t]);
        if (s->rows != NULL) rs_free(r, s->rows[t]);
    }
    rs_free(r, s->context);
    rs_free(r, s->rows);
    rs_free(r, s->hits);
    rs_free(r, s->seen);
    rs_free(r, s->users);
    rs_free(r, s->ndcg);
}

static recsys_status add_head(study *s, double relevance, recsys_error *err)
{
    rs_fusion_head *head = rs_array_zero(s->model->runtime, 1, sizeof *head);
    if (head == NULL) return rs_fail_memory(err, "calibration");
    *head = (rs_fusion_head){.ranks = RS_RANKS, .chosen = RS_CALIBRATED};
    head->relevance = relevance;
    return rs_container_add(&s->model->parts, "fusion.head", 1, head, sizeof *head, head, err);
}

/* Means over users in their order; the head is still ours to write. */
static void note_verdict(study *s)
{
    rs_fusion_head *head = rs_container_find(&s->model->parts, "fusion.head")->owned;
    double sum[RS_RRF + 1] = {0};
    for (size_t i = 0; i < s->count; i++) {
        if (isnan(s->ndcg[i][RS_CALIBRATED])) continue;
        head->users++;
        for (size_t k = RS_CALIBRATED; k <= RS_RRF; k++) sum[k] += s->ndcg[i][k];
    }
    for (size_t k = RS_CALIBRATED; k <= RS_RRF && head->users > 0; k++)
        head->ndcg[k] = sum[k] / (double)head->users;
    if (head->ndcg[RS_MINMAX] > head->ndcg[RS_CALIBRATED]) head->chosen = RS_MINMAX;
}

recsys_status rs_calibrate(recsys_model *model, double relevance,
                           const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    recsys_runtime *r = model->runtime;
    study s = {.model = model, .least = relevance * (double)model->ratings.scale_max};
    RS_TRY(prepare(&s, err));
    size_t tasks = (s.count + BLOCK - 1) / BLOCK;
    RS_TRY(rs_parallel(r, tasks, first_pass, &s, "calibration", progress, err));
    RS_TRY(add_head(&s, relevance, err));
    for (size_t k = 0; k < RS_SOURCES; k++)
        if (rs_has_source(model, k)) RS_TRY(add_table(&s, k, err));
    RS_TRY(rs_model_bind_fusion(model, err));
    RS_TRY(rs_parallel(r, tasks, second_pass, &s, "validation", progress, err));
    note_verdict(&s);
    RS_TRY(rs_model_bind_fusion(model, err));
out:
    release(&s);
    return status;
}
