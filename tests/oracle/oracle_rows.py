"""Ids and rows as include/recsys/ratings.h says."""
import math
import re

import numpy as np


def stored(x):
    """As a 32-bit float, which is how a model keeps it."""
    return float(np.float32(x))


def id_order(ids):
    """Sorted unique ids: by value if all are canonical decimals, else by their bytes."""
    canonical = all(re.fullmatch(r"0|[1-9][0-9]*", i) and int(i) < 2**63 for i in ids)
    return sorted(set(ids), key=int if canonical else lambda i: i.encode())


def milliseconds(time):
    return time * 1000 if abs(time) < 10**11 else time


def latest(rows):
    """{(user, movie): (time, rating)}: the newest row wins, of equally new ones the later; NaN
    withdraws."""
    kept = {}
    for user, movie, rating, time in rows:
        time = milliseconds(time)
        if (user, movie) not in kept or time >= kept[user, movie][0]:
            kept[user, movie] = (time, stored(rating))
    return {pair: entry for pair, entry in kept.items() if not math.isnan(entry[1])}
