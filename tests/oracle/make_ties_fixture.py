#!/usr/bin/env python3
"""Write tests/data/ties.txt: lists with equal scores, and the metrics of each way to order them.

    python3 tests/oracle/make_ties_fixture.py > tests/data/ties.txt

"average" is worked out by going through all orders of the level movies. Ids are numbers and
texts, scores few; a movie that nobody rated has no "raters" line. Line by line:

    case K
    relevant MOVIE
    listed MOVIE SCORE         in the order of the file
    raters MOVIE COUNT
    want TIES P R F1 NDCG HIT MAP MRR
"""

import math
import random
from itertools import groupby, permutations, product

from metrics import user_metrics

NAMES = ("precision", "recall", "f1", "ndcg", "hit_rate", "map", "mrr")
IDS = ("1", "2", "9", "10", "11", "100", "a", "aa", "b", "B", "10x", "ä")


def number_key(movie):
    """Numbers by their value, texts behind them by their bytes."""
    return (0, int(movie), b"") if movie.isdigit() else (1, 0, movie.encode())


def orders(groups, ties, raters):
    """All ranked lists that a way to break ties allows."""
    if ties == "average":
        return (sum(chosen, ()) for chosen in product(*(permutations(g) for g in groups)))
    ways = {
        "file": lambda g: g,
        "rising": lambda g: sorted(g, key=str.encode),
        "falling": lambda g: sorted(g, key=str.encode, reverse=True),
        "rising_number": lambda g: sorted(g, key=number_key),
        "falling_number": lambda g: sorted(g, key=number_key, reverse=True),
        "popularity": lambda g: sorted(g, key=lambda m: (-raters.get(m, 0), number_key(m))),
    }
    return [[movie for g in groups for movie in ways[ties](g)]]


def mean_metrics(lists, relevant, k):
    each = [user_metrics(list(ranked), relevant, k) for ranked in lists]
    return [math.fsum(values[name] for values in each) / len(each) for name in NAMES]


def print_case(rng, k):
    movies = rng.sample(IDS, rng.randint(3, 9))
    score = {movie: rng.choice((1.0, 2.5, 2.5, 7.0)) for movie in movies}
    raters = {movie: rng.randint(1, 3) for movie in IDS if rng.random() < 0.8}
    relevant = set(rng.sample(movies, rng.randint(1, 3)) + rng.sample(IDS, rng.randint(0, 2)))
    ranked = sorted(movies, key=lambda movie: -score[movie])
    groups = [tuple(group) for _, group in groupby(ranked, key=score.get)]
    print("case", k)
    for movie in sorted(relevant):
        print("relevant", movie)
    for movie in movies:
        print("listed", movie, score[movie])
    for movie, count in raters.items():
        print("raters", movie, count)
    for ties in ("file", "rising", "falling", "rising_number", "falling_number", "popularity",
                 "average"):
        values = mean_metrics(orders(groups, ties, raters), relevant, k)
        print("want", ties, *map(repr, values))


def main():
    rng = random.Random(20081)
    for k in (1, 2, 3, 3, 4, 5, 5, 8, 10):
        for _ in range(4):
            print_case(rng, k)


if __name__ == "__main__":
    main()
