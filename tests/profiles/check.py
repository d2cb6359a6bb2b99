#!/usr/bin/env python3
"""Compares recsys-eval --run with the numbers that other tools gave for the same lists.

    check.py PROGRAM FOLDER [--table]

FOLDER is from make_fixture.py. Prints a TAP line for each tool; --table: each tool's number and
ours. A number may differ by 1e-9.
"""
import json
import os
import subprocess
import sys

NEAR = 1e-9


def scores(program, folder, profile, cuts):
    run = "run.trec" if profile == "trec" else "run.tsv"
    done = subprocess.run([program, "--run", os.path.join(folder, run), "--qrels",
                           os.path.join(folder, "qrels.trec"), "--profile", profile, "--cutoffs",
                           ",".join(map(str, cuts)), "--json"],
                          stdout=subprocess.PIPE, check=True)
    report = json.loads(done.stdout)["systems"][0]["runs"][0]["report"]
    return {f"{name}@{cut['k']}": value for cut in report["cutoffs"]
            for name, value in cut["metrics"].items()}


def main():
    program, folder, *rest = sys.argv[1:]
    with open(os.path.join(folder, "values.json"), encoding="utf-8") as file:
        tools = json.load(file)
    failed = not tools
    for profile, tool in sorted(tools.items()):
        cuts = sorted({int(name.split("@")[1]) for name in tool["values"]})
        ours = scores(program, folder, profile, cuts)
        wrong = []
        for name, value in sorted(tool["values"].items()):
            if not abs(ours[name] - value) <= NEAR:
                wrong.append(f"{name}: {value!r}, here {ours[name]!r}")
            if "--table" in rest:
                print(f"| {tool['tool']} {tool['version']} | {profile} | {name} | {value:.10f} | "
                      f"{ours[name]:.10f} | {ours[name] - value:.1e} |")
        failed = failed or bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} - profile {profile}: {len(tool['values'])} numbers "
              f"of {tool['tool']} {tool['version']}")
        for line in wrong:
            print(f"# {line}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
