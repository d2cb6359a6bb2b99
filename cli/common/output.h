/* JSON written step by step: commas, nesting and indentation are looked after. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/json.h"

typedef struct cli_json {
    rs_text *out;
    int indent; /* 1: one member a line; 0: all in one line */
    int depth, first;
} cli_json;

void cli_json_begin(cli_json *json, rs_text *out, int indent);
/* `key` is NULL inside an array and for the outermost value. */
void cli_json_object(cli_json *json, const char *key);
void cli_json_array(cli_json *json, const char *key);
void cli_json_close(cli_json *json, char bracket);                      /* '}' or ']' */
void cli_json_text(cli_json *json, const char *key, const char *value); /* NULL: null */
void cli_json_int(cli_json *json, const char *key, int64_t value);
void cli_json_count(cli_json *json, const char *key, uint64_t value);
void cli_json_real(cli_json *json, const char *key, double value);
void cli_json_float(cli_json *json, const char *key, float value); /* fewest digits */
void cli_json_bool(cli_json *json, const char *key, int value);
/* A value that is JSON already. */
void cli_json_raw(cli_json *json, const char *key, const char *value);

#endif
