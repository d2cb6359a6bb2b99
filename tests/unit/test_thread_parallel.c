/* lib/base/parallel.c and pool.c, also run under the thread sanitizer. */
#include "testing.h"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

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
    assert_true(w->tells == 0 || w->last_asked < w->stop_at); /* not asked again after "stop" */
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

/* Memory makes it faster only: without, the caller works alone. */
static void no_memory_means_no_other_thread(void **state)
{
    (void)state;
    static work w;
    test_heap heap = {0};
    recsys_error err = RECSYS_ERROR_INIT;
    begin(&w, &heap, 7);
    heap.fail_at = 2;
    heap.fail_after = 1;
    w.threads = 1; /* one_task takes member 0 alone */
    assert_ok(rs_parallel(w.runtime, TASKS, one_task, &w, "stage", NULL, &err), &err);
    assert_true(atomic_load(&heap.calls) > 1);
    rs_runtime_release(w.runtime);
    assert_int_equal(atomic_load(&heap.live), 0);
}

typedef struct signals {
    pthread_t caller;
    atomic_size_t elsewhere; /* tasks on other threads */
} signals;

static recsys_status look_at_signals(void *shared, size_t task, size_t thread,
                                     recsys_error *err)
{
    signals *s = shared;
    (void)task;
    (void)thread;
    sigset_t blocked;
    int here = pthread_equal(s->caller, pthread_self());
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    if (!here && !sigismember(&blocked, SIGINT))
        return rs_fail(err, RECSYS_E_INTERNAL, "a thread of the library would take a signal");
    usleep(100);
    atomic_fetch_add(&s->elsewhere, !here);
    return RECSYS_OK;
}

/* Signals are the host's: its threads keep theirs, ours take none. */
static void threads_take_no_signals(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 4);
    recsys_error err = RECSYS_ERROR_INIT;
    signals s = {.caller = pthread_self()};
    sigset_t before, after;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    assert_ok(rs_parallel(runtime, 200, look_at_signals, &s, "x", NULL, &err), &err);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    assert_int_equal(sigismember(&before, SIGINT), sigismember(&after, SIGINT));
    assert_true(atomic_load(&s.elsewhere) > 0);
    rs_runtime_release(runtime);
}

/* ---- the pool ---------------------------------------------------------------------- */

enum { MEETING = 3, CALLERS = 4 };

static size_t usual_threads; /* of this process, when no pool has any */

/* Whether there are `wanted` threads in the end: one that was joined may be seen a moment
 * longer. */
static int threads_become(size_t wanted)
{
    for (int i = 0; i < 10000; i++) {
        if (test_count_files("/proc/self/task") == wanted) return 1;
        usleep(1000);
    }
    return 0;
}

/* A call of MEETING tasks, each of which ends only when all run at once. */
typedef struct meeting {
    atomic_size_t arrived;
    long id[MEETING]; /* of the threads */
} meeting;

static recsys_status meet(void *shared, size_t task, size_t thread, recsys_error *err)
{
    meeting *m = shared;
    (void)thread;
    m->id[task] = syscall(SYS_gettid);
    atomic_fetch_add(&m->arrived, 1);
    for (int i = 0; i < 20000 && atomic_load(&m->arrived) < MEETING; i++) usleep(1000);
    if (atomic_load(&m->arrived) < MEETING)
        return rs_fail(err, RECSYS_E_INTERNAL, "task %zu waits in vain", task);
    return RECSYS_OK;
}

static recsys_status hold_meeting(recsys_runtime *runtime, meeting *m, recsys_error *err)
{
    *m = (meeting){.arrived = 0};
    return rs_parallel(runtime, MEETING, meet, m, "stage", NULL, err);
}

static int was_there(const meeting *m, long id)
{
    for (size_t i = 0; i < MEETING; i++)
        if (m->id[i] == id) return 1;
    return 0;
}

/* The same workers serve every call, asleep between, and are gone with the runtime. */
static void workers_stay_as_long_as_the_runtime(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, MEETING);
    recsys_error err = RECSYS_ERROR_INIT;
    meeting first, later;
    assert_ok(hold_meeting(runtime, &first, &err), &err);
    for (int i = 0; i < 20; i++) {
        assert_ok(hold_meeting(runtime, &later, &err), &err);
        for (size_t t = 0; t < MEETING; t++) assert_true(was_there(&first, later.id[t]));
    }
    assert_true(threads_become(usual_threads + MEETING - 1));
    rs_runtime_release(runtime);
    assert_true(threads_become(usual_threads));
    assert_int_equal(atomic_load(&heap.live), 0);
}

/* No more than are of use: two tasks are two threads. */
static void workers_are_started_when_needed(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 1024);
    recsys_error err = RECSYS_ERROR_INIT;
    meeting m;
    assert_true(threads_become(usual_threads));
    assert_ok(hold_meeting(runtime, &m, &err), &err);
    assert_true(threads_become(usual_threads + MEETING - 1));
    rs_runtime_release(runtime);
}

typedef struct caller {
    recsys_runtime *runtime;
    work w;
    recsys_status status;
    recsys_error err;
} caller;

static void *call_again_and_again(void *argument)
{
    caller *c = argument;
    recsys_progress progress = {tell, &c->w};
    c->w.caller = pthread_self();
    for (int i = 0; i < 30 && c->status == RECSYS_OK; i++) {
        c->w.last_asked = 0;
        c->status = rs_parallel(c->runtime, TASKS, one_task, &c->w, "stage",
                                i % 2 == 0 ? &progress : NULL, &c->err);
    }
    return NULL;
}

static void many_threads_may_call_at_once(void **state)
{
    (void)state;
    static caller callers[CALLERS];
    test_heap heap = {0};
    pthread_t threads[CALLERS];
    recsys_runtime *runtime = test_runtime(&heap, 3);
    for (size_t i = 0; i < CALLERS; i++) {
        callers[i] = (caller){.runtime = runtime, .err = RECSYS_ERROR_INIT};
        callers[i].w.threads = 3;
        callers[i].w.fail_from = callers[i].w.stop_at = SIZE_MAX;
        assert_int_equal(pthread_create(&threads[i], NULL, call_again_and_again, &callers[i]),
                         0);
    }
    for (size_t i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        assert_ok(callers[i].status, &callers[i].err);
        for (size_t t = 0; t < TASKS; t++) assert_int_equal(callers[i].w.seen[t], 30);
    }
    rs_runtime_release(runtime);
    assert_int_equal(atomic_load(&heap.live), 0);
}

typedef struct nest {
    recsys_runtime *runtime;
    size_t depth;
    atomic_size_t leaves;
} nest;

static recsys_status go_deeper(void *shared, size_t task, size_t thread, recsys_error *err)
{
    nest *outer = shared;
    (void)thread;
    if (outer->depth == 0) {
        atomic_fetch_add(&outer->leaves, task);
        return RECSYS_OK;
    }
    nest inner = {.runtime = outer->runtime, .depth = outer->depth - 1};
    recsys_status status =
        rs_parallel(outer->runtime, 7, go_deeper, &inner, "inner", NULL, err);
    atomic_fetch_add(&outer->leaves, atomic_load(&inner.leaves));
    return status;
}

static void tasks_may_call_too(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= 7; threads += 2) {
        test_heap heap = {0};
        recsys_error err = RECSYS_ERROR_INIT;
        nest top = {.runtime = test_runtime(&heap, threads), .depth = 3};
        assert_true(threads_become(usual_threads));
        assert_ok(rs_parallel(top.runtime, 7, go_deeper, &top, "outer", NULL, &err), &err);
        assert_int_equal(atomic_load(&top.leaves), 7 * 7 * 7 * (0 + 1 + 2 + 3 + 4 + 5 + 6));
        assert_in_range(test_count_files("/proc/self/task"), usual_threads,
                        usual_threads + threads - 1);
        rs_runtime_release(top.runtime);
        assert_int_equal(atomic_load(&heap.live), 0);
    }
}

typedef struct errand {
    work w;
    meeting *m;         /* NULL: the call is for the tasks of `w` */
    atomic_size_t held; /* threads */
    atomic_int over;
} errand;

/* Task 0 holds a thread until task 1, on the other one, has finished a call of its own. */
static recsys_status call_or_wait(void *shared, size_t task, size_t thread, recsys_error *err)
{
    errand *e = shared;
    recsys_status status = RECSYS_OK;
    (void)thread;
    atomic_fetch_add(&e->held, 1);
    while (atomic_load(&e->held) < 2) usleep(100);
    if (task == 1) {
        status = e->m != NULL
                     ? hold_meeting(e->w.runtime, e->m, err)
                     : rs_parallel(e->w.runtime, TASKS, one_task, &e->w, "stage", NULL, err);
        atomic_store(&e->over, 1);
    }
    while (!atomic_load(&e->over)) usleep(100);
    return status;
}

static void a_call_needs_no_free_worker(void **state)
{
    (void)state;
    static errand e;
    test_heap heap = {0};
    recsys_error err = RECSYS_ERROR_INIT;
    begin(&e.w, &heap, 2);
    assert_ok(rs_parallel(e.w.runtime, 2, call_or_wait, &e, "stage", NULL, &err), &err);
    for (size_t t = 0; t < TASKS; t++) assert_int_equal(e.w.seen[t], 1);
    rs_runtime_release(e.w.runtime);
}

/* A worker that is held elsewhere is no help: others are started, up to the limit. */
static void a_call_does_not_count_on_busy_workers(void **state)
{
    (void)state;
    static errand e;
    meeting m;
    test_heap heap = {0};
    recsys_error err = RECSYS_ERROR_INIT;
    begin(&e.w, &heap, 1 + MEETING);
    e.m = &m;
    assert_ok(rs_parallel(e.w.runtime, 2, call_or_wait, &e, "stage", NULL, &err), &err);
    rs_runtime_release(e.w.runtime);
}

/* Threads with stacks of 64 TiB do not start. */
static void a_call_needs_no_worker_at_all(void **state)
{
    (void)state;
    static work w;
    test_heap heap = {0};
    recsys_error err = RECSYS_ERROR_INIT;
    pthread_attr_t usual, huge;
    assert_int_equal(pthread_getattr_default_np(&usual), 0);
    assert_int_equal(pthread_attr_init(&huge), 0);
    assert_int_equal(pthread_attr_setstacksize(&huge, (size_t)1 << 46), 0);
    begin(&w, &heap, 7);
    w.threads = 1;
    assert_int_equal(pthread_setattr_default_np(&huge), 0);
    recsys_status status = rs_parallel(w.runtime, TASKS, one_task, &w, "stage", NULL, &err);
    assert_int_equal(pthread_setattr_default_np(&usual), 0);
    assert_ok(status, &err);
    for (size_t t = 0; t < TASKS; t++) assert_int_equal(w.seen[t], 1);
    w.threads = 7; /* the next call finds them */
    assert_ok(rs_parallel(w.runtime, TASKS, one_task, &w, "stage", NULL, &err), &err);
    rs_runtime_release(w.runtime);
    assert_int_equal(atomic_load(&heap.live), 0);
}

/* ---- fork -------------------------------------------------------------------------- */

/* The thread sanitizer starts no thread in the child of a process that has several. */
#if defined(__SANITIZE_THREAD__)
#define CAN_FORK 0
#else
#define CAN_FORK 1
#endif

/* Meetings in a child of this process and in a child of that one, if any; then the end. */
static int live_on(recsys_runtime *runtime, test_heap *heap, int generations)
{
    meeting m;
    int status = 0;
    alarm(60); /* a hang is a failure */
    for (int i = 0; generations > 0 && i < 3; i++)
        if (hold_meeting(runtime, &m, NULL) != RECSYS_OK) return 1;
    if (generations > 1) {
        pid_t child = fork();
        if (child == 0) _exit(live_on(runtime, heap, generations - 1));
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0) return 2;
        if (hold_meeting(runtime, &m, NULL) != RECSYS_OK) return 3;
    }
    rs_runtime_release(runtime);
    return atomic_load(&heap->live) == 0 ? 0 : 4;
}

static void check_child(recsys_runtime *runtime, test_heap *heap, int generations)
{
    int status = -1;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) _exit(live_on(runtime, heap, generations));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_child_process_has_workers_of_its_own(void **state)
{
    (void)state;
    if (!CAN_FORK) skip();
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, MEETING);
    recsys_error err = RECSYS_ERROR_INIT;
    meeting m;
    assert_ok(hold_meeting(runtime, &m, &err), &err);
    check_child(runtime, &heap, 0);
    check_child(runtime, &heap, 2);
    assert_ok(hold_meeting(runtime, &m, &err), &err); /* ours are still there */
    rs_runtime_release(runtime);
    assert_int_equal(atomic_load(&heap.live), 0);
}

/* A process that never had workers starts some in the child only. */
static void a_child_may_be_the_first_to_work(void **state)
{
    (void)state;
    if (!CAN_FORK) skip();
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, MEETING);
    check_child(runtime, &heap, 2);
    rs_runtime_release(runtime);
    assert_int_equal(atomic_load(&heap.live), 0);
}

static recsys_status nothing(void *shared, size_t task, size_t thread, recsys_error *err)
{
    (void)task;
    (void)thread;
    (void)err;
    return atomic_load((atomic_int *)shared) ? RECSYS_CANCELLED : RECSYS_OK;
}

typedef struct churn {
    recsys_runtime *runtime;
    atomic_int over;
} churn;

static void *call_until_told(void *argument)
{
    churn *c = argument;
    while (rs_parallel(c->runtime, 8, nothing, &c->over, "x", NULL, NULL) == RECSYS_OK) {}
    return NULL;
}

/* Forked while another thread is amid calls, so that the locks are in any state. */
static void a_fork_amid_calls_does_no_harm(void **state)
{
    (void)state;
    if (!CAN_FORK) skip();
    test_heap heap = {0};
    churn c = {.runtime = test_runtime(&heap, MEETING)};
    recsys_error err = RECSYS_ERROR_INIT;
    meeting m;
    pthread_t thread;
    assert_ok(hold_meeting(c.runtime, &m, &err), &err); /* the pool's memory is counted */
    assert_int_equal(pthread_create(&thread, NULL, call_until_told, &c), 0);
    for (int i = 0; i < 30; i++) {
        usleep(500);
        check_child(c.runtime, &heap, i % 3);
    }
    atomic_store(&c.over, 1);
    pthread_join(thread, NULL);
    rs_runtime_release(c.runtime);
    assert_int_equal(atomic_load(&heap.live), 0);
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

static void *nobody(void *argument)
{
    return argument;
}

/* Some sanitizers start a thread beside the first one. */
static int count_usual_threads(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, nobody, NULL), 0);
    pthread_join(thread, NULL);
    usleep(200000);
    usual_threads = test_count_files("/proc/self/task");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_task_runs_once_on_any_number_of_threads),
        cmocka_unit_test(no_task_is_no_work),
        cmocka_unit_test(the_smallest_failed_task_is_reported),
        cmocka_unit_test(a_later_failure_of_a_smaller_task_counts),
        cmocka_unit_test(the_caller_can_stop),
        cmocka_unit_test(no_memory_means_no_other_thread),
        cmocka_unit_test(threads_take_no_signals),
        cmocka_unit_test(workers_stay_as_long_as_the_runtime),
        cmocka_unit_test(workers_are_started_when_needed),
        cmocka_unit_test(many_threads_may_call_at_once),
        cmocka_unit_test(tasks_may_call_too),
        cmocka_unit_test(a_call_needs_no_free_worker),
        cmocka_unit_test(a_call_does_not_count_on_busy_workers),
        cmocka_unit_test(a_call_needs_no_worker_at_all),
        cmocka_unit_test(a_child_process_has_workers_of_its_own),
        cmocka_unit_test(a_child_may_be_the_first_to_work),
        cmocka_unit_test(a_fork_amid_calls_does_no_harm),
        cmocka_unit_test(references_are_counted_across_threads),
    };
    return cmocka_run_group_tests(tests, count_usual_threads, NULL);
}
