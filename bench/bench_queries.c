/* Times live queries and the lists of all users.
 *
 *     bench_queries FILE [--movies CATALOGUE] [--threads N] [--isa NAME] [--users N]
 *                   [--seed N] [--limit N] [--only live|all] [--ways NAME,...]
 *                   [--set KEY=VALUE]...
 *
 * FILE, and movies.csv, are from bench_generate. A model is trained (calibration_users=100
 * unless set), then --users (default: 10000) drawn at random, each with one rating that the
 * model lacks, ask for a list on one thread: by user CF alone, and by the blend as shipped, or
 * in other --ways: a source alone, or blend. Then all users get one, on all threads. A line of
 * JSON for each. Ratings are predicted by user CF in every way. */
#include <inttypes.h>
#include <recsys/recsys.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/measure.h"

typedef struct bench {
    char **argv;
    recsys_runtime *runtime;
    recsys_model *model;
    recsys_context *context;
    recsys_query *query;
    const char *limit;
} bench;

static void set(recsys_query *query, const char *key, const char *value)
{
    recsys_error err = RECSYS_ERROR_INIT;
    bench_need(recsys_query_set_option(query, key, value, &err), &err);
}

static void set_way(recsys_query *query, const char *way, const char *limit)
{
    recsys_error err = RECSYS_ERROR_INIT;
    int content = strcmp(way, "content") == 0, popularity = strcmp(way, "popularity") == 0;
    recsys_query_clear(query);
    bench_need(recsys_query_set_limit(query, strtoul(limit, NULL, 10), &err), &err);
    if (strcmp(way, "blend") == 0) return;
    set(query, "model.rerank.quality_weight", "0");
    set(query, "model.hybrid.cf_weight", content || popularity ? "0" : "1");
    set(query, "model.hybrid.content_weight", content ? "1" : "0");
    set(query, "model.hybrid.popularity_weight", popularity ? "1" : "0");
    if (content || popularity) return;
    char share[64];
    snprintf(share, sizeof share, "model.%s.share",
             strcmp(way, "user_cf") == 0 ? "collaborative_filtering" : way);
    set(query, share, "1");
}

static void train(bench *b)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_catalogue *movies = NULL;
    recsys_config *config;
    char core[32];
    const char *file = bench_option(b->argv, "movies", NULL);
    bench_need(recsys_config_create(&config, NULL, &err), &err);
    bench_need(recsys_config_set(config, "model.hybrid.calibration_users", "100", &err), &err);
    bench_set(config, b->argv);
    recsys_ratings *ratings = bench_ratings(b->runtime, b->argv[1]);
    if (file != NULL)
        bench_need(recsys_catalogue_read(&movies, b->runtime, file, config, &err), &err);
    double wall = bench_now(), cpu = bench_cpu();
    bench_need(recsys_model_fit(&b->model, b->runtime, ratings, movies, config, NULL, &err),
               &err);
    printf("{\"task\": \"train\", \"seconds\": %.6f, \"cpu_s\": %.6f, \"threads\": %zu, "
           "\"isa\": \"%s\", \"blas_core\": \"%s\", \"catalogue\": %d, \"peak_mb\": %.1f, "
           "\"hash\": \"%.16s\"}\n",
           bench_now() - wall, bench_cpu() - cpu, recsys_runtime_threads(b->runtime),
           recsys_runtime_isa(b->runtime), bench_core(b->model, core), file != NULL,
           bench_peak(), recsys_model_hash(b->model));
    recsys_ratings_destroy(ratings);
    recsys_catalogue_destroy(movies);
    recsys_config_destroy(config);
}

/* ---- live queries ---------------------------------------------------------------- */

static int has_rated(const recsys_model *model, size_t user, size_t movie)
{
    size_t low = 0, high = recsys_model_user_count(model, user);
    while (low < high) {
        recsys_rating rating = RECSYS_RATING_INIT;
        size_t middle = (low + high) / 2;
        if (!recsys_model_user_at(model, user, middle, &rating)) return 0;
        if (rating.movie == movie) return 1;
        if (rating.movie < movie)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* A movie as it is in a rating of someone else: popular ones come more often. */
static size_t draw_movie(const recsys_model *model, size_t user, uint64_t *state)
{
    recsys_rating rating = RECSYS_RATING_INIT;
    do {
        size_t other = bench_draw(state) % recsys_model_users(model);
        size_t at = bench_draw(state) % recsys_model_user_count(model, other);
        (void)recsys_model_user_at(model, other, at, &rating);
    } while (has_rated(model, user, rating.movie));
    return rating.movie;
}

static double ask(bench *b, const char *way, uint64_t *state, uint64_t *hash)
{
    recsys_error err = RECSYS_ERROR_INIT;
    const recsys_result *list;
    char user[64], movie[64];
    size_t number = bench_draw(state) % recsys_model_users(b->model);
    recsys_model_user_id(b->model, number, user, sizeof user);
    recsys_model_movie_id(b->model, draw_movie(b->model, number, state), movie, sizeof movie);
    float rating = (float)(1 + bench_draw(state) % 10) / 2;
    set_way(b->query, way, b->limit);
    double begin = bench_now();
    bench_need(recsys_query_set_user(b->query, user, &err), &err);
    bench_need(recsys_query_add_rating(b->query, movie, rating, 0, &err), &err);
    bench_need(recsys_recommend(&list, b->context, b->query, &err), &err);
    double seconds = bench_now() - begin;
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        size_t at = recsys_result_movie(list, i);
        *hash = bench_hash(*hash, &at, sizeof at);
    }
    return seconds;
}

static void live(bench *b, const char *way)
{
    size_t users = bench_count(b->argv, "users", 10000);
    uint64_t state = bench_count(b->argv, "seed", 1), warm = 99, hash = 1;
    double *times = bench_memory(malloc(users * sizeof *times)), sum = 0;
    for (int i = 0; i < 20; i++) (void)ask(b, way, &warm, &hash);
    hash = 1;
    for (size_t i = 0; i < users; i++) sum += times[i] = ask(b, way, &state, &hash);
    double median = bench_quantile(times, users, 0.5) * 1e3;
    printf("{\"task\": \"live\", \"way\": \"%s\", \"rows\": %zu, \"threads\": 1, "
           "\"isa\": \"%s\", \"seconds\": %.6f, \"median_ms\": %.4f, \"p99_ms\": %.4f, "
           "\"max_ms\": %.4f, \"catalogue\": %d, \"peak_mb\": %.1f, \"hash\": \"%016" PRIx64
           "\"}\n",
           way, users, recsys_runtime_isa(b->runtime), sum, median,
           bench_quantile(times, users, 0.99) * 1e3, times[users - 1] * 1e3,
           bench_option(b->argv, "movies", NULL) != NULL, bench_peak(), hash);
    free(times);
}

/* ---- all users ------------------------------------------------------------------- */

typedef struct sum {
    uint64_t hash, movies;
    size_t users;
} sum;

static int take(void *user_data, const char *user, const recsys_result *list)
{
    sum *s = user_data;
    (void)user;
    s->users++;
    s->movies += recsys_result_size(list);
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        size_t at = recsys_result_movie(list, i);
        s->hash = bench_hash(s->hash, &at, sizeof at);
    }
    return 0;
}

static void all(bench *b, const char *way)
{
    recsys_error err = RECSYS_ERROR_INIT;
    sum s = {.hash = 1};
    set_way(b->query, way, b->limit);
    double wall = bench_now(), cpu = bench_cpu();
    bench_need(recsys_recommend_all(b->model, b->query, take, &s, NULL, &err), &err);
    wall = bench_now() - wall;
    cpu = bench_cpu() - cpu;
    size_t threads = recsys_runtime_threads(b->runtime);
    printf("{\"task\": \"all\", \"way\": \"%s\", \"rows\": %zu, \"k\": %s, \"threads\": %zu, "
           "\"isa\": \"%s\", \"seconds\": %.6f, \"cpu_s\": %.6f, \"busy\": %.3f, "
           "\"rows_s\": %.0f, \"listed\": %" PRIu64 ", \"catalogue\": %d, \"peak_mb\": %.1f, "
           "\"hash\": \"%016" PRIx64 "\"}\n",
           way, s.users, b->limit, threads, recsys_runtime_isa(b->runtime), wall, cpu,
           cpu / wall / (double)threads, (double)s.users / wall, s.movies,
           bench_option(b->argv, "movies", NULL) != NULL, bench_peak(), s.hash);
}

int main(int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-') {
        fprintf(stderr, "usage: bench_queries FILE [--movies CATALOGUE] [--threads N] "
                        "[--isa NAME] [--users N]\n    [--seed N] [--limit N] "
                        "[--only live|all] [--ways NAME,...] [--set KEY=VALUE]\n");
        return 2;
    }
    recsys_error err = RECSYS_ERROR_INIT;
    const char *only = bench_option(argv, "only", "");
    bench b = {.argv = argv, .limit = bench_option(argv, "limit", "20")};
    b.runtime = bench_runtime(argv);
    train(&b);
    bench_need(recsys_context_create(&b.context, b.model, &err), &err);
    bench_need(recsys_query_create(&b.query, b.runtime, &err), &err);
    char ways[256];
    snprintf(ways, sizeof ways, "%s", bench_option(argv, "ways", "user_cf,blend"));
    for (char *way = strtok(ways, ","); way != NULL; way = strtok(NULL, ",")) {
        if (strcmp(only, "all") != 0) live(&b, way);
        if (strcmp(only, "live") != 0) all(&b, way);
    }
    recsys_query_destroy(b.query);
    recsys_context_destroy(b.context);
    recsys_model_destroy(b.model);
    recsys_runtime_destroy(b.runtime);
    return 0;
}
