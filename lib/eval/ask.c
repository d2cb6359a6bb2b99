#include "eval/ask.h"

#include <math.h>
#include <recsys/recommend.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "eval/auc.h"
#include "modelfile/model.h"
#include "rank/context.h"
#include "rank/query.h"

enum { USERS_PER_TASK = 16 };

/* Scratch of one thread. */
typedef struct worker {
    recsys_context *context;
    recsys_query *query;
    char *user;        /* [id_room] the user's id, zero-ended */
    uint8_t *relevant; /* [movies] for one user's AUC */
} worker;

typedef struct crew {
    rs_asking *asking;
    worker *workers; /* [threads] */
    size_t id_room, threads;
} crew;

static recsys_status no_memory(recsys_error *err)
{
    return rs_fail_memory(err, "recsys_evaluate");
}

/* ---- one user's query ------------------------------------------------------------ */

/* All candidates, by what their raters and the user's neighbours gave, none left out. */
static const char *const nothing_left_out[][2] = {
    {"model.recommendation.min_rating_threshold", "0"},
    {"model.recommendation.min_ratings", "0"},
    {"model.recommendation.diversity", "0"},
};
static const char *const popularity_alone[][2] = {
    {"model.hybrid.cf_weight", "0"},
    {"model.hybrid.content_weight", "0"},
    {"model.hybrid.popularity_weight", "1"},
    {"model.hybrid.fusion", "minmax"}, /* the others tell raters apart down to rank 1000 */
    {"model.rerank.quality_weight", "0"},
};

static recsys_status set_options(recsys_query *query, const char *const options[][2],
                                 size_t count, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    for (size_t i = 0; i < count && status == RECSYS_OK; i++)
        status = recsys_query_set_option(query, options[i][0], options[i][1], err);
    return status;
}

static recsys_status allow_tested(const rs_asking *a, recsys_query *query, size_t user,
                                  recsys_error *err)
{
    char id[RS_ID_BYTES + 1];
    const rs_matrix *test = &a->test->matrix;
    recsys_status status = RECSYS_OK;
    for (uint64_t at = test->user_ptr[user];
         at < test->user_ptr[user + 1] && status == RECSYS_OK; at++) {
        rs_ids_text(&a->test->movies, test->user_movie[at], id, sizeof id);
        status = recsys_query_allow(query, id, err);
    }
    return status;
}

/* Only the user's listed candidates, where there are lists of them. */
static recsys_status allow_listed(const rs_asking *a, worker *w, size_t user, recsys_error *err)
{
    if (!a->candidates.given) return RECSYS_OK;
    if (rs_entries_of(&a->candidates.entries, user) == 0)
        return rs_candidates_missing(w->user, err);
    recsys_status status =
        rs_listed_tell(&a->candidates, w->query, user, recsys_query_allow, err);
    return status != RECSYS_OK ? status : allow_tested(a, w->query, user, err);
}

/* What is ranked for a user, by the options of the evaluation. */
static recsys_status choose_candidates(const rs_asking *a, worker *w, size_t user,
                                       recsys_error *err)
{
    recsys_status status;
    RS_TRY(recsys_query_set_option(w->query, "model.recommendation.rated_movies",
                                   a->keep_rated ? "keep" : "leave_out", err));
    if (a->only_rated)
        RS_TRY(recsys_query_set_option(w->query, "model.recommendation.min_ratings", "1", err));
    RS_TRY(allow_listed(a, w, user, err));
    RS_TRY(rs_listed_tell(&a->seen, w->query, user, recsys_query_deny, err));
out:
    return status;
}

/* `everything`: no movie is left out because of its rating. */
static recsys_status begin_query(const crew *c, worker *w, size_t user, size_t limit,
                                 int everything, recsys_error *err)
{
    const rs_asking *a = c->asking;
    recsys_status status;
    recsys_query_clear(w->query);
    rs_ids_text(&a->test->users, user, w->user, c->id_room);
    RS_TRY(recsys_query_set_user(w->query, w->user, err));
    w->query->limit = limit; /* of all movies: callers may not ask for so many */
    if (everything || a->by_popularity)
        RS_TRY(set_options(w->query, nothing_left_out,
                           sizeof nothing_left_out / sizeof *nothing_left_out, err));
    if (a->by_popularity)
        RS_TRY(set_options(w->query, popularity_alone,
                           sizeof popularity_alone / sizeof *popularity_alone, err));
out:
    return status;
}

/* ---- what one user is asked for -------------------------------------------------- */

static recsys_status ask_list(const crew *c, worker *w, size_t i, const rs_asked *lists,
                              int is_gate, recsys_error *err)
{
    const rs_asking *a = c->asking;
    const recsys_result *result = NULL;
    recsys_status status;
    RS_TRY(begin_query(c, w, a->user[i], lists->limit, 0, err));
    if (!is_gate) RS_TRY(choose_candidates(a, w, a->user[i], err));
    RS_TRY(recsys_recommend(&result, w->context, w->query, err));
    size_t size = recsys_result_size(result);
    lists->length[i] = size < lists->room ? size : lists->room;
    for (size_t place = 0; place < lists->length[i]; place++)
        lists->movie[i * lists->room + place] = (uint32_t)recsys_result_movie(result, place);
out:
    return status;
}

/* Mark the user's relevant movies, or take the marks back; returns their number, those that the
 * model does not know among them. */
static size_t mark_relevant(const rs_asking *a, worker *w, size_t user, uint8_t mark)
{
    size_t count = 0;
    const rs_matrix *test = &a->test->matrix;
    for (uint64_t at = test->user_ptr[user]; at < test->user_ptr[user + 1]; at++) {
        uint32_t movie = a->movie_of[test->user_movie[at]];
        if ((double)rs_user_rating(test, at) < a->relevant_from) continue;
        if (movie != UINT32_MAX) w->relevant[movie] = mark;
        count++;
    }
    return count;
}

/* By popularity: the raters themselves, as scaled scores of the last ones are 0 like those of
 * movies without any. */
static double score_of(const rs_asking *a, const recsys_result *result, size_t place)
{
    return a->by_popularity ? (double)rs_raters(a->model, recsys_result_movie(result, place))
                            : recsys_result_score(result, place);
}

static recsys_status ask_auc(const crew *c, worker *w, size_t i, recsys_error *err)
{
    const rs_asking *a = c->asking;
    const recsys_result *result = NULL;
    size_t user = a->user[i], movies = a->model->movies.count;
    size_t relevant = mark_relevant(a, w, user, 1);
    rs_auc auc = {.relevant = relevant};
    recsys_status status = begin_query(c, w, user, movies, 1, err);
    if (status == RECSYS_OK) status = choose_candidates(a, w, user, err);
    if (status == RECSYS_OK) status = recsys_recommend(&result, w->context, w->query, err);
    if (status == RECSYS_OK)
        for (size_t place = 0; place < recsys_result_size(result); place++)
            rs_auc_add(&auc, score_of(a, result, place),
                       w->relevant[recsys_result_movie(result, place)]);
    if (status == RECSYS_OK) a->auc[i] = rs_auc_end(&auc);
    mark_relevant(a, w, user, 0);
    return status;
}

static double true_rating(const rs_asking *a, size_t user, size_t movie)
{
    const rs_matrix *test = &a->test->matrix;
    for (uint64_t at = test->user_ptr[user]; at < test->user_ptr[user + 1]; at++)
        if (a->movie_of[test->user_movie[at]] == movie) return (double)rs_user_rating(test, at);
    return (double)NAN;
}

static recsys_status ask_ratings(const crew *c, worker *w, size_t i, recsys_error *err)
{
    const rs_asking *a = c->asking;
    const recsys_result *result = NULL;
    size_t user = a->user[i];
    size_t rated =
        (size_t)(a->test->matrix.user_ptr[user + 1] - a->test->matrix.user_ptr[user]);
    rs_errors *errors = &a->errors[i];
    recsys_status status;
    RS_TRY(begin_query(c, w, user, rated, 1, err));
    RS_TRY(allow_tested(a, w->query, user, err));
    RS_TRY(recsys_recommend(&result, w->context, w->query, err));
    for (size_t place = 0; place < recsys_result_size(result); place++) {
        double gap = recsys_result_rating(result, place) -
                     true_rating(a, user, recsys_result_movie(result, place));
        if (!isfinite(gap)) continue;
        errors->square += gap * gap;
        errors->absolute += fabs(gap);
        errors->pairs++;
    }
out:
    return status;
}

static recsys_status ask_user(const crew *c, worker *w, size_t i, recsys_error *err)
{
    const rs_asking *a = c->asking;
    recsys_status status;
    if (i >= a->users) return ask_ratings(c, w, i, err);
    RS_TRY(ask_list(c, w, i, &a->lists, 0, err));
    if (a->gate.limit > 0) RS_TRY(ask_list(c, w, i, &a->gate, 1, err));
    if (a->auc != NULL) RS_TRY(ask_auc(c, w, i, err));
    if (a->errors != NULL) RS_TRY(ask_ratings(c, w, i, err));
out:
    return status;
}

/* ---- all users, on all threads --------------------------------------------------- */

static recsys_status prepare_worker(const crew *c, worker *w, recsys_error *err)
{
    const rs_asking *a = c->asking;
    if (w->context != NULL) return RECSYS_OK;
    recsys_status status = RECSYS_OK;
    w->user = rs_array(a->runtime, c->id_room, 1);
    w->relevant = rs_array_zero(a->runtime, a->model->movies.count, 1);
    if (w->user == NULL || w->relevant == NULL) return no_memory(err);
    RS_TRY(recsys_query_create(&w->query, a->runtime, err));
    RS_TRY(recsys_context_create(&w->context, a->model, err));
    w->context->given = a->settings;
out:
    return status;
}

static void free_workers(crew *c)
{
    recsys_runtime *runtime = c->asking->runtime;
    for (size_t t = 0; c->workers != NULL && t < c->threads; t++) {
        recsys_context_destroy(c->workers[t].context);
        recsys_query_destroy(c->workers[t].query);
        rs_free(runtime, c->workers[t].user);
        rs_free(runtime, c->workers[t].relevant);
    }
    rs_free(runtime, c->workers);
}

static recsys_status ask_block(void *shared, size_t task, size_t thread, recsys_error *err)
{
    const crew *c = shared;
    worker *w = &c->workers[thread];
    recsys_status status = prepare_worker(c, w, err);
    size_t first = task * USERS_PER_TASK, end = first + USERS_PER_TASK;
    size_t users = c->asking->users + c->asking->others;
    if (end > users) end = users;
    for (size_t i = first; i < end && status == RECSYS_OK; i++) status = ask_user(c, w, i, err);
    return status;
}

/* Bytes that every id fits in, with its zero byte. */
static size_t room_for_ids(const rs_ids *ids)
{
    char digits[24];
    size_t room = 0;
    for (size_t i = 0; i < ids->count; i++) {
        size_t size = rs_ids_at(ids, i, digits).size;
        if (size >= room) room = size + 1;
    }
    return room;
}

recsys_status rs_ask(rs_asking *asking, const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    size_t users = asking->users + asking->others;
    size_t tasks = (users + USERS_PER_TASK - 1) / USERS_PER_TASK;
    crew c = {.asking = asking, .id_room = room_for_ids(&asking->test->users)};
    c.threads = rs_parallel_threads(asking->runtime, tasks);
    c.workers = rs_array_zero(asking->runtime, c.threads, sizeof *c.workers);
    if (c.workers == NULL) return no_memory(err);
    status = rs_parallel(asking->runtime, tasks, ask_block, &c, "evaluation", progress, err);
    free_workers(&c);
    return status;
}

/* ---- room ------------------------------------------------------------------------ */

static int make_room(const rs_asking *a, rs_asked *lists, size_t limit)
{
    size_t movies = a->model->movies.count, cells;
    lists->limit = limit;
    lists->room = limit < movies ? limit : movies;
    if (!rs_mul(a->users, lists->room, &cells)) return 0;
    lists->movie = rs_array(a->runtime, cells, sizeof *lists->movie);
    lists->length = rs_array_zero(a->runtime, a->users, sizeof *lists->length);
    return lists->movie != NULL && lists->length != NULL;
}

int rs_asking_make(rs_asking *asking, size_t lists, size_t gate)
{
    return make_room(asking, &asking->lists, lists) &&
           (gate == 0 || make_room(asking, &asking->gate, gate));
}

void rs_asking_free(rs_asking *asking)
{
    rs_asked *both[] = {&asking->lists, &asking->gate};
    for (size_t i = 0; i < 2; i++) {
        rs_free(asking->runtime, both[i]->movie);
        rs_free(asking->runtime, both[i]->length);
    }
    rs_free(asking->runtime, asking->auc);
    rs_free(asking->runtime, asking->errors);
    rs_listed_free(&asking->candidates);
    rs_listed_free(&asking->seen);
}
