/*
 * recsys/catalogue.h - what is known about movies: title, year, genres, cast, text, tags.
 */
#ifndef RECSYS_CATALOGUE_H
#define RECSYS_CATALOGUE_H

#include <recsys/base.h>
#include <recsys/config.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Movies by id. Counted. Thread rule: one thread while files are being added; afterwards any
 * number of threads may read it.
 */
typedef struct recsys_catalogue recsys_catalogue;

/**
 * Read a catalogue ("-": standard input; gzip-compressed or not), the format found from the
 * content: MovieLens movies.csv, movies.dat ("::"), u.item, or JSON lines with `movie_id`,
 * `title`, `year`, `genres`, `cast`, `overview`, `tags`; or any text with ',', ';' or tabs
 * whose header names such columns. Text is UTF-8; lines of movies.dat and u.item that are not
 * are taken for Latin-1. A year at the end of a title
 * ("Title, The (1999)") becomes the year; the title is kept as written without it.
 * An id given twice: the later row wins. Keys used from `config`: data.on_bad_row,
 * data.max_bad_rows. Errors as in recsys_ratings_read.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_catalogue_read(recsys_catalogue **catalogue,
                                                                 recsys_runtime *runtime,
                                                                 const char *path,
                                                                 const recsys_config *config,
                                                                 recsys_error *err);
/** Add MovieLens tags.csv (userId,movieId,tag,timestamp); tags of unknown movies are
 *  counted in `*unknown` (may be NULL). */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_catalogue_add_tags(
    recsys_catalogue *catalogue, const char *path, uint64_t *unknown, recsys_error *err);
/** Add MovieLens links.csv (movieId,imdbId,tmdbId). */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_catalogue_add_links(
    recsys_catalogue *catalogue, const char *path, uint64_t *unknown, recsys_error *err);
/** Take one more reference; returns `catalogue`. */
RECSYS_API recsys_catalogue *recsys_catalogue_retain(const recsys_catalogue *catalogue);
/** Give up one reference. */
RECSYS_API void recsys_catalogue_destroy(recsys_catalogue *catalogue);

/** Number of movies. */
RECSYS_API size_t recsys_catalogue_count(const recsys_catalogue *catalogue);

/** One movie. The strings belong to the handle they came from; "" where unknown. */
typedef struct recsys_movie {
    size_t struct_size;
    int year;           /**< 0 if not known */
    const char *title;  /**< without the year */
    const char *genres; /**< separated by '|' */
    const char *cast;   /**< separated by '|' */
    const char *overview;
    const char *tags; /**< separated by '|', as often as users gave them */
    const char *imdb_id;
    const char *tmdb_id;
} recsys_movie;
#define RECSYS_MOVIE_INIT RECSYS_INIT_(recsys_movie, 0, "", "", "", "", "", "", "")

/** The movie with this id. RECSYS_E_NOT_FOUND if there is none. */
RECSYS_API RECSYS_MUST_CHECK recsys_status
recsys_catalogue_get(const recsys_catalogue *catalogue, const char *movie_id,
                     recsys_movie *movie, recsys_error *err);
/** Id of movie number i in id order, as recsys_ratings_movie_id. */
RECSYS_API size_t recsys_catalogue_movie_id(const recsys_catalogue *catalogue, size_t i,
                                            char *buffer, size_t size);

/**
 * Search titles as people type them: every word of `text` must be a word of the title, begin
 * one (the last word may be cut anywhere), or differ from one by a typing error (one from four
 * letters on, two from eight; a transposition is one). Case does not matter. Best first: whole
 * words before beginnings before errors, then fewer words in the title, then the smaller id.
 * Writes at most `limit` numbers of movies to movies[limit] and their number to *count.
 * Thread rule: as the catalogue. Cost: all titles are read.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status
recsys_catalogue_find(const recsys_catalogue *catalogue, const char *text, size_t limit,
                      size_t *movies, size_t *count, recsys_error *err);

#ifdef __cplusplus
}
#endif

#endif
