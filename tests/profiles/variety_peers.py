#!/usr/bin/env python3
"""Compares the metrics of all lists together as other tools compute them with recsys-eval's.

    variety_peers.py PROGRAM [PYTHON...] [--seeds N] [--write]

Without a PYTHON: the numbers in fixture/variety.json, which needs nothing installed. With some:
random lists, which the tools installed beside each PYTHON score (variety_tools.py); --write keeps
the first of these as the fixture. A number may differ by 1e-12.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURE = os.path.join(HERE, "fixture", "variety.json")
CUTS = (1, 3, 10)
NEAR = 1e-12


def ranked(draw, movies, length):
    """Movies with small numbers come early and often."""
    return sorted(movies, key=lambda m: draw.random() * (m + 4))[:length]


def make(seed, users=40, movies=80, kinds=6):
    """Half of the lists have CUTS[-1] places or more; some are short, some users have none, some
    nothing in the training data. Every fifth movie is not rated or has no categories."""
    draw = random.Random(seed)
    plain = [m for m in range(movies) if m % 5 != 4]
    rated = [m for m in range(movies) if m % 10 != 4]
    lists, profiles, relevant = [], [], []
    for user in range(users):
        count = 0 if user % 7 == 6 else draw.randint(1, 20)
        profiles.append(sorted(ranked(draw, rated, count)))
        odd = user % 2 == 1
        length = draw.choice((0, 1, 2, 7, 14)) if odd else draw.randint(CUTS[-1], 14)
        new = [m for m in (range(movies) if odd else plain) if m not in profiles[user]]
        lists.append(ranked(draw, new, length))
        relevant.append(sorted(draw.sample(range(movies), draw.choice((0, 5, 40)))))
    profiles.append(rated)  # of a user whose list nobody asks for
    lists.append([])
    relevant.append([])
    categories = [[] if m % 10 == 9 else sorted(draw.sample(range(kinds), draw.randint(1, 3)))
                  for m in range(movies)]
    return {"cuts": CUTS, "movies": movies, "lists": lists, "profiles": profiles,
            "relevant": relevant, "categories": categories,
            "train_users": sum(map(bool, profiles)),
            "raters": [sum(m in each for each in profiles) for m in range(movies)],
            "full": [u for u in range(users) if u % 2 == 0]}


def write_files(folder, data, chosen):
    """What recsys-eval reads. Users with nothing relevant have a judgement of 0, so that they are
    evaluated too."""
    def put(name, head, rows):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(head + "".join(rows))

    put("run.csv", "user,movie,rank\n", (f"u{u},{m},{rank}\n" for u in chosen
                                        for rank, m in enumerate(data["lists"][u], 1)))
    put("qrels.csv", "user,movie,grade\n",
        (f"u{u},{m},{int(m in data['relevant'][u])}\n" for u in chosen
         for m in data["relevant"][u] or [0]))
    put("train.csv", "userId,movieId,rating\n",
        (f"u{u},{m},5\n" for u, profile in enumerate(data["profiles"]) for m in profile))
    put("movies.csv", "movieId,title,genres\n",
        (f"{m},Movie {m},{'|'.join(f'g{c}' for c in each)}\n"
         for m, each in enumerate(data["categories"])))


def ours(program, data, lists):
    """All metrics of the chosen users' lists, by name and cut-off."""
    chosen = data["full"] if lists == "full" else range(len(data["lists"]))
    with tempfile.TemporaryDirectory() as folder:
        write_files(folder, data, chosen)
        files = {name: os.path.join(folder, f"{name}.csv")
                 for name in ("run", "qrels", "train", "movies")}
        command = [program, "--json", "--cutoffs", ",".join(map(str, data["cuts"])),
                   "--set", "evaluation.definition.no_relevant=zero", "--set",
                   "evaluation.interval=none", "--set", "evaluation.pairs=true"]
        for name, path in files.items():
            command += [f"--{name}", path]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    report = json.loads(done.stdout)["systems"][0]["runs"][0]["report"]
    return {f"{name}@{cut['k']}": value for cut in report["cutoffs"]
            for name, value in cut["metrics"].items()}


def compare(program, data, tools):
    """Prints a line for each tool and returns whether a number differs."""
    failed = not tools
    found = {lists: ours(program, data, lists) for lists in ("all", "full")}
    for _, tool in sorted(tools.items()):
        wrong = []
        for key, value in sorted(tool["values"].items()):
            lists, metric = key.split("/")
            if found[lists][metric] is None or not abs(found[lists][metric] - value) <= NEAR:
                wrong.append(f"{key}: {value!r}, here {found[lists][metric]!r}")
        failed = failed or bool(wrong) or not tool["values"]
        print(f"{'not ok' if wrong else 'ok'} - all lists together: {len(tool['values'])} numbers of "
              f"{tool['tool']} {tool['version']}")
        for line in wrong:
            print(f"# {line}")
    return failed


def ask(python, data):
    done = subprocess.run([python, os.path.join(HERE, "variety_tools.py")], check=True,
                          input=json.dumps(data), stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def write(data, tools):
    """A line for each list, and one for each number of a tool."""
    lines = ",\n".join(f'  "{name}": {json.dumps(value)}' for name, value in data.items())
    numbers = json.dumps(tools, indent=1, sort_keys=True)
    with open(FIXTURE, "w", encoding="utf-8") as file:
        file.write(f'{{"data": {{\n{lines}}},\n"tools": {numbers}}}\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("python", nargs="*")
    given = parser.parse_args()
    if not given.python:
        with open(FIXTURE, encoding="utf-8") as file:
            fixture = json.load(file)
        return compare(given.program, fixture["data"], fixture["tools"])
    failed = False
    for seed in range(1, given.seeds + 1):
        data, tools = make(seed), {}
        for python in given.python:
            tools.update(ask(python, data))
        print(f"# seed {seed}", flush=True)
        failed = compare(given.program, data, tools) or failed
        if given.write and seed == 1:
            write(data, tools)
    return failed


if __name__ == "__main__":
    sys.exit(main())
