#include "common/limits.h"

#include <stdlib.h>
#include <string.h>

#include "common/measure.h"

enum { ROUNDS = 4000000, TRIES = 5, UNROLLED = 8 };

#if defined(__x86_64__)

/* Each addition waits for the one before it. */
static void chain(void)
{
    long x = 0;
    for (long i = 0; i < ROUNDS; i++)
        __asm__ volatile("add $1, %0\n\tadd $1, %0\n\tadd $1, %0\n\tadd $1, %0\n\t"
                         "add $1, %0\n\tadd $1, %0\n\tadd $1, %0\n\tadd $1, %0"
                         : "+r"(x));
}

/* Eight instructions that do not wait for each other: registers 0 to 7 of 8 and 9. */
#define LOOP(name, isa, instruction, r)                                                        \
    __attribute__((target(isa))) static void name(void)                                        \
    {                                                                                          \
        for (long i = 0; i < ROUNDS; i++)                                                      \
            __asm__ volatile(                                                                  \
                instruction                                                                    \
                " %%" r "8, %%" r "9, %%" r "0\n\t" instruction " %%" r "8, %%" r "9, %%" r    \
                "1\n\t" instruction " %%" r "8, %%" r "9, %%" r "2\n\t" instruction " %%" r    \
                "8, %%" r "9, %%" r "3\n\t" instruction " %%" r "8, %%" r "9, %%" r            \
                "4\n\t" instruction " %%" r "8, %%" r "9, %%" r "5\n\t" instruction " %%" r    \
                "8, %%" r "9, %%" r "6\n\t" instruction " %%" r "8, %%" r "9, %%" r "7" ::     \
                    : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");         \
    }

LOOP(add512, "avx512bw", "vpaddb", "zmm")
LOOP(shuffle512, "avx512bw", "vpunpcklbw", "zmm")
LOOP(multiply512, "avx512vnni", "vpdpbusd", "zmm")
LOOP(add256, "avx2", "vpaddb", "ymm")
LOOP(shuffle256, "avx2", "vpunpcklbw", "ymm")
LOOP(multiply256, "avx2", "vpmaddubsw", "ymm")

/* Best of a few, as others may be at work. */
static double rate_of(void (*loop)(void))
{
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
        double begin = bench_now();
        loop();
        double rate = (double)ROUNDS * UNROLLED / ((bench_now() - begin) * 1e9);
        if (rate > best) best = rate;
    }
    return best;
}

limits measure_limits(const char *isa)
{
    limits l = {.clock = rate_of(chain)};
    if (strcmp(isa, "avx512") == 0) {
        l.add = rate_of(add512);
        l.shuffle = rate_of(shuffle512);
        l.multiply = rate_of(multiply512);
    } else if (strcmp(isa, "avx2") == 0) {
        l.add = rate_of(add256);
        l.shuffle = rate_of(shuffle256);
        l.multiply = rate_of(multiply256);
    }
    return l;
}

#else

limits measure_limits(const char *isa)
{
    (void)isa;
    return (limits){0};
}

#endif

double measure_copy(void)
{
    const size_t size = (size_t)256 << 20;
    char *from = bench_memory(malloc(size)), *to = bench_memory(malloc(size));
    double best = 0;
    memset(from, 1, size);
    memset(to, 2, size);
    for (int i = 0; i < TRIES; i++) {
        double begin = bench_now();
        memcpy(to, from, size);
        double rate = (double)size / ((bench_now() - begin) * 1e9);
        if (rate > best) best = rate;
        from[i] = to[size - 1 - (size_t)i];
    }
    free(from);
    free(to);
    return best;
}
