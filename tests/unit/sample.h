/* A small world for tests: deterministic ratings with taste in them, and a catalogue. */
#ifndef RS_SAMPLE_H
#define RS_SAMPLE_H

#include "testing.h"

#include <recsys/recsys.h>

typedef struct sample {
    size_t users, movies; /* movies of the ratings; the catalogue has two more */
    size_t user, at;      /* where the row callback stands */
    uint64_t state;
    char user_id[32], movie_id[32];
} sample;

/* Users like one of two halves of the movies; about a third of the pairs are rated. */
static inline int sample_row(void *user_data, recsys_row *row)
{
    sample *s = user_data;
    for (;;) {
        if (s->at == s->movies) {
            s->at = 0;
            s->user++;
        }
        if (s->user >= s->users) return 0;
        size_t movie = s->at++;
        uint64_t draw = test_random(&s->state);
        if (draw % 3 != 0 && (s->user + movie) % 7 != 0) continue;
        int liked = s->user % 2 == movie % 2;
        snprintf(s->user_id, sizeof s->user_id, "u%03zu", s->user);
        snprintf(s->movie_id, sizeof s->movie_id, "m%03zu", movie);
        row->user = s->user_id;
        row->movie = s->movie_id;
        row->rating = liked ? 4 + (float)(draw / 3 % 3) / 2 : 1 + (float)(draw / 3 % 5) / 2;
        row->timestamp = (int64_t)(1000000 + s->user * 1000 + movie);
        return 1;
    }
}

static inline recsys_status sample_ratings(recsys_ratings **ratings, recsys_runtime *runtime,
                                           size_t users, size_t movies, recsys_error *err)
{
    sample s = {.users = users, .movies = movies, .state = 42};
    return recsys_ratings_from_rows(ratings, runtime, sample_row, &s, err);
}

/* JSON lines of a catalogue; movies + 2 of them, the last two rated by nobody. */
static inline char *sample_catalogue_text(size_t movies)
{
    static const char *const genres[] = {"Comedy", "Drama", "Crime", "Romance", "War"};
    size_t room = (movies + 2) * 160 + 1, size = 0;
    char *text = malloc(room);
    assert_non_null(text);
    text[0] = '\0';
    for (size_t i = 0; i < movies + 2; i++)
        size += (size_t)snprintf(text + size, room - size,
                                 "{\"movie_id\": \"m%03zu\", \"title\": \"Film number%zu\", "
                                 "\"year\": %zu, \"genres\": [\"%s\", \"%s\"]}\n",
                                 i, i % 9, 1960 + i % 60, genres[i % 2], genres[2 + i % 3]);
    return text;
}

static inline recsys_status sample_catalogue(recsys_catalogue **catalogue,
                                             recsys_runtime *runtime, const char *path,
                                             recsys_error *err)
{
    return recsys_catalogue_read(catalogue, runtime, path, NULL, err);
}

/* A model of it; `folder` is for the catalogue's file. */
static inline recsys_status sample_model(recsys_model **model, recsys_runtime *runtime,
                                         const char *catalogue_path, size_t users,
                                         size_t movies, recsys_error *err)
{
    recsys_ratings *ratings = NULL;
    recsys_catalogue *catalogue = NULL;
    recsys_status status = sample_ratings(&ratings, runtime, users, movies, err);
    if (status == RECSYS_OK)
        status = sample_catalogue(&catalogue, runtime, catalogue_path, err);
    if (status == RECSYS_OK)
        status = recsys_model_fit(model, runtime, ratings, catalogue, NULL, NULL, err);
    recsys_ratings_destroy(ratings);
    recsys_catalogue_destroy(catalogue);
    return status;
}

/* Write the catalogue's file into `folder`; the path lives in `buffer`. */
static inline const char *sample_catalogue_file(char buffer[512], const char *folder,
                                                size_t movies)
{
    char *text = sample_catalogue_text(movies);
    test_text_file(buffer, folder, "movies.jsonl", text);
    free(text);
    return buffer;
}

#endif
