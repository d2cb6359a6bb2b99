#!/usr/bin/python3
"""How well each configuration ranks, on each data set: the tables of docs/quality.md.

    make quality                                       the data that ships with the project
    make quality ML_LATEST=folder ML_100K=folder       and MovieLens, where you have it

Each row is `recsys-eval --seeds 1-5`: the mean over five random splits, with the standard
deviation over them; in the tables of `--split time:0.8` the one split, with the interval over
users. Rows of data sets that are not measured now stay as an earlier run left them.
"""

import argparse
import csv
import json
import os
import subprocess
import sys

CF = "model.collaborative_filtering."
HYBRID = "model.hybrid."
ALONE = {HYBRID + "popularity_weight": 0, "model.rerank.quality_weight": 0,
         "model.recommendation.min_rating_threshold": 0}
GROUP = {**ALONE, HYBRID + "cf_weight": 1, HYBRID + "content_weight": 0}
NO_EASE = {"model.ease.enabled": "false"}
CF_ALONE = {**GROUP, **NO_EASE}
PLAIN = {CF + "popularity_discount": 0, CF + "shrinkage": 0,
         "model.content_based.popularity_discount": 0}

# name, config file, options over it
ROWS = [
    ("config.yaml", "config.yaml", {}),
    ("recent.yaml", "recent.yaml", {}),
    ("classic.yaml", "classic.yaml", {}),
    ("popularity alone", "config.yaml", {**ALONE, HYBRID + "cf_weight": 0, HYBRID + "content_weight": 0,
                                         HYBRID + "popularity_weight": 1}),
    ("content alone", "config.yaml", {**ALONE, HYBRID + "cf_weight": 0, HYBRID + "content_weight": 1}),
    ("EASE alone", "config.yaml", {**GROUP, "model.ease.share": 1}),
    *[(f"{name} alone", "config.yaml", {**CF_ALONE, f"model.{key}.enabled": "true", f"model.{key}.share": 1})
      for name, key in (("iALS", "ials"), ("item CF", "item_cf"), ("RP3beta", "rp3beta"))],
    ("config.yaml and all of them", "config.yaml",
     {f"model.{key}.enabled": "true" for key in ("ials", "item_cf", "rp3beta")}),
    ("user CF alone, as shipped", "config.yaml", CF_ALONE),
    ("user CF alone, 50 neighbours, both ways", "config.yaml",
     {**CF_ALONE, CF + "n_neighbors": 50, CF + "neighborhood": "both"}),
    ("user CF alone, no discount, no shrinkage", "config.yaml", {**CF_ALONE, **PLAIN}),
    ("the same, 0.6 / 0.4 with content, calibrated", "config.yaml",
     {**ALONE, **PLAIN, **NO_EASE, HYBRID + "fusion": "calibrated"}),
    ("the same, minmax", "config.yaml", {**ALONE, **PLAIN, **NO_EASE, HYBRID + "fusion": "minmax"}),
    ("the same, rrf", "config.yaml", {**ALONE, **PLAIN, **NO_EASE, HYBRID + "fusion": "rrf"}),
    ("the same, calibrated, rerank 0.3", "config.yaml",
     {**ALONE, **PLAIN, **NO_EASE, HYBRID + "fusion": "calibrated", "model.rerank.quality_weight": 0.3}),
    ("config.yaml, fusion calibrated", "config.yaml", {HYBRID + "fusion": "calibrated"}),
    ("config.yaml, fusion minmax", "config.yaml", {HYBRID + "fusion": "minmax"}),
    ("config.yaml, fusion rrf", "config.yaml", {HYBRID + "fusion": "rrf"}),
    ("config.yaml, fusion learned", "config.yaml", {HYBRID + "fusion": "learned"}),
    *[(f"config.yaml, EASE discount {b}", "config.yaml", {"model.ease.popularity_discount": b})
      for b in (0, 0.1, 0.3, 0.5)],
    *[(f"config.yaml, quality weight {w}", "config.yaml", {"model.rerank.quality_weight": w})
      for w in (0, 0.1, 0.3)],
    ("config.yaml, diversity 0.3", "config.yaml", {"model.recommendation.diversity": 0.3}),
]
# Judged by a border in time: plain, and with ratings that age.
AGING = {"model.ratings.half_life": 30}
POPULAR = {**ALONE, HYBRID + "cf_weight": 0, HYBRID + "content_weight": 0, HYBRID + "popularity_weight": 1}
SOURCES = [
    ("config.yaml", {}),
    ("EASE alone", {**GROUP, "model.ease.share": 1}),
    *[(f"{name} alone", {**CF_ALONE, f"model.{key}.enabled": "true", f"model.{key}.share": 1})
      for name, key in (("iALS", "ials"), ("item CF", "item_cf"), ("RP3beta", "rp3beta"))],
    ("user CF alone", CF_ALONE),
    ("user CF alone, 50 neighbours, both ways",
     {**CF_ALONE, CF + "n_neighbors": 50, CF + "neighborhood": "both"}),
    ("content alone", {**ALONE, HYBRID + "cf_weight": 0, HYBRID + "content_weight": 1}),
]
TIME_ROWS = [
    *[row for name, options in SOURCES for row in (
        (name, "config.yaml", options), (name + ", half_life 30", "config.yaml", {**options, **AGING}))],
    ("popularity alone", "config.yaml", POPULAR),
    ("popularity alone, half_life 7", "config.yaml", {**POPULAR, "model.popularity.half_life": 7}),
    ("config.yaml, fusion learned", "config.yaml", {HYBRID + "fusion": "learned"}),
    ("recent.yaml", "recent.yaml", {}),
    ("recent.yaml, fusion learned", "recent.yaml", {HYBRID + "fusion": "learned"}),
]
MARK = "<!-- make quality -->"
BORDER = "time:0.8"
METRICS = ["ndcg", "precision", "recall", "hit_rate", "coverage", "diversity"]
COLUMNS = METRICS + [m + "_sd" for m in METRICS] + ["ndcg_low", "ndcg_high"]
FIELDS = ["data", "split", "configuration", *COLUMNS, "gate"]


def evaluate(program, config, ratings, movies, options, *how):
    command = [program, "--quiet", "--json", "--ratings", ratings, "--movies", movies,
               "--config", config, *how]
    for key, value in options.items():
        command += ["--set", f"{key}={value}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):  # 3: the gate refused it, which is a result
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads(done.stdout)


def summary(result):
    judged = result["systems"][0]["runs"]
    runs = [run["report"]["metrics"] for run in judged]
    row = {}
    for metric in METRICS:
        values = [run[metric] for run in runs]
        mean = sum(values) / len(values)
        spread = (sum((v - mean) ** 2 for v in values) / max(len(values) - 1, 1)) ** 0.5
        row[metric], row[metric + "_sd"] = mean, spread
    row["gate"] = "pass" if all(run["verdict"]["passed"] for run in judged) else "refused"
    return row


def find(folder, *names):
    for name in names:
        if os.path.exists(os.path.join(folder, name)):
            return os.path.join(folder, name)
    sys.exit(f"{folder}: has none of {', '.join(names)}")


def time_row(result):
    report = result["systems"][0]["runs"][0]["report"]
    row = {metric: report["metrics"][metric] for metric in METRICS}
    row["ndcg_low"], row["ndcg_high"] = report["intervals"]["metrics"]["ndcg"]
    row["gate"] = "pass" if result["passed"] else "refused"
    return row


# How each is judged: the split, what makes a row of it, the command's options for it.
def protocols(seeds):
    return [("user-random:0.2", ROWS, summary, ["--seeds", seeds]),
            (BORDER, TIME_ROWS, time_row, ["--split", BORDER])]


def markdown(name, split, rows):
    timed = split == BORDER
    lines = [f"### {name}" + (", border in time" if timed else ""), "",
             f"| configuration | NDCG@10 | {'95 % interval' if timed else 'sd'} | HR@10 | coverage | "
             "diversity | gate |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for r in rows:
        spread = "{ndcg_low:.4f} to {ndcg_high:.4f}" if timed else "{ndcg_sd:.4f}"
        numbers = {c: float(r[c]) for c in COLUMNS if r[c]}
        lines.append(f"| {r['configuration']} | {numbers['ndcg']:.4f} | {spread.format(**numbers)} | "
                     f"{numbers['hit_rate']:.3f} | {numbers['coverage']:.4f} | "
                     f"{numbers['diversity']:.3f} | {r['gate']} |")
    return "\n".join(lines) + "\n"


def read(path):
    """Rows of earlier runs; none of a file with other columns."""
    if not os.path.exists(path):
        return []
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return list(rows) if rows.fieldnames == FIELDS else []


def write(rows, options):
    """The CSV, and the page from it."""
    with open(options.csv, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    tables = {}
    for row in rows:
        tables.setdefault((row["data"], row["split"]), []).append(row)
    with open(options.page, encoding="utf-8") as file:
        page = file.read().split(MARK)[0]
    with open(options.page, "w", encoding="utf-8") as file:
        file.write(page + MARK + "\n\n" +
                   "\n".join(markdown(*names, of) for names, of in tables.items()))


def measure(name, folder, options):
    ratings = find(folder, "ratings.csv", "ratings.dat.gz", "ratings.dat", "u.data")
    movies = find(folder, "movies.csv", "movies.dat.gz", "movies.dat", "u.item", "movies.jsonl")
    found = []
    for split, configurations, of, how in protocols(options.seeds):
        for label, config, changes in configurations:
            row = of(evaluate(os.path.join(options.bin, "recsys-eval"),
                              os.path.join(options.config, config), ratings, movies, changes, *how))
            print(f"{name}, {split}: {label}: NDCG@10 {row['ndcg']:.4f} coverage {row['coverage']:.4f} "
                  f"{row['gate']}", flush=True)
            numbers = {c: f"{row[c]:.6f}" if c in row else "" for c in COLUMNS}
            found.append({"data": name, "split": split, "configuration": label, **numbers,
                          "gate": row["gate"]})
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bin", default="build/bin", help="folder of the programs")
    parser.add_argument("--config", default="config", help="folder of the configs")
    parser.add_argument("--data", action="append", metavar="NAME=FOLDER", default=[],
                        help="a data set with ratings and movies; may be given again")
    parser.add_argument("--seeds", default="1-5")
    parser.add_argument("--csv", default="docs/quality.csv",
                        help="its rows of other data sets stay as they are")
    parser.add_argument("--page", default="docs/quality.md",
                        help="everything after its line `<!-- make quality -->` is replaced")
    options = parser.parse_args()
    rows = read(options.csv)
    for name, folder in (item.split("=", 1) for item in options.data):
        measured = measure(name, folder, options)
        rows = [row for row in rows if row["data"] != name] + measured
        write(rows, options)


main()
