#!/usr/bin/env python3
"""Installs other tools, lets them score random lists and compares their numbers with ours.

    peers.py PROGRAM WORK [--seeds N] [--groups metrics,lenskit] [--venvs metrics=FOLDER,...]

Environments and lists go below WORK. The exit status is 1 if a number differs by more than 1e-9
or a tool could not be installed.
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "bench", "peers"))

import environments  # noqa: E402 (found by the line above)

GROUPS = {"metrics": ("ranx", "trec", "rectools", "msrec", "recbole"), "lenskit": ("lenskit",)}


def pythons(given):
    found = {}
    for pair in filter(None, given.venvs.split(",")):
        group, folder = pair.split("=", 1)
        found[group] = os.path.join(folder, "bin", "python")
    for group in given.groups.split(","):
        if group not in found:
            folder = os.path.join(given.work, "bench-venv", group)
            found[group] = environments.make(folder, group, folder + ".log")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("work")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--groups", default=",".join(GROUPS))
    parser.add_argument("--venvs", default="")
    given = parser.parse_args()
    tools = pythons(given)
    failed = [group for group, python in tools.items() if python is None]
    for group in failed:
        print(f"not ok - {group} can be installed")
    for seed in range(1, given.seeds + 1):
        folder = os.path.join(given.work, "profiles", str(seed))
        for group, python in tools.items():
            if python is not None:
                subprocess.run([python, os.path.join(HERE, "make_fixture.py"), folder, "--seed",
                                str(seed), "--users", str(80 * seed), *GROUPS[group]], check=True)
        print(f"# seed {seed}", flush=True)
        done = subprocess.run([os.path.join(HERE, "check.py"), given.program, folder], check=False)
        failed.extend([seed] if done.returncode != 0 else [])
    done = subprocess.run([sys.executable, os.path.join(HERE, "variety_peers.py"), given.program,
                           *filter(None, tools.values()), "--seeds", str(given.seeds)], check=False)
    failed.extend(["variety"] if done.returncode != 0 else [])
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
