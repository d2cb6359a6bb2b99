#!/usr/bin/env python3
"""Compare the library with oracle.py on random small data; see README.md beside this file."""
import argparse
import json
import math
import os
import random
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import data  # noqa: E402
import oracle  # noqa: E402
import properties  # noqa: E402
import recsys_ctypes as rc  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CLASSIC = os.path.join(ROOT, "config", "classic.yaml")
EXACT, CONTENT = 1e-9, 1e-6  # content similarities are 32-bit floats


class Tally:
    lists = items = ties = 0
    uses = {"blend": 0, "single": 0, "ranker": 0}


def close(a, b, tolerance):
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)


def oracle_options(library, config):
    """All model keys as the library has them, and the key of evaluation that training uses."""
    found = {}
    for key in [f"model.{k}" for k in data.CHOICES] + ["evaluation.relevance_threshold"]:
        text = library.value("recsys_config_get", config, key).decode()
        try:
            found[key.removeprefix("model.")] = json.loads(text)
        except json.JSONDecodeError:
            found[key.removeprefix("model.")] = text
    return found


def compare_item(model, movie, expected, found, tolerance):
    for what in ("score", "rating"):
        if not close(expected[what], found[what], tolerance):
            return f"{what} of {movie}: {found[what]!r}, expected {expected[what]!r}"
    shares = {(source, who): share for source, who, share in found["reasons"]}
    if not close(sum(shares.values()), found["score"], EXACT):
        return f"shares of {movie} add up to {sum(shares.values())!r}, not {found['score']!r}"
    if sorted(shares.values(), reverse=True) != [share for _, _, share in found["reasons"]]:
        return f"reasons of {movie} are not in order: {found['reasons']}"
    wanted = model.reasons(expected)
    for key in wanted.keys() | shares.keys():
        if not close(wanted.get(key, 0.0), shares.get(key, 0.0), tolerance):
            return f"share of {key} in {movie}: {shares.get(key)}, expected {wanted.get(key)}"
    return None


def compare(model, query, found, tolerance, ties_allowed):
    """None, or what is wrong with the library's list."""
    wanted, item = model.recommend(query)
    found = [(model.movie_at[movie], details) for movie, details in found]
    Tally.lists += 1
    if len(wanted) != len(found) or len({i for i, _ in found}) != len(found):
        return f"{len(found)} items, expected {len(wanted)}"
    for place, (expected, (got, details)) in enumerate(zip(wanted, found)):
        Tally.items += 1
        if got not in item:
            return f"place {place}: {model.movies[got]} is not a candidate"
        if expected != got:
            a, b = item[expected], item[got]
            if not ties_allowed or a["filled"] or b["filled"] or \
                    abs(a["score"] - b["score"]) >= EXACT:
                return (f"place {place}: {model.movies[got]} ({b['score']!r}), expected "
                        f"{model.movies[expected]} ({a['score']!r})")
            Tally.ties += 1
            if model.blurred:
                return None
        problem = compare_item(model, model.movies[got], item[got], details, tolerance)
        if problem:
            return f"place {place}: {problem}"
    return None


def compare_fusion(model, manifest):
    """What validation found, as the manifest tells it. Where both ways are equally good the
    oracle takes over the library's choice."""
    told = json.loads(manifest)["fusion"]
    for fusion, value in model.ndcg.items():
        if not close(value, told[f"ndcg_{fusion}"], EXACT) and not model.blurred:
            return f"NDCG of {fusion}: {told[f'ndcg_{fusion}']!r}, expected {value!r}"
    if model.auto != told["chosen"]:
        if abs(model.ndcg["minmax"] - model.ndcg["calibrated"]) > 1e-12 and not model.blurred:
            return f"auto is {told['chosen']}, expected {model.auto}"
        Tally.ties += 1
        model.auto = told["chosen"]
    model.fit_ranker()
    Tally.uses[model.ranker.use] += 1
    return model.ranker.check(told["learned"])


def random_case(library, rng, classic):
    """(rows, catalogue, config, queries, and options to show)"""
    rows, catalogue, films, scale = data.data_set(rng)
    drawn = {} if classic else data.options(rng)
    config = rc.config(library, {f"model.{k}": v for k, v in drawn.items()},
                       CLASSIC if classic else None)
    people = sorted({row[0] for row in rows})
    return rows, catalogue, config, data.queries(rng, people, films, scale, not classic), drawn


def wide_case(library, rng):
    """More ranks than a calibration table has, and fewer hits beyond: most who rated the least
    known movies rated too few for the validation sample."""
    films = [str(n) for n in range(1600)]
    rows = [(f"many {n}", film, rng.randint(1, 10) / 2, 0)
            for n in range(15) for film in rng.sample(films[:1300], 400)]
    rows += [(f"one {film}", film, 3, 0) for film in films[1200:]]
    drawn = {"model.hybrid.calibration_users": 10, "model.hybrid.calibration_share": 0.5,
             "model.hybrid.popularity_weight": 1, "model.hybrid.fusion": "calibrated",
             "evaluation.relevance_threshold": 0.1, "model.ease.enabled": "false"}
    queries = [{"limit": 1300}, {"limit": 1300, "options": {"hybrid.fusion": "rrf"}}]
    return rows, {}, rc.config(library, drawn), queries, drawn


def varied_case(library, rng):
    """More candidates than the pool from which variety is made."""
    rows, _, films, _ = data.data_set(rng, 20, 400, 60)
    catalogue = {film: data.movie(rng, False) for film in films}
    drawn = {"model.hybrid.calibration_users": 10, "model.hybrid.fusion": "minmax",
             "model.recommendation.diversity": 0.99, "model.ease.enabled": "false"}
    genres = {"recommendation.diversity": 0, "recommendation.calibrated_genres": 0.9}
    queries = [{"user": row[0], "limit": limit, "options": options}
               for row in rows[:3] for limit in (1, 5, 15) for options in ({}, genres)]
    return rows, catalogue, rc.config(library, drawn), queries, drawn


def one_case(library, seed, number):
    """None, or a text that tells what disagreed."""
    rng, classic = random.Random(f"{seed}/{number}"), is_classic(number)
    if number % 120 in (59, 119):
        make = wide_case if number % 120 == 119 else varied_case
        rows, catalogue, config, queries, drawn = make(library, rng)
    else:
        rows, catalogue, config, queries, drawn = random_case(library, rng, classic)
    runtime = rc.runtime(library, rng.choice([1, 2, 3]))
    trained = rc.train(library, runtime, rows, catalogue, config)
    model = oracle.Oracle(rows, catalogue, oracle_options(library, config))
    problem = compare_fusion(model, library.value("recsys_model_manifest", trained))
    context, query = rc.context(library, trained), None
    for query in [] if problem else queries:
        found = rc.recommend(library, context, query)
        problem = compare(model, query, found, EXACT if classic else CONTENT, not classic)
        if problem:
            break
    return problem and f"{problem}\n  options: {drawn}\n  query: {query}"


def is_classic(number):
    return number % 4 == 0


def attempt(name, call, *arguments):
    """Run one test; True if it passed."""
    try:
        problem = call(*arguments)
    except Exception:
        problem = traceback.format_exc()
    print(f"{'not ok' if problem else 'ok'} - {name}" + (f"\n  {problem}" if problem else ""))
    return problem is None


def check_property(library, holds, seed, trials):
    for number in trials:
        problem = holds(properties.Trial(library, seed, number))
        if problem:
            return f"trial {number}: {problem}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=None, help="number of data sets")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="run this case alone")
    parser.add_argument("--quick", action="store_true", help="the default: under a minute")
    parser.add_argument("--full", action="store_true", help="ten times as many cases")
    build = os.environ.get("BUILD", os.path.join(ROOT, "build"))
    parser.add_argument("--library", default=os.path.join(build, "lib", "librecsys.so.0"))
    arguments = parser.parse_args()
    library = rc.Library(arguments.library)
    cases = arguments.cases if arguments.cases is not None else 1200 if arguments.full else 120
    seed, done = arguments.seed, []
    for n in range(cases) if arguments.only is None else [arguments.only]:
        name = f"{'classic' if is_classic(n) else 'options'} {seed}/{n}"
        done.append(attempt(name, one_case, library, seed, n))
    for holds in properties.ALL if arguments.only is None else []:
        trials = range(max(1, cases // 10))
        done.append(attempt(holds.__name__.replace("_", " "), check_property, library, holds,
                            seed, trials))
    print("learned:", ", ".join(f"{use} {n}" for use, n in Tally.uses.items()))
    print(f"{Tally.lists} lists, {Tally.items} items, {Tally.ties} near ties in another order")
    print(f"{sum(done)} passed, {len(done) - sum(done)} failed")
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
