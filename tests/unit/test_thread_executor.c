/* recsys_executor: the work of long calls on threads of the host; also run under the thread
 * sanitizer. */
#include "sample.h"

#include <pthread.h>

#include "base/error.h"
#include "base/parallel.h"

enum { TASKS = 1000, THREADS = 5, USERS = 300, MOVIES = 60, MOST_JOBS = 3 * THREADS };

typedef void (*job_fn)(void *job_data, size_t i);

/* ---- executors of all kinds; user_data counts the calls ----------------------------- */

static void in_reverse(void *user_data, size_t count, job_fn job, void *job_data)
{
    atomic_fetch_add((atomic_size_t *)user_data, 1);
    while (count > 0) job(job_data, --count);
}

typedef struct errand {
    job_fn job;
    void *job_data;
    size_t i;
} errand;

static void *run_errand(void *argument)
{
    errand *e = argument;
    e->job(e->job_data, e->i);
    return NULL;
}

/* Jobs from..to-1 at once, their numbers modulo `count`. */
static void on_new_threads(size_t from, size_t to, size_t count, job_fn job, void *job_data)
{
    errand errands[MOST_JOBS];
    pthread_t threads[MOST_JOBS];
    assert_in_range(to, from, MOST_JOBS);
    for (size_t i = from; i < to; i++) {
        errands[i] = (errand){job, job_data, i % count};
        assert_int_equal(pthread_create(&threads[i], NULL, run_errand, &errands[i]), 0);
    }
    for (size_t i = from; i < to; i++) pthread_join(threads[i], NULL);
}

static void all_elsewhere(void *user_data, size_t count, job_fn job, void *job_data)
{
    atomic_fetch_add((atomic_size_t *)user_data, 1);
    on_new_threads(0, count, count, job, job_data);
}

static void here_and_elsewhere(void *user_data, size_t count, job_fn job, void *job_data)
{
    atomic_fetch_add((atomic_size_t *)user_data, 1);
    job(job_data, 0);
    on_new_threads(1, count, count, job, job_data);
    job(job_data, 0);
}

static void not_at_all(void *user_data, size_t count, job_fn job, void *job_data)
{
    (void)count;
    (void)job;
    (void)job_data;
    atomic_fetch_add((atomic_size_t *)user_data, 1);
}

/* Each job thrice, all at once. */
static void too_often(void *user_data, size_t count, job_fn job, void *job_data)
{
    atomic_fetch_add((atomic_size_t *)user_data, 1);
    on_new_threads(0, 3 * count, count, job, job_data);
}

static void out_of_range(void *user_data, size_t count, job_fn job, void *job_data)
{
    atomic_fetch_add((atomic_size_t *)user_data, 1);
    job(job_data, SIZE_MAX);
    job(job_data, count);
}

static const struct {
    void (*run)(void *user_data, size_t count, job_fn job, void *job_data);
    int elsewhere; /* no job on the calling thread */
} kinds[] = {
    {in_reverse, 0}, {all_elsewhere, 1}, {here_and_elsewhere, 0},
    {not_at_all, 0}, {too_often, 1},     {out_of_range, 0},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static recsys_runtime *runtime_with(size_t kind, atomic_size_t *calls, size_t threads)
{
    recsys_runtime *runtime = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_executor executor = {sizeof executor, kinds[kind].run, calls};
    assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
    assert_ok(recsys_runtime_set_threads(runtime, threads, &err), &err);
    assert_ok(recsys_runtime_set_executor(runtime, &executor, &err), &err);
    return runtime;
}

/* ---- tasks -------------------------------------------------------------------------- */

typedef struct work {
    atomic_size_t seen[TASKS], on[THREADS];
    size_t fail_from, stop_at; /* SIZE_MAX: never */
    uint64_t told;
    size_t tells;
    pthread_t caller;
} work;

static void begin(work *w)
{
    memset(w, 0, sizeof *w);
    w->fail_from = w->stop_at = SIZE_MAX;
    w->caller = pthread_self();
}

static recsys_status one_task(void *shared, size_t task, size_t thread, recsys_error *err)
{
    work *w = shared;
    if (thread >= THREADS || atomic_fetch_add(&w->on[thread], 1) != 0)
        return rs_fail(err, RECSYS_E_INTERNAL, "thread %zu", thread);
    atomic_fetch_add(&w->seen[task], 1);
    if (task % 100 == 0) usleep(100);
    atomic_fetch_sub(&w->on[thread], 1);
    if (task >= w->fail_from) return rs_fail(err, RECSYS_E_PARSE, "task %zu is bad", task);
    return RECSYS_OK;
}

static int tell(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    work *w = user_data;
    (void)stage;
    assert_true(pthread_equal(w->caller, pthread_self()));
    assert_true(done <= total && done >= w->told);
    assert_true(w->tells == 0 || w->told < w->stop_at); /* not asked again after "stop" */
    w->told = done;
    w->tells++;
    return done >= w->stop_at;
}

static recsys_status run_tasks(recsys_runtime *runtime, work *w, recsys_error *err)
{
    recsys_progress progress = {tell, w};
    return rs_parallel(runtime, TASKS, one_task, w, "stage", &progress, err);
}

static void each_task_runs_once_whatever_it_does(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        static work w;
        atomic_size_t calls = 0;
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_runtime *runtime = runtime_with(kind, &calls, THREADS);
        begin(&w);
        assert_ok(run_tasks(runtime, &w, &err), &err);
        for (size_t t = 0; t < TASKS; t++) assert_int_equal(atomic_load(&w.seen[t]), 1);
        assert_int_equal(atomic_load(&calls), 1);
        assert_int_equal(w.told, TASKS);
        if (kinds[kind].elsewhere)
            assert_int_equal(w.tells, 2);
        else if (kinds[kind].run != here_and_elsewhere) /* all of it on this thread */
            assert_in_range(w.tells, 150, 210);
        recsys_runtime_destroy(runtime);
    }
}

static void the_smallest_failed_task_is_reported(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++)
        for (size_t from = 0; from < TASKS; from += 333) {
            static work w;
            char wanted[64];
            atomic_size_t calls = 0;
            recsys_error err = RECSYS_ERROR_INIT;
            recsys_runtime *runtime = runtime_with(kind, &calls, THREADS);
            begin(&w);
            w.fail_from = from;
            assert_fails(run_tasks(runtime, &w, &err), RECSYS_E_PARSE, &err);
            snprintf(wanted, sizeof wanted, "task %zu is bad", from);
            assert_string_equal(err.text, wanted);
            recsys_runtime_destroy(runtime);
        }
}

/* Before the first task always; amid them where the calling thread has a job. */
static void the_caller_can_stop(void **state)
{
    (void)state;
    static const size_t stops[] = {0, 100, TASKS};
    for (size_t kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; i < 3; i++) {
            static work w;
            atomic_size_t calls = 0;
            size_t seen = 0;
            recsys_error err = RECSYS_ERROR_INIT;
            recsys_runtime *runtime = runtime_with(kind, &calls, THREADS);
            begin(&w);
            w.stop_at = stops[i];
            assert_fails(run_tasks(runtime, &w, &err), RECSYS_CANCELLED, &err);
            for (size_t t = 0; t < TASKS; t++) seen += atomic_load(&w.seen[t]);
            if (stops[i] == 0) assert_int_equal(seen + atomic_load(&calls), 0);
            if (stops[i] == 100 && kinds[kind].run == in_reverse)
                assert_in_range(seen, 100, 110);
            recsys_runtime_destroy(runtime);
        }
}

/* Nothing to share: the executor is not asked. */
static void one_thread_or_one_task_needs_no_executor(void **state)
{
    (void)state;
    static work w;
    atomic_size_t calls = 0;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = runtime_with(0, &calls, 1);
    begin(&w);
    assert_ok(run_tasks(runtime, &w, &err), &err);
    assert_ok(recsys_runtime_set_threads(runtime, THREADS, &err), &err);
    assert_ok(rs_parallel(runtime, 1, one_task, &w, "stage", NULL, &err), &err);
    assert_int_equal(atomic_load(&calls), 0);
    recsys_runtime_destroy(runtime);
}

static void null_brings_the_pool_back(void **state)
{
    (void)state;
    static work w;
    atomic_size_t calls = 0;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = runtime_with(0, &calls, THREADS);
    assert_ok(recsys_runtime_set_executor(runtime, NULL, &err), &err);
    begin(&w);
    assert_ok(run_tasks(runtime, &w, &err), &err);
    assert_int_equal(atomic_load(&calls), 0);
    recsys_runtime_destroy(runtime);
}

/* ---- the library on top ------------------------------------------------------------- */

typedef struct lists {
    size_t size, room;
    char *text;
} lists;

static int add_list(void *user_data, const char *user, const recsys_result *list)
{
    lists *l = user_data;
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        if (l->room - l->size < 128) {
            l->room = 2 * l->room + 4096;
            l->text = realloc(l->text, l->room);
            assert_non_null(l->text);
        }
        l->size += (size_t)snprintf(l->text + l->size, 128, "%s %zu %a\n", user,
                                    recsys_result_movie(list, i), recsys_result_score(list, i));
    }
    return 0;
}

/* A model fitted, saved and asked on this runtime. */
static void fit_save_and_ask(recsys_runtime *runtime, const char *folder, const char *path,
                             lists *l)
{
    char catalogue[512];
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    sample_catalogue_file(catalogue, folder, MOVIES);
    assert_ok(sample_model(&model, runtime, catalogue, USERS, MOVIES, &err), &err);
    assert_ok(recsys_model_save(model, path, &err), &err);
    *l = (lists){.size = 0};
    assert_ok(recsys_recommend_all(model, NULL, add_list, l, NULL, &err), &err);
    recsys_model_destroy(model);
    recsys_runtime_destroy(runtime);
}

static void models_and_lists_are_the_same_bytes(void **state)
{
    (void)state;
    char folder[256], alone_path[512], path[512];
    lists alone, with;
    recsys_runtime *runtime = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    test_folder(folder);
    test_path(alone_path, folder, "alone.recsys");
    test_path(path, folder, "m.recsys");
    assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
    assert_ok(recsys_runtime_set_threads(runtime, 1, &err), &err);
    fit_save_and_ask(runtime, folder, alone_path, &alone);
    assert_true(alone.size > USERS);
    for (size_t kind = 0; kind < KINDS; kind++) {
        atomic_size_t calls = 0;
        fit_save_and_ask(runtime_with(kind, &calls, THREADS), folder, path, &with);
        assert_true(atomic_load(&calls) > 5);
        test_same_file(path, alone_path);
        assert_int_equal(with.size, alone.size);
        assert_memory_equal(with.text, alone.text, alone.size);
        free(with.text);
    }
    free(alone.text);
    test_remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_task_runs_once_whatever_it_does),
        cmocka_unit_test(the_smallest_failed_task_is_reported),
        cmocka_unit_test(the_caller_can_stop),
        cmocka_unit_test(one_thread_or_one_task_needs_no_executor),
        cmocka_unit_test(null_brings_the_pool_back),
        cmocka_unit_test(models_and_lists_are_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
