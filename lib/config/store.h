/* The inside of a config, shared by the files of this folder. */
#ifndef RS_CONFIG_STORE_H
#define RS_CONFIG_STORE_H

#include <recsys/config.h>

#include "base/runtime.h"

enum { RS_KEY_SIZE = 128 }; /* longest key with its zero byte */

typedef struct rs_option_rows {
    const recsys_option *first;
    size_t count;
} rs_option_rows;

struct recsys_config {
    recsys_runtime *runtime;
    rs_option_rows *table; /* registered rows, after the library's own */
    size_t tables;
    char **values; /* [count] canonical text, NULL: the default */
    size_t count;  /* rows in all */
};

const recsys_option *rs_option_row(const rs_option_rows *rows, size_t i);
/* Number of a key's row; SIZE_MAX if there is none. */
size_t rs_option_index(const recsys_config *config, const char *key);
/* Position of a word among `choices`; SIZE_MAX if it is none of them. */
size_t rs_option_choice(const char *choices, const char *word, size_t size);

#endif
