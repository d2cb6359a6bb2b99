/* Where the numbers come from: data, protocol, systems; and how to have them again. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "protocol.h"
#include "put.h"
#include "sections.h"

/* ---- any JSON as rows of a table ------------------------------------------------- */

enum { DEEPEST = 4 }; /* objects inside objects that are shown */

static void put_value(rs_text *out, const cJSON *item)
{
    double number = cli_report_number(item);
    if (cJSON_IsString(item))
        cli_report_put_html(out, cJSON_GetStringValue(item));
    else if (cJSON_IsBool(item))
        rs_text_add(out, cJSON_IsTrue(item) ? "yes" : "no");
    else if (number >= 1000 && floor(number) >= number && strcmp(item->string, "seed") != 0)
        cli_report_put_count(out, number);
    else
        cli_report_put_short(out, number);
}

/* "bad_rows" is read as "bad rows", and what is inside an object as "scale, min". */
static void put_key(rs_text *out, const char *before, const char *name)
{
    rs_text key;
    rs_text_begin(&key, out->runtime);
    if (before[0] != '\0') rs_text_printf(&key, "%s, ", before);
    rs_text_add(&key, name);
    for (size_t i = 0; i < key.size; i++)
        if (key.data[i] == '_') key.data[i] = ' ';
    if (!key.failed) cli_report_put_html(out, key.data);
    out->failed |= key.failed;
    rs_text_free(&key);
}

static void put_rows(rs_text *out, const char *before, const cJSON *object, int depth)
{
    for (const cJSON *item = object->child; item != NULL; item = item->next) {
        if (cJSON_IsObject(item) && depth < DEEPEST)
            put_rows(out, item->string, item, depth + 1);
        if (cJSON_IsObject(item) || cJSON_IsArray(item) || cJSON_IsNull(item)) continue;
        rs_text_add(out, "<tr><th scope=\"row\">");
        put_key(out, before, item->string);
        rs_text_add(out, "</th><td>");
        put_value(out, item);
        rs_text_add(out, "</td></tr>\n");
    }
}

static void put_table(rs_text *out, const char *heading, const cJSON *object)
{
    if (object == NULL || object->child == NULL) return;
    rs_text_printf(out,
                   "<div><h3>%s</h3>\n<div class=\"scroll\"><table class=\"facts\"><tbody>\n",
                   heading);
    put_rows(out, "", object, 0);
    rs_text_add(out, "</tbody></table></div></div>\n");
}

/* ---- data and options ------------------------------------------------------------ */

static const char *kind_word(const char *kind)
{
    if (strcmp(kind, "config") == 0) return "trained with this configuration";
    if (strcmp(kind, "model") == 0) return "a trained model";
    if (strcmp(kind, "run") == 0) return "lists that were given";
    if (strcmp(kind, "popularity") == 0)
        return "the most popular movies, the same for everyone";
    return kind;
}

static void put_systems(cli_report *view)
{
    rs_text *out = view->out;
    rs_text_add(out, "<div><h3>Systems</h3>\n<div class=\"scroll\"><table><thead><tr>"
                     "<th scope=\"col\">System</th><th scope=\"col\">What it is</th>"
                     "<th scope=\"col\" class=\"num\">Runs</th></tr></thead>\n<tbody>\n");
    for (size_t s = 0; s < view->count; s++) {
        rs_text_printf(out, "<tr><th scope=\"row\"><b class=\"s%zu\">%c</b> ", s + 1,
                       (int)('A' + s));
        cli_report_put_html(out, view->systems[s].name);
        rs_text_add(out, "</th><td>");
        cli_report_put_html(out, kind_word(view->systems[s].kind));
        rs_text_printf(out, "</td><td class=\"num\">%zu</td></tr>\n", view->systems[s].runs);
    }
    rs_text_add(out, "</tbody></table></div></div>\n");
}

/* As the command line takes them: the keys are to be copied. */
static void put_options(cli_report *view, const cJSON *config)
{
    const cJSON *option = config == NULL ? NULL : config->child;
    if (option == NULL) return;
    rs_text_add(view->out, "<h3>Configuration</h3>\n<ul class=\"options\">\n");
    for (; option != NULL; option = option->next) {
        if (!cJSON_IsString(option)) continue;
        rs_text_add(view->out, "<li><code>");
        cli_report_put_html(view->out, option->string);
        rs_text_add(view->out, "=");
        cli_report_put_html(view->out, cJSON_GetStringValue(option));
        rs_text_add(view->out, "</code></li>\n");
    }
    rs_text_add(view->out, "</ul>\n");
}

void cli_report_origin(cli_report *view)
{
    const cJSON *ratings = cli_report_object(view->json, "ratings");
    const cJSON *catalogue = cli_report_object(view->json, "catalogue");
    const cJSON *protocol =
        view->count == 0 ? NULL : cli_report_object(view->systems[0].report, "protocol");
    if (ratings == NULL && catalogue == NULL && view->count == 0) return;
    cli_report_open(view, "data", "Data and configuration");
    rs_text_add(view->out, "<div class=\"columns\">\n");
    if (view->count > 0) put_systems(view);
    put_table(view->out, "Ratings", ratings);
    put_table(view->out, "Catalogue", catalogue);
    put_table(view->out, "Protocol", protocol);
    rs_text_add(view->out, "</div>\n");
    put_options(view, cli_report_object(view->json, "config"));
    cli_report_close(view);
}

/* ---- to have the numbers again --------------------------------------------------- */

static void put_command(cli_report *view)
{
    rs_text command;
    rs_text_begin(&command, view->out->runtime);
    cli_report_command(view, &command);
    if (command.size > 0) {
        rs_text_add(view->out, "<pre><code>");
        cli_report_put_html(view->out, command.data);
        rs_text_add(view->out, "</code></pre>\n");
    }
    view->out->failed |= command.failed;
    rs_text_free(&command);
}

/* `what` stands as it is; `run` NULL: the hash is of no run. */
static void put_hash(rs_text *out, const char *what, const cJSON *run, const char *hash)
{
    rs_text words;
    if (hash == NULL) return;
    rs_text_begin(&words, out->runtime);
    cli_report_run_words(run, &words);
    rs_text_printf(out, "<tr><th scope=\"row\">%s%s", what, words.size > 0 ? ", " : "");
    cli_report_put_words(out, &words, cli_report_put_html);
    rs_text_add(out, "</th><td><code>");
    cli_report_put_html(out, hash);
    rs_text_add(out, "</code></td></tr>\n");
}

static void put_run_hashes(rs_text *out, size_t system, const cJSON *run)
{
    const cJSON *report = cli_report_object(run, "report");
    char model[60];
    if (system == 0) put_hash(out, "Test data", run, cli_report_text(report, "data_hash"));
    snprintf(model, sizeof model, "Model <b class=\"s%zu\">%c</b>", system + 1,
             (int)('A' + system));
    put_hash(out, model, run, cli_report_text(report, "model_hash"));
}

static void put_hashes(cli_report *view)
{
    rs_text rows;
    rs_text_begin(&rows, view->out->runtime);
    put_hash(&rows, "Ratings", NULL,
             cli_report_text(cli_report_object(view->json, "ratings"), "hash"));
    for (size_t s = 0; s < view->count; s++) {
        const cJSON *run = cli_report_first(view->systems[s].json, "runs");
        for (; run != NULL; run = run->next) put_run_hashes(&rows, s, run);
    }
    if (rows.size > 0) {
        rs_text_add(view->out, "<details><summary>Hashes of data and models</summary>\n"
                               "<div class=\"scroll\"><table class=\"facts\"><tbody>\n");
        rs_text_add(view->out, rows.data);
        rs_text_add(view->out, "</tbody></table></div>\n</details>\n");
    }
    view->out->failed |= rows.failed;
    rs_text_free(&rows);
}

void cli_report_reproduce(cli_report *view)
{
    const cJSON *word = cli_report_first(view->json, "command");
    const char *version = cli_report_text(view->json, "version");
    if (word == NULL && version == NULL) return;
    cli_report_open(view, "reproduce", "How to reproduce");
    rs_text_add(view->out,
                "<p>The same command on the same files gives the same numbers to the "
                "last digit, on any machine and with any number of threads.");
    if (version != NULL) {
        rs_text_add(view->out, " These are of ");
        cli_report_put_html(view->out, version);
        rs_text_add(view->out, ".");
    }
    rs_text_add(view->out, "</p>\n");
    put_command(view);
    if (view->count > 0) put_hashes(view);
    cli_report_close(view);
}
