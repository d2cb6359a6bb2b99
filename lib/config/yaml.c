/* YAML in: nested mappings become dotted keys. Values are gathered beside the config and
 * moved in at the end, so that a file with a mistake changes nothing. */
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/config.h"
#include "config/store.h"

enum { MOST_DEPTH = 16, MOST_BYTES = 1 << 20 };

typedef struct loader {
    recsys_config *config;
    recsys_error *err;
    const char *name; /* of the file, for messages */
    int tolerant;     /* pass over keys that this library does not know */
    yaml_parser_t parser;
    yaml_event_t event;
    char **values; /* [config->count] what the file gave, or NULL */
    rs_text seen;  /* sections met so far, each between newlines */
    char path[RS_KEY_SIZE];
    size_t length[MOST_DEPTH + 1]; /* of the path, by depth */
    size_t depth;
} loader;

/* ---- messages -------------------------------------------------------------------- */

typedef struct place {
    char text[320]; /* "config.yaml:12: " */
} place;

static place here(const loader *l)
{
    place p;
    snprintf(p.text, sizeof p.text, "%.280s:%zu: ", l->name, l->event.start_mark.line + 1);
    return p;
}

static recsys_status refuse(const loader *l, const char *what)
{
    return rs_fail(l->err, RECSYS_E_CONFIG, "%s%s%s%s", here(l).text, l->path,
                   l->path[0] != '\0' ? ": " : "", what);
}

/* ---- events ---------------------------------------------------------------------- */

static recsys_status next_event(loader *l)
{
    yaml_event_delete(&l->event);
    if (yaml_parser_parse(&l->parser, &l->event)) return RECSYS_OK;
    memset(&l->event, 0, sizeof l->event);
    if (l->parser.error == YAML_MEMORY_ERROR) return rs_fail_memory(l->err, l->name);
    size_t line = l->parser.error == YAML_READER_ERROR ? 0 : l->parser.problem_mark.line + 1;
    const char *problem = l->parser.problem != NULL ? l->parser.problem : "malformed";
    if (line == 0) return rs_fail(l->err, RECSYS_E_PARSE, "%s: not YAML: %s", l->name, problem);
    return rs_fail(l->err, RECSYS_E_PARSE, "%s:%zu: not YAML: %s", l->name, line, problem);
}

/* What we leave out of YAML: nothing in a config needs it, and aliases can blow up. */
static recsys_status refuse_extras(const loader *l)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (l->event.type) {
    case YAML_ALIAS_EVENT: return refuse(l, "an alias is not supported in a config");
    case YAML_SEQUENCE_START_EVENT:
        return refuse(l, "a list stands where one value is expected");
    case YAML_SCALAR_EVENT:
        anchor = l->event.data.scalar.anchor;
        tag = l->event.data.scalar.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = l->event.data.mapping_start.anchor;
        tag = l->event.data.mapping_start.tag;
        break;
    default: break;
    }
    if (anchor != NULL) return refuse(l, "an anchor is not supported in a config");
    if (tag != NULL) return refuse(l, "a tag is not supported in a config");
    return RECSYS_OK;
}

/* ---- keys and values ------------------------------------------------------------- */

static recsys_status push_key(loader *l)
{
    const char *key = (const char *)l->event.data.scalar.value;
    size_t size = l->event.data.scalar.length, from = l->length[l->depth];
    if (size == 0 || memchr(key, 0, size) != NULL) return refuse(l, "a key is empty");
    if (from + size + 2 > RS_KEY_SIZE)
        return refuse(l, "a key below is longer than any known one");
    if (from > 0) l->path[from++] = '.';
    memcpy(l->path + from, key, size);
    l->path[from + size] = '\0';
    return RECSYS_OK;
}

static void pop_key(loader *l)
{
    l->path[l->length[l->depth]] = '\0';
}

/* Is there a key below the present path? */
static int is_section(const loader *l)
{
    size_t size = strlen(l->path);
    for (size_t i = 0; i < rs_option_count(l->config); i++) {
        const char *key = rs_option_at(l->config, i)->key;
        if (strncmp(key, l->path, size) == 0 && key[size] == '.') return 1;
    }
    return 0;
}

static int is_null(const loader *l)
{
    const char *value = (const char *)l->event.data.scalar.value;
    if (l->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE) return 0;
    return value[0] == '\0' || strcmp(value, "~") == 0 || strcmp(value, "null") == 0;
}

static recsys_status take_scalar(loader *l)
{
    size_t i = rs_option_index(l->config, l->path);
    if (i == SIZE_MAX && is_section(l))
        return is_null(l) ? RECSYS_OK : refuse(l, "is a section, expected keys below it");
    if (i == SIZE_MAX && l->tolerant) return RECSYS_OK;
    if (i == SIZE_MAX) return rs_option_unknown(l->config, here(l).text, l->path, 0, l->err);
    if (l->values[i] != NULL) return refuse(l, "is given twice");
    size_t size = is_null(l) ? 0 : l->event.data.scalar.length;
    return rs_option_parse(rs_option_at(l->config, i), l->config->runtime, here(l).text,
                           (const char *)l->event.data.scalar.value, size, &l->values[i],
                           l->err);
}

static recsys_status note_section(loader *l)
{
    char line[RS_KEY_SIZE + 2];
    snprintf(line, sizeof line, "\n%s\n", l->path);
    if (l->seen.data != NULL && strstr(l->seen.data, line) != NULL)
        return refuse(l, "is given twice");
    rs_text_add(&l->seen, line);
    return l->seen.failed ? rs_fail_memory(l->err, l->name) : RECSYS_OK;
}

static recsys_status enter_section(loader *l)
{
    if (rs_option_index(l->config, l->path) != SIZE_MAX)
        return refuse(l, "a section stands where one value is expected");
    if (!is_section(l) && !l->tolerant)
        return rs_option_unknown(l->config, here(l).text, l->path, 1, l->err);
    if (l->depth == MOST_DEPTH) return refuse(l, "is nested too deeply");
    recsys_status status = note_section(l);
    if (status == RECSYS_OK) l->length[++l->depth] = strlen(l->path);
    return status;
}

/* ---- walking --------------------------------------------------------------------- */

/* A key was read into the path: its value. */
static recsys_status read_value(loader *l)
{
    recsys_status status = next_event(l);
    if (status == RECSYS_OK) status = refuse_extras(l);
    if (status != RECSYS_OK) return status;
    if (l->event.type == YAML_MAPPING_START_EVENT) return enter_section(l);
    status = take_scalar(l);
    pop_key(l);
    return status;
}

/* All of the outermost mapping, whose start was read. */
static recsys_status read_mapping(loader *l)
{
    for (;;) {
        recsys_status status = next_event(l);
        if (status == RECSYS_OK && l->event.type == YAML_MAPPING_END_EVENT) {
            if (l->depth == 0) return RECSYS_OK;
            l->depth--;
            pop_key(l);
            continue;
        }
        if (status == RECSYS_OK) status = refuse_extras(l);
        if (status == RECSYS_OK && l->event.type != YAML_SCALAR_EVENT)
            status = refuse(l, "a key must be one word");
        if (status == RECSYS_OK) status = push_key(l);
        if (status == RECSYS_OK) status = read_value(l);
        if (status != RECSYS_OK) return status;
    }
}

static recsys_status read_root(loader *l)
{
    recsys_status status = next_event(l);
    if (status == RECSYS_OK) status = refuse_extras(l);
    if (status != RECSYS_OK) return status;
    if (l->event.type == YAML_MAPPING_START_EVENT) return read_mapping(l);
    return is_null(l) ? RECSYS_OK : refuse(l, "expected a mapping of keys to values");
}

static recsys_status read_stream(loader *l)
{
    recsys_status status;
    RS_TRY(next_event(l)); /* the stream's start */
    RS_TRY(next_event(l));
    if (l->event.type == YAML_STREAM_END_EVENT) return RECSYS_OK; /* nothing but comments */
    RS_TRY(read_root(l));
    RS_TRY(next_event(l)); /* the document's end */
    RS_TRY(next_event(l));
    if (l->event.type != YAML_STREAM_END_EVENT)
        return refuse(l, "a second document begins, expected one");
out:
    return status;
}

/* ---- entry ----------------------------------------------------------------------- */

static void move_in(loader *l)
{
    for (size_t i = 0; i < l->config->count; i++) {
        if (l->values[i] == NULL) continue;
        rs_free(l->config->runtime, l->config->values[i]);
        l->config->values[i] = l->values[i];
        l->values[i] = NULL;
    }
}

static recsys_status load_text(recsys_config *config, const char *text, size_t size,
                               const char *name, int tolerant, recsys_error *err)
{
    loader l = {.config = config, .err = err, .name = name, .tolerant = tolerant};
    if (size > MOST_BYTES)
        return rs_fail(err, RECSYS_E_CONFIG, "%s: %zu bytes, a config has at most %d", name,
                       size, MOST_BYTES);
    if (!yaml_parser_initialize(&l.parser)) return rs_fail_memory(err, name);
    rs_text_begin(&l.seen, config->runtime);
    recsys_status status = RECSYS_OK;
    l.values = rs_array_zero(config->runtime, config->count, sizeof *l.values);
    if (l.values == NULL) {
        status = rs_fail_memory(err, name);
        goto out;
    }
    yaml_parser_set_input_string(&l.parser, (const unsigned char *)text, size);
    RS_TRY(read_stream(&l));
    move_in(&l);
out:
    yaml_event_delete(&l.event);
    yaml_parser_delete(&l.parser);
    if (l.values != NULL)
        for (size_t i = 0; i < config->count; i++) rs_free(config->runtime, l.values[i]);
    rs_free(config->runtime, l.values);
    rs_text_free(&l.seen);
    return status;
}

recsys_status rs_config_load_text(recsys_config *config, const char *text, size_t size,
                                  const char *name, recsys_error *err)
{
    return load_text(config, text, size, name, 0, err);
}

recsys_status rs_config_from_stored(recsys_config **config, recsys_runtime *runtime,
                                    const char *text, size_t size, recsys_error *err)
{
    recsys_config *made;
    recsys_status status = rs_config_make(&made, runtime, err);
    if (status != RECSYS_OK) return status;
    status = load_text(made, text, size, "stored config", 1, err);
    if (status != RECSYS_OK) {
        rs_config_free(made);
        return status;
    }
    *config = made;
    return RECSYS_OK;
}

recsys_status rs_config_load(recsys_config *config, const char *path, recsys_error *err)
{
    rs_bytes bytes;
    recsys_status status = rs_bytes_open(&bytes, config->runtime, path, err);
    if (status != RECSYS_OK) return status;
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    status = rs_config_load_text(config, (const char *)bytes.data, bytes.size, name, err);
    rs_bytes_close(&bytes);
    return status;
}
