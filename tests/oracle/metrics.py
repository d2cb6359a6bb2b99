"""The metrics, as plainly as they can be written: sets, loops over pairs, no cleverness.

Definitions (lib/eval/metrics.h): K is the cut-off; L a user's list, R their relevant movies.
A user without relevant movies is skipped; a short or missing list counts as it is.
"""

import math
from itertools import combinations


def precision(top, relevant, k):
    return len([movie for movie in top if movie in relevant]) / k


def recall(top, relevant):
    return len([movie for movie in top if movie in relevant]) / len(relevant)


def f1(p, r):
    return 0.0 if p + r == 0 else 2 * p * r / (p + r)


def ndcg(top, relevant, k):
    gains = [1 / math.log2(rank + 1) for rank, movie in enumerate(top, 1) if movie in relevant]
    ideal = [1 / math.log2(rank + 1) for rank in range(1, min(k, len(relevant)) + 1)]
    return math.fsum(gains) / math.fsum(ideal)


def average_precision(top, relevant):
    hits = [rank for rank, movie in enumerate(top, 1) if movie in relevant]
    return math.fsum(found / rank for found, rank in enumerate(hits, 1)) / len(relevant)


def reciprocal_rank(top, relevant):
    return max((1 / rank for rank, movie in enumerate(top, 1) if movie in relevant), default=0.0)


def user_metrics(ranked, relevant, k):
    top = ranked[:k]
    p = precision(top, relevant, k)
    r = recall(top, relevant)
    return {
        "precision": p,
        "recall": r,
        "f1": f1(p, r),
        "ndcg": ndcg(top, relevant, k),
        "hit_rate": 1.0 if any(movie in relevant for movie in top) else 0.0,
        "map": average_precision(top, relevant),
        "mrr": reciprocal_rank(top, relevant),
    }


def coverage(lists, k, movies):
    return len({movie for ranked in lists for movie in ranked[:k]}) / movies


def diversity(lists, k):
    """1 - mean share of k that two users' lists have in common, over all pairs of users."""
    if len(lists) < 2:
        return None
    overlaps = [len(set(a[:k]) & set(b[:k])) / k for a, b in combinations(lists, 2)]
    return 1 - math.fsum(overlaps) / len(overlaps)


def evaluate(lists, relevant, k, movies):
    """lists: user -> ranked movies; relevant: user -> set of movies; movies: how many exist."""
    users = [user for user in sorted(relevant) if relevant[user]]
    each = [user_metrics(lists.get(user, []), relevant[user], k) for user in users]
    report = {"users": len(users), "skipped": len(relevant) - len(users), "per_user": each}
    report["metrics"] = {
        name: math.fsum(values[name] for values in each) / len(users)
        for name in ("precision", "recall", "f1", "ndcg", "hit_rate", "map", "mrr")
    }
    top = [lists.get(user, []) for user in users]
    report["metrics"]["coverage"] = coverage(top, k, movies)
    report["metrics"]["diversity"] = diversity(top, k)
    return report
