/* A context: scratch, the query's settings, and the last list. */
#ifndef RS_RANK_CONTEXT_H
#define RS_RANK_CONTEXT_H

#include "base/text.h"
#include "models/scratch.h"
#include "rank/fuse.h"
#include "rank/query.h"

struct recsys_result {
    recsys_runtime *runtime;
    const recsys_context *context; /* whose last list this is; NULL: detached */
    recsys_model *model;           /* retained by a detached result */
    size_t count, capacity;
    uint32_t *movie;
    double *score, *rating;
    size_t *id_at; /* [count] where each id begins in ids */
    rs_text ids;
};

struct recsys_context {
    recsys_model *model;
    rs_scratch scratch;
    rs_settings settings;     /* of the last query */
    const rs_settings *given; /* used in place of the model's own; NULL: these */
    int counted;              /* scratch's qualities hold for `settings` */
    rs_fresh *fresh;
    size_t fresh_capacity;
    double largest; /* recall before it was divided */
    int ranked;     /* the last list came from recsys_recommend */
    recsys_result result;
};

recsys_status rs_context_make(recsys_context **context, recsys_model *model, recsys_error *err);
void rs_context_free(recsys_context *context);

/* Score every source that has a weight for scratch->profile, whose candidates are set, and
 * number the first `ranks` of each; RS_RANKS of popularity's where the ranker fuses them. */
void rs_score_sources(recsys_context *context, size_t ranks);
/* The whole way from a query to context->result. */
recsys_status rs_recommend(recsys_context *context, const recsys_query *query,
                           recsys_error *err);
recsys_status rs_similar_list(recsys_context *context, size_t movie, size_t limit,
                              recsys_error *err);
recsys_status rs_explain(const recsys_result *result, size_t i, recsys_reason_fn reason,
                         void *user_data, recsys_error *err);
recsys_status rs_result_copy(recsys_result **copy, const recsys_result *result,
                             recsys_error *err);
void rs_result_free(recsys_result *result);

/* Use other settings from now on; recomputes what depends on them. */
void rs_context_use(recsys_context *context, const rs_settings *settings);

#endif
