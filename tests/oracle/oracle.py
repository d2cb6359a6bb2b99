"""The formulas of docs/models.md once more, in plain Python: slow, short and made to be read.

run.py compares the library with it on small random data. Section numbers are those of the
page. Everything is numbered in id order, ratings are a users x movies table with NaN where
there is none.
"""
import copy
import math
import re
from collections import Counter, defaultdict

import numpy as np

from oracle_ranker import Ranker
from oracle_rows import id_order, latest, milliseconds, stored
from oracle_words import STOP_WORDS, hash64

RANKS = 1000  # a calibration table's entries; one more stands for all ranks beyond
RRF = 60
SAMPLE_SEED = 0x5EED0CA11B
SOURCES = ("user_cf", "content", "popularity")


def by_score(scores):
    """Movies by (score falling, id rising)."""
    return sorted(scores, key=lambda i: (-scores[i], i))


# ---- 2. content ----------------------------------------------------------------------------

def words(text):
    return [w for w in re.findall(r"\w\w+", text.lower()) if w not in STOP_WORDS]


def names(text):
    return [name.strip() for name in text.lower().split("|") if name.strip()]


def terms_of(movie, option):
    """{term: weight * count} of one catalogue entry."""
    fields = {"genres": names(movie["genres"]), "title": words(movie["title"]),
              "overview": words(movie["overview"]), "cast": names(movie["cast"]),
              "tags": names(movie["tags"]),
              "decade": [str(movie["year"] // 10 * 10)] if movie["year"] else []}
    tf = {}
    for field, found in fields.items():
        weight = option(f"content_based.{field}_weight")
        for term, count in Counter(found).items():
            if weight > 0:
                tf[field, term] = weight * count
    return tf


def tfidf(documents):
    """scikit-learn's TfidfVectorizer with smooth_idf, as one dense row per document."""
    n, df = len(documents), Counter(t for d in documents for t in d)
    column = {t: j for j, t in enumerate(sorted(df))}
    rows = np.zeros((n, len(column)))
    for i, document in enumerate(documents):
        for term, tf in document.items():
            rows[i, column[term]] = tf * (math.log((1 + n) / (1 + df[term])) + 1)
        norm = np.linalg.norm(rows[i])
        if norm > 0:
            rows[i] /= norm
    return np.float32(rows).astype(float)


# ---- 2. user CF ----------------------------------------------------------------------------

def ratio(product, square_a, square_b):
    if square_a <= 0 or square_b <= 0:
        return 0.0
    return min(1.0, max(-1.0, product / (math.sqrt(square_a) * math.sqrt(square_b))))


def moments(x, y, mean_x, mean_y):
    """Sum of (x - mean_x)(y - mean_y); 0 where it is nothing but rounding."""
    left = math.fsum((x - mean_x) * (y - mean_y))
    size = math.sqrt(math.fsum(x * x)) * math.sqrt(math.fsum(y * y))
    return left if abs(left) > 1e-12 * size else 0.0


def similarity(kind, a, b):
    """a, b: two users' rows. Returns (similarity, n)."""
    common = ~np.isnan(a) & ~np.isnan(b)
    x, y = a[common], b[common]
    if len(x) == 0:
        return 0.0, 0
    if kind == "cosine":
        return ratio(math.fsum(x * y), np.nansum(a**2), np.nansum(b**2)), len(x)
    if kind == "corated_cosine":
        return ratio(math.fsum(x * y), math.fsum(x * x), math.fsum(y * y)), len(x)
    if kind == "jaccard":
        return len(x) / np.count_nonzero(~np.isnan(a) | ~np.isnan(b)), len(x)
    if kind == "pearson":
        mx, my = math.fsum(x) / len(x), math.fsum(y) / len(y)
    else:  # adjusted_cosine
        mx, my = np.nanmean(a), np.nanmean(b)
    return ratio(moments(x, y, mx, my), moments(x, x, mx, mx), moments(y, y, my, my)), len(x)


# ---- 3. calibration ------------------------------------------------------------------------

def falling(values, weights):
    """Isotonic regression by pool adjacent violators; a value without weight joins the one
    before."""
    blocks = []  # [mean, weight, length]
    for value, weight in zip(values, weights):
        if weight == 0 and blocks:
            blocks[-1][2] += 1
            continue
        blocks.append([value, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            b, a = blocks.pop(), blocks.pop()
            total = a[1] + b[1]
            mean = (a[0] * a[1] + b[0] * b[1]) / total if total else 0.0
            blocks.append([mean, total, a[2] + b[2]])
    return [mean for mean, _, length in blocks for _ in range(length)]


def shares(weighted):
    """{genre: share} of [(genres, weight)]: each weight spread evenly over its genres."""
    found = Counter()
    for genres, weight in weighted:
        for genre in genres:
            found[genre] += weight / len(genres)
    whole = math.fsum(found.values())
    return {genre: weight / whole for genre, weight in found.items()}


def ndcg(ranked, relevant, k=10):
    gain = sum(1 / math.log2(r + 2) for r, i in enumerate(ranked[:k]) if i in relevant)
    return gain / sum(1 / math.log2(r + 2) for r in range(min(k, len(relevant))))


class Oracle:
    """A model. rows: (user, movie, rating, time); catalogue: {id: dict}; options: {key: value}
    with the keys of config.yaml without "model."."""

    def __init__(self, rows, catalogue, options):
        self.options = options
        kept = latest(rows)
        self.users = id_order([u for u, _ in kept])
        self.movies = id_order([m for _, m in kept] + list(catalogue))
        self.user_at = {u: n for n, u in enumerate(self.users)}
        self.movie_at = {m: n for n, m in enumerate(self.movies)}
        self.ratings = np.full((len(self.users), len(self.movies)), np.nan)
        self.times = {}
        for (u, m), (time, rating) in kept.items():
            self.ratings[self.user_at[u], self.movie_at[m]] = rating
            self.times[self.user_at[u], self.movie_at[m]] = time
        self.count_ratings()
        self.scale = float(np.nanmin(self.ratings)), float(np.nanmax(self.ratings))
        blank = dict(title="", genres="", cast="", overview="", tags="", year=0)
        self.catalogue = [{**blank, **catalogue.get(m, {})} for m in self.movies]
        self.fit_content()
        self.fit_fusion()

    def count_ratings(self):
        self.raters = np.sum(~np.isnan(self.ratings), axis=0)
        self.most_raters = int(max(self.raters))
        self.newest = max(t for at, t in self.times.items() if not math.isnan(self.ratings[at]))
        self.popularity = self.raters.astype(float)
        if self.option("popularity.half_life") > 0:
            self.popularity = self.recent(self.option("popularity.half_life"))
        self.places = None
        self.sums = np.nansum(self.ratings, axis=0)
        self.mean = float(np.nanmean(self.ratings))

    def option(self, key, query=None):
        return (query or {}).get("options", {}).get(key, self.options[key])

    def recent(self, half_life):
        """Sums of 2^(-age / half-life), each in steps of 2^-24 and one step at least."""
        times = {at: time for at, time in self.times.items() if not math.isnan(self.ratings[at])}
        found = np.zeros(len(self.movies))
        for (_, m), time in times.items():
            age = (self.newest - time) / 86_400_000 if time > 0 else 0
            found[m] += max(1, math.floor(2 ** (24 - age / half_life) + .5)) / 2**24
        return found

    def fit_content(self):
        self.vectors = tfidf([terms_of(m, self.option) for m in self.catalogue])
        similar = self.vectors @ self.vectors.T
        self.similar = []
        for j in range(len(self.movies)):
            near = {i: stored(min(s, 1.0)) for i, s in enumerate(similar[j])
                    if i != j and s > 0}
            best = by_score(near)[:self.option("content_based.top_n_similar_movies")]
            self.similar.append({i: near[i] for i in best})

    # ---- 1. the query ----

    def profile(self, query):
        user = self.user_at.get(query.get("user"))
        row = np.full(len(self.movies), np.nan) if user is None else self.ratings[user].copy()
        time = {} if user is None else self.times_of(user)
        for movie, rating, when in query.get("ratings", []):
            m = self.movie_at.get(movie)
            when = milliseconds(when) if when else math.inf  # without a time: now
            if m is not None and when >= time.get(m, -math.inf):
                row[m], time[m] = np.float32(rating), when
        return user, row, time

    def times_of(self, user):
        return {m: t for (u, m), t in self.times.items() if u == user}

    def worth(self, row, time):
        """{movie: what its rating counts}: less with age, less if far below the mean."""
        rated = np.flatnonzero(~np.isnan(row))
        half_life = self.option("ratings.half_life")
        least = float(np.mean(row[rated])) if len(rated) else 0.0
        low, high = self.scale
        span = high if low >= 0 else high - low
        least -= self.option("ratings.negative_margin") * span / 5
        found = {}
        for m in map(int, rated):
            below = max(0.0, least - float(row[m]))
            found[m] = float(row[m]) - self.option("ratings.negative_weight") * below
            if half_life > 0 and 0 < time[m] < self.newest:
                steps = math.floor((self.newest - time[m]) / (half_life * 86_400_000 / 64))
                found[m] *= 2 ** (-min(steps, 24 * 64) / 64)
        return found

    def candidates(self, row, query):
        first, last = query.get("years", (0, 0))
        wanted = {g.lower() for g in query.get("genres", [])}
        allow, deny = query.get("allow", []), query.get("deny", [])
        found = []
        for i, entry in enumerate(self.catalogue):
            year = entry["year"]
            if (math.isnan(row[i]) and self.movies[i] not in deny
                    and (not allow or self.movies[i] in allow)
                    and (not wanted or wanted & set(names(entry["genres"])))
                    and (not (first or last) or year and (not first or year >= first)
                         and (not last or year <= last))
                    and self.raters[i] >= self.option("recommendation.min_ratings", query)):
                found.append(i)
        return found

    # ---- 2. recall: what each source says, and why ----

    def alike(self, a, b):
        """(s, n) of two rows that may be neighbours, or None."""
        option = self.option
        s, n = similarity(option("collaborative_filtering.similarity"), a, b)
        if n < option("collaborative_filtering.min_common_items"):
            return None
        s = stored(s * n / (n + option("collaborative_filtering.shrinkage")))
        return (s, n) if s > stored(option("collaborative_filtering.similarity_threshold")) \
            else None

    def all_pairs(self):
        """For each user the places of all who may be neighbours, best first."""
        if self.places is None:
            self.places = [[] for _ in self.users]
            for u in range(len(self.users)):
                for v in range(u):
                    pair = self.alike(self.ratings[u], self.ratings[v])
                    if pair:
                        self.places[u].append((-pair[0], -pair[1], v))
                        self.places[v].append((-pair[0], -pair[1], u))
            for places in self.places:
                places.sort()
        return self.places

    def neighbours(self, user, row):
        """[(s, n, v)], best first."""
        most = self.option("collaborative_filtering.n_neighbors")
        who = self.option("collaborative_filtering.neighborhood")
        pairs = {v: self.alike(row, self.ratings[v])
                 for v in range(len(self.users)) if v != user}
        found = sorted((-pair[0], -pair[1], v) for v, pair in pairs.items() if pair)
        counted = [] if who == "reverse" else found[:most]
        number = len(self.users) if user is None else user
        for s, n, v in [] if who == "own" else found:
            others = [place for place in self.all_pairs()[v] if place[2] != user]
            if sum(place < (s, n, number) for place in others) < most:
                counted.append((s, n, v))
        return [(-s, -n, v) for s, n, v in sorted(set(counted))]

    def recall(self, user, row, time, candidates):
        """{source: {movie: score}} and {source: {movie: [(who or which, amount)]}}."""
        option = self.option
        why = {"user_cf": defaultdict(list), "content": defaultdict(list)}
        value, weight, worth = (defaultdict(float) for _ in range(3))
        for s, _, v in self.neighbours(user, row):
            of_rating = self.worth(self.ratings[v], self.times_of(v))
            for i in candidates:
                if not math.isnan(self.ratings[v, i]):
                    value[i] += s * self.ratings[v, i]
                    weight[i] += abs(s)
                    worth[i] += s * of_rating[i]
                    why["user_cf"][i].append((v, s * of_rating[i]))
        damping = {"mean": 0, "damped_mean": option("collaborative_filtering.damping")}
        kind = option("collaborative_filtering.aggregation")
        cf = {}
        for i in value:
            if weight[i] > 0:
                cf[i] = worth[i] / (1 if kind == "sum" else weight[i] + damping[kind])
        content, wanted = defaultdict(float), set(candidates)
        for j, of_rating in self.worth(row, time).items():
            for i, s in self.similar[j].items():
                if i in wanted:
                    content[i] += s * of_rating
                    why["content"][i].append((j, s * of_rating))
        scores = {"user_cf": cf, "content": dict(content),
                  "popularity": self.popular(candidates)}
        for source, section in zip(SOURCES, ("collaborative_filtering", "content_based")):
            discount = option(f"{section}.popularity_discount")
            for i in scores[source]:
                scores[source][i] /= max(self.raters[i], 1) ** discount
        return scores, why, value, weight

    def popular(self, candidates):
        return {i: float(self.popularity[i]) for i in candidates if self.raters[i] > 0}

    # ---- 3. fusion ----

    def parts(self, source, scores, fusion):
        if not scores:
            return {}
        low, high = min(scores.values()), max(scores.values())
        part = {}
        for rank, i in enumerate(by_score(scores), 1):
            scaled = (scores[i] - low) / (high - low) if high > low else 1.0
            rank = min(rank, RANKS + 1)
            part[i] = {"minmax": scaled, "rrf": 1 / (RRF + rank), "calibrated":
                       self.table[source][rank - 1] + 1e-6 * scaled}[fusion]
        return part

    def fit_fusion(self):
        """What was hidden is foretold by a twin that never saw it."""
        twin, sample = self.validation()
        hits, seen = {}, {}
        for source in SOURCES:
            hits[source], seen[source] = np.zeros(RANKS + 1), np.zeros(RANKS + 1)
        for user, relevant in sample:
            row = twin.ratings[user]
            scores = twin.recall(user, row, self.times_of(user), twin.candidates(row, {}))[0]
            for source in SOURCES:
                for rank, i in enumerate(by_score(scores[source])):
                    seen[source][min(rank, RANKS)] += 1
                    hits[source][min(rank, RANKS)] += i in relevant
        self.table = {s: falling(hits[s] / np.maximum(seen[s], 1), seen[s]) for s in SOURCES}
        twin.table = self.table
        self.ndcg, twin.blurred = {}, False
        for fusion in ("calibrated", "minmax", "rrf"):
            query = {"options": {"hybrid.fusion": fusion}, "limit": 10}
            found = [ndcg(twin.make_list(user, twin.ratings[user], self.times_of(user),
                                        query)[0], relevant)
                     for user, relevant in sample if relevant]
            self.ndcg[fusion] = sum(found) / len(found) if found else 0.0
        self.twin, self.sample, self.ranker, self.blurred = twin, sample, None, twin.blurred
        self.auto = "minmax" if self.ndcg["minmax"] > self.ndcg["calibrated"] else "calibrated"

    def newest_ratings(self):
        """For each user {movie: is the rating one of the newest?}, or None: hide at random."""
        if self.option("hybrid.calibration_hides") == "random":
            return None
        times = list(self.times.values())
        most = self.option("hybrid.calibration_share") * len(times)
        border = min(t for t in [0, *times] if t >= 0 and sum(o > t for o in times) <= most)
        newer = [{m: t > border for m, t in self.times_of(u).items()}
                 for u in range(len(self.users))]
        both = [{*row.values()} == {True, False} and len(row) >= 3 for row in newer]
        return newer if any(both) else None

    def fit_ranker(self):
        """Once it is settled what "auto" means."""
        self.ranker = Ranker(self, self.twin, self.sample)

    def validation(self):
        """A model without the hidden ratings, and [(user, relevant hidden movies)]."""
        newer = self.newest_ratings()
        drawn = [(hash64(u, SAMPLE_SEED), n) for n, u in enumerate(self.users)
                 if np.sum(~np.isnan(self.ratings[n])) >= 3
                 and (newer is None or {*newer[n].values()} == {True, False})]
        sample, twin, self.part = [], copy.copy(self), {}
        twin.ratings = self.ratings.copy()
        for seed, u in sorted(drawn)[:self.option("hybrid.calibration_users")]:
            self.part[u] = seed & 1
            rated = [int(m) for m in np.flatnonzero(~np.isnan(self.ratings[u]))]
            rated.sort(key=lambda m: (hash64(self.movies[m], seed), m))
            hide = int(self.option("hybrid.calibration_share") * len(rated) + 0.5)
            hidden = rated[:min(hide, len(rated) - 1)]
            if newer is not None:
                hidden = [m for m, is_newer in newer[u].items() if is_newer]
            relevant = {m for m in hidden if self.ratings[u, m] >=
                        self.option("evaluation.relevance_threshold") * self.scale[1]}
            twin.ratings[u, hidden] = np.nan
            sample.append((u, relevant))
        for u, row in enumerate(newer or []):
            twin.ratings[u, [m for m, is_newer in row.items() if is_newer]] = np.nan
        twin.count_ratings()
        return twin, sorted(sample, key=lambda entry: entry[0])

    # ---- 4. and 5.: rerank and list ----

    def quality(self, i, query):
        low, high = self.scale
        damping, mean = self.option("rerank.rating_damping", query), float(self.raters[i] > 0)
        if high > low and self.raters[i] + damping > 0:
            mean = (self.sums[i] + damping * self.mean) / (self.raters[i] + damping)
            mean = (mean - low) / (high - low)
        return (self.option("rerank.popularity_weight", query) * self.raters[i] / self.most_raters
                + self.option("rerank.rating_weight", query) * mean)

    def predicted(self, i, value, weight, query):
        d = self.option("recommendation.prediction_damping", query)
        below = self.raters[i] + d
        mean = (self.sums[i] + d * self.mean) / below if below > 0 else self.mean
        below = weight.get(i, 0.0) + d
        return (value.get(i, 0.0) + d * mean) / below if below > 0 else mean

    def blend_weights(self, query):
        keys = ("hybrid.cf_weight", "hybrid.content_weight", "hybrid.popularity_weight")
        return dict(zip(SOURCES, (self.option(key, query) for key in keys)))

    def is_blend(self):
        return self.ranker is None or self.ranker.use == "blend"

    def make_list(self, user, row, time, query):
        """The list, and what is known of every candidate."""
        def option(key):
            return self.option(key, query)
        candidates = self.candidates(row, query)
        scores, why, value, weight = self.recall(user, row, time, candidates)
        fusion = option("hybrid.fusion")
        if fusion == "auto" or (fusion == "learned" and self.is_blend()):
            fusion = self.auto
        weights = self.blend_weights(query)
        if fusion == "learned":
            total, part = self.ranker.rank(self, row, scores, candidates)
            weights = dict.fromkeys(SOURCES, 1.0)
        else:
            part = {s: self.parts(s, scores[s], fusion) for s in SOURCES if weights[s] > 0}
            total = {i: sum(weights[s] * part[s].get(i, 0.0) for s in part) for i in candidates}
        top = max(total.values(), default=0.0)
        w = option("rerank.quality_weight")
        item = {}
        for i in candidates:
            recall = total[i] / top if top > 0 else 0.0
            good = self.quality(i, query)
            item[i] = {"score": recall * (1 - w) + good * w, "quality": good * w,
                       "rating": self.predicted(i, value, weight, query)}
            for s in part:
                if i in part[s] and top > 0:
                    item[i][s] = weights[s] * part[s][i] / top * (1 - w)
            item[i]["why"] = {s: why[s][i] for s in why}
        low, high = self.scale
        share = option("recommendation.min_rating_threshold") / 5
        least = share * high if low >= 0 else low + share * (high - low)
        good = {i: item[i]["score"] for i in candidates if item[i]["rating"] >= least
                and (any(i in part[s] for s in part) or item[i]["score"] > 0)}
        limit = query.get("limit") or option("recommendation.top_n")
        chosen = self.varied(by_score(good), good, limit, self.taste(row),
                             option("recommendation.diversity"),
                             option("recommendation.calibrated_genres"))
        rest = sorted(set(candidates) - set(chosen), key=lambda i: (-self.popularity[i], i))
        for i in candidates:
            item[i]["filled"] = i not in good
        return (chosen + rest)[:limit], item

    def reasons(self, item):
        """{(source, user or movie id): share} of a candidate; they add up to its score."""
        shares = {("quality", None): item["quality"]}
        if "popularity" in item:
            shares["popularity", None] = item["popularity"]
        for source, ids in (("user_cf", self.users), ("content", self.movies)):
            amounts = item["why"][source] if source in item else []
            whole = sum(amount for _, amount in amounts)
            cancels = abs(whole) <= 1e-6 * sum(abs(amount) for _, amount in amounts)
            for n, amount in amounts:
                part = 1 / len(amounts) if cancels else amount / whole
                shares[source, ids[n]] = item[source] * part
        return shares

    def genres(self, i):
        return set(names(self.catalogue[i]["genres"]))

    def taste(self, row):
        """{genre: share} of what somebody rated above 0."""
        return shares([(self.genres(i), row[i]) for i in np.flatnonzero(row > 0)])

    def divergence(self, taste, movies):
        """KL(taste || what the movies have), with a little of the taste mixed in."""
        found = shares([(self.genres(i), 1) for i in movies])
        return stored(math.fsum(p * math.log(p / (.99 * found.get(genre, 0.0) + .01 * p))
                                for genre, p in taste.items()))

    def varied(self, ranked, score, limit, taste, d, c):
        if d == 0 and c == 0:
            return ranked[:limit]
        # `blurred`: rounding may have decided, and all that follows depends on it.
        pool, chosen = ranked[:max(10 * limit, 100)], []
        if not taste:
            c = 0
        while pool and len(chosen) < limit:
            def gain(i):
                near = max((self.vectors[i] @ self.vectors[j] for j in chosen), default=0.0)
                far = self.divergence(taste, chosen + [i]) if c > 0 else 0.0
                return (1 - d) * (1 - c) * score[i] - d * min(near, 1.0) - c * far
            gains = {i: gain(i) for i in pool}
            best = min(pool, key=lambda i: (-gains[i], i))
            pool.remove(best)
            self.blurred |= any(gains[best] - gains[i] < 1e-9 for i in pool)
            chosen.append(best)
        return chosen

    def recommend(self, query):
        self.blurred = False
        return self.make_list(*self.profile(query), query)
