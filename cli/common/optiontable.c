#include "optiontable.h"

#include <recsys/config.h>
#include <string.h>

#include "movies.h"
#include "table.h"

static const char *stage_name(recsys_option_stage stage)
{
    switch (stage) {
    case RECSYS_STAGE_FIT: return "fit";
    case RECSYS_STAGE_QUERY: return "query";
    case RECSYS_STAGE_READ: return "read";
    case RECSYS_STAGE_EVALUATE: return "evaluate";
    case RECSYS_STAGE_PROGRAM: return "program";
    }
    return "";
}

static const char *type_name(recsys_option_type type)
{
    switch (type) {
    case RECSYS_OPTION_INT: return "integer";
    case RECSYS_OPTION_REAL: return "number";
    case RECSYS_OPTION_BOOL: return "bool";
    case RECSYS_OPTION_CHOICE: return "choice";
    case RECSYS_OPTION_TEXT: return "text";
    }
    return "";
}

/* "integer 1..100", "sum | mean", "text" */
static void put_values(const recsys_option *option, const char *bar, rs_text *out)
{
    if (option->type == RECSYS_OPTION_CHOICE) {
        for (const char *word = option->choices; *word != '\0';) {
            size_t size = strcspn(word, "|");
            rs_text_add_bytes(out, word, size);
            word += size;
            if (*word == '|') {
                rs_text_add(out, bar);
                word++;
            }
        }
        return;
    }
    rs_text_add(out,
                option->type == RECSYS_OPTION_BOOL ? "true or false" : type_name(option->type));
    if (option->type != RECSYS_OPTION_INT && option->type != RECSYS_OPTION_REAL) return;
    rs_text_add(out, " ");
    rs_text_add_real(out, option->min);
    rs_text_add(out, "..");
    rs_text_add_real(out, option->max);
}

static void put_text_row(const recsys_option *option, rs_text *out)
{
    size_t width = cli_page_width();
    rs_text_add(out, option->key);
    rs_text_add(out, " = ");
    if (option->default_value[0] == '\0')
        rs_text_add(out, "\"\"");
    else
        rs_text_add(out, option->default_value);
    rs_text_add(out, "\n    ");
    cli_put_wrapped(out, option->text, 4, 4, width);
    rs_text_add(out, "\n    (");
    put_values(option, " | ", out);
    rs_text_printf(out, "; used in: %s; since %s)\n", stage_name(option->stage), option->since);
}

static void put_markdown_row(const recsys_option *option, rs_text *out)
{
    rs_text_printf(out, "| `%s` | ", option->key);
    put_values(option, ", ", out);
    rs_text_printf(out, " | %s%s%s | %s | ", option->default_value[0] != '\0' ? "`" : "",
                   option->default_value[0] != '\0' ? option->default_value : "empty",
                   option->default_value[0] != '\0' ? "`" : "", stage_name(option->stage));
    for (const char *p = option->text; *p != '\0'; p++) {
        if (*p == '|' || *p == '*') rs_text_add(out, "\\");
        rs_text_add_bytes(out, p, 1);
    }
    rs_text_add(out, " |\n");
}

static void put_json_row(const recsys_option *option, cli_json *json)
{
    cli_json_object(json, NULL);
    cli_json_text(json, "key", option->key);
    cli_json_text(json, "type", type_name(option->type));
    if (option->type == RECSYS_OPTION_INT || option->type == RECSYS_OPTION_REAL) {
        cli_json_real(json, "min", option->min);
        cli_json_real(json, "max", option->max);
    }
    if (option->choices != NULL) cli_json_text(json, "choices", option->choices);
    cli_json_text(json, "default", option->default_value);
    cli_json_text(json, "stage", stage_name(option->stage));
    cli_json_text(json, "owner", option->owner);
    cli_json_text(json, "since", option->since);
    cli_json_text(json, "text", option->text);
    cli_json_close(json, '}');
}

/* ---- all rows -------------------------------------------------------------------- */

/* The next option from *i on that matches; NULL at the end. */
static const recsys_option *next_match(size_t *i, const char *match)
{
    const recsys_option *option;
    while ((option = recsys_config_option(NULL, (*i)++)) != NULL)
        if (match == NULL || strstr(option->key, match) != NULL) return option;
    return NULL;
}

size_t cli_options_text(const char *match, rs_text *out)
{
    const recsys_option *option;
    size_t i = 0, count = 0;
    while ((option = next_match(&i, match)) != NULL) {
        if (count++ > 0) rs_text_add(out, "\n");
        put_text_row(option, out);
    }
    return count;
}

size_t cli_options_markdown(const char *match, rs_text *out)
{
    const recsys_option *option;
    size_t i = 0, count = 0;
    rs_text_add(out, "| key | values | default | used in | what it does |\n");
    rs_text_add(out, "| --- | --- | --- | --- | --- |\n");
    while ((option = next_match(&i, match)) != NULL) {
        put_markdown_row(option, out);
        count++;
    }
    return count;
}

size_t cli_options_json(const char *match, rs_text *out)
{
    const recsys_option *option;
    size_t i = 0, count = 0;
    cli_json json;
    cli_json_begin(&json, out, 1);
    cli_json_array(&json, NULL);
    while ((option = next_match(&i, match)) != NULL) {
        put_json_row(option, &json);
        count++;
    }
    cli_json_close(&json, ']');
    return count;
}
