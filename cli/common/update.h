/* Newer ratings into a model: `recsys-model update'. */
#ifndef CLI_UPDATE_H
#define CLI_UPDATE_H

#include "session.h"

typedef struct cli_update {
    cli_list ratings; /* files, in their order */
    const char *movies, *tags, *links, *output;
    int keep;
} cli_update;

#define CLI_UPDATE_FLAGS(update)                                                               \
    {CLI_LIST,                                                                                 \
     'r',                                                                                      \
     "ratings",                                                                                \
     "FILE",                                                                                   \
     "Newer ratings, in any form that recsys-train reads; `-' is standard input. Given "       \
     "again: more of them, which come after those before.",                                    \
     &(update).ratings,                                                                        \
     0,                                                                                        \
     0},                                                                                       \
        {CLI_TEXT,                                                                             \
         'm',                                                                                  \
         "movies",                                                                             \
         "FILE",                                                                               \
         "Catalogue in place of the one the model was trained with.",                          \
         &(update).movies,                                                                     \
         0,                                                                                    \
         0},                                                                                   \
        {CLI_TEXT,       0, "tags", "FILE", "MovieLens tags.csv, added to the catalogue.",     \
         &(update).tags, 0, 0},                                                                \
        {CLI_TEXT,        0, "links", "FILE", "MovieLens links.csv (IMDb and TMDB ids).",      \
         &(update).links, 0, 0},                                                               \
        {CLI_TEXT,                                                                             \
         'o',                                                                                  \
         "output",                                                                             \
         "FILE",                                                                               \
         "Where the new model goes, perhaps MODEL itself; it appears there when it is "        \
         "complete. `-' is standard output.",                                                  \
         &(update).output,                                                                     \
         0,                                                                                    \
         0},                                                                                   \
    {                                                                                          \
        CLI_FLAG, 0, "keep", NULL,                                                             \
            "Keep what was learned of movies (content, EASE and the like) and fusion as they " \
            "are in MODEL, which takes less time; the new model says that they are stale.",    \
            &(update).keep, 0, 0                                                               \
    }

/* Is any of these flags given? */
int cli_update_given(const cli_update *update, const cli_flags *flags);
/* Returns CLI_GO_ON or an exit code after a message. */
int cli_update_check(const cli_program *program, const cli_update *update,
                     const cli_flags *flags);
/* Read, update, write, tell. Returns an exit code. */
int cli_update_run(cli_session *session, const cli_update *update, const char *model_path);

#endif
