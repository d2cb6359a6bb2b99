/* Times the training of EASE beside what it cannot do without: OpenBLAS's own inversion of a
 * matrix of as many rows, by spotrf and spotri.
 *
 *     bench_ease FILE [--threads N] [--runs N] [--set KEY=VALUE]...
 *
 * FILE is from bench_generate. Training is all of it: Gram matrix, inversion, choice of
 * weights, parts; on a model that has its data. OpenBLAS has as many threads. Both take turns.
 * Prints a line of JSON: rows of the matrix; least, median and most seconds of both;
 * the median of the runs' ratios; the memory that training adds at its peak (MB of 10^6 bytes,
 * and as a multiple of the matrix); whose kernels OpenBLAS used. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/fit.h"
#include "common/measure.h"
#include "kernels/blas.h"
#include "models/ease.h"

enum { RUNS = 100 };

typedef void (*potri_fn)(const char *uplo, const int *n, float *a, const int *lda, int *info);

typedef struct times {
    double bare[RUNS], fit[RUNS], ratio[RUNS];
    double peak; /* MB */
    size_t rows;
} times;

static void give_up(const char *why)
{
    fprintf(stderr, "bench_ease: %s\n", why);
    exit(1);
}

/* A number of KiB in /proc/self/status, in MB. */
static double status_of(const char *name)
{
    char line[256];
    double found = 0;
    FILE *file = bench_memory(fopen("/proc/self/status", "r"));
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, strlen(name)) == 0) found = strtod(line + strlen(name), NULL);
    fclose(file);
    return found * 1024 / 1e6;
}

/* VmHWM begins anew. */
static void forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (file == NULL) give_up("the peak of memory cannot be reset");
    fputs("5", file);
    fclose(file);
}

static potri_fn find_potri(void)
{
    potri_fn potri = NULL;
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_NOLOAD);
    void *found = library != NULL ? dlsym(library, "spotri_") : NULL;
    if (found == NULL) give_up("OpenBLAS has no spotri");
    memcpy(&potri, &found, sizeof potri);
    return potri;
}

/* Of a matrix with a heavy diagonal and something beside it. */
static double invert_bare(const rs_blas *blas, size_t rows, size_t threads)
{
    int n = (int)rows, info = 0, before = blas->get_threads();
    potri_fn potri = find_potri();
    float *a = bench_memory(malloc(rows * rows * sizeof *a));
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < rows; j++)
            a[i * rows + j] = i == j ? (float)rows : (float)((i % 31 * (j % 31)) % 13) / 13;
    blas->set_threads((int)threads);
    double begin = bench_now();
    blas->spotrf("U", &n, a, &n, &info);
    if (info == 0) potri("U", &n, a, &n, &info);
    double seconds = bench_now() - begin;
    blas->set_threads(before);
    free(a);
    if (info != 0) give_up("the matrix cannot be inverted");
    return seconds;
}

/* A model that has its data, then EASE. */
static double fit(recsys_runtime *runtime, const recsys_ratings *ratings,
                  const recsys_config *config, times *t)
{
    static const rs_catalogue nothing;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = NULL;
    bench_need(rs_model_make(&model, runtime, &err), &err);
    bench_need(rs_fit_begin(model, ratings, &nothing, config, NULL, &err), &err);
    forget_peak();
    double held = status_of("VmRSS:"), begin = bench_now();
    bench_need(rs_ease_fit(model, config, NULL, &err), &err);
    double seconds = bench_now() - begin, added = status_of("VmHWM:") - held;
    if (added > t->peak) t->peak = added;
    const rs_ease_head *head = rs_container_find(&model->parts, "ease.head")->data;
    size_t users = model->users.count, movies = (size_t)head->movies;
    t->rows = users < movies ? users : movies;
    recsys_model_destroy(model);
    return seconds;
}

static void put_times(const char *name, double *seconds, size_t runs)
{
    double middle = bench_quantile(seconds, runs, 0.5); /* sorts them */
    printf("\"%s_seconds\": [%.4f, %.4f, %.4f], ", name, seconds[0], middle, seconds[runs - 1]);
}

int main(int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-') {
        fprintf(stderr,
                "usage: bench_ease FILE [--threads N] [--runs N] [--set KEY=VALUE]...\n");
        return 2;
    }
    static times t;
    recsys_error err = RECSYS_ERROR_INIT;
    const rs_blas *blas;
    recsys_config *config;
    recsys_runtime *runtime = bench_runtime(argv);
    recsys_ratings *ratings = bench_ratings(runtime, argv[1]);
    size_t threads = bench_count(argv, "threads", 1), runs = bench_count(argv, "runs", 3);
    if (runs == 0 || runs > RUNS) give_up("--runs: expected 1 to 100");
    bench_need(recsys_config_create(&config, runtime, &err), &err);
    bench_set(config, argv);
    bench_need(rs_blas_open(&blas, &err), &err);
    for (size_t i = 0; i < runs; i++) {
        t.fit[i] = fit(runtime, ratings, config, &t);
        t.bare[i] = invert_bare(blas, t.rows, threads);
        t.ratio[i] = t.fit[i] / t.bare[i];
    }
    printf("{\"rows\": %zu, \"threads\": %zu, ", t.rows, threads);
    put_times("bare", t.bare, runs);
    put_times("fit", t.fit, runs);
    printf("\"ratio\": %.3f, \"peak_mb\": %.1f, \"peak_ratio\": %.3f, \"blas_core\": \"%s\"}\n",
           bench_quantile(t.ratio, runs, 0.5), t.peak,
           t.peak * 1e6 / ((double)t.rows * (double)t.rows * 4), blas->core);
    recsys_config_destroy(config);
    recsys_ratings_destroy(ratings);
    recsys_runtime_destroy(runtime);
    return 0;
}
