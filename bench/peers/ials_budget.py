#!/usr/bin/env python3
"""Our iALS and implicit's ALS, each tuned with the same number of trials, on the same splits.

    ials_budget.py --data NAME=RATINGS [--data ...] [--trials 20] [--seeds 1-3] [--build build]

For each seed the ratings are split (user-random:0.2). The training side alone is split again in
the same way, and on that validation split each library has a trial in the middle of its space
and --trials drawn at random, uniform in the logarithm (iterations: uniform), all with 64
factors: ours by recsys-tune --method random, implicit's with seeds of the same numbers.
Implicit searches twice, once given ratings (divided by the top of the scale, which is what ours
uses) and once given ones, each with all the trials. The trial with the largest NDCG@10 is then
fitted to the whole training side from several random starts, and its lists are scored on the
test side. All lists of 10 are scored by recsys-eval. The spaces are as wide for either library,
and implicit's is what ours comes to in its terms (docs/models.md): (1 + a) / a times the ridge
of a movie of middling popularity.

Prints tables in Markdown; the exit status is 1 if ours is behind. Environments and files go
below --work (default: the build folder).
"""
import argparse
import json
import math
import os
import random
import statistics
import sys

import environments
import side_by_side as side

FACTORS, STARTS = 64, (1, 2, 3)
# least, most, whether in the logarithm
OURS = {"model.ials.regularization": (0.02, 2, True),
        "model.ials.unobserved_weight": (0.02, 0.6, True),
        "model.ials.iterations": (6, 30, False)}
IMPLICIT = {"regularization": (3, 300, True), "alpha": (2.5, 50, True),
            "iterations": (6, 30, False)}
BASE = {**side.IALS, "model.ials.factors": FACTORS}
KINDS = {"implicit, ratings": False, "implicit, ones": True}
RECSYS = "librecsys"


def note(text):
    print(f"# {text}", file=sys.stderr, flush=True)


def at(least, most, is_log, share):
    if is_log:
        return float(f"{math.exp(math.log(least) + share * math.log(most / least)):.3g}")
    return round(least + share * (most - least))


def middle(space):
    return {key: at(*values, 0.5) for key, values in space.items()}


def drawn(space, trials, seed):
    """The middle, then so many at random."""
    draw = random.Random(seed)
    return [middle(space)] + [{key: at(*values, draw.random()) for key, values in space.items()}
                              for _ in range(trials)]


def put(options):
    return ", ".join(f"{key.rsplit('.', 1)[-1]} {value}" for key, value in options.items())


class Fold:
    """A split of the ratings, and one of its training side."""

    def __init__(self, programs, ratings, seed, folder):
        self.programs, self.seed, self.folder = programs, seed, folder
        self.train, test = programs.split(ratings, "user-random:0.2", seed, self.path("test"))
        self.part, validation = programs.split(self.train, "user-random:0.2", seed,
                                               self.path("validation"))
        self.top = max(rating for _, _, rating in side.read_ratings(self.train))
        self.test = side.write_qrels(self.path("test.csv"), side.read_ratings(test), self.top)
        self.validation = side.write_qrels(self.path("validation.csv"),
                                           side.read_ratings(validation), self.top)

    def path(self, name):
        return os.path.join(self.folder, name)

    def runs(self, name, count):
        return [self.path(f"{name.replace(', ', '-')}-{i}.csv") for i in range(count)]


# ---- ours ------------------------------------------------------------------------------------

def tune_ours(fold, trials):
    """The config that recsys-tune chose, what it has, and its value on the validation split."""
    config, space = fold.path("tuned.yaml"), fold.path("space.yaml")
    with open(space, "w", encoding="ascii") as file:
        for key, (least, most, is_log) in OURS.items():
            scale = ", scale: log" if is_log else ""
            file.write(f"{key}: {{min: {least}, max: {most}{scale}}}\n")
    given = side.sets({**BASE, **middle(OURS)})
    side.call([fold.programs.path("tune"), "--quiet", "--ratings", fold.train, "--space", space,
               "--trials", trials, "--method", "random", "--trials-per-fit", 1, "--split",
               "user-random:0.2", "--seeds", 1, "--seed", fold.seed, "--metric", "ndcg@10",
               "--always", "--restart", *given, "-o", config])
    with open(config + ".journal", encoding="utf-8") as file:
        tried = [line for line in map(json.loads, file) if "results" in line]
    best = max(tried, key=lambda line: line["results"][0][2] / line["results"][0][1])
    return config, best["values"], best["results"][0][2] / best["results"][0][1]


def test_ours(fold, config):
    runs = fold.runs(RECSYS, len(STARTS))
    for run, start in zip(runs, STARTS):
        fold.programs.lists(fold.train, run, {"model.ials.seed": start}, config)
    return [fold.programs.score(run, fold.test, fold.train) for run in runs]


def check_split(fold, values, value):
    """Both libraries are judged on the same split by the same metric: what recsys-tune says of
    its best trial is what lists made and scored here have."""
    run = fold.path("check.csv")
    fold.programs.lists(fold.part, run, {**BASE, **values})
    here = fold.programs.score(run, fold.validation, fold.part)["ndcg"]
    if abs(here - value) > 1e-9:
        sys.exit(f"recsys-tune has {value} of its best trial, recsys-eval {here}: "
                 "the splits or the metrics are not the same")


# ---- implicit's ------------------------------------------------------------------------------

def fit_implicit(fold, python, train, name, some):
    """Files of lists, one for each of `some` options."""
    runs = fold.runs(name, len(some))
    fits = [{"run": run, "ones": KINDS[name], "options": {"factors": FACTORS, **options}}
            for run, options in zip(runs, some)]
    told = side.theirs(python, "implicit_als", train, fits, fold.top)
    return runs, f"{told['package']} {told['version']}"


def tune_implicit(fold, python, name, trials):
    some = [{**options, "random_state": 1} for options in drawn(IMPLICIT, trials, fold.seed)]
    runs, _ = fit_implicit(fold, python, fold.part, name, some)
    values = [fold.programs.score(run, fold.validation, fold.part)["ndcg"] for run in runs]
    best = max(range(len(some)), key=values.__getitem__)
    return {key: some[best][key] for key in IMPLICIT}, values[best]


def test_implicit(fold, python, name, best):
    runs, version = fit_implicit(fold, python, fold.train, name,
                                 [{**best, "random_state": start} for start in STARTS])
    return [fold.programs.score(run, fold.test, fold.train) for run in runs], version


# ---- the tables ------------------------------------------------------------------------------

def mean_of(scores):
    return {name: statistics.fmean(each[name] for each in scores) for name in side.METRICS}


def measure(fold, python, trials):
    """{system: (validation NDCG, mean test scores)}"""
    config, values, value = tune_ours(fold, trials)
    check_split(fold, values, value)
    found = {RECSYS: (value, mean_of(test_ours(fold, config)))}
    note(f"seed {fold.seed}: {RECSYS}: {put(values)}: validation {value:.4f}, "
         f"test {found[RECSYS][1]['ndcg']:.4f}")
    for name in KINDS:
        best, value = tune_implicit(fold, python, name, trials)
        scores, version = test_implicit(fold, python, name, best)
        found[name] = (value, mean_of(scores))
        note(f"seed {fold.seed}: {name} ({version}): {put(best)}: validation {value:.4f}, "
             f"test {found[name][1]['ndcg']:.4f}")
    return found


def put_table(data, seeds, folds):
    print(f"\n{data}\n\n| | validation NDCG@10 | " +
          " | ".join(f"seed {seed}" for seed in seeds) +
          " | test NDCG@10 | recall@10 | HR@10 | coverage |")
    print("| --- |" + " ---: |" * (len(seeds) + 5))
    for name in folds[0]:
        mean = mean_of([fold[name][1] for fold in folds])
        cells = [statistics.fmean(fold[name][0] for fold in folds),
                 *(fold[name][1]["ndcg"] for fold in folds), mean["ndcg"], mean["recall"],
                 mean["hit_rate"], mean["coverage"]]
        print(f"| {name} | " + " | ".join(f"{cell:.4f}" for cell in cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", action="append", metavar="NAME=RATINGS", required=True)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seeds", default="1-3")
    parser.add_argument("--build", default="build")
    parser.add_argument("--work", default="")
    parser.add_argument("--venvs", default="", help="main=FOLDER: an environment that is there")
    given = parser.parse_args()
    first, _, last = given.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    work = given.work or given.build
    made = environments.ByGroup(os.path.join(work, "bench-venv"), given.venvs)
    python = made.python_of("main")
    if python is None:
        sys.exit("implicit cannot be installed")
    programs, behind = side.Programs(os.path.join(given.build, "bin")), False
    for item in given.data:
        data, ratings = item.split("=", 1)
        folds = []
        for seed in seeds:
            folder = os.path.join(work, "ials-budget", f"{data}-{seed}")
            os.makedirs(folder, exist_ok=True)
            note(f"{data}, seed {seed}")
            folds.append(measure(Fold(programs, ratings, seed, folder), python, given.trials))
        put_table(data, seeds, folds)
        means = {name: statistics.fmean(fold[name][1]["ndcg"] for fold in folds)
                 for name in folds[0]}
        behind = behind or means[RECSYS] < max(means.values())
    return behind


if __name__ == "__main__":
    sys.exit(main())
