/* The chosen config as YAML, with the reasons as comments. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "common/table.h"
#include "report/put.h"
#include "tune.h"

enum { WIDTH = 96 };

/* Lines of a comment; frees the words. */
static void put_comment(rs_text *out, rs_text *words)
{
    rs_text lines;
    rs_text_begin(&lines, out->runtime);
    if (words->size > 0) cli_put_wrapped(&lines, words->data, 0, 0, WIDTH - 2);
    for (const char *at = lines.size > 0 ? lines.data : ""; *at != '\0';) {
        size_t span = strcspn(at, "\n");
        rs_text_add(out, "# ");
        rs_text_add_bytes(out, at, span);
        rs_text_add(out, "\n");
        at += span + (at[span] == '\n');
    }
    out->failed |= words->failed | lines.failed;
    rs_text_free(words);
    rs_text_free(&lines);
}

/* ---- reasons --------------------------------------------------------------------- */

static void put_search(const cli_tuning *t, rs_text *out)
{
    rs_text words;
    rs_text_begin(&words, out->runtime);
    rs_text_printf(&words, "Found by recsys-tune %s: ", RECSYS_VERSION_STRING);
    cli_put_count(&words, t->state.trials - 1, "config");
    rs_text_printf(&words, " tried by %s on ", t->metric);
    cli_put_count(&words, t->state.splits, "split");
    rs_text_printf(&words, " %s of ",
                   t->given->split != NULL ? t->given->split : "user-random:0.2");
    cli_put_ratings(&words, recsys_ratings_count(t->given->inputs.ratings),
                    recsys_ratings_movies(t->given->inputs.ratings),
                    recsys_ratings_users(t->given->inputs.ratings));
    rs_text_printf(&words, " (%.12s); %zu of them and the given one judged on everything.",
                   recsys_ratings_hash(t->given->inputs.ratings), t->state.complete - 1);
    put_comment(out, &words);
}

static void put_key(const cli_tuning *t, const cli_tune_key *key, rs_text *out)
{
    rs_text words;
    rs_text_begin(&words, out->runtime);
    rs_text_printf(&words, "%s: %s, was %s", key->key, key->after, key->before);
    if (!isnan(key->importance)) {
        rs_text_add(&words, "; it goes with ");
        cli_report_put_percent(&words, key->importance, 0);
        rs_text_add(&words, " of what trials differ by");
    }
    (void)t;
    put_comment(out, &words);
}

static void put_reasons(const cli_tuning *t, rs_text *out)
{
    rs_text words;
    put_search(t, out);
    rs_text_begin(&words, out->runtime);
    if (t->state.best > 0) rs_text_printf(&words, "Best: trial %zu. ", t->state.best);
    cli_tune_put_gain(t, &words);
    put_comment(out, &words);
    rs_text_begin(&words, out->runtime);
    if (t->state.chosen > 0 && t->given->test != NULL) rs_text_add(&words, "Test ratings: ");
    cli_tune_put_test(t, &words);
    put_comment(out, &words);
    if (t->state.best == 0) return;
    rs_text_begin(&words, out->runtime);
    rs_text_add(&words, t->state.chosen > 0 ? "Changed, what mattered most first:"
                                            : "The best would have had:");
    put_comment(out, &words);
    for (size_t k = 0; k < recsys_space_count(t->space); k++)
        if (strcmp(t->keys[k].before, t->keys[k].after) != 0) put_key(t, &t->keys[k], out);
}

/* ---- options --------------------------------------------------------------------- */

/* Bytes up to and with the last dot that both keys share. */
static size_t shared_sections(const char *a, const char *b)
{
    size_t shared = 0;
    for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++)
        if (a[i] == '.') shared = i + 1;
    return shared;
}

/* Open the sections of a key that are not open since `before`, then its name. */
static void put_name(rs_text *out, const char *key, const char *before)
{
    size_t at = shared_sections(key, before), depth = 0;
    for (size_t i = 0; i < at; i++) depth += key[i] == '.';
    for (;;) {
        size_t span = strcspn(key + at, ".");
        rs_text_printf(out, "%*s%.*s:", (int)(2 * depth++), "", (int)span, key + at);
        if (key[at + span] == '\0') return;
        rs_text_add(out, "\n");
        at += span + 1;
    }
}

/* All that makes a model, and what else was given. */
static int is_told(const recsys_config *config, const recsys_option *option)
{
    return option->stage == RECSYS_STAGE_FIT || option->stage == RECSYS_STAGE_QUERY ||
           recsys_config_is_set(config, option->key);
}

static void put_options(const recsys_config *config, const recsys_config *given, rs_text *out)
{
    const char *before = "";
    for (size_t i = 0; i < recsys_config_option_count(config); i++) {
        const recsys_option *option = recsys_config_option(config, i);
        const char *value = recsys_config_get(config, option->key);
        const char *was = recsys_config_get(given, option->key);
        if (!is_told(config, option)) continue;
        put_name(out, option->key, before);
        rs_text_add(out, " ");
        if (option->type == RECSYS_OPTION_TEXT)
            rs_json_put_string(out, value, strlen(value));
        else
            rs_text_add(out, value);
        if (strcmp(value, was) != 0) rs_text_printf(out, " # was %s", was);
        rs_text_add(out, "\n");
        before = option->key;
    }
}

int cli_tune_config(cli_tuning *t, rs_text *out)
{
    cli_session *s = &t->session;
    recsys_config *chosen = NULL;
    if (recsys_tuning_config(&chosen, t->tuning, t->state.chosen, &s->err) != RECSYS_OK)
        return cli_failed(s);
    put_reasons(t, out);
    put_options(chosen, s->config, out);
    recsys_config_destroy(chosen);
    return CLI_GO_ON;
}
