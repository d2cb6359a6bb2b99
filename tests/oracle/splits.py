"""Splits of ratings in plain Python, written from include/recsys/split.h: everything is sorted
or compared, nothing is selected or counted as the library does it.

Rows are (user, movie, milliseconds); a pair occurs once. The answer is one letter per row: "r"
train, "t" test, "n" neither."""
import math

MASK = (1 << 64) - 1
DAY = 86400000


def mix(x):
    x ^= x >> 30
    x = x * 0xBF58476D1CE4E5B9 & MASK
    x ^= x >> 27
    x = x * 0x94D049BB133111EB & MASK
    return x ^ (x >> 31)


def hashed(text, seed):
    """The hash of lib/base/hash.h: eight bytes at a time, the last ones padded with zeros."""
    data = text.encode()
    h = mix((seed + 0x9E3779B97F4A7C15 + len(data)) & MASK)
    for at in range(0, len(data), 8):
        word = int.from_bytes(data[at:at + 8], "little")
        h = (mix(h ^ word) + 0x9E3779B97F4A7C15) & MASK
    return mix(h)


def pair_hash(row, seed):
    return hashed(row[1], hashed(row[0], seed))


def share(ratio, count):
    return math.floor(ratio * count + 0.5)


def by_user(rows):
    users = {}
    for at, row in enumerate(rows):
        users.setdefault(row[0], []).append(at)
    return users


def letters(rows, test, neither=()):
    return "".join("t" if at in test else "n" if at in neither else "r" for at in range(len(rows)))


def is_ratio(text):
    return text.startswith("0.")


def user_random(rows, seed, what):
    test = set()
    for mine in by_user(rows).values():
        take = int(what) if not is_ratio(what) and len(mine) > int(what) else 0
        if is_ratio(what) and len(mine) > 1:
            take = share(float(what), len(mine))
        test.update(sorted(mine, key=lambda at: pair_hash(rows[at], seed))[:take])
    return letters(rows, test)


def random(rows, seed, ratio):
    order = sorted(range(len(rows)), key=lambda at: pair_hash(rows[at], seed))
    return letters(rows, set(order[:share(float(ratio), len(rows))]))


def leave_last(rows, seed, count="1"):
    test = set()
    for mine in by_user(rows).values():
        if len(mine) > int(count):
            mine.sort(key=lambda at: (-rows[at][2], pair_hash(rows[at], seed)))
            test.update(mine[:int(count)])
    return letters(rows, test)


def time(rows, _seed, what):
    border = int(what) if not is_ratio(what) else None
    if border is not None:
        border *= 1000 if border < 10**11 else 1
    else:
        times = sorted(row[2] for row in rows)
        first = share(float(what), len(rows))
        border = times[first] if first < len(rows) else math.inf
    return letters(rows, {at for at, row in enumerate(rows) if row[2] >= border})


def windows(rows, _seed, days, count, fold):
    end = max(row[2] for row in rows) - (int(count) - 1 - fold) * int(float(days) * DAY)
    begin = end - int(float(days) * DAY)
    test = {at for at, row in enumerate(rows) if begin < row[2] <= end and row[2] > 0}
    after = {at for at, row in enumerate(rows) if row[2] > end and row[2] > 0}
    return letters(rows, test, after)


def k_fold(rows, seed, folds, fold):
    test = set()
    for user, mine in by_user(rows).items():
        first = hashed(user, seed) % int(folds)
        mine.sort(key=lambda at: pair_hash(rows[at], seed))
        test.update(at for i, at in enumerate(mine) if (first + i) % int(folds) == fold)
    return letters(rows, test)


def cold(rows, seed, ratio, column):
    ids = sorted({row[column] for row in rows}, key=lambda text: hashed(text, seed))
    chosen = set(ids[:share(float(ratio), len(ids))])
    return letters(rows, {at for at, row in enumerate(rows) if row[column] in chosen})


def split(rows, how, seed, fold=0):
    name, *rest = how.split(":")
    if name in ("windows", "k-fold"):
        return {"windows": windows, "k-fold": k_fold}[name](rows, seed, *rest, fold)
    if name.startswith("cold-"):
        return cold(rows, seed, *rest, 0 if name == "cold-users" else 1)
    ways = {"user-random": user_random, "random": random, "leave-last": leave_last, "time": time}
    return ways[name](rows, seed, *rest)


def folds(how):
    name, *rest = how.split(":")
    return int(rest[-1]) if name in ("windows", "k-fold") else 1
