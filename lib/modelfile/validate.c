/* What a swap into a running service wants to know beyond memory safety: the sections agree. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "kernels/normal.h"
#include "modelfile/model.h"

static recsys_status damaged(const char *part, const char *row, size_t i, const char *how,
                             recsys_error *err)
{
    return rs_fail(err, RECSYS_E_DAMAGED, "section \"%s\": %s %zu %s", part, row, i, how);
}

/* ---- lists ----------------------------------------------------------------------- */

typedef struct lists {
    const char *name, *similarities; /* sections */
    size_t rows;
    const uint64_t *ptr;
    const uint32_t *index;
    const float *similarity;
} lists;

/* A row by falling similarity, without itself, nobody twice: `mark` holds who was seen in which
 * row before, counted from 1. */
static recsys_status check_row(const lists *l, size_t row, uint32_t *mark, recsys_error *err)
{
    for (uint64_t at = l->ptr[row]; at < l->ptr[row + 1]; at++) {
        if (l->index[at] == row) return damaged(l->name, "row", row, "holds itself", err);
        if (mark[l->index[at]] == row + 1)
            return damaged(l->name, "row", row, "holds a number twice", err);
        mark[l->index[at]] = (uint32_t)(row + 1);
        if (at > l->ptr[row] && l->similarity[at] > l->similarity[at - 1])
            return damaged(l->similarities, "row", row, "is not in order", err);
    }
    return RECSYS_OK;
}

static recsys_status check_lists(const lists *l, recsys_runtime *runtime, recsys_error *err)
{
    uint32_t *mark = rs_array_zero(runtime, l->rows, sizeof *mark);
    if (mark == NULL) return rs_fail_memory(err, "recsys_model_validate");
    recsys_status status = RECSYS_OK;
    for (size_t row = 0; row < l->rows && status == RECSYS_OK; row++)
        status = check_row(l, row, mark, err);
    rs_free(runtime, mark);
    return status;
}

static recsys_status check_neighbours(const recsys_model *model, recsys_error *err)
{
    const rs_neighbours *n = &model->neighbours;
    lists l = {"user_cf.user", "user_cf.similarity", model->users.count, n->ptr,
               n->user,        n->similarity};
    return check_lists(&l, model->runtime, err);
}

/* Does entry i of one list come before entry j of another: similarity falling, common falling,
 * user rising? */
static int comes_before(const rs_neighbours *a, uint64_t i, const rs_neighbours *b, uint64_t j)
{
    if (a->similarity[i] != b->similarity[j]) return a->similarity[i] > b->similarity[j];
    if (a->common[i] != b->common[j]) return a->common[i] > b->common[j];
    return a->user[i] < b->user[j];
}

/* A user's spare neighbours go on where a full list ends, and name nobody of it. */
static recsys_status check_spare_row(const recsys_model *model, size_t row, uint32_t *mark,
                                     recsys_error *err)
{
    const rs_neighbours *n = &model->neighbours, *s = &model->spare;
    uint64_t from = n->ptr[row], to = n->ptr[row + 1], first = s->ptr[row];
    int full = to - from == (uint64_t)model->settings.cf.n_neighbors;
    if (!full && s->ptr[row + 1] > first)
        return damaged("spare.ptr", "row", row, "goes on after a short list", err);
    if (!full && !model->spare_complete[row])
        return damaged("spare.complete", "row", row, "is 0 for a short list", err);
    for (uint64_t at = from; at < to; at++) mark[n->user[at]] = (uint32_t)(row + 1);
    for (uint64_t at = first; at < s->ptr[row + 1]; at++) {
        int goes_on =
            at == first ? comes_before(n, to - 1, s, at) : comes_before(s, at - 1, s, at);
        if (!goes_on) return damaged("spare.similarity", "row", row, "is not in order", err);
        if (s->user[at] == row) return damaged("spare.user", "row", row, "holds itself", err);
        if (mark[s->user[at]] == row + 1)
            return damaged("spare.user", "row", row, "holds a number twice", err);
        mark[s->user[at]] = (uint32_t)(row + 1);
    }
    return RECSYS_OK;
}

static recsys_status check_spare(const recsys_model *model, recsys_error *err)
{
    if (model->spare_complete == NULL) return RECSYS_OK;
    size_t users = model->users.count;
    uint32_t *mark = rs_array_zero(model->runtime, users, sizeof *mark);
    if (mark == NULL) return rs_fail_memory(err, "recsys_model_validate");
    recsys_status status = RECSYS_OK;
    for (size_t row = 0; row < users && status == RECSYS_OK; row++)
        status = check_spare_row(model, row, mark, err);
    rs_free(model->runtime, mark);
    return status;
}

static recsys_status check_similar(const recsys_model *model, recsys_error *err)
{
    const rs_similar *s = &model->lists[RS_CONTENT];
    lists l = {"content.movie", "content.similarity", model->movies.count, s->ptr,
               s->movie,        s->similarity};
    return check_lists(&l, model->runtime, err);
}

/* Targets rise in each row, and none is the row's own movie. */
static recsys_status check_movie_lists(const recsys_model *model, size_t source,
                                       recsys_error *err)
{
    const rs_similar *e = &model->lists[source];
    char name[RS_PART_NAME];
    rs_list_part(name, source, ".movie");
    for (size_t row = 0; e->ptr != NULL && row < model->movies.count; row++)
        for (uint64_t at = e->ptr[row]; at < e->ptr[row + 1]; at++)
            if (e->movie[at] == row || (at > e->ptr[row] && e->movie[at] <= e->movie[at - 1]))
                return damaged(name, "row", row, "is not in order", err);
    return RECSYS_OK;
}

static uint64_t count_rated(const uint64_t *ptr, size_t rows)
{
    uint64_t count = 0;
    for (size_t i = 0; i < rows; i++) count += ptr[i + 1] > ptr[i];
    return count;
}

/* Movies without raters have no factors, and V'V is that of the factors. */
static uint64_t count_factored(const recsys_model *model)
{
    size_t factors = (size_t)model->ials.head->factors;
    uint64_t count = 0;
    for (size_t movie = 0; movie < model->movies.count; movie++) {
        const float *v = model->ials.movie + movie * factors;
        size_t k = 0;
        while (k < factors && v[k] == 0) k++;
        count += k < factors;
    }
    return count;
}

static recsys_status check_ials(const recsys_model *model, recsys_error *err)
{
    const rs_ials *s = &model->ials;
    const rs_matrix *m = &model->ratings;
    if (s->head == NULL) return RECSYS_OK;
    size_t factors = (size_t)s->head->factors, bytes = factors * factors * sizeof(double);
    for (size_t movie = 0; movie < m->movies; movie++)
        for (size_t k = 0; k < factors && rs_raters(model, movie) == 0; k++)
            if (s->movie[movie * factors + k] != 0)
                return damaged("ials.movie", "movie", movie, "has factors but no raters", err);
    /* Of the movies those that came with an update may have no factors. */
    if (s->head->users > count_rated(m->user_ptr, m->users) ||
        s->head->movies > count_rated(m->movie_ptr, m->movies) ||
        s->head->movies < count_factored(model))
        return rs_fail(err, RECSYS_E_DAMAGED, "section \"ials.head\" does not fit the ratings");
    double *square = rs_array(model->runtime, factors * factors, sizeof *square);
    if (square == NULL) return rs_fail_memory(err, "recsys_model_validate");
    rs_normal_square(s->movie, m->movies, factors, square);
    int same = memcmp(square, s->gram, bytes) == 0;
    rs_free(model->runtime, square);
    if (same) return RECSYS_OK;
    return rs_fail(err, RECSYS_E_DAMAGED, "section \"ials.gram\" differs from the factors");
}

static recsys_status check_terms(const recsys_model *model, recsys_error *err)
{
    const rs_terms *t = &model->terms;
    for (size_t row = 0; row < model->movies.count; row++)
        for (uint64_t at = t->ptr[row] + 1; at < t->ptr[row + 1]; at++)
            if (t->term[at] <= t->term[at - 1])
                return damaged("terms.term", "row", row, "is not in order", err);
    return RECSYS_OK;
}

/* ---- ratings --------------------------------------------------------------------- */

/* Both forms hold the same ratings: columns ascend by user, so going through the rows meets
 * each column's entries in their order. */
static recsys_status check_columns(const recsys_model *model, recsys_error *err)
{
    const rs_matrix *m = &model->ratings;
    recsys_status status = RECSYS_OK;
    uint64_t *next = rs_array_copy(model->runtime, m->movie_ptr, m->movies, sizeof *next);
    if (next == NULL) return rs_fail_memory(err, "recsys_model_validate");
    for (size_t user = 0; user < m->users && status == RECSYS_OK; user++)
        for (uint64_t at = m->user_ptr[user]; at < m->user_ptr[user + 1]; at++) {
            uint64_t in_column = next[m->user_movie[at]]++;
            const char *part = NULL;
            if (m->movie_user[in_column] != user)
                part = "ratings.movie_user";
            else if (rs_movie_rating(m, in_column) != rs_user_rating(m, at))
                part = "ratings.movie_value";
            if (part == NULL) continue;
            status = damaged(part, "user", user, "has other ratings than in the rows", err);
            break;
        }
    rs_free(model->runtime, next);
    return status;
}

/* The sums that formulas divide by must be those of the ratings. */
static recsys_status check_user_sums(const recsys_model *model, recsys_error *err)
{
    const rs_matrix *m = &model->ratings;
    for (size_t user = 0; user < m->users; user++) {
        double sum = 0, square = 0;
        for (uint64_t at = m->user_ptr[user]; at < m->user_ptr[user + 1]; at++) {
            double r = (double)rs_user_rating(m, at);
            sum += r;
            square += r * r;
        }
        if (sum != model->statistics.user_sum[user])
            return damaged("user.sum", "user", user, "differs from the ratings", err);
        if (square != model->statistics.user_square[user])
            return damaged("user.square", "user", user, "differs from the ratings", err);
    }
    return RECSYS_OK;
}

static recsys_status check_movie_sums(const recsys_model *model, recsys_error *err)
{
    const rs_matrix *m = &model->ratings;
    for (size_t movie = 0; movie < m->movies; movie++) {
        double sum = 0;
        for (uint64_t at = m->movie_ptr[movie]; at < m->movie_ptr[movie + 1]; at++)
            sum += (double)rs_movie_rating(m, at);
        if (sum != model->statistics.movie_sum[movie])
            return damaged("movie.sum", "movie", movie, "differs from the ratings", err);
    }
    return RECSYS_OK;
}

/* ---- text and fusion ------------------------------------------------------------- */

/* Strings lie one after the other, each with its zero byte, so all are checked as one. */
static recsys_status check_text(const char *part, const rs_column *column, size_t count,
                                recsys_error *err)
{
    if (!rs_utf8_valid(column->bytes, (size_t)column->offsets[count]))
        return rs_fail(err, RECSYS_E_DAMAGED, "section \"%s\" is not UTF-8", part);
    return RECSYS_OK;
}

static recsys_status check_texts(const recsys_model *model, recsys_error *err)
{
    const rs_catalogue *c = &model->catalogue;
    const struct {
        const char *part;
        const rs_column *column;
    } all[] = {
        {"catalogue.title", &c->title}, {"catalogue.genres", &c->genres},
        {"catalogue.cast", &c->cast},   {"catalogue.overview", &c->overview},
        {"catalogue.tags", &c->tags},   {"catalogue.imdb", &c->imdb},
        {"catalogue.tmdb", &c->tmdb},
    };
    recsys_status status = RECSYS_OK;
    for (size_t i = 0; i < sizeof all / sizeof *all && status == RECSYS_OK; i++)
        status = check_text(all[i].part, all[i].column, c->count, err);
    if (status != RECSYS_OK) return status;
    return check_text("terms.names", &model->terms.names, model->terms.count, err);
}

/* Expected relevances are shares that never rise with the rank; so are the NDCGs shares, but
 * for the rounding of their sums. */
static recsys_status check_fusion(const recsys_model *model, recsys_error *err)
{
    const rs_fusion *f = &model->fusion;
    for (size_t kind = RS_CALIBRATED; kind <= RS_RRF; kind++)
        if (!(f->ndcg[kind] >= 0 && f->ndcg[kind] <= 1 + 1e-9))
            return damaged("fusion.head", "NDCG", kind, "is not within 0 and 1", err);
    for (size_t use = 0; f->ranker != NULL && use <= RS_USE_RANKER; use++)
        if (!(f->ranker->ndcg[use] >= 0 && f->ranker->ndcg[use] <= 1 + 1e-9))
            return damaged("fusion.ranker", "NDCG", use, "is not within 0 and 1", err);
    for (size_t s = 0; s < RS_SOURCES; s++)
        for (size_t rank = 0; rs_has_source(model, s) && rank <= f->ranks; rank++) {
            double most = rank == 0 ? 1 : f->table[s][rank - 1], here = f->table[s][rank];
            if (here >= 0 && here <= most) continue;
            char part[RS_PART_NAME];
            rs_fusion_part(part, s);
            return damaged(part, "rank", rank, "is not falling from 1 to 0", err);
        }
    return RECSYS_OK;
}

/* ---- the whole ------------------------------------------------------------------- */

recsys_status rs_model_validate(const recsys_model *model, int full, recsys_error *err)
{
    recsys_status status;
    RS_TRY(rs_container_verify(&model->parts, full, err));
    if (!full) return RECSYS_OK;
    RS_TRY(check_neighbours(model, err));
    RS_TRY(check_spare(model, err));
    RS_TRY(check_similar(model, err));
    for (size_t s = 0; s < RS_SOURCES; s++)
        if (rs_is_collaborative(s)) RS_TRY(check_movie_lists(model, s, err));
    RS_TRY(check_ials(model, err));
    RS_TRY(check_terms(model, err));
    RS_TRY(check_columns(model, err));
    RS_TRY(check_user_sums(model, err));
    RS_TRY(check_movie_sums(model, err));
    RS_TRY(check_texts(model, err));
    RS_TRY(check_fusion(model, err));
out:
    return status;
}
