/* recsys-recommend: lists for a user, for given ratings, for a movie, for everybody. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "common/movies.h"
#include "common/reasons.h"

enum { SIMILAR_LIMIT = 20, WRITE_AT = 1 << 16 };

typedef struct arguments {
    cli_list operands;
    const char *model, *user, *similar;
    cli_list rates, genres, allow, deny, set;
    int64_t limit, year_min, year_max;
    int explain, profile, all;
    cli_flags flags;
} arguments;

typedef struct recommending {
    cli_session session;
    const arguments *given;
    recsys_model *model;
    recsys_context *context;
    recsys_query *query;
    cli_rating *rates; /* [given->rates.count] */
    char *texts;       /* the movie ids in rates */
    cli_profile profile;
    rs_text out;
    size_t lists; /* with --all: lists written so far */
} recommending;

/* ---- the query ------------------------------------------------------------------- */

/* "movie=rating"; ids may hold '=', so the last one counts. */
static int read_rate(recommending *r, const char *text, char *id, cli_rating *rate)
{
    const char *equals = strrchr(text, '=');
    double value = (double)NAN;
    if (equals == NULL || equals == text ||
        (strcmp(equals + 1, "none") != 0 &&
         !rs_parse_real(equals + 1, strlen(equals + 1), &value)))
        return cli_usage_error(r->session.program,
                               "--rate \"%s\": expected MOVIE=RATING or MOVIE=none", text);
    recsys_scale scale = RECSYS_SCALE_INIT;
    recsys_model_scale(r->model, &scale);
    if (value < (double)scale.min || value > (double)scale.max)
        cli_note(&r->session, "--rate %s: the model's ratings are %g to %g", text,
                 (double)scale.min, (double)scale.max);
    memcpy(id, text, (size_t)(equals - text));
    id[equals - text] = '\0';
    *rate = (cli_rating){id, (float)value};
    return CLI_GO_ON;
}

static int read_rates(recommending *r)
{
    const cli_list *rates = &r->given->rates;
    size_t room = 0;
    for (size_t i = 0; i < rates->count; i++) room += strlen(rates->items[i]) + 1;
    r->rates = rs_array(r->session.memory, rates->count, sizeof *r->rates);
    r->texts = rs_array(r->session.memory, room, 1);
    if (r->rates == NULL || r->texts == NULL) return cli_no_memory(r->session.program);
    char *id = r->texts;
    for (size_t i = 0; i < rates->count; i++) {
        int outcome = read_rate(r, rates->items[i], id, &r->rates[i]);
        if (outcome != CLI_GO_ON) return outcome;
        id += strlen(id) + 1;
    }
    return CLI_GO_ON;
}

static void note_unknown(const recommending *r, const char *flag, const char *movie)
{
    if (recsys_model_find_movie(r->model, movie) == SIZE_MAX)
        cli_note(&r->session, "%s: the model does not know movie %s", flag, movie);
}

static recsys_status set_movies(recommending *r)
{
    const arguments *given = r->given;
    recsys_error *err = &r->session.err;
    recsys_status status = RECSYS_OK;
    for (size_t i = 0; i < given->allow.count && status == RECSYS_OK; i++) {
        note_unknown(r, "--allow", given->allow.items[i]);
        status = recsys_query_allow(r->query, given->allow.items[i], err);
    }
    for (size_t i = 0; i < given->deny.count && status == RECSYS_OK; i++) {
        note_unknown(r, "--deny", given->deny.items[i]);
        status = recsys_query_deny(r->query, given->deny.items[i], err);
    }
    for (size_t i = 0; i < given->rates.count && status == RECSYS_OK; i++) {
        note_unknown(r, "--rate", r->rates[i].movie);
        status =
            recsys_query_add_rating(r->query, r->rates[i].movie, r->rates[i].value, 0, err);
    }
    return status;
}

static recsys_status set_filters(recommending *r)
{
    const arguments *given = r->given;
    recsys_error *err = &r->session.err;
    recsys_status status = RECSYS_OK;
    for (size_t i = 0; i < given->genres.count && status == RECSYS_OK; i++)
        status = recsys_query_genre(r->query, given->genres.items[i], err);
    if (status == RECSYS_OK && (given->year_min > 0 || given->year_max > 0))
        status = recsys_query_years(r->query, (int)given->year_min, (int)given->year_max, err);
    if (status == RECSYS_OK && given->limit > 0)
        status = recsys_query_set_limit(r->query, (size_t)given->limit, err);
    return status;
}

static int set_options(recommending *r)
{
    for (size_t i = 0; i < r->given->set.count; i++) {
        const char *text = r->given->set.items[i], *equals = strchr(text, '=');
        char key[256];
        if (equals == NULL || equals == text)
            return cli_usage_error(r->session.program, "--set \"%s\": expected KEY=VALUE",
                                   text);
        snprintf(key, sizeof key, "%.*s", (int)(equals - text), text);
        if (recsys_query_set_option(r->query, key, equals + 1, &r->session.err) != RECSYS_OK)
            return cli_usage_error(r->session.program, "--set %s", r->session.err.text);
    }
    return CLI_GO_ON;
}

static int make_query(recommending *r)
{
    int outcome = read_rates(r);
    if (outcome != CLI_GO_ON) return outcome;
    recsys_error *err = &r->session.err;
    if (recsys_query_create(&r->query, r->session.runtime, err) != RECSYS_OK ||
        recsys_query_set_user(r->query, r->given->user, err) != RECSYS_OK ||
        set_filters(r) != RECSYS_OK || set_movies(r) != RECSYS_OK)
        return cli_failed(&r->session);
    return set_options(r);
}

/* ---- one list as text ------------------------------------------------------------ */

static int has_titles(const recommending *r, const recsys_result *list)
{
    recsys_movie text = RECSYS_MOVIE_INIT;
    recsys_movie_stat stat = RECSYS_MOVIE_STAT_INIT;
    for (size_t i = 0; i < recsys_result_size(list); i++)
        if (recsys_model_movie(r->model, recsys_result_movie(list, i), &text, &stat, NULL) ==
                RECSYS_OK &&
            text.title[0] != '\0')
            return 1;
    return 0;
}

/* A line of headings and one for each item. */
static void put_rows(const recommending *r, const recsys_result *list, rs_text *out)
{
    cli_table table;
    char number[64];
    int titles = has_titles(r, list);
    cli_table_begin(&table, r->session.memory, titles ? "rrlll" : "rrl", 1);
    cli_table_cell(&table, "#");
    cli_table_cell(&table, r->given->similar != NULL ? "alike" : "score");
    cli_table_cell(&table, "id");
    if (titles) cli_table_cell(&table, "movie");
    if (titles) cli_table_cell(&table, "genres");
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        cli_table_cellf(&table, "%zu", i + 1);
        cli_table_cell(&table, cli_fixed(number, recsys_result_score(list, i), 4));
        cli_table_cell(&table, recsys_result_item(list, i));
        if (titles) cli_table_movie(&table, r->model, recsys_result_movie(list, i));
    }
    cli_table_end(&table, out);
}

static int put_list(recommending *r, const recsys_result *list, rs_text *out)
{
    rs_text rows;
    rs_text_begin(&rows, r->session.memory);
    put_rows(r, list, &rows);
    int outcome = CLI_GO_ON;
    const char *line = rows.failed || rows.data == NULL ? "" : rows.data;
    for (size_t i = 0; *line != '\0' && outcome == CLI_GO_ON; i++) {
        size_t size = strcspn(line, "\n") + 1;
        rs_text_add_bytes(out, line, size);
        if (r->given->explain && i > 0)
            outcome = cli_put_reasons(&r->session, r->model, list, i - 1, 5, out);
        line += size;
    }
    if (rows.failed) out->failed = 1;
    rs_text_free(&rows);
    return outcome;
}

/* ---- one list as JSON ------------------------------------------------------------ */

static int put_items(recommending *r, const recsys_result *list, cli_json *json)
{
    int outcome = CLI_GO_ON;
    cli_json_array(json, "items");
    for (size_t i = 0; i < recsys_result_size(list) && outcome == CLI_GO_ON; i++) {
        cli_json_object(json, NULL);
        cli_json_count(json, "rank", i + 1);
        cli_json_movie(json, r->model, recsys_result_movie(list, i));
        cli_json_real(json, "score", recsys_result_score(list, i));
        if (r->given->similar == NULL)
            cli_json_real(json, "rating", recsys_result_rating(list, i));
        if (r->given->explain) outcome = cli_json_reasons(&r->session, list, i, json);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
    return outcome;
}

static int put_json(recommending *r, const recsys_result *list, rs_text *out)
{
    const arguments *given = r->given;
    cli_json json;
    cli_json_begin(&json, out, 1);
    cli_json_object(&json, NULL);
    cli_json_text(&json, "model", recsys_model_hash(r->model));
    if (given->similar != NULL) {
        cli_json_text(&json, "similar_to", given->similar);
    } else {
        cli_json_text(&json, "user", given->user);
        cli_json_bool(&json, "known",
                      given->user != NULL &&
                          recsys_model_find_user(r->model, given->user) != SIZE_MAX);
    }
    if (given->profile) cli_profile_json(&r->profile, r->model, &json);
    int outcome = put_items(r, list, &json);
    cli_json_close(&json, '}');
    return outcome;
}

/* ---- one list -------------------------------------------------------------------- */

static void put_heading(const recommending *r, rs_text *out)
{
    const arguments *given = r->given;
    size_t movie;
    if (given->similar != NULL) {
        movie = recsys_model_find_movie(r->model, given->similar);
        rs_text_add(out, "Movies similar to ");
        if (movie != SIZE_MAX) cli_put_title(r->model, movie, out);
    } else if (given->user != NULL) {
        rs_text_add(out, "Recommendations for user ");
        cli_put_clean(out, given->user);
    } else {
        rs_text_add(out, "Recommendations");
    }
    rs_text_add(out, ":\n\n");
}

static int print_list(recommending *r, const recsys_result *list)
{
    const arguments *given = r->given;
    int outcome;
    if (recsys_result_size(list) == 0)
        cli_note(&r->session, given->similar != NULL ? "no movie is similar to it"
                                                     : "no movie is left to recommend");
    if (given->flags.json) {
        outcome = put_json(r, list, &r->out);
    } else {
        if (given->profile)
            cli_profile_print(&r->profile, &r->session, r->model, given->user, &r->out);
        put_heading(r, &r->out);
        outcome = CLI_GO_ON;
        if (recsys_result_size(list) > 0)
            outcome = put_list(r, list, &r->out);
        else
            rs_text_add(&r->out, "  none\n");
    }
    return outcome == CLI_GO_ON ? cli_write(&r->session, &r->out) : outcome;
}

static void note_stranger(const recommending *r)
{
    const arguments *given = r->given;
    if (given->user == NULL || recsys_model_find_user(r->model, given->user) != SIZE_MAX)
        return;
    if (given->rates.count > 0)
        cli_note(&r->session,
                 "the model does not know user %s; the list rests on the ratings "
                 "given",
                 given->user);
    else
        cli_note(&r->session, "the model does not know user %s; the list is of what is popular",
                 given->user);
}

static int recommend(recommending *r)
{
    const recsys_result *list;
    int outcome = make_query(r);
    if (outcome == CLI_GO_ON && r->given->profile)
        outcome = cli_profile_make(&r->profile, &r->session, r->model, r->given->user, r->rates,
                                   r->given->rates.count);
    if (outcome != CLI_GO_ON) return outcome;
    note_stranger(r);
    if (recsys_context_create(&r->context, r->model, &r->session.err) != RECSYS_OK ||
        recsys_recommend(&list, r->context, r->query, &r->session.err) != RECSYS_OK)
        return cli_failed(&r->session);
    return print_list(r, list);
}

static int similar(recommending *r)
{
    const recsys_result *list;
    size_t limit = r->given->limit > 0 ? (size_t)r->given->limit : SIMILAR_LIMIT;
    if (recsys_context_create(&r->context, r->model, &r->session.err) != RECSYS_OK ||
        recsys_similar(&list, r->context, r->given->similar, limit, &r->session.err) !=
            RECSYS_OK)
        return cli_failed(&r->session);
    return print_list(r, list);
}

/* ---- everybody ------------------------------------------------------------------- */

/* Standard output takes what was gathered; 0: it did not. */
static int pour(recommending *r)
{
    if (r->out.failed) return 0;
    if (r->out.size > 0 && fwrite(r->out.data, 1, r->out.size, stdout) != r->out.size) return 0;
    r->out.size = 0;
    return 1;
}

static void put_tsv(const char *user, const recsys_result *list, rs_text *out)
{
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        cli_put_clean(out, user);
        rs_text_printf(out, "\t%zu\t", i + 1);
        cli_put_clean(out, recsys_result_item(list, i));
        rs_text_add(out, "\t");
        rs_text_add_real(out, recsys_result_score(list, i));
        rs_text_add(out, "\n");
    }
}

static void put_json_line(const char *user, const recsys_result *list, rs_text *out)
{
    cli_json json;
    cli_json_begin(&json, out, 0);
    cli_json_object(&json, NULL);
    cli_json_text(&json, "user", user);
    cli_json_array(&json, "items");
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        cli_json_object(&json, NULL);
        cli_json_text(&json, "movie", recsys_result_item(list, i));
        cli_json_real(&json, "score", recsys_result_score(list, i));
        cli_json_close(&json, '}');
    }
    cli_json_close(&json, ']');
    cli_json_close(&json, '}');
}

static int take_list(void *user_data, const char *user, const recsys_result *list)
{
    recommending *r = user_data;
    (r->given->flags.json ? put_json_line : put_tsv)(user, list, &r->out);
    r->lists++;
    return r->out.failed || (r->out.size >= WRITE_AT && !pour(r));
}

static int recommend_all(recommending *r)
{
    int outcome = make_query(r);
    if (outcome != CLI_GO_ON) return outcome;
    if (!r->given->flags.json) rs_text_add(&r->out, "user\trank\tmovie\tscore\n");
    recsys_status status = recsys_recommend_all(r->model, r->query, take_list, r,
                                                &r->session.progress.callback, &r->session.err);
    if (ferror(stdout)) return cli_write(&r->session, &r->out);
    if (r->out.failed) return cli_no_memory(r->session.program);
    if (status != RECSYS_OK) return cli_failed(&r->session);
    return cli_write(&r->session, &r->out);
}

/* ---- command line ---------------------------------------------------------------- */

static const char *const synopsis[] = {"MODEL --user ID [--rate MOVIE=RATING]... [OPTION]...",
                                       "MODEL --rate MOVIE=RATING... [OPTION]...",
                                       "MODEL --similar MOVIE [-n N]",
                                       "MODEL --all [OPTION]...", NULL};

static const char summary[] =
    "Recommend movies from a trained model: to a user it knows, to somebody with the ratings "
    "given here, or to everybody; or list movies similar to one.\n"
    "A user the model does not know gets what is popular, which is said on standard error. "
    "Movies that the user has rated are never recommended.";

static const cli_exit exits[] = {
    CLI_EXITS,
    CLI_EXIT_INTERRUPTED,
    {0, NULL},
};

static const char *const notes[] = {
    CLI_ENVIRONMENT_PLAIN, "Examples:",
    "  recsys-recommend model.recsys --user 42 -n 10 --explain\n"
    "  recsys-recommend model.recsys --rate 296=5 --rate 318=4.5 --genre crime\n"
    "  recsys-recommend model.recsys --similar 296\n"
    "  recsys-recommend model.recsys --all --json > lists.jsonl",
    NULL};

static int has_filters(const arguments *given)
{
    return given->genres.count + given->allow.count + given->deny.count + given->set.count >
               0 ||
           given->year_min > 0 || given->year_max > 0;
}

static int check_usage(const cli_program *program, const arguments *given)
{
    int person = given->user != NULL || given->rates.count > 0;
    int ways = person + (given->similar != NULL) + given->all;
    if (ways == 0)
        return cli_usage_error(program, "one of --user, --rate, --similar and --all is needed");
    if (ways > 1)
        return cli_usage_error(program,
                               "--similar and --all go with neither --user nor --rate");
    if (!person && (given->explain || given->profile))
        return cli_usage_error(program, "--explain and --profile need --user or --rate");
    if (given->similar != NULL && has_filters(given))
        return cli_usage_error(program, "--similar takes no filters and no --set");
    if (given->year_max > 0 && given->year_min > given->year_max)
        return cli_usage_error(program, "--year-min is after --year-max");
    return CLI_GO_ON;
}

static int run(const cli_program *program, const arguments *given)
{
    recommending r = {.given = given};
    int outcome = cli_begin(&r.session, program, &given->flags);
    rs_text_begin(&r.out, r.session.memory);
    if (outcome == CLI_GO_ON && recsys_model_open(&r.model, r.session.runtime, given->model,
                                                  &r.session.err) != RECSYS_OK)
        outcome = cli_failed(&r.session);
    if (outcome == CLI_GO_ON)
        outcome = given->all               ? recommend_all(&r)
                  : given->similar != NULL ? similar(&r)
                                           : recommend(&r);
    if (r.session.memory != NULL) {
        rs_text_free(&r.out);
        cli_profile_free(&r.profile, &r.session);
        rs_free(r.session.memory, r.rates);
        rs_free(r.session.memory, r.texts);
    }
    recsys_query_destroy(r.query);
    recsys_context_destroy(r.context);
    recsys_model_destroy(r.model);
    cli_end(&r.session);
    return outcome;
}

static int start(const cli_program *program, void *data)
{
    arguments *given = data;
    int outcome = check_usage(program, given);
    given->model = given->operands.items[0];
    return outcome == CLI_GO_ON ? run(program, given) : outcome;
}

int main(int argc, char **argv)
{
    static arguments given = {.flags.no_config = 1};
    static const cli_option options[] = {
        CLI_HEAD("For whom"),
        {CLI_TEXT, 'u', "user", "ID", "Recommend to this user.", &given.user, 0, 0},
        {CLI_LIST, 'r', "rate", "MOVIE=RATING",
         "A rating newer than the model; `none' withdraws one. May be given again.",
         &given.rates, 0, 0},
        {CLI_TEXT, 0, "similar", "MOVIE", "List movies similar to this one by content.",
         &given.similar, 0, 0},
        {CLI_FLAG, 'a', "all", NULL,
         "A list for every user: lines of user, rank, movie and score between tabs, or with "
         "--json an object a line.",
         &given.all, 0, 0},
        CLI_HEAD("Which movies"),
        {CLI_INT, 'n', "limit", "N",
         "Length of the list (default: model.recommendation.top_n of the model; 20 with "
         "--similar).",
         &given.limit, 1, 100000},
        {CLI_LIST, 'g', "genre", "GENRE",
         "Only movies of this genre; given again: of any of them.", &given.genres, 0, 0},
        {CLI_INT, 0, "year-min", "YEAR", "Only movies of this year or later.", &given.year_min,
         1, 9999},
        {CLI_INT, 0, "year-max", "YEAR", "Only movies of this year or earlier.",
         &given.year_max, 1, 9999},
        {CLI_LIST, 0, "allow", "MOVIE", "Only this movie; given again: only these.",
         &given.allow, 0, 0},
        {CLI_LIST, 0, "deny", "MOVIE", "Never this movie. May be given again.", &given.deny, 0,
         0},
        CLI_HEAD("Output"),
        {CLI_FLAG, 'e', "explain", NULL, "Say why each movie is in the list.", &given.explain,
         0, 0},
        {CLI_FLAG, 'p', "profile", NULL, "Print the user's best-rated movies first.",
         &given.profile, 0, 0},
        CLI_HEAD("Options"),
        {CLI_LIST, 's', "set", "KEY=VALUE",
         "Set one query option over what the model has; may be given again. `recsys-model "
         "options' lists all keys.",
         &given.set, 0, 0},
        CLI_COMMON_FLAGS(given.flags),
    };
    static const cli_program program = {
        .name = "recsys-recommend",
        .synopsis = synopsis,
        .summary = summary,
        .options = options,
        .count = sizeof options / sizeof *options,
        .exits = exits,
        .notes = notes,
        .operands_min = 1,
        .operands_max = 1,
        .operands = &given.operands,
    };
    return cli_main(&program, argc, argv, start, &given);
}
