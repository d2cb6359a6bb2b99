/*
 * recsys/neighbours.h - who is most like whom, without a model: every user against every other
 * user, or every movie against every other movie, and the best few of each kept.
 *
 * Users are alike by the movies that both rated (Resnick et al., "GroupLens: an open
 * architecture for collaborative filtering of netnews", CSCW 1994), movies by the users who
 * rated both (Sarwar et al., "Item-based collaborative filtering recommendation algorithms",
 * WWW 2001): the second is the first with rows and columns of the matrix exchanged. Below, a
 * "row" is a user or a movie, as asked, and a "column" one of the other kind.
 *
 * The lists are exact: no pair is left out, sampled or estimated. They are the same bytes for
 * any number of threads and any instruction set.
 */
#ifndef RECSYS_NEIGHBOURS_H
#define RECSYS_NEIGHBOURS_H

#include <recsys/base.h>
#include <recsys/config.h>
#include <recsys/ratings.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which rows are compared. Values are pinned. */
typedef enum recsys_side {
    RECSYS_USERS = 1, /**< users with users, over the movies */
    RECSYS_MOVIES = 2 /**< movies with movies, over the users */
} recsys_side;

/**
 * Finished, immutable lists: one for each row, in the order of the rows. Counted; any number of
 * threads may read them. They do not need the ratings any more.
 */
typedef struct recsys_neighbours recsys_neighbours;

/**
 * Find each row's neighbours among all other rows of `ratings`.
 *
 * Keys used from `config` (NULL: defaults), all below model.collaborative_filtering:
 * n_neighbors (at most so many to a row), min_common_items (columns that both must have),
 * similarity_threshold (a similarity must be above it), similarity, shrinkage. Their names
 * speak of users; with RECSYS_MOVIES they mean movies in the same way. In `adjusted_cosine` a
 * row's own mean is taken away, so for movies that of the movie.
 *
 * A list is ordered by similarity falling, then columns in common falling, then row number
 * rising; similarities are compared as floats. A row is never in its own list.
 *
 * `runtime` NULL: that of the ratings. The calling thread works too and makes the calls of
 * `progress` (stage "neighbours"); the ratings are only read, so several calls may share them.
 *
 * Errors: RECSYS_E_INVALID for a NULL or a side that is neither; RECSYS_E_NO_MEMORY;
 * RECSYS_CANCELLED.
 *
 * Memory: in the end 8 bytes a row and 12 for each neighbour. On the way, for ratings of at
 * most 15 levels that are whole multiples of a step like 1 or 0.5: besides that 5 bytes a
 * rating, 28 n_neighbors + 100 a row, 32 a column, and for each thread 128 a column and 1.1 MB.
 * Other ratings, and those with so little in common that it is quicker: 12 n_neighbors a row,
 * and for each thread up to 104 bytes a row and 8 a column. Time grows with rows x ratings in
 * the first case, with the sum over columns of their squared number of ratings in the second.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_neighbours_fit(
    recsys_neighbours **neighbours, recsys_runtime *runtime, const recsys_ratings *ratings,
    recsys_side side, const recsys_config *config, const recsys_progress *progress,
    recsys_error *err);

/** Number of rows, hence of lists: users or movies of the ratings. O(1), no memory. */
RECSYS_API size_t recsys_neighbours_count(const recsys_neighbours *neighbours);

/**
 * The list of a row, best first; returns its length, 0 where there is none or no such row.
 * Each pointer (may be NULL) is set to an array of that length which belongs to `neighbours`:
 * `rows`, numbers as in recsys_ratings_user_id or recsys_ratings_movie_id; `similarity`, in
 * [-1, 1]; `common`, columns that both have. With length 0 they are set to NULL. The lists of
 * rows 0, 1, 2... lie one behind the other, so that row 0's arrays are also those of all lists
 * together. O(1), no memory.
 */
RECSYS_API size_t recsys_neighbours_list(const recsys_neighbours *neighbours, size_t row,
                                         const uint32_t **rows, const float **similarity,
                                         const uint32_t **common);

/** Take one more reference; returns `neighbours`. */
RECSYS_API recsys_neighbours *recsys_neighbours_retain(const recsys_neighbours *neighbours);
/** Give up one reference. */
RECSYS_API void recsys_neighbours_destroy(recsys_neighbours *neighbours);

#ifdef __cplusplus
}
#endif

#endif
