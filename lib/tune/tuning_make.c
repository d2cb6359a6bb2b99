/* Beginning a search: options, configs, splits, journal, and that no test rating is seen. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "config/config.h"
#include "data/catalogue.h"
#include "data/ratings.h"
#include "eval/compare.h"
#include "eval/metrics.h"
#include "eval/split.h"
#include "tune/tuning.h"

enum { MOST_SEEDS = 100, MOST_ETA = 10, MOST_PER_FIT = 1000 };
#define SHELF_BYTES (UINT64_C(1) << 30) /* of models at hand */

static const char call[] = "recsys_tuning_create";

/* ---- test ratings ---------------------------------------------------------------- */

typedef struct leak {
    uint64_t count;
    size_t user; /* of test, that has the first one */
    uint64_t at; /* its place in the matrix */
} leak;

static recsys_status number_movies(uint32_t **map, const recsys_ratings *test,
                                   const recsys_ratings *ratings, recsys_error *err)
{
    char digits[24];
    *map = rs_array(test->runtime, test->movies.count, sizeof **map);
    if (*map == NULL) return rs_fail_memory(err, call);
    for (size_t i = 0; i < test->movies.count; i++) {
        rs_id_text id = rs_ids_at(&test->movies, i, digits);
        size_t found = rs_ids_find(&ratings->movies, id.data, id.size);
        (*map)[i] = found == SIZE_MAX ? UINT32_MAX : (uint32_t)found;
    }
    return RECSYS_OK;
}

static void find_leaks(leak *found, const recsys_ratings *test, const recsys_ratings *ratings,
                       const uint32_t *movie)
{
    char digits[24];
    const rs_matrix *m = &test->matrix;
    for (size_t u = 0; u < m->users; u++) {
        rs_id_text id = rs_ids_at(&test->users, u, digits);
        size_t user = rs_ids_find(&ratings->users, id.data, id.size);
        for (uint64_t at = m->user_ptr[u]; user != SIZE_MAX && at < m->user_ptr[u + 1]; at++) {
            uint32_t number = movie[m->user_movie[at]];
            if (number == UINT32_MAX ||
                rs_matrix_find(&ratings->matrix, user, number) == UINT64_MAX)
                continue;
            if (found->count++ > 0) continue;
            found->user = u;
            found->at = at;
        }
    }
}

static recsys_status check_test(const recsys_ratings *test, const recsys_ratings *ratings,
                                recsys_error *err)
{
    leak found = {0};
    uint32_t *movie;
    char user_id[128], movie_id[128];
    if (test == NULL) return RECSYS_OK;
    recsys_status status = number_movies(&movie, test, ratings, err);
    if (status != RECSYS_OK) return status;
    find_leaks(&found, test, ratings, movie);
    rs_free(test->runtime, movie);
    if (found.count == 0) return RECSYS_OK;
    rs_ids_text(&test->users, found.user, user_id, sizeof user_id);
    rs_ids_text(&test->movies, test->matrix.user_movie[found.at], movie_id, sizeof movie_id);
    return rs_fail(err, RECSYS_E_LEAK,
                   "%s: %llu of the %llu test ratings are among those to choose by; the first "
                   "is user \"%s\", movie \"%s\"",
                   call, (unsigned long long)found.count,
                   (unsigned long long)test->matrix.count, user_id, movie_id);
}

/* ---- options --------------------------------------------------------------------- */

static recsys_status refuse(const char *what, size_t value, size_t low, size_t high,
                            recsys_error *err)
{
    return rs_fail(err, RECSYS_E_INVALID, "%s: %s is %zu, expected %zu to %zu", call, what,
                   value, low, high);
}

static recsys_status fill_in(recsys_tune_options *o, recsys_error *err)
{
    if (o->seeds == 0) o->seeds = 3;
    if (o->eta == 0) o->eta = 3;
    if (o->trials_per_fit == 0) o->trials_per_fit = 4;
    if (o->seeds > MOST_SEEDS) return refuse("seeds", o->seeds, 1, MOST_SEEDS, err);
    if (o->eta < 2 || o->eta > MOST_ETA) return refuse("eta", o->eta, 2, MOST_ETA, err);
    if (o->trials_per_fit > MOST_PER_FIT)
        return refuse("trials_per_fit", o->trials_per_fit, 1, MOST_PER_FIT, err);
    if (o->method != RECSYS_TUNE_HALVING && o->method != RECSYS_TUNE_RANDOM)
        return refuse("method", (size_t)o->method, 0, 1, err);
    if (o->trials == 0 && !(o->seconds > 0))
        return rs_fail(err, RECSYS_E_INVALID,
                       "%s: neither trials nor seconds are limited, so it would never end",
                       call);
    if (o->trials == 0 && o->clock == NULL)
        return rs_fail(err, RECSYS_E_INVALID, "%s: a limit of seconds needs a clock", call);
    return RECSYS_OK;
}

static recsys_status no_metric(const char *metric, recsys_error *err)
{
    return rs_fail(err, RECSYS_E_INVALID,
                   "%s: metric \"%s\" has no values for users; expected precision, recall, f1, "
                   "ndcg, hit_rate, map, mrr or auc, with the length of the list such as "
                   "ndcg@10",
                   call, metric);
}

/* "ndcg@10": name and evaluation.k of both configs. */
static recsys_status read_metric(recsys_tuning *t, const char *metric, recsys_error *err)
{
    const char *at = strchr(metric, '@');
    size_t size = at != NULL ? (size_t)(at - metric) : strlen(metric);
    recsys_status status = RECSYS_OK;
    t->metric = rs_array_zero(t->runtime, size + 1, 1);
    if (t->metric == NULL) return rs_fail_memory(err, call);
    memcpy(t->metric, metric, size);
    if (rs_metric_find(t->metric) >= RS_USER_METRICS) return no_metric(metric, err);
    if (at == NULL) return RECSYS_OK;
    RS_TRY(rs_config_set(t->judging, "evaluation.k", at + 1, err));
    RS_TRY(rs_config_set(t->comparing, "evaluation.k", at + 1, err));
out:
    return status;
}

/* Nothing that costs time and is not told. */
static recsys_status spare(recsys_config *config, const char *metric, int intervals,
                           recsys_error *err)
{
    const char *const options[][2] = {
        {"evaluation.auc", strcmp(metric, "auc") == 0 ? "true" : "false"},
        {"evaluation.pairs", "false"},
        {"evaluation.predictions", "false"},
        {"evaluation.breakdowns", ""},
        {"evaluation.user_attributes", ""},
        {"evaluation.cutoffs", ""},
        {"evaluation.gate.rules", ""},
    };
    recsys_status status = RECSYS_OK;
    for (size_t i = 0; i < sizeof options / sizeof *options && status == RECSYS_OK; i++)
        status = rs_config_set(config, options[i][0], options[i][1], err);
    const char *interval = rs_config_text(config, "evaluation.interval");
    if (status == RECSYS_OK && !intervals)
        status = rs_config_set(config, "evaluation.interval", "none", err);
    else if (status == RECSYS_OK && strcmp(interval, "none") == 0)
        status = rs_config_set(config, "evaluation.interval", "auto", err);
    return status;
}

static recsys_status make_configs(recsys_tuning *t, const recsys_config *config,
                                  const char *metric, recsys_error *err)
{
    recsys_status status;
    if (config != NULL)
        RS_TRY(rs_config_clone(&t->config, config, err));
    else
        RS_TRY(rs_config_make(&t->config, t->runtime, err));
    RS_TRY(rs_config_clone(&t->judging, t->config, err));
    RS_TRY(rs_config_clone(&t->comparing, t->config, err));
    RS_TRY(read_metric(t, metric, err));
    RS_TRY(spare(t->judging, t->metric, 0, err));
    RS_TRY(spare(t->comparing, t->metric, 1, err));
out:
    return status;
}

/* ---- splits ---------------------------------------------------------------------- */

static int is_by_chance(const char *how)
{
    return strncmp(how, "time", 4) != 0 && strncmp(how, "windows", 7) != 0 &&
           strncmp(how, "leave-last", 10) != 0;
}

static recsys_status make_sides(recsys_tuning *t, const char *how, recsys_error *err)
{
    recsys_status status;
    size_t folds;
    t->split = rs_strdup(t->runtime, how);
    if (t->split == NULL) return rs_fail_memory(err, call);
    RS_TRY(rs_split_folds(how, &folds, err));
    t->is_fresh = is_by_chance(how);
    if (!t->is_fresh) t->options.seeds = 1;
    rs_halving_plan(&t->plan, t->options.eta, t->options.seeds * folds,
                    t->options.method == RECSYS_TUNE_RANDOM);
    t->sides = (rs_sides){.runtime = t->runtime,
                          .ratings = t->ratings,
                          .how = t->split,
                          .seed = t->options.seed,
                          .folds = folds,
                          .count = t->options.seeds * folds,
                          .parts = t->plan.parts};
    t->fresh = t->sides;
    if (t->is_fresh) t->fresh.seed += t->options.seeds;
    RS_TRY(rs_sides_make(&t->sides, err));
    RS_TRY(rs_sides_make(&t->fresh, err));
out:
    return status;
}

/* ---- the journal ----------------------------------------------------------------- */

static void put_hash(rs_text *line, const char *name, rs_sha256 *sha)
{
    unsigned char digest[32];
    char text[65];
    rs_sha256_end(sha, digest);
    rs_sha256_hex(digest, text);
    rs_text_printf(line, ",\"%s\":\"%s\"", name, text);
}

static void add_text(rs_sha256 *sha, const char *text)
{
    rs_sha256_add(sha, text, strlen(text) + 1);
}

static void put_config(const recsys_tuning *t, rs_text *line)
{
    rs_sha256 sha;
    rs_sha256_begin(&sha);
    for (size_t i = 0; i < rs_option_count(NULL); i++) {
        const recsys_option *option = rs_option_at(NULL, i);
        if (option->stage == RECSYS_STAGE_READ) continue;
        add_text(&sha, option->key);
        add_text(&sha, rs_config_text(t->config, option->key));
    }
    put_hash(line, "config", &sha);
}

static void put_catalogue(const recsys_tuning *t, rs_text *line)
{
    rs_sha256 sha;
    char digits[24];
    rs_sha256_begin(&sha);
    const rs_catalogue *view = t->catalogue != NULL ? &t->catalogue->view : NULL;
    for (size_t i = 0; view != NULL && i < view->count; i++) {
        rs_id_text id = rs_ids_at(&view->ids, i, digits);
        recsys_movie movie = rs_catalogue_movie(view, i);
        const char *const texts[] = {movie.title, movie.genres, movie.cast, movie.overview,
                                     movie.tags};
        rs_sha256_add(&sha, id.data, id.size);
        rs_sha256_add(&sha, &movie.year, sizeof movie.year);
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) add_text(&sha, texts[k]);
    }
    put_hash(line, "catalogue", &sha);
}

static recsys_status put_space(const recsys_tuning *t, rs_text *line, recsys_error *err)
{
    rs_sha256 sha;
    rs_text text;
    rs_text_begin(&text, t->runtime);
    rs_space_put(t->space, &text);
    if (text.failed) return rs_fail_memory(err, call);
    rs_sha256_begin(&sha);
    add_text(&sha, text.data);
    rs_text_free(&text);
    put_hash(line, "space", &sha);
    return RECSYS_OK;
}

/* All that results depend on. */
static recsys_status put_header(const recsys_tuning *t, const char *metric, rs_text *line,
                                recsys_error *err)
{
    const recsys_tune_options *o = &t->options;
    const char *hash = rs_ratings_hash(t->ratings);
    if (hash == NULL) return rs_fail_memory(err, call);
    rs_text_printf(line, "{\"recsys_tune\":1,\"library\":\"%s\",\"ratings\":\"%s\"",
                   RECSYS_VERSION_STRING, hash);
    put_catalogue(t, line);
    put_config(t, line);
    recsys_status status = put_space(t, line, err);
    rs_text_add(line, ",\"metric\":");
    rs_json_put_string(line, metric, strlen(metric));
    rs_text_add(line, ",\"split\":");
    rs_json_put_string(line, t->split, strlen(t->split));
    rs_text_printf(line, ",\"method\":\"%s\"",
                   o->method == RECSYS_TUNE_RANDOM ? "random" : "halving");
    rs_text_printf(line, ",\"seed\":%llu,\"seeds\":%zu,\"eta\":%zu,\"trials_per_fit\":%zu}",
                   (unsigned long long)o->seed, o->seeds, o->eta, o->trials_per_fit);
    return status;
}

static recsys_status open_journal(recsys_tuning *t, const char *path, const char *metric,
                                  recsys_error *err)
{
    rs_text header;
    recsys_status status;
    rs_text_begin(&header, t->runtime);
    RS_TRY(put_header(t, metric, &header, err));
    if (header.failed) RS_TRY(rs_fail_memory(err, call));
    RS_TRY(rs_journal_open(&t->journal, t->runtime, path, header.data, err));
    t->has_journal = 1;
    RS_TRY(rs_tuning_replay(t, err));
out:
    rs_text_free(&header);
    return status;
}

/* ---- the whole ------------------------------------------------------------------- */

void rs_tuning_free(recsys_tuning *t)
{
    if (t == NULL) return;
    recsys_runtime *runtime = t->runtime;
    rs_duel_free(&t->confirm, runtime);
    rs_duel_free(&t->final, runtime);
    if (t->has_journal) rs_journal_close(&t->journal);
    rs_shelf_free(&t->shelf);
    if (t->space != NULL) rs_trials_free(&t->trials);
    rs_sides_free(&t->sides);
    rs_sides_free(&t->fresh);
    rs_space_free(t->space);
    rs_config_free(t->config);
    rs_config_free(t->judging);
    rs_config_free(t->comparing);
    rs_ratings_release((recsys_ratings *)t->ratings);
    rs_ratings_release((recsys_ratings *)t->test);
    rs_catalogue_release((recsys_catalogue *)t->catalogue);
    rs_free(runtime, t->split);
    rs_free(runtime, t->metric);
    rs_free(runtime, t->scratch);
    rs_free(runtime, t->result.tally);
    rs_free(runtime, t);
    rs_runtime_release(runtime);
}

static recsys_status set_up(recsys_tuning *t, const recsys_config *config,
                            const recsys_space *space, const recsys_tune_options *options,
                            recsys_error *err)
{
    recsys_status status;
    const char *metric = options->metric != NULL ? options->metric : "ndcg@10";
    RS_TRY(fill_in(&t->options, err));
    RS_TRY(check_test(t->test, t->ratings, err));
    RS_TRY(make_configs(t, config, metric, err));
    RS_TRY(rs_space_copy(&t->space, space, err));
    RS_TRY(make_sides(t, options->split != NULL ? options->split : "user-random:0.2", err));
    t->trials = (rs_trials){.runtime = t->runtime,
                            .space = t->space,
                            .config = t->config,
                            .seed = t->options.seed,
                            .splits = t->sides.count,
                            .per_fit = t->options.trials_per_fit};
    t->result.tally = rs_array_zero(t->runtime, t->sides.count, sizeof *t->result.tally);
    if (t->result.tally == NULL) RS_TRY(rs_fail_memory(err, call));
    t->state.stage = RECSYS_TUNE_SEARCH;
    t->state.rungs = t->plan.rungs;
    t->state.splits = t->sides.count;
    t->state.fresh = t->is_fresh;
    if (options->journal != NULL) RS_TRY(open_journal(t, options->journal, metric, err));
out:
    return status;
}

recsys_status rs_tuning_make(recsys_tuning **tuning, recsys_runtime *runtime,
                             const recsys_ratings *ratings, const recsys_catalogue *catalogue,
                             const recsys_config *config, const recsys_space *space,
                             const recsys_tune_options *options, rs_fit_fn fit,
                             recsys_error *err)
{
    recsys_runtime *held;
    recsys_status status = rs_runtime_hold(&held, runtime, err);
    if (status != RECSYS_OK) return status;
    recsys_tuning *t = rs_array_zero(held, 1, sizeof *t);
    if (t == NULL) {
        rs_runtime_release(held);
        return rs_fail_memory(err, call);
    }
    t->runtime = held;
    t->fit = fit;
    t->options = *options;
    t->ratings = rs_ratings_retain(ratings);
    t->test = options->test != NULL ? rs_ratings_retain(options->test) : NULL;
    t->catalogue = catalogue != NULL ? rs_catalogue_hold(catalogue) : NULL;
    rs_shelf_begin(&t->shelf, held, SHELF_BYTES);
    status = set_up(t, config, space, options, err);
    if (status == RECSYS_OK)
        *tuning = t;
    else
        rs_tuning_free(t);
    return status;
}
