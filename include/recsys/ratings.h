/*
 * recsys/ratings.h - who rated what, how high and when.
 *
 * What every way in has in common:
 *
 *  - Ids are opaque and kept as written. A table of ids (users, movies) is of integers only
 *    if every id is canonical decimal (no sign, no leading zero, below 2^63); else all its
 *    ids are strings. Order everywhere: integers by value, strings by their bytes. Index
 *    order is id order.
 *  - A user who rates a movie twice: the newest time wins; equal times: the later row wins.
 *  - A null rating withdraws an earlier one (by the same rule). A row without a rating
 *    column is an event worth `data.event_value`. Users and movies that are left without a
 *    rating are not in the tables.
 *  - Times: a number below 10^11 is seconds, else milliseconds; text may be ISO 8601. A
 *    missing time is 0, older than any other. Kept as milliseconds.
 */
#ifndef RECSYS_RATINGS_H
#define RECSYS_RATINGS_H

#include <recsys/base.h>
#include <recsys/config.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A finished, immutable set of ratings. Counted; any number of threads may read it. */
typedef struct recsys_ratings recsys_ratings;

/** What was met while reading. */
typedef struct recsys_read_summary {
    size_t struct_size;
    uint64_t rows;       /**< data rows read, bad ones included */
    uint64_t bad_rows;   /**< rows left out because data.on_bad_row is "skip" */
    uint64_t replaced;   /**< rows overruled by a newer rating of the same user and movie */
    uint64_t withdrawn;  /**< ratings removed by a null rating */
    char format[32];     /**< format found, e.g. "csv", "u.data", "::", "jsonl" */
    char first_bad[512]; /**< the first bad row's message, empty if none */
} recsys_read_summary;

#define RECSYS_READ_SUMMARY_INIT RECSYS_INIT_(recsys_read_summary, 0, 0, 0, 0, {0}, {0})

/**
 * Read ratings from a file ("-": standard input), gzip-compressed or not. The format is
 * found from the content: MovieLens ratings.csv (header, quotes, CRLF, BOM), u.data (tabs),
 * ratings.dat ("::"), any delimited text whose header names its columns, JSON lines of
 * events; a file of recsys_ratings_save is opened in place (docs/data.md).
 * Keys used from `config` (NULL: defaults): data.format, data.delimiter,
 * data.user_column, data.movie_column, data.rating_column, data.timestamp_column,
 * data.event_value, data.on_bad_row, data.max_bad_rows.
 * `summary` may be NULL. Errors: RECSYS_E_IO; RECSYS_E_PARSE with file, line, column, value
 * and what was expected; RECSYS_E_EMPTY if no rating is left.
 * Memory: about 14 bytes per rating in the end, up to 32 on the way, plus the mapped file.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status
recsys_ratings_read(recsys_ratings **ratings, recsys_runtime *runtime, const char *path,
                    const recsys_config *config, recsys_read_summary *summary,
                    const recsys_progress *progress, recsys_error *err);

/** One row for recsys_ratings_from_rows; the strings need to live only until the next call. */
typedef struct recsys_row {
    size_t struct_size;
    const char *user;  /**< id, not empty */
    const char *movie; /**< id, not empty */
    float rating;      /**< finite, or NaN to withdraw an earlier rating */
    int64_t timestamp; /**< seconds or milliseconds, 0 if not known */
} recsys_row;

/** Fills `row`; returns 1 if there was a row, 0 at the end, -1 to give up (-> CANCELLED). */
typedef int (*recsys_row_fn)(void *user_data, recsys_row *row);

/** Ratings from a callback, called in this thread until it returns 0. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_ratings_from_rows(recsys_ratings **ratings,
                                                                    recsys_runtime *runtime,
                                                                    recsys_row_fn next,
                                                                    void *user_data,
                                                                    recsys_error *err);

/**
 * A CSR matrix: row u's entries are [indptr[u], indptr[u+1]) of indices, values and times.
 */
typedef struct recsys_csr {
    size_t struct_size;
    size_t users, movies;
    const uint64_t *indptr;       /**< [users + 1], from 0, not decreasing */
    const uint32_t *indices;      /**< [indptr[users]] movie numbers, each < movies */
    const float *values;          /**< [indptr[users]] ratings, finite */
    const int64_t *times;         /**< [indptr[users]] or NULL: not known */
    const char *const *user_ids;  /**< [users] or NULL: the row number is the id */
    const char *const *movie_ids; /**< [movies] or NULL: the column number is the id */
    /**
     * NULL: everything is copied and the arrays stay the caller's. Else the library may keep
     * `indptr` and `indices` in place when each row is sorted and unique and no ids are
     * given, and calls release(release_data) once when it needs none of the arrays any more
     * (perhaps before the call returns). On failure it is not called.
     */
    void (*release)(void *release_data);
    void *release_data;
} recsys_csr;

/** Ratings from CSR arrays. Two entries for one pair: the newer, else the later one wins. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_ratings_from_csr(recsys_ratings **ratings,
                                                                   recsys_runtime *runtime,
                                                                   const recsys_csr *csr,
                                                                   recsys_error *err);

struct ArrowArrayStream; /* the Arrow C stream interface, as its specification declares it */

/**
 * Ratings from an Arrow C stream of record batches with columns for user, movie (or item),
 * rating and timestamp, found by the names in `config` (NULL: user_id|userId|user,
 * movie_id|movieId|item_id|item, rating, timestamp). Ids: integers of 8 to 64 bits, utf8,
 * large_utf8, utf8_view; rating: float32, float64, integers; timestamp: integers,
 * timestamp[s|ms|us|ns]. A row that is bad follows data.on_bad_row.
 * The stream is released before the call returns, on success and on failure.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_ratings_from_arrow(
    recsys_ratings **ratings, recsys_runtime *runtime, struct ArrowArrayStream *stream,
    const recsys_config *config, recsys_error *err);

/** Write the library's own binary file of ratings: temporary name, fsync, rename. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_ratings_save(const recsys_ratings *ratings,
                                                               const char *path,
                                                               recsys_error *err);
/** Map a file written by recsys_ratings_save; its bytes are checked, never believed. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_ratings_open(recsys_ratings **ratings,
                                                               recsys_runtime *runtime,
                                                               const char *path,
                                                               recsys_error *err);
/**
 * Write ratings as text, `userId,movieId,rating,timestamp` with a header, by user and movie:
 * what recsys_ratings_read makes of the file has the same recsys_ratings_hash. Ids are quoted
 * where they must be (RFC 4180). Times are in seconds where they are whole, else in
 * milliseconds (before 3 March 1973, where such a number would be read as seconds: seconds
 * with decimals); 0: not known. Temporary name, fsync, rename.
 * RECSYS_E_UNSUPPORTED if a rating lies beyond 1e6, which no reader would take.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_ratings_write(const recsys_ratings *ratings,
                                                                const char *path,
                                                                recsys_error *err);
/** Take one more reference; returns `ratings`. */
RECSYS_API recsys_ratings *recsys_ratings_retain(const recsys_ratings *ratings);
/** Give up one reference. */
RECSYS_API void recsys_ratings_destroy(recsys_ratings *ratings);

/* ---- accessors ------------------------------------------------------------------- */

RECSYS_API size_t recsys_ratings_users(const recsys_ratings *ratings);  /**< number of users */
RECSYS_API size_t recsys_ratings_movies(const recsys_ratings *ratings); /**< number of movies */
RECSYS_API uint64_t recsys_ratings_count(const recsys_ratings *ratings); /**< ratings kept */

/** The rating scale found in the data. */
typedef struct recsys_scale {
    size_t struct_size;
    float min, max; /**< smallest and largest rating */
    float step;     /**< all ratings are min + n*step; 0 if they are continuous */
    size_t levels;  /**< distinct ratings if at most 15, else 0 */
} recsys_scale;
#define RECSYS_SCALE_INIT RECSYS_INIT_(recsys_scale, 0, 0, 0, 0)
RECSYS_API void recsys_ratings_scale(const recsys_ratings *ratings, recsys_scale *scale);

/**
 * Id of user or movie number i (in id order) as text, written to `buffer[size]` (NULL:
 * nowhere) and always ended by a zero byte. Returns the length it needs without that byte
 * (snprintf's contract); 0 if i is out of range.
 */
RECSYS_API size_t recsys_ratings_user_id(const recsys_ratings *ratings, size_t i, char *buffer,
                                         size_t size);
RECSYS_API size_t recsys_ratings_movie_id(const recsys_ratings *ratings, size_t i, char *buffer,
                                          size_t size);
/** Number of the user or movie with this id; SIZE_MAX if there is none. */
RECSYS_API size_t recsys_ratings_find_user(const recsys_ratings *ratings, const char *id);
RECSYS_API size_t recsys_ratings_find_movie(const recsys_ratings *ratings, const char *id);

/** One rating as stored. */
typedef struct recsys_rating {
    size_t struct_size;
    size_t user, movie; /**< numbers in id order */
    float value;        /**< in the scale of the data */
    int64_t timestamp;  /**< milliseconds, 0 if not known */
} recsys_rating;
#define RECSYS_RATING_INIT RECSYS_INIT_(recsys_rating, 0, 0, 0, 0)
/** Number of ratings of user i; 0 if i is out of range. */
RECSYS_API size_t recsys_ratings_user_count(const recsys_ratings *ratings, size_t user);
/** The j-th rating of a user, by movie; returns 0 if out of range, else 1. */
RECSYS_API int recsys_ratings_user_at(const recsys_ratings *ratings, size_t user, size_t j,
                                      recsys_rating *rating);
/** SHA-256 of the ratings' content (ids, values, times; not their order of arrival), in
 *  hexadecimal, 64 characters. The same ratings from any format have the same hash. */
RECSYS_API const char *recsys_ratings_hash(const recsys_ratings *ratings);

#ifdef __cplusplus
}
#endif

#endif
