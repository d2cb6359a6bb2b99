/* Times reading, training, saving, opening and querying, through the public interface.
 *
 *     bench_core RATINGS MOVIES CONFIG FOLDER [THREADS]
 *
 * Query latency is measured over every user once, on one thread, after a warm-up. */
#include <recsys/recsys.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "common/measure.h"

enum { OPENS = 21 };

static recsys_model *train(recsys_runtime *runtime, char **argv)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config;
    recsys_ratings *ratings;
    recsys_catalogue *movies;
    recsys_model *model;
    char core[32];
    bench_need(recsys_config_create(&config, runtime, &err), &err);
    bench_need(recsys_config_load(config, argv[3], &err), &err);
    double begin = bench_now();
    bench_need(recsys_ratings_read(&ratings, runtime, argv[1], config, NULL, NULL, &err), &err);
    printf("read ratings   %10.1f ms  %llu ratings\n", (bench_now() - begin) * 1e3,
           (unsigned long long)recsys_ratings_count(ratings));
    begin = bench_now();
    bench_need(recsys_catalogue_read(&movies, runtime, argv[2], config, &err), &err);
    printf("read movies    %10.1f ms  %zu movies\n", (bench_now() - begin) * 1e3,
           recsys_catalogue_count(movies));
    begin = bench_now();
    bench_need(recsys_model_fit(&model, runtime, ratings, movies, config, NULL, &err), &err);
    printf("train          %10.1f ms  %zu users, %zu threads, BLAS core %s\n",
           (bench_now() - begin) * 1e3, recsys_model_users(model),
           recsys_runtime_threads(runtime), bench_core(model, core));
    recsys_ratings_destroy(ratings);
    recsys_catalogue_destroy(movies);
    recsys_config_destroy(config);
    return model;
}

static void save_and_open(recsys_runtime *runtime, const recsys_model *model, const char *path)
{
    recsys_error err = RECSYS_ERROR_INIT;
    double times[OPENS], begin = bench_now();
    struct stat about;
    bench_need(recsys_model_save(model, path, &err), &err);
    double saved = bench_now() - begin;
    if (stat(path, &about) != 0) exit(1);
    printf("save           %10.1f ms  %.1f MB\n", saved * 1e3, (double)about.st_size * 1e-6);
    for (size_t i = 0; i < OPENS; i++) {
        recsys_model *opened;
        begin = bench_now();
        bench_need(recsys_model_open(&opened, runtime, path, &err), &err);
        times[i] = bench_now() - begin;
        recsys_model_destroy(opened);
    }
    printf("open           %10.3f ms\n", bench_quantile(times, OPENS, 0.5) * 1e3);
}

/* One list for a user; returns the seconds it took. */
static double ask(recsys_context *context, recsys_query *query, const char *user)
{
    recsys_error err = RECSYS_ERROR_INIT;
    const recsys_result *list;
    double begin = bench_now();
    recsys_query_clear(query);
    bench_need(recsys_query_set_user(query, user, &err), &err);
    bench_need(recsys_query_set_limit(query, 20, &err), &err);
    bench_need(recsys_recommend(&list, context, query, &err), &err);
    return bench_now() - begin;
}

static void query_each_user(recsys_runtime *runtime, const recsys_model *model)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_context *context;
    recsys_query *query;
    size_t users = recsys_model_users(model);
    double *times = malloc(users * sizeof *times), sum = 0;
    char id[256];
    if (times == NULL) exit(1);
    bench_need(recsys_context_create(&context, model, &err), &err);
    bench_need(recsys_query_create(&query, runtime, &err), &err);
    for (size_t i = 0; i < users; i++) {
        recsys_model_user_id(model, i, id, sizeof id);
        if (i == 0) (void)ask(context, query, id);
        times[i] = ask(context, query, id);
        sum += times[i];
    }
    printf("query, top 20  %10.3f ms  median; 99%% %.3f ms, mean %.3f ms, %.0f a second\n",
           bench_quantile(times, users, 0.5) * 1e3, bench_quantile(times, users, 0.99) * 1e3,
           sum / (double)users * 1e3, (double)users / sum);
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    free(times);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: bench_core RATINGS MOVIES CONFIG FOLDER [THREADS]\n");
        return 2;
    }
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime;
    struct rusage usage;
    char path[4096];
    snprintf(path, sizeof path, "%s/bench.recsys", argv[4]);
    bench_need(recsys_runtime_create(&runtime, NULL, &err), &err);
    if (argc > 5)
        bench_need(recsys_runtime_set_threads(runtime, strtoul(argv[5], NULL, 10), &err), &err);
    recsys_model *model = train(runtime, argv);
    save_and_open(runtime, model, path);
    query_each_user(runtime, model);
    recsys_model_destroy(model);
    recsys_runtime_destroy(runtime);
    getrusage(RUSAGE_SELF, &usage);
    printf("peak memory    %10.1f MB\n", (double)usage.ru_maxrss * 1e-3);
    return 0;
}
