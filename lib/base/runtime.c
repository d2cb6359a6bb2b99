#include "base/runtime.h"

#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/pool.h"

/* A large array is filled page by page, and each of its pages costs the kernel as much time as
 * filling it: ask for large ones, for all pages that the array lies on, so that it can still be
 * moved as a whole. What comes of it is up to the system. */
static void *with_large_pages(void *memory, size_t size)
{
    const uintptr_t page = 4096, worthwhile = (uintptr_t)1 << 22;
    uintptr_t first = (uintptr_t)memory & ~(page - 1);
    uintptr_t end = ((uintptr_t)memory + size + page - 1) & ~(page - 1);
    if (memory != NULL && size >= worthwhile)
        (void)madvise((void *)first, end - first, MADV_HUGEPAGE);
    return memory;
}

static void *heap_allocate(void *user_data, size_t size)
{
    (void)user_data;
    return with_large_pages(malloc(size), size);
}

static void *heap_reallocate(void *user_data, void *old, size_t size)
{
    (void)user_data;
    return with_large_pages(realloc(old, size), size);
}

static void heap_release(void *user_data, void *memory)
{
    (void)user_data;
    free(memory);
}

static const recsys_allocator heap = {sizeof(recsys_allocator), heap_allocate, heap_reallocate,
                                      heap_release, NULL};

recsys_status rs_runtime_make(recsys_runtime **runtime, const recsys_allocator *allocator,
                              recsys_error *err)
{
    if (allocator == NULL) allocator = &heap;
    if (allocator->struct_size < sizeof heap || allocator->allocate == NULL ||
        allocator->reallocate == NULL || allocator->release == NULL)
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_runtime_create: an allocator needs all three functions");
    recsys_runtime *made = allocator->allocate(allocator->user_data, sizeof *made);
    if (made == NULL) return rs_fail_memory(err, "recsys_runtime_create");
    atomic_init(&made->references, 1);
    made->allocator = *allocator;
    made->threads = 0;
    made->isa = NULL;
    made->log = NULL;
    made->log_data = NULL;
    made->executor = (recsys_executor){.struct_size = sizeof made->executor};
    atomic_init(&made->pool, NULL);
    *runtime = made;
    return RECSYS_OK;
}

recsys_status rs_runtime_hold(recsys_runtime **held, recsys_runtime *given, recsys_error *err)
{
    if (given == NULL) return rs_runtime_make(held, NULL, err);
    *held = rs_runtime_retain(given);
    return RECSYS_OK;
}

recsys_runtime *rs_runtime_retain(recsys_runtime *runtime)
{
    if (runtime != NULL)
        atomic_fetch_add_explicit(&runtime->references, 1, memory_order_relaxed);
    return runtime;
}

void rs_runtime_release(recsys_runtime *runtime)
{
    if (runtime == NULL) return;
    if (atomic_fetch_sub_explicit(&runtime->references, 1, memory_order_acq_rel) != 1) return;
    rs_pool_destroy(runtime);
    recsys_allocator allocator = runtime->allocator;
    allocator.release(allocator.user_data, runtime);
}

static size_t cores_allowed(void)
{
    cpu_set_t set;
    long cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set)
                                                             : sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < 1) return 1;
    return cores > 1024 ? 1024 : (size_t)cores;
}

size_t rs_runtime_threads(const recsys_runtime *runtime)
{
    if (runtime != NULL && runtime->threads > 0) return runtime->threads;
    /* Asked once, as scratch is made for as many threads as run later. */
    static atomic_size_t known;
    size_t cores = atomic_load(&known), none = 0;
    if (cores > 0) return cores;
    cores = cores_allowed();
    return atomic_compare_exchange_strong(&known, &none, cores) ? cores : none;
}

void rs_log(const recsys_runtime *runtime, recsys_log_level level, const char *format, ...)
{
    if (runtime == NULL || runtime->log == NULL) return;
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    runtime->log(runtime->log_data, level, line);
}
