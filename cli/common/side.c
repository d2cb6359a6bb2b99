#include "side.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ID_SIZE = 4097 };

static void note_time(cli_side *side, int64_t milli)
{
    if (milli == 0) return;
    if (side->oldest == 0 || milli < side->oldest) side->oldest = milli;
    if (milli > side->newest) side->newest = milli;
}

void cli_side_measure(cli_side *side, const recsys_ratings *ratings)
{
    recsys_rating rating = RECSYS_RATING_INIT;
    *side = (cli_side){.ratings = recsys_ratings_count(ratings),
                       .users = recsys_ratings_users(ratings),
                       .movies = recsys_ratings_movies(ratings)};
    for (size_t user = 0; user < side->users; user++)
        for (size_t j = 0; recsys_ratings_user_at(ratings, user, j, &rating); j++)
            note_time(side, rating.timestamp);
    snprintf(side->hash, sizeof side->hash, "%s", recsys_ratings_hash(ratings));
}

void cli_side_json(const cli_side *side, const char *key, const char *file, cli_json *json)
{
    char buffer[40];
    cli_json_object(json, key);
    cli_json_text(json, "file", file);
    cli_json_count(json, "ratings", side->ratings);
    cli_json_count(json, "users", side->users);
    cli_json_count(json, "movies", side->movies);
    cli_json_text(json, "oldest", cli_iso_time(buffer, side->oldest));
    cli_json_text(json, "newest", cli_iso_time(buffer, side->newest));
    cli_json_text(json, "hash", side->hash);
    cli_json_close(json, '}');
}

/* ---- who is new ------------------------------------------------------------------ */

typedef size_t (*id_fn)(const recsys_ratings *ratings, size_t i, char *buffer, size_t size);
typedef size_t (*find_fn)(const recsys_ratings *ratings, const char *id);

static size_t count_missing(const recsys_ratings *test, size_t count, id_fn id_of,
                            const recsys_ratings *train, find_fn find)
{
    char id[ID_SIZE];
    size_t missing = 0;
    for (size_t i = 0; i < count; i++) {
        id_of(test, i, id, sizeof id);
        missing += find(train, id) == SIZE_MAX;
    }
    return missing;
}

size_t cli_cold_users(const recsys_ratings *test, const recsys_ratings *train)
{
    return count_missing(test, recsys_ratings_users(test), recsys_ratings_user_id, train,
                         recsys_ratings_find_user);
}

size_t cli_cold_movies(const recsys_ratings *test, const recsys_ratings *train)
{
    return count_missing(test, recsys_ratings_movies(test), recsys_ratings_movie_id, train,
                         recsys_ratings_find_movie);
}

/* ---- times ----------------------------------------------------------------------- */

const char *cli_iso_time(char *buffer, int64_t milli)
{
    struct tm parts;
    time_t second = (time_t)(milli / 1000);
    int part = (int)(milli % 1000);
    if (milli == 0 || gmtime_r(&second, &parts) == NULL) return NULL;
    size_t n = strftime(buffer, 32, "%Y-%m-%dT%H:%M:%S", &parts);
    if (part == 0)
        snprintf(buffer + n, 40 - n, "Z");
    else
        snprintf(buffer + n, 40 - n, ".%03dZ", part);
    return buffer;
}

int cli_is_by_time(const char *how)
{
    return strncmp(how, "time:", 5) == 0 || strncmp(how, "windows:", 8) == 0;
}
