#!/usr/bin/python3
"""How well each configuration ranks, on each data set: the tables of docs/quality.md.

    make quality                                       the data that ships with the project
    make quality ML_LATEST=folder ML_100K=folder       and MovieLens, where you have it

Each row is `recsys-eval --seeds 1-5`: the mean over five random splits, with the standard
deviation over them; in the tables of `--split time:0.8` the one split, with the interval over
users. Nothing here is kept from an earlier run.
"""

import argparse
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
    ("recent.yaml", "recent.yaml", {}),
]
MARK = "<!-- make quality -->"
METRICS = ["ndcg", "precision", "recall", "hit_rate", "coverage", "diversity"]


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


def markdown(name, rows):
    lines = [f"### {name}", "", "| configuration | NDCG@10 | sd | HR@10 | coverage | diversity | gate |",
             "| --- | --- | --- | --- | --- | --- | --- |"]
    for label, r in rows:
        lines.append(f"| {label} | {r['ndcg']:.4f} | {r['ndcg_sd']:.4f} | {r['hit_rate']:.3f} | "
                     f"{r['coverage']:.4f} | {r['diversity']:.3f} | {r['gate']} |")
    return "\n".join(lines) + "\n"


def time_row(result):
    report = result["systems"][0]["runs"][0]["report"]
    row = {metric: report["metrics"][metric] for metric in METRICS}
    row["ndcg_low"], row["ndcg_high"] = report["intervals"]["metrics"]["ndcg"]
    row["gate"] = "pass" if result["passed"] else "refused"
    return row


def time_markdown(name, rows):
    lines = [f"### {name}, border in time", "",
             "| configuration | NDCG@10 | 95 % interval | HR@10 | coverage | diversity | gate |",
             "| --- | --- | --- | --- | --- | --- | --- |"]
    for label, r in rows:
        lines.append(f"| {label} | {r['ndcg']:.4f} | {r['ndcg_low']:.4f} to {r['ndcg_high']:.4f} | "
                     f"{r['hit_rate']:.3f} | {r['coverage']:.4f} | {r['diversity']:.3f} | {r['gate']} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bin", default="build/bin", help="folder of the programs")
    parser.add_argument("--config", default="config", help="folder of the configs")
    parser.add_argument("--data", action="append", metavar="NAME=FOLDER", default=[],
                        help="a data set with ratings and movies; may be given again")
    parser.add_argument("--seeds", default="1-5")
    parser.add_argument("--csv", default="docs/quality.csv")
    parser.add_argument("--page", default="docs/quality.md",
                        help="everything after its line `<!-- make quality -->` is replaced")
    options = parser.parse_args()
    columns = [m + end for m in METRICS for end in ("", "_sd")]
    table, csv = [], ["data,configuration," + ",".join(columns) + ",gate"]
    for name, folder in (item.split("=", 1) for item in options.data):
        ratings = find(folder, "ratings.csv", "ratings.dat.gz", "ratings.dat", "u.data")
        movies = find(folder, "movies.csv", "movies.dat.gz", "movies.dat", "u.item", "movies.jsonl")
        rows = []
        for label, config, changes in ROWS:
            result = evaluate(os.path.join(options.bin, "recsys-eval"),
                              os.path.join(options.config, config), ratings, movies, changes,
                              "--seeds", options.seeds)
            row = summary(result)
            rows.append((label, row))
            csv.append(f'{name},"{label}",' + ",".join(f"{row[c]:.6f}" for c in columns) + f",{row['gate']}")
            print(f"{name}: {label}: NDCG@10 {row['ndcg']:.4f} coverage {row['coverage']:.4f} {row['gate']}",
                  flush=True)
        table.append(markdown(name, rows))
        rows = []
        for label, config, changes in TIME_ROWS:
            row = time_row(evaluate(os.path.join(options.bin, "recsys-eval"),
                                    os.path.join(options.config, config), ratings, movies, changes,
                                    "--split", "time:0.8"))
            rows.append((label, row))
            csv.append(f'{name} time:0.8,"{label}",' +
                       ",".join(f"{row[c]:.6f}" if c in row else "" for c in columns) + f",{row['gate']}")
            print(f"{name} time:0.8: {label}: NDCG@10 {row['ndcg']:.4f} coverage {row['coverage']:.4f}",
                  flush=True)
        table.append(time_markdown(name, rows))
    with open(options.csv, "w", encoding="utf-8") as file:
        file.write("\n".join(csv) + "\n")
    with open(options.page, encoding="utf-8") as file:
        page = file.read().split(MARK)[0]
    with open(options.page, "w", encoding="utf-8") as file:
        file.write(page + MARK + "\n\n" + "\n".join(table))


main()
