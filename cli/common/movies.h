/* Movies as people read them: titles, genres, lists of movies, a user's best-rated ones. */
#ifndef CLI_MOVIES_H
#define CLI_MOVIES_H

#include "output.h"
#include "session.h"
#include "table.h"

enum { CLI_ID_SIZE = 1024 }; /* longer ids are cut */

/* "The Matrix (1999)" for the catalogue's "Matrix, The"; the id where it has no title. */
void cli_put_title(const recsys_model *model, size_t movie, rs_text *out);
/* "Action, Crime" */
void cli_put_genres(const recsys_model *model, size_t movie, rs_text *out);
/* Cells with title, cut where it is very long, and genres. */
void cli_table_movie(cli_table *table, const recsys_model *model, size_t movie);
/* Members "movie", "title", "year" and "genres" of an open object. */
void cli_json_movie(cli_json *json, const recsys_model *model, size_t movie);
/* Number of columns to write in: those of the terminal, 60 to 120, else 80. */
size_t cli_page_width(void);

/* A rating given on the command line, newer than the model. NaN: withdrawn. */
typedef struct cli_rating {
    const char *movie;
    float value;
} cli_rating;

/* The ratings of a user (NULL: nobody), with `given[count]` over them, best first, then
 * newest first. */
typedef struct cli_profile {
    recsys_rating *ratings;
    size_t count;
    double mean; /* 0 without ratings */
} cli_profile;

int cli_profile_make(cli_profile *profile, const cli_session *session,
                     const recsys_model *model, const char *user, const cli_rating *given,
                     size_t count); /* CLI_GO_ON or an exit code after a message */
void cli_profile_free(cli_profile *profile, const cli_session *session);
void cli_profile_print(const cli_profile *profile, const cli_session *session,
                       const recsys_model *model, const char *user, rs_text *out);
void cli_profile_json(const cli_profile *profile, const recsys_model *model, cli_json *json);

#endif
