#!/usr/bin/env python3
"""Write tests/data/significance.txt: data and what SciPy, or plain Python, makes of them.

    /usr/bin/python3 tests/oracle/make_significance_fixture.py > tests/data/significance.txt

Written with SciPy 1.10.1 and NumPy 1.24.2. A line is a word, numbers, and lists of values after
semicolons:

    normal P QUANTILE TWO_SIDED_P           scipy.special.ndtri(P), 2 norm.sf(|QUANTILE|)
    wilcoxon STATISTIC P EXACT ; D...       scipy.stats.wilcoxon, see wilcoxon_line
    flips P ; D...                          scipy.stats.permutation_test over all signs
    holm ; P... ; ADJUSTED...               Holm 1979 by a loop
    interval METHOD LOWER_P UPPER_P ESTIMATE ACCELERATION LOWER UPPER ; X... ; REPLICATE...
    bootstrap METHOD LOWER UPPER TOLERANCE ; X...        scipy.stats.bootstrap, 95 %

An interval's acceleration is that of the jackknife over X. The tolerance of a bootstrap is for
another one with as many resamples, see tolerance_of.
"""

import math
import random
import statistics
import warnings

import numpy
import scipy.special
import scipy.stats
from scipy.stats import _resampling

NORMAL = statistics.NormalDist()
RESAMPLES = 100000


def line(*parts):
    """Numbers apart by blanks, lists by semicolons."""
    words = []
    for part in parts:
        if isinstance(part, (list, numpy.ndarray)):
            words += [";", *(repr(float(value)) for value in part)]
        else:
            words.append(part if isinstance(part, str) else repr(part))
    print(*words)


def normal_lines():
    probabilities = [1e-300, 1e-20, 1e-10, 1e-4, 0.0249, 0.075, 0.0751, 0.3, 0.5, 0.7, 0.9249]
    for p in probabilities + [0.95, 0.975, 0.9999, 1 - 1e-12]:
        x = float(scipy.special.ndtri(p))
        line("normal", p, x, float(2 * scipy.stats.norm.sf(abs(x))))


# ---- tests ---------------------------------------------------------------------------


def wilcoxon_line(values):
    """Both signs are asked: where ties leave half a rank, SciPy 1.10 cuts the sum down, and the
    larger p is that of rounding towards the middle (SciPy 1.14, issue 19872)."""
    d = numpy.array(values, dtype=float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plus, minus = scipy.stats.wilcoxon(d), scipy.stats.wilcoxon(-d)
    assert plus.statistic == minus.statistic
    p = max(float(plus.pvalue), float(minus.pvalue))
    exact = int(len(values) <= 50 and 0.0 not in values)
    line("wilcoxon", float(plus.statistic), p, exact, values)


def wilcoxon_lines(rng):
    for n in (1, 2, 5, 8, 13, 25, 49, 50, 51, 75, 120, 200):
        for shift in (0.0, 0.3, 1.0):
            wilcoxon_line([rng.gauss(shift, 1) for _ in range(n)])
    for n in (5, 9, 20, 50, 51, 100, 200):  # ties, with and without zeros
        for shift in (0, 1):
            coarse = [rng.randint(-4, 5) + shift for _ in range(n)]
            wilcoxon_line([value / 8 for value in coarse])
            wilcoxon_line([(value or 3) / 8 for value in coarse])
    wilcoxon_line([0.0, 0.5])
    wilcoxon_line([0.25] * 30)
    wilcoxon_line([0.25] * 60)


def flips_lines(rng):
    def total(values, axis):
        return numpy.sum(values, axis=axis)

    for n in (2, 3, 5, 8, 11, 13):
        for kind in ("gauss", "coarse"):
            shift = rng.choice((0, 0.5))
            values = [
                rng.gauss(shift, 1) if kind == "gauss" else rng.randint(-3, 4) / 8
                for _ in range(n)
            ]
            found = scipy.stats.permutation_test(
                (numpy.array(values),), total, permutation_type="samples", n_resamples=numpy.inf,
                vectorized=True,
            )
            # SciPy doubles the smaller tail; by symmetry that is the share of |T*| >= |T|.
            line("flips", min(1.0, float(found.pvalue)), values)


def holm(p):
    defined = sorted((value, i) for i, value in enumerate(p) if not math.isnan(value))
    adjusted, least = list(p), 0.0
    for rank, (value, i) in enumerate(defined):
        least = max(least, min(1.0, (len(defined) - rank) * value))
        adjusted[i] = least
    return adjusted


def holm_lines(rng):
    by_hand = [0.01, 0.04, 0.03, 0.005]  # Wikipedia, Holm-Bonferroni method
    assert numpy.allclose(holm(by_hand), [0.03, 0.06, 0.06, 0.02])
    for p in (by_hand, [0.5], [0.0, 1.0, 0.2], [0.01, math.nan, 0.01, 0.3, math.nan],
              [rng.random() ** 3 for _ in range(40)]):
        line("holm", p, holm(p))


# ---- intervals -----------------------------------------------------------------------


def user_values(rng, n):
    return [0.0 if rng.random() < 0.65 else rng.betavariate(2, 3) for _ in range(n)]


def bca_probability(p, bias, acceleration):
    z = bias + NORMAL.inv_cdf(p)
    return NORMAL.cdf(bias + z / (1 - acceleration * z))


def interval_lines(rng):
    for n, count in ((5, 40), (20, 200), (60, 333)):
        x = user_values(rng, n)
        x[0] = 0.9
        replicates = [statistics.fmean(rng.choices(x, k=n)) for _ in range(count)]
        estimate = statistics.fmean(x)
        left_out = [(math.fsum(x) - value) / (n - 1) for value in x]
        middle = statistics.fmean(left_out)
        squares = math.fsum((middle - value) ** 2 for value in left_out)
        acceleration = math.fsum((middle - value) ** 3 for value in left_out)
        acceleration /= 6 * squares**1.5
        # SciPy has no slack for sums that differ by rounding: give it none to find.
        assert all(r == estimate or abs(r - estimate) > 1e-9 for r in replicates)
        share = sum((r < estimate) + (r <= estimate) for r in replicates) / (2 * count)
        bias = NORMAL.inv_cdf(share)
        for lower, upper in ((0.025, 0.975), (0.05, 0.95), (0.05, 0.999), (0.2, 0.3)):
            pair = numpy.percentile(replicates, [100 * lower, 100 * upper])
            line("interval", "percentile", lower, upper, estimate, acceleration,
                 *map(float, pair), x, sorted(replicates))
            ends = [bca_probability(p, bias, acceleration) for p in (lower, upper)]
            if abs(lower + upper - 1) < 1e-12:
                check_with_scipy(x, replicates, lower, ends, acceleration)
            pair = numpy.percentile(replicates, [100 * p for p in ends])
            line("interval", "bca", lower, upper, estimate, acceleration, *map(float, pair), x,
                 sorted(replicates))


def check_with_scipy(x, replicates, alpha, ends, acceleration):
    low, high, a = _resampling._bca_interval(
        (numpy.array(x),), numpy.mean, -1, alpha, numpy.array(replicates), None)
    assert abs(float(a[0] if numpy.ndim(a) else a) - acceleration) < 1e-12
    assert abs(float(low) - ends[0]) < 1e-12 and abs(float(high) - ends[1]) < 1e-12


def tolerance_of(x, method):
    """Five standard errors of the difference of two such bootstraps' ends. A quantile p of B
    replicates with normal density f varies by sqrt(p (1 - p) / B) / f; BCa adds twice what z0
    varies by, sqrt(1 / 4 / B) / f(0)."""
    of_end = math.sqrt(0.025 * 0.975) / NORMAL.pdf(NORMAL.inv_cdf(0.025))
    of_bias = 2 * 0.5 / NORMAL.pdf(0) if method == "bca" else 0.0
    error = statistics.pstdev(x) / math.sqrt(len(x))
    return 5 * math.sqrt(2 / RESAMPLES) * (of_end + of_bias) * error


def bootstrap_lines(rng):
    generator = numpy.random.default_rng(1987)
    samples = [user_values(rng, n) for n in (20, 60, 200)]
    samples.append([rng.randint(0, 3) / 10 for _ in range(100)])
    samples.append([a - b for a, b in zip(user_values(rng, 150), user_values(rng, 150))])
    for x in samples:
        for method in ("percentile", "bca"):
            found = scipy.stats.bootstrap(
                (numpy.array(x),), numpy.mean, method="BCa" if method == "bca" else method,
                n_resamples=RESAMPLES, batch=10000, random_state=generator,
            ).confidence_interval
            line("bootstrap", method, float(found.low), float(found.high),
                 tolerance_of(x, method), x)


def main():
    rng = random.Random(20240301)
    normal_lines()
    wilcoxon_lines(rng)
    flips_lines(rng)
    holm_lines(rng)
    interval_lines(rng)
    bootstrap_lines(rng)


if __name__ == "__main__":
    main()
