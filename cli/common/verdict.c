#include "verdict.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "manifest.h"

enum { MOST_BYTES = 1 << 20 };

char *cli_verdict_path(recsys_runtime *memory, const char *folder, const char *model,
                       const char *hash)
{
    rs_text path;
    rs_text_begin(&path, memory);
    const char *slash = folder == NULL ? strrchr(model, '/') : NULL;
    if (folder != NULL)
        rs_text_printf(&path, "%s/", folder);
    else if (slash != NULL)
        rs_text_add_bytes(&path, model, (size_t)(slash - model) + 1);
    rs_text_printf(&path, "%s.verdict.json", hash);
    return rs_text_take(&path);
}

/* ---- what is wrong --------------------------------------------------------------- */

static void settle(cli_verdict *v, cli_verdict_state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void settle(cli_verdict *v, cli_verdict_state state, const char *format, ...)
{
    va_list arguments;
    v->state = state;
    va_start(arguments, format);
    vsnprintf(v->problem, sizeof v->problem, format, arguments);
    va_end(arguments);
}

/* A key that stands twice in one object, of which readers would take one or the other. */
static const char *key_given_twice(const cJSON *json)
{
    const cJSON *item;
    const char *found = NULL;
    cJSON_ArrayForEach(item, json)
    {
        for (const cJSON *other = item->next; item->string != NULL && other != NULL;
             other = other->next)
            if (strcmp(item->string, other->string) == 0) return item->string;
        if (found == NULL) found = key_given_twice(item);
    }
    return found;
}

static void judge_rule(cli_verdict *v, const cJSON *rule)
{
    const cJSON *passed = cli_manifest_at(rule, "passed");
    const char *name = cli_manifest_text(rule, "name");
    if (!cJSON_IsBool(passed))
        settle(v, CLI_VERDICT_DAMAGED, "\"passed\" of the rule \"%.80s\" is not true or false",
               name);
    else if (cJSON_IsFalse(passed) && v->state == CLI_VERDICT_PASSED)
        settle(v, CLI_VERDICT_FAILED, "the rule \"%.80s\" did not pass", name);
}

static void judge_rules(cli_verdict *v)
{
    const cJSON *rule, *rules = cli_manifest_at(v->json, "rules");
    if (!cJSON_IsArray(rules) || cJSON_GetArraySize(rules) == 0) {
        settle(v, CLI_VERDICT_DAMAGED, "it has no rules");
        return;
    }
    cJSON_ArrayForEach(rule, rules)
    {
        if (v->state != CLI_VERDICT_DAMAGED) judge_rule(v, rule);
    }
}

static void judge(cli_verdict *v, const char *hash)
{
    const cJSON *passed = cli_manifest_at(v->json, "passed");
    const char *named = cli_manifest_text(v->json, "model_hash");
    const char *twice = key_given_twice(v->json);
    v->is_listed = strcmp(cli_manifest_text(v->json, "protocol.candidates"), "listed") == 0;
    v->state = CLI_VERDICT_PASSED;
    if (twice != NULL)
        settle(v, CLI_VERDICT_DAMAGED, "it has the key \"%.80s\" twice", twice);
    else if (named[0] == '\0')
        settle(v, CLI_VERDICT_DAMAGED, "it does not say which model it is about");
    else if (strcmp(named, hash) != 0)
        settle(v, CLI_VERDICT_DAMAGED, "it is about another model, of hash %.64s", named);
    else if (!cJSON_IsBool(passed))
        settle(v, CLI_VERDICT_DAMAGED, "\"passed\" is not true or false");
    else
        judge_rules(v);
    if (v->state == CLI_VERDICT_PASSED && cJSON_IsFalse(passed))
        settle(v, CLI_VERDICT_FAILED, "the gate did not pass, though every rule did");
    else if (v->state == CLI_VERDICT_PASSED && v->is_listed)
        settle(v, CLI_VERDICT_FAILED, "it was judged on listed candidates, not on all movies");
}

/* ---- the file -------------------------------------------------------------------- */

static void parse(cli_verdict *v, recsys_runtime *memory, const rs_bytes *bytes)
{
    size_t offset = 0, size = bytes->size;
    const char *text = (const char *)bytes->data;
    const char *problem = rs_json_check(memory, text, size, &offset);
    if (problem != NULL) {
        settle(v, CLI_VERDICT_DAMAGED, "not JSON at byte %zu: %s", offset, problem);
        return;
    }
    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r')) size--;
    rs_text_add_bytes(&v->text, text, size);
    v->json = cJSON_ParseWithLength(text, size);
    if (v->json == NULL || v->text.failed)
        settle(v, CLI_VERDICT_DAMAGED, "it cannot be taken in: out of memory");
}

void cli_verdict_read(cli_verdict *v, recsys_runtime *memory, const char *model,
                      const char *hash)
{
    rs_bytes bytes;
    struct stat about;
    recsys_error err = RECSYS_ERROR_INIT;
    *v = (cli_verdict){.state = CLI_VERDICT_NONE};
    rs_text_begin(&v->text, memory);
    v->path = cli_verdict_path(memory, NULL, model, hash);
    if (v->path == NULL) {
        settle(v, CLI_VERDICT_DAMAGED, "it cannot be looked for: out of memory");
        return;
    }
    if (lstat(v->path, &about) != 0 && errno == ENOENT) return;
    if (stat(v->path, &about) == 0 && (!S_ISREG(about.st_mode) || about.st_size > MOST_BYTES)) {
        settle(v, CLI_VERDICT_DAMAGED, "it is no file of at most %d bytes", MOST_BYTES);
        return;
    }
    if (rs_bytes_open(&bytes, memory, v->path, &err) != RECSYS_OK) {
        settle(v, CLI_VERDICT_DAMAGED, "%.200s", err.text);
        return;
    }
    parse(v, memory, &bytes);
    rs_bytes_close(&bytes);
    if (v->state != CLI_VERDICT_DAMAGED) judge(v, hash);
}

const char *cli_verdict_state_name(cli_verdict_state state)
{
    static const char *const names[] = {"none", "passed", "failed", "damaged"};
    return names[state];
}

int cli_verdict_is_plain(const cli_verdict *v)
{
    const cJSON *passed = cli_manifest_at(v->json, "passed");
    return (v->state == CLI_VERDICT_PASSED && cJSON_IsTrue(passed)) ||
           (v->state == CLI_VERDICT_FAILED && cJSON_IsFalse(passed));
}

void cli_verdict_free(cli_verdict *v)
{
    cJSON_Delete(v->json);
    rs_free(v->text.runtime, v->path);
    rs_text_free(&v->text);
}
