#!/usr/bin/python3
"""Whole tasks on generated ratings, each beside a reference of the same run: `make bench`.

    bench/quick.py [--build build] [--sizes 100k,1M] [--runs 3]

Reference: the scalar kernels on one thread, which give the same lists. All take turns; times
are medians, with the least and the most. The data is kept below BUILD/bench-data.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys


def run(*command):
    """The lines of JSON that a program prints."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def isas(program, ratings):
    """Instruction sets that this machine has, the best last."""
    found = ["scalar"]
    for isa in ("neon", "avx2", "avx512"):
        done = subprocess.run([program, ratings, "--isa", isa], capture_output=True,
                              check=False)
        if done.returncode == 0:
            found.append(isa)
    return found


def neighbours(bench, ratings, size, runs):
    program = os.path.join(bench, "bench_neighbours")
    threads = sorted({1, len(os.sched_getaffinity(0))})
    sets = isas(program, ratings)
    cases = [("scalar", 1)] + [(isa, t) for isa in sets[1:] for t in threads]
    for side in ("users", "movies"):
        found = {case: [] for case in cases}
        for _ in range(runs):
            for isa, count in cases:
                found[isa, count] += run(program, ratings, "--side", side, "--isa", isa,
                                         "--threads", str(count))
        reference = statistics.median(r["seconds"] for r in found["scalar", 1])
        first = found["scalar", 1][0]["hash"]
        for isa, count in cases:
            times = [r["seconds"] for r in found[isa, count]]
            same = all(r["hash"] == first for r in found[isa, count])
            middle = statistics.median(times)
            print(f"{size:5} {side:7} 20 neighbours  {isa:7} {count:2} threads  "
                  f"{middle * 1e3:9.1f} ms ({min(times) * 1e3:.1f} to {max(times) * 1e3:.1f})  "
                  f"{reference / middle:6.2f} x the reference  "
                  f"{'same lists' if same else 'OTHER LISTS'}")
            if not same:
                sys.exit("the lists differ")


def queries(bench, ratings, movies, size):
    for isa in ("scalar", "auto"):
        for r in run(os.path.join(bench, "bench_queries"), ratings, "--movies", movies,
                     "--threads", str(len(os.sched_getaffinity(0))), "--users", "2000",
                     "--isa", isa):
            name = f"{size:5} {r['task']:6} {r.get('way', ''):8} {r['isa']:7}"
            if r["task"] == "live":
                print(f"{name} median {r['median_ms']:.3f} ms, 99 % within {r['p99_ms']:.3f} ms")
            elif r["task"] == "all":
                print(f"{name} {r['threads']} threads  {r['rows_s']:.0f} lists a second")
            else:
                print(f"{name} {r['threads']} threads  {r['seconds'] * 1e3:.0f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--sizes", default="100k,1M")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    bench = os.path.join(given.build, "bench")
    data = os.path.join(given.build, "bench-data")
    os.makedirs(data, exist_ok=True)
    for size in given.sizes.split(","):
        ratings, movies = (os.path.join(data, f"{size}.{e}") for e in ("ratings", "movies.csv"))
        facts, = run(os.path.join(bench, "bench_generate"), size, "--out", ratings,
                     "--catalogue", movies)
        print(f"# {size}: {facts['users']} users, {facts['movies']} movies, "
              f"{facts['ratings']} ratings", flush=True)
        neighbours(bench, ratings, size, given.runs)
        queries(bench, ratings, movies, size)
    print("# kernels", flush=True)
    subprocess.run([os.path.join(bench, "bench_kernels")], check=True)


if __name__ == "__main__":
    main()
