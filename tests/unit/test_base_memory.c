/* lib/base: allocation, overflow, the runtime, error structs of every size. */
#include "testing.h"

#include <errno.h>

#include "base/error.h"
#include "base/memory.h"

static void products_and_sums_that_overflow_are_refused(void **state)
{
    (void)state;
    size_t x = 7;
    assert_true(rs_mul(SIZE_MAX, 1, &x));
    assert_true(x == SIZE_MAX);
    assert_true(rs_mul(0, SIZE_MAX, &x));
    assert_true(x == 0);
    assert_false(rs_mul(SIZE_MAX, 2, &x));
    assert_false(rs_mul((size_t)1 << 32, (size_t)1 << 32, &x));
    assert_true(rs_add(SIZE_MAX, 0, &x));
    assert_false(rs_add(SIZE_MAX, 1, &x));
    assert_false(rs_add(SIZE_MAX / 2 + 1, SIZE_MAX / 2 + 1, &x));
}

static void arrays_that_overflow_are_not_asked_for(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 1);
    size_t before = atomic_load(&heap.calls);
    assert_null(rs_array(runtime, SIZE_MAX / 4 + 1, 8));
    assert_null(rs_array_zero(runtime, SIZE_MAX / 2 + 1, 2));
    assert_null(rs_array_copy(runtime, "x", SIZE_MAX / 2 + 1, 4));
    assert_null(rs_array_resize(runtime, NULL, SIZE_MAX / 2 + 1, 2));
    void *array = NULL;
    size_t capacity = 0;
    assert_false(rs_reserve(runtime, &array, &capacity, SIZE_MAX, 2));
    assert_false(rs_reserve(runtime, &array, &capacity, SIZE_MAX / 2 + 2, 1));
    assert_null(array);
    assert_int_equal(capacity, 0);
    assert_int_equal(atomic_load(&heap.calls), before);
    rs_runtime_release(runtime);
}

static void empty_arrays_are_valid(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 1);
    void *a = rs_array(runtime, 0, 8), *b = rs_array_zero(runtime, 0, 8);
    void *c = rs_array_copy(runtime, NULL, 0, 8);
    assert_non_null(a);
    assert_non_null(b);
    assert_non_null(c);
    assert_ptr_not_equal(a, b);
    rs_free(runtime, a);
    rs_free(runtime, b);
    rs_free(runtime, c);
    rs_free(runtime, NULL);
    rs_runtime_release(runtime);
    assert_int_equal(atomic_load(&heap.live), 0);
}

static void reserve_doubles_and_keeps_on_failure(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 1);
    int *array = NULL;
    size_t capacity = 0;
    for (int i = 0; i < 1000; i++) {
        assert_true(rs_reserve(runtime, &array, &capacity, (size_t)i + 1, sizeof *array));
        array[i] = i;
    }
    assert_in_range(atomic_load(&heap.calls), 2, 12);
    heap.fail_at = atomic_load(&heap.calls) + 1;
    int *before = array;
    size_t capacity_before = capacity;
    assert_false(rs_reserve(runtime, &array, &capacity, 100000, sizeof *array));
    assert_ptr_equal(array, before);
    assert_int_equal(capacity, capacity_before);
    for (int i = 0; i < 1000; i++) assert_int_equal(array[i], i);
    rs_free(runtime, array);
    rs_runtime_release(runtime);
    assert_int_equal(atomic_load(&heap.live), 0);
}

static void copies_and_zeros(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 1);
    char *copy = rs_strdup(runtime, "The Matrix");
    assert_string_equal(copy, "The Matrix");
    unsigned char *zero = rs_array_zero(runtime, 100, 3); /* the heap gives 0xa5 */
    for (int i = 0; i < 300; i++) assert_int_equal(zero[i], 0);
    rs_free(runtime, copy);
    rs_free(runtime, zero);
    rs_runtime_release(runtime);
}

static void an_allocator_must_be_whole(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_allocator whole = {sizeof whole, test_heap_allocate, test_heap_reallocate,
                              test_heap_release, &heap};
    for (int missing = 0; missing < 4; missing++) {
        recsys_allocator part = whole;
        if (missing == 0) part.allocate = NULL;
        if (missing == 1) part.reallocate = NULL;
        if (missing == 2) part.release = NULL;
        if (missing == 3) part.struct_size = 8;
        recsys_runtime *runtime = NULL;
        recsys_error err = RECSYS_ERROR_INIT;
        assert_fails(rs_runtime_make(&runtime, &part, &err), RECSYS_E_INVALID, &err);
        assert_null(runtime);
    }
    heap.fail_at = 1;
    recsys_runtime *runtime = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_fails(rs_runtime_make(&runtime, &whole, &err), RECSYS_E_NO_MEMORY, &err);
    assert_null(runtime);
}

/* Those that this process may run on, which may be fewer than there are. */
static size_t cores_by_nproc(void)
{
    size_t cores = 0;
    FILE *told = popen("env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc", "r");
    assert_non_null(told);
    assert_int_equal(fscanf(told, "%zu", &cores), 1);
    assert_int_equal(pclose(told), 0);
    return cores;
}

static void a_runtime_is_counted(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 3), *held = NULL;
    assert_int_equal(rs_runtime_hold(&held, runtime, NULL), RECSYS_OK);
    assert_ptr_equal(held, runtime);
    assert_int_equal(rs_runtime_threads(runtime), 3);
    rs_runtime_release(runtime);
    assert_int_equal(atomic_load(&heap.live), 1);
    rs_runtime_release(held);
    assert_int_equal(atomic_load(&heap.live), 0);
    rs_runtime_release(NULL);
    assert_null(rs_runtime_retain(NULL));
    assert_int_equal(rs_runtime_hold(&held, NULL, NULL), RECSYS_OK);
    assert_int_equal(rs_runtime_threads(held), cores_by_nproc());
    assert_int_equal(rs_runtime_threads(NULL), rs_runtime_threads(held));
    rs_runtime_release(held);
}

static void keep_message(void *user_data, recsys_log_level level, const char *text)
{
    snprintf(user_data, 2000, "%d:%s", (int)level, text);
}

static void messages_go_to_the_callback(void **state)
{
    (void)state;
    char seen[2000] = "", name[1500];
    recsys_runtime *runtime;
    assert_int_equal(rs_runtime_make(&runtime, NULL, NULL), RECSYS_OK);
    rs_log(runtime, RECSYS_LOG_INFO, "nobody listens");
    rs_log(NULL, RECSYS_LOG_INFO, "nobody listens");
    runtime->log = keep_message;
    runtime->log_data = seen;
    rs_log(runtime, RECSYS_LOG_WARNING, "%d ratings of %s", 3, "x");
    assert_string_equal(seen, "2:3 ratings of x");
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    rs_log(runtime, RECSYS_LOG_INFO, "%s", name);
    assert_int_equal(strlen(seen), 2 + 1023); /* cut, not overrun */
    rs_runtime_release(runtime);
}

/* A caller compiled against other headers has a larger or smaller struct. */
static void an_error_is_never_written_past_its_size(void **state)
{
    (void)state;
    enum { ROOM = sizeof(recsys_error) + 64 };
    unsigned char *memory = malloc(ROOM);
    assert_non_null(memory);
    for (size_t size = sizeof(size_t); size <= ROOM; size++) {
        memset(memory, 0x5a, ROOM);
        memcpy(memory, &size, sizeof size);
        recsys_error *err = (recsys_error *)(void *)memory;
        assert_int_equal(rs_fail(err, RECSYS_E_PARSE, "%02000d", 7), RECSYS_E_PARSE);
        assert_int_equal(rs_fail_errno(err, EINTR, "read", "file"), RECSYS_E_IO);
        size_t limit = size < sizeof(recsys_error) ? size : sizeof(recsys_error);
        for (size_t i = limit; i < ROOM; i++) assert_int_equal(memory[i], 0x5a);
        if (size > offsetof(recsys_error, text))
            assert_non_null(memchr(err->text, '\0', size - offsetof(recsys_error, text)));
    }
    free(memory);
}

static void errors_say_who_and_why(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_int_equal(rs_fail_errno(&err, ENOENT, "open", "no.csv"), RECSYS_E_IO);
    assert_string_equal(err.text, "no.csv: cannot open: No such file or directory");
    assert_int_equal(err.status, RECSYS_E_IO);
    assert_int_equal(err.retriable, 0);
    assert_int_equal(rs_fail_errno(&err, EAGAIN, "read", "pipe"), RECSYS_E_IO);
    assert_int_equal(err.retriable, 1);
    assert_int_equal(rs_fail_errno(&err, ENOMEM, "map", "big"), RECSYS_E_NO_MEMORY);
    assert_int_equal(err.status, RECSYS_E_NO_MEMORY);
    assert_int_equal(err.retriable, 0);
    assert_int_equal(rs_fail(NULL, RECSYS_E_EMPTY, "nobody asks"), RECSYS_E_EMPTY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_and_sums_that_overflow_are_refused),
        cmocka_unit_test(arrays_that_overflow_are_not_asked_for),
        cmocka_unit_test(empty_arrays_are_valid),
        cmocka_unit_test(reserve_doubles_and_keeps_on_failure),
        cmocka_unit_test(copies_and_zeros),
        cmocka_unit_test(an_allocator_must_be_whole),
        cmocka_unit_test(a_runtime_is_counted),
        cmocka_unit_test(messages_go_to_the_callback),
        cmocka_unit_test(an_error_is_never_written_past_its_size),
        cmocka_unit_test(errors_say_who_and_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
