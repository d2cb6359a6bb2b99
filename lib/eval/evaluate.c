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
    char *user; /* [id_room] the user's id, zero-ended */
} worker;

/* Lists of all evaluated users, [users][room], before they are closed up. */
typedef struct asked {
    size_t limit, room; /* places asked for; no more than there are movies */
    uint32_t *movie;    /* [users][room] */
    size_t *length;     /* [users] */
} asked;

typedef struct evaluation {
    const recsys_model *model;
    const recsys_ratings *test;
    recsys_runtime *runtime;
    recsys_report *report;
    uint32_t *user_of, *movie_of; /* test number -> model number, or UNKNOWN */
    uint32_t *user;               /* [users] whom to ask for: test numbers, ascending */
    size_t users;
    asked lists, gate; /* gate: empty where the lists serve it too */
    size_t id_room, threads;
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

/* Relevant test ratings of one user, and those of movies that the model does not know. */
static size_t count_relevant(const evaluation *e, size_t user, uint64_t *unlisted)
{
    const rs_matrix *test = &e->test->matrix;
    size_t count = 0;
    for (uint64_t at = test->user_ptr[user]; at < test->user_ptr[user + 1]; at++) {
        if (!rs_report_relevant(e->report, rs_user_rating(test, at))) continue;
        count++;
        *unlisted += e->movie_of[test->user_movie[at]] == UNKNOWN;
    }
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
    int takes_all = report->definition->no_relevant != RS_WITHOUT_SKIP;
    e->user = rs_array(e->runtime, e->test->users.count, sizeof *e->user);
    if (e->user == NULL) return no_memory(err);
    for (size_t user = 0; user < e->test->users.count; user++) {
        size_t relevant = count_relevant(e, user, &report->unlisted);
        report->relevant += relevant;
        if (relevant == 0 && !takes_all) continue;
        e->user[e->users++] = (uint32_t)user;
        if (e->user_of[user] == UNKNOWN) report->strangers++;
    }
    return report->relevant > 0 ? RECSYS_OK : refuse_empty(e, err);
}

/* ---- one user -------------------------------------------------------------------- */

static recsys_status ask(const evaluation *e, worker *w, size_t i, const asked *lists,
                         recsys_error *err)
{
    const recsys_result *result = NULL;
    recsys_status status = RECSYS_OK;
    recsys_query_clear(w->query);
    rs_ids_text(&e->test->users, e->user[i], w->user, e->id_room);
    RS_TRY(recsys_query_set_user(w->query, w->user, err));
    RS_TRY(recsys_query_set_limit(w->query, lists->limit, err));
    RS_TRY(recsys_recommend(&result, w->context, w->query, err));
    size_t size = recsys_result_size(result);
    lists->length[i] = size < lists->room ? size : lists->room;
    for (size_t place = 0; place < lists->length[i]; place++)
        lists->movie[i * lists->room + place] = (uint32_t)recsys_result_movie(result, place);
out:
    return status;
}

/* ---- all users, on all threads --------------------------------------------------- */

static recsys_status prepare_worker(const evaluation *e, worker *w, recsys_error *err)
{
    if (w->context != NULL) return RECSYS_OK;
    recsys_status status = RECSYS_OK;
    w->user = rs_array(e->runtime, e->id_room, 1);
    if (w->user == NULL) return no_memory(err);
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
}

static recsys_status evaluate_block(void *shared, size_t task, size_t thread, recsys_error *err)
{
    const evaluation *e = shared;
    worker *w = &e->workers[thread];
    recsys_status status = prepare_worker(e, w, err);
    size_t first = task * USERS_PER_TASK, end = first + USERS_PER_TASK;
    if (end > e->users) end = e->users;
    for (size_t i = first; i < end && status == RECSYS_OK; i++) {
        status = ask(e, w, i, &e->lists, err);
        if (status == RECSYS_OK && e->gate.limit > 0) status = ask(e, w, i, &e->gate, err);
    }
    return status;
}

static int make_room(const evaluation *e, asked *lists, size_t limit)
{
    size_t movies = e->report->movies, cells;
    lists->limit = limit;
    lists->room = limit < movies ? limit : movies;
    if (!rs_mul(e->users, lists->room, &cells)) return 0;
    lists->movie = rs_array(e->runtime, cells, sizeof *lists->movie);
    lists->length = rs_array_zero(e->runtime, e->users, sizeof *lists->length);
    return lists->movie != NULL && lists->length != NULL;
}

static void free_room(const evaluation *e, asked *lists)
{
    rs_free(e->runtime, lists->movie);
    rs_free(e->runtime, lists->length);
}

/* A longer list begins with the shorter one, except where diversity chooses: the longer one
 * then comes from a wider pool, and the gate needs lists of its own. */
static recsys_status plan_lists(evaluation *e, recsys_error *err)
{
    size_t longest = e->report->cut[e->report->cuts - 1].k, gate = e->report->gate.k;
    int is_one = longest == gate || e->model->settings.list.diversity == 0;
    if (is_one && gate > longest) longest = gate;
    if (!make_room(e, &e->lists, longest) || (!is_one && !make_room(e, &e->gate, gate)))
        return no_memory(err);
    return RECSYS_OK;
}

static recsys_status ask_all(evaluation *e, const recsys_progress *progress, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    size_t tasks = (e->users + USERS_PER_TASK - 1) / USERS_PER_TASK;
    RS_TRY(plan_lists(e, err));
    e->id_room = room_for_ids(&e->test->users);
    e->threads = rs_parallel_threads(e->runtime, tasks);
    e->workers = rs_array_zero(e->runtime, e->threads, sizeof *e->workers);
    if (e->workers == NULL) return no_memory(err);
    RS_TRY(rs_parallel(e->runtime, tasks, evaluate_block, e, "evaluation", progress, err));
out:
    return status;
}

/* ---- scoring --------------------------------------------------------------------- */

static recsys_status make_entries(rs_entries *entries, const evaluation *e, uint64_t count,
                                  recsys_error *err)
{
    *entries =
        (rs_entries){.runtime = e->runtime, .users = e->test->users.count, .count = count};
    entries->ptr = rs_array_zero(e->runtime, entries->users + 1, sizeof *entries->ptr);
    entries->movie = rs_array(e->runtime, (size_t)count, sizeof *entries->movie);
    entries->value = rs_array_zero(e->runtime, (size_t)count, sizeof *entries->value);
    int fine = entries->ptr != NULL && entries->movie != NULL && entries->value != NULL;
    return fine ? RECSYS_OK : no_memory(err);
}

/* Movies that the model does not know have numbers behind those that it knows. */
static recsys_status judge(rs_entries *judged, const evaluation *e, recsys_error *err)
{
    const rs_matrix *test = &e->test->matrix;
    recsys_status status = make_entries(judged, e, test->count, err);
    if (status != RECSYS_OK) return status;
    memcpy(judged->ptr, test->user_ptr, (judged->users + 1) * sizeof *judged->ptr);
    for (uint64_t at = 0; at < test->count; at++) {
        uint32_t movie = e->movie_of[test->user_movie[at]];
        judged->movie[at] =
            movie != UNKNOWN ? movie : (uint32_t)e->report->movies + test->user_movie[at];
        judged->value[at] = (double)rs_user_rating(test, at);
    }
    return RECSYS_OK;
}

static recsys_status close_lists(rs_entries *run, const evaluation *e, const asked *lists,
                                 recsys_error *err)
{
    uint64_t count = 0;
    for (size_t i = 0; i < e->users; i++) count += lists->length[i];
    recsys_status status = make_entries(run, e, count, err);
    if (status != RECSYS_OK) return status;
    for (size_t i = 0; i < e->users; i++) run->ptr[e->user[i] + 1] = lists->length[i];
    for (size_t u = 0; u < run->users; u++) run->ptr[u + 1] += run->ptr[u];
    for (size_t i = 0; i < e->users; i++)
        memcpy(run->movie + run->ptr[e->user[i]], lists->movie + i * lists->room,
               lists->length[i] * sizeof *run->movie);
    return RECSYS_OK;
}

static recsys_status score(const evaluation *e, recsys_error *err)
{
    recsys_status status;
    rs_entries judged = {.runtime = e->runtime}, lists = judged, gate = judged;
    size_t movies = e->report->movies + e->test->movies.count;
    RS_TRY(judge(&judged, e, err));
    RS_TRY(close_lists(&lists, e, &e->lists, err));
    if (e->gate.limit > 0) RS_TRY(close_lists(&gate, e, &e->gate, err));
    RS_TRY(rs_report_score(e->report, &lists, e->gate.limit > 0 ? &gate : &lists, &judged,
                           judged.users, movies, err));
out:
    rs_entries_free(&judged);
    rs_entries_free(&lists);
    rs_entries_free(&gate);
    return status;
}

/* ---- the whole ------------------------------------------------------------------- */

static void evaluation_end(evaluation *e)
{
    for (size_t t = 0; e->workers != NULL && t < e->threads; t++)
        free_worker(e, &e->workers[t]);
    rs_free(e->runtime, e->workers);
    rs_free(e->runtime, e->user_of);
    rs_free(e->runtime, e->movie_of);
    rs_free(e->runtime, e->user);
    free_room(e, &e->lists);
    free_room(e, &e->gate);
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
    RS_TRY(rs_report_make(&e.report, e.runtime, config, model->ratings.scale_max, err));
    e.report->movies = model->movies.count;
    memcpy(e.report->model_hash, model->hash, RS_HASH_TEXT);
    memcpy(e.report->data_hash, rs_ratings_hash(test), RS_HASH_TEXT);
    RS_TRY(choose_users(&e, err));
    RS_TRY(ask_all(&e, progress, err));
    RS_TRY(score(&e, err));
    RS_TRY(rs_report_write(e.report, err));
    *report = e.report;
    e.report = NULL;
out:
    evaluation_end(&e);
    return status;
}
