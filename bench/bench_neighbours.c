/* Times neighbour lists of all users or of all movies.
 *
 *     bench_neighbours FILE [--side users|movies] [--threads N] [--isa NAME] [--k N]
 *                      [--similarity NAME] [--set KEY=VALUE]... [--sample N] [--lists FILE]
 *
 * FILE is from bench_generate. Prints a line of JSON: the time of recsys_neighbours_fit alone,
 * the peak of memory of the whole program. `busy` is processor time over time and threads,
 * `hash` is of all lists. --lists writes those of --sample rows (default: 200), drawn at
 * random, one neighbour a line: row, neighbour, similarity, columns in common. */
#include <inttypes.h>
#include <recsys/recsys.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/measure.h"

#define CF "model.collaborative_filtering."

static uint64_t hash_lists(const recsys_neighbours *lists, uint64_t *listed)
{
    uint64_t hash = 1;
    *listed = 0;
    for (size_t i = 0; i < recsys_neighbours_count(lists); i++) {
        const uint32_t *row, *common;
        const float *similarity;
        size_t count = recsys_neighbours_list(lists, i, &row, &similarity, &common);
        hash = bench_hash(hash, &count, sizeof count);
        hash = bench_hash(hash, row, count * sizeof *row);
        hash = bench_hash(hash, similarity, count * sizeof *similarity);
        hash = bench_hash(hash, common, count * sizeof *common);
        *listed += count;
    }
    return hash;
}

static void write_lists(const recsys_neighbours *lists, const char *path, size_t sample)
{
    FILE *file = fopen(path, "w");
    uint64_t state = 1;
    for (size_t i = 0; file != NULL && i < sample; i++) {
        size_t row = bench_draw(&state) % recsys_neighbours_count(lists);
        const uint32_t *other, *common;
        const float *similarity;
        size_t count = recsys_neighbours_list(lists, row, &other, &similarity, &common);
        if (count == 0) fprintf(file, "%zu -\n", row);
        for (size_t j = 0; j < count; j++)
            fprintf(file, "%zu %" PRIu32 " %.9g %" PRIu32 "\n", row, other[j],
                    (double)similarity[j], common[j]);
    }
    if (file != NULL && fclose(file) == 0) return;
    perror(path);
    exit(1);
}

int main(int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-') {
        fprintf(stderr, "usage: bench_neighbours FILE [--side users|movies] [--threads N] "
                        "[--isa NAME] [--k N]\n    [--similarity NAME] [--set KEY=VALUE] "
                        "[--sample N] [--lists FILE]\n");
        return 2;
    }
    recsys_error err = RECSYS_ERROR_INIT;
    const char *side = bench_option(argv, "side", "users");
    const char *similarity = bench_option(argv, "similarity", "corated_cosine");
    const char *k = bench_option(argv, "k", "20"), *path = bench_option(argv, "lists", NULL);
    recsys_config *config;
    recsys_runtime *runtime = bench_runtime(argv);
    recsys_ratings *ratings = bench_ratings(runtime, argv[1]);
    recsys_neighbours *lists;
    uint64_t listed;
    size_t threads = recsys_runtime_threads(runtime);
    bench_need(recsys_config_create(&config, NULL, &err), &err);
    bench_need(recsys_config_set(config, CF "similarity", similarity, &err), &err);
    bench_need(recsys_config_set(config, CF "n_neighbors", k, &err), &err);
    bench_set(config, argv);
    double before = bench_peak(), wall = bench_now(), cpu = bench_cpu();
    bench_need(recsys_neighbours_fit(&lists, runtime, ratings,
                                     strcmp(side, "movies") == 0 ? RECSYS_MOVIES : RECSYS_USERS,
                                     config, NULL, &err),
               &err);
    wall = bench_now() - wall;
    cpu = bench_cpu() - cpu;
    double peak = bench_peak();
    uint64_t hash = hash_lists(lists, &listed);
    if (path != NULL) write_lists(lists, path, bench_count(argv, "sample", 200));
    printf("{\"task\": \"neighbours\", \"side\": \"%s\", \"similarity\": \"%s\", \"k\": %s, "
           "\"rows\": %zu, \"seconds\": %.6f, \"cpu_s\": %.6f, \"busy\": %.3f, "
           "\"threads\": %zu, \"isa\": \"%s\", \"peak_mb\": %.1f, \"before_mb\": %.1f, "
           "\"listed\": %" PRIu64 ", \"hash\": \"%016" PRIx64 "\"}\n",
           side, similarity, k, recsys_neighbours_count(lists), wall, cpu,
           cpu / wall / (double)threads, threads, recsys_runtime_isa(runtime), peak, before,
           listed, hash);
    recsys_neighbours_destroy(lists);
    recsys_ratings_destroy(ratings);
    recsys_runtime_destroy(runtime);
    recsys_config_destroy(config);
    return 0;
}
