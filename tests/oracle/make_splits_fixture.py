#!/usr/bin/env python3
"""Write tests/data/splits.txt: random ratings and what tests/oracle/splits.py says of them.

    python3 tests/oracle/make_splits_fixture.py > tests/data/splits.txt

"data", then a line "USER MOVIE MILLISECONDS" for each rating, then lines "split HOW SEED FOLD
LETTERS": per rating r (train), t (test) or n (neither). A side may be empty."""
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import splits  # noqa: E402

DAY = splits.DAY
BASE = 1_500_000_000_000
HOWS = ("user-random:0.2", "user-random:0.5", "user-random:1", "user-random:3", "random:0.2",
        "random:0.5", "leave-last", "leave-last:1", "leave-last:3", "time:0.8", "time:0.5",
        "time:0.05", "time:1500000000", f"time:{BASE + 12 * DAY}", "windows:7:3",
        "windows:0.5:2", "windows:3:10", "windows:20000:1", "k-fold:2", "k-fold:5",
        "cold-users:0.2", "cold-users:0.5", "cold-movies:0.3")

# Of what kind ids and times are.
KINDS = ("plain", "texts", "ties", "same", "none", "some none", "milli")


def moment(rng, kind):
    if kind == "none" or (kind == "some none" and rng.random() < 0.4):
        return 0
    if kind == "same":
        return BASE
    if kind == "ties":
        return BASE + rng.randrange(6) * 4 * DAY
    if kind == "milli":
        return BASE + rng.randrange(40 * DAY)
    return BASE + rng.randrange(40 * DAY // 1000) * 1000


def name(rng, kind, letter, number):
    if kind != "texts":
        return str(number)
    return f"{letter}-{'long' * (number % 5)}{number:03d}-é"


def rows(rng, kind, users, movies):
    made = []
    for user in range(1, users + 1):
        count = rng.choice([1, 2, 3, rng.randint(1, movies)])
        for movie in sorted(rng.sample(range(1, movies + 1), min(count, movies))):
            made.append((name(rng, kind, "u", user), name(rng, kind, "m", movie),
                         moment(rng, kind)))
    return made


def main():
    rng = random.Random(20240630)
    for kind in KINDS:
        for users, movies in ((1, 4), (6, 12), (14, 30)):
            made = rows(rng, kind, users, movies)
            print("data")
            for row in made:
                print(*row)
            for how in HOWS:
                for fold in range(splits.folds(how)):
                    seed = rng.choice([0, 1, 7, 2**53])
                    print("split", how, seed, fold, splits.split(made, how, seed, fold))


if __name__ == "__main__":
    main()
