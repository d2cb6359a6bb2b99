#include "common/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double bench_now(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

double bench_cpu(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

const char *bench_core(const recsys_model *model, char *core)
{
    static const char key[] = "\"blas_core\": \"";
    const char *at = strstr(recsys_model_manifest(model), key);
    if (at == NULL || sscanf(at + sizeof key - 1, "%31[A-Za-z0-9_]", core) != 1)
        strcpy(core, "none");
    return core;
}

/* Not getrusage: its peak counts the parent's memory before this program was loaded. */
double bench_peak(void)
{
    char line[256];
    double kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0) kib = strtod(line + 6, NULL);
    if (file != NULL) fclose(file);
    return kib * 1024e-6;
}

void bench_need(recsys_status status, const recsys_error *err)
{
    if (status == RECSYS_OK) return;
    fprintf(stderr, "bench: %s\n", err->text);
    exit(1);
}

void *bench_memory(void *memory)
{
    if (memory != NULL) return memory;
    fprintf(stderr, "bench: out of memory\n");
    exit(1);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_quantile(double *values, size_t count, double q)
{
    if (count == 0) return 0;
    qsort(values, count, sizeof *values, by_value);
    return values[(size_t)(q * (double)(count - 1) + 0.5)];
}

const char *bench_option(char **argv, const char *name, const char *other)
{
    for (char **a = argv + 1; *a != NULL; a++)
        if (strncmp(*a, "--", 2) == 0 && strcmp(*a + 2, name) == 0 && a[1] != NULL) return a[1];
    return other;
}

int bench_flag(char **argv, const char *name)
{
    for (char **a = argv + 1; *a != NULL; a++)
        if (strncmp(*a, "--", 2) == 0 && strcmp(*a + 2, name) == 0) return 1;
    return 0;
}

size_t bench_count(char **argv, const char *name, size_t other)
{
    const char *text = bench_option(argv, name, NULL);
    return text == NULL ? other : strtoul(text, NULL, 10);
}

double bench_real(char **argv, const char *name, double other)
{
    const char *text = bench_option(argv, name, NULL);
    return text == NULL ? other : strtod(text, NULL);
}

uint64_t bench_draw(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* FNV-1a, by words of up to eight bytes. */
uint64_t bench_hash(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0, some; i < size; i += some) {
        uint64_t word = 0;
        some = size - i < sizeof word ? size - i : sizeof word;
        memcpy(&word, at + i, some);
        hash = (hash ^ word) * UINT64_C(0x100000001b3);
        hash ^= hash >> 29;
    }
    return hash;
}

recsys_ratings *bench_ratings(recsys_runtime *runtime, const char *path)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings;
    bench_need(recsys_ratings_open(&ratings, runtime, path, &err), &err);
    return ratings;
}

recsys_runtime *bench_runtime(char **argv)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime;
    bench_need(recsys_runtime_create(&runtime, NULL, &err), &err);
    bench_need(recsys_runtime_set_threads(runtime, bench_count(argv, "threads", 1), &err),
               &err);
    bench_need(recsys_runtime_set_isa(runtime, bench_option(argv, "isa", "auto"), &err), &err);
    return runtime;
}

static void set_pair(recsys_config *config, const char *pair)
{
    recsys_error err = RECSYS_ERROR_INIT;
    char key[128];
    const char *equal = strchr(pair, '=');
    size_t size = equal == NULL ? 0 : (size_t)(equal - pair);
    if (size == 0 || size >= sizeof key) {
        fprintf(stderr, "bench: --set %s: KEY=VALUE is expected\n", pair);
        exit(2);
    }
    memcpy(key, pair, size);
    key[size] = 0;
    bench_need(recsys_config_set(config, key, equal + 1, &err), &err);
}

void bench_set(recsys_config *config, char **argv)
{
    recsys_error err = RECSYS_ERROR_INIT;
    const char *file = bench_option(argv, "config", NULL);
    if (file != NULL) bench_need(recsys_config_load(config, file, &err), &err);
    for (char **a = argv + 1; *a != NULL; a++)
        if (strcmp(*a, "--set") == 0 && a[1] != NULL) set_pair(config, a[1]);
}
