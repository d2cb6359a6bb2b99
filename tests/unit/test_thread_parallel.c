/* lib/base/parallel.c, also run under the thread sanitizer. */
#include "testing.h"

#include <pthread.h>
#include <signal.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"

enum { TASKS = 1000 };

typedef struct work {
    recsys_runtime *runtime;
    size_t threads;
    unsigned char seen[TASKS];
    uint64_t sum[TASKS];
    atomic_size_t on[8]; /* tasks that run on each thread now */
    size_t fail_from;    /* tasks from this one on fail; SIZE_MAX: none */
    size_t last_asked, tells, stop_at;
    pthread_t caller;
} work;

static void begin(work *w, test_heap *heap, size_t threads)
{
    memset(w, 0, sizeof *w);
    w->runtime = test_runtime(heap, threads);
    w->threads = threads;
    w->fail_from = w->stop_at = SIZE_MAX;
    w->caller = pthread_self();
}

static recsys_status one_task(void *shared, size_t task, size_t thread, recsys_error *err)
{
    work *w = shared;
    if (thread >= w->threads) return rs_fail(err, RECSYS_E_INTERNAL, "thread %zu", thread);
    if (atomic_fetch_add(&w->on[thread], 1) != 0)
        return rs_fail(err, RECSYS_E_INTERNAL, "two tasks on thread %zu", thread);
    w->seen[task]++;
    uint64_t x = task;
    for (int i = 0; i < 200; i++) w->sum[task] += test_random(&x);
    atomic_fetch_sub(&w->on[thread], 1);
    if (task >= w->fail_from) return rs_fail(err, RECSYS_E_PARSE, "task %zu is bad", task);
    return RECSYS_OK;
}

static int tell(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    work *w = user_data;
    assert_true(pthread_equal(w->caller, pthread_self()));
    assert_string_equal(stage, "stage");
    assert_true(done <= total && done >= w->last_asked);
    w->last_asked = done;
    w->tells++;
    return done >= w->stop_at;
}

static void each_task_runs_once_on_any_number_of_threads(void **state)
{
    (void)state;
    static const size_t threads[] = {1, 2, 7};
    uint64_t first[TASKS];
    for (size_t i = 0; i < 3; i++) {
        static work w;
        test_heap heap = {0};
        recsys_error err = RECSYS_ERROR_INIT;
        begin(&w, &heap, threads[i]);
        recsys_progress progress = {tell, &w};
        assert_ok(rs_parallel(w.runtime, TASKS, one_task, &w, "stage", &progress, &err), &err);
        for (size_t t = 0; t < TASKS; t++) assert_int_equal(w.seen[t], 1);
        if (i == 0) memcpy(first, w.sum, sizeof first);
        assert_memory_equal(first, w.sum, sizeof first);
        assert_int_equal(w.last_asked, TASKS);
        assert_in_range(w.tells, 2, 210);
        rs_runtime_release(w.runtime);
        assert_int_equal(atomic_load(&heap.live), 0);
    }
}

static void no_task_is_no_work(void **state)
{
    (void)state;
    static work w;
    test_heap heap = {0};
    recsys_error err = RECSYS_ERROR_INIT;
    begin(&w, &heap, 7);
    assert_ok(rs_parallel(w.runtime, 0, one_task, &w, "stage", NULL, &err), &err);
    assert_int_equal(rs_parallel_threads(w.runtime, 0), 1);
    assert_int_equal(rs_parallel_threads(w.runtime, 3), 3);
    assert_int_equal(rs_parallel_threads(w.runtime, 300), 7);
    rs_runtime_release(w.runtime);
}

/* Whatever the threads do, the caller hears of the same failure. */
static void the_smallest_failed_task_is_reported(void **state)
{
    (void)state;
    static const size_t threads[] = {1, 2, 7};
    for (size_t i = 0; i < 3; i++)
        for (size_t from = 0; from < TASKS; from += 97) {
            static work w;
            test_heap heap = {0};
            char wanted[64];
            recsys_error err = RECSYS_ERROR_INIT;
            begin(&w, &heap, threads[i]);
            w.fail_from = from;
            assert_fails(rs_parallel(w.runtime, TASKS, one_task, &w, "stage", NULL, &err),
                         RECSYS_E_PARSE, &err);
            snprintf(wanted, sizeof wanted, "task %zu is bad", from);
            assert_string_equal(err.text, wanted);
            for (size_t t = 0; t <= from; t++) assert_int_equal(w.seen[t], 1);
            rs_runtime_release(w.runtime);
            assert_int_equal(atomic_load(&heap.live), 0);
        }
}

static recsys_status last_first(void *shared, size_t task, size_t thread, recsys_error *err)
{
    atomic_int *failed = shared;
    (void)thread;
    if (task == 0) { /* fail after task 1 did; not for ever if it never runs beside this one */
        for (int i = 0; i < 2000 && !atomic_load(failed); i++) usleep(1000);
        usleep(5000);
    }
    atomic_store(failed, 1);
    return rs_fail(err, RECSYS_E_PARSE, "task %zu is bad", task);
}

static void a_later_failure_of_a_smaller_task_counts(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 2);
    recsys_error err = RECSYS_ERROR_INIT;
    atomic_int failed = 0;
    assert_fails(rs_parallel(runtime, 2, last_first, &failed, "x", NULL, &err), RECSYS_E_PARSE,
                 &err);
    assert_string_equal(err.text, "task 0 is bad");
    rs_runtime_release(runtime);
}

static void the_caller_can_stop(void **state)
{
    (void)state;
    static const size_t stops[] = {0, 100, 999};
    for (size_t threads = 1; threads <= 7; threads += 3)
        for (size_t i = 0; i < 3; i++) {
            static work w;
            test_heap heap = {0};
            recsys_error err = RECSYS_ERROR_INIT;
            begin(&w, &heap, threads);
            w.stop_at = stops[i];
            recsys_progress progress = {tell, &w};
            assert_fails(rs_parallel(w.runtime, TASKS, one_task, &w, "stage", &progress, &err),
                         RECSYS_CANCELLED, &err);
            assert_contains(err.text, "stage");
            rs_runtime_release(w.runtime);
            assert_int_equal(atomic_load(&heap.live), 0);
        }
}

static recsys_status few_tasks(recsys_runtime *runtime, void *data, recsys_error *err)
{
    work *w = data;
    return rs_parallel(runtime, 10, one_task, w, "stage", NULL, err);
}

static void no_memory_is_reported(void **state)
{
    (void)state;
    static work w;
    test_heap heap = {0};
    begin(&w, &heap, 7);
    assert_true(test_each_allocation(few_tasks, &w, 7, 1) >= 1);
    rs_runtime_release(w.runtime);
}

static recsys_status look_at_signals(void *shared, size_t task, size_t thread,
                                     recsys_error *err)
{
    (void)task;
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    if (thread > 0 && !sigismember(&blocked, SIGINT))
        return rs_fail(err, RECSYS_E_INTERNAL, "a thread of the library would take a signal");
    usleep(100);
    atomic_fetch_add((atomic_size_t *)shared, thread > 0);
    return RECSYS_OK;
}

/* Signals are the host's: its threads keep theirs, ours take none. */
static void threads_take_no_signals(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 4);
    recsys_error err = RECSYS_ERROR_INIT;
    atomic_size_t elsewhere = 0;
    sigset_t before, after;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    assert_ok(rs_parallel(runtime, 200, look_at_signals, &elsewhere, "x", NULL, &err), &err);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    assert_int_equal(sigismember(&before, SIGINT), sigismember(&after, SIGINT));
    assert_true(atomic_load(&elsewhere) > 0);
    rs_runtime_release(runtime);
}

static void *hold_and_release(void *argument)
{
    recsys_runtime *runtime = argument;
    for (int i = 0; i < 10000; i++) rs_runtime_release(rs_runtime_retain(runtime));
    rs_runtime_release(runtime);
    return NULL;
}

static void references_are_counted_across_threads(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 1);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, hold_and_release, rs_runtime_retain(runtime)), 0);
    rs_runtime_release(runtime);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&heap.live), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_task_runs_once_on_any_number_of_threads),
        cmocka_unit_test(no_task_is_no_work),
        cmocka_unit_test(the_smallest_failed_task_is_reported),
        cmocka_unit_test(a_later_failure_of_a_smaller_task_counts),
        cmocka_unit_test(the_caller_can_stop),
        cmocka_unit_test(no_memory_is_reported),
        cmocka_unit_test(threads_take_no_signals),
        cmocka_unit_test(references_are_counted_across_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
