"""The machine, and how a program is run on it for a measurement."""
import json
import os
import subprocess
import sys

KNOBS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS",
         "POLARS_MAX_THREADS", "NUMEXPR_NUM_THREADS", "RAYON_NUM_THREADS", "LK_NUM_THREADS",
         "LK_NUM_BACKEND_THREADS", "LK_NUM_BATCH_JOBS")


def first(path, field, other):
    try:
        with open(path, encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file
                        if line.startswith(field))
    except (OSError, StopIteration):
        return other


def system():
    try:
        with open("/etc/os-release", encoding="utf-8") as file:
            return next(line.split("=", 1)[1].strip().strip('"') for line in file
                        if line.startswith("PRETTY_NAME="))
    except (OSError, StopIteration):
        return os.uname().sysname


def describe():
    """Processor, cores, memory and system in one line."""
    model = first("/proc/cpuinfo", "model name", os.uname().machine)
    memory = int(first("/proc/meminfo", "MemTotal", "0 kB").split()[0]) / 1e6
    level2 = first("/proc/cpuinfo", "cache size", "")
    cache = f"{level2} cache, " if level2 else ""
    return (f"{model}, {len(os.sched_getaffinity(0))} cores, {cache}{memory:.0f} GB memory, "
            f"{system()}")


def run(command, threads, limit=None):
    """Every knob at `threads`, one thread on one core. The lines of JSON it prints, and whether
    it went well."""
    environment = dict(os.environ, TQDM_DISABLE="1", **{knob: str(threads) for knob in KNOBS})
    for name in ("OPENBLAS_CORETYPE", "RECSYS_ISA"):
        environment.pop(name, None)
    if threads == 1:
        command = ["taskset", "-c", str(max(os.sched_getaffinity(0)))] + command
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True,
                              timeout=limit)
    except subprocess.TimeoutExpired:
        print(f"# more than {limit} s: {' '.join(command)}", file=sys.stderr)
        return [], False
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:]
        print(f"# failed: {' '.join(command)}: {last}", file=sys.stderr)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return lines, done.returncode == 0


def load():
    """Runnable processes besides this one, over the last minute."""
    return os.getloadavg()[0]
