"""Section 3, a learned ranker: for oracle.py."""
import math

import numpy as np

from make_ranker_fixture import fit, gain, likelihood, ndcg

DEPTH = 50
OWN = ("raters", "mean_rating", "age", "taste")
NUMBER = {"user_cf": 0, "content": 1, "popularity": 6}  # of the fixture's columns
LEAST = 1e-6  # popularity's weight


def scale(scores):
    low, high = min(scores.values(), default=0), max(scores.values(), default=0)
    return {i: (s - low) / (high - low) if high > low else 1.0 for i, s in scores.items()}


class Ranker:
    """What training learns. `model`: an Oracle; `twin`: the same without what it hides."""

    def __init__(self, model, twin, sample):
        self.years(twin)
        self.taste, self.blurred = 0.0, False
        self.asked = [(model.part[user], relevant, *self.choices(twin, user))
                      for user, relevant in sample if relevant]
        known = [x[10] for _, relevant, movies, xs, _ in self.asked if relevant & set(movies)
                 for x in xs if x[10] >= 0]
        self.taste = sum(known) / len(known) if known else 0.0
        self.weights = dict.fromkeys(NUMBER, 0.0) | dict.fromkeys(OWN, 0.0)
        self.use, self.single, self.sure = "blend", "user_cf", True
        self.tied = False
        self.ndcg = {"blend": 0.0, "single": 0.0, "ranker": 0.0}
        if self.asked:
            self.learn(model)

    def years(self, twin):
        years = [m["year"] for m, n in zip(twin.catalogue, twin.raters) if n > 0 and m["year"]]
        self.newest, self.age = max(years, default=0), 0.0
        ages = [math.log(1 + self.newest - year) for year in years]
        self.age = sum(ages) / len(ages) if ages else 0.0

    def own(self, model, movie, taste):
        """The movie's own features; the last one is -1 where nothing is known."""
        low, high = model.scale
        mean = (model.sums[movie] + 5 * model.mean) / (model.raters[movie] + 5)
        year = model.catalogue[movie]["year"]
        genres = model.genres(movie)
        return [math.log(1 + model.raters[movie]), (mean - low) / (high - low) if high > low else 0.0,
                math.log(1 + max(0, self.newest - year)) if year else self.age,
                sum(taste.get(g, 0.0) for g in genres) / len(genres) if taste and genres else -1.0]

    def choices(self, twin, user):
        """Movies, their features, and what each source says of them."""
        row = twin.ratings[user]
        scores = twin.recall(user, row, twin.times_of(user), twin.candidates(row, {}))[0]
        order = {s: sorted(scores[s], key=lambda i: (-scores[s][i], i)) for s in NUMBER}
        movies = sorted({i for s in NUMBER for i in order[s][:DEPTH]})
        for s in ("user_cf", "content"):  # rounding decides who is among the first
            edge = [scores[s][i] for i in order[s][DEPTH - 1:DEPTH + 1]]
            self.blurred |= len(edge) == 2 and math.isclose(*edge, rel_tol=1e-9)
        said = {s: scale(scores[s]) for s in NUMBER}
        place = {s: {i: min(n, 1000) for n, i in enumerate(order[s])} for s in NUMBER}
        taste, features = twin.taste(row), []
        for i in movies:
            x = [0.0] * 7 + self.own(twin, i, taste)
            for s, at in NUMBER.items():
                x[at] = math.log(1 + 10 * said[s][i]) if i in said[s] else 0.0
            features.append(x)
        return movies, features, (said, place)

    def learn(self, model):
        data, blended, alone = [], [], {s: [] for s in NUMBER}
        weight = model.blend_weights({})
        for part, relevant, movies, features, (said, place) in self.asked:
            for x in features:
                x[10] = self.taste if x[10] < 0 else x[10]
            hit = np.array([int(i in relevant) for i in movies])
            data.append((part, np.array(features).reshape(len(movies), 11), hit))

            def judged(score, movies=movies, relevant=relevant):
                found = sorted((-score(i), i) for i in movies if score(i) is not None)
                return ndcg([int(i in relevant) for _, i in found], len(relevant))

            def blend(i, said=said, place=place):
                parts = [weight[s] * (said[s][i] if model.auto == "minmax" else
                                      model.table[s][place[s][i]] + 1e-6 * said[s][i])
                         for s in NUMBER if i in said[s] and weight[s] > 0]
                return sum(parts) if sum(parts) > 0 else None
            any_hit = hit.sum() > 0
            blended.append(judged(blend) if any_hit else 0.0)
            for s in NUMBER:
                alone[s].append(judged(said[s].get) if any_hit else 0.0)

        def taught(without):
            return [(x, hit) for part, x, hit in data if part != without and hit.sum() > 0]
        w, half = fit(taught(-1)), [fit(taught(0)), fit(taught(1))]
        self.single = max(NUMBER, key=lambda s: (np.mean(alone[s]), -NUMBER[s]))
        only = [fit(taught(k), NUMBER[self.single]) for k in (0, 1)]
        value = [(x * half[p]).sum(axis=1) for p, x, hit in data]
        best = [np.diff(np.sort(-z)[:12]) for z in value]
        self.tied = any((d < 1e-9).any() for d in best)  # rounding may decide
        ranked = [ndcg(list(hit[np.argsort(-z, kind="stable")]), len(relevant)) if hit.sum() else 0.0
                  for z, (_, _, hit), (_, relevant, *_) in zip(value, data, self.asked)]
        told = [[likelihood(x, hit, v[p]) if hit.sum() else 0.0 for p, x, hit in data]
                for v in (half, only)]
        self.ndcg = {"blend": np.mean(blended), "single": np.mean(alone[self.single]),
                     "ranker": np.mean(ranked)}
        self.weights = {s: w[at] for s, at in NUMBER.items()} | dict(zip(OWN, w[7:]))
        self.decide(gain(*told), [gain(ranked, alone[self.single]), gain(ranked, blended)])

    def decide(self, more, gains):
        """`sure`: no rounding could change it."""
        margins = [more[0] - 2 * more[1]] + [mean + error for mean, error in gains]
        better = self.ndcg["single"] - self.ndcg["blend"]
        self.use = "single" if better > 0 else "blend"
        if margins[0] > 0 and min(margins[1:]) >= 0:
            self.use = "ranker"
        self.sure = min(map(abs, [*margins, better])) > 1e-6

    def check(self, told):
        """Compare with what the manifest tells, and take over its digits. None, or a problem."""
        for what, value in ({} if self.blurred else self.ndcg).items():
            if abs(value - told[f"ndcg_{what}"]) > 1e-6:
                if what == "ranker" and self.tied:
                    self.sure = False
                    continue
                return f"NDCG of {what}: {told[f'ndcg_{what}']!r}, expected {value!r}"
        found = told["weights"] | told["movie_weights"]
        for what, value in ({} if self.blurred else self.weights).items():
            if abs(value - found[what]) > 1e-4:
                return f"weight of {what}: {found[what]!r}, expected {value!r}"
        if self.sure and not self.blurred and (self.use, self.single) != (told["use"], told["single"]):
            return f"learned is {told['use']} ({told['single']}), expected {self.use} ({self.single})"
        self.use, self.single = told["use"], told["single"]
        self.weights = found
        return None

    def rank(self, model, row, scores, candidates):
        """{movie: recall} and {source: {movie: its part}}."""
        a = {s: self.weights[s] if self.use == "ranker" else float(s == self.single) for s in NUMBER}
        a["popularity"] = max(a["popularity"], LEAST)
        scores = {s: scores[s] if a[s] > 0 else {} for s in NUMBER}
        said, taste = {s: scale(scores[s]) for s in NUMBER}, model.taste(row)
        known = any(scores[s] for s in NUMBER if s != "popularity")
        popular = sorted(scores["popularity"], key=lambda i: (-scores["popularity"][i], i))[:1000]
        listed = set(popular).union(*(scores[s] for s in NUMBER if s != "popularity"))
        value, part = {}, {s: {} for s in NUMBER if a[s] > 0}
        for i in listed:
            own = 0.0
            if known and self.use == "ranker":
                x = self.own(model, i, taste)
                x[3] = self.taste if x[3] < 0 else x[3]
                own = sum(self.weights[name] * v for name, v in zip(OWN, x))
            amount = {s: (a[s] if known else float(s == "popularity")) * math.log(1 + 10 * said[s][i])
                      for s in part if i in said[s]}
            value[i] = sum(amount.values()) + own
            if own > 0 and "popularity" in amount:
                amount["popularity"] += own
            whole, last = sum(amount.values()), list(amount)[-1]
            for s in amount:
                part[s][i] = amount[s] / whole if whole > 0 else float(s == last)
        top = max(value.values(), default=0.0)
        recall = {i: math.exp(value[i] - top) if i in value else 0.0 for i in candidates}
        for s in part:
            for i in scores[s]:
                part[s][i] = part[s].get(i, 0.0) * recall[i]
        return recall, part
