/* Lists for all users: blocks on all threads, handed over in user order. */
#include <recsys/recommend.h>

#include "api/need.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "rank/context.h"

enum { BLOCK = 256 };

typedef struct batch {
    recsys_context **context; /* [threads] */
    recsys_query **query;     /* [threads] copies of the options */
    recsys_result *list[BLOCK];
    size_t from, threads;
} batch;

static recsys_status copy_options(recsys_query *to, const recsys_query *from, recsys_error *err)
{
    const rs_strings *lists[] = {&from->allow, &from->deny, &from->genres, &from->options};
    rs_strings *copies[] = {&to->allow, &to->deny, &to->genres, &to->options};
    to->limit = from->limit;
    to->first_year = from->first_year;
    to->last_year = from->last_year;
    for (size_t i = 0; i < 4; i++) {
        recsys_status status = rs_query_append(
            to, copies[i], (const char *const *)lists[i]->item, lists[i]->count, err);
        if (status != RECSYS_OK) return status;
    }
    return RECSYS_OK;
}

static recsys_status set_user(recsys_query *query, const recsys_model *model, size_t user,
                              recsys_error *err)
{
    size_t need = rs_ids_text(&model->users, user, NULL, 0);
    char *id = rs_array(model->runtime, need + 1, 1);
    if (id == NULL) return rs_fail_memory(err, "recsys_recommend_all");
    rs_ids_text(&model->users, user, id, need + 1);
    rs_free(query->runtime, query->user);
    query->user = id;
    return RECSYS_OK;
}

static recsys_status one_list(void *shared, size_t task, size_t thread, recsys_error *err)
{
    batch *b = shared;
    recsys_context *context = b->context[thread];
    recsys_status status = set_user(b->query[thread], context->model, b->from + task, err);
    if (status == RECSYS_OK) status = rs_recommend(context, b->query[thread], err);
    return status != RECSYS_OK ? status : rs_result_copy(&b->list[task], &context->result, err);
}

static recsys_status make_threads(batch *b, recsys_model *model, const recsys_query *options,
                                  recsys_error *err)
{
    recsys_status status;
    b->context = rs_array_zero(model->runtime, b->threads, sizeof *b->context);
    b->query = rs_array_zero(model->runtime, b->threads, sizeof *b->query);
    if (b->context == NULL || b->query == NULL)
        return rs_fail_memory(err, "recsys_recommend_all");
    for (size_t t = 0; t < b->threads; t++) {
        RS_TRY(rs_context_make(&b->context[t], model, err));
        RS_TRY(rs_query_make(&b->query[t], model->runtime, err));
        if (options != NULL) RS_TRY(copy_options(b->query[t], options, err));
    }
    return RECSYS_OK;
out:
    return status;
}

static recsys_status hand_over(batch *b, const recsys_model *model, size_t count,
                               recsys_list_fn sink, void *user_data, recsys_error *err)
{
    for (size_t i = 0; i < count; i++) {
        recsys_status status = set_user(b->query[0], model, b->from + i, err);
        if (status != RECSYS_OK) return status;
        if (sink(user_data, b->query[0]->user, b->list[i]) != 0)
            return rs_fail(err, RECSYS_CANCELLED, "recsys_recommend_all: stopped by the sink");
    }
    return RECSYS_OK;
}

static recsys_status one_block(batch *b, const recsys_model *model, recsys_list_fn sink,
                               void *user_data, recsys_error *err)
{
    size_t count = model->users.count - b->from;
    if (count > BLOCK) count = BLOCK;
    recsys_status status = rs_parallel(model->runtime, count, one_list, b, "lists", NULL, err);
    if (status == RECSYS_OK) status = hand_over(b, model, count, sink, user_data, err);
    for (size_t i = 0; i < BLOCK; i++) {
        rs_result_free(b->list[i]);
        b->list[i] = NULL;
    }
    b->from += count;
    return status;
}

recsys_status recsys_recommend_all(const recsys_model *model, const recsys_query *options,
                                   recsys_list_fn sink, void *user_data,
                                   const recsys_progress *progress, recsys_error *err)
{
    recsys_model *m = (recsys_model *)(uintptr_t)model;
    RS_NEED(err, model);
    RS_NEED(err, sink);
    batch b = {.threads = rs_parallel_threads(model->runtime, BLOCK)};
    recsys_status status = make_threads(&b, m, options, err);
    while (status == RECSYS_OK && b.from < model->users.count) {
        status = one_block(&b, model, sink, user_data, err);
        if (status == RECSYS_OK)
            status = rs_progress(progress, "lists", b.from, model->users.count, err);
    }
    for (size_t t = 0; t < b.threads; t++) {
        if (b.context != NULL) rs_context_free(b.context[t]);
        if (b.query != NULL) rs_query_free(b.query[t]);
    }
    rs_free(model->runtime, b.context);
    rs_free(model->runtime, b.query);
    return status;
}
