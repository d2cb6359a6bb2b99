/* Every allocation of fit, save, open and recommend made to fail in turn. */
#include "sample.h"

enum { USERS = 14, MOVIES = 9 };

typedef struct paths {
    char folder[256], catalogue[512], model[512];
} paths;

static recsys_status fit_and_save(recsys_runtime *runtime, void *data, recsys_error *err)
{
    paths *p = data;
    recsys_model *model = NULL;
    recsys_status status = sample_model(&model, runtime, p->catalogue, USERS, MOVIES, err);
    if (status == RECSYS_OK) status = recsys_model_save(model, p->model, err);
    recsys_model_destroy(model);
    return status;
}

static int add_share(void *user_data, const recsys_reason *reason)
{
    *(double *)user_data += reason->share;
    return 0;
}

static recsys_status ask(recsys_model *model, recsys_runtime *runtime, recsys_error *err)
{
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    recsys_result *copy = NULL;
    const recsys_result *list;
    double sum = 0;
    recsys_status status = recsys_context_create(&context, model, err);
    if (status == RECSYS_OK) status = recsys_query_create(&query, runtime, err);
    if (status == RECSYS_OK) status = recsys_query_set_user(query, "u003", err);
    if (status == RECSYS_OK) status = recsys_query_add_rating(query, "m002", 4, 0, err);
    if (status == RECSYS_OK) status = recsys_query_deny(query, "m005", err);
    if (status == RECSYS_OK)
        status = recsys_query_set_option(query, "model.recommendation.diversity", "0.2", err);
    if (status == RECSYS_OK)
        status = recsys_query_set_option(query, "model.recommendation.calibrated_genres", "0.2",
                                         err);
    if (status == RECSYS_OK) status = recsys_recommend(&list, context, query, err);
    if (status == RECSYS_OK) status = recsys_result_detach(&copy, list, err);
    if (status == RECSYS_OK) status = recsys_result_explain(list, 0, add_share, &sum, err);
    recsys_result_destroy(copy);
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    return status;
}

static int count_list(void *user_data, const char *user, const recsys_result *list)
{
    (void)user;
    *(size_t *)user_data += recsys_result_size(list);
    return 0;
}

static recsys_status open_and_ask(recsys_runtime *runtime, void *data, recsys_error *err)
{
    paths *p = data;
    recsys_model *model = NULL;
    size_t count = 0;
    recsys_status status = recsys_model_open(&model, runtime, p->model, err);
    if (status == RECSYS_OK) status = recsys_model_validate(model, RECSYS_VALIDATE_FULL, err);
    if (status == RECSYS_OK) status = ask(model, runtime, err);
    if (status == RECSYS_OK)
        status = recsys_recommend_all(model, NULL, count_list, &count, NULL, err);
    recsys_model_destroy(model);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    paths *p = *state;
    assert_true(test_each_allocation(fit_and_save, p, 1, 1) > 100);
    assert_true(test_each_allocation(open_and_ask, p, 1, 1) > 50);
}

static void with_threads_too(void **state)
{
    paths *p = *state;
    assert_true(test_each_allocation(fit_and_save, p, 2, 7) > 100);
    assert_true(test_each_allocation(open_and_ask, p, 2, 7) > 50);
}

static void a_failed_save_keeps_the_old_file(void **state)
{
    paths *p = *state;
    size_t size_before, size_after;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(fit_and_save(NULL, p, &err), &err);
    unsigned char *before = test_read_file(p->model, &size_before);
    test_each_allocation(fit_and_save, p, 1, 29);
    unsigned char *after = test_read_file(p->model, &size_after);
    assert_int_equal(size_before, size_after);
    assert_memory_equal(before, after, size_before);
    assert_int_equal(test_count_files(p->folder), 2);
    free(before);
    free(after);
}

static int setup(void **state)
{
    static paths p;
    test_folder(p.folder);
    sample_catalogue_file(p.catalogue, p.folder, MOVIES);
    test_path(p.model, p.folder, "m.recsys");
    *state = &p;
    return 0;
}

static int teardown(void **state)
{
    test_remove_folder(((paths *)*state)->folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(with_threads_too),
        cmocka_unit_test(a_failed_save_keeps_the_old_file),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
