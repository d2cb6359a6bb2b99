"""The public ABI of include/recsys by ctypes, as far as the oracle needs it."""
import ctypes as c
import json
import os
import tempfile

_P, _S, _Z, _I64 = c.c_void_p, c.c_char_p, c.c_size_t, c.c_int64


class Failure(Exception):
    pass


class _Error(c.Structure):
    _fields_ = [("struct_size", _Z), ("status", c.c_int), ("retriable", c.c_int),
                ("text", c.c_char * 1024)]


class _Row(c.Structure):
    _fields_ = [("struct_size", _Z), ("user", _S), ("movie", _S), ("rating", c.c_float),
                ("timestamp", _I64)]


class _Reason(c.Structure):
    _fields_ = [("struct_size", _Z), ("kind", c.c_int), ("share", c.c_double), ("source", _S),
                ("user_id", _S), ("movie_id", _S), ("similarity", c.c_double),
                ("rating", c.c_float), ("raters", _Z), ("mean", c.c_double), ("common", _Z),
                ("shared", c.POINTER(_S)), ("shared_count", _Z)]


_ROW_FN = c.CFUNCTYPE(c.c_int, _P, c.POINTER(_Row))
_REASON_FN = c.CFUNCTYPE(c.c_int, _P, c.POINTER(_Reason))
_LIST_FN = c.CFUNCTYPE(c.c_int, _P, _S, _P)
_VALUES = {"recsys_version": _S, "recsys_model_hash": _S, "recsys_model_manifest": _S,
           "recsys_result_size": _Z, "recsys_result_item": _S,
           "recsys_result_score": c.c_double, "recsys_result_rating": c.c_double,
           "recsys_config_get": _S}


class Library:
    def __init__(self, path):
        self.lib = c.CDLL(os.path.abspath(path))

    def call(self, name, *arguments):
        """A function that returns a status: raises Failure unless it is 0."""
        error = _Error(c.sizeof(_Error))
        if getattr(self.lib, name)(*map(_argument, arguments), c.byref(error)) != 0:
            raise Failure(f"{name}: {error.text.decode()}")

    def value(self, name, *arguments):
        function = getattr(self.lib, name)
        function.restype = _VALUES[name]
        return function(*map(_argument, arguments))

    def make(self, name, destroy, *arguments):
        """A function whose first argument is the new handle."""
        out = _P()
        self.call(name, c.byref(out), *arguments)
        return Handle(self, out.value, destroy)


class Handle:
    def __init__(self, library, pointer, destroy):
        self.library, self.pointer, self.destroy = library, pointer, destroy

    def __del__(self):
        getattr(self.library.lib, self.destroy)(_P(self.pointer))


def _argument(value):
    if isinstance(value, Handle):
        return _P(value.pointer)
    if isinstance(value, str):
        return value.encode()
    return _P() if value is None else value


def runtime(library, threads):
    made = library.make("recsys_runtime_create", "recsys_runtime_destroy", None)
    library.call("recsys_runtime_set_threads", made, _Z(threads))
    return made


def ratings(library, rt, rows):
    """rows: (user, movie, rating, time), a NaN rating withdraws."""
    left = iter(rows)

    def give(_, out):
        row = next(left, None)
        if row is None:
            return 0
        give.alive = row[0].encode(), row[1].encode()
        out[0] = _Row(c.sizeof(_Row), *give.alive, row[2], row[3])
        return 1
    return library.make("recsys_ratings_from_rows", "recsys_ratings_destroy", rt, _ROW_FN(give),
                        None)


def catalogue(library, rt, movies, path):
    """movies: {id: dict}; written to `path` as JSON lines and read from there."""
    with open(path, "w", encoding="utf-8") as file:
        for i, movie in movies.items():
            lists = {key: [name for name in movie[key].split("|") if name]
                     for key in ("genres", "cast", "tags")}
            year = {"year": movie["year"]} if movie["year"] else {}
            file.write(json.dumps({"movie_id": i, "title": movie["title"],
                                   "overview": movie["overview"], **lists, **year}) + "\n")
    return library.make("recsys_catalogue_read", "recsys_catalogue_destroy", rt, path, None)


def config(library, options=None, path=None):
    made = library.make("recsys_config_create", "recsys_config_destroy", None)
    if path:
        library.call("recsys_config_load", made, path)
    for key, value in (options or {}).items():
        library.call("recsys_config_set", made, key, str(value))
    return made


def fit(library, rt, given, movies, options):
    return library.make("recsys_model_fit", "recsys_model_destroy", rt, given, movies, options,
                        None)


def train(library, rt, rows, movies, options):
    """fit, from rows and a dict of movies (empty: no catalogue)."""
    with tempfile.TemporaryDirectory() as folder:
        known = catalogue(library, rt, movies, f"{folder}/movies.jsonl") if movies else None
    return fit(library, rt, ratings(library, rt, rows), known, options)


def open_model(library, rt, path):
    return library.make("recsys_model_open", "recsys_model_destroy", rt, path)


def make_query(library, query):
    q = library.make("recsys_query_create", "recsys_query_destroy", None)
    if query.get("user") is not None:
        library.call("recsys_query_set_user", q, query["user"])
    if query.get("limit"):
        library.call("recsys_query_set_limit", q, _Z(query["limit"]))
    for movie, rating, when in query.get("ratings", []):
        library.call("recsys_query_add_rating", q, movie, c.c_float(rating), _I64(when))
    for name in ("allow", "deny", "genre"):
        for text in query.get("genres" if name == "genre" else name, []):
            library.call(f"recsys_query_{name}", q, text)
    if "years" in query:
        library.call("recsys_query_years", q, *map(c.c_int, query["years"]))
    for key, value in query.get("options", {}).items():
        library.call("recsys_query_set_option", q, f"model.{key}", str(value))
    return q


def recommend(library, context, query, reasons=True):
    """[(movie id, {"score", "rating", "reasons"})] as oracle.Oracle.recommend."""
    q, result = make_query(library, query), _P()
    library.call("recsys_recommend", c.byref(result), context, q)
    return read_list(library, result, reasons)


def read_list(library, result, reasons):
    items = []
    for i in map(_Z, range(library.value("recsys_result_size", result))):
        item = {"score": library.value("recsys_result_score", result, i),
                "rating": library.value("recsys_result_rating", result, i)}
        if reasons:
            item["reasons"] = explain(library, result, i)
        items.append((library.value("recsys_result_item", result, i).decode(), item))
    return items


def explain(library, result, i):
    """[(source, user or movie id, share)] in the order in which they come."""
    found = []

    def take(_, reason):
        r = reason[0]
        who = r.user_id or r.movie_id
        found.append((r.source.decode(), who.decode() if who else None, r.share))
        return 0
    library.call("recsys_result_explain", result, i, _REASON_FN(take), None)
    return found


def recommend_all(library, model, query):
    lists = {}

    def take(_, user, result):
        lists[user.decode()] = read_list(library, _P(result), False)
        return 0
    library.call("recsys_recommend_all", model, make_query(library, query), _LIST_FN(take),
                 None, None)
    return lists


def context(library, model):
    return library.make("recsys_context_create", "recsys_context_destroy", model)
