/* Values as text: checked against their row, made canonical, or refused with what would do. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/config.h"
#include "config/store.h"

/* ---- messages -------------------------------------------------------------------- */

/* A value as a message may show it: short, on one line. */
typedef struct shown {
    char text[72];
} shown;

static shown show(const char *value, size_t size)
{
    enum { MOST = 60 };
    shown s;
    size_t n = 0;
    for (; n < size && n < MOST; n++) {
        unsigned char c = (unsigned char)value[n];
        s.text[n] = (char)(c < 0x20 || c == 0x7f ? '?' : c);
    }
    while (n > 0 && n < size && ((unsigned char)value[n] & 0xc0) == 0x80) n--;
    memcpy(s.text + n, n < size ? "..." : "", n < size ? 4 : 1);
    return s;
}

static recsys_status bad_number(const recsys_option *option, const char *where,
                                const char *value, size_t size, recsys_error *err)
{
    char low[32], high[32];
    rs_format_real(low, option->min);
    rs_format_real(high, option->max);
    return rs_fail(err, RECSYS_E_CONFIG, "%s%s: \"%s\" is not %s within [%s, %s]", where,
                   option->key, show(value, size).text,
                   option->type == RECSYS_OPTION_INT ? "an integer" : "a number", low, high);
}

/* ---- each type ------------------------------------------------------------------- */

static recsys_status parse_number(const recsys_option *option, const char *where,
                                  const char *value, size_t size, char buffer[32],
                                  recsys_error *err)
{
    int64_t whole = 0;
    double real = 0;
    int integer = option->type == RECSYS_OPTION_INT;
    int fine = integer ? rs_parse_int(value, size, &whole) : rs_parse_real(value, size, &real);
    if (integer) real = (double)whole;
    if (!fine || real < option->min || real > option->max)
        return bad_number(option, where, value, size, err);
    if (integer)
        snprintf(buffer, 32, "%lld", (long long)whole);
    else
        rs_format_real(buffer, real == 0 ? 0 : real); /* no minus zero */
    return RECSYS_OK;
}

size_t rs_option_choice(const char *choices, const char *word, size_t size)
{
    for (size_t i = 0;; i++) {
        size_t span = strcspn(choices, "|");
        if (span == size && memcmp(choices, word, size) == 0) return i;
        if (choices[span] == '\0') return SIZE_MAX;
        choices += span + 1;
    }
}

static recsys_status check_word(const recsys_option *option, const char *where,
                                const char *value, size_t size, recsys_error *err)
{
    const char *choices = option->type == RECSYS_OPTION_BOOL ? "true|false" : option->choices;
    if (rs_option_choice(choices, value, size) != SIZE_MAX) return RECSYS_OK;
    return rs_fail(err, RECSYS_E_CONFIG, "%s%s: \"%s\" is not one of %s", where, option->key,
                   show(value, size).text, choices);
}

static recsys_status check_text(const recsys_option *option, const char *where,
                                const char *value, size_t size, recsys_error *err)
{
    if (memchr(value, 0, size) == NULL && rs_utf8_valid(value, size)) return RECSYS_OK;
    return rs_fail(err, RECSYS_E_CONFIG, "%s%s: \"%s\" is not UTF-8 text without zero bytes",
                   where, option->key, show(value, size).text);
}

recsys_status rs_option_parse(const recsys_option *option, recsys_runtime *runtime,
                              const char *where, const char *value, size_t size,
                              char **canonical, recsys_error *err)
{
    char buffer[32];
    recsys_status status = RECSYS_OK;
    switch (option->type) {
    case RECSYS_OPTION_INT:
    case RECSYS_OPTION_REAL:
        status = parse_number(option, where, value, size, buffer, err);
        value = buffer;
        break;
    case RECSYS_OPTION_BOOL:
    case RECSYS_OPTION_CHOICE: status = check_word(option, where, value, size, err); break;
    case RECSYS_OPTION_TEXT: status = check_text(option, where, value, size, err); break;
    }
    if (status != RECSYS_OK) return status;
    if (value == buffer) size = strlen(buffer);
    char *made = rs_array(runtime, size + 1, 1);
    if (made == NULL) return rs_fail_memory(err, option->key);
    memcpy(made, value, size);
    made[size] = '\0';
    *canonical = made;
    return RECSYS_OK;
}

/* ---- unknown keys ---------------------------------------------------------------- */

static const char *last_part(const char *key)
{
    const char *dot = strrchr(key, '.');
    return dot == NULL ? key : dot + 1;
}

/* How far `known` is from what was written: a slip anywhere, or the right name in the wrong
 * section. Beyond the limit: SIZE_MAX. */
static size_t how_far(const char *key, const char *known)
{
    size_t limit = strlen(key) / 4 + 1, far = rs_edit_distance(key, known, limit);
    if (far <= limit) return far;
    const char *name = last_part(key);
    limit = strlen(name) / 5;
    far = rs_edit_distance(name, last_part(known), limit);
    return far <= limit ? 1000 + far : SIZE_MAX;
}

static void keep_nearest(const char *key, const char *known, size_t *best, char *nearest)
{
    size_t far = how_far(key, known);
    if (far >= *best) return;
    *best = far;
    snprintf(nearest, RS_KEY_SIZE, "%s", known);
}

/* The nearest known key, or (`section`) the nearest section that holds keys. */
static void find_nearest(const recsys_config *config, const char *key, int section,
                         char nearest[RS_KEY_SIZE])
{
    size_t best = SIZE_MAX;
    nearest[0] = '\0';
    for (size_t i = 0; i < rs_option_count(config); i++) {
        const char *known = rs_option_at(config, i)->key;
        char prefix[RS_KEY_SIZE];
        if (!section) {
            keep_nearest(key, known, &best, nearest);
            continue;
        }
        for (const char *dot = strchr(known, '.'); dot != NULL; dot = strchr(dot + 1, '.')) {
            snprintf(prefix, sizeof prefix, "%.*s", (int)(dot - known), known);
            keep_nearest(key, prefix, &best, nearest);
        }
    }
}

recsys_status rs_option_unknown(const recsys_config *config, const char *where, const char *key,
                                int section, recsys_error *err)
{
    char nearest[RS_KEY_SIZE];
    find_nearest(config, key, section, nearest);
    return rs_fail(err, RECSYS_E_CONFIG, "%s%s: unknown %s%s%s%s", where,
                   show(key, strlen(key)).text, section ? "section" : "key",
                   nearest[0] != '\0' ? ", did you mean " : "", nearest,
                   nearest[0] != '\0' ? "?" : "");
}
