#include "base/parallel.h"

#include <pthread.h>

#include "base/error.h"
#include "base/pool.h"

enum { PROGRESS_STEPS = 200 };

typedef struct team {
    rs_task_fn task;
    void *shared;
    size_t tasks;
    size_t room;           /* most members */
    atomic_size_t members; /* numbers asked for so far */
    atomic_size_t next;    /* first task not handed out */
    atomic_size_t done;    /* tasks finished */
    atomic_int stopped;    /* a task failed or the caller cancelled */
    pthread_mutex_t lock;  /* guards the three below */
    size_t failed_task;
    recsys_status status;
    recsys_error error;
    pthread_t caller; /* only this thread uses what follows */
    const char *stage;
    const recsys_progress *progress;
    recsys_error *err;
    size_t told;
    recsys_status answer; /* of the last progress call */
} team;

static void note_failure(team *t, size_t task, recsys_status status, const recsys_error *error)
{
    pthread_mutex_lock(&t->lock);
    if (t->status == RECSYS_OK || task < t->failed_task) {
        t->failed_task = task;
        t->status = status;
        t->error = *error;
    }
    pthread_mutex_unlock(&t->lock);
    atomic_store_explicit(&t->stopped, 1, memory_order_release);
}

/* Take and run one task; returns 0 when none is left. */
static int run_one(team *t, size_t thread)
{
    if (atomic_load_explicit(&t->stopped, memory_order_acquire)) return 0;
    size_t task = atomic_fetch_add_explicit(&t->next, 1, memory_order_relaxed);
    if (task >= t->tasks) return 0;
    recsys_error error = RECSYS_ERROR_INIT;
    recsys_status status = t->task(t->shared, task, thread, &error);
    if (status != RECSYS_OK) note_failure(t, task, status, &error);
    atomic_fetch_add_explicit(&t->done, 1, memory_order_relaxed);
    return 1;
}

/* Tell progress every so many tasks, until the caller wants to stop. */
static void tell(team *t)
{
    size_t done = atomic_load_explicit(&t->done, memory_order_relaxed);
    if (t->answer != RECSYS_OK || done < t->told + t->tasks / PROGRESS_STEPS + 1) return;
    t->told = done;
    t->answer = rs_progress(t->progress, t->stage, done, t->tasks, t->err);
    if (t->answer != RECSYS_OK) atomic_store_explicit(&t->stopped, 1, memory_order_release);
}

static void work_as(team *t, size_t member)
{
    int tells = pthread_equal(t->caller, pthread_self());
    while (run_one(t, member))
        if (tells) tell(t);
}

/* One member's share: tasks as long as there are any. Which job it is does not matter, so an
 * executor that repeats jobs or leaves some out does no harm. */
static void work(void *job_data, size_t job)
{
    team *t = job_data;
    (void)job;
    size_t member = atomic_fetch_add_explicit(&t->members, 1, memory_order_relaxed);
    if (member < t->room) work_as(t, member);
}

static void share_out(recsys_runtime *runtime, team *t)
{
    const recsys_executor *host = &runtime->executor;
    if (t->room > 1) {
        if (host->run != NULL)
            host->run(host->user_data, t->room, work, t);
        else
            rs_pool_run(runtime, t->room, work, t);
    }
    work_as(t, 0); /* what is left: all of it where there is one thread */
}

size_t rs_parallel_threads(const recsys_runtime *runtime, size_t tasks)
{
    size_t threads = rs_runtime_threads(runtime);
    if (threads > tasks) threads = tasks;
    return threads > 0 ? threads : 1;
}

recsys_status rs_parallel(recsys_runtime *runtime, size_t tasks, rs_task_fn task, void *shared,
                          const char *stage, const recsys_progress *progress, recsys_error *err)
{
    recsys_status status = rs_progress(progress, stage, 0, tasks, err);
    if (status != RECSYS_OK) return status;
    team t = {.task = task,
              .shared = shared,
              .tasks = tasks,
              .room = rs_parallel_threads(runtime, tasks),
              .caller = pthread_self(),
              .stage = stage,
              .progress = progress,
              .err = err};
    atomic_init(&t.members, 0);
    atomic_init(&t.next, 0);
    atomic_init(&t.done, 0);
    atomic_init(&t.stopped, 0);
    if (pthread_mutex_init(&t.lock, NULL) != 0) return rs_fail_memory(err, stage);
    share_out(runtime, &t);
    pthread_mutex_destroy(&t.lock);
    if (t.answer != RECSYS_OK) return t.answer;
    if (t.status != RECSYS_OK)
        return rs_noted(rs_note_again(err, t.status, &t.error), t.status);
    return rs_progress(progress, stage, tasks, tasks, err);
}

recsys_status rs_progress(const recsys_progress *progress, const char *stage, uint64_t done,
                          uint64_t total, recsys_error *err)
{
    if (progress == NULL || progress->call == NULL) return RECSYS_OK;
    if (progress->call(progress->user_data, stage, done, total) == 0) return RECSYS_OK;
    return rs_fail(err, RECSYS_CANCELLED, "stopped by the caller during %s", stage);
}
