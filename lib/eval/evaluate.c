#include "eval/evaluate.h"

#include <recsys/recommend.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "data/ratings.h"
#include "modelfile/model.h"

enum { USERS_PER_TASK = 16 };
static const uint32_t UNKNOWN = UINT32_MAX;

/* Scratch of one thread. */
typedef struct worker {
    recsys_context *context;
    recsys_query *query;
    char *user;               /* [id_room] the user's id, zero-ended */
    uint32_t *list;           /* [longest] the user's list */
    uint32_t *relevant;       /* [largest] the user's relevant movies that the model knows */
    uint64_t *lists[RS_CUTS]; /* [movies] this thread's lists, cut, that hold each movie */
} worker;

typedef struct evaluation {
    const recsys_model *model;
    const recsys_ratings *test;
    recsys_runtime *runtime;
    recsys_report *report;
    rs_discount discount[RS_CUTS];
    uint32_t *user_of, *movie_of; /* test number -> model number, or UNKNOWN */
    size_t limit;                 /* places of a list that serves every cut */
    int one_list;                 /* it does; otherwise each cut asks for its own */
    size_t longest, largest, id_room;
    size_t threads;
    worker *workers; /* [threads] */
} evaluation;

static recsys_status no_memory(recsys_error *err)
{
    return rs_fail_memory(err, "recsys_evaluate");
}

/* ---- the model's numbers for the test's ids -------------------------------------- */

static recsys_status map_ids(uint32_t **map, recsys_runtime *runtime, const rs_ids *from,
                             const rs_ids *to, recsys_error *err)
{
    char digits[24];
    *map = rs_array(runtime, from->count, sizeof **map);
    if (*map == NULL) return no_memory(err);
    for (size_t i = 0; i < from->count; i++) {
        rs_id_text text = rs_ids_at(from, i, digits);
        size_t found = rs_ids_find(to, text.data, text.size);
        (*map)[i] = found == SIZE_MAX ? UNKNOWN : (uint32_t)found;
    }
    return RECSYS_OK;
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

/* ---- leaks ----------------------------------------------------------------------- */

/* Number of one test user's ratings that the model holds; *first is the first of them. */
static uint64_t leaks_of(const evaluation *e, size_t user, uint64_t *first)
{
    const rs_matrix *test = &e->test->matrix;
    uint64_t leaks = 0;
    if (e->user_of[user] == UNKNOWN) return 0;
    for (uint64_t at = test->user_ptr[user]; at < test->user_ptr[user + 1]; at++) {
        uint32_t movie = e->movie_of[test->user_movie[at]];
        if (movie == UNKNOWN ||
            rs_matrix_find(&e->model->ratings, e->user_of[user], movie) == UINT64_MAX)
            continue;
        if (leaks++ == 0) *first = at;
    }
    return leaks;
}

static recsys_status refuse_leak(const evaluation *e, size_t user, uint64_t at, uint64_t leaks,
                                 recsys_error *err)
{
    char user_id[128], movie_id[128];
    rs_ids_text(&e->test->users, user, user_id, sizeof user_id);
    rs_ids_text(&e->test->movies, e->test->matrix.user_movie[at], movie_id, sizeof movie_id);
    return rs_fail(
        err, RECSYS_E_LEAK,
        "recsys_evaluate: the model was trained on %llu of the %llu test ratings; the "
        "first is user \"%s\", movie \"%s\"",
        (unsigned long long)leaks, (unsigned long long)e->test->matrix.count, user_id,
        movie_id);
}

static recsys_status check_leaks(const evaluation *e, recsys_error *err)
{
    uint64_t leaks = 0, first = 0;
    size_t first_user = 0;
    for (size_t user = 0; user < e->test->users.count; user++) {
        uint64_t at = 0, found = leaks_of(e, user, &at);
        if (leaks == 0 && found > 0) {
            first = at;
            first_user = user;
        }
        leaks += found;
    }
    return leaks == 0 ? RECSYS_OK : refuse_leak(e, first_user, first, leaks, err);
}

/* ---- whom to evaluate ------------------------------------------------------------ */

static size_t count_relevant(const evaluation *e, size_t user)
{
    const rs_matrix *test = &e->test->matrix;
    size_t count = 0;
    for (uint64_t at = test->user_ptr[user]; at < test->user_ptr[user + 1]; at++)
        if (rs_report_relevant(e->report, rs_user_rating(test, at))) count++;
    return count;
}

static recsys_status refuse_empty(const evaluation *e, recsys_error *err)
{
    char highest[32], from[32];
    rs_format_real(highest, (double)e->test->matrix.scale_max);
    rs_format_real(from, e->report->threshold);
    return rs_fail(err, RECSYS_E_EMPTY,
                   "recsys_evaluate: none of %zu test users has a relevant movie: the highest "
                   "test rating is %s, relevant is from %s on",
                   e->test->users.count, highest, from);
}

static recsys_status choose_users(evaluation *e, recsys_error *err)
{
    recsys_report *report = e->report;
    report->users = 0;
    for (size_t user = 0; user < e->test->users.count; user++) {
        size_t relevant = count_relevant(e, user);
        if (relevant == 0) continue;
        report->user[report->users++] = (uint32_t)user;
        report->relevant += relevant;
        if (e->user_of[user] == UNKNOWN) report->strangers++;
        if (relevant > e->largest) e->largest = relevant;
    }
    report->skipped = e->test->users.count - report->users;
    return report->users > 0 ? RECSYS_OK : refuse_empty(e, err);
}

/* ---- one user -------------------------------------------------------------------- */

/* Put `movie` into its place: the model's order and the test's are the same unless one has
 * integer ids and the other strings, so there is rarely anything to move. */
static void insert(uint32_t *sorted, size_t count, uint32_t movie)
{
    while (count > 0 && sorted[count - 1] > movie) {
        sorted[count] = sorted[count - 1];
        count--;
    }
    sorted[count] = movie;
}

static rs_relevant gather_relevant(const evaluation *e, size_t user, uint32_t *buffer)
{
    const rs_matrix *test = &e->test->matrix;
    rs_relevant relevant = {.movies = buffer};
    for (uint64_t at = test->user_ptr[user]; at < test->user_ptr[user + 1]; at++) {
        if (!rs_report_relevant(e->report, rs_user_rating(test, at))) continue;
        uint32_t movie = e->movie_of[test->user_movie[at]];
        relevant.total++;
        if (movie != UNKNOWN) insert(buffer, relevant.count++, movie);
    }
    return relevant;
}

static recsys_status ask(const evaluation *e, worker *w, size_t user, size_t limit,
                         size_t *length, recsys_error *err)
{
    const recsys_result *result = NULL;
    recsys_status status = RECSYS_OK;
    recsys_query_clear(w->query);
    rs_ids_text(&e->test->users, user, w->user, e->id_room);
    RS_TRY(recsys_query_set_user(w->query, w->user, err));
    RS_TRY(recsys_query_set_limit(w->query, limit, err));
    RS_TRY(recsys_recommend(&result, w->context, w->query, err));
    size_t size = recsys_result_size(result);
    *length = size < e->longest ? size : e->longest;
    for (size_t i = 0; i < *length; i++) w->list[i] = (uint32_t)recsys_result_movie(result, i);
out:
    return status;
}

/* The first k places of the list of the i-th evaluated user. */
static void score_list(const evaluation *e, worker *w, size_t i, size_t cut, size_t length,
                       const rs_relevant *relevant)
{
    const rs_cut *c = &e->report->cut[cut];
    if (length > c->k) length = c->k;
    for (size_t place = 0; place < length; place++) w->lists[cut][w->list[place]]++;
    rs_user_metrics(w->list, length, relevant, &e->discount[cut],
                    c->values + i * RS_USER_METRICS);
}

static recsys_status evaluate_user(const evaluation *e, worker *w, size_t i, recsys_error *err)
{
    size_t user = e->report->user[i], length = 0;
    rs_relevant relevant = gather_relevant(e, user, w->relevant);
    recsys_status status = RECSYS_OK;
    for (size_t cut = 0; cut < RS_CUTS; cut++) {
        size_t limit = e->one_list ? e->limit : e->report->cut[cut].k;
        if (cut == 0 || !e->one_list) RS_TRY(ask(e, w, user, limit, &length, err));
        score_list(e, w, i, cut, length, &relevant);
    }
out:
    return status;
}

/* ---- all users, on all threads --------------------------------------------------- */

static recsys_status prepare_worker(const evaluation *e, worker *w, recsys_error *err)
{
    if (w->context != NULL) return RECSYS_OK;
    recsys_status status = RECSYS_OK;
    w->user = rs_array(e->runtime, e->id_room, 1);
    w->list = rs_array(e->runtime, e->longest, sizeof *w->list);
    w->relevant = rs_array(e->runtime, e->largest, sizeof *w->relevant);
    if (w->user == NULL || w->list == NULL || w->relevant == NULL) return no_memory(err);
    for (size_t cut = 0; cut < RS_CUTS; cut++) {
        w->lists[cut] = rs_array_zero(e->runtime, e->report->movies, sizeof *w->lists[cut]);
        if (w->lists[cut] == NULL) return no_memory(err);
    }
    RS_TRY(recsys_query_create(&w->query, e->runtime, err));
    RS_TRY(recsys_context_create(&w->context, e->model, err));
out:
    return status;
}

static void free_worker(const evaluation *e, worker *w)
{
    recsys_context_destroy(w->context);
    recsys_query_destroy(w->query);
    rs_free(e->runtime, w->user);
    rs_free(e->runtime, w->list);
    rs_free(e->runtime, w->relevant);
    for (size_t cut = 0; cut < RS_CUTS; cut++) rs_free(e->runtime, w->lists[cut]);
}

static recsys_status evaluate_block(void *shared, size_t task, size_t thread, recsys_error *err)
{
    const evaluation *e = shared;
    worker *w = &e->workers[thread];
    recsys_status status = prepare_worker(e, w, err);
    size_t first = task * USERS_PER_TASK, end = first + USERS_PER_TASK;
    if (end > e->report->users) end = e->report->users;
    for (size_t i = first; i < end && status == RECSYS_OK; i++)
        status = evaluate_user(e, w, i, err);
    return status;
}

/* Add all threads' counts into the first one's: whole numbers, so the order is no matter. */
static const uint64_t *sum_lists(evaluation *e, size_t cut)
{
    uint64_t *sum = NULL;
    for (size_t t = 0; t < e->threads; t++) {
        uint64_t *lists = e->workers[t].lists[cut];
        if (lists == NULL) continue;
        if (sum == NULL) {
            sum = lists;
            continue;
        }
        for (size_t i = 0; i < e->report->movies; i++) sum[i] += lists[i];
    }
    return sum;
}

/* A longer list begins with the shorter one, except where diversity chooses: the longer one
 * then comes from a wider pool. */
static void plan_lists(evaluation *e)
{
    size_t told = e->report->cut[RS_CUT_TOLD].k, gate = e->report->cut[RS_CUT_GATE].k;
    e->limit = told > gate ? told : gate;
    e->one_list = told == gate || e->model->settings.list.diversity == 0;
    e->longest = e->limit < e->report->movies ? e->limit : e->report->movies;
}

static recsys_status evaluate_all(evaluation *e, const recsys_progress *progress,
                                  recsys_error *err)
{
    recsys_report *report = e->report;
    recsys_status status = RECSYS_OK;
    size_t tasks = (report->users + USERS_PER_TASK - 1) / USERS_PER_TASK;
    plan_lists(e);
    e->id_room = room_for_ids(&e->test->users);
    e->threads = rs_parallel_threads(e->runtime, tasks);
    e->workers = rs_array_zero(e->runtime, e->threads, sizeof *e->workers);
    if (e->workers == NULL) return no_memory(err);
    for (size_t cut = 0; cut < RS_CUTS; cut++)
        RS_TRY(rs_discount_begin(&e->discount[cut], e->runtime, report->cut[cut].k, err));
    RS_TRY(rs_parallel(e->runtime, tasks, evaluate_block, e, "evaluation", progress, err));
    for (size_t cut = 0; cut < RS_CUTS; cut++)
        rs_report_conclude(report, cut, sum_lists(e, cut));
out:
    return status;
}

/* Relevant test ratings, of the evaluated users, of movies that the model does not know. */
static uint64_t count_unlisted(const evaluation *e)
{
    const rs_matrix *test = &e->test->matrix;
    uint64_t count = 0;
    for (uint64_t at = 0; at < test->count; at++)
        if (e->movie_of[test->user_movie[at]] == UNKNOWN &&
            rs_report_relevant(e->report, rs_user_rating(test, at)))
            count++;
    return count;
}

static void evaluation_end(evaluation *e)
{
    for (size_t t = 0; e->workers != NULL && t < e->threads; t++)
        free_worker(e, &e->workers[t]);
    rs_free(e->runtime, e->workers);
    rs_free(e->runtime, e->user_of);
    rs_free(e->runtime, e->movie_of);
    for (size_t cut = 0; cut < RS_CUTS; cut++) rs_discount_end(&e->discount[cut]);
    rs_report_free(e->report);
}

recsys_status rs_evaluate(recsys_report **report, const recsys_model *model,
                          const recsys_ratings *test, const recsys_config *config,
                          const recsys_progress *progress, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    evaluation e = {.model = model, .test = test, .runtime = model->runtime};
    RS_TRY(map_ids(&e.user_of, e.runtime, &test->users, &model->users, err));
    RS_TRY(map_ids(&e.movie_of, e.runtime, &test->movies, &model->movies, err));
    RS_TRY(check_leaks(&e, err));
    RS_TRY(rs_report_make(&e.report, e.runtime, test->users.count, err));
    RS_TRY(rs_report_configure(e.report, config, model->ratings.scale_max, err));
    e.report->movies = model->movies.count;
    memcpy(e.report->model_hash, model->hash, RS_HASH_TEXT);
    memcpy(e.report->data_hash, rs_ratings_hash(test), RS_HASH_TEXT);
    RS_TRY(choose_users(&e, err));
    RS_TRY(evaluate_all(&e, progress, err));
    e.report->unlisted = count_unlisted(&e);
    RS_TRY(rs_report_write(e.report, err));
    *report = e.report;
    e.report = NULL;
out:
    evaluation_end(&e);
    return status;
}
