/* Numbers that may differ by rounding; NaN is near NaN. */
#ifndef RS_NUMBERS_TESTING_H
#define RS_NUMBERS_TESTING_H

#include "testing.h"

#include <math.h>

static inline void is_within(double got, double want, double tolerance, const char *what)
{
    if (isnan(want) ? isnan(got) : fabs(got - want) <= tolerance) return;
    fail_msg("%s: got %.17g, expected %.17g", what, got, want);
}

static inline void is_near(double got, double want, const char *what)
{
    is_within(got, want, 1e-12, what);
}

#define near(got, want) is_near(got, want, #got)

/* Relative to what is expected: it may be tiny. */
static inline void is_close(double got, double want, const char *what)
{
    is_within(got, want, 1e-12 * fabs(want), what);
}

#define closely(got, want) is_close(got, want, #got)

#endif
