/* Writes ratings shaped like those of MovieLens: the library's own file, ratings.csv, or bare
 * arrays for programs in other languages.
 *
 *     bench_generate PRESET [--out FILE] [--csv FILE] [--catalogue FILE] [--raw FILE]
 *                    [--seed N] [--users N] [--movies N] [--mean X] [--skew X] [--offset X]
 *                    [--spread X]
 *
 * PRESET is 100k, 1M, 10M, 20M or 100M; the rest changes it: --mean, ratings of a user;
 * --skew and --offset, of popularity; --spread, of activity (see common/shape.h). --catalogue
 * is movies.csv with made-up titles and genres. --raw is int64 users, movies, ratings; int64
 * ends[users + 1], from 0; int32 movie[ratings]; uint8 half_stars[ratings]; as this machine
 * orders bytes. Ids are 1, 2, 3... for users and rise with the number for movies, so that row
 * numbers are those of the library.
 *
 * Prints what came of it as one line of JSON: counts, and the sums of squares that the work of
 * comparing users (over movies) and movies (over users) grows with. The same preset and seed
 * give the same bytes everywhere. */
#include <recsys/recsys.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/measure.h"
#include "common/shape.h"

enum { ID = 12 };

typedef struct rows {
    shape_source *source;
    const shape_rating *list;
    size_t count, at;
    uint32_t user;
    char name[ID], (*movies)[ID];
} rows;

static rows open_rows(const shape *preset)
{
    rows r = {.source = bench_memory(shape_open(preset))};
    r.movies = bench_memory(malloc(preset->movies * sizeof *r.movies));
    for (uint32_t i = 0; i < preset->movies; i++)
        snprintf(r.movies[i], ID, "%u", shape_movie_id(r.source, i));
    return r;
}

static void close_rows(rows *r)
{
    shape_close(r->source);
    free(r->movies);
}

static const shape_rating *next(rows *r)
{
    if (r->at == r->count) {
        r->count = shape_next(r->source, &r->list);
        r->at = 0;
        if (r->count == 0) return NULL;
        snprintf(r->name, ID, "%u", ++r->user);
    }
    return &r->list[r->at++];
}

static int next_row(void *user_data, recsys_row *row)
{
    rows *r = user_data;
    const shape_rating *rating = next(r);
    if (rating == NULL) return 0;
    row->user = r->name;
    row->movie = r->movies[rating->movie];
    row->rating = (float)rating->half / 2;
    row->timestamp = rating->time;
    return 1;
}

static void write_own(const shape *preset, const char *path)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings;
    rows r = open_rows(preset);
    bench_need(recsys_ratings_from_rows(&ratings, NULL, next_row, &r, &err), &err);
    close_rows(&r);
    bench_need(recsys_ratings_save(ratings, path, &err), &err);
    recsys_ratings_destroy(ratings);
}

static void finish(FILE *file, int bad, const char *path)
{
    if (file != NULL && fclose(file) == 0 && !bad) return;
    perror(path);
    exit(1);
}

static void write_csv(const shape *preset, const char *path)
{
    static const char *const rating[] = {"",    "0.5", "1.0", "1.5", "2.0", "2.5",
                                         "3.0", "3.5", "4.0", "4.5", "5.0"};
    rows r = open_rows(preset);
    FILE *file = fopen(path, "w");
    int bad = file == NULL || fputs("userId,movieId,rating,timestamp\n", file) < 0;
    for (const shape_rating *x; !bad && (x = next(&r)) != NULL;)
        bad = fprintf(file, "%s,%s,%s,%u\n", r.name, r.movies[x->movie], rating[x->half],
                      x->time) < 0;
    finish(file, bad, path);
    close_rows(&r);
}

static uint64_t pick(uint64_t *state, uint64_t bound)
{
    return (bench_draw(state) >> 32) % bound;
}

/* Two words and a year, and one to three genres. */
static void write_catalogue(const shape *preset, const char *path)
{
    static const char *const genre[] = {
        "Action",      "Adventure", "Animation", "Children",  "Comedy",   "Crime",
        "Documentary", "Drama",     "Fantasy",   "Film-Noir", "Horror",   "IMAX",
        "Musical",     "Mystery",   "Romance",   "Sci-Fi",    "Thriller", "War"};
    enum { GENRES = sizeof genre / sizeof *genre, WORDS = 4000 };
    uint64_t state = preset->seed ^ UINT64_C(0x6361746c);
    shape_source *source = bench_memory(shape_open(preset));
    FILE *file = fopen(path, "w");
    int bad = file == NULL || fputs("movieId,title,genres\n", file) < 0;
    for (uint32_t i = 0; !bad && i < preset->movies; i++) {
        unsigned first = (unsigned)pick(&state, WORDS), second = (unsigned)pick(&state, WORDS);
        bad = fprintf(file, "%u,W%x V%x (%u),%s", shape_movie_id(source, i), first, second,
                      1930 + (unsigned)pick(&state, 86), genre[pick(&state, GENRES)]) < 0;
        for (uint64_t more = pick(&state, 3); !bad && more > 0; more--)
            bad = fprintf(file, "|%s", genre[pick(&state, GENRES)]) < 0;
        bad = bad || fputc('\n', file) == EOF;
    }
    if (file == NULL || fclose(file) != 0 || bad) {
        perror(path);
        exit(1);
    }
    shape_close(source);
}

static void put(const void *from, size_t size, size_t count, FILE *file, const char *path)
{
    if (fwrite(from, size, count, file) == count) return;
    perror(path);
    exit(1);
}

/* Three passes over the same users: each array is written as it comes. */
static void write_raw(const shape *preset, const char *path)
{
    FILE *file = fopen(path, "wb");
    int64_t head[3] = {preset->users, preset->movies, 0}, end = 0;
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    put(head, sizeof head, 1, file, path);
    put(&end, sizeof end, 1, file, path);
    for (int pass = 0; pass < 3; pass++) {
        const shape_rating *list;
        shape_source *source = bench_memory(shape_open(preset));
        for (size_t count; (count = shape_next(source, &list)) > 0;) {
            end += (int64_t)count;
            if (pass == 0) put(&end, sizeof end, 1, file, path);
            for (size_t i = 0; pass > 0 && i < count; i++) {
                uint8_t half = (uint8_t)list[i].half;
                if (pass == 1) put(&list[i].movie, sizeof list[i].movie, 1, file, path);
                if (pass == 2) put(&half, 1, 1, file, path);
            }
        }
        if (pass == 0) head[2] = end;
        shape_close(source);
    }
    rewind(file);
    put(head, sizeof head, 1, file, path);
    if (fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void write_movies(const shape *preset, const char *path)
{
    shape_source *source = bench_memory(shape_open(preset));
    FILE *file = fopen(path, "w");
    char line[256];
    int bad = file == NULL || fputs("movieId,title,genres\n", file) < 0;
    for (uint32_t i = 0; !bad && i < preset->movies; i++) {
        shape_movie_line(source, i, line, sizeof line);
        bad = fputs(line, file) < 0;
    }
    finish(file, bad, path);
    shape_close(source);
}

/* What there is, without keeping it. */
static void describe(const shape *preset, const char *name)
{
    const shape_rating *list;
    shape_source *source = bench_memory(shape_open(preset));
    uint64_t *raters = bench_memory(calloc(preset->movies, sizeof *raters));
    uint64_t ratings = 0, most = 0, most_raters = 0, level[11] = {0};
    double users = 0, movies = 0;
    for (size_t count; (count = shape_next(source, &list)) > 0; ratings += count) {
        users += (double)count * (double)count;
        if (count > most) most = count;
        for (size_t i = 0; i < count; i++) raters[list[i].movie]++, level[list[i].half]++;
    }
    for (uint32_t i = 0; i < preset->movies; i++) {
        movies += (double)raters[i] * (double)raters[i];
        if (raters[i] > most_raters) most_raters = raters[i];
    }
    printf("{\"preset\": \"%s\", \"seed\": %llu, \"users\": %u, \"movies\": %u, "
           "\"ratings\": %llu, \"raters_squared\": %.4g, \"activity_squared\": %.4g, "
           "\"most_raters\": %llu, \"most_active\": %llu, \"half_stars\": [",
           name, (unsigned long long)preset->seed, preset->users, preset->movies,
           (unsigned long long)ratings, movies, users, (unsigned long long)most_raters,
           (unsigned long long)most);
    for (int i = 1; i <= 10; i++)
        printf("%llu%s", (unsigned long long)level[i], i < 10 ? ", " : "]}\n");
    free(raters);
    shape_close(source);
}

static void change(shape *preset, char **argv)
{
    preset->seed = bench_count(argv, "seed", preset->seed);
    preset->users = (uint32_t)bench_count(argv, "users", preset->users);
    preset->movies = (uint32_t)bench_count(argv, "movies", preset->movies);
    preset->mean = bench_real(argv, "mean", preset->mean);
    preset->skew = bench_real(argv, "skew", preset->skew);
    preset->offset = bench_real(argv, "offset", preset->offset);
    preset->spread = bench_real(argv, "spread", preset->spread);
    if (preset->users > 0 && preset->movies >= 60 && preset->mean > 20 && preset->offset > 0 &&
        preset->spread >= 0)
        return;
    fprintf(stderr, "bench_generate: users from 1, movies from 60, a mean above 20, an offset "
                    "above 0 and a spread from 0 are expected\n");
    exit(2);
}

int main(int argc, char **argv)
{
    shape preset;
    if (argc < 2 || !shape_preset(argv[1], &preset)) {
        fprintf(stderr, "usage: bench_generate 100k|1M|10M|20M|100M [--out FILE] [--csv FILE] "
                        "[--catalogue FILE] [--raw FILE]\n    [--seed N] [--users N] [--movies "
                        "N] [--mean X] "
                        "[--skew X] [--offset X] [--spread X]\n");
        return 2;
    }
    const char *out = bench_option(argv, "out", NULL), *csv = bench_option(argv, "csv", NULL);
    const char *movies = bench_option(argv, "movies", NULL);
    const char *catalogue = bench_option(argv, "catalogue", NULL);
    const char *raw = bench_option(argv, "raw", NULL);
    change(&preset, argv);
    if (out != NULL) write_own(&preset, out);
    if (csv != NULL) write_csv(&preset, csv);
    if (catalogue != NULL) write_catalogue(&preset, catalogue);
    if (raw != NULL) write_raw(&preset, raw);
    if (movies != NULL) write_movies(&preset, movies);
    describe(&preset, argv[1]);
    return 0;
}
