/* A space: keys of the option table with the values that a search may give them. */
#ifndef RS_TUNE_SPACE_H
#define RS_TUNE_SPACE_H

#include <recsys/tune.h>

#include "base/text.h"

/* One key: choices, or a range if there are none. */
typedef struct rs_dimension {
    const recsys_option *option; /* a row of the library's table */
    char **choice;               /* [choices] canonical texts */
    size_t choices, capacity;
    double min, max;
    int is_log;
} rs_dimension;

struct recsys_space {
    recsys_runtime *runtime;
    rs_dimension *dimension;
    size_t count, capacity;
};

recsys_status rs_space_make(recsys_space **space, recsys_runtime *runtime, recsys_error *err);
recsys_status rs_space_copy(recsys_space **copy, const recsys_space *space, recsys_error *err);
void rs_space_free(recsys_space *space);
/* A new dimension at the end, without values. NULL: out of memory. */
rs_dimension *rs_space_add(recsys_space *space, const recsys_option *option);
/* Check a choice and keep its canonical form; `where` begins the message. */
recsys_status rs_space_choice(recsys_space *space, rs_dimension *dimension, const char *where,
                              const char *value, size_t size, recsys_error *err);
/* Number of a key; SIZE_MAX if there is none. */
size_t rs_space_find(const recsys_space *space, const char *key);
int rs_space_has_stage(const recsys_space *space, recsys_option_stage stage);
/* All of it as text, to tell spaces apart. */
void rs_space_put(const recsys_space *space, rs_text *text);

recsys_status rs_space_read(recsys_space **space, recsys_runtime *runtime, const char *path,
                            recsys_error *err);
/* The same of text; `name` stands for the file in messages. */
recsys_status rs_space_read_text(recsys_space **space, recsys_runtime *runtime,
                                 const char *text, size_t size, const char *name,
                                 recsys_error *err);
recsys_status rs_space_named(recsys_space **space, recsys_runtime *runtime, const char *name,
                             const recsys_config *config, recsys_error *err);
int rs_space_name_at(size_t i, const char **name, const char **text);

#endif
