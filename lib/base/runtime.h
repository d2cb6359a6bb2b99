/* The runtime behind every handle: memory, threads, messages. */
#ifndef RS_BASE_RUNTIME_H
#define RS_BASE_RUNTIME_H

#include <recsys/base.h>
#include <stdatomic.h>

struct recsys_runtime {
    atomic_size_t references;
    recsys_allocator allocator;
    size_t threads;  /* 0: one per online core */
    const char *isa; /* static name of an instruction set, NULL: the best */
    recsys_log_fn log;
    void *log_data;
    recsys_executor executor;     /* `run` NULL: the pool */
    struct rs_pool *_Atomic pool; /* NULL until it is needed; base/pool.c */
};

/* A reference to hold: `given` retained, or a new default runtime when it is NULL. */
recsys_status rs_runtime_hold(recsys_runtime **held, recsys_runtime *given, recsys_error *err);
recsys_status rs_runtime_make(recsys_runtime **runtime, const recsys_allocator *allocator,
                              recsys_error *err);
recsys_runtime *rs_runtime_retain(recsys_runtime *runtime);
void rs_runtime_release(recsys_runtime *runtime);
size_t rs_runtime_threads(const recsys_runtime *runtime);
void rs_log(const recsys_runtime *runtime, recsys_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
