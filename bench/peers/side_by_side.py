"""A model of ours and one of another library: the same files, the same recsys-eval."""
import csv
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
K = 10
THRESHOLD = 0.8  # of the top of the scale: relevant from there on
METRICS = ("ndcg", "recall", "precision", "hit_rate", "coverage")
# One source and nothing else; training need not learn how far to trust it.
ALONE = {"model.hybrid.cf_weight": 1, "model.hybrid.content_weight": 0,
         "model.hybrid.popularity_weight": 0, "model.hybrid.fusion": "minmax",
         "model.hybrid.calibration_users": 10, "model.rerank.quality_weight": 0,
         "model.recommendation.min_rating_threshold": 0, "model.recommendation.top_n": K}
IALS = {**ALONE, "model.ease.enabled": "false", "model.ials.enabled": "true",
        "model.ials.share": 1}
EASE = {**ALONE, "model.ease.share": 1}


def call(command, **more):
    done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                          check=False, **more)
    if done.returncode != 0:
        sys.exit(f"not ok - exit status {done.returncode} of {' '.join(map(str, command))}")
    return done.stdout


def sets(options):
    return [word for key, value in options.items() for word in ("--set", f"{key}={value}")]


class Programs:
    """recsys-* of a folder."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, name):
        return os.path.join(self.folder, "recsys-" + name)

    def split(self, ratings, how, seed, folder):
        """Paths of both sides."""
        call([self.path("split"), "--quiet", "--force", "--ratings", ratings, "--how", how,
              "--seed", seed, "-o", folder])
        return os.path.join(folder, "train.csv"), os.path.join(folder, "test.csv")

    def lists(self, train, run, options, config=None):
        """Trains, writes lists for everybody to `run`; returns the model's manifest."""
        model = run + ".recsys"
        call([self.path("train"), "--quiet", "--ratings", train, *sets(options),
              *(["--config", config] if config else []), "-o", model])
        with open(run, "w", encoding="utf-8") as file:
            file.write(call([self.path("recommend"), model, "--all", "--quiet", "--limit", K]))
        told = json.loads(call([self.path("model"), "info", model, "--json"]))
        os.remove(model)
        return told["manifest"]

    def score(self, run, qrels, train):
        """The metrics of `run`; `train` tells what there is to recommend."""
        told = json.loads(call([self.path("eval"), "--quiet", "--run", run, "--qrels", qrels,
                                "--train", train, "--k", K, "--set", "evaluation.interval=none",
                                "--json"]))
        found = told["systems"][0]["runs"][0]["report"]["metrics"]
        return {name: found[name] for name in METRICS}


def theirs(python, model, train, fits, divide=1):
    """Lists of another library, see model_lists.py; what it printed."""
    job = {"train": train, "k": K, "divide": divide, "threads": os.cpu_count(), "fits": fits}
    return json.loads(call([python, os.path.join(HERE, "model_lists.py"), model],
                           input=json.dumps(job)))


def read_ratings(path):
    """[(user, movie, rating)] of a file that recsys-split wrote."""
    with open(path, encoding="utf-8", newline="") as file:
        return [(row["userId"], row["movieId"], float(row["rating"]))
                for row in csv.DictReader(file)]


def write_rows(path, head, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(head)
        out.writerows(rows)
    return path


def write_qrels(path, test, top):
    """Judgements of test ratings: 1 from THRESHOLD of the top on, else 0."""
    return write_rows(path, ("user", "movie", "grade"),
                      [(user, movie, int(rating >= THRESHOLD * top))
                       for user, movie, rating in test])
