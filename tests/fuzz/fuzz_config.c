/* Any bytes as a config: either refused with a message and nothing changed, or taken such
 * that the dump of it reads back to the same dump. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "config/config.h"

static void demand(int holds)
{
    if (!holds) abort();
}

static char *dump_of(const recsys_config *config, recsys_runtime *runtime)
{
    char *yaml = NULL;
    demand(rs_config_dump(config, runtime, &yaml, NULL) == RECSYS_OK);
    return yaml;
}

static void check_reading_back(const char *yaml, recsys_runtime *runtime)
{
    recsys_config *again = NULL;
    demand(rs_config_make(&again, runtime, NULL) == RECSYS_OK);
    demand(rs_config_load_text(again, yaml, strlen(yaml), "dump", NULL) == RECSYS_OK);
    char *same = dump_of(again, runtime);
    demand(strcmp(yaml, same) == 0);
    rs_free(runtime, same);
    rs_config_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    recsys_runtime *runtime = NULL;
    recsys_config *config = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    demand(rs_runtime_make(&runtime, NULL, NULL) == RECSYS_OK);
    demand(rs_config_make(&config, runtime, NULL) == RECSYS_OK);
    char *before = dump_of(config, runtime);
    recsys_status status = rs_config_load_text(config, (const char *)data, size, "fuzz", &err);
    char *after = dump_of(config, runtime);
    if (status == RECSYS_OK)
        check_reading_back(after, runtime);
    else
        demand(err.text[0] != '\0' && strcmp(before, after) == 0);
    rs_free(runtime, before);
    rs_free(runtime, after);
    rs_config_free(config);
    rs_runtime_release(runtime);
    return 0;
}
