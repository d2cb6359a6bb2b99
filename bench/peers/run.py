#!/usr/bin/env python3
"""Runs librecsys beside other libraries and appends each measurement to docs/benchmarks.csv.

    run.py [--sizes 100k,1M,20M] [--threads 1,2] [--runs 3] [--peers similaripy,implicit,...]
           [--what neighbours,isa,check,growth,queries,all,update,ials,kernels] [--continue]

All programs of a comparison take turns, each in a process of its own, on the same data and with
the same threads; one thread is pinned to one core. Peers that need minutes at 20M (SLOW) run on
all rows --full times; their other runs are on --sample rows, drawn at random, and labelled so.
Data and environments go below --work. Run render.py afterwards. The exit status is 1 if a program
failed, a list differs from SciPy's, or our lists are not the same each time.
"""
import argparse
import collections
import datetime
import hashlib
import json
import os
import sys

import machine
import records
from environments import Environments

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CF = "model.collaborative_filtering."
# What the lists of other libraries hold: the cosine over all ratings, no minimum.
WHOLE = {CF + "min_common_items": "1", CF + "similarity_threshold": "0", CF + "shrinkage": "0"}
# As Surprise does: over the ratings in common, nothing else.
PLAIN = {CF + "similarity_threshold": "0", CF + "shrinkage": "0"}
WAYS = {"corated_cosine": ("corated_cosine", {}), "cosine": ("cosine", WHOLE),
        "corated_cosine_plain": ("corated_cosine", PLAIN)}
LIBRARIES = ("similaripy", "implicit", "sklearn", "surprise", "lenskit")
# Where all rows take minutes, and whether the library can be asked for some of the rows.
SLOW = {("similaripy", "users", "20M"): True, ("implicit", "users", "20M"): False,
        ("sklearn", "users", "20M"): True, ("sklearn", "movies", "20M"): True}
NEVER_WHOLE = {("sklearn", "users", "20M"), ("sklearn", "movies", "20M")}
BIGGEST = {"surprise": "1M", "lenskit": "1M"}
ORDER = ("100k", "1M", "10M", "20M", "100M")
NAMES = {"users": "users_changed", "machine": "limits_of"}  # not to hide other columns
WHAT = ("neighbours", "isa", "check", "growth", "queries", "all", "update", "ials", "kernels")


class Session:
    def __init__(self, given):
        self.given = given
        self.machine = machine.describe()
        self.environments = Environments(os.path.join(given.work, "bench-venv"), given.venvs)
        self.data = os.path.join(given.work, "bench-data")
        self.facts, self.builds = {}, {}
        self.hashes, self.failures = {}, 0
        self.done, self.asked = collections.Counter(), collections.Counter()
        if given.go_on:  # a process may print several lines
            self.done.update(what for what, _ in {(self.signature(record), record["when"])
                                                  for record in records.read(given.csv)})
        os.makedirs(self.data, exist_ok=True)

    def program(self, name):
        return os.path.join(self.given.build, "bench", name)

    def build(self, name):
        if name not in self.builds:
            with open(self.program(name), "rb") as file:
                self.builds[name] = hashlib.sha256(file.read()).hexdigest()[:12]
        return self.builds[name]

    def path(self, size, ending):
        return os.path.join(self.data, f"{size}.{ending}")

    def generate(self, size):
        """The data of a size, made once; what bench_generate says about it."""
        if size in self.facts:
            return self.facts[size]
        facts = self.path(size, "json")
        endings = {"out": "ratings", "raw": "raw", "catalogue": "movies.csv"}
        if size == "100M":  # nothing else runs on so many
            endings = {"out": "ratings"}
        wanted = {option: self.path(size, ending) for option, ending in endings.items()}
        made_by = self.build("bench_generate")
        if os.path.exists(facts):
            with open(facts, encoding="utf-8") as file:
                found = json.load(file)
            if found.get("build") == made_by and all(map(os.path.exists, wanted.values())):
                self.facts[size] = found
                return found
        print(f"# making {size}", file=sys.stderr)
        command = [self.program("bench_generate"), size]
        for option, path in wanted.items():
            command += ["--" + option, path]
        lines, fine = machine.run(command, 1)
        if not fine:
            sys.exit(f"{size}: the data cannot be made")
        self.facts[size] = dict(lines[0], build=made_by)
        with open(facts, "w", encoding="utf-8") as file:
            json.dump(self.facts[size], file)
        return self.facts[size]

    # ---- measurements ------------------------------------------------------------------------

    @staticmethod
    def signature(record):
        return tuple(str(record.get(name) or "") for name in
                     ("machine", "program", "build", "data", "command"))

    def tidy(self, command):
        """The command as others can type it: no folders of this machine."""
        words = []
        for word in command:
            if os.path.dirname(word).startswith("/"):
                word = os.path.basename(word)
            words.append(word)
        return " ".join(words)

    def measure(self, program, command, size, threads, build="", **more):
        """One process; all it printed is kept. With --continue, not what the CSV has."""
        base = {"machine": self.machine, "program": program, "build": build, "data": size,
                "command": self.tidy(command)}
        what = self.signature(base)
        self.asked[what] += 1
        if self.done[what] >= self.asked[what]:
            return
        base["load_before"] = round(machine.load(), 2)
        lines, fine = machine.run(command, threads, self.given.limit)
        self.failures += not fine
        base["when"] = datetime.datetime.now().isoformat("T", "seconds")
        facts = self.generate(size)
        for line in lines:
            line = {NAMES.get(k, k): v for k, v in line.items()}
            record = dict(base)
            for name in ("users", "movies", "ratings", "raters_squared", "activity_squared"):
                record[name] = facts[name]
            record.update(more)
            record.update((k, v) for k, v in line.items()
                          if k not in more and k not in ("movies", "ratings"))
            record.setdefault("of", record.get("rows", ""))
            self.compare(record)
            records.append(self.given.csv, record)
            took = record.get("seconds", record.get("update_s", 0)) or 0
            print(f"{size:5} {record['task']:10} {record.get('side', ''):7} "
                  f"{record.get('way', ''):21} {program:10} threads {record.get('threads')}  "
                  f"rows {record.get('rows')}/{record.get('of')}  {took:.3f} s  "
                  f"{record.get('peak_mb', 0):.0f} MB")

    def compare(self, record):
        """Our lists are the same for any number of threads and any instruction set."""
        if record["program"] != "librecsys" or not record.get("hash"):
            return
        what = tuple(record.get(name) for name in ("task", "data", "side", "way"))
        if self.hashes.setdefault(what, record["hash"]) != record["hash"]:
            print(f"# other lists than before: {record['command']}", file=sys.stderr)
            self.failures += 1

    def ours(self, name, size, threads, *options, **more):
        command = [self.program(name), self.path(size, "ratings"), "--threads", str(threads),
                   *options]
        self.measure("librecsys", command, size, threads, self.build(name),
                     version=self.given.version, **more)

    def peer(self, library, task, size, threads, *options, **more):
        python = self.environments.of(library)
        if python is None:
            self.failures += 1
            return
        command = [python, os.path.join(HERE, "peer.py"), library, task, self.path(size, "raw"),
                   "--threads", str(threads), *options]
        self.measure(library, command, size, threads, **more)

    def has(self, library, size):
        most = BIGGEST.get(library, "20M")
        return library in self.given.peers and ORDER.index(size) <= ORDER.index(most)

    # ---- what is compared --------------------------------------------------------------------

    def our_lists(self, size, threads, side, way, *options):
        similarity, settings = WAYS[way]
        words = [word for pair in settings.items() for word in ("--set", "=".join(pair))]
        self.ours("bench_neighbours", size, threads, "--side", side, "--similarity",
                  similarity, *words, *options, side=side, way=way)

    def their_lists(self, library, size, threads, side, run):
        slow = SLOW.get((library, side, size))
        options, more = ["--side", side], dict(side=side, way="cosine")
        if library == "surprise":
            more["way"] = "corated_cosine_plain"
            if threads > 1 or side != "users":
                return
        is_whole = (library, side, size) not in NEVER_WHOLE and run < self.given.full
        if slow is not None and not is_whole:
            if not slow:
                return
            options += ["--sample", str(self.given.sample)]
        self.peer(library, "neighbours", size, threads, *options, **more)

    def neighbours(self, size, threads):
        if size == "100M":
            return
        for side in ("users", "movies"):
            for run in range(self.given.runs):
                for way in WAYS:
                    self.our_lists(size, threads, side, way)
                for library in ("similaripy", "implicit", "sklearn", "surprise"):
                    if self.has(library, size):
                        self.their_lists(library, size, threads, side, run)

    def isa(self, size, threads):
        """The same lists by every instruction set; one thread says enough."""
        if threads != 1 or size not in ("1M", "20M"):
            return
        for run in range(self.given.runs):
            for isa in self.given.isas.split(","):
                if isa == "scalar" and size == "20M" and run >= self.given.full:
                    continue
                for side in ("users", "movies"):
                    self.our_lists(size, threads, side, "corated_cosine", "--isa", isa)

    def check(self, size, threads):
        """Lists of some rows against sums by SciPy."""
        if threads != 1 or size == "100M":
            return
        python = self.environments.of("similaripy")
        if python is None:
            self.failures += 1
            return
        lists = self.path(size, "lists")
        for side in ("users", "movies"):
            for way, least, threshold, shrinkage in (("corated_cosine", 3, 0.1, 1),
                                                     ("cosine", 1, 0, 0)):
                similarity, settings = WAYS[way]
                words = [w for pair in settings.items() for w in ("--set", "=".join(pair))]
                _, fine = machine.run([
                    self.program("bench_neighbours"), self.path(size, "ratings"),
                    "--threads", str(os.cpu_count()), "--side", side, "--similarity",
                    similarity, *words, "--lists", lists], os.cpu_count())
                self.failures += not fine
                self.measure("librecsys", [
                    python, os.path.join(HERE, "check.py"), self.path(size, "raw"), lists,
                    "--side", side, "--similarity", similarity, "--min-common", str(least),
                    "--threshold", str(threshold), "--shrinkage", str(shrinkage)], size, 1,
                    self.build("bench_neighbours"), version=self.given.version, side=side,
                    way=way)

    def growth(self, size, threads):
        """Our time and memory alone, where nothing else runs."""
        if threads != max(self.threads()) or (size != "100M" and "neighbours" in self.what()):
            return
        for _ in range(1 if size == "100M" else self.given.runs):
            for side in ("users", "movies"):
                self.our_lists(size, threads, side, "corated_cosine")

    def queries(self, size, threads):
        if threads != 1 or size == "100M":
            return
        for _ in range(self.given.runs):
            self.ours("bench_queries", size, threads, "--movies",
                      self.path(size, "movies.csv"), "--users", str(self.given.users),
                      "--only", "live", side="users")
            if self.has("implicit", size):
                self.peer("implicit", "live", size, threads, side="users", way="item_cf")

    def all(self, size, threads):
        if size == "100M":
            return
        for run in range(self.given.runs):
            self.ours("bench_queries", size, threads, "--movies",
                      self.path(size, "movies.csv"), "--only", "all", side="users")
            if self.has("implicit", size):
                self.peer("implicit", "all", size, threads, side="users", way="item_cf")
            if self.has("lenskit", size) and threads == 1:
                some = [] if size == "100k" or run < self.given.full else [
                    "--sample", str(self.given.sample // 10)]
                self.peer("lenskit", "all", size, threads, *some, side="users",
                          way="user_cf")

    def update(self, size, threads):
        if size not in ("1M", "20M") or not os.path.exists(self.program("bench_update")):
            return
        self.ours("bench_update", size, threads, "--movies", self.path(size, "movies.csv"),
                  "--runs", str(self.given.runs if size == "1M" else 1))

    def ials(self, size, threads):
        if size == "100M":
            return
        for _ in range(self.given.runs):
            for factors in ("64", "128"):
                more = dict(side="users", way=factors + " factors")
                self.ours("bench_ials", size, threads, "--factors", factors, **more)
                if self.has("implicit", size):
                    self.peer("implicit", "ials", size, threads, "--factors", factors, **more)

    def kernels(self, size, threads):
        """Once: its data is its own."""
        if threads != 1 or size != self.sizes()[0]:
            return
        for _ in range(self.given.runs):
            self.measure("librecsys", [self.program("bench_kernels"), "--json"], size, 1,
                         self.build("bench_kernels"), version=self.given.version,
                         task="kernel")

    def sizes(self):
        return [size for size in ORDER if size in self.given.sizes.split(",")]

    def what(self):
        return self.given.what.split(",")

    def threads(self):
        return [int(count) for count in self.given.threads.split(",")]

    def go(self):
        for size in self.sizes():
            self.generate(size)
            for threads in self.threads():
                for what in WHAT:
                    if what in self.what():
                        getattr(self, what)(size, threads)


def library_version():
    with open(os.path.join(ROOT, "include", "recsys", "base.h"), encoding="utf-8") as file:
        return next(line.split('"')[1] for line in file if "RECSYS_VERSION_STRING" in line)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(ROOT, "build"), help="build folder")
    parser.add_argument("--work", help="folder for data and environments (default: --build)")
    parser.add_argument("--csv", default=os.path.join(ROOT, "docs", "benchmarks.csv"))
    parser.add_argument("--sizes", default="100k,1M", help=",".join(ORDER))
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--full", type=int, default=1, help="whole runs of slow peers at 20M")
    parser.add_argument("--sample", type=int, default=2000, help="rows of their other runs")
    parser.add_argument("--users", type=int, default=10000, help="live queries")
    parser.add_argument("--isas", default="avx512,avx2,scalar")
    parser.add_argument("--peers", default=",".join(LIBRARIES), help="none: only librecsys")
    parser.add_argument("--what", default=",".join(WHAT))
    parser.add_argument("--venvs", default="", help="main=FOLDER,surprise=FOLDER,...: there")
    parser.add_argument("--limit", type=float, default=None, help="seconds for one process")
    parser.add_argument("--continue", dest="go_on", action="store_true",
                        help="only runs that the CSV lacks, of this build and machine")
    given = parser.parse_args()
    given.work = given.work or given.build
    given.build = os.path.abspath(given.build)
    given.work = os.path.abspath(given.work)
    given.version = library_version()
    given.peers = [p for p in given.peers.split(",") if p in LIBRARIES]
    session = Session(given)
    session.go()
    if session.failures:
        print(f"# {session.failures} failed", file=sys.stderr)
    return 1 if session.failures else 0


if __name__ == "__main__":
    sys.exit(main())
