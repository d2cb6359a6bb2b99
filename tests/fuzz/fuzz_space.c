/* Any bytes as a space of options: either refused with a message, or taken such that every
 * value that it can give is one that the option allows. */
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "config/config.h"
#include "tune/sample.h"

static void demand(int holds)
{
    if (!holds) abort();
}

static void check_values(const recsys_space *space)
{
    recsys_config *config = NULL;
    demand(rs_config_make(&config, space->runtime, NULL) == RECSYS_OK);
    for (size_t k = 0; k < space->count; k++)
        for (int step = 0; step < 4; step++) {
            char *text = NULL;
            const rs_dimension *d = &space->dimension[k];
            demand(rs_dimension_value(&text, d, space->runtime, step / 4.0 + 0.249, NULL) ==
                   RECSYS_OK);
            demand(rs_config_set(config, d->option->key, text, NULL) == RECSYS_OK);
            rs_free(space->runtime, text);
        }
    rs_config_free(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    recsys_space *space = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_status status =
        rs_space_read_text(&space, NULL, (const char *)data, size, "fuzz", &err);
    if (status == RECSYS_OK)
        check_values(space);
    else
        demand(err.text[0] != '\0' && space == NULL);
    rs_space_free(space);
    return 0;
}
