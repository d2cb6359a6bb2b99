/* Options by hand. */
#ifndef RS_CONFIGS_TESTING_H
#define RS_CONFIGS_TESTING_H

#include "testing.h"

#include <recsys/config.h>

/* Key, value, key, value, ..., NULL. */
static inline recsys_config *make_config(const char *const *pairs)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = NULL;
    assert_ok(recsys_config_create(&config, NULL, &err), &err);
    for (; *pairs != NULL; pairs += 2)
        assert_ok(recsys_config_set(config, pairs[0], pairs[1], &err), &err);
    return config;
}

/* config_with(key, value, ...); a key that is NULL ends them. */
#define config_with(...) make_config((const char *const[]){__VA_ARGS__, NULL})

#endif
