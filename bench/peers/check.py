#!/usr/bin/env python3
"""Neighbour lists from `bench_neighbours --lists` against sums that SciPy makes from the data.

    check.py FILE LISTS [--side users|movies] [--similarity corated_cosine|cosine] [--k 20]
             [--min-common 3] [--threshold 0.1] [--shrinkage 1]

FILE is from `bench_generate --raw`. For each listed row, all similarities are computed in
doubles; the list must hold the k largest. Prints a line of JSON; leaves with 1 if a row differs.
"""
import argparse
import json
import sys

import numpy

import raw

TOLERANCE = 1e-6  # a similarity is a float


def read_lists(path):
    lists = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            row, other, *more = line.split()
            kept = lists.setdefault(int(row), {})
            if other != "-":  # a row may have been drawn twice
                kept[int(other)] = (float(more[0]), int(more[1]))
    return lists


class Sums:
    """What rows of a matrix have in common with all others."""

    def __init__(self, x):
        self.x, self.ones, self.squares = x, x.copy(), x.copy()
        self.ones.data[:] = 1
        self.squares.data **= 2
        self.turned = [m.T.tocsr() for m in (self.x, self.ones, self.squares)]
        self.length = numpy.sqrt(numpy.asarray(self.squares.sum(axis=1)).ravel())

    def similarities(self, rows, kind, shrinkage, min_common):
        x, ones, squares = self.turned
        dot = (self.x[rows] @ x).toarray()
        common = (self.ones[rows] @ ones).toarray()
        with numpy.errstate(all="ignore"):
            if kind == "cosine":
                found = dot / (self.length[rows][:, None] * self.length[None, :])
            else:
                mine = (self.squares[rows] @ ones).toarray()
                theirs = (self.ones[rows] @ squares).toarray()
                found = dot / numpy.sqrt(mine * theirs)
            found *= common / (common + shrinkage)
        found[(common < min_common) | ~numpy.isfinite(found)] = -2
        found[numpy.arange(len(rows)), rows] = -2
        return found, common


def compare(listed, found, common, given):
    """Largest difference; infinite where a list is not the best k."""
    best = numpy.sort(found[found > given.threshold])[::-1][:given.k]
    if len(best) != len(listed):
        return float("inf")
    worst = 0.0
    for (other, (similarity, both)), expected in zip(listed.items(), best):
        if both != common[other]:
            return float("inf")
        worst = max(worst, abs(similarity - found[other]), abs(similarity - expected))
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("lists")
    parser.add_argument("--side", default="users", choices=("users", "movies"))
    parser.add_argument("--similarity", default="corated_cosine",
                        choices=("corated_cosine", "cosine"))
    parser.add_argument("--k", type=int, default=20)
    parser.add_argument("--min-common", type=int, default=3)
    parser.add_argument("--threshold", type=float, default=0.1)
    parser.add_argument("--shrinkage", type=float, default=1)
    given = parser.parse_args()
    x = raw.matrix(given.file, numpy.float64)
    sums = Sums(x if given.side == "users" else x.T.tocsr())
    lists = read_lists(given.lists)
    rows = numpy.array(sorted(lists))
    worst, bad, step = 0.0, 0, 16
    for at in range(0, len(rows), step):
        some = rows[at:at + step]
        found, common = sums.similarities(some, given.similarity, given.shrinkage,
                                          given.min_common)
        for i, row in enumerate(some):
            difference = compare(lists[row], found[i], common[i], given)
            bad += difference > TOLERANCE
            worst = max(worst, difference)
    print(json.dumps({"task": "check", "rows": len(rows), "bad": int(bad),
                      "difference": worst}))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
