/* What mattered: how well the values of one key alone tell the results. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/order.h"
#include "tune/trials.h"

enum { LEAST_TRIALS = 8, QUARTILES = 4, MOST_BINS = 64 };

/* Choices by their number; numbers by their place among all, as an order. */
static uint64_t key_of(const rs_dimension *d, const char *value)
{
    double number = 0;
    for (size_t c = 0; c < d->choices; c++)
        if (strcmp(d->choice[c], value) == 0) return c;
    if (d->choices > 0) return d->choices; /* the given config's, which is none of them */
    rs_parse_real(value, strlen(value), &number);
    return rs_falling(-number);
}

/* Bin of each place of the sorted items: quartiles, in which equal values stay together, or a
 * bin for each choice. */
static size_t bin_of(const rs_dimension *d, const rs_keyed *items, size_t count, size_t at)
{
    if (d->choices > 0) return (size_t)items[at].key < MOST_BINS ? (size_t)items[at].key : 0;
    while (at > 0 && items[at - 1].key == items[at].key) at--;
    return at * QUARTILES / count;
}

/* 1 - (1 - R2) (n - 1) / (n - b), R2 from sums within and between b bins (Ezekiel 1930). */
static double adjusted(const rs_dimension *d, const rs_keyed *items, const double *values,
                       size_t count)
{
    double sum[MOST_BINS] = {0}, all = 0, square = 0, between = 0;
    size_t size[MOST_BINS] = {0}, bins = 0;
    for (size_t i = 0; i < count; i++) {
        double value = values[items[i].value];
        size_t bin = bin_of(d, items, count, i);
        sum[bin] += value;
        size[bin]++;
        all += value;
        square += value * value;
    }
    double n = (double)count, whole = square - all * all / n;
    for (size_t b = 0; b < MOST_BINS; b++) {
        if (size[b] == 0) continue;
        between += sum[b] * sum[b] / (double)size[b];
        bins++;
    }
    if (!(whole > 0) || bins >= count) return 0;
    double share = (between - all * all / n) / whole;
    share = 1 - (1 - share) * (n - 1) / (n - (double)bins);
    return share > 0 ? share : 0;
}

/* The first values, each beside its key: of the trials, or, for a key of training, means over
 * trials with the same model, which say no more about it than one. */
static size_t gather(const rs_trials *t, size_t key, rs_keyed *items, double *value)
{
    const rs_dimension *d = &t->space->dimension[key];
    size_t count = 0, last = SIZE_MAX, size = 0;
    for (size_t i = 0; i < t->count; i++) {
        double first = t->standing[i].value[0];
        if (t->standing[i].rungs == 0 || isnan(first)) continue;
        size_t group = d->option->stage == RECSYS_STAGE_FIT ? rs_trials_group(t, i) : i;
        if (count == 0 || group != last) {
            items[count] = (rs_keyed){key_of(d, t->item[i].value[key]), count};
            value[count++] = 0;
            last = group;
            size = 0;
        }
        value[count - 1] += (first - value[count - 1]) / (double)++size;
    }
    return count;
}

double rs_trials_importance(const rs_trials *t, size_t key)
{
    double share = (double)NAN;
    rs_keyed *items = rs_array(t->runtime, t->count, 2 * sizeof *items);
    double *value = rs_array(t->runtime, t->count, sizeof *value);
    if (items != NULL && value != NULL) {
        size_t count = gather(t, key, items, value);
        rs_sort_keyed(items, items + t->count, count);
        if (count >= LEAST_TRIALS)
            share = adjusted(&t->space->dimension[key], items, value, count);
    }
    rs_free(t->runtime, items);
    rs_free(t->runtime, value);
    return share;
}
