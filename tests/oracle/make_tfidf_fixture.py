#!/usr/bin/env python3
"""Write tests/oracle/fixtures/tfidf.txt: small catalogues and what scikit-learn makes of them.

    python3 tests/oracle/make_tfidf_fixture.py > tests/oracle/fixtures/tfidf.txt

Lines of a case: `case NAME`, `set KEY VALUE` (an option), `movie JSON` in id order, `vector I N`
with N lines `WEIGHT TERM` after it, `cosine I J VALUE`, `end`. First of all `stop WORDS`.
"""
import json
import random
import re

from oracle_words import STOP_WORDS
from sklearn.feature_extraction.text import TfidfVectorizer

WORDS = """Toy story of the Space ranger and Cowboy x 42 1995 co_op don't naïve Ärger ÉCOLE Straße
ΣΊΣΥΦΟΣ ΟΔΟΣ Σ Москва ЁЖИК İstanbul IŞIK Ǆungla Ԥ Ẽxito ＦＵＬＬ 日本語 हिन्दी ½ №5 x² 🎬film🎬 Wall·E
a—b «guillemets» ª º µm œuvre ſ Ⅷ ⓐⓑ ﬁn it's rock'n'roll THE Of l'été ¿qué? e-mail 3D""".split()
GENRES = ["Comedy", "Drama", "Sci-Fi", "Film-Noir", "ÉPOPÉE"]
PEOPLE = ["Tom Hanks", "Tim Allen", "Žofie Š", "Σοφία ΛΟΡΕΝΣ"]
TAGS = ["pixar", "Pixar", "based on a book", "dark, moody"]
FIELDS = ("genres", "title", "overview", "cast", "tags", "decade")


def text(rng, most):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(0, most)))


def words_of(string):
    return [w for w in re.findall(r"(?u)\b\w\w+\b", string.lower()) if w not in STOP_WORDS]


def terms_of(weights):
    """An analyzer: whole weights are made by saying a term so many times."""
    def analyze(movie):
        found = {
            "genres": ["genre:" + g.lower() for g in movie["genres"]],
            "title": ["title:" + w for w in words_of(movie["title"])],
            "overview": ["text:" + w for w in words_of(movie["overview"])],
            "cast": ["cast:" + p.lower() for p in movie["cast"]],
            "tags": ["tag:" + t.lower() for t in movie["tags"]],
            "decade": [f"decade:{movie['year'] // 10 * 10}s"] if movie["year"] else []}
        return [term for f in FIELDS for term in found[f] for _ in range(weights.get(f, 0))]
    return analyze


def put_case(name, movies, weights, vectorizer, documents, prefix):
    rows = vectorizer.fit_transform(documents).tocsr()
    names = vectorizer.get_feature_names_out()
    print("case", name)
    for field in FIELDS:
        print(f"set model.content_based.{field}_weight {weights.get(field, 0)}")
    for movie in movies:
        print("movie", json.dumps(movie, ensure_ascii=False))
    for i in range(len(movies)):
        row = rows[i].tocoo()
        print("vector", i, row.nnz)
        for weight, term in sorted(zip(row.data, (names[j] for j in row.col)),
                                   key=lambda pair: pair[1].encode()):
            print(f"{weight:.12g} {prefix}{term}")
    cosines = (rows @ rows.T).toarray()
    for i in range(len(movies)):
        for j in range(i):
            print(f"cosine {i} {j} {cosines[i, j]:.12g}")
    print("end")


def main():
    rng = random.Random(7)
    print("stop", " ".join(sorted(STOP_WORDS)))
    plain = [{"id": i, "overview": text(rng, 30)} for i in range(20)]
    plain[3]["overview"] = ""
    put_case("one_field", plain, {"overview": 1},
             TfidfVectorizer(stop_words=sorted(STOP_WORDS)), [m["overview"] for m in plain],
             "text:")
    full = [{"id": i, "title": text(rng, 5), "overview": text(rng, 12),
             "year": rng.choice([0, 1999, 2000, 2009]),
             "genres": rng.sample(GENRES, rng.randint(0, 3)),
             "cast": rng.sample(PEOPLE, rng.randint(0, 2)),
             "tags": rng.choices(TAGS, k=rng.randint(0, 4))} for i in range(16)]
    for name, weights in (("all_fields", dict.fromkeys(FIELDS, 1)),
                          ("weighted", {"genres": 3, "title": 2, "cast": 1, "tags": 5})):
        put_case(name, full, weights, TfidfVectorizer(analyzer=terms_of(weights)), full, "")


if __name__ == "__main__":
    main()
