#include "eval/quantiles.h"

#include <math.h>

#include "base/error.h"
#include "base/text.h"
#include "eval/normal.h"

static double quantile(const rs_distribution *d, double probability)
{
    if (d->count == 0) return (double)NAN;
    double place = probability * (double)(d->count - 1);
    size_t at = (size_t)place;
    if (at + 1 >= d->count) return d->sorted[d->count - 1];
    double share = place - (double)at;
    return d->sorted[at] + share * (d->sorted[at + 1] - d->sorted[at]);
}

/* Replicates below a value. */
static size_t count_below(const rs_distribution *d, double value)
{
    size_t low = 0, high = d->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Share of the replicates below the estimate, equal ones counting half. Sums of the same values
 * in another order differ in their last bits: these are equal too. */
static double share_below(const rs_distribution *d)
{
    double largest = fmax(fabs(d->sorted[0]), fabs(d->sorted[d->count - 1]));
    double slack = 1e-12 * largest;
    size_t below = count_below(d, d->estimate - slack);
    size_t not_above = count_below(d, nextafter(d->estimate + slack, (double)INFINITY));
    return ((double)below + (double)not_above) / (2 * (double)d->count);
}

static double corrected(double probability, double bias, double acceleration)
{
    if (probability <= 0 || probability >= 1) return probability;
    double z = bias + rs_normal_quantile(probability), scale = 1 - acceleration * z;
    if (scale <= 0) return z > 0; /* beyond the pole: the limit on this side of it */
    return rs_normal_below(bias + z / scale);
}

static recsys_status refuse(double lower, double upper, recsys_error *err)
{
    char texts[2][32] = {"infinite or NaN", "infinite or NaN"};
    if (isfinite(lower)) (void)rs_format_real(texts[0], lower);
    if (isfinite(upper)) (void)rs_format_real(texts[1], upper);
    return rs_fail(err, RECSYS_E_INVALID,
                   "interval: probabilities %s and %s, expected 0 <= lower <= upper <= 1",
                   texts[0], texts[1]);
}

recsys_status rs_interval_find(rs_interval *interval, const rs_distribution *distribution,
                               rs_interval_method method, double lower, double upper,
                               recsys_error *err)
{
    const rs_distribution *d = distribution;
    if (!(lower >= 0 && lower <= upper && upper <= 1)) return refuse(lower, upper, err);
    interval->method = RS_BY_PERCENTILE;
    if (method == RS_BY_BCA && d->count > 0 && d->sorted[0] < d->sorted[d->count - 1]) {
        double share = share_below(d);
        if (share > 0 && share < 1) {
            double bias = rs_normal_quantile(share);
            lower = corrected(lower, bias, d->acceleration);
            upper = corrected(upper, bias, d->acceleration);
            interval->method = RS_BY_BCA;
        }
    }
    interval->lower = quantile(d, lower);
    interval->upper = quantile(d, upper);
    return RECSYS_OK;
}
