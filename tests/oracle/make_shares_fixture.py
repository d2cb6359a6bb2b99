#!/usr/bin/env python3
"""Write tests/data/shares.txt: what sources say of movies to users, and how well the best blend
of a fine grid of shares ranks them, by plain Python.

    python3 tests/oracle/make_shares_fixture.py > tests/data/shares.txt

Line by line:

    case MEMBERS USERS SINGLE BEST     mean NDCG@10 of the best source alone, and on the grid
    user RELEVANT                      relevant movies, also those that no source knows
    movie HIT PART PART ...            one for each of the user's movies, in their order
"""

import itertools
import math
import random

GRID = 20


def ndcg(hits, relevant):
    gain = sum(hit / math.log2(k + 2) for k, hit in enumerate(hits[:10]))
    return gain / sum(1 / math.log2(k + 2) for k in range(min(relevant, 10)))


def mean_ndcg(users, share):
    values = []
    for relevant, movies in users:
        if relevant == 0:
            continue
        scored = [(-sum(s * p for s, p in zip(share, parts)), n, hit)
                  for n, (hit, parts) in enumerate(movies)]
        values.append(ndcg([hit for score, _, hit in sorted(scored) if score < 0], relevant))
    return sum(values) / len(values)


def grid(members):
    for cut in itertools.product(range(GRID + 1), repeat=members - 1):
        if sum(cut) <= GRID:
            yield [(GRID - sum(cut)) / GRID] + [c / GRID for c in cut]


def make_user(rng, members, skill):
    movies, relevant = [], rng.randint(0, 2)
    for _ in range(rng.randint(5, 40)):
        like = rng.random()
        hit = int(like > 0.8)
        relevant += hit
        parts = [0.0 if rng.random() < 0.2 else round(max(0.0, s * like + rng.gauss(0, 0.3)), 4)
                 for s in skill[:members]]
        movies.append((hit, parts))
    return relevant, movies


def main():
    rng = random.Random(5)
    for members, count, skill in ((2, 40, (0.3, 0.5)), (2, 80, (0.6, 0.6)),
                                  (3, 60, (0.2, 0.6, 0.5)),
                                  (3, 12, (0.0, 2.0, 0.0)), (4, 60, (0.4, 0.4, 0.5, 0.3))):
        users = [make_user(rng, members, skill) for _ in range(count)]
        alone = [mean_ndcg(users, [float(j == k) for j in range(members)]) for k in range(members)]
        best = max(mean_ndcg(users, share) for share in grid(members))
        print("case", members, count, repr(max(alone)), repr(best))
        for relevant, movies in users:
            print("user", relevant)
            for hit, parts in movies:
                print("movie", hit, *parts)


if __name__ == "__main__":
    main()
