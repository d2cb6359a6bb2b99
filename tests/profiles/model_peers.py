#!/usr/bin/env python3
"""Compares models with other libraries' same models: the same ratings, options and scorer.

    model_peers.py PROGRAMS WORK [--ratings FILE]... [--models ease,ials,...]
                   [--venvs NAME=FOLDER,...]

PROGRAMS is the folder of recsys-split, -train, -recommend, -model and -eval. Each FILE
(default: the bundled one) is split by recsys-split, movies with few raters left out. Our model
and the other library's learn from the same training side; lists of 10 of both are files that
recsys-eval scores beside the same test side. Prints TAP lines; the exit status is 1 if any is
"not ok".

EASE (ease: RecTools, of rating / top of the scale; ease-lenskit: LensKit, of ones) is a closed
form, so that lists are the same but for rounding: NDCG, recall and precision at 10 may differ
by 1e-3, and of all places 99.5 % must hold the same movies. RecTools 0.19.0 learns the same
weights and multiplies by their transpose; lists are made of its weights as the paper has it,
those it makes itself are told.

iALS (ials: implicit) starts from random numbers. Where all ratings are 1 its loss is
implicit's: with a the unobserved weight, t = 1 / (1 + a) and p our regularization (exponent 0),
a confidence of (1 + a) / a, a regularization of p (1 + a) / a and factors 1 / sqrt(t) times as
large,

    ours = a t^2 implicit's + a t n    for n ratings.

Means over SEEDS are compared: losses may differ by 0.2 %, metrics by 3 %, some two to three
standard errors of the difference, as one seed's metrics are about 2 % off the mean. Losses vary
by 0.03 % only.

The comparisons are also made with the other library's regularization doubled, that of iALS with
half the confidence too, which must be seen.
"""
import argparse
import collections
import csv
import os
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench", "peers"))

import environments  # noqa: E402 (these two are found by the line above)
import side_by_side as side  # noqa: E402

BUNDLED = os.path.join(ROOT, "examples", "data", "movietweetings-100k", "ratings.dat.gz")
GROUPS = {"ease": "metrics", "ease-lenskit": "lenskit", "ials": "main"}
LEAST = 10  # raters of a movie in the training side
SEEDS = (1, 2, 3, 4, 5)
METRICS = ("ndcg", "recall", "precision")
EASE_NEAR, SAME_PLACES = 1e-3, 0.995
IALS_NEAR, LOSS_NEAR = 0.03, 0.002
EASE = {**side.EASE, "model.ease.dropout": 0, "model.ease.row_exponent": 0,
        "model.ease.min_ratings": 1, "model.ease.neighbors": 100000, "model.ease.memory": 4096,
        "model.ease.popularity_discount": 0}
RIDGES = (50, 500)
UNOBSERVED, REGULARIZATION, FACTORS, ITERATIONS = 0.1, 2.0, 32, 25
IALS = {**side.IALS, "model.ials.factors": FACTORS, "model.ials.iterations": ITERATIONS,
        "model.ials.regularization_exponent": 0, "model.ials.unobserved_weight": UNOBSERVED,
        "model.ials.regularization": REGULARIZATION}


def note(text):
    print(f"# {text}", file=sys.stderr, flush=True)


def tell(fine, text):
    print(f"{'ok' if fine else 'not ok'} - {text}", flush=True)
    return fine


class Data:
    """A training side, the same with ratings of 1, and judgements, as files in a folder."""

    def __init__(self, programs, ratings, folder):
        train, test = map(side.read_ratings, programs.split(ratings, "user-random:0.2", 1,
                                                            os.path.join(folder, "split")))
        raters = collections.Counter(movie for _, movie, _ in train)
        train = [row for row in train if raters[row[1]] >= LEAST]
        users = {user for user, _, _ in train}
        self.folder, self.programs = folder, programs
        self.top = max(rating for _, _, rating in train)
        self.count, self.users = len(train), len(users)
        self.movies = sum(count >= LEAST for count in raters.values())
        head = ("userId", "movieId", "rating")
        self.train = side.write_rows(self.path("train.csv"), head, train)
        self.ones = side.write_rows(self.path("ones.csv"), head,
                                    [(user, movie, 1) for user, movie, _ in train])
        self.qrels = side.write_qrels(self.path("qrels.csv"), [
            row for row in test if row[0] in users and raters[row[1]] >= LEAST], self.top)

    def path(self, name):
        return os.path.join(self.folder, name)

    def score(self, run):
        return self.programs.score(run, self.qrels, self.train)


# ---- lists -----------------------------------------------------------------------------------

def lists_of(path):
    """{user: the movies of the list} of a file with a header and commas or tabs."""
    with open(path, encoding="utf-8", newline="") as file:
        tabs = "\t" if "\t" in file.readline() else ","
        file.seek(0)
        found = collections.defaultdict(set)
        for row in csv.DictReader(file, delimiter=tabs):
            found[row["user"]].add(row["movie"])
    return found


def same_places(one, other):
    """The share of all places of the lists whose movies are in the user's other list too."""
    one, other = lists_of(one), lists_of(other)
    places = sum(max(len(one[user]), len(other[user])) for user in set(one) | set(other))
    return sum(len(one[user] & other[user]) for user in set(one) & set(other)) / places


def mean_of(scores):
    return {name: statistics.fmean(each[name] for each in scores) for name in METRICS}


def put(values):
    return " ".join(f"{name} {values[name]:.4f}" for name in METRICS)


# ---- EASE ------------------------------------------------------------------------------------

def compare_ease(data, python, model, train, divide, more):
    """Ours and a peer's of each regularization, and the peer's with twice the first of them;
    with `more`, which says how its lists are to be made, also those it makes without."""
    fine = True
    ridges = [(ridge, ridge, more) for ridge in RIDGES] + [(RIDGES[0], 2 * RIDGES[0], more)]
    ridges += [(RIDGES[0], RIDGES[0], {})] if more else []
    fits = [{"run": data.path(f"{model}-{at}.csv"), **extra,
             "options": {"regularization": ridge}} for at, (_, ridge, extra) in enumerate(ridges)]
    told = side.theirs(python, model, train, fits, divide)
    peer = f"{told['package']} {told['version']}"
    for ridge in RIDGES:
        data.programs.lists(train, data.path(f"{model}-ours-{ridge}.tsv"),
                            {**EASE, "model.ease.regularization": ridge})
    for fit, (ridge, there, extra) in zip(fits, ridges):
        here = data.path(f"{model}-ours-{ridge}.tsv")
        own, other = data.score(here), data.score(fit["run"])
        same = same_places(here, fit["run"])
        off = max(abs(own[key] - other[key]) for key in METRICS)
        agree = off <= EASE_NEAR and same >= SAME_PLACES
        seen = f"{100 * same:.2f} % of places, metrics within {off:.1e}"
        if extra != more:
            print(f"# {peer} as it is: {seen}", flush=True)
        elif there == ridge:
            fine &= tell(agree, f"EASE, regularization {ridge}, {peer}: the same lists: {seen}")
        else:
            fine &= tell(not agree, f"EASE, regularization {ridge}, {peer}: {there} there is "
                         f"told apart: {seen}")
        print(f"#   ours {put(own)}; {peer} {put(other)}", flush=True)
    return fine


def compare_rectools(data, python):
    return compare_ease(data, python, "rectools_ease", data.train, data.top, {"columns": True})


def compare_lenskit(data, python):
    return compare_ease(data, python, "lenskit_ease", data.ones, 1, {})


# ---- iALS ------------------------------------------------------------------------------------

def fit_ours(data):
    """Scores and losses by seed."""
    runs = [data.path(f"ials-{seed}.tsv") for seed in SEEDS]
    told = [data.programs.lists(data.ones, run, {**IALS, "model.ials.seed": seed})
            for seed, run in zip(SEEDS, runs)]
    return list(map(data.score, runs)), [each["ials"]["loss"] for each in told]


# What implicit's fits are, by the name of the comparison: the factors of regularization and
# confidence, and the seeds.
IMPLICIT = {"the same model": (1, 1, SEEDS),
            "twice the regularization there is told apart": (2, 1, SEEDS[:1]),
            "half the confidence there is told apart": (1, 0.5, SEEDS[:1])}


def fit_theirs(data, python):
    """Peer, and for each of IMPLICIT scores and losses by seed; the losses as ours would be."""
    share, t = (1 + UNOBSERVED) / UNOBSERVED, 1 / (1 + UNOBSERVED)
    fits = [[{"run": data.path(f"implicit-{at}-{seed}.csv"),
              "options": {"factors": FACTORS, "alpha": confidence * share,
                          "iterations": ITERATIONS, "random_state": seed,
                          "regularization": ridge * REGULARIZATION * share}} for seed in seeds]
            for at, (ridge, confidence, seeds) in enumerate(IMPLICIT.values())]
    told = side.theirs(python, "implicit_als", data.ones, sum(fits, []))
    losses = [UNOBSERVED * t * (t * fit["loss"] + data.count) for fit in told["fits"]]
    return f"{told['package']} {told['version']}", [
        ([data.score(fit["run"]) for fit in some], [losses.pop(0) for _ in some])
        for some in fits]


def judge(name, here, there):
    """`here`, `there`: scores and losses by seed; the first of IMPLICIT is to agree."""
    own, other = mean_of(here[0]), mean_of(there[0])
    loss, loss_there = statistics.fmean(here[1]), statistics.fmean(there[1])
    off = max(abs(own[key] - other[key]) / own[key] for key in METRICS)
    loss_off = abs(loss - loss_there) / loss
    agree = off <= IALS_NEAR and loss_off <= LOSS_NEAR
    fine = tell(agree == (len(there[0]) == len(SEEDS)),
                f"iALS, {name}: metrics within {100 * off:.2f} %, losses within "
                f"{100 * loss_off:.3f} %")
    print(f"#   ours {put(own)} loss {loss:.1f}; there {put(other)} loss {loss_there:.1f}",
          flush=True)
    return fine


def put_spread(data, here, there):
    """How far seeds are apart, and how alike their lists are."""
    for name, side_of in (("ours", here), ("theirs", there)):
        spread = max(statistics.stdev(each[key] for each in side_of[0]) /
                     mean_of(side_of[0])[key] for key in METRICS)
        losses = statistics.stdev(side_of[1]) / statistics.fmean(side_of[1])
        print(f"#   standard deviation over {len(SEEDS)} seeds of {name}: metrics "
              f"{100 * spread:.2f} %, losses {100 * losses:.3f} %")
    one, two = (data.path(f"ials-{seed}.tsv") for seed in SEEDS[:2])
    other = data.path(f"implicit-0-{SEEDS[0]}.csv")
    print(f"#   places that are the same: {100 * same_places(one, two):.1f} % of two seeds of "
          f"ours, {100 * same_places(one, other):.1f} % of ours and theirs", flush=True)


def compare_ials(data, python):
    here = fit_ours(data)
    peer, there = fit_theirs(data, python)
    fine = [judge(f"{peer}: {name}", here, each) for name, each in zip(IMPLICIT, there)]
    put_spread(data, here, there[0])
    return all(fine)


COMPARE = {"ease": compare_rectools, "ease-lenskit": compare_lenskit, "ials": compare_ials}


def compare(programs, ratings, folder, tools):
    """`tools`: the Pythons of the models to be compared."""
    os.makedirs(folder, exist_ok=True)
    data = Data(programs, ratings, folder)
    print(f"# {os.path.basename(ratings)}: {data.count} training ratings, {data.users} users, "
          f"{data.movies} movies with {LEAST} raters or more", flush=True)
    fine = True
    for model, python in tools.items():
        note(f"{model} beside the same model of another library")
        fine &= COMPARE[model](data, python)
    return fine


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs")
    parser.add_argument("work", help="environments and lists go below this folder")
    parser.add_argument("--ratings", action="append", default=[], metavar="FILE")
    parser.add_argument("--models", default="ease,ials", help=",".join(GROUPS))
    parser.add_argument("--venvs", default="", help="environments that are there already")
    given = parser.parse_args()
    models = given.models.split(",")
    for model in set(models) - set(GROUPS):
        parser.error(f"no such model: {model}; there are {', '.join(GROUPS)}")
    made = environments.ByGroup(os.path.join(given.work, "bench-venv"), given.venvs)
    tools = {model: made.python_of(GROUPS[model]) for model in models}
    missing = [model for model, python in tools.items() if python is None]
    for model in missing:
        tell(False, f"{GROUPS[model]} can be installed, for {model}")
        del tools[model]
    fine = not missing
    for at, ratings in enumerate(given.ratings or [BUNDLED]):
        fine &= compare(side.Programs(given.programs), ratings,
                        os.path.join(given.work, "profiles", f"models-{at}"), tools)
    return not fine


if __name__ == "__main__":
    sys.exit(main())
