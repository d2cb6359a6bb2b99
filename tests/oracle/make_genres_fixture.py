#!/usr/bin/env python3
"""Write tests/data/genres.txt: lists chosen for the user's shares of genres (Steck 2018), each
step by the whole formula in plain Python.

    python3 tests/oracle/make_genres_fixture.py > tests/data/genres.txt

Line by line:

    case WEIGHT LIMIT           of the divergence, and movies chosen
    movie SCORE RATING GENRES   numbered from 0; a score of -1: not in the pool, a rating of -9:
                                not rated; GENRES joined by |, or -
    chosen MOVIE DIVERGENCE     one after the other, and that of the list so far
"""

import math
import random

OWN = 0.01
NAMES = ["Comedy", "Drama", "Film-Noir", "War", "Musical", "Crime"]


def shares(movies):
    found = {}
    for genres, weight in movies:
        for genre in genres:
            found[genre] = found.get(genre, 0) + weight / len(genres)
    whole = sum(found.values())
    return {genre: weight / whole for genre, weight in found.items()}


def divergence(wanted, movies):
    have = shares([(genres, 1) for genres in movies])
    return sum(p * math.log(p / ((1 - OWN) * have.get(genre, 0) + OWN * p))
               for genre, p in wanted.items())


def print_case(rng, weight, limit, rated, pool):
    movies = []
    for number in range(rated + pool):
        genres = rng.sample(NAMES, rng.choice([0, 1, 1, 2, 3]))
        score = -1 if number < rated else round(rng.random(), 6)
        rating = rng.choice([0, 0.5, 2, 3.5, 5]) if number < rated else -9
        movies.append((score, rating, genres))
    wanted = shares([(genres, rating) for _, rating, genres in movies if rating > 0])
    print("case", weight, limit)
    for score, rating, genres in movies:
        named = "|".join(genres + genres[:1] * (rng.random() < 0.2))  # some are named twice
        print("movie", score, rating, rng.choice([named, named.upper()]) or "-")
    left, chosen = [i for i in range(rated, rated + pool)], []
    while len(chosen) < limit:
        gains = {i: (1 - weight) * movies[i][0] - weight * divergence(
            wanted, [movies[j][2] for j in chosen + [i]]) for i in left}
        chosen.append(max(left, key=lambda i: (round(gains[i], 7), -i)))
        left.remove(chosen[-1])
        print("chosen", chosen[-1], repr(divergence(wanted, [movies[j][2] for j in chosen])))


def main():
    rng = random.Random(2018)
    for weight in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        for limit, rated, pool in ((8, 12, 30), (5, 1, 12), (20, 40, 100)):
            print_case(rng, weight, limit, rated, pool)


if __name__ == "__main__":
    main()
