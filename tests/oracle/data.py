"""Random small data sets, options and queries: the same for the same seed."""
import random

GENRES = ["Comedy", "Drama", "Sci-Fi", "War", "Film-Noir", "Crime", "Musical", "Romance"]
WORDS = """the a of love night stranger return city dark Last moon river and king 2001 Été to
star with who house dead summer II über""".split()
PEOPLE = ["Ann Lee", "Bo Ek", "Cy Roe", "Di Fu", "Ed Ng", "Flo Ito"]
TAGS = ["slow", "dark comedy", "twist", "space", "Oscar"]
SCALES = {  # name: one random rating of a person who likes (0..1) the movie
    "half stars": lambda rng, like: clamp(round(2 * (5 * like + rng.gauss(0, .7))) / 2, .5, 5),
    "0 to 10": lambda rng, like: clamp(round(10 * like + rng.gauss(0, 2)), 0, 10),
    "1 to 5": lambda rng, like: clamp(round(5 * like + rng.gauss(0, 1)), 1, 5),
    "continuous": lambda rng, like: rng.uniform(0, 3) + 7 * like,
    "negative": lambda rng, like: clamp(round(6 * like + rng.gauss(0, 1)) - 3, -3, 3),
    "negative continuous": lambda rng, like: rng.gauss(0, 1) + 3 * like - 1,
    "tenths": lambda rng, like: 3.3 if rng.random() < .8 else 3.3 + .4 * rng.randint(0, 2),
    "constant": lambda rng, like: 4,
    "thumbs": lambda rng, like: int(rng.random() < like),
    "few below": lambda rng, like: -rng.choice([1, 1, 1, 2, 5]),
}
CHOICES = {
    "ratings.half_life": [0, 0, 20, 300, 2000],
    "ratings.negative_weight": [0, 0, 1, 3.5],
    "ratings.negative_margin": [1, .2, 0],
    "collaborative_filtering.n_neighbors": [1, 2, 5, 20, 20, 100],
    "collaborative_filtering.min_common_items": [1, 1, 2, 3, 3, 5],
    "collaborative_filtering.similarity_threshold": [.1, .1, 0, -.3, -1, .4, .9],
    "collaborative_filtering.similarity": ["cosine", "corated_cosine", "pearson",
                                           "adjusted_cosine", "jaccard"],
    "collaborative_filtering.shrinkage": [0, 0, 3, 10.5],
    "collaborative_filtering.neighborhood": ["own", "own", "reverse", "both"],
    "collaborative_filtering.aggregation": ["sum", "mean", "damped_mean"],
    "collaborative_filtering.damping": [0, 1, 20],
    "collaborative_filtering.popularity_discount": [0, 0, .25, .5, 1],
    "content_based.top_n_similar_movies": [1, 3, 10, 50],
    "content_based.genres_weight": [1, 1, 0, 2.5],
    "content_based.title_weight": [1, 1, 0, .5],
    "content_based.overview_weight": [1, 0, .25],
    "content_based.cast_weight": [1, 1, 0, 2],
    "content_based.tags_weight": [1, 1, 0, .5],
    "content_based.decade_weight": [1, 1, 0, .3],
    "content_based.popularity_discount": [0, 0, .5, 1],
    "popularity.half_life": [0, 0, 30, 400, 3000],
    "hybrid.cf_weight": [.6, .6, 1, 0, .1],
    "hybrid.content_weight": [.4, .4, 0, 1, .05],
    "hybrid.popularity_weight": [.4, 0, 0, 1, .1],
    "hybrid.fusion": ["auto", "calibrated", "minmax", "rrf", "learned"],
    "hybrid.calibration_users": [10, 25, 2000],
    "hybrid.calibration_hides": ["random", "random", "newest"],
    "hybrid.calibration_share": [.2, .5, .05, .95],
    "rerank.quality_weight": [.05, 0, .3, 1],
    "rerank.popularity_weight": [.4, 0, 1],
    "rerank.rating_weight": [.6, 0, 1],
    "rerank.rating_damping": [0, 2, 25],
    "recommendation.top_n": [20, 5, 1, 100],
    "recommendation.min_rating_threshold": [3, 3, 0, 2, 4.2, 5],
    "recommendation.prediction_damping": [5, 0, 1],
    "recommendation.min_ratings": [0, 0, 0, 2, 5],
    "recommendation.diversity": [0, 0, 0, .3, .7, 1],
    "recommendation.calibrated_genres": [0, 0, 0, .2, .6, 1],
}
QUERY_KEYS = [k for k in CHOICES if k.startswith(("rerank.", "recommendation."))] + [
    "hybrid.cf_weight", "hybrid.content_weight", "hybrid.popularity_weight", "hybrid.fusion"]


def clamp(x, low, high):
    return max(low, min(high, x))


def make_ids(rng, count, kind):
    """Unique ids in no order."""
    numbers = rng.sample(range(10 * count), count)
    if kind == "integer":
        return [str(n) for n in numbers]
    if kind == "zeros":
        return [f"{n:07d}" for n in numbers]
    if kind == "mixed":  # one that is not canonical makes them all strings
        return [str(n) for n in numbers[1:]] + ["007"]
    return [f"{rng.choice(['x', 'Y', 'ö', 'user '])}{n}" for n in numbers]


def text(rng, most):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(0, most)))


def some(rng, of, most):
    return "|".join(rng.sample(of, rng.randint(0, most)))


def movie(rng, plain):
    """`plain` ones have little to tell, so that many are equally alike."""
    if plain:
        return {"title": "", "genres": some(rng, GENRES[:4], 2), "year": 0, "overview": "",
                "cast": "", "tags": ""}
    return {"title": "Film " + text(rng, 4), "genres": some(rng, GENRES, 3),
            "year": rng.choice([0, rng.randint(1930, 2020)]), "overview": text(rng, 12),
            "cast": some(rng, PEOPLE, 3),
            "tags": "|".join(rng.choices(TAGS, k=rng.randint(0, 3)))}


def data_set(rng, users=None, movies=None, most=40):
    """(rows, catalogue, the movies' ids, scale); `most` ratings of one user"""
    users, movies = users or rng.randint(3, 60), movies or rng.randint(5, 80)
    kinds = ["integer", "zeros", "mixed", "text"]
    people = make_ids(rng, users, rng.choice(kinds))
    films = make_ids(rng, movies, rng.choice(kinds))
    scale = rng.choice(list(SCALES))
    clock = rng.choice([lambda: 0, lambda: 10**9 + rng.randint(0, 5),
                        lambda: 1_700_000_000_000 + rng.randint(-9, 10**6),
                        lambda: rng.choice([0, rng.randint(16 * 10**11, 19 * 10**11)])])
    rated = films[:max(3, int(movies * rng.uniform(.6, 1)))]
    taste = {m: rng.randint(0, 2) for m in films}
    rows = []
    for person in people:
        mine = rng.randint(0, 2)
        weights = [(3 if taste[m] == mine else 1) / (1 + n / max(8, movies / 4))
                   for n, m in enumerate(rated)]
        for m in rng.choices(rated, weights, k=rng.randint(1, min(most, 2 * len(rated)))):
            like = rng.uniform(.4, 1) if taste[m] == mine else rng.uniform(0, .7)
            rating = float("nan") if rng.random() < .02 else SCALES[scale](rng, like)
            rows.append((person, m, rating, clock()))
    rows.append((people[0], rated[0], SCALES[scale](rng, .7), 1_900_000_000_000))
    rng.shuffle(rows)
    described, plain = rng.choice([0, .5, .9, 1]), rng.random() < .3
    catalogue = {m: movie(rng, plain) for m in films if rng.random() < described}
    return rows, catalogue, films, scale


def options(rng):
    """About half the keys away from their defaults, and a fusion and a similarity at random."""
    drawn = {key: rng.choice(values) for key, values in CHOICES.items() if rng.random() < .5}
    for key in ("hybrid.fusion", "collaborative_filtering.similarity",
                "collaborative_filtering.aggregation"):
        drawn[key] = rng.choice(CHOICES[key])
    drawn["ease.enabled"] = "false"  # make_ease_fixture.py has it
    return drawn


def fresh(rng, films, scale, most):
    return [(rng.choice(films + ["nowhere"]), float("nan") if rng.random() < .15 else
             SCALES[scale](rng, rng.random()), rng.choice([0, 2_000_000_000]))
            for _ in range(rng.randint(1, most))]


def filters(rng, films):
    query = {}
    if rng.random() < .4:
        query["genres"] = rng.choices([g.upper() for g in GENRES] + ["Comedy", "none"], k=2)
    if rng.random() < .3:
        query["years"] = rng.choice([(1950, 1999), (0, 1980), (1970, 0)])
    if rng.random() < .3:
        query["allow"] = rng.sample(films, len(films) // 2) + ["nowhere"]
    if rng.random() < .4:
        query["deny"] = rng.sample(films, len(films) // 4)
    return query


def queries(rng, people, films, scale, with_options):
    """A known user twice, with fresh ratings, with filters; somebody new; nobody."""
    made = [{"user": rng.choice(people)}, {"user": rng.choice(people)},
            {"user": rng.choice(people), "ratings": fresh(rng, films, scale, 8)},
            {"user": rng.choice(people), **filters(rng, films)},
            {"user": "somebody new", "ratings": fresh(rng, films, scale, 10)},
            {"ratings": fresh(rng, films, scale, 4), **filters(rng, films)},
            {"user": "somebody new", **filters(rng, films)}, {}]
    for query in made:
        query["limit"] = rng.choice([None, 1, 3, 10, 100])
        if with_options and rng.random() < .5:
            query["options"] = {key: rng.choice(CHOICES[key])
                                for key in rng.sample(QUERY_KEYS, rng.randint(1, 4))}
    return made
