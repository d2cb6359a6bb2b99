/* Runtime, status and version. */
#include "base/runtime.h"

#include <string.h>
#include <zlib.h>

#include "api/need.h"
#include "kernels/lanes.h"

const char *recsys_status_text(recsys_status status)
{
    switch (status) {
    case RECSYS_OK: return "ok";
    case RECSYS_E_INVALID: return "invalid argument";
    case RECSYS_E_NO_MEMORY: return "out of memory";
    case RECSYS_E_IO: return "input or output failed";
    case RECSYS_E_PARSE: return "malformed input";
    case RECSYS_E_CONFIG: return "bad option";
    case RECSYS_E_NOT_FOUND: return "not found";
    case RECSYS_E_NOT_A_MODEL: return "not a librecsys file";
    case RECSYS_E_MODEL_VERSION: return "needs a newer library";
    case RECSYS_E_DAMAGED: return "damaged";
    case RECSYS_E_EMPTY: return "nothing to work on";
    case RECSYS_E_LEAK: return "test ratings are in the model";
    case RECSYS_CANCELLED: return "cancelled";
    case RECSYS_E_UNSUPPORTED: return "not supported";
    case RECSYS_E_INTERNAL: return "internal error";
    }
    return "unknown status";
}

#define VERSION(isa)                                                                           \
    {                                                                                          \
        isa, "librecsys " RECSYS_VERSION_STRING " (model format 1, zlib " ZLIB_VERSION         \
             ", kernels " isa ")"                                                              \
    }

const char *recsys_version(void)
{
    static const struct {
        const char *isa, *text;
    } versions[] = {VERSION("avx512"), VERSION("avx2"), VERSION("neon"), VERSION("scalar")};
    const char *isa = recsys_runtime_isa(NULL);
    size_t i = 0;
    while (strcmp(versions[i].isa, isa) != 0) i++;
    return versions[i].text;
}

recsys_status recsys_runtime_create(recsys_runtime **runtime, const recsys_allocator *allocator,
                                    recsys_error *err)
{
    RS_NEED(err, runtime);
    return rs_runtime_make(runtime, allocator, err);
}

recsys_status recsys_runtime_set_threads(recsys_runtime *runtime, size_t threads,
                                         recsys_error *err)
{
    RS_NEED(err, runtime);
    if (threads > 1024)
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_runtime_set_threads: %zu threads, expected 0 to 1024", threads);
    runtime->threads = threads;
    return RECSYS_OK;
}

size_t recsys_runtime_threads(const recsys_runtime *runtime)
{
    return rs_runtime_threads(runtime);
}

recsys_status recsys_runtime_set_executor(recsys_runtime *runtime,
                                          const recsys_executor *executor, recsys_error *err)
{
    static const recsys_executor none = {.struct_size = sizeof none};
    RS_NEED(err, runtime);
    RS_NEED_SIZE(err, executor, sizeof none);
    if (executor != NULL && executor->run == NULL)
        return rs_fail(err, RECSYS_E_INVALID, "recsys_runtime_set_executor: run is NULL");
    runtime->executor = executor != NULL ? *executor : none;
    return RECSYS_OK;
}

static int is_isa(const char *name)
{
    static const char *const names[] = {"avx512", "avx2", "neon", "scalar"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) return 1;
    return 0;
}

recsys_status recsys_runtime_set_isa(recsys_runtime *runtime, const char *isa,
                                     recsys_error *err)
{
    RS_NEED(err, runtime);
    RS_NEED(err, isa);
    const rs_lane_kernel *kernel = rs_lane_kernel_named(isa);
    if (kernel == NULL && strcmp(isa, "auto") != 0)
        return rs_fail(err, is_isa(isa) ? RECSYS_E_UNSUPPORTED : RECSYS_E_INVALID,
                       "recsys_runtime_set_isa: \"%s\", expected auto, scalar, or one of "
                       "avx512, avx2, neon that this processor has",
                       isa);
    runtime->isa = kernel != NULL ? kernel->name : NULL;
    return RECSYS_OK;
}

const char *recsys_runtime_isa(const recsys_runtime *runtime)
{
    return rs_lane_kernel_named(runtime != NULL ? runtime->isa : NULL)->name;
}

void recsys_runtime_set_log(recsys_runtime *runtime, recsys_log_fn log, void *user_data)
{
    if (runtime == NULL) return;
    runtime->log = log;
    runtime->log_data = user_data;
}

recsys_runtime *recsys_runtime_retain(recsys_runtime *runtime)
{
    return rs_runtime_retain(runtime);
}

void recsys_runtime_destroy(recsys_runtime *runtime)
{
    rs_runtime_release(runtime);
}
