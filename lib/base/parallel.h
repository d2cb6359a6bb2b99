/* Fork and join: independent tasks by number over the threads of the runtime's pool or of the
 * host's executor. */
#ifndef RS_BASE_PARALLEL_H
#define RS_BASE_PARALLEL_H

#include "base/runtime.h"

/* One task. `thread` is 0..threads-1, no two tasks of a call have the same at once: it may
 * index per-thread scratch. It tells nothing of which thread that is. Tasks are handed out
 * in order, one at a time; results must go where only `task` decides, so that the number of
 * threads never shows. A status other than OK stops the hand-out; the failure of the
 * smallest task number is what the caller gets. */
typedef recsys_status (*rs_task_fn)(void *shared, size_t task, size_t thread,
                                    recsys_error *err);

/* Run tasks 0..tasks-1. Only the calling thread calls `progress` (may be NULL); it works too,
 * unless an executor keeps it waiting. Tasks may call rs_parallel, and so may several threads
 * at once. Fewer threads than asked for are no error. */
recsys_status rs_parallel(recsys_runtime *runtime, size_t tasks, rs_task_fn task, void *shared,
                          const char *stage, const recsys_progress *progress,
                          recsys_error *err);

/* Number of threads that rs_parallel would use for this many tasks. */
size_t rs_parallel_threads(const recsys_runtime *runtime, size_t tasks);

/* Tell the caller how far a stage is; CANCELLED if they ask to stop. */
recsys_status rs_progress(const recsys_progress *progress, const char *stage, uint64_t done,
                          uint64_t total, recsys_error *err);

#endif
