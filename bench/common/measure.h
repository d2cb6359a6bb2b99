/* What the benchmark programs share: clocks, memory, options and lines of JSON. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <recsys/recsys.h>
#include <stddef.h>
#include <stdint.h>

double bench_now(void); /* seconds */
double bench_cpu(void); /* of all threads, seconds */
/* Most resident memory so far, in MB of 10^6 bytes: of this program, not of who started it. */
double bench_peak(void);

/* Ends the program with a message unless `status` is RECSYS_OK. */
void bench_need(recsys_status status, const recsys_error *err);
/* The same for memory. */
void *bench_memory(void *memory);

/* Sorts the values and returns the q-th quantile, 0..1. */
double bench_quantile(double *values, size_t count, double q);

/* Value of `--name VALUE`; `other` if it is not given. */
const char *bench_option(char **argv, const char *name, const char *other);
/* Is `--name` given? */
int bench_flag(char **argv, const char *name);
size_t bench_count(char **argv, const char *name, size_t other);
double bench_real(char **argv, const char *name, double other);

/* splitmix64: 64 random bits from a state that may start with any seed. */
uint64_t bench_draw(uint64_t *state);
/* Tells different bytes apart, from any start; for comparing runs on one kind of machine. */
uint64_t bench_hash(uint64_t hash, const void *bytes, size_t size);

/* Whose kernels OpenBLAS used while the model was trained, "none" without EASE; in core[32]. */
const char *bench_core(const recsys_model *model, char *core);

/* A file that bench_generate wrote. */
recsys_ratings *bench_ratings(recsys_runtime *runtime, const char *path);

/* A runtime with --threads (default: 1) and --isa (default: auto). */
recsys_runtime *bench_runtime(char **argv);
/* Every `--set KEY=VALUE`, after `--config FILE`. */
void bench_set(recsys_config *config, char **argv);

#endif
