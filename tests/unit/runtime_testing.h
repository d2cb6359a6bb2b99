/* One runtime for all tests of a file: give set_up and tear_down to cmocka_run_group_tests. */
#ifndef RS_RUNTIME_TESTING_H
#define RS_RUNTIME_TESTING_H

#include "testing.h"

static recsys_runtime *runtime;

static inline int set_up(void **state)
{
    (void)state;
    return recsys_runtime_create(&runtime, NULL, NULL) == RECSYS_OK ? 0 : -1;
}

static inline int tear_down(void **state)
{
    (void)state;
    recsys_runtime_destroy(runtime);
    return 0;
}

#endif
