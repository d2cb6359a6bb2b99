/* Ratings and catalogue from the files a command line names, and what was found in them. */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include "output.h"
#include "session.h"

typedef struct cli_inputs {
    /* flags */
    const char *ratings_path, *movies_path, *tags_path, *links_path;
    /* read */
    recsys_ratings *ratings;
    recsys_catalogue *catalogue; /* NULL without --movies */
    recsys_read_summary summary;
    int saved;                                /* ratings came from recsys_ratings_save */
    uint64_t unknown_tags, unknown_links;     /* of movies not in the catalogue */
    uint64_t unrated_movies, unlisted_movies; /* in the catalogue only, in the ratings only */
    double seconds;
} cli_inputs;

#define CLI_INPUT_FLAGS(inputs)                                                                \
    {CLI_TEXT,                                                                                 \
     'r',                                                                                      \
     "ratings",                                                                                \
     "FILE",                                                                                   \
     "Ratings: MovieLens ratings.csv, u.data, ratings.dat, any delimited text with named "     \
     "columns, JSON lines, each also gzipped, or a file saved by the library; `-' is "         \
     "standard input.",                                                                        \
     &(inputs).ratings_path,                                                                   \
     0,                                                                                        \
     0},                                                                                       \
        {CLI_TEXT,                                                                             \
         'm',                                                                                  \
         "movies",                                                                             \
         "FILE",                                                                               \
         "Catalogue: movies.csv, movies.dat, u.item or JSON lines.",                           \
         &(inputs).movies_path,                                                                \
         0,                                                                                    \
         0},                                                                                   \
        {CLI_TEXT,                                                                             \
         0,                                                                                    \
         "tags",                                                                               \
         "FILE",                                                                               \
         "MovieLens tags.csv, added to the catalogue.",                                        \
         &(inputs).tags_path,                                                                  \
         0,                                                                                    \
         0},                                                                                   \
    {                                                                                          \
        CLI_TEXT, 0, "links", "FILE", "MovieLens links.csv (IMDb and TMDB ids).",              \
            &(inputs).links_path, 0, 0                                                         \
    }

/* Read all that was named; --ratings must be. Returns CLI_GO_ON or an exit code after a
 * message. */
int cli_inputs_read(cli_inputs *inputs, cli_session *session);
void cli_inputs_free(cli_inputs *inputs);
/* What was read, as lines for people or as members of an open JSON object. */
void cli_inputs_print(const cli_inputs *inputs, rs_text *out);
void cli_inputs_json(const cli_inputs *inputs, cli_json *json);
/* "1,000 ratings of 20 movies by 1 user" */
void cli_put_ratings(rs_text *out, uint64_t ratings, uint64_t movies, uint64_t users);

#endif
