#!/usr/bin/env python3
"""Write tests/data/metrics.txt: random lists and what tests/oracle/metrics.py says of them.

    python3 tests/oracle/make_metrics_fixture.py > tests/data/metrics.txt

Cases hold full, short and empty lists, lists longer than K, users without relevant movies,
more relevant movies than K, relevant movies that no list can hold (numbers from the count of
movies on), and one user alone. Line by line:

    case K MOVIES USERS
    user RELEVANT... ; LIST...                           (USERS times)
    each P R F1 NDCG HIT MAP MRR   or   skipped                  (USERS times)
    mean P R F1 NDCG HIT MAP MRR COVERAGE DIVERSITY USERS SKIPPED (nan: not defined)
"""

import random

from metrics import evaluate

NAMES = ("precision", "recall", "f1", "ndcg", "hit_rate", "map", "mrr", "coverage", "diversity")


def random_user(rng, k, movies, kind):
    """A pair (relevant, ranked list); popular movies have small numbers, so lists overlap."""
    pool = sorted(range(movies), key=lambda m: rng.random() * (m + 1))
    length = {"short": rng.randint(1, k), "empty": 0, "long": 2 * k}.get(kind, k)
    ranked = pool[: min(length, movies)]
    if kind == "nothing":
        return set(), ranked
    count = rng.randint(1, 3 * k if kind == "many" else 4)
    relevant = {rng.randrange(movies) for _ in range(count)}
    if rng.random() < 0.5 and ranked:
        relevant.add(rng.choice(ranked))
    if kind == "unknown":
        relevant |= {movies + rng.randrange(5) for _ in range(2)}
    return relevant, ranked


def random_case(rng, k, movies, users):
    kinds = ("plain", "plain", "short", "empty", "long", "nothing", "many", "unknown")
    made = [random_user(rng, k, movies, rng.choice(kinds)) for _ in range(users)]
    if not any(relevant for relevant, _ in made):
        made[0] = random_user(rng, k, movies, "plain")
    return made


def number(value):
    return "nan" if value is None else repr(value)


def print_case(k, movies, made):
    relevant = {user: pair[0] for user, pair in enumerate(made)}
    lists = {user: pair[1] for user, pair in enumerate(made)}
    report = evaluate(lists, relevant, k, movies)
    print("case", k, movies, len(made))
    for user in range(len(made)):
        print("user", *sorted(relevant[user]), ";", *lists[user])
    each = iter(report["per_user"])
    for user in range(len(made)):
        if not relevant[user]:
            print("skipped")
            continue
        values = next(each)
        print("each", *(number(values[name]) for name in NAMES[:7]))
    means = (number(report["metrics"][name]) for name in NAMES)
    print("mean", *means, report["users"], report["skipped"])


def main():
    rng = random.Random(20240229)
    for k, movies, users in ((1, 3, 2), (3, 8, 1), (5, 4, 6), (5, 30, 12), (10, 60, 25),
                             (10, 15, 40), (7, 200, 30), (20, 50, 20)):
        for _ in range(3):
            print_case(k, movies, random_case(rng, k, movies, users))


if __name__ == "__main__":
    main()
