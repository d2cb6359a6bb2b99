#!/usr/bin/env python3
"""Write tests/data/ranker.txt: what sources say of movies to users, and what a ranker learned
from it should be, by SciPy's bounded minimisation; e^x by Python's decimals.

    /usr/bin/python3 tests/oracle/make_ranker_fixture.py > tests/data/ranker.txt

Line by line:

    exp X Y
    case NAME USERS CHOSEN        CHOSEN: the fusion that "auto" means, calibrated or minmax
    table SOURCE VALUE...         of the calibration, by place
    user PART RELEVANT            relevant movies, also those that no source knows
    movie HIT SCALED*7 PLACE*7 OWN*4     -1: not scored, no genres
    expect USE SINGLE TEACHERS BLEND RANKED_ALONE RANKED GAIN ERROR TASTE
    weights W*11                  of the ranker; ascending sources, then raters, mean, age, taste
    half0 W*11, half1 W*11        learned without that part of the users
"""

import decimal
import math
import random

import numpy as np
from scipy.optimize import minimize

SOURCES, OWN = 7, 4
HAS = [0, 1, 2, 6]  # user CF, content, EASE, popularity
SHARE = {0: 0.3, 2: 0.7}
BLEND = {0: 0.6 * 0.3, 1: 0.4, 2: 0.6 * 0.7}
PLACES = 12


def features(movie):
    _, scaled, _, own = movie
    return [math.log(1 + 10 * s) if s >= 0 else 0.0 for s in scaled] + own


def loss(weight, users):
    """Penalised negative log-likelihood and its slope."""
    total, slope = weight @ weight / 2, weight.copy()
    for x, hit in users:
        z = x @ weight
        top = z.max()
        e = np.exp(z - top)
        total += hit.sum() * (top + math.log(e.sum())) - z[hit > 0].sum()
        slope += hit.sum() * (e / e.sum()) @ x - x[hit > 0].sum(axis=0)
    return total, slope


def fit(users, keep=None):
    """The least loss where the sources' weights are not below 0, by L-BFGS-B, then by Newton's
    method on the weights that are not 0, to the last digit."""
    bounds = [(0, None)] * SOURCES + [(None, None)] * OWN
    if keep is not None:
        bounds = [(0, None) if k == keep else (0, 0) for k in range(SOURCES + OWN)]
    found = minimize(loss, np.zeros(SOURCES + OWN), args=(users,), jac=True, method="L-BFGS-B",
                     bounds=bounds, options={"maxiter": 5000, "ftol": 1e-15, "gtol": 1e-9})
    w = found.x
    free = np.array([k for k, b in enumerate(bounds)
                     if b == (None, None) or (b == (0, None) and w[k] > 1e-7)], dtype=int)
    w[[k for k in range(len(w)) if k not in free]] = 0
    for _ in range(20):
        _, slope = loss(w, users)
        second = np.eye(len(w))
        for x, hit in users:
            z = x @ w
            p = np.exp(z - z.max())
            p /= p.sum()
            second += hit.sum() * (x.T @ (x * p[:, None]) - np.outer(p @ x, p @ x))
        w[free] -= np.linalg.solve(second[np.ix_(free, free)], slope[free])
    _, slope = loss(w, users)
    assert np.abs(slope[free]).max(initial=0) < 1e-7
    for k, b in enumerate(bounds):
        if b == (0, None) and k not in free:
            assert slope[k] > -1e-7
    return w


def ndcg(order, relevant):
    gain = sum(hit / math.log2(k + 2) for k, hit in enumerate(order[:10]))
    return gain / sum(1 / math.log2(k + 2) for k in range(min(relevant, 10)))


def ranked(movies, relevant, score):
    found = [(-score(n), n) for n in range(len(movies)) if score(n) is not None]
    return ndcg([movies[n][0] for _, n in sorted(found)], relevant)


def likelihood(x, hit, w):
    z = x @ w
    return z[hit > 0].sum() - hit.sum() * (z.max() + math.log(np.exp(z - z.max()).sum()))


def gain(a, b):
    d = np.array(a) - np.array(b)
    return d.mean(), d.std() / math.sqrt(len(d))


def expected(users, table, chosen):
    known = [m[3][3] for _, _, movies in users for m in movies if m[3][3] >= 0]
    taste = sum(known) / len(known) if known else 0.0
    for _, _, movies in users:
        for m in movies:
            m[3][3] = taste if m[3][3] < 0 else m[3][3]
    asked = [u for u in users if u[1] > 0]
    data = [(part, np.array([features(m) for m in movies]).reshape(len(movies), -1),
             np.array([m[0] for m in movies])) for part, _, movies in asked]

    def taught(without):
        return [(x, hit) for part, x, hit in data if part != without and hit.sum() > 0]
    weights, half = fit(taught(-1)), [fit(taught(0)), fit(taught(1))]

    def blend(movie):
        total = 0.0
        for s, b in BLEND.items():
            if movie[1][s] >= 0:
                part = movie[1][s]
                if chosen == "calibrated":
                    part = table[s][movie[2][s]] + 1e-6 * part
                total += b * part
        return total if total > 0 else None
    alone = {s: [ranked(ms, r, lambda n: ms[n][1][s] if ms[n][1][s] >= 0 else None)
                 for _, r, ms in asked] for s in HAS}
    mean = {s: sum(v) / len(v) for s, v in alone.items()}
    single = max(HAS, key=lambda s: (mean[s], -s))
    blended = [ranked(ms, r, lambda n: blend(ms[n])) for _, r, ms in asked]
    by_ranker = [ranked(ms, r, lambda n: float(x[n] @ half[p]))
                 for (p, r, ms), (_, x, _) in zip(asked, data)]
    only = [fit(taught(0), single), fit(taught(1), single)]
    told = [[likelihood(x, hit, w[p]) if hit.sum() else 0.0 for p, x, hit in data]
            for w in (half, only)]
    more, error = gain(*told)
    use = "ranker"
    for than in (alone[single], blended):
        below, noise = gain(by_ranker, than)
        if below < -noise or more <= 2 * error:
            use = "single" if mean[single] > np.mean(blended) else "blend"
    print("expect", use, single, len(asked), *map(repr, map(float, (
        np.mean(blended), mean[single], np.mean(by_ranker), more, error, taste))))
    for name, w in (("weights", weights), ("half0", half[0]), ("half1", half[1])):
        print(name, *map(repr, map(float, w)))


def make_user(rng, skill, own):
    """What people like depends on the movie (`own`); each source sees it with its noise."""
    movies, relevant = [], rng.randint(0, 2)
    for _ in range(rng.randint(8, 25)):
        value = [round(rng.uniform(0, 6), 3), round(rng.random(), 3), round(rng.uniform(0, 4), 3),
                 round(rng.random(), 3) if rng.random() < 0.9 else -1.0]
        like = rng.gauss(0, 1) + sum(o * v for o, v in zip(own, value) if v >= 0)
        movies.append([like, value])
    best = sorted((like for like, _ in movies), reverse=True)[:rng.randint(0, 5)]
    rows = []
    for like, value in movies:
        scaled, place = [-1.0] * SOURCES, [0] * SOURCES
        for s in HAS:
            if rng.random() < 0.85:
                seen = 0.5 + 0.15 * (skill[s] * like + rng.gauss(0, 1))
                scaled[s] = round(min(1.0, max(0.0, seen)), 4)
        rows.append((int(like in best), scaled, place, value))
    for s in HAS:
        order = sorted((-m[1][s], n) for n, m in enumerate(rows) if m[1][s] >= 0)
        for at, (_, n) in enumerate(order):
            rows[n][2][s] = min(at, PLACES)
    return rng.randint(0, 1), relevant + len(best), rows


def main():
    decimal.getcontext().prec = 40
    rng = random.Random(11)
    for x in [0.0, 1.0, -1.0, 0.5, -0.3465, 0.3466, 20.25, -37.5, 300.0, -300.0, 699.0, -699.0,
              *(rng.uniform(-50, 5) for _ in range(40))]:
        print("exp", repr(x), repr(float(decimal.Decimal(x).exp())))
    for name, count, chosen, skill, own in (
            ("unsure", 14, "minmax", {0: 0.5, 1: 0.4, 2: 0.6, 6: 0.2}, (0, 0.5, 0, 0.3)),
            ("all_count", 60, "calibrated", {0: 0.8, 1: 0.5, 2: 1.0, 6: 0.3}, (0.1, 0.8, -0.2, 1.0)),
            ("movies_count", 120, "calibrated", {0: 0.4, 1: 0.4, 2: 0.5, 6: 0.2}, (0.6, 2.0, -0.5, 2.0)),
            ("one_knows", 60, "minmax", {0: 0.0, 1: 0.0, 2: 3.0, 6: 0.0}, (0, 0, 0, 0)),
            ("one_misleads", 50, "calibrated", {0: -0.8, 1: -0.5, 2: 1.5, 6: 0.2}, (0, 0, 0, 0)),
            ("nobody_knows", 30, "minmax", {0: 0.0, 1: 0.0, 2: 0.0, 6: 0.0}, (0, 0, 0, 0)),
            ("few", 7, "calibrated", {0: 1.0, 1: 1.0, 2: 1.0, 6: 1.0}, (0, 0.5, 0, 0.5))):
        if name == "unsure":  # by NDCG within a standard error, by likelihood not better
            rng.seed(4)
        users = [make_user(rng, skill, own) for _ in range(count)]
        table = {s: sorted((round(rng.random(), 4) for _ in range(PLACES + 1)), reverse=True)
                 for s in HAS}
        print("case", name, count, chosen)
        for s in HAS:
            print("table", s, *table[s])
        for part, relevant, movies in users:
            print("user", part, relevant)
            for hit, scaled, place, value in movies:
                print("movie", hit, *scaled, *place, *value)
        expected(users, table, chosen)


if __name__ == "__main__":
    main()
