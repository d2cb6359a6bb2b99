#!/usr/bin/env python3
"""Makes lists and judgements at random and lets other tools score them.

    make_fixture.py FOLDER [--seed N] [--users N] [TOOL...]

Writes run.tsv (ranks), run.trec (scores, many of them equal), qrels.trec and values.json: for each
tool its version and, by metric and cut-off, its number. Tools that are not installed are left out
and named on standard error. There are short lists, users without a list, users with a list and no
judgement, users without a relevant movie, and grades 0 to 4.
"""
import argparse
import collections
import importlib.metadata
import json
import os
import random
import sys
import warnings

CUTS = (1, 3, 10, 30)


class Data:
    """lists[user]: movies in order; score[user]: falling, with ties; grade[user][movie]."""

    def __init__(self, seed, users, movies=90):
        draw = random.Random(seed)
        self.lists, self.score, self.grade = {}, {}, collections.OrderedDict()
        for number in range(users):
            user = f"u{number}"
            if number % 11 != 5:
                length = draw.choice((3, 10, 30, 40))
                self.lists[user] = [f"m{m}" for m in draw.sample(range(movies), length)]
                self.score[user] = sorted((draw.randrange(8) / 4 for _ in range(length)),
                                          reverse=True)
            if number % 13 == 7:
                continue
            judged = draw.sample(range(movies), draw.choice((1, 4, 15, 50)))
            low = number % 9 == 3
            self.grade[user] = {f"m{m}": 0 if low else draw.randrange(5) for m in judged}

    def relevant(self, user):
        return [m for m, grade in self.grade[user].items() if grade >= 1]

    def write(self, folder):
        with open(os.path.join(folder, "run.tsv"), "w", encoding="utf-8") as file:
            file.write("user_id\titem_id\trank\n")
            for user, movies in self.lists.items():
                file.writelines(f"{user}\t{m}\t{i + 1}\n" for i, m in enumerate(movies))
        with open(os.path.join(folder, "run.trec"), "w", encoding="utf-8") as file:
            for user, movies in self.lists.items():
                file.writelines(f"{user} Q0 {m} {i + 1} {s} made\n" for i, (m, s) in
                                enumerate(zip(movies, self.score[user])))
        with open(os.path.join(folder, "qrels.trec"), "w", encoding="utf-8") as file:
            for user, grades in self.grade.items():
                file.writelines(f"{user} 0 {m} {grade}\n" for m, grade in grades.items())

    def by_rank(self, user):
        """Scores without ties, in the order of the list."""
        return {m: float(len(self.lists[user]) - i) for i, m in enumerate(self.lists[user])}


def by_name(values, names):
    """{"precision@3": value}, from a function of (tool's name of the metric, cut-off)."""
    return {f"{ours}@{k}": float(values(theirs, k)) for ours, theirs in names.items()
            for k in CUTS}


def ranx(data):
    from ranx import Qrels, Run, evaluate
    qrels = Qrels({u: dict(g) for u, g in data.grade.items()})
    run = Run({u: data.by_rank(u) for u in data.lists})
    names = {"precision": "precision", "recall": "recall", "f1": "f1", "ndcg": "ndcg",
             "hit_rate": "hit_rate", "map": "map", "mrr": "mrr"}
    wanted = [f"{name}@{k}" for name in names.values() for k in CUTS]
    found = evaluate(qrels, run, wanted, make_comparable=True)
    return by_name(lambda name, k: found[f"{name}@{k}"], names)


def trec(data):
    """Tied scores go in as they are: the order of ties is the tool's."""
    import ir_measures
    from ir_measures import AP, RR, P, R, Success, nDCG
    qrels = [ir_measures.Qrel(u, m, grade) for u, g in data.grade.items() for m, grade in g.items()]
    run = [ir_measures.ScoredDoc(u, m, s) for u in data.lists
           for m, s in zip(data.lists[u], data.score[u])]
    names = {"precision": P, "recall": R, "ndcg": nDCG, "hit_rate": Success, "map": AP}
    wanted = [measure @ k for measure in names.values() for k in CUTS]
    found = ir_measures.calc_aggregate(wanted, qrels, run)
    values = by_name(lambda measure, k: found[measure @ k], names)
    values[f"mrr@{1000}"] = float(ir_measures.calc_aggregate([RR], qrels, run)[RR])
    return values


def rectools(data):
    import pandas
    from rectools.metrics import MAP, MRR, NDCG, F1Beta, HitRate, Precision, Recall, calc_metrics
    reco = pandas.DataFrame([(u, m, i + 1) for u, movies in data.lists.items()
                             for i, m in enumerate(movies)],
                            columns=["user_id", "item_id", "rank"])
    truth = pandas.DataFrame([(u, m) for u in data.grade for m in data.relevant(u)],
                             columns=["user_id", "item_id"])
    names = {"precision": Precision, "recall": Recall, "f1": F1Beta, "ndcg": NDCG,
             "hit_rate": HitRate, "map": MAP, "mrr": MRR}
    metrics = {f"{ours}@{k}": theirs(k=k) for ours, theirs in names.items() for k in CUTS}
    found = calc_metrics(metrics, reco=reco, interactions=truth)
    return {name: float(value) for name, value in found.items()}


def lenskit(data):
    """Users with a list and no judgement are not given to it: it would count them."""
    from lenskit.data import ItemList, ItemListCollection
    from lenskit.metrics import NDCG, Hit, MeasurementCollector, Precision, Recall, RecipRank
    test, lists = ItemListCollection(["user_id"]), ItemListCollection(["user_id"])
    for user in data.grade:
        test.add(ItemList(item_ids=data.relevant(user)), user_id=user)
        if user in data.lists:
            lists.add(ItemList(item_ids=data.lists[user], ordered=True), user_id=user)
    names = {"precision": Precision, "recall": Recall, "ndcg": NDCG, "hit_rate": Hit,
             "mrr": RecipRank}
    collector = MeasurementCollector()
    for ours, theirs in names.items():
        for k in CUTS:
            collector.add_metric(theirs(n=k), f"{ours}@{k}")
    found = collector.measure_run(lists, test).list_metrics
    found = found() if callable(found) else found
    return {name: float(found[name].mean()) for name in found.columns}


def recommenders(data):
    import pandas
    from recommenders.evaluation.python_evaluation import (map_at_k, ndcg_at_k, precision_at_k,
                                                           recall_at_k)
    true = pandas.DataFrame([(u, m, 1.0) for u in data.grade for m in data.relevant(u)],
                            columns=["userID", "itemID", "rating"])
    found = pandas.DataFrame([(u, m, s) for u in data.lists for m, s in data.by_rank(u).items()],
                             columns=["userID", "itemID", "prediction"])
    names = {"precision": precision_at_k, "recall": recall_at_k, "ndcg": ndcg_at_k,
             "map": map_at_k}
    return by_name(lambda metric, k: metric(true, found, relevancy_method="top_k", k=k), names)


def recbole(data):
    """Its metrics alone, which need NumPy: torch is not there. Lists are padded by misses."""
    import unittest.mock
    import numpy
    numpy.float = float  # which it still writes
    for name in ("torch", "recbole.utils"):
        sys.modules.setdefault(name, unittest.mock.MagicMock())
    from recbole.evaluator import metrics
    users = [u for u in data.grade if data.relevant(u)]
    hits = numpy.zeros((len(users), max(CUTS)), dtype=bool)
    for row, user in enumerate(users):
        relevant = set(data.relevant(user))
        for place, movie in enumerate(data.lists.get(user, [])[:max(CUTS)]):
            hits[row, place] = movie in relevant
    relevant = numpy.array([len(data.relevant(u)) for u in users])
    names = {"precision": metrics.Precision, "recall": metrics.Recall, "ndcg": metrics.NDCG,
             "hit_rate": metrics.Hit, "map": metrics.MAP, "mrr": metrics.MRR}
    config = {"metric_decimal_place": 16, "topk": list(CUTS)}
    needs = {"recall", "ndcg", "map"}
    found = {ours: theirs(config).metric_info(hits, *([relevant] if ours in needs else []))
             for ours, theirs in names.items()}
    return {f"{ours}@{k}": float(each.mean(axis=0)[k - 1]) for ours, each in found.items()
            for k in CUTS}


TOOLS = {"ranx": (ranx, "ranx"), "trec": (trec, "ir-measures"), "rectools": (rectools, "RecTools"),
         "lenskit": (lenskit, "lenskit"), "msrec": (recommenders, "recommenders"),
         "recbole": (recbole, "recbole")}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--users", type=int, default=70)
    parser.add_argument("tool", nargs="*", default=[], help=", ".join(TOOLS))
    given = parser.parse_intermixed_args()
    warnings.simplefilter("ignore")
    os.makedirs(given.folder, exist_ok=True)
    data = Data(given.seed, given.users)
    data.write(given.folder)
    path = os.path.join(given.folder, "values.json")
    values = {}
    if given.tool and os.path.exists(path):  # tools from other environments stay
        with open(path, encoding="utf-8") as file:
            values = json.load(file)
    for profile in given.tool or TOOLS:
        score, package = TOOLS[profile]
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            print(f"{package} is not installed", file=sys.stderr)
            continue
        values[profile] = {"tool": package, "version": version, "values": score(data)}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(values, file, indent=1, sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    main()
