#!/usr/bin/env python3
"""Write tests/data/movie_products.txt: ratings, options, and the scores of item CF and RP3beta by
plain NumPy in doubles.

    python3 tests/oracle/make_movie_products_fixture.py > tests/data/movie_products.txt

Whole matrices, no lists: weights that are not kept are set to 0. Ratings are drawn again where
two weights, one kept and one not, are nearly but not quite equal. Line by line:

    case SOURCE
    set OPTION VALUE            of model.SOURCE
    rating USER MOVIE RATING
    ask MOVIE RATING            of somebody who is not among the users
    score MOVIE SCORE           of the movies that were not asked about; 0: not scored
"""

import itertools
import random

import numpy as np

K1, B = 1.2, 0.75


def weighted(x, weighting):
    """Movies are the documents, users the words."""
    rated = x > 0
    idf = np.log(x.shape[1] / (1 + rated.sum(1)))
    if weighting == "tfidf":
        return np.sqrt(x) * idf[:, None]
    if weighting == "bm25":
        length = x.sum(0) / x.sum(0).mean()
        return np.where(rated, x * (K1 + 1) / (K1 * (1 - B + B * length) + x), 0) * idf[:, None]
    return x


def item_cf(x, options):
    """weights[i, j]: from i to j."""
    if options["similarity"] == "tversky":
        x = (x > 0).astype(float)
        common, raters = x.T @ x, x.sum(0)
        below = (common + options["tversky_alpha"] * (raters[None, :] - common)
                 + options["tversky_beta"] * (raters[:, None] - common))
    else:
        x = weighted(x, options["weighting"])
        common, norm = x.T @ x, np.sqrt((x ** 2).sum(0))
        alpha = options["asymmetry"] if options["similarity"] == "asymmetric" else 0.5
        below = norm[None, :] ** (2 * alpha) * norm[:, None] ** (2 - 2 * alpha)
    return common / (below + options["shrinkage"] + 1e-6)


def rp3beta(x, options):
    rated = (x > 0).astype(float)
    from_movie = (rated / rated.sum(0)).T
    from_user = x / x.sum(1, keepdims=True)
    walks = ((from_movie ** options["alpha"] * rated.T)
             @ (from_user ** options["alpha"] * rated))
    return walks / rated.sum(0) ** options["beta"]


def kept(weights, most):
    """The largest of each column; None where it is not clear which these are."""
    weights = weights.copy()
    np.fill_diagonal(weights, 0)
    if most >= len(weights):
        return weights
    for column in weights.T:
        order = np.argsort(-column, kind="stable")
        last, first = column[order[most - 1]], column[order[most]]
        if last != first and last - first < 1e-5 * last:
            return None
        column[order[most:]] = 0
    return weights


def draw(rng, users, movies, rating):
    x = np.zeros((users, movies))
    for user, movie in itertools.product(range(users), range(movies)):
        if rng.random() < 0.3 or user == movie % users:
            x[user, movie] = rating()
    return x


def print_case(rng, source, users, movies, rating, options):
    weights = None
    while weights is None:
        x = draw(rng, users, movies, rating)
        weights = {"item_cf": item_cf, "rp3beta": rp3beta}[source](x, options)
        weights = kept(weights, options["neighbors"])
    profile = np.zeros(movies)
    asked = rng.sample(range(movies), 4)
    for movie in asked:
        profile[movie] = rng.randint(1, 10) / 2
    scores = profile @ weights / (x > 0).sum(0) ** options["popularity_discount"]
    print("case", source)
    for option, value in options.items():
        print("set", option, value)
    for user, movie in zip(*np.nonzero(x)):
        print("rating", user, movie, x[user, movie])
    for movie in asked:
        print("ask", movie, profile[movie])
    for movie in range(movies):
        if movie not in asked:
            print("score", movie, repr(float(scores[movie])))


def similarities():
    for weighting in ("none", "tfidf", "bm25"):
        yield {"weighting": weighting, "similarity": "cosine"}
        yield {"weighting": weighting, "similarity": "asymmetric", "asymmetry": 0.3}
        yield {"weighting": weighting, "similarity": "asymmetric", "asymmetry": 0.8}
    yield {"similarity": "tversky", "tversky_alpha": 1, "tversky_beta": 1}
    yield {"similarity": "tversky", "tversky_alpha": 0.25, "tversky_beta": 2}


def main():
    rng = random.Random(2021)
    ratings = (lambda: rng.randint(1, 10) / 2, lambda: rng.randint(100, 500) / 100)
    more = ({"neighbors": 1000, "shrinkage": 0, "popularity_discount": 0.0},
            {"neighbors": 5, "shrinkage": 3.5, "popularity_discount": 0.25})
    for number, (first, second) in enumerate(itertools.product(similarities(), more)):
        print_case(rng, "item_cf", 25, 16, ratings[number % 2], {**first, **second})
    for number, (alpha, beta, most) in enumerate(
            ((0.6, 0.5, 1000), (1.0, 0.0, 6), (1.7, 1.25, 1000), (0.3, 0.75, 4), (0.0, 0.3, 5))):
        print_case(rng, "rp3beta", 25, 16, ratings[number % 2],
                   {"alpha": alpha, "beta": beta, "neighbors": most,
                    "popularity_discount": number % 2 / 4})


if __name__ == "__main__":
    main()
