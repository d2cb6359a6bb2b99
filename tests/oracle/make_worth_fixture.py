#!/usr/bin/env python3
"""Write tests/data/worth.txt: what ratings count as evidence of taste, by the formula of
docs/models.md in plain Python.

    python3 tests/oracle/make_worth_fixture.py > tests/data/worth.txt

Line by line:

    case HALF_LIFE WEIGHT MARGIN ROWS     options; in days and on a scale of 0..5
    USER MOVIE RATING TIME WORTH          TIME in seconds; 0: not known
"""

import math
import random

USERS, MOVIES, TOP, DAY = 14, 11, 5, 86400
STEPS = 64  # of a half-life, in which ages are told apart
MOST = 24   # half-lives


def age_weight(age, half_life):
    if half_life == 0:
        return 1.0
    return 2 ** (-min(math.floor(age / (half_life * DAY / STEPS)), MOST * STEPS) / STEPS)


def print_case(rng, half_life, weight, margin):
    start = 1_500_000_000
    rows = []
    for user in range(USERS):
        for movie in sorted(rng.sample(range(MOVIES), rng.randint(3, MOVIES - 2))):
            time = rng.choice([0, start + rng.randint(0, 900 * DAY), start + rng.randint(0, 30 * DAY)])
            rows.append([user, movie, rng.randint(1, 2 * TOP) / 2, time])
    rows[5][2:] = [TOP, start + 901 * DAY]  # the newest is one of the best
    newest = max(time for *_, time in rows)
    print("case", half_life, weight, margin, len(rows))
    for user, movie, rating, time in rows:
        own = [r for u, _, r, _ in rows if u == user]
        below = sum(own) / len(own) - margin * TOP / 5 - rating
        worth = rating - weight * max(0, below)
        worth *= age_weight(newest - time if time else 0, half_life)
        print(user, movie, rating, time, repr(worth))


def main():
    rng = random.Random(2005)
    for half_life, weight, margin in ((40, 0, 1), (0, 2, 0.5), (25.5, 3.5, 0), (30, 1, 1)):
        print_case(rng, half_life, weight, margin)


if __name__ == "__main__":
    main()
