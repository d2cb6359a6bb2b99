#!/usr/bin/env python3
"""Installs other tools and compares their numbers with ours: of random lists, and of models.

    peers.py PROGRAM WORK [--seeds N] [--groups metrics,lenskit,main] [--ratings FILE]...
             [--venvs metrics=FOLDER,...]

PROGRAM is recsys-eval, the other programs are beside it. Environments and lists go below WORK.
The exit status is 1 if a number of lists differs by more than 1e-9, a model does not rank as
another library's same model does (model_peers.py; on --ratings, or the bundled ones), or a tool
could not be installed.
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "bench", "peers"))

import environments  # noqa: E402 (found by the line above)

# Of each group: what scores lists, and models.
GROUPS = {"metrics": ("ranx", "trec", "rectools", "msrec", "recbole"), "lenskit": ("lenskit",),
          "main": ()}
MODELS = {"metrics": "ease", "lenskit": "ease-lenskit", "main": "ials"}


def run(*command):
    sys.stdout.flush()
    return subprocess.run(command, check=False).returncode == 0


def compare_lists(program, work, seeds, tools):
    """`tools`: Pythons by group."""
    failed = []
    for seed in range(1, seeds + 1):
        folder = os.path.join(work, "profiles", str(seed))
        for group, python in tools.items():
            subprocess.run([python, os.path.join(HERE, "make_fixture.py"), folder, "--seed",
                            str(seed), "--users", str(80 * seed), *GROUPS[group]], check=True)
        print(f"# seed {seed}", flush=True)
        failed.append(not run(os.path.join(HERE, "check.py"), program, folder))
    failed.append(not run(sys.executable, os.path.join(HERE, "variety_peers.py"), program,
                          *tools.values(), "--seeds", str(seeds)))
    return not any(failed)


def compare_models(program, work, ratings, groups, venvs):
    more = [word for path in ratings for word in ("--ratings", path)]
    return run(sys.executable, os.path.join(HERE, "model_peers.py"), os.path.dirname(program),
               work, "--models", ",".join(MODELS[group] for group in groups), "--venvs", venvs,
               *more)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("work")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--groups", default=",".join(GROUPS))
    parser.add_argument("--venvs", default="")
    parser.add_argument("--ratings", action="append", default=[], metavar="FILE")
    given = parser.parse_args()
    groups = given.groups.split(",")
    for group in set(groups) - set(GROUPS):
        parser.error(f"no such group: {group}; there are {', '.join(GROUPS)}")
    made = environments.ByGroup(os.path.join(given.work, "bench-venv"), given.venvs)
    tools = {group: made.python_of(group) for group in groups}
    missing = [group for group, python in tools.items() if python is None]
    for group in missing:
        print(f"not ok - {group} can be installed")
        del tools[group]
    fine = not missing
    lists = {group: python for group, python in tools.items() if GROUPS[group]}
    if lists:
        fine &= compare_lists(given.program, given.work, given.seeds, lists)
    if tools:
        fine &= compare_models(given.program, given.work, given.ratings, tools, given.venvs)
    return not fine


if __name__ == "__main__":
    sys.exit(main())
