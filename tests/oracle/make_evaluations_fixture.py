#!/usr/bin/env python3
"""Write tests/data/evaluations.txt: small worlds, and what variety.py and metrics.py say of lists
in them.

    /usr/bin/python3 tests/oracle/make_evaluations_fixture.py > tests/data/evaluations.txt

A world is `case NAME`, its files (`file NAME LINES` and the lines), then what is expected, fields
separated by tabs, `nan`: not defined. SYSTEM is `run` (the file run.csv), `listed` (the same with
candidates.csv), `popular` (the most rated movies that the user has not rated) or `few` (the same
with candidates.csv). K of the groups, exposure and AUC is 5.

    value SYSTEM METRIC K VALUE
    curve SYSTEM lists|training SHARES...         of the first 0, 1, 2, ... movies
    ends SYSTEM HEAD MIDDLE
    group SYSTEM BY NAME USERS RELEVANT PRECISION RECALL F1 NDCG HIT_RATE MAP MRR AUC
    examples SYSTEM JSON                          the report's, and
    titles SYSTEM JSON                            those of the movies in them
"""
import csv
import io
import json
import math
import random
from datetime import datetime, timezone

import metrics
import splits
import variety
from sklearn.metrics import roc_auc_score

LEAST, CUTS, TOLD = 4, (1, 5, 12), 5
BASE, DAY = 1_500_000_000, 86400
NAMES = ("precision", "recall", "f1", "ndcg", "hit_rate", "map", "mrr")
GENRES = ("Comedy", "Drama", "War", "Film-Noir")


# ---- worlds -----------------------------------------------------------------------------

class World:
    """users, movies: ids; what a file holds as rows."""

    def __init__(self, rng, kind):
        self.rng, self.kind = rng, kind
        one = kind == "one"
        self.train_users = [self.user(i) for i in range(1, 4 if one else 16)]
        self.movies = [self.movie(i) for i in range(1, 9 if kind == "small" else 31)]
        tested = self.train_users[:1] if one else self.train_users + [self.user(i)
                                                                      for i in (90, 91, 92)]
        self.train, self.test = [], []
        self.rate(tested)
        self.catalogue = {m: self.genres() for m in self.movies}
        self.run = {u: self.ranking(u) for u in tested + [self.user(77)]}
        self.run = {u: ranked for u, ranked in self.run.items() if ranked}
        self.candidates = self.choose(tested)

    def user(self, number):
        return f"ü-{number:02d}" if self.kind == "texts" else str(number * 3)

    def movie(self, number):
        return f"film {number} é" if self.kind == "texts" else str(number * 7)

    def genres(self):
        if self.kind == "no genres" or self.rng.random() < 0.2:
            return []
        return self.rng.sample(GENRES, self.rng.randint(1, 3))

    def rate(self, tested):
        """Movies with small numbers are rated more often, the last ones by nobody."""
        rng = self.rng
        rated = self.movies[: max(4, len(self.movies) - 6)]
        for user in dict.fromkeys(self.train_users + tested):
            order = sorted(rated, key=lambda m: rng.random() * (rated.index(m) + 2))
            size = 4 if self.kind == "equal" else rng.randint(1, len(rated) // 2)
            trained = order[:size] if user in self.train_users else []
            for movie in trained:
                self.train.append((user, movie, rng.randint(1, 10) / 2, self.time()))
            if user not in tested:
                continue
            rest = [m for m in self.movies if m not in trained]
            strange = [self.movie(n) for n in (70, 71, 72)]
            for movie in rng.sample(rest, min(len(rest), rng.randint(1, 6))):
                self.test.append((user, movie, rng.randint(4, 10) / 2, self.time()))
            if rng.random() < 0.4:
                self.test.append((user, rng.choice(strange), 4.5, self.time()))
        self.train[0] = self.train[0][:2] + (5.0,) + self.train[0][3:]
        self.test[0] = self.test[0][:2] + (5.0,) + self.test[0][3:]
        if self.kind == "nothing liked":
            liked = self.test[0][0]
            self.test = [row if row[0] == liked else row[:2] + (2.0, row[3]) for row in self.test]

    def time(self):
        days = self.rng.choice((0, 1, 5, 9)) if self.kind == "equal" else self.rng.randrange(90)
        return BASE + days * DAY

    def ranking(self, user):
        rng = self.rng
        seen = {m for u, m, _, _ in self.train if u == user}
        pool = [m for m in self.movies if m not in seen] + [self.movie(70), self.movie(88)]
        rng.shuffle(pool)
        length = rng.choice((0, 1, 3, 5, 9, 14, len(pool)))
        return [(movie, rng.randint(2, 14) / 4) for movie in pool[:length]]

    def choose(self, tested):
        """Whoever likes something has candidates; some are unknown, some were seen."""
        chosen = {}
        liked = {u for u, _, rating, _ in self.test if rating >= LEAST}
        for user in tested:
            if user not in liked and self.rng.random() < 0.7:
                continue
            count = self.rng.randint(1, min(8, len(self.movies)))
            chosen[user] = self.rng.sample(self.movies, count)
            if self.rng.random() < 0.3:
                chosen[user].append(self.movie(99))
        return chosen

    def attributes(self):
        rng = self.rng
        rows = [(u, rng.choice(("f", "m", "")), rng.choice(("18-25", "ältere", "60+")))
                for u in self.train_users + [self.user(91), self.user(500)]
                if rng.random() < 0.85]
        return rows


def table(header, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def number(value):
    return "nan" if value is None else repr(value)


def put(*fields):
    print(*(field if isinstance(field, str) else number(field) for field in fields), sep="\t")


def put_file(name, text):
    print("file", name, text.count("\n"))
    print(text, end="")


# ---- what is known of a world -----------------------------------------------------------

def in_order(ids):
    """As docs/conventions.md says: integers by value if all are, else by their bytes."""
    whole = all(i.isdigit() for i in ids)
    return sorted(ids, key=int if whole else lambda i: i.encode())


class Known:
    def __init__(self, world):
        self.profile = {}
        self.raters = {}
        for user, movie, _, _ in world.train:
            self.profile.setdefault(user, []).append(movie)
            self.raters[movie] = self.raters.get(movie, 0) + 1
        ids = in_order(set(world.catalogue) | set(self.raters))
        self.movies = sorted(ids, key=lambda m: -self.raters.get(m, 0))
        self.train_users = len(self.profile)
        self.genres = world.catalogue
        self.grades = {}
        for user, movie, rating, _ in world.test:
            self.grades.setdefault(user, {})[movie] = rating
        self.relevant = {u: {m for m, g in grades.items() if g >= LEAST}
                         for u, grades in self.grades.items()}
        self.evaluated = [u for u in self.grades if self.relevant[u]]


class System:
    """Rankings as (movie, score), of whoever has one. full: how many movies a ranking of a user
    must hold to be one of all candidates, where it may be something else."""

    def __init__(self, name, rankings, full=None):
        self.name = name
        self.full = full
        self.rankings = {u: ranked for u, ranked in rankings.items() if ranked}
        self.lists = {u: [m for m, _ in ranked] for u, ranked in self.rankings.items()}


def by_score(ranked):
    return sorted(ranked, key=lambda pair: -pair[1])


def popular(world, known, few):
    rankings = {}
    for user in known.grades:
        fit = set(known.movies) - set(known.profile.get(user, ()))
        if few:
            fit &= set(world.candidates.get(user, ())) | set(known.grades[user])
        rankings[user] = [(m, known.raters.get(m, 0)) for m in known.movies if m in fit]
    return System("few" if few else "popular", rankings)


def from_run(world, known, listed):
    rankings = {u: by_score(ranked) for u, ranked in world.run.items()}
    if not listed:
        return System("run", rankings,
                      lambda user: len(known.movies) - len(known.profile.get(user, ())))

    def fit(user):
        return set(world.candidates.get(user, ())) | set(known.grades.get(user, ()))
    for user, ranked in rankings.items():
        rankings[user] = [pair for pair in ranked if pair[0] in fit(user)]
    return System("listed", rankings, lambda user: len(fit(user)))


# ---- what is expected -------------------------------------------------------------------

def aucs(known, system):
    values = {}
    for user in known.evaluated:
        ranked, relevant = system.rankings.get(user), known.relevant[user]
        values[user] = variety.auc(ranked, relevant) if ranked else None
        if system.full and ranked and not (relevant <= {m for m, _ in ranked} and
                                           len(ranked) >= system.full(user)):
            values[user] = None
        if values[user] is not None and relevant <= {m for m, _ in ranked}:
            peer = roc_auc_score([m in relevant for m, _ in ranked], [s for _, s in ranked])
            assert abs(peer - values[user]) < 1e-12, (peer, values[user])
    return values


def mean_of(values):
    return variety.mean(v for v in values if v is not None)


def put_values(known, system):
    for k in CUTS:
        report = metrics.evaluate(system.lists, known.relevant, k, len(known.movies))["metrics"]
        lists = [system.lists.get(u, [])[:k] for u in known.evaluated]
        profiles = [known.profile.get(u, []) for u in known.evaluated]
        relevant = [known.relevant[u] for u in known.evaluated]
        report["user_coverage"] = variety.user_coverage(lists)
        report["diversity_cosine"] = variety.diversity_cosine(lists)
        report["diversity_jaccard"] = variety.diversity_jaccard(lists)
        report["gini"] = variety.gini(lists, len(known.movies))
        report["entropy"] = variety.entropy(lists)
        report["novelty"] = variety.novelty(lists, known.raters, known.train_users)
        report["popularity_bias"] = variety.popularity_bias(list(zip(lists, profiles)),
                                                            known.raters, known.train_users)
        report["tail"] = variety.tail(lists, known.movies, known.raters)
        report["ild"] = variety.intra_list(lists, known.genres)
        report["serendipity"] = variety.serendipity(list(zip(lists, relevant)),
                                                    known.movies, known.raters)
        report["auc"] = mean_of(aucs(known, system).values())
        report["rmse"], report["mae"] = errors(known, system)
        for name, value in report.items():
            put("value", system.name, name, str(k), value)


def errors(known, system):
    if system.name in ("popular", "few"):
        return None, None
    gaps = [score - known.grades[u][m] for u in known.grades
            for m, score in system.rankings.get(u, ()) if m in known.grades[u]]
    if not gaps:
        return None, None
    return math.sqrt(variety.mean(g * g for g in gaps)), variety.mean(abs(g) for g in gaps)


def put_exposure(known, system):
    lists = [system.lists.get(u, [])[:TOLD] for u in known.evaluated]
    if not any(lists):
        return
    shown, rated, ends = variety.exposure(lists, known.movies, known.raters)
    put("curve", system.name, "lists", *shown)
    put("curve", system.name, "training", *rated)
    put("ends", system.name, *ends)


def borders(numbers):
    """Upper ends of quarters; equal numbers stay together, so ends that are equal are one."""
    ordered = sorted(numbers)
    ends = [ordered[len(ordered) * q // 4 - 1] for q in (1, 2, 3, 4) if len(ordered) * q // 4 > 0]
    return sorted(set(ends))


def quarters(numbers):
    """(least, largest) of each part."""
    ends = borders(numbers)
    least = [float("-inf")] + ends
    return [(min(n for n in numbers if below < n <= end), end) for below, end in zip(least, ends)]


def put_group(known, system, by, name, judged, values):
    """judged: (user, movie) of the part. values: AUC of each user, or None."""
    relevant = {}
    for user, movie in judged:
        if movie in known.relevant[user]:
            relevant.setdefault(user, set()).add(movie)
    if not relevant:
        return
    report = metrics.evaluate(system.lists, relevant, TOLD, len(known.movies))["metrics"]
    area = mean_of(values[u] for u in relevant) if values is not None else None
    put("group", system.name, by, name, str(len(relevant)),
        str(sum(len(r) for r in relevant.values())), *(report[n] for n in NAMES), area)


def put_groups(world, known, system, attributes):
    values = aucs(known, system)
    pairs = [(u, m) for u, grades in known.grades.items() for m in grades]
    sizes = {u: len(known.profile.get(u, ())) for u in known.grades}
    put_group(known, system, "activity", "no training ratings",
              [p for p in pairs if sizes[p[0]] == 0], values)
    for low, high in quarters([s for s in sizes.values() if s > 0]):
        put_group(known, system, "activity", f"{low} to {high} training ratings",
                  [p for p in pairs if low <= sizes[p[0]] <= high], values)
    group = variety.tail_groups(known.movies, known.raters)
    for part, name in (("head", "head: the most rated movies, half of all ratings"),
                       ("middle", "middle: the next, 30 % of all ratings"),
                       ("tail", "tail: all other movies")):
        put_group(known, system, "popularity", name,
                  [p for p in pairs if group.get(p[1], "tail") == part], None)
    if system.name in ("popular", "few"):
        times = {(u, m): t for u, m, _, t in world.test}
        for low, high in quarters(list(times.values())):
            dates = [datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%d")
                     for t in (low, high)]
            put_group(known, system, "time", " to ".join(dates),
                      [p for p in pairs if low <= times[p] <= high], None)
    for column, by in ((1, "gender"), (2, "Age group")):
        known_of = {row[0]: row[column] for row in attributes if row[column]}
        asked = [v for row in attributes if row[0] in known.grades
                 for v in [row[column]] if v]
        for value in dict.fromkeys(asked):
            put_group(known, system, by, value,
                      [p for p in pairs if known_of.get(p[0]) == value], values)


def put_examples(world, known, system, judged):
    """Five users with something relevant, by the hash of their ids; judged: pairs in the order in
    which they are shown."""
    chosen = sorted(known.evaluated, key=lambda user: splits.hashed(user, 0))[:5]
    examples = [{"user": user,
                 "relevant": [m for u, m in judged if u == user and m in known.relevant[u]],
                 "list": system.lists.get(user, [])[:TOLD]} for user in chosen]
    titles = {m: "Title of " + m for e in examples for m in e["relevant"] + e["list"]
              if m in world.catalogue}
    for name, value in (("examples", examples), ("titles", titles)):
        put(name, system.name, json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def put_case(rng, kind):
    world = World(rng, kind)
    known = Known(world)
    attributes = world.attributes()
    judged = [(u, m, r) for u, m, r, _ in world.test]
    rng.shuffle(judged)
    print("case", kind)
    put_file("train.csv", table(("userId", "movieId", "rating", "timestamp"), world.train))
    put_file("test.csv", table(("userId", "movieId", "rating", "timestamp"), world.test))
    put_file("judgements.csv", table(("user", "movie", "grade"), judged))
    put_file("movies.csv", table(("movieId", "title", "genres"),
                                 [(m, "Title of " + m, "|".join(g))
                                  for m, g in world.catalogue.items()]))
    put_file("run.csv", table(("user", "movie", "score"),
                              [(u, m, s) for u, ranked in world.run.items() for m, s in ranked]))
    put_file("candidates.csv", table(("user", "movie"), [(u, m) for u, ms in
                                                         world.candidates.items() for m in ms]))
    put_file("attributes.csv", table(("User_ID", "gender", "Age group"), attributes))
    for system in (from_run(world, known, False), from_run(world, known, True),
                   popular(world, known, False), popular(world, known, True)):
        put_values(known, system)
        put_exposure(known, system)
        put_groups(world, known, system, attributes)
        pairs = [(u, m) for u, m, _ in judged]
        if system.name in ("popular", "few"):
            order = in_order({m for _, m in pairs})
            pairs.sort(key=lambda pair: order.index(pair[1]))
        put_examples(world, known, system, pairs)


def main():
    rng = random.Random(20240915)
    for kind in ("plain", "texts", "one", "small", "equal", "no genres", "nothing liked"):
        put_case(rng, kind)


if __name__ == "__main__":
    main()
