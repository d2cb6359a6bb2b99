#include "eval/evaluate.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "eval/ask.h"
#include "eval/examples.h"
#include "eval/groups.h"
#include "modelfile/model.h"

static const uint32_t UNKNOWN = UINT32_MAX;

typedef struct evaluation {
    const recsys_model *model;
    const recsys_ratings *test;
    const rs_settings *settings; /* the model's own, or others for its lists */
    recsys_runtime *runtime;
    recsys_report *report;
    uint32_t *user_of, *movie_of; /* test number -> model number, or UNKNOWN */
    uint32_t *user; /* [users] whom to ask for: test numbers, ascending; then [others] */
    size_t users, others;
    rs_asking asking;
    rs_evidence evidence;
    const recsys_config *config;
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
    int takes_all = report->definition.no_relevant != RS_WITHOUT_SKIP;
    e->user = rs_array(e->runtime, e->test->users.count, sizeof *e->user);
    if (e->user == NULL) return no_memory(err);
    for (size_t user = 0; user < e->test->users.count; user++) {
        size_t relevant = count_relevant(e, user, &report->unlisted);
        report->relevant += relevant;
        if (relevant == 0 && !takes_all) {
            e->user[e->test->users.count - ++e->others] = (uint32_t)user;
            continue;
        }
        e->user[e->users++] = (uint32_t)user;
        if (e->user_of[user] == UNKNOWN) report->strangers++;
    }
    return report->relevant > 0 ? RECSYS_OK : refuse_empty(e, err);
}

/* ---- lists ----------------------------------------------------------------------- */

/* The gate judges rankings of all movies that the user has not rated, whatever else is asked
 * for. */
static int has_all_candidates(const rs_asking *a)
{
    return !a->candidates.given && !a->seen.given && !a->only_rated && !a->keep_rated;
}

/* A longer list begins with the shorter one, except where diversity chooses: the longer one
 * then comes from a wider pool, and the gate needs lists of its own. */
static int make_lists(evaluation *e)
{
    const rs_scored *lists = &e->report->lists, *gate = &e->report->gate;
    size_t longest = lists->cut[lists->cuts - 1].k, at_gate = gate->cut[gate->cuts - 1].k;
    int is_one =
        longest == at_gate || e->asking.by_popularity || e->settings->list.diversity == 0;
    is_one = is_one && has_all_candidates(&e->asking);
    if (is_one && at_gate > longest) longest = at_gate;
    return rs_asking_make(&e->asking, longest, is_one ? 0 : at_gate);
}

static recsys_status ask(evaluation *e, const recsys_config *config,
                         const recsys_progress *progress, recsys_error *err)
{
    rs_asking *a = &e->asking;
    a->user = e->user;
    a->users = e->users;
    a->others = 0;
    a->movie_of = e->movie_of;
    a->relevant_from = e->report->least;
    if (rs_config_bool(config, "evaluation.auc")) {
        a->auc = rs_array(e->runtime, e->users, sizeof *a->auc);
        if (a->auc == NULL) return no_memory(err);
    }
    if (rs_config_bool(config, "evaluation.predictions") && !a->by_popularity) {
        a->others = e->others;
        a->errors = rs_array_zero(e->runtime, e->users + e->others, sizeof *a->errors);
        if (a->errors == NULL) return no_memory(err);
    }
    return make_lists(e) ? rs_ask(a, progress, err) : no_memory(err);
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

static recsys_status close_lists(rs_entries *run, const evaluation *e, const rs_asked *lists,
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

/* By number of the test user; those that were not asked for have none. */
static recsys_status spread_auc(double **auc, const evaluation *e, recsys_error *err)
{
    if (e->asking.auc == NULL) return RECSYS_OK;
    *auc = rs_array(e->runtime, e->test->users.count, sizeof **auc);
    if (*auc == NULL) return no_memory(err);
    for (size_t user = 0; user < e->test->users.count; user++) (*auc)[user] = (double)NAN;
    for (size_t i = 0; i < e->users; i++) (*auc)[e->user[i]] = e->asking.auc[i];
    return RECSYS_OK;
}

static rs_errors sum_errors(const evaluation *e)
{
    rs_errors all = {0};
    for (size_t i = 0; e->asking.errors != NULL && i < e->users + e->others; i++) {
        all.square += e->asking.errors[i].square;
        all.absolute += e->asking.errors[i].absolute;
        all.pairs += e->asking.errors[i].pairs;
    }
    return all;
}

static recsys_status name_users(const evaluation *e, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    const rs_scores *scores = &e->report->lists.scores;
    for (size_t i = 0; i < scores->users && status == RECSYS_OK; i++) {
        char digits[24];
        rs_id_text id = rs_ids_at(&e->test->users, scores->user[i], digits);
        status = rs_report_add_user(e->report, id, err);
    }
    return status;
}

static recsys_status break_down(const evaluation *e, const rs_material *material,
                                recsys_error *err)
{
    rs_id_table users;
    recsys_status status = RECSYS_OK;
    rs_id_table_begin(&users, e->runtime);
    for (size_t i = 0; i < e->test->users.count && status == RECSYS_OK; i++) {
        char digits[24];
        rs_id_text id = rs_ids_at(&e->test->users, i, digits);
        if (rs_id_table_text(&users, id.data, id.size) == RS_NO_ID) status = no_memory(err);
    }
    if (status == RECSYS_OK)
        status = rs_groups_add(e->report, material, &e->evidence, &users, e->config, err);
    rs_id_table_free(&users);
    return status;
}

static rs_id_text movie_id(const void *context, uint32_t movie, char digits[24])
{
    const evaluation *e = context;
    size_t known = e->model->movies.count;
    return movie < known ? rs_ids_at(&e->model->movies, movie, digits)
                         : rs_ids_at(&e->test->movies, movie - known, digits);
}

static recsys_status score(const evaluation *e, recsys_error *err)
{
    recsys_status status;
    double *auc = NULL;
    const rs_asking *a = &e->asking;
    rs_entries judged = {.runtime = e->runtime}, lists = judged, gate = judged;
    RS_TRY(judge(&judged, e, err));
    RS_TRY(close_lists(&lists, e, &a->lists, err));
    if (a->gate.limit > 0) RS_TRY(close_lists(&gate, e, &a->gate, err));
    RS_TRY(spread_auc(&auc, e, err));
    const rs_material material = {.lists = &lists,
                                  .gate = a->gate.limit > 0 ? &gate : &lists,
                                  .judged = &judged,
                                  .users = judged.users,
                                  .movies = e->evidence.movies,
                                  .auc = auc,
                                  .errors = sum_errors(e),
                                  .evidence = &e->evidence};
    RS_TRY(rs_report_score(e->report, &material, err));
    RS_TRY(break_down(e, &material, err));
    RS_TRY(name_users(e, err));
    RS_TRY(rs_examples_add(e->report, &material, movie_id, e, &e->model->catalogue, err));
out:
    rs_free(e->runtime, auc);
    rs_entries_free(&judged);
    rs_entries_free(&lists);
    rs_entries_free(&gate);
    return status;
}

/* What the model ranks. A model that leaves out movies with few raters leaves out unrated ones
 * already. */
static recsys_status choose_candidates(evaluation *e, recsys_error *err)
{
    recsys_status status;
    rs_asking *a = &e->asking;
    const rs_ids *users = &e->test->users;
    RS_TRY(rs_listed_read(&a->candidates, e->runtime, users, e->config, "evaluation.candidates",
                          err));
    RS_TRY(
        rs_listed_read(&a->seen, e->runtime, users, e->config, "evaluation.seen_ratings", err));
    RS_TRY(rs_report_label(e->report, a->candidates.given, err));
    a->keep_rated = e->report->keep_rated;
    a->only_rated =
        e->report->only_rated && (a->by_popularity || e->settings->list.min_ratings == 0);
out:
    return status;
}

/* ---- the whole ------------------------------------------------------------------- */

static void evaluation_end(evaluation *e)
{
    rs_asking_free(&e->asking);
    rs_evidence_free(&e->evidence);
    rs_free(e->runtime, e->user_of);
    rs_free(e->runtime, e->movie_of);
    rs_free(e->runtime, e->user);
    rs_report_free(e->report);
}

static recsys_status evaluate(recsys_report **report, const recsys_model *model,
                              const recsys_ratings *test, int by_popularity,
                              const rs_settings *settings, const recsys_config *config,
                              const recsys_progress *progress, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    evaluation e = {.model = model, .test = test, .runtime = model->runtime, .config = config};
    e.settings = settings != NULL ? settings : &model->settings;
    e.evidence.runtime = e.runtime;
    e.asking = (rs_asking){.model = model,
                           .test = test,
                           .settings = settings,
                           .runtime = model->runtime,
                           .by_popularity = by_popularity};
    rs_listed_begin(&e.asking.candidates, e.runtime);
    rs_listed_begin(&e.asking.seen, e.runtime);
    RS_TRY(map_ids(&e.user_of, e.runtime, &test->users, &model->users, err));
    RS_TRY(map_ids(&e.movie_of, e.runtime, &test->movies, &model->movies, err));
    RS_TRY(check_leaks(&e, err));
    RS_TRY(rs_report_make(&e.report, e.runtime, config, model->ratings.scale_max, err));
    RS_TRY(rs_evidence_of_model(&e.evidence, model, test, e.user_of, err));
    e.report->movies = e.evidence.catalogue;
    e.report->rated = e.evidence.rated;
    e.report->by_popularity = by_popularity;
    memcpy(e.report->model_hash, model->hash, RS_HASH_TEXT);
    memcpy(e.report->data_hash, rs_ratings_hash(test), RS_HASH_TEXT);
    RS_TRY(choose_candidates(&e, err));
    RS_TRY(choose_users(&e, err));
    RS_TRY(ask(&e, config, progress, err));
    RS_TRY(score(&e, err));
    RS_TRY(rs_report_write(e.report, err));
    *report = e.report;
    e.report = NULL;
out:
    evaluation_end(&e);
    return status;
}

recsys_status rs_evaluate(recsys_report **report, const recsys_model *model,
                          const recsys_ratings *test, int by_popularity,
                          const recsys_config *config, const recsys_progress *progress,
                          recsys_error *err)
{
    return evaluate(report, model, test, by_popularity, NULL, config, progress, err);
}

recsys_status rs_evaluate_with(recsys_report **report, const recsys_model *model,
                               const recsys_ratings *test, const rs_settings *settings,
                               const recsys_config *config, const recsys_progress *progress,
                               recsys_error *err)
{
    return evaluate(report, model, test, 0, settings, config, progress, err);
}
