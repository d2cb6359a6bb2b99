"""Ratings as bench_generate --raw writes them."""
import numpy


def load(path):
    """users, movies, ends [users + 1], movie [ratings], stars [ratings] as float32."""
    with open(path, "rb") as file:
        users, movies, count = numpy.fromfile(file, numpy.int64, 3)
        ends = numpy.fromfile(file, numpy.int64, users + 1)
        movie = numpy.fromfile(file, numpy.int32, count)
        half = numpy.fromfile(file, numpy.uint8, count)
    return int(users), int(movies), ends, movie, half.astype(numpy.float32) / 2


def matrix(path, dtype=numpy.float32):
    """A SciPy CSR matrix, users x movies."""
    import scipy.sparse
    users, movies, ends, movie, stars = load(path)
    return scipy.sparse.csr_matrix((stars.astype(dtype), movie, ends.astype(numpy.int32)),
                                   shape=(users, movies))


def table(path, names=("user", "movie", "rating")):
    """A pandas table of user, movie and rating."""
    import pandas
    users, _, ends, movie, stars = load(path)
    return pandas.DataFrame({names[0]: numpy.repeat(numpy.arange(users), numpy.diff(ends)),
                             names[1]: movie, names[2]: stars})
