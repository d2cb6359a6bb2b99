#!/usr/bin/env python3
"""Fits another library's model to a file of ratings and writes its lists for all users.

    model_lists.py MODEL < JOB

Runs in the environment of the library (environments.py). MODEL is implicit_als (implicit's
AlternatingLeastSquares), rectools_ease (RecTools' EASEModel) or lenskit_ease (LensKit's
EASEScorer). JOB is JSON:

    {"train": CSV, "k": 10, "divide": 1, "threads": 2,
     "fits": [{"run": CSV, "options": {...}}, ...]}

A rating's weight is rating / divide, or 1 with "ones" in a fit. Options are those of the
library's constructor. Lists hold no movie that the user rated; they go to each fit's `run` as
user, movie, rank. Prints JSON: package, version, and of each fit what its model says of itself.
"""
import csv
import importlib.metadata
import json
import sys


class Ratings:
    """Users and movies by number, in the order of their ids as texts."""

    def __init__(self, path):
        with open(path, encoding="utf-8", newline="") as file:
            rows = [(row["userId"], row["movieId"], float(row["rating"]))
                    for row in csv.DictReader(file)]
        self.users = sorted({user for user, _, _ in rows})
        self.movies = sorted({movie for _, movie, _ in rows})
        user_of = {user: at for at, user in enumerate(self.users)}
        movie_of = {movie: at for at, movie in enumerate(self.movies)}
        self.user = [user_of[user] for user, _, _ in rows]
        self.movie = [movie_of[movie] for _, movie, _ in rows]
        self.rating = [rating for _, _, rating in rows]

    def weights(self, job, fit):
        if fit.get("ones"):
            return [1.0] * len(self.rating)
        return [rating / job.get("divide", 1) for rating in self.rating]


def write_run(path, ratings, lists):
    """`lists`: users and their movies in order, both as numbers."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("user", "movie", "rank"))
        for user, movies in lists:
            out.writerows((ratings.users[user], ratings.movies[movie], rank)
                          for rank, movie in enumerate(movies, 1))


def implicit_als(job, ratings):
    import numpy
    import scipy.sparse
    import threadpoolctl
    from implicit.cpu.als import AlternatingLeastSquares
    threadpoolctl.threadpool_limits(1, "blas")  # as it advises
    everybody = numpy.arange(len(ratings.users))
    for fit in job["fits"]:
        weight = numpy.array(ratings.weights(job, fit), numpy.float32)
        x = scipy.sparse.csr_matrix((weight, (ratings.user, ratings.movie)),
                                    shape=(len(ratings.users), len(ratings.movies)))
        model = AlternatingLeastSquares(num_threads=job["threads"], **fit["options"])
        model.fit(x, show_progress=False)
        movies, _ = model.recommend(everybody, x, N=job["k"], filter_already_liked_items=True,
                                    recalculate_user=True)
        write_run(fit["run"], ratings, zip(everybody, ([m for m in row if m >= 0]
                                                       for row in movies)))
        yield {"loss": als_loss(model, x)}


def als_loss(model, x):
    """What its alternating solutions make smaller, summed over all pairs."""
    import numpy
    users = model.user_factors.astype(numpy.float64)
    movies = model.item_factors.astype(numpy.float64)
    pairs = x.tocoo()
    score = numpy.einsum("ij,ij->i", users[pairs.row], movies[pairs.col])
    confidence = model.alpha * pairs.data.astype(numpy.float64)
    every = numpy.sum((users.T @ users) * (movies.T @ movies))
    return float(every + numpy.sum(confidence * (score - 1) ** 2 - score ** 2) +
                 model.regularization * (numpy.sum(users ** 2) + numpy.sum(movies ** 2)))


def rows_of(found, users):
    """(user, movies in the order of their ranks) of a table with user_id, item_id and rank."""
    lists = [[] for _ in range(users)]
    found = found.sort_values(["user_id", "rank"])
    for user, movie in zip(found["user_id"].tolist(), found["item_id"].tolist()):
        lists[user].append(movie)
    return enumerate(lists)


def rectools_ease(job, ratings):
    """With "columns" in a fit, a score is the sum of ratings times a column of its weights, as
    in Steck 2019; its own are of rows."""
    import warnings
    warnings.filterwarnings("ignore")
    import pandas
    from rectools.dataset import Dataset
    from rectools.models import EASEModel
    for fit in job["fits"]:
        table = pandas.DataFrame({"user_id": ratings.user, "item_id": ratings.movie,
                                  "weight": ratings.weights(job, fit),
                                  "datetime": "2000-01-01"})
        data = Dataset.construct(table)
        model = EASEModel(**fit["options"]).fit(data)
        if fit.get("columns"):
            model.weight = model.weight.T.copy()
        found = model.recommend(table["user_id"].unique(), data, k=job["k"], filter_viewed=True)
        write_run(fit["run"], ratings, rows_of(found, len(ratings.users)))
        yield {}


def lenskit_ease(job, ratings):
    """It takes every rating for 1."""
    import warnings
    warnings.filterwarnings("ignore")
    import pandas
    from lenskit.batch import recommend
    from lenskit.data import from_interactions_df
    from lenskit.knn import EASEScorer
    from lenskit.pipeline import topn_pipeline
    data = from_interactions_df(pandas.DataFrame({"user_id": ratings.user,
                                                  "item_id": ratings.movie}))
    for fit in job["fits"]:
        pipe = topn_pipeline(EASEScorer(**fit["options"]), n=job["k"])
        pipe.train(data)
        found = recommend(pipe, list(data.users.ids()), job["k"], n_jobs=1)
        write_run(fit["run"], ratings, ((key.user_id, movies.ids().tolist())
                                        for key, movies in found.items()))
        yield {}


PACKAGES = {"implicit_als": "implicit", "rectools_ease": "rectools", "lenskit_ease": "lenskit"}


def main():
    name = sys.argv[1]
    job = json.load(sys.stdin)
    told = list(globals()[name](job, Ratings(job["train"])))
    print(json.dumps({"package": PACKAGES[name], "fits": told,
                      "version": importlib.metadata.version(PACKAGES[name])}))


if __name__ == "__main__":
    main()
