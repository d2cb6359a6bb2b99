/* Times the iterations of iALS.
 *
 *     bench_ials FILE [--factors N] [--iterations N] [--threads N] [--isa NAME]
 *                [--set KEY=VALUE]...
 *
 * FILE is from bench_generate. Prints a line of JSON: the median seconds of an iteration (all
 * users, then all movies), the longest one, the loss at the end, and the peak of memory of the
 * whole program, in which the other sources are trained too. */
#include <inttypes.h>
#include <recsys/recsys.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/measure.h"

enum { ITERATIONS = 1000 };

typedef struct watch {
    size_t iterations, done;
    double begin, seconds[ITERATIONS];
} watch;

/* Told of each half of an iteration, in parts. */
static int tick(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    watch *c = user_data;
    if (strcmp(stage, "ials") != 0) return 0;
    double now = bench_now();
    if (done == 0) c->begin = now;
    if (c->done < c->iterations && done == total / c->iterations * (c->done + 1)) {
        c->seconds[c->done++] = now - c->begin;
        c->begin = now;
    }
    return 0;
}

static double loss_of(const recsys_model *model)
{
    const char *at = strstr(recsys_model_manifest(model), "\"loss\": ");
    return at != NULL ? strtod(at + sizeof "\"loss\": " - 1, NULL) : 0;
}

int main(int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-') {
        fprintf(stderr, "usage: bench_ials FILE [--factors N] [--iterations N] [--threads N] "
                        "[--isa NAME]\n    [--set KEY=VALUE]\n");
        return 2;
    }
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config;
    recsys_model *model;
    recsys_runtime *runtime = bench_runtime(argv);
    recsys_ratings *ratings = bench_ratings(runtime, argv[1]);
    const char *factors = bench_option(argv, "factors", "128");
    const char *iterations = bench_option(argv, "iterations", "10");
    watch c = {.iterations = bench_count(argv, "iterations", 10)};
    const recsys_progress progress = {tick, &c};
    const char *const set[][2] = {{"model.ials.enabled", "true"},
                                  {"model.ials.factors", factors},
                                  {"model.ials.iterations", iterations},
                                  {"model.hybrid.calibration_users", "10"}};
    bench_need(recsys_config_create(&config, NULL, &err), &err);
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        bench_need(recsys_config_set(config, set[i][0], set[i][1], &err), &err);
    bench_set(config, argv);
    bench_need(recsys_model_fit(&model, runtime, ratings, NULL, config, &progress, &err), &err);
    double median = bench_quantile(c.seconds, c.done, 0.5);
    printf("{\"task\": \"ials\", \"factors\": %s, \"iterations\": %zu, \"rows\": %zu, "
           "\"movies\": %zu, \"ratings\": %" PRIu64 ", \"seconds\": %.6f, \"longest_s\": %.6f, "
           "\"threads\": %zu, \"isa\": \"%s\", \"loss\": %.9g, \"peak_mb\": %.1f}\n",
           factors, c.done, recsys_ratings_users(ratings), recsys_ratings_movies(ratings),
           recsys_ratings_count(ratings), median, c.seconds[c.done - 1],
           recsys_runtime_threads(runtime), recsys_runtime_isa(runtime), loss_of(model),
           bench_peak());
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
    recsys_runtime_destroy(runtime);
    recsys_config_destroy(config);
    return 0;
}
