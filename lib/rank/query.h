/* What is asked: knows ids as text, no model. */
#ifndef RS_RANK_QUERY_H
#define RS_RANK_QUERY_H

#include <recsys/recommend.h>

#include "base/runtime.h"

/* A list of strings owned by the query. */
typedef struct rs_strings {
    char **item;
    size_t count, capacity;
} rs_strings;

typedef struct rs_given {
    char *movie;
    float rating; /* NaN: withdrawn */
    int64_t time; /* milliseconds, 0: newest */
} rs_given;

struct recsys_query {
    recsys_runtime *runtime;
    char *user;      /* or NULL */
    size_t limit;    /* 0: the model's top_n */
    rs_given *given; /* in order of arrival */
    size_t given_count, given_capacity;
    rs_strings allow, deny, genres;
    int first_year, last_year; /* 0: open */
    rs_strings options;        /* key, value, key, value, ... checked when set */
};

recsys_status rs_query_make(recsys_query **query, recsys_runtime *runtime, recsys_error *err);
void rs_query_free(recsys_query *query);
void rs_query_clear(recsys_query *query);
recsys_status rs_query_set_user(recsys_query *query, const char *user, recsys_error *err);
recsys_status rs_query_give(recsys_query *query, const char *movie, float rating, int64_t time,
                            recsys_error *err);
/* Append copies of `count` strings: all or none. */
recsys_status rs_query_append(recsys_query *query, rs_strings *list, const char *const *strings,
                              size_t count, recsys_error *err);

#endif
