#include "update.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "inputs.h"
#include "manifest.h"
#include "save.h"
#include "table.h"

typedef struct updating {
    cli_session *session;
    const cli_update *given;
    recsys_model *model; /* the newest */
    cli_inputs inputs;
    recsys_update_report report;
    recsys_config *config; /* the model's own */
    cJSON *manifest;
    uint64_t size; /* of the file */
    double reading, seconds;
    rs_text out;
    cli_json json; /* with --json all is printed at the end */
} updating;

static double now(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0) return 0;
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- command line ---------------------------------------------------------------- */

int cli_update_given(const cli_update *update, const cli_flags *flags)
{
    return update->ratings.count > 0 || update->movies != NULL || update->tags != NULL ||
           update->links != NULL || update->output != NULL || update->keep ||
           flags->config != NULL || flags->set.count > 0;
}

/* Only how ratings are read can be chosen: all else is the model's. */
static int check_options(const cli_program *program, const cli_list *set)
{
    for (size_t i = 0; i < set->count; i++)
        if (strncmp(set->items[i], "data.", 5) != 0)
            return cli_usage_error(program,
                                   "--set %s: an update keeps the model's own options; only "
                                   "data.* can be set",
                                   set->items[i]);
    return CLI_GO_ON;
}

int cli_update_check(const cli_program *program, const cli_update *update,
                     const cli_flags *flags)
{
    size_t from_stdin = update->movies != NULL && strcmp(update->movies, "-") == 0;
    if (update->ratings.count == 0) return cli_usage_error(program, "--ratings is needed");
    for (size_t i = 0; i < update->ratings.count; i++)
        from_stdin += strcmp(update->ratings.items[i], "-") == 0;
    if (from_stdin > 1) return cli_usage_error(program, "only one file can be standard input");
    if (update->movies == NULL && (update->tags != NULL || update->links != NULL))
        return cli_usage_error(program, "--tags and --links add to --movies");
    int outcome = check_options(program, &flags->set);
    return outcome != CLI_GO_ON ? outcome : cli_check_output(program, update->output, flags);
}

/* ---- telling --------------------------------------------------------------------- */

static int is_quiet(const updating *u)
{
    return u->session->flags->quiet || u->session->flags->json;
}

/* What has been gathered goes out. */
static int tell(updating *u)
{
    rs_text out = u->out;
    rs_text_begin(&u->out, u->session->memory);
    return cli_tell(u->session, u->given->output, &out) == CLI_OK ? CLI_GO_ON : CLI_FAILED;
}

static void put_report(const recsys_update_report *r, rs_text *out)
{
    char a[32], b[32];
    rs_text_add(out, "Update     ");
    cli_put_count(out, r->added, "rating");
    rs_text_printf(out, " added, %s changed, of ", cli_count(a, r->replaced));
    cli_put_count(out, r->changed, "user");
    if (r->full_fit)
        rs_text_printf(out, "\n           neighbours sought for all %s users, as in training\n",
                       cli_count(a, r->users));
    else
        rs_text_printf(out, "\n           neighbours sought for %s of %s users\n",
                       cli_count(a, r->made), cli_count(b, r->users));
}

static void json_report(const recsys_update_report *r, cli_json *json)
{
    cli_json_count(json, "added", r->added);
    cli_json_count(json, "changed", r->replaced);
    cli_json_count(json, "users", r->users);
    cli_json_count(json, "users_changed", r->changed);
    cli_json_count(json, "users_recomputed", r->made);
    cli_json_bool(json, "full_fit", r->full_fit);
}

static int tell_step(updating *u)
{
    if (u->session->flags->json) {
        cli_json_object(&u->json, NULL);
        cli_inputs_json(&u->inputs, &u->json);
        json_report(&u->report, &u->json);
        cli_json_close(&u->json, '}');
    } else if (!is_quiet(u)) {
        put_report(&u->report, &u->out);
        return tell(u);
    }
    return CLI_GO_ON;
}

static void put_model(updating *u)
{
    char number[64];
    const char *path = u->given->output;
    rs_text_add(&u->out, "Model      ");
    cli_put_clean(&u->out, cli_is_stdout(path) ? "standard output" : path);
    rs_text_printf(&u->out, ", %s, ", cli_size(number, u->size));
    rs_text_printf(&u->out, "updated in %s s\n", cli_fixed(number, u->seconds, 2));
    cli_put_fusion(u->manifest, cli_config_fusion(u->config), 11, &u->out);
    cli_put_stale(u->manifest, 11, &u->out);
    rs_text_printf(&u->out, "           hash %s\n", recsys_model_hash(u->model));
}

static void json_model(updating *u)
{
    cli_json *json = &u->json;
    cli_json_close(json, ']');
    cli_json_object(json, "model");
    cli_json_text(json, "path", u->given->output);
    cli_json_count(json, "size", u->size);
    cli_json_text(json, "hash", recsys_model_hash(u->model));
    cli_json_raw(json, "manifest", recsys_model_manifest(u->model));
    cli_json_close(json, '}');
    cli_json_object(json, "seconds");
    cli_json_real(json, "read", u->reading);
    cli_json_real(json, "update", u->seconds);
    cli_json_close(json, '}');
    cli_json_close(json, '}');
}

static int tell_model(updating *u)
{
    if (u->session->flags->json)
        json_model(u);
    else if (!is_quiet(u))
        put_model(u);
    return tell(u);
}

/* ---- updating -------------------------------------------------------------------- */

/* The catalogue counts for the last file, whose update leaves nothing stale unless that is
 * asked for; what comes before it need not be made anew. */
static int read_inputs(updating *u, size_t i)
{
    const cli_update *given = u->given;
    u->inputs = (cli_inputs){.ratings_path = given->ratings.items[i]};
    if (i + 1 == given->ratings.count) {
        u->inputs.movies_path = given->movies;
        u->inputs.tags_path = given->tags;
        u->inputs.links_path = given->links;
    }
    int outcome = cli_inputs_read(&u->inputs, u->session);
    u->reading += u->inputs.seconds;
    if (outcome != CLI_GO_ON || is_quiet(u)) return outcome;
    cli_inputs_print(&u->inputs, &u->out);
    return tell(u);
}

static int step(updating *u, size_t i)
{
    cli_session *s = u->session;
    recsys_model *next = NULL;
    int keep = u->given->keep || i + 1 < u->given->ratings.count;
    int outcome = read_inputs(u, i);
    if (outcome != CLI_GO_ON) return outcome;
    double began = now();
    u->report = (recsys_update_report)RECSYS_UPDATE_REPORT_INIT;
    recsys_status status =
        recsys_model_update(&next, u->model, u->inputs.ratings, u->inputs.catalogue,
                            keep ? RECSYS_UPDATE_KEEP : RECSYS_UPDATE_REFIT, &u->report,
                            &s->progress.callback, &s->err);
    u->seconds += now() - began;
    if (status != RECSYS_OK) return cli_failed(s);
    cli_progress_clear(&s->progress);
    recsys_model_destroy(u->model);
    u->model = next;
    return tell_step(u);
}

static int save(updating *u)
{
    double began = now();
    int outcome = cli_save_model(u->session, u->model, u->given->output, &u->size);
    u->seconds += now() - began;
    if (outcome != CLI_GO_ON) return outcome;
    const char *manifest = recsys_model_manifest(u->model);
    u->manifest = cli_manifest_parse(u->session, "manifest", manifest, strlen(manifest));
    return u->manifest != NULL ? CLI_GO_ON : CLI_FAILED;
}

/* Open the model, and its config for how the fusion is told. */
static int begin(updating *u, const char *path)
{
    cli_session *s = u->session;
    if (recsys_model_open(&u->model, s->runtime, path, &s->err) != RECSYS_OK)
        return cli_failed(s);
    u->config = cli_model_config(s, path, u->model);
    if (s->flags->json) {
        cli_json_begin(&u->json, &u->out, 1);
        cli_json_object(&u->json, NULL);
        cli_json_array(&u->json, "updates");
    }
    return CLI_GO_ON;
}

int cli_update_run(cli_session *session, const cli_update *given, const char *model_path)
{
    updating u = {.session = session, .given = given};
    rs_text_begin(&u.out, session->memory);
    int outcome = begin(&u, model_path);
    for (size_t i = 0; i < given->ratings.count && outcome == CLI_GO_ON; i++) {
        outcome = step(&u, i);
        cli_inputs_free(&u.inputs);
    }
    if (outcome == CLI_GO_ON) outcome = save(&u);
    if (outcome == CLI_GO_ON) outcome = tell_model(&u);
    cJSON_Delete(u.manifest);
    recsys_config_destroy(u.config);
    recsys_model_destroy(u.model);
    rs_text_free(&u.out);
    return outcome == CLI_GO_ON ? CLI_OK : outcome;
}
