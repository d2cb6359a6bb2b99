"""What must hold of the library whatever the numbers are. Each property takes a Trial and
returns None, or what is wrong."""
import math
import os
import random
import tempfile

import data
import recsys_ctypes as rc
from oracle_rows import id_order, latest


class Trial:
    """One random data set with options, and what the properties need to train models of it."""

    def __init__(self, library, seed, number):
        self.library, self.rng = library, random.Random(f"property {seed}/{number}")
        self.rows, self.catalogue, self.films, self.scale = data.data_set(self.rng)
        self.options = data.options(self.rng)
        self.people = sorted({row[0] for row in self.rows})

    def train(self, rows=None, catalogue=None, options=None, threads=1):
        runtime = rc.runtime(self.library, threads)
        options = {**self.options, **(options or {})}
        config = rc.config(self.library, {f"model.{k}": v for k, v in options.items()})
        catalogue = self.catalogue if catalogue is None else catalogue
        return rc.train(self.library, runtime, rows or self.rows, catalogue, config)

    def queries(self):
        return data.queries(self.rng, self.people, self.films, self.scale, True)

    def ask(self, model, query):
        return rc.recommend(self.library, rc.context(self.library, model), query)


def without_repeats(rows):
    return list({row[:2]: row for row in rows if not math.isnan(row[2])}.values())


def seen_is_not_recommended(trial):
    """And an allow list is never left, a deny list never entered."""
    model = trial.train()
    rated = {}
    for person, movie in latest(trial.rows):
        rated.setdefault(person, set()).add(movie)
    for query in trial.queries():
        seen = set() if "ratings" in query else set(rated.get(query.get("user"), ()))
        withdrawn = {r[0] for r in query.get("ratings", []) if math.isnan(r[1])}
        seen |= {r[0] for r in query.get("ratings", [])} - withdrawn
        items = [movie for movie, _ in trial.ask(model, query)]
        wrong = seen.intersection(items) | set(query.get("deny", [])).intersection(items)
        if "allow" in query:
            wrong |= set(items) - set(query["allow"])
        if wrong or len(set(items)) < len(items):
            return f"{wrong} in {items} for {query}"
    return None


def lists_are_never_short(trial):
    """A list is as long as asked, or holds every movie that the user has not rated."""
    trial.rows = without_repeats(trial.rows)
    model = trial.train(options={"recommendation.min_ratings": 0})
    movies = {row[1] for row in trial.rows} | set(trial.catalogue)
    for person in trial.people:
        rated = {row[1] for row in trial.rows if row[0] == person}
        for limit in (1, 10, 1000):
            got = trial.ask(model, {"user": person, "limit": limit})
            if len(got) != min(limit, len(movies - rated)):
                return f"{len(got)} of {limit} for {person}, {len(movies - rated)} unseen"
    return None


def shares_add_up(trial):
    model = trial.train()
    for query in trial.queries():
        for movie, item in trial.ask(model, query):
            total = sum(share for _, _, share in item["reasons"])
            if abs(total - item["score"]) > 1e-9:
                return f"{movie}: shares {total!r}, score {item['score']!r} for {query}"
    return None


def parts_of_query(items, known):
    """A movie that nobody rated is predicted the mean of all, so that is left out."""
    return [(m, item["score"], item["reasons"], item["rating"] if m in known else None)
            for m, item in items]


def fresh_ratings_count_as_trained(trial):
    """A rating in the query is worth as much as one in the model. What depends on all ratings
    (quality, calibration, the mean of all, the newest time, the scale's ends) is left out."""
    trial.scale = "half stars"
    trial.rows = [(u, m, random.Random(u + m).randint(1, 10) / 2, t)
                  for u, m, _, t in without_repeats(trial.rows)]
    options = {"hybrid.fusion": "minmax", "rerank.quality_weight": 0,
               "recommendation.min_rating_threshold": 0, "recommendation.min_ratings": 0,
               "recommendation.prediction_damping": 0, "popularity.half_life": 0,
               "ratings.half_life": 0, "ratings.negative_margin": 0}
    plain = trial.train(options=options)
    known = sorted({row[1] for row in trial.rows})
    for person in trial.rng.sample(trial.people, min(3, len(trial.people))) + ["99999"]:
        unseen = sorted(set(known) - {row[1] for row in trial.rows if row[0] == person})
        movies = trial.rng.sample(unseen, min(6, len(unseen)))
        given = [(m, trial.rng.randint(1, 10) / 2, 2_000_000_000) for m in movies]
        query = {"user": person, "limit": 1000, "ratings": given}
        found = parts_of_query(trial.ask(plain, query), known)
        trained = trial.train(trial.rows + [(person, *rating) for rating in given],
                              options=options)
        wanted = parts_of_query(trial.ask(trained, {"user": person, "limit": 1000}), known)
        if found != wanted:
            a, b = next((a, b) for a, b in zip(found, wanted) if a != b)
            return f"with the query {a}, trained {b} for {query}"
    return None


def order_of_rows_does_not_matter(trial):
    trial.rows = without_repeats(trial.rows)
    model, hashes = trial.train(), set()
    for _ in range(3):
        hashes.add(trial.library.value("recsys_model_hash", model))
        trial.rng.shuffle(trial.rows)
        model = trial.train()
    return f"hashes {hashes}" if len(hashes) > 1 else None


def names_do_not_matter(trial):
    """Other ids in the same order give the same lists (not when calibrated: it draws by id)."""
    users = {u: f"u{n:04d}" for n, u in enumerate(id_order(trial.people))}
    movies = {m: str(5 * n + 9) for n, m in enumerate(
        id_order({row[1] for row in trial.rows} | set(trial.catalogue)))}
    options = {"hybrid.fusion": trial.rng.choice(["minmax", "rrf"])}
    plain = trial.train(options=options)
    renamed = trial.train([(users[u], movies[m], r, t) for u, m, r, t in trial.rows],
                          {movies[m]: entry for m, entry in trial.catalogue.items()}, options)
    for person in trial.people:
        wanted = trial.ask(plain, {"user": person, "limit": 20})
        found = trial.ask(renamed, {"user": users[person], "limit": 20})
        a = [(movies[m], item["score"], item["rating"]) for m, item in wanted]
        b = [(m, item["score"], item["rating"]) for m, item in found]
        if a != b:
            return f"{b[:3]}, expected {a[:3]} for {person}"
    return None


def save(trial, model, path):
    trial.library.call("recsys_model_save", model, path)
    with open(path, "rb") as file:
        return file.read()


def threads_do_not_matter(trial):
    with tempfile.TemporaryDirectory() as folder:
        files = {save(trial, trial.train(threads=n), os.path.join(folder, "model"))
                 for n in (1, 2, 7)}
    return f"{len(files)} different files" if len(files) > 1 else None


def opened_models_are_the_same(trial):
    model, queries = trial.train(), trial.queries()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model")
        save(trial, model, path)
        opened = rc.open_model(trial.library, rc.runtime(trial.library, 1), path)
        for query in queries:
            if trial.ask(model, query) != trial.ask(opened, query):
                return f"another list for {query}"
    return None


def lists_for_all_are_those_of_each(trial):
    model = trial.train(threads=3)
    for person, items in rc.recommend_all(trial.library, model, {"limit": 7}).items():
        one = trial.ask(model, {"user": person, "limit": 7})
        if [(m, i["score"], i["rating"]) for m, i in one] != \
                [(m, i["score"], i["rating"]) for m, i in items]:
            return f"another list for {person}"
    return None


ALL = [seen_is_not_recommended, lists_are_never_short, shares_add_up,
       fresh_ratings_count_as_trained, order_of_rows_does_not_matter, names_do_not_matter,
       threads_do_not_matter, opened_models_are_the_same, lists_for_all_are_those_of_each]
