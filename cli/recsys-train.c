/* recsys-train: ratings and a catalogue in, a model file out. */
#include <string.h>
#include <time.h>

#include "common/inputs.h"
#include "common/manifest.h"
#include "common/save.h"
#include "common/table.h"

typedef struct arguments {
    cli_inputs inputs;
    cli_flags flags;
    const char *output, *save_ratings;
} arguments;

typedef struct training {
    cli_session session;
    arguments *given;
    recsys_model *model;
    cJSON *manifest;
    uint64_t size; /* of the model file */
    double seconds;
} training;

static double now(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0) return 0;
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- training -------------------------------------------------------------------- */

static int train(training *t)
{
    cli_session *s = &t->session;
    const cli_inputs *in = &t->given->inputs;
    double began = now();
    int outcome = CLI_GO_ON;
    if (t->given->save_ratings != NULL)
        outcome = cli_save_ratings(s, in->ratings, t->given->save_ratings);
    if (outcome != CLI_GO_ON) return outcome;
    if (recsys_model_fit(&t->model, s->runtime, in->ratings, in->catalogue, s->config,
                         &s->progress.callback, &s->err) != RECSYS_OK)
        return cli_failed(s);
    cli_progress_clear(&s->progress);
    outcome = cli_save_model(s, t->model, t->given->output, &t->size);
    t->seconds = now() - began;
    if (outcome != CLI_GO_ON) return outcome;
    const char *manifest = recsys_model_manifest(t->model);
    t->manifest = cli_manifest_parse(s, "manifest", manifest, strlen(manifest));
    return t->manifest != NULL ? CLI_GO_ON : CLI_FAILED;
}

/* ---- telling --------------------------------------------------------------------- */

static void put_text(const training *t, rs_text *out)
{
    char number[64];
    rs_text_add(out, "Model      ");
    cli_put_clean(out, cli_is_stdout(t->given->output) ? "standard output" : t->given->output);
    rs_text_printf(out, ", %s, ", cli_size(number, t->size));
    rs_text_printf(out, "trained in %s s\n", cli_fixed(number, t->seconds, 2));
    cli_put_ease(t->manifest, 11, out);
    cli_put_ials(t->manifest, 11, out);
    cli_put_fusion(t->manifest, recsys_config_get(t->session.config, "model.hybrid.fusion"), 11,
                   out);
    rs_text_printf(out, "           hash %s\n", recsys_model_hash(t->model));
}

static void put_json(const training *t, rs_text *out)
{
    cli_json json;
    cli_json_begin(&json, out, 1);
    cli_json_object(&json, NULL);
    cli_inputs_json(&t->given->inputs, &json);
    cli_json_object(&json, "model");
    cli_json_text(&json, "path", cli_is_stdout(t->given->output) ? NULL : t->given->output);
    cli_json_count(&json, "size", t->size);
    cli_json_text(&json, "hash", recsys_model_hash(t->model));
    cli_json_raw(&json, "manifest", recsys_model_manifest(t->model));
    cli_json_close(&json, '}');
    cli_json_object(&json, "seconds");
    cli_json_real(&json, "read", t->given->inputs.seconds);
    cli_json_real(&json, "train", t->seconds);
    cli_json_close(&json, '}');
    cli_json_close(&json, '}');
}

/* What has standard output, if anything has. */
static const char *output_of(const arguments *given)
{
    int is_ratings = given->save_ratings != NULL && cli_is_stdout(given->save_ratings);
    return is_ratings ? given->save_ratings : given->output;
}

static int tell_inputs(training *t)
{
    rs_text out;
    rs_text_begin(&out, t->session.memory);
    cli_inputs_print(&t->given->inputs, &out);
    return cli_tell(&t->session, output_of(t->given), &out);
}

static int tell_model(training *t)
{
    rs_text out;
    rs_text_begin(&out, t->session.memory);
    (t->given->flags.json ? put_json : put_text)(t, &out);
    return cli_tell(&t->session, output_of(t->given), &out);
}

/* ---- command line ---------------------------------------------------------------- */

static const char *const synopsis[] = {
    "--ratings FILE [--movies FILE [--tags FILE] [--links FILE]] [--config FILE] "
    "[--set KEY=VALUE]... -o MODEL",
    NULL};

static const char summary[] =
    "Train a model from ratings and, if given, a catalogue of movies, and write it to one "
    "file.\n"
    "What was read is printed first, then the model's size, how its sources are put together "
    "and its hash. The same input and options give the same bytes, whatever the number of "
    "threads.";

static const cli_exit exits[] = {
    CLI_EXITS,
    CLI_EXIT_INTERRUPTED,
    {0, NULL},
};

static const char *const notes[] = {
    CLI_ENVIRONMENT, "Examples:",
    "  recsys-train --ratings ratings.csv --movies movies.csv -o model.recsys\n"
    "  zcat events.jsonl.gz | recsys-train --ratings - -o model.recsys\n"
    "  recsys-train -r u.data -s model.collaborative_filtering.n_neighbors=80 \\\n"
    "      -o model.recsys",
    NULL};

static int check_usage(const cli_program *program, const arguments *given)
{
    if (given->inputs.ratings_path == NULL)
        return cli_usage_error(program, "--ratings is needed");
    int outcome = cli_check_output(program, given->output, &given->flags);
    if (outcome == CLI_GO_ON)
        outcome = cli_check_binary(program, "save-ratings", given->save_ratings, &given->flags);
    if (outcome != CLI_GO_ON || given->save_ratings == NULL) return outcome;
    if (strcmp(given->save_ratings, given->output) == 0)
        return cli_usage_error(program, "--output and --save-ratings are the same: %s",
                               given->output);
    return CLI_GO_ON;
}

static int run(const cli_program *program, void *data)
{
    arguments *given = data;
    training t = {.given = given};
    int quiet = given->flags.quiet || given->flags.json;
    int outcome = check_usage(program, given);
    if (outcome != CLI_GO_ON) return outcome;
    outcome = cli_begin(&t.session, program, &given->flags);
    if (outcome == CLI_GO_ON) outcome = cli_inputs_read(&given->inputs, &t.session);
    if (outcome == CLI_GO_ON && !quiet && tell_inputs(&t) != CLI_OK) outcome = CLI_FAILED;
    if (outcome == CLI_GO_ON) outcome = train(&t);
    if (outcome == CLI_GO_ON) outcome = given->flags.json || !quiet ? tell_model(&t) : CLI_OK;
    cJSON_Delete(t.manifest);
    recsys_model_destroy(t.model);
    cli_inputs_free(&given->inputs);
    cli_end(&t.session);
    return outcome;
}

int main(int argc, char **argv)
{
    static arguments given;
    static const cli_option options[] = {
        CLI_HEAD("Input"),
        CLI_INPUT_FLAGS(given.inputs),
        CLI_HEAD("Output"),
        {CLI_TEXT, 'o', "output", "MODEL",
         "Where the model goes; it appears there when it is complete. `-' is standard output.",
         &given.output, 0, 0},
        {CLI_TEXT, 0, "save-ratings", "FILE",
         "Also write the ratings in the library's own form, which --ratings opens at once; `-' "
         "is "
         "standard output.",
         &given.save_ratings, 0, 0},
        CLI_HEAD("Options"),
        CLI_CONFIG_FLAGS(given.flags),
        CLI_COMMON_FLAGS(given.flags),
    };
    static const cli_program program = {
        .name = "recsys-train",
        .synopsis = synopsis,
        .summary = summary,
        .options = options,
        .count = sizeof options / sizeof *options,
        .exits = exits,
        .notes = notes,
    };
    return cli_main(&program, argc, argv, run, &given);
}
