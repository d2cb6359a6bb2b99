#include "tune/result.h"

#include <string.h>

#include "base/json.h"

/* ---- writing --------------------------------------------------------------------- */

void rs_values_put(const rs_trials *trials, size_t trial, rs_text *text)
{
    rs_text_add(text, "{");
    for (size_t k = 0; k < trials->space->count; k++) {
        const char *value = trials->item[trial].value[k];
        rs_text_printf(text, "%s\"%s\":", k > 0 ? "," : "",
                       trials->space->dimension[k].option->key);
        rs_json_put_string(text, value, strlen(value));
    }
    rs_text_add(text, "}");
}

static void put_tallies(const rs_trials *trials, const rs_result *result, rs_text *line)
{
    const char *comma = "";
    rs_text_add(line, ",\"results\":[");
    for (size_t s = 0; s < trials->splits; s++) {
        const rs_tally *tally = &result->tally[s];
        if (tally->users == 0) continue;
        rs_text_printf(line, "%s[%zu,%llu,", comma, s, (unsigned long long)tally->users);
        rs_json_put_real(line, tally->sum);
        rs_text_add(line, ",");
        rs_json_put_real(line, tally->square);
        rs_text_add(line, "]");
        comma = ",";
    }
    rs_text_add(line, "]");
}

static void put_real(rs_text *line, const char *name, double value)
{
    rs_text_printf(line, ",\"%s\":", name);
    rs_json_put_real(line, value);
}

void rs_result_put(const rs_trials *trials, const rs_result *result, rs_text *line)
{
    rs_text_printf(line, "{\"trial\":%zu,\"rung\":%zu,\"values\":", result->trial,
                   result->rung);
    rs_values_put(trials, result->trial, line);
    put_tallies(trials, result, line);
    rs_text_printf(line, ",\"bytes\":%llu,\"fits\":%llu,\"lists\":%llu",
                   (unsigned long long)result->bytes, (unsigned long long)result->fits,
                   (unsigned long long)result->lists);
    put_real(line, "fit_seconds", result->fit_seconds);
    put_real(line, "query_seconds", result->query_seconds);
    put_real(line, "seconds", result->seconds);
    rs_text_add(line, "}");
}

/* ---- reading --------------------------------------------------------------------- */

static int read_real(rs_json *json, double *value)
{
    rs_json_text text;
    return rs_json_value(json, &text) == RS_JSON_NUMBER &&
           rs_parse_real(text.data, text.size, value);
}

static int read_count(rs_json *json, uint64_t *value)
{
    rs_json_text text;
    int64_t number;
    if (rs_json_value(json, &text) != RS_JSON_NUMBER ||
        !rs_parse_int(text.data, text.size, &number) || number < 0)
        return 0;
    *value = (uint64_t)number;
    return 1;
}

static int read_tally(rs_json *json, const rs_trials *trials, rs_result *result)
{
    rs_json_text text;
    uint64_t split;
    rs_tally tally;
    if (rs_json_value(json, &text) != RS_JSON_ARRAY) return 0;
    int fine = rs_json_next_item(json) && read_count(json, &split) && split < trials->splits &&
               rs_json_next_item(json) && read_count(json, &tally.users) && tally.users > 0 &&
               rs_json_next_item(json) && read_real(json, &tally.sum) &&
               rs_json_next_item(json) && read_real(json, &tally.square) &&
               !rs_json_next_item(json);
    if (fine) result->tally[split] = tally;
    return fine;
}

static int read_tallies(rs_json *json, const rs_trials *trials, rs_result *result)
{
    rs_json_text text;
    if (rs_json_value(json, &text) != RS_JSON_ARRAY) return 0;
    while (rs_json_next_item(json))
        if (!read_tally(json, trials, result)) return 0;
    return 1;
}

static int is_key(const rs_json_text *key, const char *name)
{
    return key->size == strlen(name) && memcmp(key->data, name, key->size) == 0;
}

static int read_count_of(rs_json *json, const rs_json_text *key, rs_result *r, int *known)
{
    uint64_t trial = r->trial, rung = r->rung;
    const struct {
        const char *name;
        uint64_t *to;
    } counts[] = {{"trial", &trial},
                  {"rung", &rung},
                  {"bytes", &r->bytes},
                  {"fits", &r->fits},
                  {"lists", &r->lists}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (!is_key(key, counts[i].name)) continue;
        int fine = read_count(json, counts[i].to);
        r->trial = (size_t)trial;
        r->rung = (size_t)rung;
        *known = 1;
        return fine;
    }
    return 1;
}

static int read_real_of(rs_json *json, const rs_json_text *key, rs_result *r, int *known)
{
    const struct {
        const char *name;
        double *to;
    } reals[] = {{"fit_seconds", &r->fit_seconds},
                 {"query_seconds", &r->query_seconds},
                 {"seconds", &r->seconds}};
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        if (!is_key(key, reals[i].name)) continue;
        *known = 1;
        return read_real(json, reals[i].to);
    }
    return 1;
}

static int read_member(rs_json *json, const rs_trials *trials, const rs_json_text *key,
                       rs_result *result, const char **values, size_t *size)
{
    int known = 0;
    if (is_key(key, "values")) {
        const unsigned char *from = json->at;
        rs_json_skip(json);
        *values = (const char *)from;
        *size = (size_t)(json->at - from);
        return 1;
    }
    if (is_key(key, "results")) return read_tallies(json, trials, result);
    if (!read_count_of(json, key, result, &known)) return 0;
    if (!known && !read_real_of(json, key, result, &known)) return 0;
    if (!known) rs_json_skip(json);
    return 1;
}

int rs_result_read(const rs_trials *trials, const char *line, size_t size, rs_result *result,
                   const char **values, size_t *values_size)
{
    rs_json json;
    rs_json_text key;
    rs_tally *tally = result->tally;
    memset(tally, 0, trials->splits * sizeof *tally);
    *result = (rs_result){.trial = SIZE_MAX, .rung = SIZE_MAX, .tally = tally};
    *values = "";
    *values_size = 0;
    rs_json_begin(&json, trials->runtime, line, size);
    int fine = rs_json_value(&json, &key) == RS_JSON_OBJECT;
    while (fine && rs_json_next_key(&json, &key))
        fine = read_member(&json, trials, &key, result, values, values_size);
    fine = fine && rs_json_end(&json) && result->rung != SIZE_MAX;
    rs_json_free(&json);
    return fine;
}

/* ---- applying -------------------------------------------------------------------- */

void rs_result_apply(rs_trials *trials, const rs_result *result)
{
    rs_trial *trial = &trials->item[result->trial];
    rs_standing *standing = &trials->standing[result->trial];
    for (size_t s = 0; s < trials->splits; s++) {
        trial->tally[s].users += result->tally[s].users;
        trial->tally[s].sum += result->tally[s].sum;
        trial->tally[s].square += result->tally[s].square;
    }
    trial->bytes = result->bytes;
    trial->fits += result->fits;
    trial->lists += result->lists;
    trial->fit_seconds += result->fit_seconds;
    trial->query_seconds += result->query_seconds;
    trial->seconds += result->seconds;
    standing->value[result->rung] = rs_trial_value(trials, result->trial, NULL);
    standing->rungs++;
}
