#include "inputs.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "table.h"

/* ---- reading --------------------------------------------------------------------- */

static double now(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0) return 0;
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Was the file written by recsys_ratings_save? The kind stands after the magic. */
static int is_saved(const char *path)
{
    char head[15] = {0};
    if (strcmp(path, "-") == 0) return 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) return 0;
    size_t got = fread(head, 1, sizeof head, file);
    fclose(file);
    return got == sizeof head && memcmp(head, "recsys\r\nratings", sizeof head) == 0;
}

static recsys_status read_ratings(cli_inputs *inputs, cli_session *session)
{
    inputs->saved = is_saved(inputs->ratings_path);
    if (inputs->saved)
        return recsys_ratings_open(&inputs->ratings, session->runtime, inputs->ratings_path,
                                   &session->err);
    return recsys_ratings_read(&inputs->ratings, session->runtime, inputs->ratings_path,
                               session->config, &inputs->summary, &session->progress.callback,
                               &session->err);
}

static recsys_status read_catalogue(cli_inputs *inputs, cli_session *session)
{
    recsys_status status =
        recsys_catalogue_read(&inputs->catalogue, session->runtime, inputs->movies_path,
                              session->config, &session->err);
    if (status == RECSYS_OK && inputs->tags_path != NULL)
        status = recsys_catalogue_add_tags(inputs->catalogue, inputs->tags_path,
                                           &inputs->unknown_tags, &session->err);
    if (status == RECSYS_OK && inputs->links_path != NULL)
        status = recsys_catalogue_add_links(inputs->catalogue, inputs->links_path,
                                            &inputs->unknown_links, &session->err);
    return status;
}

static void count_movies(cli_inputs *inputs)
{
    char id[4096];
    uint64_t both = 0;
    size_t listed = recsys_catalogue_count(inputs->catalogue);
    for (size_t i = 0; i < listed; i++) {
        recsys_catalogue_movie_id(inputs->catalogue, i, id, sizeof id);
        both += recsys_ratings_find_movie(inputs->ratings, id) != SIZE_MAX;
    }
    inputs->unrated_movies = listed - both;
    inputs->unlisted_movies = recsys_ratings_movies(inputs->ratings) - both;
}

static int check_paths(const cli_inputs *inputs, const cli_session *session)
{
    const char *const paths[] = {inputs->ratings_path, inputs->movies_path, inputs->tags_path,
                                 inputs->links_path};
    int from_stdin = 0;
    if (inputs->ratings_path == NULL)
        return cli_usage_error(session->program, "--ratings is needed");
    if (inputs->movies_path == NULL &&
        (inputs->tags_path != NULL || inputs->links_path != NULL))
        return cli_usage_error(session->program, "--tags and --links add to --movies");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        from_stdin += paths[i] != NULL && strcmp(paths[i], "-") == 0;
    if (from_stdin > 1)
        return cli_usage_error(session->program, "only one file can be standard input");
    return CLI_GO_ON;
}

int cli_inputs_read(cli_inputs *inputs, cli_session *session)
{
    int outcome = check_paths(inputs, session);
    if (outcome != CLI_GO_ON) return outcome;
    inputs->summary = (recsys_read_summary)RECSYS_READ_SUMMARY_INIT;
    double began = now();
    if (read_ratings(inputs, session) != RECSYS_OK) return cli_failed(session);
    if (inputs->movies_path != NULL && read_catalogue(inputs, session) != RECSYS_OK)
        return cli_failed(session);
    if (inputs->catalogue != NULL) count_movies(inputs);
    inputs->seconds = now() - began;
    cli_progress_clear(&session->progress);
    if (inputs->summary.bad_rows > 0)
        cli_note(session, "warning: %llu bad row%s left out, the first: %s",
                 (unsigned long long)inputs->summary.bad_rows,
                 inputs->summary.bad_rows == 1 ? "" : "s", inputs->summary.first_bad);
    return CLI_GO_ON;
}

void cli_inputs_free(cli_inputs *inputs)
{
    recsys_ratings_destroy(inputs->ratings);
    recsys_catalogue_destroy(inputs->catalogue);
    inputs->ratings = NULL;
    inputs->catalogue = NULL;
}

/* ---- telling --------------------------------------------------------------------- */

static void put_scale(const recsys_scale *scale, rs_text *out)
{
    cli_put_float(out, scale->min);
    rs_text_add(out, " to ");
    cli_put_float(out, scale->max);
    if (scale->step > 0) {
        rs_text_add(out, " in steps of ");
        cli_put_float(out, scale->step);
    }
}

static void put_rows(const recsys_read_summary *summary, rs_text *out)
{
    char count[32];
    rs_text_add(out, ", ");
    cli_put_count(out, summary->rows, "row");
    rs_text_printf(out, " (%s)", summary->format);
    if (summary->replaced > 0)
        rs_text_printf(out, ", %s replaced by newer ones", cli_count(count, summary->replaced));
    if (summary->withdrawn > 0)
        rs_text_printf(out, ", %s withdrawn", cli_count(count, summary->withdrawn));
    if (summary->bad_rows == 0) return;
    rs_text_add(out, ", ");
    cli_put_count(out, summary->bad_rows, "bad row");
    rs_text_add(out, " left out");
}

void cli_put_ratings(rs_text *out, uint64_t ratings, uint64_t movies, uint64_t users)
{
    cli_put_count(out, ratings, "rating");
    rs_text_add(out, " of ");
    cli_put_count(out, movies, "movie");
    rs_text_add(out, " by ");
    cli_put_count(out, users, "user");
}

static void put_catalogue(const cli_inputs *inputs, rs_text *out)
{
    char a[32], b[32];
    rs_text_add(out, "Catalogue  ");
    cli_put_clean(out, inputs->movies_path);
    rs_text_add(out, ", ");
    cli_put_count(out, recsys_catalogue_count(inputs->catalogue), "movie");
    rs_text_printf(out, "\n           %s of them not rated, %s rated but not listed\n",
                   cli_count(a, inputs->unrated_movies), cli_count(b, inputs->unlisted_movies));
    if (inputs->unknown_tags > 0) {
        rs_text_add(out, "           ");
        cli_put_count(out, inputs->unknown_tags, "tag");
        rs_text_add(out, " of movies not listed\n");
    }
    if (inputs->unknown_links > 0) {
        rs_text_add(out, "           ");
        cli_put_count(out, inputs->unknown_links, "link");
        rs_text_add(out, " of movies not listed\n");
    }
}

void cli_inputs_print(const cli_inputs *inputs, rs_text *out)
{
    recsys_scale scale = RECSYS_SCALE_INIT;
    recsys_ratings_scale(inputs->ratings, &scale);
    rs_text_add(out, "Ratings    ");
    cli_put_clean(out, inputs->ratings_path);
    if (!inputs->saved) put_rows(&inputs->summary, out);
    rs_text_add(out, "\n           ");
    cli_put_ratings(out, recsys_ratings_count(inputs->ratings),
                    recsys_ratings_movies(inputs->ratings),
                    recsys_ratings_users(inputs->ratings));
    rs_text_add(out, ", ");
    put_scale(&scale, out);
    rs_text_add(out, "\n");
    if (inputs->catalogue != NULL) put_catalogue(inputs, out);
}

static void ratings_json(const cli_inputs *inputs, cli_json *json)
{
    recsys_scale scale = RECSYS_SCALE_INIT;
    recsys_ratings_scale(inputs->ratings, &scale);
    cli_json_object(json, "ratings");
    cli_json_text(json, "path", inputs->ratings_path);
    if (!inputs->saved) {
        cli_json_text(json, "format", inputs->summary.format);
        cli_json_count(json, "rows", inputs->summary.rows);
        cli_json_count(json, "bad_rows", inputs->summary.bad_rows);
        if (inputs->summary.bad_rows > 0)
            cli_json_text(json, "first_bad", inputs->summary.first_bad);
        cli_json_count(json, "replaced", inputs->summary.replaced);
        cli_json_count(json, "withdrawn", inputs->summary.withdrawn);
    }
    cli_json_count(json, "ratings", recsys_ratings_count(inputs->ratings));
    cli_json_count(json, "users", recsys_ratings_users(inputs->ratings));
    cli_json_count(json, "movies", recsys_ratings_movies(inputs->ratings));
    cli_json_text(json, "hash", recsys_ratings_hash(inputs->ratings));
    cli_json_object(json, "scale");
    cli_json_float(json, "min", scale.min);
    cli_json_float(json, "max", scale.max);
    cli_json_float(json, "step", scale.step);
    cli_json_close(json, '}');
    cli_json_close(json, '}');
}

void cli_inputs_json(const cli_inputs *inputs, cli_json *json)
{
    ratings_json(inputs, json);
    if (inputs->catalogue == NULL) return;
    cli_json_object(json, "catalogue");
    cli_json_text(json, "path", inputs->movies_path);
    cli_json_count(json, "movies", recsys_catalogue_count(inputs->catalogue));
    cli_json_count(json, "not_rated", inputs->unrated_movies);
    cli_json_count(json, "rated_not_listed", inputs->unlisted_movies);
    cli_json_count(json, "unknown_tags", inputs->unknown_tags);
    cli_json_count(json, "unknown_links", inputs->unknown_links);
    cli_json_close(json, '}');
}
