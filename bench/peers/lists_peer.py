#!/usr/bin/env python3
"""One run of another evaluation library on the files of lists.py: prints a line of JSON.

    lists_peer.py make FOLDER USERS MOVIES | rectools FOLDER | pytrec FOLDER | ranx FOLDER
"""
import json
import os
import sys
import time

NAMES = ("precision", "recall", "ndcg", "hit_rate", "map")


def pick(numpy, rng, weights, counts):
    """For each user different movies, the popular ones more often: (users, movies)."""
    users = numpy.repeat(numpy.arange(len(counts)), counts)
    movies = numpy.searchsorted(weights, rng.random(len(users)))
    _, first = numpy.unique(users * len(weights) + movies, return_index=True)
    first.sort()
    return users[first], movies[first]


def make(folder, users, movies):
    import numpy
    mark = os.path.join(folder, "made")
    if os.path.exists(mark):
        return
    os.makedirs(folder, exist_ok=True)
    rng = numpy.random.default_rng(7)
    weights = numpy.cumsum(1.0 / (numpy.arange(movies) + 120.0) ** 1.35)
    weights /= weights[-1]
    user, movie = pick(numpy, rng, weights, numpy.full(users, 14))
    begin = numpy.searchsorted(user, numpy.arange(users))
    rank = numpy.arange(len(user)) - begin[user] + 1
    user, movie, rank = user[rank <= 10], movie[rank <= 10], rank[rank <= 10]
    score = (1.0 / rank + rng.random(len(user)) * 1e-3).round(6)
    judged, relevant = pick(numpy, rng, weights, 1 + rng.poisson(9.3, users))

    def write(name, head, lines):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(head)
            file.writelines(lines)

    rows = list(zip(user, movie, score, rank))
    pairs = list(zip(judged, relevant))
    write("run.tsv", "user_id\titem_id\tscore\trank\n",
          (f"{u}\t{m}\t{s}\t{r}\n" for u, m, s, r in rows))
    write("run.trec", "", (f"{u} Q0 {m} {r} {s} made\n" for u, m, s, r in rows))
    write("truth.tsv", "user_id\titem_id\n", (f"{u}\t{m}\n" for u, m in pairs))
    write("qrels.trec", "", (f"{u} 0 {m} 1\n" for u, m in pairs))
    write("made", "", ())


def rectools(folder):
    import pandas
    from rectools.metrics import HitRate, MAP, NDCG, Precision, Recall, calc_metrics
    metrics = dict(zip(NAMES, (Precision(k=10), Recall(k=10), NDCG(k=10), HitRate(k=10),
                               MAP(k=10))))

    def work():
        run = pandas.read_csv(os.path.join(folder, "run.tsv"), sep="\t",
                              usecols=["user_id", "item_id", "rank"])
        truth = pandas.read_csv(os.path.join(folder, "truth.tsv"), sep="\t")
        return calc_metrics(metrics, reco=run, interactions=truth)

    return work


def pytrec(folder):
    import pytrec_eval
    names = dict(zip(("P_10", "recall_10", "ndcg_cut_10", "success_10", "map_cut_10"), NAMES))

    def work():
        with open(os.path.join(folder, "qrels.trec"), encoding="ascii") as file:
            truth = pytrec_eval.parse_qrel(file)
        with open(os.path.join(folder, "run.trec"), encoding="ascii") as file:
            run = pytrec_eval.parse_run(file)
        wanted = {"P.10", "recall.10", "ndcg_cut.10", "success.10", "map_cut.10"}
        users = pytrec_eval.RelevanceEvaluator(truth, wanted).evaluate(run)
        return {name: pytrec_eval.compute_aggregated_measure(
            key, [user[key] for user in users.values()]) for key, name in names.items()}

    return work


def ranx(folder):
    from ranx import Qrels, Run, evaluate
    names = dict(zip(("precision@10", "recall@10", "ndcg@10", "hit_rate@10", "map@10"), NAMES))
    few = {"1": {"2": 1}}
    evaluate(Qrels(few), Run({"1": {"2": 1.0}}), list(names), threads=1)  # compiles

    def work():
        truth = Qrels.from_file(os.path.join(folder, "qrels.trec"), kind="trec")
        run = Run.from_file(os.path.join(folder, "run.trec"), kind="trec")
        found = evaluate(truth, run, list(names), make_comparable=True, threads=1)
        return {name: found[key] for key, name in names.items()}

    return work


def main():
    task, folder, *rest = sys.argv[1:]
    if task == "make":
        make(folder, *map(int, rest))
        return
    work = {"rectools": rectools, "pytrec": pytrec, "ranx": ranx}[task](folder)
    begin = time.perf_counter()
    values = work()
    seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds,
                      "values": {name: float(values[name]) for name in NAMES}}))


if __name__ == "__main__":
    main()
