/* YAML out: the library's fit and query options, in table order. */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "config/config.h"
#include "config/table.h"

static void put_blanks(rs_text *out, size_t count)
{
    for (size_t i = 0; i < count; i++) rs_text_add(out, "  ");
}

/* Bytes up to and with the last dot that both keys share. */
static size_t shared_sections(const char *a, const char *b)
{
    size_t shared = 0;
    for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++)
        if (a[i] == '.') shared = i + 1;
    return shared;
}

/* Open the sections of `key` that are not open since `before`, then its name. */
static void put_key(rs_text *out, const char *key, const char *before)
{
    size_t at = shared_sections(key, before), depth = 0;
    for (size_t i = 0; i < at; i++) depth += key[i] == '.';
    for (;;) {
        size_t span = strcspn(key + at, ".");
        put_blanks(out, depth++);
        rs_text_add_bytes(out, key + at, span);
        rs_text_add(out, ":");
        if (key[at + span] == '\0') return;
        rs_text_add(out, "\n");
        at += span + 1;
    }
}

recsys_status rs_config_dump(const recsys_config *config, recsys_runtime *runtime, char **yaml,
                             recsys_error *err)
{
    rs_text out;
    const char *before = "";
    rs_text_begin(&out, runtime);
    for (size_t i = 0; i < rs_option_table_count; i++) {
        const recsys_option *option = &rs_option_table[i];
        if (option->stage != RECSYS_STAGE_FIT && option->stage != RECSYS_STAGE_QUERY) continue;
        const char *value = rs_config_text(config, option->key);
        put_key(&out, option->key, before);
        rs_text_add(&out, " ");
        if (option->type == RECSYS_OPTION_TEXT)
            rs_json_put_string(&out, value, strlen(value)); /* valid YAML too */
        else
            rs_text_add(&out, value);
        rs_text_add(&out, "\n");
        before = option->key;
    }
    char *made = rs_text_take(&out);
    if (made == NULL) return rs_fail_memory(err, "rs_config_dump");
    *yaml = made;
    return RECSYS_OK;
}
