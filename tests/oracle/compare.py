"""Systems side by side, as plainly as it can be written: dictionaries, all sign vectors, and the
formulas of include/recsys/evaluate.h (recsys_compare)."""

import math
from itertools import product
from statistics import NormalDist, mean, stdev

METRICS = ("precision", "recall", "f1", "ndcg", "hit_rate", "map", "mrr", "auc")


def paired(reports, systems, runs, metric):
    """reports[system * runs + run]: user -> metric -> value or None. For each user whom all
    systems have a value of in one run at least: their means over those runs, one a system."""
    values = {}
    for run in range(runs):
        of_run = [reports[system * runs + run] for system in range(systems)]
        for user in of_run[0]:
            row = [report.get(user, {}).get(metric) for report in of_run]
            if None not in row:
                values.setdefault(user, []).append(row)
    return {user: [sum(column) / len(rows) for column in zip(*rows)]
            for user, rows in values.items()}


def randomisation(gaps):
    """Two-sided p of the paired randomisation test over all sign vectors."""
    least = abs(math.fsum(gaps)) - 1e-9
    sums = [abs(math.fsum(sign * gap for sign, gap in zip(signs, gaps)))
            for signs in product((1, -1), repeat=len(gaps))]
    return sum(total >= least for total in sums) / len(sums)


def ranks(sizes):
    """Rank of each, from 1; equal ones share their mean rank."""
    return [mean(place for place, other in enumerate(sorted(sizes), 1) if other == size)
            for size in sizes]


def wilcoxon(gaps):
    """Zeros are left out. Without any the distribution over all sign vectors of the ranks 1..n,
    to which a half rank sum, of ties, is rounded towards the middle (SciPy's rule up to 50);
    else the normal distribution, its variance corrected for ties."""
    kept = [gap for gap in gaps if gap != 0]
    if not kept:
        return 1.0
    rank = ranks([abs(gap) for gap in kept])
    positive = sum(r for r, gap in zip(rank, kept) if gap > 0)
    n = len(kept)
    if n == len(gaps):
        middle = n * (n + 1) / 4
        positive = math.ceil(positive) if positive < middle else math.floor(positive)
        sums = [sum(r for r, sign in zip(range(1, n + 1), signs) if sign)
                for signs in product((0, 1), repeat=n)]
        least = min(sum(total <= positive for total in sums),
                    sum(total >= positive for total in sums))
        return min(1.0, 2 * least / len(sums))
    ties = sum(rank.count(r) ** 3 - rank.count(r) for r in set(rank))
    variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
    z = (positive - n * (n + 1) / 4) / math.sqrt(variance)
    return min(1.0, 2 * NormalDist().cdf(-abs(z)))


def holm(p_values):
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [0.0] * len(p_values)
    for place, i in enumerate(order):
        here = [min(1.0, (len(order) - j) * p_values[order[j]]) for j in range(place + 1)]
        adjusted[i] = max(here)
    return adjusted


def normal_interval(gaps, confidence):
    if len(gaps) < 2:
        return None, None
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * stdev(gaps) / math.sqrt(len(gaps))
    return mean(gaps) - reach, mean(gaps) + reach


def compare(reports, systems, runs, confidence):
    """Users that all have, and a dictionary for each difference."""
    rows, users = [], set()
    for system in range(1, systems):
        for metric in METRICS:
            values = paired(reports, systems, runs, metric)
            if not values:
                continue
            users |= set(values)
            gaps = [row[system] - row[0] for row in values.values()]
            low, high = normal_interval(gaps, confidence)
            rows.append({"system": system, "metric": metric,
                         "value": mean(row[system] for row in values.values()),
                         "baseline": mean(row[0] for row in values.values()),
                         "difference": mean(gaps), "low": low, "high": high,
                         "p": randomisation(gaps), "p_wilcoxon": wilcoxon(gaps)})
    for row, p in zip(rows, holm([row["p"] for row in rows])):
        row["p_holm"] = p
        row["significant"] = int(p < 1 - confidence)
    return len(users), rows
