/* One model, many threads: each with a context of its own gets the lists it would get alone.
 * Run under the thread sanitizer by `make tsan`. */
#include "sample.h"

#include <pthread.h>

enum { USERS = 40, MOVIES = 30, THREADS = 4, ROUNDS = 50, LIST = 10 };

typedef struct lists {
    size_t movie[USERS][LIST];
} lists;

typedef struct worker {
    recsys_model *model;
    const lists *alone; /* NULL: fill `mine` */
    lists mine;
    size_t start;
    int failures;
} worker;

static void *ask_all(void *argument)
{
    worker *w = argument;
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list;
    w->failures += recsys_context_create(&context, w->model, NULL) != RECSYS_OK;
    w->failures += recsys_query_create(&query, NULL, NULL) != RECSYS_OK;
    for (size_t i = 0; i < USERS * (w->alone != NULL ? ROUNDS : 1); i++) {
        char id[16];
        size_t user = (w->start + i) % USERS;
        recsys_query_clear(query);
        snprintf(id, sizeof id, "u%03zu", user);
        w->failures += recsys_query_set_user(query, id, NULL) != RECSYS_OK;
        w->failures += recsys_query_set_limit(query, LIST, NULL) != RECSYS_OK;
        w->failures += recsys_recommend(&list, context, query, NULL) != RECSYS_OK;
        for (size_t k = 0; k < LIST; k++) {
            size_t movie = recsys_result_movie(list, k);
            if (w->alone == NULL)
                w->mine.movie[user][k] = movie;
            else
                w->failures += movie != w->alone->movie[user][k];
        }
    }
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    return NULL;
}

static void concurrent_queries_agree(void **state)
{
    (void)state;
    char folder[256], catalogue[512];
    static worker alone, workers[THREADS];
    pthread_t thread[THREADS];
    recsys_error err = RECSYS_ERROR_INIT;
    test_folder(folder);
    sample_catalogue_file(catalogue, folder, MOVIES);
    assert_ok(sample_model(&alone.model, NULL, catalogue, USERS, MOVIES, &err), &err);
    ask_all(&alone);
    assert_int_equal(alone.failures, 0);
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (worker){
            .model = recsys_model_retain(alone.model), .alone = &alone.mine, .start = i * 7};
        assert_int_equal(pthread_create(&thread[i], NULL, ask_all, &workers[i]), 0);
    }
    recsys_model_destroy(alone.model); /* those who retained it keep it alive */
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        assert_int_equal(workers[i].failures, 0);
        recsys_model_destroy(workers[i].model);
    }
    test_remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(concurrent_queries_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
