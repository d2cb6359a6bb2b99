#include "rank/query.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"

recsys_status rs_query_make(recsys_query **query, recsys_runtime *runtime, recsys_error *err)
{
    recsys_runtime *held;
    recsys_status status = rs_runtime_hold(&held, runtime, err);
    if (status != RECSYS_OK) return status;
    recsys_query *made = rs_array_zero(held, 1, sizeof *made);
    if (made == NULL) {
        rs_runtime_release(held);
        return rs_fail_memory(err, "recsys_query_create");
    }
    made->runtime = held;
    *query = made;
    return RECSYS_OK;
}

static void clear_strings(recsys_query *query, rs_strings *list)
{
    for (size_t i = 0; i < list->count; i++) rs_free(query->runtime, list->item[i]);
    list->count = 0;
}

void rs_query_clear(recsys_query *query)
{
    clear_strings(query, &query->allow);
    clear_strings(query, &query->deny);
    clear_strings(query, &query->genres);
    clear_strings(query, &query->options);
    for (size_t i = 0; i < query->given_count; i++)
        rs_free(query->runtime, query->given[i].movie);
    rs_free(query->runtime, query->user);
    query->user = NULL;
    query->limit = query->given_count = 0;
    query->first_year = query->last_year = 0;
}

void rs_query_free(recsys_query *query)
{
    if (query == NULL) return;
    recsys_runtime *runtime = query->runtime;
    rs_query_clear(query);
    rs_free(runtime, query->allow.item);
    rs_free(runtime, query->deny.item);
    rs_free(runtime, query->genres.item);
    rs_free(runtime, query->options.item);
    rs_free(runtime, query->given);
    rs_free(runtime, query);
    rs_runtime_release(runtime);
}

recsys_status rs_query_set_user(recsys_query *query, const char *user, recsys_error *err)
{
    char *copy = NULL;
    if (user != NULL) {
        copy = rs_strdup(query->runtime, user);
        if (copy == NULL) return rs_fail_memory(err, "recsys_query_set_user");
    }
    rs_free(query->runtime, query->user);
    query->user = copy;
    return RECSYS_OK;
}

recsys_status rs_query_give(recsys_query *query, const char *movie, float rating, int64_t time,
                            recsys_error *err)
{
    static const char call[] = "recsys_query_add_rating";
    if (movie == NULL || movie[0] == '\0')
        return rs_fail(err, RECSYS_E_INVALID, "%s: the movie id is empty", call);
    if (isinf(rating))
        return rs_fail(err, RECSYS_E_INVALID, "%s: the rating of \"%s\" is not finite", call,
                       movie);
    if (!rs_reserve(query->runtime, &query->given, &query->given_capacity,
                    query->given_count + 1, sizeof *query->given))
        return rs_fail_memory(err, call);
    char *copy = rs_strdup(query->runtime, movie);
    if (copy == NULL) return rs_fail_memory(err, call);
    query->given[query->given_count++] = (rs_given){copy, rating, time};
    return RECSYS_OK;
}

recsys_status rs_query_append(recsys_query *query, rs_strings *list, const char *const *strings,
                              size_t count, recsys_error *err)
{
    size_t before = list->count;
    if (!rs_reserve(query->runtime, &list->item, &list->capacity, list->count + count,
                    sizeof *list->item))
        return rs_fail_memory(err, "query");
    for (size_t i = 0; i < count; i++) {
        char *copy = rs_strdup(query->runtime, strings[i]);
        if (copy == NULL) {
            while (list->count > before) rs_free(query->runtime, list->item[--list->count]);
            return rs_fail_memory(err, "query");
        }
        list->item[list->count++] = copy;
    }
    return RECSYS_OK;
}
