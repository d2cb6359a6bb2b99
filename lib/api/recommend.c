/* Queries, lists, reasons. */
#include <recsys/recommend.h>

#include <math.h>

#include "api/need.h"
#include "api/outputs.h"
#include "base/time.h"
#include "rank/context.h"

enum { MOST_LIMIT = 100000 };
#define MOST_RATING 1e6F /* as in files */

recsys_status recsys_context_create(recsys_context **context, const recsys_model *model,
                                    recsys_error *err)
{
    RS_NEED(err, context);
    RS_NEED(err, model);
    return rs_context_make(context, (recsys_model *)(uintptr_t)model, err);
}

void recsys_context_destroy(recsys_context *context)
{
    rs_context_free(context);
}

/* ---- the query ------------------------------------------------------------------- */

recsys_status recsys_query_create(recsys_query **query, recsys_runtime *runtime,
                                  recsys_error *err)
{
    RS_NEED(err, query);
    return rs_query_make(query, runtime, err);
}

void recsys_query_destroy(recsys_query *query)
{
    rs_query_free(query);
}

void recsys_query_clear(recsys_query *query)
{
    if (query != NULL) rs_query_clear(query);
}

recsys_status recsys_query_set_user(recsys_query *query, const char *user_id, recsys_error *err)
{
    RS_NEED(err, query);
    if (user_id != NULL && user_id[0] == '\0')
        return rs_fail(err, RECSYS_E_INVALID, "recsys_query_set_user: the user id is empty");
    return rs_query_set_user(query, user_id, err);
}

recsys_status recsys_query_set_limit(recsys_query *query, size_t n, recsys_error *err)
{
    RS_NEED(err, query);
    if (n < 1 || n > MOST_LIMIT)
        return rs_fail(err, RECSYS_E_INVALID, "recsys_query_set_limit: %zu, expected 1 to %d",
                       n, MOST_LIMIT);
    query->limit = n;
    return RECSYS_OK;
}

recsys_status recsys_query_add_rating(recsys_query *query, const char *movie_id, float rating,
                                      int64_t timestamp, recsys_error *err)
{
    RS_NEED(err, query);
    RS_NEED(err, movie_id);
    if (rating < -MOST_RATING || rating > MOST_RATING)
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_query_add_rating: the rating of \"%.200s\" is beyond 1e6",
                       movie_id);
    return rs_query_give(query, movie_id, rating, rs_milliseconds(timestamp), err);
}

static recsys_status append_id(recsys_query *query, rs_strings *list, const char *text,
                               const char *call, recsys_error *err)
{
    if (text[0] == '\0') return rs_fail(err, RECSYS_E_INVALID, "%s: the text is empty", call);
    return rs_query_append(query, list, &text, 1, err);
}

recsys_status recsys_query_allow(recsys_query *query, const char *movie_id, recsys_error *err)
{
    RS_NEED(err, query);
    RS_NEED(err, movie_id);
    return append_id(query, &query->allow, movie_id, "recsys_query_allow", err);
}

recsys_status recsys_query_deny(recsys_query *query, const char *movie_id, recsys_error *err)
{
    RS_NEED(err, query);
    RS_NEED(err, movie_id);
    return append_id(query, &query->deny, movie_id, "recsys_query_deny", err);
}

recsys_status recsys_query_genre(recsys_query *query, const char *genre, recsys_error *err)
{
    RS_NEED(err, query);
    RS_NEED(err, genre);
    return append_id(query, &query->genres, genre, "recsys_query_genre", err);
}

recsys_status recsys_query_years(recsys_query *query, int first, int last, recsys_error *err)
{
    RS_NEED(err, query);
    if (first < 0 || last < 0 || (last > 0 && first > last))
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_query_years: %d to %d, expected two ascending years or 0", first,
                       last);
    query->first_year = first;
    query->last_year = last;
    return RECSYS_OK;
}

recsys_status recsys_query_set_option(recsys_query *query, const char *key, const char *value,
                                      recsys_error *err)
{
    rs_settings scratch = {0};
    RS_NEED(err, query);
    RS_NEED(err, key);
    RS_NEED(err, value);
    const char *pair[2] = {key, value};
    recsys_status status = rs_settings_set(&scratch, query->runtime, key, value, err);
    return status != RECSYS_OK ? status : rs_query_append(query, &query->options, pair, 2, err);
}

/* ---- lists ----------------------------------------------------------------------- */

recsys_status recsys_recommend(const recsys_result **result, recsys_context *context,
                               const recsys_query *query, recsys_error *err)
{
    RS_NEED(err, result);
    RS_NEED(err, context);
    RS_NEED(err, query);
    recsys_status status = rs_recommend(context, query, err);
    if (status == RECSYS_OK) *result = &context->result;
    return status;
}

recsys_status recsys_similar(const recsys_result **result, recsys_context *context,
                             const char *movie_id, size_t limit, recsys_error *err)
{
    RS_NEED(err, result);
    RS_NEED(err, context);
    RS_NEED(err, movie_id);
    size_t movie = rs_out_find(&context->model->movies, movie_id);
    if (movie == SIZE_MAX)
        return rs_fail(err, RECSYS_E_NOT_FOUND, "recsys_similar: no movie \"%s\"", movie_id);
    recsys_status status = rs_similar_list(context, movie, limit, err);
    if (status == RECSYS_OK) *result = &context->result;
    return status;
}

size_t recsys_result_size(const recsys_result *result)
{
    return result != NULL ? result->count : 0;
}

const char *recsys_result_item(const recsys_result *result, size_t i)
{
    return i < recsys_result_size(result) ? result->ids.data + result->id_at[i] : NULL;
}

size_t recsys_result_movie(const recsys_result *result, size_t i)
{
    return i < recsys_result_size(result) ? result->movie[i] : SIZE_MAX;
}

double recsys_result_score(const recsys_result *result, size_t i)
{
    return i < recsys_result_size(result) ? result->score[i] : (double)NAN;
}

double recsys_result_rating(const recsys_result *result, size_t i)
{
    return i < recsys_result_size(result) ? result->rating[i] : (double)NAN;
}

recsys_status recsys_result_detach(recsys_result **copy, const recsys_result *result,
                                   recsys_error *err)
{
    RS_NEED(err, copy);
    RS_NEED(err, result);
    return rs_result_copy(copy, result, err);
}

void recsys_result_destroy(recsys_result *result)
{
    rs_result_free(result);
}

recsys_status recsys_result_explain(const recsys_result *result, size_t i,
                                    recsys_reason_fn reason, void *user_data, recsys_error *err)
{
    RS_NEED(err, result);
    RS_NEED(err, reason);
    return rs_explain(result, i, reason, user_data, err);
}
