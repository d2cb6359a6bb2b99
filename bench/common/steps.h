/* Instructions that a function executes, by running it one step at a time in a child process.
 * Counts those of any instruction set, where no counter of the processor may be read. */
#ifndef BENCH_STEPS_H
#define BENCH_STEPS_H

#include <stdint.h>

typedef struct step_count {
    uint64_t all;
    uint64_t vector;   /* x86: those of AVX, AVX2 and AVX-512 but loads, stores and copies */
    uint64_t shuffle;  /* of them: byte and word interleaves and byte shuffles */
    uint64_t multiply; /* of them: products of bytes and words */
} step_count;

/* Returns 0 where the system does not allow it. Kinds are 0 on other processors. */
int count_steps(void (*function)(void *data), void *data, step_count *count);

#endif
