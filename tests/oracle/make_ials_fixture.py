#!/usr/bin/env python3
"""Write tests/data/ials.txt: ratings, options, and what iALS makes of them, by plain NumPy in
doubles: each row's equations are set up whole and solved by elimination.

    python3 tests/oracle/make_ials_fixture.py > tests/data/ials.txt

The movies' first factors are drawn as the library draws them. Line by line:

    case USERS MOVIES FACTORS ITERATIONS REGULARIZATION EXPONENT UNOBSERVED SEED DISCOUNT
    rating USER MOVIE RATING
    loss LOSS
    factors MOVIE FACTOR...
    ask MOVIE RATING                of somebody who is not among the users
    user FACTOR...                  that somebody's
    score MOVIE SCORE               of the movies that were not asked about, best first
    reason MOVIE WEIGHT             best movie: what each that was asked about says of it,
                                    times its rating / top this is a part of the score
"""

import random

import numpy as np

TOP = 5.0
MASK = (1 << 64) - 1


def mix(x):
    """The finaliser of splitmix64."""
    x ^= x >> 30
    x = x * 0xBF58476D1CE4E5B9 & MASK
    x ^= x >> 27
    x = x * 0x94D049BB133111EB & MASK
    return x ^ x >> 31


def first_factors(movies, factors, seed):
    drawn = np.zeros((movies, factors))
    for movie in range(movies):
        key = mix((mix(seed) + movie) & MASK)
        for k in range(factors):
            words = [mix((key + 3 * k + word) & MASK) for word in range(3)]
            total = sum(word >> shift & 0xFFFF for word in words for shift in (0, 16, 32, 48))
            drawn[movie, k] = 0.1 / np.sqrt(factors) * (total - 12 * 32767.5) / 65536
    return drawn.astype(np.float32).astype(float)


class Problem:
    def __init__(self, ratings, users, movies, regularization, exponent, unobserved):
        self.rated = np.zeros((users, movies), bool)
        self.y = np.zeros((users, movies))
        for user, movie, rating in ratings:
            self.rated[user, movie] = True
            self.y[user, movie] = rating / TOP
        self.regularization, self.exponent = regularization, exponent
        self.unobserved = unobserved

    def ridge(self, own, others):
        return self.regularization * (own + self.unobserved * others) ** self.exponent

    def equations(self, others, rated, ridge):
        chosen = others[rated]
        return (self.unobserved * others.T @ others + chosen.T @ chosen
                + ridge * np.eye(others.shape[1]))

    def solve(self, others, rated, y):
        found = np.zeros((len(rated), others.shape[1]))
        count = rated.any(0).sum()
        for row in range(len(rated)):
            if rated[row].any():
                matrix = self.equations(others, rated[row],
                                        self.ridge(rated[row].sum(), count))
                found[row] = np.linalg.solve(matrix, others[rated[row]].T @ y[row, rated[row]])
        return found

    def train(self, movie, iterations):
        for _ in range(iterations):
            user = self.solve(movie, self.rated, self.y)
            movie = self.solve(user, self.rated.T, self.y.T)
        return user, movie

    def loss(self, user, movie):
        guess = user @ movie.T
        users, movies = self.rated.any(1).sum(), self.rated.any(0).sum()
        loss = ((self.y - guess)[self.rated] ** 2).sum() + self.unobserved * (guess**2).sum()
        loss += (self.ridge(self.rated.sum(1), movies) * (user**2).sum(1)).sum()
        return loss + (self.ridge(self.rated.sum(0), users) * (movie**2).sum(1)).sum()


def print_case(rng, users, movies, options):
    factors, iterations, regularization, exponent, unobserved, seed, discount = options
    ratings = [(0, 0, TOP)]
    for user in range(users):
        for movie in range(movies):
            due = user == movie % users  # everything has a rating
            if (due or rng.random() < 0.3) and (user, movie) != (0, 0):
                ratings.append((user, movie, rng.randint(1, 10) / 2))
    problem = Problem(ratings, users, movies, regularization, exponent, unobserved)
    first = first_factors(movies, factors, seed)
    user, movie = problem.train(first, iterations)
    print("case", users, movies, *options)
    for row in ratings:
        print("rating", *row)
    print("loss", repr(float(problem.loss(user, movie))))
    for i in range(movies):
        print("factors", i, *(repr(float(value)) for value in movie[i]))
    asked = [(i, rng.randint(1, 10) / 2) for i in sorted(rng.sample(range(movies), 4))]
    chosen = np.isin(np.arange(movies), [i for i, _ in asked])
    y = np.array([rating / TOP for _, rating in asked])
    matrix = problem.equations(movie, chosen, problem.ridge(len(asked), movies))
    found = np.linalg.solve(matrix, movie[chosen].T @ y)
    scores = movie @ found / problem.rated.sum(0) ** discount
    for row in asked:
        print("ask", *row)
    print("user", *(repr(float(value)) for value in found))
    left = sorted((i for i in range(movies) if not chosen[i]), key=lambda i: -scores[i])
    for i in left:
        print("score", i, repr(float(scores[i])))
    for i, _ in asked:
        weight = movie[left[0]] @ np.linalg.solve(matrix, movie[i])
        print("reason", i, repr(float(weight)))


def main():
    rng = random.Random(2008)
    for users, movies in ((12, 20), (30, 14), (40, 40)):
        for options in ((4, 8, 0.05, 1.0, 0.1, 1, 0.0), (16, 3, 0.3, 0.5, 0.3, 7, 0.2),
                        (21, 5, 1.0, 0.0, 1.0, 2022, 0.5)):
            print_case(rng, users, movies, options)


if __name__ == "__main__":
    main()
