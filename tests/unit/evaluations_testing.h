/* What tests of evaluations share: ratings, catalogues and runs by hand, and what is asked of a
 * report. */
#ifndef RS_EVALUATIONS_TESTING_H
#define RS_EVALUATIONS_TESTING_H

#include "configs_testing.h"
#include "numbers_testing.h"

#include <recsys/recsys.h>

#include "eval/breakdown.h"

typedef struct row {
    const char *user, *movie;
    float rating;
    int64_t time;
} row;

typedef struct rows {
    const row *rows;
    size_t count, next;
} rows;

static inline int next_row(void *data, recsys_row *out)
{
    rows *r = data;
    if (r->next == r->count) return 0;
    out->user = r->rows[r->next].user;
    out->movie = r->rows[r->next].movie;
    out->rating = r->rows[r->next].rating;
    out->timestamp = r->rows[r->next++].time;
    return 1;
}

static inline recsys_ratings *make_ratings(recsys_runtime *in, const row *given, size_t count)
{
    recsys_ratings *ratings = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    rows r = {given, count, 0};
    assert_ok(recsys_ratings_from_rows(&ratings, in, next_row, &r, &err), &err);
    return ratings;
}

static inline recsys_model *fit(recsys_runtime *in, const recsys_ratings *ratings,
                                const recsys_catalogue *movies)
{
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_model_fit(&model, in, ratings, movies, NULL, NULL, &err), &err);
    return model;
}

static inline recsys_catalogue *read_catalogue(const char *name, const char *text)
{
    char folder[256], path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_catalogue *movies = NULL;
    test_folder(folder);
    test_text_file(path, folder, name, text);
    assert_ok(recsys_catalogue_read(&movies, NULL, path, NULL, &err), &err);
    test_remove_folder(folder);
    return movies;
}

/* ---- runs ------------------------------------------------------------------------- */

/* The texts of files, of which the last two may be NULL, and the training data. */
typedef struct run_case {
    const char *run, *judgements, *candidates, *people;
    const recsys_ratings *train;
    const recsys_catalogue *movies;
} run_case;

/* Write a text into `folder` and let an option name its file; NULL: do nothing. */
static inline void set_file(recsys_config *config, const char *option, const char *folder,
                            const char *name, const char *text)
{
    char path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    if (text == NULL) return;
    test_text_file(path, folder, name, text);
    assert_ok(recsys_config_set(config, option, path, &err), &err);
}

/* The config gets the options that name files, which are gone afterwards. */
static inline recsys_status evaluate_texts(recsys_report **report, const run_case *c,
                                           recsys_config *config, recsys_error *err)
{
    char folder[256], path[2][512];
    test_folder(folder);
    test_text_file(path[0], folder, "run", c->run);
    test_text_file(path[1], folder, "judgements", c->judgements);
    set_file(config, "evaluation.candidates", folder, "candidates", c->candidates);
    set_file(config, "evaluation.user_attributes", folder, "people", c->people);
    recsys_status status =
        recsys_evaluate_run(report, NULL, path[0], path[1], c->train, c->movies, config, err);
    test_remove_folder(folder);
    return status;
}

static inline recsys_status evaluate_run(recsys_report **report, const run_case *c,
                                         const char *const *pairs, recsys_error *err)
{
    recsys_config *config = make_config(pairs);
    recsys_status status = evaluate_texts(report, c, config, err);
    recsys_config_destroy(config);
    return status;
}

/* ---- reports ---------------------------------------------------------------------- */

static inline double metric_at(const recsys_report *report, const char *name, size_t k)
{
    double value = 0;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_report_metric(report, name, k, &value, NULL, &err), &err);
    return value;
}

/* At evaluation.k. */
static inline double metric(const recsys_report *report, const char *name)
{
    return metric_at(report, name, 0);
}

static inline double user_metric(const recsys_report *report, size_t i, const char *name)
{
    double value = 0;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_report_user_metric(report, i, name, 0, &value, &err), &err);
    return value;
}

/* ---- memory ----------------------------------------------------------------------- */

/* Make the n-th allocation of an evaluation fail; returns 0 once it needs fewer. */
static inline int evaluate_failing(test_heap *heap, const recsys_model *model,
                                   const recsys_ratings *test, const recsys_config *config,
                                   size_t n)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_report *report = NULL;
    size_t live = atomic_load(&heap->live);
    heap->fail_at = atomic_load(&heap->calls) + n;
    recsys_status status = recsys_evaluate(&report, model, test, config, NULL, &err);
    if (status != RECSYS_OK && status != RECSYS_E_NO_MEMORY)
        fail_msg("allocation %zu failed: status %d, \"%s\"", n, (int)status, err.text);
    assert_int_equal(report != NULL, status == RECSYS_OK);
    int failed = atomic_load(&heap->calls) >= heap->fail_at;
    assert_int_equal(failed, status == RECSYS_E_NO_MEMORY);
    recsys_report_destroy(report);
    assert_int_equal(atomic_load(&heap->live), live);
    return failed;
}

/* Each of them fails once, for a model of this heap; returns how many there are. */
static inline size_t evaluate_each_allocation(test_heap *heap, const recsys_model *model,
                                              const recsys_ratings *test,
                                              const recsys_config *config)
{
    size_t n = 1;
    /* Computed now: hashing needs no memory of its own, it only uses some when it can. */
    assert_int_equal(strlen(recsys_ratings_hash(test)), 64);
    while (evaluate_failing(heap, model, test, config, n)) n++;
    heap->fail_at = 0;
    return n;
}

#endif
