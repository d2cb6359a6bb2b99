#include "movies.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"

enum { PROFILE_ROWS = 10, TITLE_WIDTH = 48 };

/* ---- one movie ------------------------------------------------------------------- */

static recsys_movie movie_text(const recsys_model *model, size_t movie)
{
    recsys_movie text = RECSYS_MOVIE_INIT;
    recsys_movie_stat stat = RECSYS_MOVIE_STAT_INIT;
    if (recsys_model_movie(model, movie, &text, &stat, NULL) != RECSYS_OK)
        text = (recsys_movie)RECSYS_MOVIE_INIT;
    return text;
}

/* Where a title's article stands behind it, at its end or before a bracket: the comma. */
static const char *find_article(const char *title, size_t *size)
{
    static const char *const articles[] = {"The", "A",  "An",  "Le",  "La", "Les",
                                           "El",  "Il", "Der", "Die", "Das"};
    for (const char *comma = strchr(title, ','); comma != NULL;
         comma = strchr(comma + 1, ',')) {
        if (comma[1] != ' ' || comma == title) continue;
        for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
            size_t length = strlen(articles[i]);
            const char *behind = comma + 2 + length;
            if (strncmp(comma + 2, articles[i], length) != 0 ||
                (*behind != '\0' && strncmp(behind, " (", 2) != 0))
                continue;
            *size = length;
            return comma;
        }
        if (memchr(title, '(', (size_t)(comma - title)) != NULL) return NULL;
    }
    return NULL;
}

static void put_title(const char *title, rs_text *out)
{
    char front[1024];
    size_t size;
    const char *comma = find_article(title, &size);
    if (comma == NULL || (size_t)(comma - title) + size + 2 > sizeof front) {
        cli_put_clean(out, title);
        return;
    }
    snprintf(front, sizeof front, "%.*s %.*s", (int)size, comma + 2, (int)(comma - title),
             title);
    cli_put_clean(out, front);
    cli_put_clean(out, comma + 2 + size);
}

/* Cut what was appended since `from` at a number of columns, with three dots. */
static void cut(rs_text *text, size_t from, size_t width)
{
    if (text->failed || text->data == NULL ||
        cli_text_width(text->data + from, text->size - from) <= width)
        return;
    size_t size = text->size;
    while (size > from && ((text->data[size] & 0xc0) == 0x80 ||
                           cli_text_width(text->data + from, size - from) > width - 3))
        size--;
    text->size = size;
    rs_text_add(text, "...");
}

/* The title takes at most `width` columns, the year comes on top. */
static void put_title_within(const recsys_model *model, size_t movie, size_t width,
                             rs_text *out)
{
    recsys_movie text = movie_text(model, movie);
    char id[CLI_ID_SIZE];
    if (text.title[0] == '\0') {
        recsys_model_movie_id(model, movie, id, sizeof id);
        rs_text_add(out, "movie ");
        cli_put_clean(out, id);
        return;
    }
    size_t from = out->size;
    put_title(text.title, out);
    cut(out, from, width);
    if (text.year != 0) rs_text_printf(out, " (%d)", text.year);
}

void cli_put_title(const recsys_model *model, size_t movie, rs_text *out)
{
    put_title_within(model, movie, SIZE_MAX, out);
}

void cli_put_genres(const recsys_model *model, size_t movie, rs_text *out)
{
    const char *genres = movie_text(model, movie).genres;
    char one[256];
    while (*genres != '\0') {
        size_t size = strcspn(genres, "|");
        snprintf(one, sizeof one, "%.*s", (int)(size < 255 ? size : 255), genres);
        cli_put_clean(out, one);
        genres += size;
        if (*genres == '|') {
            rs_text_add(out, ", ");
            genres++;
        }
    }
}

void cli_table_movie(cli_table *table, const recsys_model *model, size_t movie)
{
    rs_text text;
    rs_text_begin(&text, table->cells.runtime);
    put_title_within(model, movie, TITLE_WIDTH, &text);
    cli_table_cell(table, text.failed ? "" : text.data);
    text.size = 0;
    cli_put_genres(model, movie, &text);
    rs_text_add(&text, "");
    cli_table_cell(table, text.failed ? "" : text.data);
    if (text.failed) table->cells.failed = 1;
    rs_text_free(&text);
}

static void genres_json(cli_json *json, const char *genres)
{
    char one[256];
    cli_json_array(json, "genres");
    while (*genres != '\0') {
        size_t size = strcspn(genres, "|");
        snprintf(one, sizeof one, "%.*s", (int)(size < 255 ? size : 255), genres);
        cli_json_text(json, NULL, one);
        genres += size + (genres[size] == '|');
    }
    cli_json_close(json, ']');
}

void cli_json_movie(cli_json *json, const recsys_model *model, size_t movie)
{
    recsys_movie text = movie_text(model, movie);
    char id[CLI_ID_SIZE];
    recsys_model_movie_id(model, movie, id, sizeof id);
    cli_json_text(json, "movie", id);
    if (text.title[0] == '\0') return;
    cli_json_text(json, "title", text.title);
    if (text.year != 0) cli_json_int(json, "year", text.year);
    genres_json(json, text.genres);
}

size_t cli_page_width(void)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 80;
    return size.ws_col < 60 ? 60 : size.ws_col > 120 ? 120 : size.ws_col;
}

/* ---- a user's ratings ------------------------------------------------------------ */

static int best_first(const void *a, const void *b)
{
    const recsys_rating *x = a, *y = b;
    if (x->value != y->value) return x->value > y->value ? -1 : 1;
    if (x->timestamp != y->timestamp) return x->timestamp > y->timestamp ? -1 : 1;
    return x->movie < y->movie ? -1 : x->movie > y->movie;
}

/* Put a rating in the place of an older one of the movie, or behind all. */
static void overrule(cli_profile *profile, size_t movie, float value)
{
    size_t i = 0;
    while (i < profile->count && profile->ratings[i].movie != movie) i++;
    if (isnan(value)) {
        if (i < profile->count) profile->ratings[i] = profile->ratings[--profile->count];
        return;
    }
    profile->ratings[i] =
        (recsys_rating){sizeof(recsys_rating), SIZE_MAX, movie, value, INT64_MAX};
    if (i == profile->count) profile->count++;
}

int cli_profile_make(cli_profile *profile, const cli_session *session,
                     const recsys_model *model, const char *user, const cli_rating *given,
                     size_t count)
{
    size_t number = user == NULL ? SIZE_MAX : recsys_model_find_user(model, user);
    size_t known = number == SIZE_MAX ? 0 : recsys_model_user_count(model, number);
    *profile = (cli_profile){NULL, 0, 0};
    profile->ratings = rs_array(session->memory, known + count, sizeof *profile->ratings);
    if (profile->ratings == NULL) return cli_no_memory(session->program);
    for (size_t j = 0; j < known; j++) {
        profile->ratings[profile->count] = (recsys_rating)RECSYS_RATING_INIT;
        profile->count +=
            recsys_model_user_at(model, number, j, &profile->ratings[profile->count]) != 0;
    }
    for (size_t i = 0; i < count; i++) {
        size_t movie = recsys_model_find_movie(model, given[i].movie);
        if (movie != SIZE_MAX) overrule(profile, movie, given[i].value);
    }
    double sum = 0;
    for (size_t i = 0; i < profile->count; i++) sum += (double)profile->ratings[i].value;
    profile->mean = profile->count > 0 ? sum / (double)profile->count : 0;
    qsort(profile->ratings, profile->count, sizeof *profile->ratings, best_first);
    return CLI_GO_ON;
}

void cli_profile_free(cli_profile *profile, const cli_session *session)
{
    rs_free(session->memory, profile->ratings);
    *profile = (cli_profile){NULL, 0, 0};
}

static void put_heading(const cli_profile *profile, const char *user, rs_text *out)
{
    char number[64];
    if (user != NULL) {
        rs_text_add(out, "User ");
        cli_put_clean(out, user);
        rs_text_add(out, " has rated ");
    } else {
        rs_text_add(out, "You have rated ");
    }
    cli_put_count(out, profile->count, "movie");
    if (profile->count == 0) {
        rs_text_add(out, ".\n\n");
        return;
    }
    rs_text_printf(out, ", %s on average. The best:\n\n", cli_fixed(number, profile->mean, 2));
}

void cli_profile_print(const cli_profile *profile, const cli_session *session,
                       const recsys_model *model, const char *user, rs_text *out)
{
    cli_table table;
    char number[64];
    put_heading(profile, user, out);
    if (profile->count == 0) return;
    cli_table_begin(&table, session->memory, "rll", 2);
    for (size_t i = 0; i < profile->count && i < PROFILE_ROWS; i++) {
        const recsys_rating *rating = &profile->ratings[i];
        cli_table_cell(&table, cli_fixed(number, (double)rating->value, 1));
        cli_table_movie(&table, model, rating->movie);
    }
    cli_table_end(&table, out);
    rs_text_add(out, "\n");
}

void cli_profile_json(const cli_profile *profile, const recsys_model *model, cli_json *json)
{
    cli_json_object(json, "profile");
    cli_json_count(json, "ratings", profile->count);
    cli_json_real(json, "mean", profile->count > 0 ? profile->mean : NAN);
    cli_json_array(json, "best");
    for (size_t i = 0; i < profile->count && i < PROFILE_ROWS; i++) {
        cli_json_object(json, NULL);
        cli_json_float(json, "rating", profile->ratings[i].value);
        cli_json_movie(json, model, profile->ratings[i].movie);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
    cli_json_close(json, '}');
}
