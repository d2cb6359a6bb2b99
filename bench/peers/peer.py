#!/usr/bin/env python3
"""One measurement of one other library, in a process of its own: prints a line of JSON.

    peer.py LIBRARY TASK FILE [--side users|movies] [--threads N] [--k 20] [--sample ROWS]

FILE is from `bench_generate --raw`. Reading it, imports and a small call first are not timed.
TASK is neighbours (the k nearest rows of each row), all (k recommendations for each user, from
a model made before), live (one user a call) or ials (median seconds of an iteration of implicit
ALS). --sample: only so many rows, drawn at random, where the library can be asked for some rows.
"""
import argparse
import importlib.metadata
import json
import time

import raw

SEED = 1


def peak_mb(field="VmHWM:"):
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(field)) * 1024e-6


def sample_of(rows, wanted):
    import numpy
    if not wanted or wanted >= rows:
        return None
    return numpy.sort(numpy.random.default_rng(SEED).choice(rows, wanted, replace=False))


def oriented(given, dtype=None):
    import numpy
    x = raw.matrix(given.file, dtype or numpy.float32)
    return x if given.side == "users" else x.T.tocsr()


# ---- each returns (package, call to time, call to do before, rows done, rows there are) ------

def similaripy_neighbours(given):
    import similaripy
    x = oriented(given)
    rows = sample_of(x.shape[0], given.sample)

    def work(x=x, rows=rows):
        return similaripy.cosine(x, k=given.k, num_threads=given.threads, verbose=False,
                                 format_output="csr", target_rows=rows)

    return ("similaripy", work, lambda: work(x[:200], None),
            x.shape[0] if rows is None else len(rows), x.shape[0])


def sklearn_neighbours(given):
    from sklearn.neighbors import NearestNeighbors
    x = oriented(given)
    rows = sample_of(x.shape[0], given.sample)
    asked = x if rows is None else x[rows]

    def work(x=x, asked=asked):
        found = NearestNeighbors(n_neighbors=given.k + 1, metric="cosine", algorithm="brute",
                                 n_jobs=given.threads).fit(x)
        return found.kneighbors(asked)

    return "scikit-learn", work, lambda: work(x[:200], x[:200]), asked.shape[0], x.shape[0]


def implicit_model(given):
    from implicit.nearest_neighbours import CosineRecommender
    return CosineRecommender(K=given.k, num_threads=given.threads)


def implicit_neighbours(given):
    import numpy
    x = oriented(given, numpy.float64)  # its neighbours are those of columns
    columns = x.T.tocsr()

    def work(columns=columns):
        implicit_model(given).fit(columns, show_progress=False)

    return "implicit", work, lambda: work(columns[:, :200].tocsr()), x.shape[0], x.shape[0]


def implicit_fitted(given):
    import numpy
    x = raw.matrix(given.file, numpy.float64)
    model = implicit_model(given)
    model.fit(x, show_progress=False)
    return x, model


def implicit_all(given):
    import numpy
    x, model = implicit_fitted(given)
    users = numpy.arange(x.shape[0])
    return ("implicit", lambda: model.recommend(users, x, N=given.k),
            lambda: model.recommend(users[:20], x[:20], N=given.k), x.shape[0], x.shape[0])


def surprise_neighbours(given):
    """All similarities by the ratings in common; it keeps all and picks none."""
    import surprise
    users, movies, ends, movie, stars = raw.load(given.file)
    by_user, by_movie = {}, {}
    user = 0
    for at in range(len(movie)):
        while at == ends[user + 1]:
            user += 1
        item, rating = int(movie[at]), float(stars[at])
        by_user.setdefault(user, []).append((item, rating))
        by_movie.setdefault(item, []).append((user, rating))
    known = {i: i for i in range(max(users, movies))}
    train = surprise.Trainset(by_user, by_movie, users, movies, len(movie), (0.5, 5), known,
                              known)
    model = surprise.KNNBasic(k=given.k, verbose=False, sim_options={
        "name": "cosine", "user_based": given.side == "users", "min_support": 3})
    return "scikit-surprise", lambda: model.fit(train), None, users, users


def lenskit_all(given):
    import warnings
    warnings.filterwarnings("ignore")
    import torch
    from lenskit.batch import recommend
    from lenskit.data import from_interactions_df
    from lenskit.knn import UserKNNScorer
    from lenskit.pipeline import topn_pipeline
    from lenskit.training import TrainingOptions
    torch.set_num_threads(given.threads)
    data = from_interactions_df(raw.table(given.file, ("user_id", "item_id", "rating")))
    pipe = topn_pipeline(UserKNNScorer(max_nbrs=given.k), n=given.k)
    pipe.train(data, TrainingOptions(rng=SEED))
    users = list(data.users.ids())
    rows = sample_of(len(users), given.sample)
    asked = users if rows is None else [users[i] for i in rows]
    return ("lenskit", lambda: recommend(pipe, asked, given.k, n_jobs=1),
            lambda: recommend(pipe, users[:5], given.k, n_jobs=1), len(asked), len(users))


# ---- one user a call -------------------------------------------------------------------------

def implicit_live(given):
    import numpy
    x, model = implicit_fitted(given)
    times, count = [], given.sample or 1000
    for user in numpy.random.default_rng(SEED).choice(x.shape[0], count + 50):
        start = time.perf_counter()
        model.recommend(int(user), x[int(user)], N=given.k)
        times.append(time.perf_counter() - start)
    return "implicit", numpy.array(times[50:]) * 1e3, x.shape[0]


def measure_live(given):
    import numpy
    package, times, of = globals()[given.library + "_live"](given)
    return {"version": importlib.metadata.version(package), "rows": len(times), "of": of,
            "seconds": round(float(times.sum()) / 1e3, 6),
            "median_ms": round(float(numpy.median(times)), 4),
            "p99_ms": round(float(numpy.percentile(times, 99)), 4),
            "max_ms": round(float(times.max()), 4), "peak_mb": round(peak_mb(), 1)}


# ---- iterations of a factor model ------------------------------------------------------------

def implicit_ials(given):
    """Three steps of conjugate gradients for each row, its default."""
    from implicit.als import AlternatingLeastSquares
    x = raw.matrix(given.file)

    def fit(x, iterations):
        times = []
        AlternatingLeastSquares(
            factors=given.factors, iterations=iterations, num_threads=given.threads,
            random_state=SEED).fit(x, show_progress=False,
                                   callback=lambda done, took, *loss: times.append(took))
        return times

    fit(x[:200], 1)
    return "implicit", x.shape[0], fit(x, given.iterations)


def measure_ials(given):
    import statistics
    import threadpoolctl
    with threadpoolctl.threadpool_limits(1, "blas"):  # as it advises
        package, rows, times = globals()[given.library + "_ials"](given)
    return {"version": importlib.metadata.version(package), "rows": rows, "of": rows,
            "factors": given.factors, "iterations": len(times),
            "seconds": round(statistics.median(times), 6), "longest_s": round(max(times), 6),
            "peak_mb": round(peak_mb(), 1)}


def measure(given):
    package, work, before, rows, of = globals()[given.library + "_" + given.task](given)
    if before:
        before()
    loaded = peak_mb("VmRSS:")
    cpu, start = time.process_time(), time.perf_counter()
    result = work()
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    del result
    return {"version": importlib.metadata.version(package), "rows": rows, "of": of,
            "seconds": round(wall, 6), "cpu_s": round(cpu, 6),
            "busy": round(cpu / wall / given.threads, 3), "peak_mb": round(peak_mb(), 1),
            "before_mb": round(loaded, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library")
    parser.add_argument("task", choices=("neighbours", "all", "live", "ials"))
    parser.add_argument("file")
    parser.add_argument("--side", default="users", choices=("users", "movies"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--k", type=int, default=20)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--factors", type=int, default=128)
    parser.add_argument("--iterations", type=int, default=10)
    given = parser.parse_args()
    how = {"live": measure_live, "ials": measure_ials}.get(given.task, measure)
    found = how(given)
    print(json.dumps({"task": given.task, "threads": given.threads, "k": given.k, **found}))


if __name__ == "__main__":
    main()
