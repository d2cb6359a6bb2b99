#!/usr/bin/env python3
"""Scoring lists from files, librecsys beside RecTools, pytrec_eval and ranx: one thread each.

    lists.py --build FOLDER [--runs 3] [--venv FOLDER] [--users 138493] [--movies 26744]

All take turns, each run in a process of its own pinned to one core. librecsys is timed as a whole
process, from its start to its end; the others without their imports and, ranx, without compiling.
Prints a table of seconds and ratios; the exit status is 1 if a program failed or two of them
differ by more than 1e-9.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

import environments
import machine

HERE = os.path.dirname(os.path.abspath(__file__))
# name: (tool, kind of the files, wanted ratio)
WAYS = {"recsys-eval, TSV": ("recsys", "tsv", None), "RecTools, TSV": ("rectools", "tsv", 8),
        "recsys-eval, TREC": ("recsys", "trec", None), "pytrec_eval, TREC": ("pytrec", "trec", 20),
        "ranx, TREC": ("ranx", "trec", 100)}
FILES = {"tsv": ("run.tsv", "truth.tsv"), "trec": ("run.trec", "qrels.trec")}
METRICS = ("precision", "recall", "ndcg", "hit_rate", "map")


def ours(program, folder, kind):
    run, truth = (os.path.join(folder, name) for name in FILES[kind])
    command = ["taskset", "-c", str(max(os.sched_getaffinity(0))), program, "--run", run,
               "--qrels", truth, "--threads", "1", "--json"]
    begin = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    seconds = time.perf_counter() - begin
    values = json.loads(done.stdout)["systems"][0]["runs"][0]["report"]["metrics"]
    return seconds, {name: values[name] for name in METRICS}


def theirs(python, tool, folder):
    lines, fine = machine.run([python, os.path.join(HERE, "lists_peer.py"), tool, folder], 1)
    return (lines[0]["seconds"], lines[0]["values"]) if fine else None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--venv", default="")
    parser.add_argument("--users", type=int, default=138493)
    parser.add_argument("--movies", type=int, default=26744)
    given = parser.parse_args()
    folder = os.path.join(given.build, "bench-venv", "metrics")
    python = (os.path.join(given.venv, "bin", "python") if given.venv
              else environments.make(folder, "metrics", folder + ".log"))
    if python is None:
        return 1
    data = os.path.join(given.build, "bench-data", f"lists-{given.users}-{given.movies}")
    subprocess.run([python, os.path.join(HERE, "lists_peer.py"), "make", data,
                    str(given.users), str(given.movies)], check=True)
    seconds, values = {name: [] for name in WAYS}, {}
    for _ in range(given.runs):
        for name, (tool, kind, _) in WAYS.items():
            found = (ours(os.path.join(given.build, "bin", "recsys-eval"), data, kind)
                     if tool == "recsys" else theirs(python, tool, data))
            if found is None:
                return 1
            seconds[name].append(found[0])
            values[name] = found[1]
    print(f"# {machine.describe()}; {given.users} users, 10 recommendations each, one thread")
    failed = 0
    for name, (tool, kind, wanted) in WAYS.items():
        mine = f"recsys-eval, {kind.upper()}"
        middle = statistics.median(seconds[name])
        ratio = middle / statistics.median(seconds[mine])
        print(f"{name:20} {min(seconds[name]):8.3f} {middle:8.3f} {max(seconds[name]):8.3f} s"
              + ("" if tool == "recsys" else f" {ratio:7.1f} times (wanted: {wanted})"))
        for metric, value in values[name].items():
            # RecTools' default NDCG has another ideal list; see docs/metrics.md.
            if tool == "rectools" and metric == "ndcg":
                continue
            if not abs(value - values[mine][metric]) <= 1e-9:
                print(f"# {name}: {metric} is {value}, here {values[mine][metric]}")
                failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
