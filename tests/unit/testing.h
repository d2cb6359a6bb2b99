/* What unit tests share: a heap that fails on demand, temporary folders, files, errors.
 * Include this first; it brings cmocka with the headers that cmocka needs. */
#ifndef RS_TESTING_H
#define RS_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/runtime.h"

/* ---- expectations ---------------------------------------------------------------- */

/* The call succeeds; otherwise the test fails with the library's own message. */
#define assert_ok(call, error)                                                                 \
    do {                                                                                       \
        recsys_status status_ = (call);                                                        \
        if (status_ != RECSYS_OK)                                                              \
            fail_msg("%s: status %d, \"%s\"", #call, (int)status_, (error)->text);             \
    } while (0)

/* The call fails with this status, and the error says so too. */
#define assert_fails(call, wanted, error)                                                      \
    do {                                                                                       \
        recsys_status status_ = (call);                                                        \
        if (status_ != (wanted))                                                               \
            fail_msg("%s: status %d (%s), expected %d", #call, (int)status_,                   \
                     status_ == RECSYS_OK ? "" : (error)->text, (int)(wanted));                \
        assert_int_equal((error)->status, (wanted));                                           \
        assert_true((error)->text[0] != '\0');                                                 \
    } while (0)

/* `text` contains `part`. */
#define assert_contains(text, part)                                                            \
    do {                                                                                       \
        if (strstr((text), (part)) == NULL)                                                    \
            fail_msg("\"%s\" does not contain \"%s\"", (text), (part));                        \
    } while (0)

/* |a - b| <= tolerance; NaN never passes. */
#define assert_near(a, b, tolerance)                                                           \
    do {                                                                                       \
        double a_ = (a), b_ = (b), t_ = (tolerance);                                           \
        double gap_ = a_ < b_ ? b_ - a_ : a_ - b_;                                             \
        if (!(gap_ <= t_)) fail_msg("%s = %.17g, expected %.17g within %g", #a, a_, b_, t_);   \
    } while (0)

/* ---- a heap that fails on demand ------------------------------------------------- */

/* Counts live blocks, so that a test sees a leak without a sanitizer too. */
typedef struct test_heap {
    atomic_size_t calls; /* allocations and reallocations asked for */
    atomic_size_t live;  /* blocks not released */
    size_t fail_at;      /* the call that fails, from 1; 0: none */
    int fail_after;      /* 1: every later call fails too */
} test_heap;

static inline int test_heap_refuses(test_heap *heap)
{
    size_t call = atomic_fetch_add(&heap->calls, 1) + 1;
    return heap->fail_at != 0 &&
           (call == heap->fail_at || (heap->fail_after && call > heap->fail_at));
}

static inline void *test_heap_allocate(void *user_data, size_t size)
{
    test_heap *heap = user_data;
    if (test_heap_refuses(heap) || size == 0) return NULL; /* as malloc(0) may */
    void *memory = malloc(size);
    if (memory == NULL) return NULL;
    memset(memory, 0xa5, size); /* nobody may count on zeros */
    atomic_fetch_add(&heap->live, 1);
    return memory;
}

static inline void *test_heap_reallocate(void *user_data, void *old, size_t size)
{
    test_heap *heap = user_data;
    if (test_heap_refuses(heap) || size == 0) return NULL;
    void *memory = realloc(old, size);
    if (memory != NULL && old == NULL) atomic_fetch_add(&heap->live, 1);
    return memory;
}

static inline void test_heap_release(void *user_data, void *memory)
{
    test_heap *heap = user_data;
    if (memory != NULL) atomic_fetch_sub(&heap->live, 1);
    free(memory);
}

/* A runtime over the heap, with this many threads. It takes the heap's first allocation. */
static inline recsys_runtime *test_runtime(test_heap *heap, size_t threads)
{
    recsys_allocator allocator = {sizeof allocator, test_heap_allocate, test_heap_reallocate,
                                  test_heap_release, heap};
    recsys_runtime *runtime = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(rs_runtime_make(&runtime, &allocator, &err), &err);
    runtime->threads = threads;
    return runtime;
}

/* The work of one test with failing allocations. It must release all it made, whether it
 * fails or not, and return what its calls returned. */
typedef recsys_status (*test_work_fn)(recsys_runtime *runtime, void *data, recsys_error *err);

/* Where memory only makes it faster, work may do without: so many runs may succeed. */
enum { TEST_SURVIVORS = 4 };

/* Run `work` with allocation 1 failing, then 2, ... until it succeeds: each run must end
 * with RECSYS_E_NO_MEMORY and leave no block behind. Returns the number of allocations.
 * `step` > 1 tries only every step-th one, for work that makes very many. */
static inline size_t test_each_allocation(test_work_fn work, void *data, size_t threads,
                                          size_t step)
{
    test_heap count = {0};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = test_runtime(&count, threads);
    assert_ok(work(runtime, data, &err), &err);
    rs_runtime_release(runtime);
    assert_int_equal(atomic_load(&count.live), 0);
    size_t calls = atomic_load(&count.calls) - 1, survived = 0;
    for (size_t n = 1; n <= calls; n += step) {
        for (int after = 0; after < 2; after++) {
            test_heap heap = {0};
            runtime = test_runtime(&heap, threads);
            heap.fail_at = n + 1;
            heap.fail_after = after;
            err = (recsys_error)RECSYS_ERROR_INIT;
            recsys_status status = work(runtime, data, &err);
            rs_runtime_release(runtime);
            /* With threads the order of calls may differ, so call n may not come at all. */
            survived += atomic_load(&heap.calls) >= n + 1 && status == RECSYS_OK;
            if (atomic_load(&heap.calls) >= n + 1 && status != RECSYS_E_NO_MEMORY &&
                (status != RECSYS_OK || survived > TEST_SURVIVORS))
                fail_msg("allocation %zu of %zu failed: status %d, \"%s\"", n, calls,
                         (int)status, err.text);
            if (atomic_load(&heap.live) != 0)
                fail_msg("allocation %zu of %zu failed: %zu blocks leaked", n, calls,
                         (size_t)atomic_load(&heap.live));
        }
    }
    return calls;
}

/* ---- files ----------------------------------------------------------------------- */

/* A new folder below $TMPDIR or /tmp; give it to test_remove_folder at the end. */
static inline char *test_folder(char buffer[256])
{
    const char *parent = getenv("TMPDIR");
    snprintf(buffer, 256, "%s/recsys-test-XXXXXX", parent != NULL ? parent : "/tmp");
    assert_non_null(mkdtemp(buffer));
    return buffer;
}

/* "folder/name" in a buffer of 512 bytes. */
static inline const char *test_path(char buffer[512], const char *folder, const char *name)
{
    int length = snprintf(buffer, 512, "%s/%s", folder, name);
    assert_in_range(length, 1, 511);
    return buffer;
}

/* Names in a folder, without "." and "..". */
static inline size_t test_count_files(const char *folder)
{
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(entries);
    return count;
}

/* Remove a folder and the files in it (no folders below). */
static inline void test_remove_folder(const char *folder)
{
    char path[512];
    DIR *entries = opendir(folder);
    if (entries == NULL) return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (entry->d_name[0] != '.' || strlen(entry->d_name) > 2)
            unlink(test_path(path, folder, entry->d_name));
    closedir(entries);
    rmdir(folder);
}

static inline void test_write_file(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Write `text` as folder/name and return the path, which lives in `buffer`. */
static inline const char *test_text_file(char buffer[512], const char *folder, const char *name,
                                         const char *text)
{
    test_write_file(test_path(buffer, folder, name), text, strlen(text));
    return buffer;
}

/* A file's bytes, with a zero byte after them; free() them. */
static inline unsigned char *test_read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail_msg("cannot open %s", path);
    struct stat about;
    assert_int_equal(fstat(fileno(file), &about), 0);
    *size = (size_t)about.st_size;
    unsigned char *data = malloc(*size + 1);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, *size, file), *size);
    data[*size] = 0;
    fclose(file);
    return data;
}

/* Two files hold the same bytes. */
static inline void test_same_file(const char *a, const char *b)
{
    size_t size_a, size_b;
    unsigned char *data_a = test_read_file(a, &size_a), *data_b = test_read_file(b, &size_b);
    assert_int_equal(size_a, size_b);
    assert_memory_equal(data_a, data_b, size_a);
    free(data_a);
    free(data_b);
}

/* ---- numbers that look random ---------------------------------------------------- */

/* splitmix64: the same sequence for a seed on every machine. */
static inline uint64_t test_random(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* A whole number below n. */
static inline size_t test_below(uint64_t *state, size_t n)
{
    return (size_t)(test_random(state) % n);
}

#endif
