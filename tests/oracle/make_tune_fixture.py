#!/usr/bin/env python3
"""Write tests/data/tune.txt: what a search for options must do, worked out without the library.

    python3 tests/oracle/make_tune_fixture.py > tests/data/tune.txt

"draw KEY SEED NUMBER U": a drawn number. "value TYPE SCALE MIN MAX U TEXT": what it stands for.
"plan ETA SPLITS RANDOM PARTS CHUNKS...": rungs. "search ETA SPLITS TRIALS" and then, in the order
in which asynchronous successive halving asks for them, "job TRIAL RUNG VALUE"; "end".
"importance SHARE KIND" and then "point X Y"; "end": Ezekiel's adjusted share of variance between
quartiles of numbers (equal ones in the quartile of the first of them) or between choices."""
import decimal
import math
import os
import random
import sys

import numpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import splits  # noqa: E402

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def draw(key, seed, number):
    mixed = splits.mix((seed + GOLDEN * (number + 1)) & MASK)
    return (splits.hashed(key, mixed) >> 11) / 2**53


def short(value):
    """The shortest decimal without an exponent where one would do."""
    return f"{value:.15g}"


def digits(value):
    if value == 0:
        return 0.0
    exact = decimal.Decimal(value)
    place = exact.adjusted() - 2
    rounded = exact.quantize(decimal.Decimal(1).scaleb(place), decimal.ROUND_HALF_UP)
    return float(rounded)


def value(kind, scale, low, high, u):
    half = 0.5 if kind == "int" and scale == "linear" else 0
    if scale == "log":
        real = math.exp(math.log(low) + u * (math.log(high) - math.log(low)))
    else:
        real = (low - half) + u * ((high + half) - (low - half))
    real = math.floor(real + 0.5) if kind == "int" else digits(real)
    return short(min(max(real, low), high))


def plan(eta, count, is_random):
    parts = 1 if is_random else eta
    chunks, size = [], 1
    while not is_random and size < parts * count:
        chunks.append(size)
        size *= eta
    return parts, chunks + [parts * count]


def next_job(eta, rungs, results):
    """results[trial]: values by rung. Only what the definition says, nothing clever."""
    if not results or len(results[0]) < rungs:
        return 0
    if not results[-1]:
        return len(results) - 1
    for rung in reversed(range(rungs - 1)):
        there = [i for i, values in enumerate(results) if len(values) > rung]
        there.sort(key=lambda i: (-results[i][rung], i))
        for trial in there[: len(there) // eta]:
            if len(results[trial]) == rung + 1:
                return trial
    return len(results)


def search(rng, eta, count, trials):
    rungs = len(plan(eta, count, False)[1])
    print("search", eta, count, trials)
    results = []
    while True:
        trial = next_job(eta, rungs, results)
        if trial == len(results):
            if trial > trials:
                break
            results.append([])
        got = round(rng.random(), 1)  # many ties
        print("job", trial, len(results[trial]), got)
        results[trial].append(got)
    print("end")


def importance(rng, kind, count):
    xs, ys = [], []
    for _ in range(count):
        x = rng.choice([2, 3, 5]) if kind == "choice" else round(rng.gauss(0, 1), 1)
        xs.append(x)
        ys.append(rng.gauss(0, 1) + (x * x if kind != "noise" else 0))
    order = sorted(xs)
    bins = {x: x if kind == "choice" else order.index(x) * 4 // count for x in xs}
    y = numpy.array(ys)
    groups = [y[[bins[x] == b for x in xs]] for b in set(bins[x] for x in xs)]
    within = sum(((g - g.mean()) ** 2).sum() for g in groups)
    share = 1 - within / ((y - y.mean()) ** 2).sum()
    share = max(0, 1 - (1 - share) * (count - 1) / (count - len(groups)))
    print("importance", repr(float(share)), kind)
    for x, result in zip(xs, ys):
        print("point", short(x), repr(result))
    print("end")


def main():
    rng = random.Random(20261201)
    for key in ("model.ease.regularization", "model.rerank.quality_weight"):
        for seed in (0, 1, 2**53):
            for number in (1, 2, 1000):
                print("draw", key, seed, number, repr(draw(key, seed, number)))
    ranges = (("int", "linear", 1, 3), ("int", "log", 10, 300), ("int", "linear", 0, 1000),
              ("real", "linear", 0, 0.3), ("real", "linear", -1, 1), ("real", "log", 20, 2000),
              ("real", "log", 0.001, 1), ("real", "linear", 1000, 90000))
    for kind, scale, low, high in ranges:
        for u in (0.0, 0.999999, *(rng.random() for _ in range(6))):
            print("value", kind, scale, low, high, repr(u), value(kind, scale, low, high, u))
    for eta in (2, 3, 4, 10):
        for count in (1, 2, 3, 5, 100):
            for is_random in (0, 1):
                parts, chunks = plan(eta, count, is_random)
                print("plan", eta, count, is_random, parts, *chunks)
    for eta, count, trials in ((3, 3, 40), (2, 5, 30), (4, 1, 20), (3, 3, 1)):
        search(rng, eta, count, trials)
    for kind, count in (("number", 40), ("choice", 30), ("noise", 25), ("number", 8)):
        importance(rng, kind, count)


main()
