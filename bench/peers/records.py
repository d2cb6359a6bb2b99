"""docs/benchmarks.csv: one measurement a line, only ever appended to."""
import csv
import json
import os
import statistics

COLUMNS = ("when", "machine", "program", "version", "build", "task", "side", "way", "data",
           "users", "movies", "ratings", "raters_squared", "activity_squared", "k", "rows",
           "of", "threads", "isa", "seconds", "cpu_s", "busy", "peak_mb", "hash", "more",
           "command")
NUMBERS = {"users", "movies", "ratings", "raters_squared", "activity_squared", "k", "rows",
           "of", "threads", "seconds", "cpu_s", "busy", "peak_mb"}


def append(path, record):
    """Keys without a column of their own go to `more`, as JSON."""
    known = {name: record.get(name, "") for name in COLUMNS}
    rest = {key: value for key, value in record.items() if key not in COLUMNS}
    known["more"] = json.dumps(rest, sort_keys=True) if rest else ""
    is_new = not os.path.exists(path) or os.path.getsize(path) == 0
    with open(path, "a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(known)


def read(path):
    """All measurements, numbers as floats, `more` spread out again."""
    if not os.path.exists(path):
        return []
    found = []
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            more = json.loads(row.pop("more") or "{}")
            for name in NUMBERS:
                row[name] = float(row[name]) if row[name] else None
            found.append({**more, **row})
    return found


def key(record):
    """What is measured, by whom: runs with the same key are repetitions."""
    return tuple(record[name] for name in ("machine", "program", "version", "task", "side",
                                           "way", "data", "k", "rows", "of", "threads", "isa"))


def newest_builds(records):
    """Of one version of the project's own programs, only the runs of the last build."""
    last = {}
    for record in records:
        last[key(record)] = record["build"]
    return [record for record in records if record["build"] == last[key(record)]]


def spread(values):
    """median (least to most)"""
    return statistics.median(values), min(values), max(values)
