/* Runtime, status and version. */
#include "base/runtime.h"

#include <zlib.h>

#include "api/need.h"

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

const char *recsys_version(void)
{
    return "librecsys " RECSYS_VERSION_STRING " (model format 1, zlib " ZLIB_VERSION ")";
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
