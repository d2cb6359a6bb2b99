/* Spaces from YAML: nested sections as in a config; below each key its choices or its range. */
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "config/config.h"
#include "tune/space.h"

enum { MOST_DEPTH = 16, MOST_BYTES = 1 << 20, KEY_SIZE = 128 };

typedef struct reader {
    recsys_space *space;
    const char *name; /* of the file, for messages */
    yaml_document_t document;
    char path[KEY_SIZE];
    size_t depth;
    recsys_error *err;
} reader;

/* ---- messages -------------------------------------------------------------------- */

typedef struct place {
    char text[320]; /* "tune.yaml:12: " */
} place;

static place place_of(const reader *r, const yaml_node_t *node)
{
    place p;
    snprintf(p.text, sizeof p.text, "%.280s:%zu: ", r->name, node->start_mark.line + 1);
    return p;
}

/* Fails with "FILE:LINE: KEY: what, expected ...". */
static recsys_status refuse(const reader *r, const yaml_node_t *node, const char *what)
{
    return rs_fail(r->err, RECSYS_E_CONFIG, "%s%s%s%s", place_of(r, node).text, r->path,
                   r->path[0] != '\0' ? ": " : "", what);
}

/* ---- nodes ----------------------------------------------------------------------- */

static yaml_node_t *node_at(reader *r, int id)
{
    return yaml_document_get_node(&r->document, id);
}

static const char *text_of(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static int is_word(const yaml_node_t *node, const char *word)
{
    return node->type == YAML_SCALAR_NODE && strcmp(text_of(node), word) == 0;
}

/* ---- what stands below a key ----------------------------------------------------- */

static recsys_status read_choices(reader *r, rs_dimension *d, const yaml_node_t *node)
{
    recsys_status status = RECSYS_OK;
    if (node->type != YAML_SEQUENCE_NODE ||
        node->data.sequence.items.top == node->data.sequence.items.start)
        return refuse(r, node, "choices is not a list of values, expected [VALUE, ...]");
    for (const yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top && status == RECSYS_OK; item++) {
        const yaml_node_t *value = node_at(r, *item);
        if (value->type != YAML_SCALAR_NODE)
            return refuse(r, value, "a choice is not one value");
        status = rs_space_choice(r->space, d, place_of(r, value).text, text_of(value),
                                 value->data.scalar.length, r->err);
    }
    return status;
}

static recsys_status read_bound(reader *r, const rs_dimension *d, const yaml_node_t *node,
                                double *bound)
{
    rs_dimension one = {.option = d->option};
    if (d->option->type != RECSYS_OPTION_INT && d->option->type != RECSYS_OPTION_REAL)
        return refuse(r, node, "is no number, so it has no range, expected choices: [...]");
    if (node->type != YAML_SCALAR_NODE)
        return refuse(r, node, "an end of the range is not one value");
    recsys_status status = rs_space_choice(r->space, &one, place_of(r, node).text,
                                           text_of(node), node->data.scalar.length, r->err);
    if (status == RECSYS_OK) rs_parse_real(one.choice[0], strlen(one.choice[0]), bound);
    for (size_t i = 0; i < one.choices; i++) rs_free(r->space->runtime, one.choice[i]);
    rs_free(r->space->runtime, one.choice);
    return status;
}

typedef struct range {
    int has_choices, has_min, has_max, has_scale;
} range;

static recsys_status read_scale(reader *r, rs_dimension *d, const yaml_node_t *node)
{
    d->is_log = is_word(node, "log");
    if (d->is_log || is_word(node, "linear")) return RECSYS_OK;
    char what[160];
    snprintf(what, sizeof what, "scale: \"%.60s\" is not one of linear|log",
             node->type == YAML_SCALAR_NODE ? text_of(node) : "(a list)");
    return refuse(r, node, what);
}

static recsys_status read_part(reader *r, rs_dimension *d, const yaml_node_t *key,
                               const yaml_node_t *value, range *seen)
{
    static const char *const words[] = {"choices", "min", "max", "scale"};
    int *const has[] = {&seen->has_choices, &seen->has_min, &seen->has_max, &seen->has_scale};
    size_t i = 0;
    while (i < 4 && !is_word(key, words[i])) i++;
    if (i == 4) {
        char what[200];
        snprintf(what, sizeof what, "\"%.60s\" is not one of choices|min|max|scale",
                 key->type == YAML_SCALAR_NODE ? text_of(key) : "(a list)");
        return refuse(r, key, what);
    }
    if (*has[i]) return refuse(r, key, "the same is given twice");
    *has[i] = 1;
    switch (i) {
    case 0: return read_choices(r, d, value);
    case 1: return read_bound(r, d, value, &d->min);
    case 2: return read_bound(r, d, value, &d->max);
    default: return read_scale(r, d, value);
    }
}

static recsys_status check_range(reader *r, const rs_dimension *d, const yaml_node_t *node,
                                 const range *seen)
{
    if (seen->has_choices && (seen->has_min || seen->has_max || seen->has_scale))
        return refuse(r, node, "has choices and a range, expected one of them");
    if (seen->has_choices) return RECSYS_OK;
    if (!seen->has_min || !seen->has_max)
        return refuse(r, node, "expected {choices: [...]} or {min: A, max: B}");
    if (!(d->min < d->max)) return refuse(r, node, "min is not below max");
    if (d->is_log && !(d->min > 0)) return refuse(r, node, "scale: log needs a min above 0");
    return RECSYS_OK;
}

static recsys_status read_dimension(reader *r, const recsys_option *option,
                                    const yaml_node_t *node)
{
    range seen = {0};
    recsys_status status = RECSYS_OK;
    if (option->stage != RECSYS_STAGE_FIT && option->stage != RECSYS_STAGE_QUERY)
        return refuse(r, node, "is no option of a model, so no model is better by it");
    if (rs_space_find(r->space, option->key) != SIZE_MAX)
        return refuse(r, node, "is given twice");
    if (node->type != YAML_MAPPING_NODE)
        return refuse(r, node, "expected {choices: [...]} or {min: A, max: B}");
    rs_dimension *d = rs_space_add(r->space, option);
    if (d == NULL) return rs_fail_memory(r->err, r->name);
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top && status == RECSYS_OK; pair++)
        status = read_part(r, d, node_at(r, pair->key), node_at(r, pair->value), &seen);
    return status == RECSYS_OK ? check_range(r, d, node, &seen) : status;
}

/* ---- sections -------------------------------------------------------------------- */

static int is_section(const char *path)
{
    size_t size = strlen(path);
    for (size_t i = 0; i < rs_option_count(NULL); i++) {
        const char *key = rs_option_at(NULL, i)->key;
        if (strncmp(key, path, size) == 0 && key[size] == '.') return 1;
    }
    return 0;
}

static recsys_status read_section(reader *r, const yaml_node_t *node);

/* Does it look like what stands below a key, rather than a section? */
static int is_dimension(reader *r, const yaml_node_t *node)
{
    if (node->type != YAML_MAPPING_NODE) return 1;
    const yaml_node_pair_t *first = node->data.mapping.pairs.start;
    if (first == node->data.mapping.pairs.top) return 1;
    const yaml_node_t *key = node_at(r, first->key);
    return is_word(key, "choices") || is_word(key, "min") || is_word(key, "max") ||
           is_word(key, "scale");
}

static recsys_status read_pair(reader *r, const yaml_node_t *key, const yaml_node_t *value)
{
    size_t from = strlen(r->path);
    if (key->type != YAML_SCALAR_NODE || key->data.scalar.length == 0 ||
        memchr(text_of(key), 0, key->data.scalar.length) != NULL)
        return refuse(r, key, "a key must be one word");
    if (from + key->data.scalar.length + 2 > KEY_SIZE)
        return refuse(r, key, "a key below is longer than any known one");
    snprintf(r->path + from, KEY_SIZE - from, "%s%s", from > 0 ? "." : "", text_of(key));
    recsys_status status;
    const recsys_option *option = rs_option_find(NULL, r->path);
    if (option != NULL)
        status = read_dimension(r, option, value);
    else if (!is_section(r->path))
        status = rs_option_unknown(NULL, place_of(r, key).text, r->path,
                                   !is_dimension(r, value), r->err);
    else
        status = read_section(r, value);
    r->path[from] = '\0';
    return status;
}

static recsys_status read_section(reader *r, const yaml_node_t *node)
{
    recsys_status status = RECSYS_OK;
    if (node->type != YAML_MAPPING_NODE)
        return refuse(r, node, "expected a mapping of keys to {choices: [...]} or {min, max}");
    if (++r->depth > MOST_DEPTH) return refuse(r, node, "is nested too deeply");
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top && status == RECSYS_OK; pair++)
        status = read_pair(r, node_at(r, pair->key), node_at(r, pair->value));
    r->depth--;
    return status;
}

/* ---- entry ----------------------------------------------------------------------- */

static recsys_status not_yaml(const reader *r, const yaml_parser_t *parser)
{
    const char *problem = parser->problem != NULL ? parser->problem : "malformed";
    if (parser->error == YAML_MEMORY_ERROR) return rs_fail_memory(r->err, r->name);
    return rs_fail(r->err, RECSYS_E_PARSE, "%s:%zu: not YAML: %s", r->name,
                   parser->problem_mark.line + 1, problem);
}

static recsys_status read_document(reader *r)
{
    const yaml_node_t *root = yaml_document_get_root_node(&r->document);
    recsys_status status = root != NULL ? read_section(r, root) : RECSYS_OK;
    if (status == RECSYS_OK && r->space->count == 0)
        status = rs_fail(r->err, RECSYS_E_EMPTY, "%s: there is no key in it", r->name);
    return status;
}

recsys_status rs_space_read_text(recsys_space **space, recsys_runtime *runtime,
                                 const char *text, size_t size, const char *name,
                                 recsys_error *err)
{
    reader r = {.name = name, .err = err};
    yaml_parser_t parser;
    if (size > MOST_BYTES)
        return rs_fail(err, RECSYS_E_CONFIG, "%s: %zu bytes, a space has at most %d", name,
                       size, MOST_BYTES);
    recsys_status status = rs_space_make(&r.space, runtime, err);
    if (status != RECSYS_OK) return status;
    if (!yaml_parser_initialize(&parser)) {
        rs_space_free(r.space);
        return rs_fail_memory(err, name);
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    if (yaml_parser_load(&parser, &r.document)) {
        status = read_document(&r);
        yaml_document_delete(&r.document);
    } else {
        status = not_yaml(&r, &parser);
    }
    yaml_parser_delete(&parser);
    if (status == RECSYS_OK)
        *space = r.space;
    else
        rs_space_free(r.space);
    return status;
}

recsys_status rs_space_read(recsys_space **space, recsys_runtime *runtime, const char *path,
                            recsys_error *err)
{
    rs_bytes bytes;
    recsys_runtime *held;
    recsys_status status = rs_runtime_hold(&held, runtime, err);
    if (status != RECSYS_OK) return status;
    status = rs_bytes_open(&bytes, held, path, err);
    if (status == RECSYS_OK) {
        const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
        status =
            rs_space_read_text(space, held, (const char *)bytes.data, bytes.size, name, err);
        rs_bytes_close(&bytes);
    }
    rs_runtime_release(held);
    return status;
}
