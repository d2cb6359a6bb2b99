#!/usr/bin/env python3
"""Write tests/data/ease.txt: ratings, options, and the scores of EASE by plain NumPy in doubles.

    python3 tests/oracle/make_ease_fixture.py > tests/data/ease.txt

The whole movies x movies matrix is inverted, whatever there are fewer of. All weights are kept.
Line by line:

    case USERS MOVIES REGULARIZATION DROPOUT EXPONENT DISCOUNT
    rating USER MOVIE RATING
    ask MOVIE RATING            of somebody who is not among the users
    score MOVIE SCORE           of the movies that were not asked about, best first
"""

import random

import numpy as np

TOP = 5.0


def scores(ratings, users, movies, asked, ridge, dropout, exponent, discount):
    x = np.zeros((users, movies))
    for user, movie, rating in ratings:
        x[user, movie] = rating / TOP
    sizes = (x > 0).sum(1)
    weight = np.where(sizes > 0, np.maximum(sizes, 1.0) ** -exponent, 0)
    weight *= sizes.sum() / (weight * sizes).sum()
    gram = x.T @ np.diag(weight) @ x
    inverse = np.linalg.inv(gram + np.diag(ridge + dropout / (1 - dropout) * np.diag(gram)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    profile = np.zeros(movies)
    for movie, rating in asked:
        profile[movie] = rating / TOP
    raters = np.maximum((x > 0).sum(0), 1)
    return profile @ weights / raters ** discount


def print_case(rng, users, movies, options):
    ratings = [(0, 0, TOP)]
    for user in range(users):
        for movie in range(movies):
            if rng.random() < 0.3 and (user, movie) != (0, 0):
                ratings.append((user, movie, rng.randint(1, 10) / 2))
    rated = {movie for _, movie, _ in ratings}
    asked = [(movie, rng.randint(1, 10) / 2) for movie in rng.sample(sorted(rated), 4)]
    found = scores(ratings, users, movies, asked, *options)
    print("case", users, movies, *options)
    for row in ratings:
        print("rating", *row)
    for row in asked:
        print("ask", *row)
    left = [movie for movie in sorted(rated) if movie not in dict(asked)]
    for movie in sorted(left, key=lambda movie: -found[movie]):
        print("score", movie, repr(float(found[movie])))


def main():
    rng = random.Random(2019)
    for users, movies in ((8, 20), (30, 12), (40, 40)):
        for options in ((2.0, 0.0, 0.0, 0.0), (0.5, 0.33, 0.5, 0.2), (20.0, 0.6, 1.0, 0.5)):
            print_case(rng, users, movies, options)


if __name__ == "__main__":
    main()
