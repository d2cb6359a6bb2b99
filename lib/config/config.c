#include "config/config.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/store.h"
#include "config/table.h"

/* ---- rows ------------------------------------------------------------------------ */

/* Rows of other versions may be longer: each says its size. */
const recsys_option *rs_option_row(const rs_option_rows *rows, size_t i)
{
    return (const recsys_option *)((const char *)rows->first + i * rows->first->struct_size);
}

size_t rs_option_count(const recsys_config *config)
{
    return config != NULL ? config->count : rs_option_table_count;
}

const recsys_option *rs_option_at(const recsys_config *config, size_t i)
{
    if (i < rs_option_table_count) return &rs_option_table[i];
    if (config == NULL) return NULL;
    i -= rs_option_table_count;
    for (size_t t = 0; t < config->tables; t++) {
        if (i < config->table[t].count) return rs_option_row(&config->table[t], i);
        i -= config->table[t].count;
    }
    return NULL;
}

size_t rs_option_index(const recsys_config *config, const char *key)
{
    size_t count = rs_option_count(config);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rs_option_at(config, i)->key, key) == 0) return i;
    return SIZE_MAX;
}

const recsys_option *rs_option_find(const recsys_config *config, const char *key)
{
    size_t i = rs_option_index(config, key);
    return i == SIZE_MAX ? NULL : rs_option_at(config, i);
}

/* ---- reading values -------------------------------------------------------------- */

const char *rs_config_text(const recsys_config *config, const char *key)
{
    size_t i = rs_option_index(config, key);
    if (i == SIZE_MAX) return NULL;
    if (config != NULL && config->values[i] != NULL) return config->values[i];
    return rs_option_at(config, i)->default_value;
}

int rs_config_is_set(const recsys_config *config, const char *key)
{
    size_t i = rs_option_index(config, key);
    return config != NULL && i != SIZE_MAX && config->values[i] != NULL;
}

/* The text of a key that our own code names, so it is there. */
static const char *known_text(const recsys_config *config, const char *key)
{
    const char *text = rs_config_text(config, key);
    return text != NULL ? text : "";
}

int64_t rs_config_int(const recsys_config *config, const char *key)
{
    const char *text = known_text(config, key);
    int64_t value = 0;
    rs_parse_int(text, strlen(text), &value);
    return value;
}

double rs_config_real(const recsys_config *config, const char *key)
{
    const char *text = known_text(config, key);
    double value = 0;
    rs_parse_real(text, strlen(text), &value);
    return value;
}

int rs_config_bool(const recsys_config *config, const char *key)
{
    return strcmp(known_text(config, key), "true") == 0;
}

size_t rs_config_choice(const recsys_config *config, const char *key)
{
    const char *text = known_text(config, key);
    const recsys_option *option = rs_option_find(config, key);
    size_t i = SIZE_MAX;
    if (option != NULL && option->choices != NULL)
        i = rs_option_choice(option->choices, text, strlen(text));
    return i == SIZE_MAX ? 0 : i;
}

/* ---- making and changing --------------------------------------------------------- */

recsys_status rs_config_make(recsys_config **config, recsys_runtime *runtime, recsys_error *err)
{
    recsys_runtime *held;
    recsys_status status = rs_runtime_hold(&held, runtime, err);
    if (status != RECSYS_OK) return status;
    recsys_config *made = rs_array_zero(held, 1, sizeof *made);
    if (made != NULL) {
        made->runtime = held;
        made->count = rs_option_table_count;
        made->values = rs_array_zero(held, made->count, sizeof *made->values);
        if (made->values != NULL) {
            *config = made;
            return RECSYS_OK;
        }
    }
    rs_free(held, made);
    rs_runtime_release(held);
    return rs_fail_memory(err, "recsys_config_create");
}

void rs_config_free(recsys_config *config)
{
    if (config == NULL) return;
    recsys_runtime *runtime = config->runtime;
    for (size_t i = 0; i < config->count; i++) rs_free(runtime, config->values[i]);
    rs_free(runtime, config->values);
    rs_free(runtime, config->table);
    rs_free(runtime, config);
    rs_runtime_release(runtime);
}

static int copy_values(recsys_config *to, const recsys_config *from)
{
    for (size_t i = 0; i < from->count; i++) {
        if (from->values[i] == NULL) continue;
        to->values[i] = rs_strdup(to->runtime, from->values[i]);
        if (to->values[i] == NULL) return 0;
    }
    return 1;
}

recsys_status rs_config_clone(recsys_config **copy, const recsys_config *config,
                              recsys_error *err)
{
    recsys_config *made = NULL;
    recsys_status status;
    if (config == NULL) return rs_config_make(copy, NULL, err);
    RS_TRY(rs_config_make(&made, config->runtime, err));
    for (size_t t = 0; t < config->tables; t++)
        RS_TRY(rs_config_register(made, config->table[t].first, config->table[t].count, err));
    if (!copy_values(made, config)) {
        status = rs_fail_memory(err, "recsys_config_copy");
        goto out;
    }
    *copy = made;
    return RECSYS_OK;
out:
    rs_config_free(made);
    return status;
}

recsys_status rs_config_set(recsys_config *config, const char *key, const char *value,
                            recsys_error *err)
{
    size_t i = rs_option_index(config, key);
    char *canonical;
    if (i == SIZE_MAX) return rs_option_unknown(config, "", key, 0, err);
    recsys_status status = rs_option_parse(rs_option_at(config, i), config->runtime, "", value,
                                           strlen(value), &canonical, err);
    if (status != RECSYS_OK) return status;
    rs_free(config->runtime, config->values[i]);
    config->values[i] = canonical;
    return RECSYS_OK;
}

/* ---- rows of programs and adapters ----------------------------------------------- */

static int key_is_well_formed(const char *key)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";
    size_t size = strlen(key);
    return size > 0 && size < RS_KEY_SIZE && strspn(key, allowed) == size && key[0] != '.' &&
           key[size - 1] != '.' && strstr(key, "..") == NULL;
}

/* A key must not be a section of another: YAML could not hold both. */
static int key_clashes(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), shorter = n < m ? n : m;
    if (memcmp(a, b, shorter) != 0) return 0;
    if (n == m) return 1;
    return (n < m ? b : a)[shorter] == '.';
}

static recsys_status check_row(const recsys_config *config, const recsys_option *row,
                               recsys_error *err)
{
    char *canonical;
    if (row->key == NULL || !key_is_well_formed(row->key))
        return rs_fail(err, RECSYS_E_INVALID, "recsys_config_register: \"%s\" is no key",
                       row->key == NULL ? "(null)" : row->key);
    if (row->type < RECSYS_OPTION_INT || row->type > RECSYS_OPTION_TEXT ||
        row->default_value == NULL || row->text == NULL ||
        (row->type == RECSYS_OPTION_CHOICE && row->choices == NULL) || !(row->min <= row->max))
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_config_register: %s: the row lacks a part", row->key);
    for (size_t i = 0; i < rs_option_count(config); i++)
        if (key_clashes(row->key, rs_option_at(config, i)->key))
            return rs_fail(err, RECSYS_E_INVALID,
                           "recsys_config_register: %s: %s exists already", row->key,
                           rs_option_at(config, i)->key);
    recsys_status status =
        rs_option_parse(row, config->runtime, "recsys_config_register: default of ",
                        row->default_value, strlen(row->default_value), &canonical, err);
    if (status != RECSYS_OK) return status;
    if (strcmp(canonical, row->default_value) != 0)
        status = rs_fail(err, RECSYS_E_INVALID,
                         "recsys_config_register: default of %s: \"%s\" must be written %s",
                         row->key, row->default_value, canonical);
    rs_free(config->runtime, canonical);
    return status;
}

static recsys_status check_rows(const recsys_config *config, const rs_option_rows *rows,
                                recsys_error *err)
{
    if (rows->first->struct_size < sizeof(recsys_option))
        return rs_fail(err, RECSYS_E_INVALID, "recsys_config_register: struct_size is not set");
    for (size_t i = 0; i < rows->count; i++) {
        const recsys_option *row = rs_option_row(rows, i);
        recsys_status status = check_row(config, row, err);
        if (status != RECSYS_OK) return status;
        for (size_t j = 0; j < i; j++)
            if (key_clashes(row->key, rs_option_row(rows, j)->key))
                return rs_fail(err, RECSYS_E_INVALID,
                               "recsys_config_register: %s is given twice", row->key);
    }
    return RECSYS_OK;
}

recsys_status rs_config_register(recsys_config *config, const recsys_option *options,
                                 size_t count, recsys_error *err)
{
    rs_option_rows rows = {options, count};
    size_t total;
    if (count == 0) return RECSYS_OK;
    recsys_status status = check_rows(config, &rows, err);
    if (status != RECSYS_OK) return status;
    if (!rs_add(config->count, count, &total))
        return rs_fail_memory(err, "recsys_config_register");
    rs_option_rows *table =
        rs_array_resize(config->runtime, config->table, config->tables + 1, sizeof *table);
    if (table == NULL) return rs_fail_memory(err, "recsys_config_register");
    config->table = table; /* one spare row does no harm if the next step fails */
    char **values = rs_array_resize(config->runtime, config->values, total, sizeof *values);
    if (values == NULL) return rs_fail_memory(err, "recsys_config_register");
    for (size_t i = config->count; i < total; i++) values[i] = NULL;
    config->values = values;
    config->table[config->tables++] = rows;
    config->count = total;
    return RECSYS_OK;
}
