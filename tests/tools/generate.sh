#!/bin/bash
# The benchmarks' generator: what it writes has the shape it claims, and only the seed matters.
set -euo pipefail
generate=${BUILD:?}/bench/bench_generate
work=${RECSYS_TMP:?}
cd "$work"
bad=0

check() # check NAME COMMAND...
{
    local name=$1
    shift
    if "$@"; then echo "ok - $name"; else bad=1 && echo "not ok - $name"; fi
}

"$generate" 100k --out a.ratings --csv a.csv --raw a.raw --catalogue a.movies >a.json
"$generate" 100k --out b.ratings --csv b.csv --raw b.raw --catalogue b.movies >b.json
"$generate" 100k --seed 2 --csv c.csv --out c.ratings >c.json
"$generate" 100k --users 300 --movies 90 --mean 30 --csv d.csv >d.json
for kind in ratings csv raw movies json; do
    check "same seed, same $kind" cmp a.$kind b.$kind
done
check 'another seed, other rows' sh -c '! cmp -s a.csv c.csv && ! cmp -s a.ratings c.ratings'
check 'wrong use is refused' sh -c "! '$generate' 5M 2>/dev/null && ! '$generate' 2>/dev/null"
/usr/bin/python3 - a d <<'PYTHON' || bad=1
import array
import collections
import csv
import json
import sys


def check(name, good):
    print(f"{'ok' if good else 'not ok'} - {name}")
    return good


def look(name):
    facts = json.load(open(f"{name}.json", encoding="ascii"))
    with open(f"{name}.csv", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    user = collections.Counter(row["userId"] for row in rows)
    movie = collections.Counter(row["movieId"] for row in rows)
    level = collections.Counter(float(row["rating"]) for row in rows)
    good = check(f"{name}: counts", len(rows) == facts["ratings"] and
                 len(user) == facts["users"] and len(movie) == facts["movies"])
    good &= check(f"{name}: no rating twice", len(rows) == len(
        {(row["userId"], row["movieId"]) for row in rows}))
    good &= check(f"{name}: half stars", set(level) <= {i / 2 for i in range(1, 11)} and
                  [level[i / 2] for i in range(1, 11)] == facts["half_stars"])
    for key, found in (("raters_squared", movie), ("activity_squared", user)):
        exact = sum(count * count for count in found.values())
        good &= check(f"{name}: {key}", abs(facts[key] - exact) <= 1e-3 * exact)
    return good, rows, user, movie


good, rows, user, movie = look("a")
good &= look("d")[0]
# As in MovieLens 100K: 943 users of 1682 movies, 100,000 ratings, from 20 each.
good &= check("about 106 ratings a user", 95 < len(rows) / len(user) < 117)
few = sum(1 for count in user.values() if count < 15)
good &= check("hardly anyone has few", few < 0.01 * len(user))
top = sorted(movie.values(), reverse=True)
share = sum(top[:len(top) // 10]) / len(rows)
good &= check(f"a tenth of the movies has {share:.2f} of the ratings", 0.3 < share < 0.6)
active = sorted(user.values(), reverse=True)
share = sum(active[:len(active) // 10]) / len(rows)
good &= check(f"a tenth of the users made {share:.2f} of them", 0.25 < share < 0.5)
ids = sorted(movie, key=int)
half = sum(movie[i] for i in ids[:len(ids) // 2]) / len(rows)
good &= check(f"movies are in no order: {half:.2f} in the first half", 0.4 < half < 0.6)
users = sorted(user, key=int)
half = sum(user[i] for i in users[:len(users) // 2]) / len(rows)
good &= check(f"nor are users: {half:.2f}", 0.4 < half < 0.6)
with open("a.raw", "rb") as file:
    head = array.array("q", file.read(24))
    ends = array.array("q", file.read(8 * (head[0] + 1)))
    column = array.array("i", file.read(4 * head[2]))
    stars = file.read()
expected = [(int(r["userId"]) - 1, ids.index(r["movieId"]), float(r["rating"]) * 2)
            for r in rows[:2000]]
found = [(u, column[i], stars[i]) for u in range(60) for i in range(ends[u], ends[u + 1])]
good &= check("the bare arrays hold the same", found[:2000] == expected[:len(found)] and
              len(stars) == head[2] == len(rows))
sys.exit(0 if good else 1)
PYTHON
exit "$bad"
