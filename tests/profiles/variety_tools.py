#!/usr/bin/env python3
"""Asks the tools installed beside this Python for the variety of lists.

    variety_tools.py < DATA > VALUES

DATA is what variety_peers.py makes; VALUES: for each tool its version and numbers by
"LISTS/METRIC@K", turned into our definition where the comment says so. LISTS is "all", or "full":
users with at least the largest K places, all of movies that somebody rated and that have
categories, which is where tools agree that leave out others or count them differently.
"""
import importlib.metadata
import json
import math
import sys
import unittest.mock
import warnings


class Data:
    def __init__(self, given):
        self.__dict__.update(given)
        self.chosen = {"all": range(len(self.lists)), "full": self.full}

    def rows(self, users, k):
        """(user, movie, rank)"""
        return [(u, m, rank) for u in users for rank, m in enumerate(self.lists[u][:k], 1)]

    def rated(self):
        return [(u, m) for u, profile in enumerate(self.profiles) for m in profile]


def for_each(data, lists, values):
    """{"LISTS/METRIC@K": value}, from a function of (users, k) that returns a dict by metric."""
    found = {}
    for k in data.cuts:
        for name, value in values(data.chosen[lists], k).items():
            found[f"{lists}/{name}@{k}"] = float(value)
    return found


def rectools(data):
    """Its diversity within lists takes distances from the caller: these are ours, the mean is its
    own. A list of one movie, which counts 0 there, is not given to it."""
    import numpy
    import pandas
    from rectools.metrics import (AvgRecPopularity, CatalogCoverage, IntraListDiversity,
                                  MeanInvUserFreq, Serendipity)
    from rectools.metrics.distances import PairwiseDistanceCalculator

    class Cosine(PairwiseDistanceCalculator):
        def _get_distances_for_item_pairs(self, items_0, items_1):
            pairs = zip(items_0, items_1)
            return numpy.array([1 - similar(data.categories[a], data.categories[b])
                                for a, b in pairs])

    before = pandas.DataFrame(data.rated(), columns=["user_id", "item_id"])
    liked = pandas.DataFrame([(u, m) for u, movies in enumerate(data.relevant) for m in movies],
                             columns=["user_id", "item_id"])
    catalogue = range(data.movies)

    def values(users, k):
        reco = pandas.DataFrame(data.rows(users, k), columns=["user_id", "item_id", "rank"])
        both = [u for u in users if data.lists[u] and data.profiles[u]]
        listed = reco[reco.user_id.isin(both)]
        # What they rated, as if it were recommended
        own = pandas.DataFrame([(u, m, i) for u in both for i, m in
                                enumerate(data.profiles[u], 1)], columns=reco.columns)
        gap = AvgRecPopularity(k=k).calc(listed, before)
        own_gap = AvgRecPopularity(k=data.movies).calc(own, before)
        found = {"coverage": CatalogCoverage(k=k, normalize=True).calc(reco, catalogue),
                 "novelty": MeanInvUserFreq(k=k).calc(reco, before),
                 "popularity_bias": (gap - own_gap) / own_gap,
                 "serendipity": Serendipity(k=k).calc(reco, liked, before, catalogue)}
        long = reco[reco.groupby("user_id").item_id.transform("size") > 1]
        if len(long) > 0:
            found["ild"] = IntraListDiversity(k=k, distance_calculator=Cosine()).calc(long)
        return found

    return for_each(data, "all", values)


def similar(a, b):
    return len(set(a) & set(b)) / math.sqrt(len(a) * len(b)) if a and b else 0.0


def lenskit(data):
    """1 - its similarity within lists; a list of one movie, which counts 1, is not given to it.
    It imports torch, which these metrics do not use."""
    try:
        import torch  # noqa: F401
    except ImportError:
        sys.modules["torch"] = unittest.mock.MagicMock(Tensor=type("Tensor", (), {}))
    import numpy
    from lenskit.data import DatasetBuilder, ItemList
    from lenskit.metrics.ranking import ILS, ListGini
    builder = DatasetBuilder()
    builder.add_entities("item", list(range(data.movies)))
    some = [m for m in range(data.movies) if data.categories[m]]
    builder.add_list_attribute("item", "genre", some,
                               [[f"g{c}" for c in data.categories[m]] for m in some])
    dataset, none = builder.build(), ItemList(item_ids=[])

    def values(users, k):
        gini = ListGini(k, items=dataset)
        sums = gini.create_accumulator()
        lists = [ItemList(item_ids=data.lists[u], ordered=True) for u in users if data.lists[u]]
        for each in lists:
            sums.add(gini.measure_list(each, none))
        found = {"gini": sums.accumulate()}
        ils = ILS(dataset, "genre", n=k)
        alike = [ils.measure_list(each, none) for each in lists if min(k, len(each)) > 1]
        if alike:
            found["ild"] = 1 - numpy.mean(alike)
        return found

    return for_each(data, "all", values)


def recommenders(data):
    """Its novelty is that of a rating, not of a user: log2 of ratings where ours has users; the
    difference is taken off. It is a mean over places and leaves out movies that nobody rated."""
    import numpy
    import pandas
    from recommenders.evaluation import python_evaluation as tool
    train = pandas.DataFrame(data.rated(), columns=["userID", "itemID"])
    width = 1 + max(c for each in data.categories for c in each)
    features = [numpy.array([float(c in each) for c in range(width)]) for each in data.categories]
    some = [m for m in range(data.movies) if data.categories[m]]
    described = pandas.DataFrame({"itemID": some, "features": [features[m] for m in some]})
    by_ratings = math.log2(len(train) / data.train_users)

    def values(users, k):
        reco = pandas.DataFrame([row[:2] for row in data.rows(users, k)], columns=train.columns)
        # It looks up movies of both in the training data
        known = train[train.userID.isin(reco.userID)]
        found = {"entropy": tool.distributional_coverage(train, reco),
                 "novelty": tool.novelty(train, reco) - by_ratings}
        if k > 1:
            found["ild"] = tool.diversity(known, reco, described, "item_feature_vector")
        return found

    return for_each(data, "full", values)


def recbole(data):
    """Its metrics alone, which need NumPy: torch is not there. Its entropy is in nats and divided
    by the number of different movies."""
    import numpy
    numpy.float = float  # which it still writes
    for name in ("torch", "recbole.utils"):
        sys.modules.setdefault(name, unittest.mock.MagicMock())
    from recbole.evaluator import metrics

    def values(users, k):
        config = {"metric_decimal_place": 16, "topk": [k]}
        lists = numpy.array([data.lists[u][:k] for u in users])
        different = len(numpy.unique(lists))
        nats = metrics.ShannonEntropy(config).get_entropy(lists) * different
        return {"coverage": metrics.ItemCoverage(config).get_coverage(lists, data.movies),
                "gini": metrics.GiniIndex(config).get_gini(lists, data.movies),
                "entropy": nats / math.log(2)}

    return for_each(data, "full", values)


TOOLS = {"rectools": (rectools, "RecTools"), "lenskit": (lenskit, "lenskit"),
         "msrec": (recommenders, "recommenders"), "recbole": (recbole, "recbole")}


def main():
    warnings.simplefilter("ignore")
    data, values = Data(json.load(sys.stdin)), {}
    for name, (ask, package) in TOOLS.items():
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
        values[name] = {"tool": package, "version": version, "values": ask(data)}
    json.dump(values, sys.stdout)


if __name__ == "__main__":
    main()
