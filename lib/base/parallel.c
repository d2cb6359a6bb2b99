#include "base/parallel.h"

#include <pthread.h>
#include <signal.h>

#include "base/error.h"
#include "base/memory.h"

enum { PROGRESS_STEPS = 200 };

typedef struct team {
    rs_task_fn task;
    void *shared;
    size_t tasks;
    atomic_size_t next;   /* first task not handed out */
    atomic_size_t done;   /* tasks finished */
    atomic_int stopped;   /* a task failed or the caller cancelled */
    pthread_mutex_t lock; /* guards the three below */
    size_t failed_task;
    recsys_status status;
    recsys_error error;
} team;

typedef struct member {
    team *team;
    size_t thread;
    pthread_t handle;
} member;

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

static void *work(void *argument)
{
    member *self = argument;
    while (run_one(self->team, self->thread)) {}
    return NULL;
}

/* The caller's share of the work, telling progress every so many tasks. */
static recsys_status work_and_tell(team *t, const char *stage, const recsys_progress *progress,
                                   recsys_error *err)
{
    size_t step = t->tasks / PROGRESS_STEPS + 1, told = 0;
    recsys_status status = rs_progress(progress, stage, 0, t->tasks, err);
    while (status == RECSYS_OK && run_one(t, 0)) {
        size_t done = atomic_load_explicit(&t->done, memory_order_relaxed);
        if (done < told + step) continue;
        told = done;
        status = rs_progress(progress, stage, done, t->tasks, err);
    }
    if (status != RECSYS_OK) atomic_store_explicit(&t->stopped, 1, memory_order_release);
    return status;
}

/* Threads of the library take no signals: those are the host's. */
static size_t start_members(team *t, member *members, size_t wanted)
{
    sigset_t all, old;
    size_t started = 0;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &old) != 0) return 0;
    for (; started < wanted; started++) {
        members[started].team = t;
        members[started].thread = started + 1;
        if (pthread_create(&members[started].handle, NULL, work, &members[started]) != 0) break;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return started;
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
    team t = {.task = task, .shared = shared, .tasks = tasks, .status = RECSYS_OK};
    atomic_init(&t.next, 0);
    atomic_init(&t.done, 0);
    atomic_init(&t.stopped, 0);
    size_t others = rs_parallel_threads(runtime, tasks) - 1;
    member *members = rs_array(runtime, others, sizeof *members);
    if (members == NULL) return rs_fail_memory(err, stage);
    if (pthread_mutex_init(&t.lock, NULL) != 0) {
        rs_free(runtime, members);
        return rs_fail_memory(err, stage);
    }
    others = start_members(&t, members, others);
    recsys_status status = work_and_tell(&t, stage, progress, err);
    for (size_t i = 0; i < others; i++) pthread_join(members[i].handle, NULL);
    pthread_mutex_destroy(&t.lock);
    rs_free(runtime, members);
    if (status != RECSYS_OK) return status;
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
