#include "output.h"

#include <math.h>
#include <string.h>

#include "table.h"

void cli_json_begin(cli_json *json, rs_text *out, int indent)
{
    *json = (cli_json){.out = out, .indent = indent, .first = 1};
}

static void new_line(cli_json *json)
{
    if (json->indent) rs_text_printf(json->out, "\n%*s", 2 * json->depth, "");
}

/* What comes before a value: a comma, a line, its key. */
static void lead_in(cli_json *json, const char *key)
{
    if (!json->first) rs_text_add(json->out, ",");
    if (json->depth > 0) new_line(json);
    json->first = 0;
    if (key == NULL) return;
    rs_json_put_string(json->out, key, strlen(key));
    rs_text_add(json->out, json->indent ? ": " : ":");
}

static void open_nested(cli_json *json, const char *key, const char *bracket)
{
    lead_in(json, key);
    rs_text_add(json->out, bracket);
    json->depth++;
    json->first = 1;
}

void cli_json_object(cli_json *json, const char *key)
{
    open_nested(json, key, "{");
}

void cli_json_array(cli_json *json, const char *key)
{
    open_nested(json, key, "[");
}

void cli_json_close(cli_json *json, char bracket)
{
    json->depth--;
    if (!json->first) new_line(json);
    rs_text_add_bytes(json->out, &bracket, 1);
    json->first = 0;
    if (json->depth == 0) {
        rs_text_add(json->out, "\n");
        json->first = 1;
    }
}

void cli_json_text(cli_json *json, const char *key, const char *value)
{
    lead_in(json, key);
    if (value == NULL)
        rs_text_add(json->out, "null");
    else
        rs_json_put_string(json->out, value, strlen(value));
}

void cli_json_int(cli_json *json, const char *key, int64_t value)
{
    lead_in(json, key);
    rs_text_printf(json->out, "%lld", (long long)value);
}

void cli_json_count(cli_json *json, const char *key, uint64_t value)
{
    lead_in(json, key);
    rs_text_printf(json->out, "%llu", (unsigned long long)value);
}

void cli_json_real(cli_json *json, const char *key, double value)
{
    lead_in(json, key);
    rs_json_put_real(json->out, value);
}

void cli_json_float(cli_json *json, const char *key, float value)
{
    lead_in(json, key);
    if (isfinite(value))
        cli_put_float(json->out, value);
    else
        rs_text_add(json->out, "null");
}

void cli_json_bool(cli_json *json, const char *key, int value)
{
    lead_in(json, key);
    rs_text_add(json->out, value ? "true" : "false");
}

void cli_json_raw(cli_json *json, const char *key, const char *value)
{
    lead_in(json, key);
    rs_text_add(json->out, value);
}
