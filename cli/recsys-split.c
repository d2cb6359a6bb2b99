/* recsys-split: ratings in, files for training and for test out. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "common/inputs.h"
#include "common/interrupt.h"
#include "common/manifest.h"
#include "common/save.h"
#include "common/side.h"
#include "common/table.h"

enum { NOT_GIVEN = -1 };

typedef struct arguments {
    cli_inputs inputs;
    cli_flags flags;
    const char *how, *folder;
    int64_t seed;
    int force;
} arguments;

typedef struct fold {
    cli_side train, test;
    size_t cold_users, cold_movies;
} fold;

typedef struct splitting {
    cli_session session;
    arguments *given;
    const char *how; /* of the config, where --how went to */
    int64_t seed;
    fold *folds; /* [count] */
    size_t count;
} splitting;

/* ---- names of files -------------------------------------------------------------- */

/* "train.csv", or "2/train.csv" where there are several folds. */
static const char *file_name(char buffer[64], size_t count, size_t i, const char *side)
{
    if (count == 1)
        snprintf(buffer, 64, "%s.csv", side);
    else
        snprintf(buffer, 64, "%zu/%s.csv", i + 1, side);
    return buffer;
}

/* A name below the folder; NULL after a message. */
static char *path_of(const splitting *s, const char *name)
{
    rs_text path;
    rs_text_begin(&path, s->session.memory);
    rs_text_printf(&path, "%s/%s", s->given->folder, name);
    char *made = rs_text_take(&path);
    if (made == NULL) cli_no_memory(s->session.program);
    return made;
}

/* ---- the manifest ---------------------------------------------------------------- */

static void put_data(const splitting *s, cli_json *json)
{
    const cli_inputs *in = &s->given->inputs;
    const char *slash = strrchr(in->ratings_path, '/');
    cli_json_object(json, "data");
    cli_json_text(json, "name", slash != NULL ? slash + 1 : in->ratings_path);
    cli_json_count(json, "ratings", recsys_ratings_count(in->ratings));
    cli_json_count(json, "users", recsys_ratings_users(in->ratings));
    cli_json_count(json, "movies", recsys_ratings_movies(in->ratings));
    cli_json_text(json, "hash", recsys_ratings_hash(in->ratings));
    cli_json_close(json, '}');
}

/* Name and version without how the library was built, so that any build writes the same. */
static void put_library(cli_json *json)
{
    char name[64];
    const char *version = recsys_version();
    const char *end = strstr(version, " (");
    size_t size = end != NULL ? (size_t)(end - version) : strlen(version);
    snprintf(name, sizeof name, "%.*s", (int)size, version);
    cli_json_text(json, "library", name);
}

static void put_manifest(const splitting *s, rs_text *out)
{
    cli_json json;
    char name[64];
    cli_json_begin(&json, out, 1);
    cli_json_object(&json, NULL);
    put_library(&json);
    put_data(s, &json);
    cli_json_text(&json, "how", s->how);
    cli_json_int(&json, "seed", s->seed);
    cli_json_array(&json, "folds");
    for (size_t i = 0; i < s->count; i++) {
        const fold *f = &s->folds[i];
        cli_json_object(&json, NULL);
        cli_side_json(&f->train, "train", file_name(name, s->count, i, "train"), &json);
        cli_side_json(&f->test, "test", file_name(name, s->count, i, "test"), &json);
        cli_json_count(&json, "cold_users", f->cold_users);
        cli_json_count(&json, "cold_movies", f->cold_movies);
        cli_json_close(&json, '}');
    }
    cli_json_close(&json, ']');
    cli_json_close(&json, '}');
}

static int write_manifest(splitting *s)
{
    rs_text text;
    char *path = path_of(s, "manifest.json");
    if (path == NULL) return CLI_FAILED;
    rs_text_begin(&text, s->session.memory);
    put_manifest(s, &text);
    int outcome = cli_save_text(&s->session, &text, path);
    rs_free(s->session.memory, path);
    return outcome;
}

/* ---- folders --------------------------------------------------------------------- */

/* A manifest says that all is there. Only --force takes the one of another split away. */
static int check_manifest(splitting *s)
{
    struct stat about;
    int outcome = CLI_GO_ON;
    char *path = path_of(s, "manifest.json");
    if (path == NULL) return CLI_FAILED;
    if (!s->given->force && lstat(path, &about) == 0)
        outcome = cli_error(s->session.program,
                            "%s is there already; --force replaces what it describes", path);
    rs_free(s->session.memory, path);
    return outcome;
}

static int cannot_remove(const splitting *s, const char *path)
{
    return cli_error(s->session.program, "cannot remove %s: %s", path, strerror(errno));
}

/* But for the ratings that were just read. */
static int remove_file(const splitting *s, const char *path)
{
    struct stat about, input;
    if (lstat(path, &about) != 0 || !S_ISREG(about.st_mode)) return CLI_GO_ON;
    if (stat(s->given->inputs.ratings_path, &input) == 0 && input.st_dev == about.st_dev &&
        input.st_ino == about.st_ino)
        return CLI_GO_ON;
    return unlink(path) == 0 ? CLI_GO_ON : cannot_remove(s, path);
}

static int remove_side(const splitting *s, size_t count, size_t i, const char *side)
{
    char name[64];
    char *path = path_of(s, file_name(name, count, i, side));
    if (path == NULL) return CLI_FAILED;
    int outcome = remove_file(s, path);
    rs_free(s->session.memory, path);
    return outcome;
}

/* A manifest may say anything; this program's has the names that it gives. */
static int is_own(const cJSON *old, size_t count, size_t i)
{
    char name[64];
    const char *train = cli_manifest_text(old, "train.file");
    const char *test = cli_manifest_text(old, "test.file");
    return strcmp(train, file_name(name, count, i, "train")) == 0 &&
           strcmp(test, file_name(name, count, i, "test")) == 0;
}

static int remove_sides(const splitting *s, size_t count, size_t i)
{
    int outcome = remove_side(s, count, i, "train");
    return outcome == CLI_GO_ON ? remove_side(s, count, i, "test") : outcome;
}

/* One of several folds. A link is not followed, and the folder stays if more is in it. */
static int remove_fold(const splitting *s, size_t count, size_t i)
{
    char number[32];
    struct stat about;
    int outcome = CLI_GO_ON;
    snprintf(number, sizeof number, "%zu", i + 1);
    char *folder = path_of(s, number);
    if (folder == NULL) return CLI_FAILED;
    if (lstat(folder, &about) == 0 && S_ISDIR(about.st_mode)) {
        outcome = remove_sides(s, count, i);
        if (outcome == CLI_GO_ON && rmdir(folder) != 0 && errno != ENOTEMPTY && errno != EEXIST)
            outcome = cannot_remove(s, folder);
    }
    rs_free(s->session.memory, folder);
    return outcome;
}

/* What is at `path` as JSON; NULL if nothing is, or after a message. */
static cJSON *read_manifest(const splitting *s, const char *path)
{
    rs_bytes bytes;
    struct stat about;
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode) ||
        rs_bytes_open(&bytes, s->session.memory, path, NULL) != RECSYS_OK)
        return NULL;
    cJSON *old = cli_manifest_parse(&s->session, path, (const char *)bytes.data, bytes.size);
    if (old == NULL) cli_note(&s->session, "files of the older split stay");
    rs_bytes_close(&bytes);
    return old;
}

/* The old manifest goes before anything that it describes. */
static int replace_split(const splitting *s, const char *path)
{
    cJSON *old = read_manifest(s, path);
    const cJSON *item, *folds = cli_manifest_at(old, "folds");
    int outcome = unlink(path) == 0 || errno == ENOENT ? CLI_GO_ON : cannot_remove(s, path);
    size_t count = (size_t)cJSON_GetArraySize(folds), i = 0;
    cJSON_ArrayForEach(item, folds)
    {
        if (outcome == CLI_GO_ON && is_own(item, count, i))
            outcome = count > 1 ? remove_fold(s, count, i) : remove_sides(s, count, i);
        i++;
    }
    cJSON_Delete(old);
    return outcome;
}

static int prepare_folder(const splitting *s)
{
    int outcome = cli_make_folder(s->session.program, s->given->folder);
    char *path = outcome == CLI_GO_ON ? path_of(s, "manifest.json") : NULL;
    if (path == NULL) return CLI_FAILED;
    outcome = replace_split(s, path);
    rs_free(s->session.memory, path);
    return outcome;
}

static int make_fold_folder(const splitting *s, size_t i)
{
    char name[32];
    if (s->count == 1) return CLI_GO_ON;
    snprintf(name, sizeof name, "%zu", i + 1);
    char *path = path_of(s, name);
    if (path == NULL) return CLI_FAILED;
    int outcome = cli_make_folder(s->session.program, path);
    rs_free(s->session.memory, path);
    return outcome;
}

/* ---- folds ----------------------------------------------------------------------- */

static int write_side(splitting *s, const recsys_ratings *ratings, size_t i, const char *side)
{
    char name[64];
    char *path = path_of(s, file_name(name, s->count, i, side));
    if (path == NULL) return CLI_FAILED;
    cli_interrupt_hold();
    recsys_status status = recsys_ratings_write(ratings, path, &s->session.err);
    cli_interrupt_release();
    rs_free(s->session.memory, path);
    return status == RECSYS_OK ? CLI_GO_ON : cli_failed(&s->session);
}

static int write_fold(splitting *s, size_t i)
{
    fold *f = &s->folds[i];
    recsys_ratings *train = NULL, *test = NULL;
    int outcome = CLI_GO_ON;
    if (recsys_split_fold(&train, &test, s->given->inputs.ratings, s->how, (uint64_t)s->seed, i,
                          &s->session.err) != RECSYS_OK)
        return cli_failed(&s->session);
    cli_side_measure(&f->train, train);
    cli_side_measure(&f->test, test);
    f->cold_users = cli_cold_users(test, train);
    f->cold_movies = cli_cold_movies(test, train);
    if (i == 0) outcome = prepare_folder(s);
    if (outcome == CLI_GO_ON) outcome = make_fold_folder(s, i);
    if (outcome == CLI_GO_ON) outcome = write_side(s, train, i, "train");
    if (outcome == CLI_GO_ON) outcome = write_side(s, test, i, "test");
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
    return outcome;
}

static int write_all(splitting *s)
{
    int outcome = CLI_GO_ON;
    for (size_t i = 0; i < s->count && outcome == CLI_GO_ON; i++) outcome = write_fold(s, i);
    return outcome == CLI_GO_ON ? write_manifest(s) : outcome;
}

/* ---- telling --------------------------------------------------------------------- */

static void put_fold(const splitting *s, size_t i, cli_table *table)
{
    const fold *f = &s->folds[i];
    char buffer[40];
    cli_table_cellf(table, "%zu", i + 1);
    cli_table_cell(table, cli_count(buffer, f->train.ratings));
    cli_table_cell(table, cli_count(buffer, f->test.ratings));
    cli_table_cell(table, cli_count(buffer, f->test.users));
    cli_table_cell(table, cli_count(buffer, f->cold_users));
    cli_table_cell(table, cli_count(buffer, f->cold_movies));
    if (!cli_is_by_time(s->how)) return;
    const char *from = cli_iso_time(buffer, f->test.oldest);
    cli_table_cell(table, from != NULL ? from : "-");
}

static void put_folds(const splitting *s, rs_text *out)
{
    static const char *const heads[] = {"fold",       "train",       "test",     "test users",
                                        "cold users", "cold movies", "test from"};
    const size_t columns = cli_is_by_time(s->how) ? 7 : 6;
    cli_table table;
    cli_table_begin(&table, s->session.memory, columns == 7 ? "rrrrrrl" : "rrrrrr", 2);
    for (size_t i = 0; i < columns; i++) cli_table_cell(&table, heads[i]);
    for (size_t i = 0; i < s->count; i++) put_fold(s, i, &table);
    cli_table_end(&table, out);
}

static void put_text(const splitting *s, rs_text *out)
{
    cli_inputs_print(&s->given->inputs, out);
    rs_text_add(out, "Split      ");
    cli_put_clean(out, s->how);
    rs_text_printf(out, ", seed %lld\n\n", (long long)s->seed);
    put_folds(s, out);
    rs_text_add(out, "\nWritten    ");
    cli_put_clean(out, s->given->folder);
    rs_text_add(out, s->count == 1 ? "/manifest.json, train.csv, test.csv\n"
                                   : "/manifest.json, and train.csv, test.csv of each fold\n");
}

static int tell(splitting *s)
{
    rs_text out;
    if (s->given->flags.quiet && !s->given->flags.json) return CLI_OK;
    rs_text_begin(&out, s->session.memory);
    (s->given->flags.json ? put_manifest : put_text)(s, &out);
    return cli_write(&s->session, &out);
}

/* ---- command line ---------------------------------------------------------------- */

static const char *const synopsis[] = {
    "--ratings FILE [--how HOW] [--seed N] -o DIR [--force] [OPTION]...", NULL};

static const char summary[] =
    "Split ratings for training and test and write both sides as CSV: DIR/train.csv and "
    "DIR/test.csv, or DIR/1/train.csv, DIR/1/test.csv, DIR/2/... where there are several "
    "folds. DIR/manifest.json comes last and tells how it was done and what is in each file; "
    "where it is, all is there.\n"
    "The same ratings, split and seed give the same bytes, in whatever order and format the "
    "ratings come.";

static const cli_exit exits[] = {
    CLI_EXITS,
    CLI_EXIT_INTERRUPTED,
    {0, NULL},
};

static const char *const notes[] = {
    "Splits (docs/evaluation.md; only time and windows keep a model from seeing the\n"
    "future):",
    "  user-random:RATIO   that share of each user's ratings, by chance\n"
    "  user-random:N       N ratings of each user who has more, by chance\n"
    "  random:RATIO        that share of all ratings, by chance\n"
    "  leave-last:N        the N newest ratings of each user who has more\n"
    "  time:QUANTILE       the newest ratings; QUANTILE is the share of train\n"
    "  time:DATE           the ratings of that time or later\n"
    "  windows:DAYS:N      N folds: windows of so many days up to the newest rating\n"
    "  k-fold:K            K folds: each rating is test in one of them\n"
    "  cold-users:RATIO    all ratings of that share of the users\n"
    "  cold-movies:RATIO   all ratings of that share of the movies",
    CLI_ENVIRONMENT,
    "Examples:",
    "  recsys-split --ratings ratings.csv --how time:0.8 -o split\n"
    "  recsys-split --ratings ratings.csv --how k-fold:5 --seed 7 -o folds\n"
    "  recsys-train --ratings split/train.csv -o model.recsys",
    NULL};

static int set(cli_session *s, const char *key, const char *value)
{
    recsys_status status = recsys_config_set(s->config, key, value, &s->err);
    return status == RECSYS_OK ? CLI_GO_ON : cli_failed(s);
}

/* --how and --seed go over the config; a split that is none is found out before reading. */
static int choose_split(splitting *s)
{
    cli_session *session = &s->session;
    char number[32];
    int outcome = CLI_GO_ON;
    if (s->given->how != NULL) outcome = set(session, "evaluation.split", s->given->how);
    snprintf(number, sizeof number, "%lld", (long long)s->given->seed);
    if (outcome == CLI_GO_ON && s->given->seed != NOT_GIVEN)
        outcome = set(session, "evaluation.seed", number);
    if (outcome != CLI_GO_ON) return outcome;
    s->how = recsys_config_get(session->config, "evaluation.split");
    const char *seed = recsys_config_get(session->config, "evaluation.seed");
    if (!rs_parse_int(seed, strlen(seed), &s->seed)) return CLI_FAILED;
    if (recsys_split_folds(s->how, &s->count, &session->err) != RECSYS_OK)
        return cli_failed(session);
    s->folds = rs_array_zero(session->memory, s->count, sizeof *s->folds);
    return s->folds != NULL ? CLI_GO_ON : cli_no_memory(session->program);
}

static int check_usage(const cli_program *program, const arguments *given)
{
    if (given->inputs.ratings_path == NULL)
        return cli_usage_error(program, "--ratings is needed");
    if (given->folder == NULL)
        return cli_usage_error(program, "--output is needed: the folder where the files go");
    if (cli_is_stdout(given->folder))
        return cli_usage_error(program, "--output is a folder, not standard output");
    return cli_check_folder(program, "output", given->folder);
}

static int run(const cli_program *program, void *data)
{
    arguments *given = data;
    splitting s = {.given = given};
    int outcome = check_usage(program, given);
    if (outcome != CLI_GO_ON) return outcome;
    outcome = cli_begin(&s.session, program, &given->flags);
    if (outcome == CLI_GO_ON) outcome = choose_split(&s);
    if (outcome == CLI_GO_ON) outcome = check_manifest(&s);
    if (outcome == CLI_GO_ON) outcome = cli_inputs_read(&given->inputs, &s.session);
    if (outcome == CLI_GO_ON) outcome = write_all(&s);
    if (outcome == CLI_GO_ON) outcome = tell(&s);
    rs_free(s.session.memory, s.folds);
    cli_inputs_free(&given->inputs);
    cli_end(&s.session);
    return outcome;
}

int main(int argc, char **argv)
{
    static arguments given = {.seed = NOT_GIVEN};
    static const cli_option options[] = {
        CLI_HEAD("Input"),
        {CLI_TEXT, 'r', "ratings", "FILE",
         "Ratings, in any form that recsys-train reads; `-' is standard input.",
         &given.inputs.ratings_path, 0, 0},
        {CLI_TEXT, 0, "how", "HOW", "How to split, see below (default: evaluation.split).",
         &given.how, 0, 0},
        {CLI_INT, 0, "seed", "N", "Seed of what is left to chance (default: evaluation.seed).",
         &given.seed, 0, INT64_C(9007199254740992)},
        CLI_HEAD("Output"),
        {CLI_TEXT, 'o', "output", "DIR",
         "Folder where the files go; it is made if it is missing.", &given.folder, 0, 0},
        {CLI_FLAG, 'f', "force", NULL,
         "Write even if DIR holds a manifest; the files that it names are removed.",
         &given.force, 0, 0},
        CLI_HEAD("Options"),
        CLI_CONFIG_FLAGS(given.flags),
        CLI_COMMON_FLAGS(given.flags),
    };
    static const cli_program program = {
        .name = "recsys-split",
        .synopsis = synopsis,
        .summary = summary,
        .options = options,
        .count = sizeof options / sizeof *options,
        .exits = exits,
        .notes = notes,
    };
    return cli_main(&program, argc, argv, run, &given);
}
