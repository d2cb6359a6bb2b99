/*
 * recsys/base.h - status codes, errors, the runtime, callbacks and the version.
 *
 * Rules that hold in every header of the library:
 *
 *  - Every handle is opaque. Handles that say "counted" have a `_retain` too, and `_destroy`
 *    gives up one reference.
 *  - A call that returns a recsys_status answers RECSYS_E_INVALID and names the argument when
 *    a pointer is NULL that is not said to be optional; runtime, config, progress and err
 *    always are. Every other call accepts NULL: an accessor then answers 0, NULL, SIZE_MAX or
 *    NaN, whichever means "none", and `_destroy` and `_retain` do nothing.
 *  - A public struct begins with its own size, which its _INIT sets; no more than that of it
 *    is written.
 *  - Every call that can fail returns a recsys_status; outputs come first and are written
 *    only on success, `recsys_error *err` comes last and may be NULL. A failed call leaves
 *    the caller's objects as they were.
 *  - Strings are UTF-8 and end with a zero byte. A pointer returned by an accessor belongs
 *    to the handle it was asked of and lives as long as that handle unless said otherwise.
 *  - Counts and positions are size_t; times are int64_t milliseconds since 1970-01-01 UTC.
 *  - Ratings are float, scores and metrics are double.
 *  - The library never prints, exits, aborts, reads the environment or the clock, or touches
 *    the locale or signals of its host.
 */
#ifndef RECSYS_BASE_H
#define RECSYS_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define RECSYS_API __attribute__((visibility("default")))
#define RECSYS_MUST_CHECK __attribute__((warn_unused_result))
#else
#define RECSYS_API
#define RECSYS_MUST_CHECK
#endif

/* A public struct begins with its own size: see docs/abi.md. */
/* clang-format off */
#define RECSYS_INIT_(type, ...) {sizeof(type), __VA_ARGS__}
/* clang-format on */

/** Version of these headers; recsys_version() tells that of the library that runs. */
#define RECSYS_VERSION_MAJOR 0
#define RECSYS_VERSION_MINOR 1
#define RECSYS_VERSION_PATCH 0
#define RECSYS_VERSION_STRING "0.1.0"

/**
 * Result of a call. Values are pinned: a code is never renumbered or used for anything else.
 * Values 100 and above are reserved for the adapters.
 */
typedef enum recsys_status {
    RECSYS_OK = 0,
    RECSYS_E_INVALID = 1,       /**< an argument is outside what the call allows */
    RECSYS_E_NO_MEMORY = 2,     /**< an allocation failed, or a size would overflow */
    RECSYS_E_IO = 3,            /**< a file could not be opened, read or written */
    RECSYS_E_PARSE = 4,         /**< input text is not what its format allows */
    RECSYS_E_CONFIG = 5,        /**< an unknown key or a value out of its bounds */
    RECSYS_E_NOT_FOUND = 6,     /**< no such user, movie, key or metric */
    RECSYS_E_NOT_A_MODEL = 7,   /**< the file is not a librecsys file of this kind */
    RECSYS_E_MODEL_VERSION = 8, /**< the file needs a newer library */
    RECSYS_E_DAMAGED = 9,       /**< the file is cut short or its bytes were changed */
    RECSYS_E_EMPTY = 10,        /**< nothing to work on: no ratings, no test users */
    RECSYS_E_LEAK = 11,         /**< test ratings are already inside the model */
    RECSYS_CANCELLED = 12,      /**< a progress callback asked to stop */
    RECSYS_E_UNSUPPORTED = 13,  /**< this build or file lacks what was asked */
    RECSYS_E_INTERNAL = 99      /**< a fault of the library itself */
} recsys_status;

/** Short English name of a status, e.g. "not found". Never NULL; static storage. */
RECSYS_API const char *recsys_status_text(recsys_status status);

/**
 * Details of a failed call, owned by the caller. Initialise with RECSYS_ERROR_INIT; the
 * library writes at most struct_size bytes, so older callers stay safe.
 */
typedef struct recsys_error {
    size_t struct_size;   /**< sizeof(recsys_error) of the caller */
    recsys_status status; /**< same as the call's return value */
    int retriable;        /**< 1 if the same call may succeed later */
    char text[1024];      /**< one line: who, where, what was found, what was expected */
} recsys_error;

#define RECSYS_ERROR_INIT RECSYS_INIT_(recsys_error, RECSYS_OK, 0, {0})

/** "librecsys 0.1.0 (...)": version of the running library and how it was built. */
RECSYS_API const char *recsys_version(void);

/* ---- callbacks ------------------------------------------------------------------- */

/**
 * Progress of a long call. `stage` is a short static name ("neighbours"), `done` of `total`
 * units are finished (total 0: not known). Called from the thread that made the call, about
 * two hundred times a stage (recsys_recommend_all: once per 256 users; a recsys_executor that
 * gives the calling thread no job: at the start and end of a stage). Return 0 to go on,
 * anything else to stop: the call then returns RECSYS_CANCELLED and changes nothing.
 */
typedef int (*recsys_progress_fn)(void *user_data, const char *stage, uint64_t done,
                                  uint64_t total);

/** A progress callback with its data; pass NULL where no progress is wanted. */
typedef struct recsys_progress {
    recsys_progress_fn call;
    void *user_data;
} recsys_progress;

/** Severity of a message to the log callback. */
typedef enum recsys_log_level { RECSYS_LOG_INFO = 1, RECSYS_LOG_WARNING = 2 } recsys_log_level;

/** Receives messages meant for people, one line without a newline. */
typedef void (*recsys_log_fn)(void *user_data, recsys_log_level level, const char *text);

/* ---- runtime --------------------------------------------------------------------- */

/**
 * Where memory, threads and messages come from. There is no global state: two runtimes in
 * one process never meet. Calls that make a handle from nothing take one first; NULL means
 * the C heap, one thread per online core and no log. Handles keep their runtime alive.
 * Counted. Thread rule: after the first handle was made the runtime must not be changed;
 * then any number of threads may use it.
 */
typedef struct recsys_runtime recsys_runtime;

/**
 * Replacement for malloc, realloc and free. `allocate` and `reallocate` return memory
 * aligned for any type, or NULL; they may be called from several threads at once.
 */
typedef struct recsys_allocator {
    size_t struct_size; /**< sizeof(recsys_allocator) */
    void *(*allocate)(void *user_data, size_t size);
    void *(*reallocate)(void *user_data, void *old, size_t size);
    void (*release)(void *user_data, void *memory);
    void *user_data;
} recsys_allocator;

/**
 * Threads of the host's own for long calls, in place of the library's. `run` calls
 * job(job_data, i) for each i in 0..count-1, in any order and on any threads, one after the
 * other too, and returns after all have returned. `count` is at most the runtime's threads.
 * Several threads may call `run` at once, and a job may too. A job that is left out or called
 * twice changes nothing, as the library does itself what is left; but none may be called after
 * `run` has returned. See docs/threading.md, with an example.
 */
typedef struct recsys_executor {
    size_t struct_size; /**< sizeof(recsys_executor) */
    void (*run)(void *user_data, size_t count, void (*job)(void *job_data, size_t i),
                void *job_data);
    void *user_data;
} recsys_executor;

/** Make a runtime. `allocator` NULL: the C heap; else all three functions must be set. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_runtime_create(
    recsys_runtime **runtime, const recsys_allocator *allocator, recsys_error *err);
/**
 * Number of threads for long calls, the calling one among them, 1..1024; 0: one per core that
 * the process may run on when the library first asks (the default). The others are started by
 * the first call that has work for them, sleep between calls and end with the runtime.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_runtime_set_threads(recsys_runtime *runtime,
                                                                      size_t threads,
                                                                      recsys_error *err);
/**
 * Run the work of long calls by `executor` (copied; its user_data must outlive the runtime),
 * in as many jobs as recsys_runtime_set_threads says; NULL: by the library's own threads again
 * (the default). Results are the same bytes.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_runtime_set_executor(
    recsys_runtime *runtime, const recsys_executor *executor, recsys_error *err);
/** Threads that long calls use; runtime NULL: the default. */
RECSYS_API size_t recsys_runtime_threads(const recsys_runtime *runtime);
/**
 * Run the inner loops with this instruction set: "avx512" (AVX-512BW and VNNI), "avx2", "neon",
 * "scalar", or "auto", the best that the processor has (the default). The results are the same
 * bytes; this is for tests and comparisons. RECSYS_E_UNSUPPORTED if the processor lacks it,
 * RECSYS_E_INVALID if there is no such name.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_runtime_set_isa(recsys_runtime *runtime,
                                                                  const char *isa,
                                                                  recsys_error *err);
/** The instruction set in use, never "auto"; runtime NULL: the default. Static storage. */
RECSYS_API const char *recsys_runtime_isa(const recsys_runtime *runtime);
/** Set the log callback; NULL: silent. */
RECSYS_API void recsys_runtime_set_log(recsys_runtime *runtime, recsys_log_fn log,
                                       void *user_data);
/** Take one more reference; returns `runtime`. */
RECSYS_API recsys_runtime *recsys_runtime_retain(recsys_runtime *runtime);
/** Give up one reference. */
RECSYS_API void recsys_runtime_destroy(recsys_runtime *runtime);

#ifdef __cplusplus
}
#endif

#endif
