#!/usr/bin/env python3
"""Time from a ratings.csv to ids, rows and columns, beside Polars and DuckDB parsing it.

    bench/read_ratings.py make FILE [--rows N] [--shuffle]   write a file shaped like MovieLens
    bench/read_ratings.py FILE [--threads 1,2] [--rounds 5] [--library PATH]

Polars and DuckDB are told the schema and only parse; they are left out when they are not
installed. All run in turn, each time in a fresh process, one thread pinned to one core. The
table has medians of wall (least to most) and processor time, and of the peak of resident memory.
"""
import argparse
import ctypes
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time

READERS = ("librecsys", "polars", "duckdb")


class Error(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("status", ctypes.c_int),
                ("retriable", ctypes.c_int), ("text", ctypes.c_char * 1024)]


def prepare_librecsys(path, threads, library):
    lib = ctypes.CDLL(library)
    lib.recsys_ratings_count.restype = ctypes.c_uint64
    lib.recsys_ratings_count.argtypes = [ctypes.c_void_p]
    err, runtime = Error(struct_size=ctypes.sizeof(Error)), ctypes.c_void_p()

    def check(status):
        if status != 0:
            sys.exit(err.text.decode())

    check(lib.recsys_runtime_create(ctypes.byref(runtime), None, ctypes.byref(err)))
    check(lib.recsys_runtime_set_threads(runtime, ctypes.c_size_t(threads), ctypes.byref(err)))

    def read():
        ratings = ctypes.c_void_p()
        check(lib.recsys_ratings_read(ctypes.byref(ratings), runtime, path.encode(), None, None,
                                      None, ctypes.byref(err)))
        return lib.recsys_ratings_count(ratings)

    return read


def prepare_polars(path, threads, library):
    import polars
    schema = {"userId": polars.Int32, "movieId": polars.Int32, "rating": polars.Float32,
              "timestamp": polars.Int64}
    return lambda: polars.read_csv(path, schema=schema).height


def prepare_duckdb(path, threads, library):
    import duckdb
    base = duckdb.connect()
    base.execute(f"SET threads={threads}")
    sql = ("CREATE TABLE r AS SELECT * FROM read_csv(?, header=true, auto_detect=false, "
           "delim=',', columns={'userId':'INTEGER','movieId':'INTEGER','rating':'FLOAT',"
           "'timestamp':'BIGINT'})")

    def read():
        base.execute(sql, [path])
        return base.execute("SELECT count(*) FROM r").fetchone()[0]

    return read


def run_once(reader, path, threads, library):
    """In a process of its own: read once and print what it took."""
    read = globals()["prepare_" + reader](path, threads, library)
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    rows = read()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    print(json.dumps({"rows": rows, "wall": wall, "cpu": cpu,
                      "peak": after.ru_maxrss * 1024}))


def spawn(reader, path, threads, library):
    command = [sys.executable, __file__, path, "--once", reader, "--threads", str(threads),
               "--library", library]
    if threads == 1 and hasattr(os, "sched_getaffinity"):
        core = str(max(os.sched_getaffinity(0)))
        command = ["taskset", "-c", core] + command
    environment = dict(os.environ, POLARS_MAX_THREADS=str(threads))
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"# {reader} left out: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout)


def compare(path, threads, rounds, library):
    runs = {reader: [] for reader in READERS}
    with open(path, "rb") as file:  # all find the file in the page cache
        while file.read(1 << 24):
            pass
    for _ in range(rounds):
        for reader in READERS:
            if runs[reader] is None:
                continue
            result = spawn(reader, path, threads, library)
            runs[reader] = None if result is None else runs[reader] + [result]
    for reader in READERS:
        if not runs[reader]:
            continue
        rows = runs[reader][0]["rows"]
        middle = {key: statistics.median(run[key] for run in runs[reader])
                  for key in ("wall", "cpu", "peak")}
        walls = [run["wall"] for run in runs[reader]]
        print(f"{reader:10} threads {threads}  rows {rows}  wall {middle['wall']:.2f} s "
              f"({min(walls):.2f} to {max(walls):.2f})  cpu {middle['cpu']:.2f} s  peak "
              f"{middle['peak'] / 1e6:.0f} MB = {middle['peak'] / rows:.1f} bytes a row")


def make(path, rows, shuffle):
    """Users with about 20 to 2000 ratings, movies with sparse ids, some far more popular."""
    source, users, movies = random.Random(1), max(1, rows // 144), 26744
    ids = source.sample(range(1, 131263), movies)
    lines, user = [], 0
    while len(lines) < rows:
        user += 1
        count = min(int(20 + source.lognormvariate(4.1, 1.2)), movies // 3, rows - len(lines))
        seen = set()
        while len(seen) < count:
            seen.add(int(movies * source.random() ** 3))
        lines += [f"{user},{ids[movie]},{source.randint(1, 10) / 2},"
                  f"{source.randint(789652009, 1427784002)}\n" for movie in seen]
    if shuffle:
        source.shuffle(lines)
    with open(path, "w", encoding="ascii") as file:
        file.write("userId,movieId,rating,timestamp\n")
        file.writelines(lines)
    print(f"{path}: {len(lines)} rows of {user} users (aim {users})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="+", help="ratings.csv, or: make FILE")
    parser.add_argument("--rows", type=int, default=20000000)
    parser.add_argument("--shuffle", action="store_true")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--library", default="build/lib/librecsys.so.0")
    parser.add_argument("--once", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.file[0] == "make":
        make(given.file[1], given.rows, given.shuffle)
    elif given.once:
        run_once(given.once, given.file[0], int(given.threads), given.library)
    else:
        for threads in given.threads.split(","):
            compare(given.file[0], int(threads), given.rounds, given.library)


if __name__ == "__main__":
    main()
