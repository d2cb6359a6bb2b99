/* Queries that one source answers alone, so that its scores are the lists'. */
#ifndef RS_ALONE_TESTING_H
#define RS_ALONE_TESTING_H

#include "testing.h"

#include <recsys/recommend.h>

/* A query for which the source has all of the group's weight (`share` is its option's key), and
 * nothing else counts. */
static inline recsys_query *query_alone(const char *share)
{
    static const char *const nothing_else[][2] = {
        {"model.hybrid.content_weight", "0"},
        {"model.hybrid.popularity_weight", "0"},
        {"model.hybrid.fusion", "minmax"},
        {"model.rerank.quality_weight", "0"},
        {"model.recommendation.min_rating_threshold", "0"}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_query *query = NULL;
    assert_ok(recsys_query_create(&query, NULL, &err), &err);
    assert_ok(recsys_query_set_option(query, share, "1", &err), &err);
    for (size_t i = 0; i < sizeof nothing_else / sizeof *nothing_else; i++)
        assert_ok(recsys_query_set_option(query, nothing_else[i][0], nothing_else[i][1], &err),
                  &err);
    return query;
}

#endif
