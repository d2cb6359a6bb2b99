/* One side of a split: what is told of it. */
#ifndef CLI_SIDE_H
#define CLI_SIDE_H

#include <recsys/ratings.h>

#include "output.h"

typedef struct cli_side {
    uint64_t ratings;
    size_t users, movies;
    int64_t oldest, newest; /* of the ratings with a time; 0: none has one */
    char hash[65];
} cli_side;

void cli_side_measure(cli_side *side, const recsys_ratings *ratings);
/* An object with the name of the file that holds it. */
void cli_side_json(const cli_side *side, const char *key, const char *file, cli_json *json);

/* Is the test of this split newer than all of its train? Nothing is then left to chance. */
int cli_is_by_time(const char *how);

/* Users and movies of `test` that have no rating in `train`. */
size_t cli_cold_users(const recsys_ratings *test, const recsys_ratings *train);
size_t cli_cold_movies(const recsys_ratings *test, const recsys_ratings *train);

/* "2001-09-09T01:46:40Z", with milliseconds where there are any; NULL for 0: not known.
 * `buffer` of 40 bytes. */
const char *cli_iso_time(char *buffer, int64_t milli);

#endif
