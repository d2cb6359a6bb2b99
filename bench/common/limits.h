/* What this processor can do at most, measured: no kernel can be faster. */
#ifndef BENCH_LIMITS_H
#define BENCH_LIMITS_H

#include <stddef.h>

typedef struct limits {
    double clock;    /* cycles a nanosecond, by a chain of additions of one cycle each */
    double add;      /* vector operations a nanosecond: additions of bytes */
    double shuffle;  /* interleaves of bytes */
    double multiply; /* dot products of bytes, or what there is of it */
} limits;

/* For "avx512" and "avx2"; all 0 but the clock for others. */
limits measure_limits(const char *isa);
/* Bytes a nanosecond of memcpy between arrays far larger than the caches. */
double measure_copy(void);

#endif
