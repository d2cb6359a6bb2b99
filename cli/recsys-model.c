/* recsys-model: what is inside a model, is it whole, how do two differ, newer ratings into it,
 * which options are there. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/inputs.h"
#include "common/manifest.h"
#include "common/optiontable.h"
#include "common/table.h"
#include "common/update.h"
#include "common/verdict.h"

typedef struct arguments {
    cli_list operands; /* the command and what it is about */
    const char *level;
    int markdown, exit_code;
    cli_update update;
    cli_flags flags;
} arguments;

typedef struct inspection {
    cli_session session;
    const arguments *given;
    recsys_model *model[2];
    cJSON *manifest[2];
    rs_text out;
} inspection;

/* ---- opening --------------------------------------------------------------------- */

static int open_model(inspection *x, size_t i)
{
    cli_session *s = &x->session;
    const char *path = x->given->operands.items[1 + i];
    if (recsys_model_open(&x->model[i], s->runtime, path, &s->err) != RECSYS_OK)
        return cli_failed(s);
    const char *manifest = recsys_model_manifest(x->model[i]);
    x->manifest[i] = cli_manifest_parse(s, path, manifest, strlen(manifest));
    return x->manifest[i] != NULL ? CLI_GO_ON : CLI_FAILED;
}

static recsys_config *config_of(inspection *x, size_t i)
{
    return cli_model_config(&x->session, x->given->operands.items[1 + i], x->model[i]);
}

/* ---- info ------------------------------------------------------------------------ */

/* "2018-09-24 14:27 UTC" from milliseconds */
static void put_time(double milliseconds, rs_text *out)
{
    char text[64];
    struct tm parts;
    time_t seconds = (time_t)(milliseconds / 1000);
    if (!(fabs(milliseconds) < 1e15) || gmtime_r(&seconds, &parts) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts) == 0)
        return;
    rs_text_printf(out, ", the newest of %s", text);
}

static void put_data(const inspection *x, rs_text *out)
{
    const recsys_model *model = x->model[0];
    const cJSON *manifest = x->manifest[0];
    recsys_scale scale = RECSYS_SCALE_INIT;
    recsys_model_scale(model, &scale);
    double rated = cli_manifest_real(manifest, "data.movies_rated");
    uint64_t movies = recsys_model_movies(model);
    uint64_t unrated = rated >= 0 && rated <= (double)movies ? movies - (uint64_t)rated : 0;
    rs_text_add(out, "Data       ");
    cli_put_ratings(out, recsys_model_ratings(model), movies - unrated,
                    recsys_model_users(model));
    if (unrated > 0) {
        rs_text_add(out, "; ");
        cli_put_count(out, unrated, "more movie");
        rs_text_add(out, " without ratings");
    }
    rs_text_add(out, "\n           ");
    cli_put_float(out, scale.min);
    rs_text_add(out, " to ");
    cli_put_float(out, scale.max);
    if (scale.step > 0) {
        rs_text_add(out, " in steps of ");
        cli_put_float(out, scale.step);
    }
    double newest = cli_manifest_real(manifest, "data.newest");
    if (newest > 0) put_time(newest, out);
    rs_text_add(out, "\n           hash ");
    cli_put_clean(out, cli_manifest_text(manifest, "data.hash"));
    rs_text_add(out, "\n");
}

/* The names of those that an update changes by what is new alone, or of the others. */
static void put_names(const cJSON *sources, int follow, rs_text *out)
{
    const cJSON *source;
    size_t shown = 0;
    cJSON_ArrayForEach(source, sources)
    {
        const char *name = cJSON_GetStringValue(source);
        if (name == NULL) continue;
        if ((strcmp(name, "user_cf") == 0 || strcmp(name, "popularity") == 0) != follow)
            continue;
        if (shown++ > 0) rs_text_add(out, follow ? " and " : ", ");
        cli_put_clean(out, name);
    }
}

static void put_updates(const cJSON *sources, rs_text *out)
{
    rs_text_add(out, "Updates    ");
    put_names(sources, 1, out);
    rs_text_add(out, " follow newer ratings exactly;\n           ");
    put_names(sources, 0, out);
    rs_text_add(out, " and fusion are made anew, or with --keep\n"
                     "           stay as they are until the next training\n");
}

static void put_sources(inspection *x, rs_text *out)
{
    const cJSON *source, *sources = cli_manifest_at(x->manifest[0], "sources");
    rs_text_add(out, "Sources    ");
    size_t shown = 0;
    cJSON_ArrayForEach(source, sources)
    {
        const char *name = cJSON_GetStringValue(source);
        if (shown++ > 0) rs_text_add(out, ", ");
        cli_put_clean(out, name != NULL ? name : "?");
    }
    rs_text_add(out, "\n");
    recsys_config *config = config_of(x, 0);
    cli_put_ease(x->manifest[0], 11, out);
    cli_put_ials(x->manifest[0], 11, out);
    cli_put_fusion(x->manifest[0], cli_config_fusion(config), 11, out);
    cli_put_stale(x->manifest[0], 11, out);
    put_updates(sources, out);
    recsys_config_destroy(config);
}

/* What an older or another program left out has a dash. */
static void put_value(double value, int decimals, cli_table *table)
{
    char number[64];
    cli_table_cell(table, isnan(value) ? "-" : cli_fixed(number, value, decimals));
}

static void put_rule(const cJSON *rule, cli_table *table)
{
    cli_table_cell(table, cJSON_IsTrue(cli_manifest_at(rule, "passed")) ? "passed" : "FAILED");
    cli_table_cell(table, cli_manifest_text(rule, "name"));
    double value = cli_manifest_real(rule, "value"), bound = cli_manifest_real(rule, "bound");
    int decimals = fabs(value) > 1 || fabs(bound) > 1 ? 0 : 4;
    put_value(value, decimals, table);
    cli_table_cell(table, cli_manifest_text(rule, "relation"));
    put_value(bound, decimals, table);
}

static void put_rules(const inspection *x, const cli_verdict *v, rs_text *out)
{
    const cJSON *rule;
    cli_table table;
    cli_table_begin(&table, x->session.memory, "llrlr", 11);
    cJSON_ArrayForEach(rule, cli_manifest_at(v->json, "rules")) put_rule(rule, &table);
    cli_table_end(&table, out);
}

/* The gate's word is passed on only where nothing speaks against it. */
static void put_gate(const cli_verdict *v, rs_text *out)
{
    double k = cli_manifest_real(v->json, "gate.k");
    if (cli_verdict_is_plain(v)) {
        rs_text_add(out, v->state == CLI_VERDICT_PASSED ? "the quality gate passed"
                                                        : "the quality gate FAILED");
        if (k > 0) rs_text_printf(out, " at K = %.0f", k);
        if (v->is_listed) rs_text_add(out, ", judged on listed candidates");
    } else {
        rs_text_add(out, "not passed: ");
        cli_put_clean(out, v->problem);
    }
    rs_text_add(out, "\n");
}

static void put_verdict(const inspection *x, const cli_verdict *v, rs_text *out)
{
    rs_text_add(out, "Verdict    ");
    if (v->state == CLI_VERDICT_NONE) {
        rs_text_add(out, "none beside the model (recsys-eval writes one)\n");
    } else if (v->state == CLI_VERDICT_DAMAGED) {
        rs_text_add(out, "damaged: ");
        cli_put_clean(out, v->problem);
        rs_text_add(out, "\n");
    } else {
        put_gate(v, out);
        put_rules(x, v, out);
    }
}

static void put_sections(const inspection *x, rs_text *out)
{
    cli_table table;
    char number[32];
    cli_table_begin(&table, x->session.memory, "lrll", 11);
    for (size_t i = 0; i < recsys_model_section_count(x->model[0]); i++) {
        recsys_section section = RECSYS_SECTION_INIT;
        if (!recsys_model_section(x->model[0], i, &section)) continue;
        cli_table_cell(&table, section.name);
        cli_table_cell(&table, cli_size(number, section.size));
        cli_table_cellf(&table, "%08x", section.checksum);
        cli_table_cell(&table, section.required ? "" : "optional");
    }
    cli_table_end(&table, out);
}

static void put_config(const inspection *x, rs_text *out)
{
    const char *yaml = recsys_model_config(x->model[0]);
    rs_text_add(out, "Config\n");
    while (*yaml != '\0') {
        size_t size = strcspn(yaml, "\n");
        char line[512];
        snprintf(line, sizeof line, "%.*s", (int)(size < 511 ? size : 511), yaml);
        rs_text_add(out, "           ");
        cli_put_clean(out, line);
        rs_text_add(out, "\n");
        yaml += size + (yaml[size] == '\n');
    }
}

static void put_info(inspection *x, const cli_verdict *v, rs_text *out)
{
    const recsys_model *model = x->model[0];
    rs_text_add(out, "Model      ");
    cli_put_clean(out, x->given->operands.items[1]);
    rs_text_add(out, ", written by librecsys ");
    cli_put_clean(out, cli_manifest_text(x->manifest[0], "library"));
    rs_text_printf(out, "\n           hash %s\n", recsys_model_hash(model));
    put_data(x, out);
    put_sources(x, out);
    put_verdict(x, v, out);
    rs_text_printf(out, "Kernels    %s, here and now\n",
                   recsys_runtime_isa(x->session.runtime));
    rs_text_add(out, "Sections\n");
    put_sections(x, out);
    put_config(x, out);
}

static void put_info_json(inspection *x, const cli_verdict *v, rs_text *out)
{
    const recsys_model *model = x->model[0];
    cli_json json;
    cli_json_begin(&json, out, 1);
    cli_json_object(&json, NULL);
    cli_json_text(&json, "path", x->given->operands.items[1]);
    cli_json_text(&json, "hash", recsys_model_hash(model));
    cli_json_count(&json, "users", recsys_model_users(model));
    cli_json_count(&json, "movies", recsys_model_movies(model));
    cli_json_count(&json, "ratings", recsys_model_ratings(model));
    cli_json_text(&json, "isa", recsys_runtime_isa(x->session.runtime));
    cli_json_raw(&json, "manifest", recsys_model_manifest(model));
    cli_json_text(&json, "config", recsys_model_config(model));
    cli_json_array(&json, "sections");
    for (size_t i = 0; i < recsys_model_section_count(model); i++) {
        recsys_section section = RECSYS_SECTION_INIT;
        if (!recsys_model_section(model, i, &section)) continue;
        cli_json_object(&json, NULL);
        cli_json_text(&json, "name", section.name);
        cli_json_count(&json, "size", section.size);
        cli_json_count(&json, "checksum", section.checksum);
        cli_json_bool(&json, "required", section.required);
        cli_json_close(&json, '}');
    }
    cli_json_close(&json, ']');
    cli_json_text(&json, "verdict_state", cli_verdict_state_name(v->state));
    cli_json_text(&json, "verdict_problem", v->problem[0] != '\0' ? v->problem : NULL);
    cli_json_raw(&json, "verdict", cli_verdict_is_plain(v) ? v->text.data : "null");
    cli_json_close(&json, '}');
}

static int info(inspection *x)
{
    cli_verdict v;
    int outcome = open_model(x, 0);
    if (outcome != CLI_GO_ON) return outcome;
    cli_verdict_read(&v, x->session.memory, x->given->operands.items[1],
                     recsys_model_hash(x->model[0]));
    (x->given->flags.json ? put_info_json : put_info)(x, &v, &x->out);
    cli_verdict_free(&v);
    return cli_write(&x->session, &x->out);
}

/* ---- validate -------------------------------------------------------------------- */

static int validate(inspection *x)
{
    cli_session *s = &x->session;
    const char *path = x->given->operands.items[1], *level = x->given->level;
    int full = level == NULL || strcmp(level, "full") == 0;
    if (!full && strcmp(level, "checksums") != 0)
        return cli_usage_error(s->program, "--level \"%s\" is not one of checksums, full",
                               level);
    int outcome = open_model(x, 0);
    if (outcome != CLI_GO_ON) return outcome;
    if (recsys_model_validate(x->model[0],
                              full ? RECSYS_VALIDATE_FULL : RECSYS_VALIDATE_CHECKSUMS,
                              &s->err) != RECSYS_OK)
        return cli_failed(s);
    if (x->given->flags.json) {
        cli_json json;
        cli_json_begin(&json, &x->out, 1);
        cli_json_object(&json, NULL);
        cli_json_text(&json, "path", path);
        cli_json_text(&json, "hash", recsys_model_hash(x->model[0]));
        cli_json_text(&json, "level", full ? "full" : "checksums");
        cli_json_bool(&json, "valid", 1);
        cli_json_close(&json, '}');
    } else {
        cli_put_clean(&x->out, path);
        rs_text_add(&x->out, full ? ": valid\n" : ": checksums are right\n");
    }
    return cli_write(s, &x->out);
}

/* ---- diff ------------------------------------------------------------------------ */

/* What two models have under one name; NULL: missing. */
typedef struct difference {
    const char *kind, *name;
    const char *a, *b;
} difference;

/* Where differences go: a table or JSON. */
typedef struct differences {
    cli_table table;
    cli_json json;
    int as_json;
    size_t count;
} differences;

static void put_difference(differences *d, difference it)
{
    d->count++;
    if (d->as_json) {
        cli_json_object(&d->json, NULL);
        cli_json_text(&d->json, "kind", it.kind);
        cli_json_text(&d->json, "name", it.name);
        cli_json_text(&d->json, "a", it.a);
        cli_json_text(&d->json, "b", it.b);
        cli_json_close(&d->json, '}');
        return;
    }
    cli_table_cell(&d->table, it.kind);
    cli_table_cell(&d->table, it.name);
    cli_table_cell(&d->table, it.a != NULL ? it.a : "-");
    cli_table_cell(&d->table, it.b != NULL ? it.b : "-");
}

static void compare_hash(differences *d, const char *kind, const char *name, const char *a,
                         const char *b)
{
    char left[16], right[16];
    if (strcmp(a, b) == 0) return;
    snprintf(left, sizeof left, "%.12s", a);
    snprintf(right, sizeof right, "%.12s", b);
    put_difference(d, d->as_json ? (difference){kind, name, a, b}
                                 : (difference){kind, name, left, right});
}

static void compare_text(differences *d, const char *kind, const char *name, const char *a,
                         const char *b)
{
    if (a != b && (a == NULL || b == NULL || strcmp(a, b) != 0))
        put_difference(d, (difference){kind, name, a, b});
}

static void compare_count(differences *d, const char *name, uint64_t a, uint64_t b)
{
    char left[32], right[32];
    compare_text(d, "count", name, cli_count(left, a), cli_count(right, b));
}

static void compare_configs(inspection *x, differences *d)
{
    recsys_config *a = config_of(x, 0), *b = a == NULL ? NULL : config_of(x, 1);
    for (size_t i = 0; b != NULL && i < recsys_config_option_count(a); i++) {
        const char *key = recsys_config_option(a, i)->key;
        compare_text(d, "config", key, recsys_config_get(a, key), recsys_config_get(b, key));
    }
    recsys_config_destroy(a);
    recsys_config_destroy(b);
}

/* "1.2 MiB, 0badf00d"; NULL if the model has no section of this name. */
static const char *section_text(const recsys_model *model, const char *name, char buffer[64])
{
    char size[32];
    recsys_section section = RECSYS_SECTION_INIT;
    for (size_t i = 0; recsys_model_section(model, i, &section); i++) {
        if (strcmp(section.name, name) != 0) continue;
        snprintf(buffer, 64, "%s, %08x", cli_size(size, section.size), section.checksum);
        return buffer;
    }
    return NULL;
}

static void compare_sections(inspection *x, differences *d)
{
    char left[64], right[64];
    recsys_section section = RECSYS_SECTION_INIT;
    for (size_t i = 0; recsys_model_section(x->model[0], i, &section); i++)
        compare_text(d, "section", section.name, section_text(x->model[0], section.name, left),
                     section_text(x->model[1], section.name, right));
    for (size_t i = 0; recsys_model_section(x->model[1], i, &section); i++)
        if (section_text(x->model[0], section.name, left) == NULL)
            compare_text(d, "section", section.name, NULL,
                         section_text(x->model[1], section.name, right));
}

static void compare(inspection *x, differences *d)
{
    static const char *const paths[] = {"library", "fusion.chosen"};
    const recsys_model *a = x->model[0], *b = x->model[1];
    compare_hash(d, "model", "hash", recsys_model_hash(a), recsys_model_hash(b));
    compare_hash(d, "manifest", "data.hash", cli_manifest_text(x->manifest[0], "data.hash"),
                 cli_manifest_text(x->manifest[1], "data.hash"));
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        compare_text(d, "manifest", paths[i], cli_manifest_text(x->manifest[0], paths[i]),
                     cli_manifest_text(x->manifest[1], paths[i]));
    compare_count(d, "users", recsys_model_users(a), recsys_model_users(b));
    compare_count(d, "movies", recsys_model_movies(a), recsys_model_movies(b));
    compare_count(d, "ratings", recsys_model_ratings(a), recsys_model_ratings(b));
    compare_configs(x, d);
    compare_sections(x, d);
}

static int diff(inspection *x)
{
    differences d = {.as_json = x->given->flags.json};
    int outcome = open_model(x, 0);
    if (outcome == CLI_GO_ON) outcome = open_model(x, 1);
    if (outcome != CLI_GO_ON) return outcome;
    if (d.as_json) {
        cli_json_begin(&d.json, &x->out, 1);
        cli_json_array(&d.json, NULL);
        compare(x, &d);
        cli_json_close(&d.json, ']');
    } else {
        cli_table_begin(&d.table, x->session.memory, "llll", 0);
        compare(x, &d);
        cli_table_end(&d.table, &x->out);
        if (d.count == 0) rs_text_add(&x->out, "the models are the same\n");
    }
    outcome = cli_write(&x->session, &x->out);
    if (outcome == CLI_OK && d.count > 0 && x->given->exit_code) return CLI_DIFFER;
    return outcome;
}

/* ---- update ---------------------------------------------------------------------- */

static int update(inspection *x)
{
    return cli_update_run(&x->session, &x->given->update, x->given->operands.items[1]);
}

/* ---- options --------------------------------------------------------------------- */

static int list_options(inspection *x)
{
    const cli_list *operands = &x->given->operands;
    const char *match = operands->count > 1 ? operands->items[1] : NULL;
    size_t found = x->given->flags.json ? cli_options_json(match, &x->out)
                   : x->given->markdown ? cli_options_markdown(match, &x->out)
                                        : cli_options_text(match, &x->out);
    if (found == 0)
        return cli_error(x->session.program, "no option has \"%s\" in its key",
                         match != NULL ? match : "");
    return cli_write(&x->session, &x->out);
}

/* ---- command line ---------------------------------------------------------------- */

typedef struct command {
    const char *name;
    size_t least, most; /* operands besides the name */
    int (*run)(inspection *);
    const char *usage;
} command;

static const command commands[] = {
    {"info", 1, 1, info, "info MODEL"},
    {"validate", 1, 1, validate, "validate [--level=LEVEL] MODEL"},
    {"diff", 2, 2, diff, "diff [--exit-code] MODEL MODEL"},
    {"update", 1, 1, update, "update --ratings FILE -o FILE [OPTIONS] MODEL"},
    {"options", 0, 1, list_options, "options [--markdown] [PART]"},
};

static const char *const synopsis[] = {
    "info MODEL",
    "validate [--level=LEVEL] MODEL",
    "diff [--exit-code] MODEL MODEL",
    "update --ratings FILE... [--movies FILE] [--keep] [OPTIONS] -o FILE MODEL",
    "options [--markdown] [PART]",
    NULL};

static const char summary[] =
    "Look into model files.\n"
    "info: what the model was trained on, its sources and sections, the options used, and the "
    "verdict of the quality gate (HASH.verdict.json in the model's folder): passed only if it "
    "is "
    "whole, about this model and passed in every rule.\n"
    "validate: check a model before it goes into service. An unsound one gives exit code 1.\n"
    "diff: options, counts and sections that differ between two models. The exit code is 0 "
    "whether they do or not, unless --exit-code asks for 4 if they do.\n"
    "update: newer ratings into a model, at the cost of what changed. The new model is, byte "
    "for byte, that of recsys-train on all ratings with the model's options, but for the spare "
    "neighbours that only updates use; with --keep, what was learned of movies (content, EASE "
    "and the like) and fusion are left as "
    "they were. Of two ratings of a movie by a user the newer one stays.\n"
    "options: every option with its values, default and meaning; PART limits the list to keys "
    "that contain it.";

static const cli_exit exits[] = {
    CLI_EXITS,
    {CLI_DIFFER, "diff --exit-code: the models differ"},
    CLI_EXIT_INTERRUPTED,
    {0, NULL},
};

static const char *const notes[] = {
    CLI_ENVIRONMENT, "Examples:",
    "  recsys-model info model.recsys\n"
    "  recsys-model validate model.recsys && mv model.recsys /srv/models/\n"
    "  recsys-model update --ratings tonight.csv -o model.recsys model.recsys\n"
    "  recsys-model options rerank",
    NULL};

static int check_flags(const cli_program *program, const command *c, const arguments *given)
{
    if (c->run == update) return cli_update_check(program, &given->update, &given->flags);
    if (cli_update_given(&given->update, &given->flags))
        return cli_usage_error(program, "%s takes no flags of update", c->name);
    return CLI_GO_ON;
}

/* NULL after a message. */
static const command *find_command(const cli_program *program, const arguments *given)
{
    const cli_list *operands = &given->operands;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const command *c = &commands[i];
        if (strcmp(operands->items[0], c->name) != 0) continue;
        size_t count = operands->count - 1;
        if (count >= c->least && count <= c->most) return c;
        cli_usage_error(program, "usage: %s %s", program->name, c->usage);
        return NULL;
    }
    cli_usage_error(program,
                    "unknown command \"%s\"; there are info, validate, diff, update, "
                    "options",
                    operands->items[0]);
    return NULL;
}

static int run(const cli_program *program, void *data)
{
    arguments *given = data;
    inspection x = {.given = given};
    const command *c = find_command(program, given);
    int outcome = c != NULL ? check_flags(program, c, given) : CLI_USAGE;
    if (outcome != CLI_GO_ON) return outcome;
    given->flags.no_config = c->run != update;
    outcome = cli_begin(&x.session, program, &given->flags);
    rs_text_begin(&x.out, x.session.memory);
    if (outcome == CLI_GO_ON) outcome = c->run(&x);
    if (x.session.memory != NULL) rs_text_free(&x.out);
    for (size_t i = 0; i < 2; i++) {
        cJSON_Delete(x.manifest[i]);
        recsys_model_destroy(x.model[i]);
    }
    cli_end(&x.session);
    return outcome;
}

int main(int argc, char **argv)
{
    static arguments given;
    static const cli_option options[] = {
        CLI_HEAD("Options"),
        {CLI_TEXT, 'l', "level", "LEVEL",
         "How much validate looks at: checksums (of each section), or full (and the model's "
         "hash, order and values inside; the default).",
         &given.level, 0, 0},
        {CLI_FLAG, 0, "exit-code", NULL, "Make diff exit with 4 if the models differ.",
         &given.exit_code, 0, 0},
        {CLI_FLAG, 0, "markdown", NULL, "Print options as a Markdown table.", &given.markdown,
         0, 0},
        CLI_HEAD("Options of update"),
        CLI_UPDATE_FLAGS(given.update),
        {CLI_TEXT, 'c', "config", "FILE",
         "How ratings are read: the data.* keys of this YAML file; its other keys do not "
         "count.",
         &given.flags.config, 0, 0},
        {CLI_LIST, 's', "set", "KEY=VALUE",
         "Set one data.* key, after the file; may be given again.", &given.flags.set, 0, 0},
        CLI_HEAD("Common options"),
        CLI_COMMON_FLAGS(given.flags),
    };
    static const cli_program program = {
        .name = "recsys-model",
        .synopsis = synopsis,
        .summary = summary,
        .options = options,
        .count = sizeof options / sizeof *options,
        .exits = exits,
        .notes = notes,
        .operands_min = 1,
        .operands_max = 3,
        .operands = &given.operands,
    };
    return cli_main(&program, argc, argv, run, &given);
}
