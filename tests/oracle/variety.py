"""What all lists together are like, as plainly as it can be written: sets, all pairs, no sums that
are carried along. Written from the formulas in lib/eval/variety.h and the papers named there.

`lists` are the lists of the evaluated users, cut already, empty where somebody has none; `raters`
how many training users rated a movie; `known` the movies that could be recommended, by raters (most
first, then by id). None: not defined."""
import math
from itertools import combinations


def mean(values):
    values = list(values)
    return math.fsum(values) / len(values) if values else None


def user_coverage(lists):
    return mean(1.0 if top else 0.0 for top in lists)


def diversity_cosine(lists):
    def alike(a, b):
        return len(set(a) & set(b)) / math.sqrt(len(a) * len(b)) if a and b else 0.0
    return mean(1 - alike(a, b) for a, b in combinations(lists, 2))


def diversity_jaccard(lists):
    def alike(a, b):
        return len(set(a) & set(b)) / len(set(a) | set(b)) if a or b else 0.0
    return mean(1 - alike(a, b) for a, b in combinations(lists, 2))


def counts(lists):
    count = {}
    for top in lists:
        for movie in top:
            count[movie] = count.get(movie, 0) + 1
    return count


def gini(lists, movies):
    """Gini's mean difference over twice the mean; movies that nobody was shown count 0."""
    shown = list(counts(lists).values())
    if movies == 0 or not shown:
        return None
    shown += [0] * (movies - len(shown))
    gaps = sum(abs(x - y) for x in shown for y in shown)
    return gaps / (2 * len(shown) * sum(shown))


def entropy(lists):
    shown = counts(lists).values()
    if not shown:
        return None
    return -math.fsum(c / sum(shown) * math.log2(c / sum(shown)) for c in shown)


def novelty(lists, raters, train_users):
    """Self-information; a movie that nobody rated counts as if one user had."""
    def information(movie):
        return -math.log2(max(raters.get(movie, 0), 1) / train_users)
    return mean(mean(information(movie) for movie in top) for top in lists if top)


def popularity_bias(pairs, raters, train_users):
    """pairs: (list, movies rated in training) of each user."""
    def popularity(movies):
        return mean(raters.get(movie, 0) / train_users for movie in movies)
    both = [(top, profile) for top, profile in pairs if top and profile]
    if not both:
        return None
    lists = mean(popularity(top) for top, _ in both)
    profiles = mean(popularity(profile) for _, profile in both)
    return (lists - profiles) / profiles


def tail_groups(known, raters):
    """Group of each rated movie: the fewest that have half of all ratings, 80 %, the others."""
    total = sum(raters.values())
    group = {}
    for name, tenths in (("head", 5), ("middle", 8)):
        for size in range(len(known) + 1):
            if 10 * sum(raters.get(movie, 0) for movie in known[:size]) >= tenths * total:
                break
        for movie in known[:size]:
            group.setdefault(movie, name)
    return {movie: group.get(movie, "tail") for movie in known}


def tail(lists, known, raters):
    group = tail_groups(known, raters)
    return mean(1.0 if group.get(movie, "tail") == "tail" else 0.0
                for top in lists for movie in top)


def intra_list(lists, genres):
    def distance(a, b):
        x, y = set(genres.get(a, ())), set(genres.get(b, ()))
        return 1 - (len(x & y) / math.sqrt(len(x) * len(y)) if x and y else 0.0)
    if not any(genres.values()):
        return None
    return mean(mean(distance(a, b) for a, b in combinations(top, 2))
                for top in lists if len(top) > 1)


def serendipity(pairs, known, raters):
    """pairs: (list, relevant movies). How much likelier a hit was made than by popularity; equal
    raters share a rank."""
    movies = len(known)
    levels = sorted({count for count in raters.values() if count > 0}, reverse=True)

    def surprise(rank, movie):
        count = raters.get(movie, 0)
        popular = (movies + 1 - (levels.index(count) + 1)) / movies if count > 0 else 0.0
        return max(0.0, (movies + 1 - rank) / movies - popular)
    return mean(mean(surprise(rank, movie) if movie in relevant else 0.0
                     for rank, movie in enumerate(top, 1)) for top, relevant in pairs if top)


def exposure(lists, known, raters):
    """Shares of the list places and of the training ratings that the first n movies have, for each
    n; and the shares of movies where head and middle end."""
    places = sum(len(top) for top in lists)
    count = counts(lists)
    total = sum(raters.values())
    group = tail_groups(known, raters)
    shown = [sum(count.get(m, 0) for m in known[:n]) / places for n in range(len(known) + 1)]
    rated = [sum(raters.get(m, 0) for m in known[:n]) / total for n in range(len(known) + 1)]
    head = sum(1 for m in known if group[m] == "head")
    middle = sum(1 for m in known if group[m] == "middle")
    return shown, rated, [head / len(known), (head + middle) / len(known)]


def auc(scored, relevant):
    """scored: (movie, score) of all candidates that are ranked. Share of the pairs of a relevant
    movie and another one that are in the right order, ties half; relevant movies that are not
    ranked are below all."""
    score = dict(scored)
    others = [movie for movie in score if movie not in relevant]
    if not relevant or not others:
        return None
    right = 0.0
    for movie in relevant:
        for other in others:
            if movie in score and score[movie] > score[other]:
                right += 1
            elif movie in score and score[movie] == score[other]:
                right += 0.5
    return right / (len(relevant) * len(others))
