#!/usr/bin/env python3
"""Compares recsys-eval --run with the numbers that other tools gave for the same lists.

    check.py PROGRAM FOLDER [--page]

FOLDER is from make_fixture.py. Prints a TAP line for each tool; --page: docs/profiles.md, each
tool's numbers and ours. A number may differ by 1e-9.
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


HEAD = """# Numbers of other tools, and ours

Each tool scored the lists of `tests/profiles/fixture` (40 users; short and missing lists, equal
scores, grades, users with nothing relevant), `recsys-eval --profile` the same files. Written by
`tests/profiles/check.py build/bin/recsys-eval tests/profiles/fixture --page`; `make check` compares
all of it, and `make check-peers` installs the tools and compares on other lists too."""


def name_of(tool):
    return f"{tool['tool']} {tool['version']}"


def put_page(profile, tool, ours):
    values = tool["values"]
    cuts = sorted({int(name.split("@")[1]) for name in values})
    largest = max(abs(ours[name] - value) for name, value in values.items())
    bound = next(f"1e-{power}" for power in (15, 12, 9, 6, 0) if largest < 10.0 ** -power)
    print(f"\n## {name_of(tool)}: `--profile {profile}`\n\nAll {len(values)} numbers differ by less "
          f"than {bound}. The tool's, then ours:\n")
    print("| Metric |" + "".join(f" @{k} | ours |" for k in cuts))
    print("| --- |" + " ---: | ---: |" * len(cuts))
    for metric in sorted({name.split("@")[0] for name in values}):
        cells = [f" {values[name]:.12f} | {ours[name]:.12f} |" if name in values else " | |"
                 for name in (f"{metric}@{k}" for k in cuts)]
        print(f"| {metric} |" + "".join(cells))


def put_tap(profile, tool, wrong):
    print(f"{'not ok' if wrong else 'ok'} - profile {profile}: {len(tool['values'])} numbers of "
          f"{name_of(tool)}")
    for line in wrong:
        print(f"# {line}")


def main():
    program, folder, *rest = sys.argv[1:]
    with open(os.path.join(folder, "values.json"), encoding="utf-8") as file:
        tools = json.load(file)
    failed = not tools
    if "--page" in rest:
        print(HEAD)
    for profile, tool in sorted(tools.items()):
        cuts = sorted({int(name.split("@")[1]) for name in tool["values"]})
        ours = scores(program, folder, profile, cuts)
        wrong = [f"{name}: {value!r}, here {ours[name]!r}"
                 for name, value in sorted(tool["values"].items())
                 if not abs(ours[name] - value) <= NEAR]
        failed = failed or bool(wrong)
        if "--page" in rest:
            put_page(profile, tool, ours)
        else:
            put_tap(profile, tool, wrong)
    return failed


if __name__ == "__main__":
    sys.exit(main())
