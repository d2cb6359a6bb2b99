#include "tune/sample.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

double rs_draw(const char *key, uint64_t seed, uint64_t draw)
{
    uint64_t mixed = rs_mix64(seed + UINT64_C(0x9e3779b97f4a7c15) * (draw + 1));
    return (double)(rs_hash64(key, strlen(key), mixed) >> 11) * 0x1p-53;
}

/* Three significant digits: what a person would write, and the same whatever the last bits of
 * a logarithm are. */
static double rounded(double value)
{
    double unit = 1, size = fabs(value);
    if (size < 1e-290) return value; /* too small for powers of ten */
    for (; size / unit >= 1000; unit *= 10) {}
    if (unit > 1) return floor(value / unit + 0.5) * unit;
    for (; size * unit < 100; unit *= 10) {}
    return floor(value * unit + 0.5) / unit;
}

static double within(const rs_dimension *d, double value)
{
    return value < d->min ? d->min : value > d->max ? d->max : value;
}

static double between(const rs_dimension *d, double low, double high, double u)
{
    return d->is_log ? exp(log(low) + u * (log(high) - log(low))) : low + u * (high - low);
}

recsys_status rs_dimension_value(char **text, const rs_dimension *d, recsys_runtime *runtime,
                                 double u, recsys_error *err)
{
    char number[32];
    const char *value = number;
    if (d->choices > 0) {
        size_t i = (size_t)(u * (double)d->choices);
        value = d->choice[i < d->choices ? i : d->choices - 1];
    } else if (d->option->type == RECSYS_OPTION_INT) {
        /* Half a unit beyond each end, so that the ends are as likely as the others. */
        double real =
            between(d, d->min - (d->is_log ? 0 : 0.5), d->max + (d->is_log ? 0 : 0.5), u);
        snprintf(number, sizeof number, "%lld", (long long)within(d, floor(real + 0.5)));
    } else {
        rs_format_real(number, within(d, rounded(between(d, d->min, d->max, u))));
    }
    *text = rs_strdup(runtime, value);
    return *text != NULL ? RECSYS_OK : rs_fail_memory(err, "recsys_tuning_step");
}
