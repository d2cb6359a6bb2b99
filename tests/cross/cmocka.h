/* As much of cmocka as the kernels' tests need, for processors whose cmocka is not installed:
 * the first failure ends the program. */
#ifndef RS_CROSS_CMOCKA_H
#define RS_CROSS_CMOCKA_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAIL_(...)                                                                             \
    do {                                                                                       \
        printf("not ok - %s:%d: ", __FILE__, __LINE__);                                        \
        printf(__VA_ARGS__);                                                                   \
        printf("\n");                                                                          \
        exit(1);                                                                               \
    } while (0)

#define fail_msg(...) FAIL_(__VA_ARGS__)
#define assert_true(x)                                                                         \
    do {                                                                                       \
        if (!(x)) FAIL_("%s", #x);                                                             \
    } while (0)
#define assert_non_null(x) assert_true((x) != NULL)
#define assert_int_equal(a, b)                                                                 \
    do {                                                                                       \
        int64_t a_ = (int64_t)(a), b_ = (int64_t)(b);                                          \
        if (a_ != b_) FAIL_("%s is %lld, expected %lld", #a, (long long)a_, (long long)b_);    \
    } while (0)
#define assert_string_equal(a, b) assert_int_equal(strcmp(a, b), 0)
#define assert_in_range(x, low, high) assert_true((x) >= (low) && (x) <= (high))
#define assert_memory_equal(a, b, size) assert_int_equal(memcmp(a, b, size), 0)

struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
};
#define cmocka_unit_test(function)                                                             \
    {                                                                                          \
#function, function                                                                    \
    }
#define cmocka_run_group_tests(tests, set_up, tear_down)                                       \
    run_tests_(tests, sizeof(tests) / sizeof *(tests), set_up, tear_down)

static inline int run_tests_(const struct CMUnitTest *tests, size_t count,
                             int (*set_up)(void **), int (*tear_down)(void **))
{
    void *state = NULL;
    if (set_up != NULL && set_up(&state) != 0) return 1;
    for (size_t i = 0; i < count; i++) {
        tests[i].run(&state);
        printf("ok - %s\n", tests[i].name);
    }
    return tear_down != NULL ? tear_down(&state) : 0;
}

#endif
