#include "base/pool.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/memory.h"

enum { MOST_WORKERS = 1023 }; /* recsys_runtime_set_threads allows one more */

/* The jobs of one call, on its stack. */
typedef struct batch {
    struct batch *later;
    void (*job)(void *job_data, size_t i);
    void *job_data;
    size_t count;
    size_t next;    /* first job that nobody took; the batch is listed while there is one */
    size_t running; /* jobs taken that have not returned */
} batch;

typedef struct rs_pool {
    pid_t process;          /* whose workers these are */
    struct rs_pool *parent; /* that of the process it was forked from; only memory now */
    pthread_mutex_t lock;   /* guards what follows, and every batch */
    pthread_cond_t listed;  /* a batch was, or the pool closes */
    pthread_cond_t done;    /* the last job of a batch returned */
    batch *oldest;
    int closing;
    size_t idle; /* workers without a job */
    size_t workers;
    pthread_t worker[MOST_WORKERS];
} rs_pool;

/* ---- batches; all under the lock --------------------------------------------------- */

static void list(rs_pool *pool, batch *b)
{
    batch **end = &pool->oldest;
    while (*end != NULL) end = &(*end)->later;
    *end = b;
}

static void unlist(rs_pool *pool, const batch *b)
{
    batch **link = &pool->oldest;
    while (*link != b) link = &(*link)->later;
    *link = b->later;
}

static size_t open_jobs(const rs_pool *pool)
{
    size_t open = 0;
    for (const batch *b = pool->oldest; b != NULL; b = b->later) open += b->count - b->next;
    return open;
}

static size_t take(rs_pool *pool, batch *b)
{
    size_t job = b->next++;
    b->running++;
    if (b->next == b->count) unlist(pool, b);
    return job;
}

/* Gives up the lock while the job runs; the batch stays as long as it is held again. */
static void run(rs_pool *pool, batch *b, size_t job)
{
    pthread_mutex_unlock(&pool->lock);
    b->job(b->job_data, job);
    pthread_mutex_lock(&pool->lock);
    if (--b->running == 0) pthread_cond_broadcast(&pool->done);
}

/* ---- workers ----------------------------------------------------------------------- */

static void *serve(void *argument)
{
    rs_pool *pool = argument;
    pthread_mutex_lock(&pool->lock);
    while (!pool->closing) {
        batch *b = pool->oldest;
        if (b == NULL) {
            pthread_cond_wait(&pool->listed, &pool->lock);
            continue;
        }
        pool->idle--;
        run(pool, b, take(pool, b));
        pool->idle++;
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* As many as the listed jobs lack; if they do not start, there are fewer. Threads of the
 * library take no signals: those are the host's. */
static void start_workers(rs_pool *pool, const recsys_runtime *runtime)
{
    sigset_t all, old;
    if (pool->idle >= open_jobs(pool)) return;
    size_t most = rs_runtime_threads(runtime) - 1;
    if (most > MOST_WORKERS) most = MOST_WORKERS;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &old) != 0) return;
    while (pool->workers < most && pool->idle < open_jobs(pool)) {
        if (pthread_create(&pool->worker[pool->workers], NULL, serve, pool) != 0) break;
        pool->workers++;
        pool->idle++;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* ---- the pool ---------------------------------------------------------------------- */

static int init_locks(rs_pool *pool)
{
    if (pthread_mutex_init(&pool->lock, NULL) != 0) return 0;
    if (pthread_cond_init(&pool->listed, NULL) == 0) {
        if (pthread_cond_init(&pool->done, NULL) == 0) return 1;
        pthread_cond_destroy(&pool->listed);
    }
    pthread_mutex_destroy(&pool->lock);
    return 0;
}

static void destroy_locks(rs_pool *pool)
{
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->listed);
    pthread_mutex_destroy(&pool->lock);
}

static rs_pool *make(recsys_runtime *runtime, rs_pool *parent)
{
    rs_pool *pool = rs_array(runtime, 1, sizeof *pool);
    if (pool == NULL) return NULL;
    pool->process = getpid();
    pool->parent = parent;
    pool->oldest = NULL;
    pool->closing = 0;
    pool->idle = pool->workers = 0;
    if (init_locks(pool)) return pool;
    rs_free(runtime, pool);
    return NULL;
}

/* The pool of this process, made at its first call. A child of fork() has no workers, and
 * the locks of its parent's pool are in any state: they are not touched. */
static rs_pool *pool_of(recsys_runtime *runtime)
{
    rs_pool *present = atomic_load_explicit(&runtime->pool, memory_order_acquire);
    if (present != NULL && present->process == getpid()) return present;
    rs_pool *made = make(runtime, present);
    if (made == NULL) return NULL;
    if (atomic_compare_exchange_strong(&runtime->pool, &present, made)) return made;
    destroy_locks(made); /* another thread was first */
    rs_free(runtime, made);
    return present;
}

void rs_pool_run(recsys_runtime *runtime, size_t count, void (*job)(void *job_data, size_t i),
                 void *job_data)
{
    batch b = {.job = job, .job_data = job_data, .count = count};
    rs_pool *pool = count > 0 ? pool_of(runtime) : NULL;
    if (pool == NULL) return;
    pthread_mutex_lock(&pool->lock);
    list(pool, &b);
    size_t own = take(pool, &b);
    start_workers(pool, runtime);
    if (b.next < b.count) pthread_cond_broadcast(&pool->listed);
    run(pool, &b, own);
    while (b.next < b.count) run(pool, &b, take(pool, &b));
    while (b.running > 0) pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

static void join_workers(rs_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->closing = 1;
    pthread_cond_broadcast(&pool->listed);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->workers; i++) pthread_join(pool->worker[i], NULL);
}

void rs_pool_destroy(recsys_runtime *runtime)
{
    rs_pool *pool = atomic_load_explicit(&runtime->pool, memory_order_acquire);
    if (pool != NULL && pool->process == getpid()) {
        join_workers(pool);
        destroy_locks(pool);
    }
    while (pool != NULL) {
        rs_pool *parent = pool->parent;
        rs_free(runtime, pool);
        pool = parent;
    }
}
