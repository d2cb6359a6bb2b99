/* Movies as vectors: TF-IDF over weighted fields of the catalogue, of length 1.
 *
 * A term belongs to a field: "genre:comedy", "title:toy", "text:space", "cast:tom hanks",
 * "tag:pixar", "decade:1990s". With tf = field weight * times the movie has the term, N movies
 * and df of them having the term,
 *     weight = tf * (ln((1 + N) / (1 + df)) + 1),
 * then each vector is divided by its Euclidean length: scikit-learn's TfidfVectorizer with
 * smooth_idf. */
#ifndef RS_MODELS_TERMS_H
#define RS_MODELS_TERMS_H

#include "modelfile/model.h"

/* Weight of each field; 0 leaves it out. */
typedef struct rs_term_weights {
    double genres, title, overview, cast, tags, decade;
} rs_term_weights;

/* Make the vectors of all movies, add the parts "terms.ptr", "terms.term", "terms.weight",
 * "terms.name_offsets" and "terms.names", and view them. */
recsys_status rs_terms_build(const rs_catalogue *catalogue, const rs_term_weights *weights,
                             recsys_runtime *runtime, rs_container *into, rs_terms *terms,
                             const recsys_progress *progress, recsys_error *err);

/* Cosine of two movies, 0 to 1: summed in term order. */
double rs_terms_cosine(const rs_terms *terms, size_t a, size_t b);
/* The terms that add most to that, largest first, ties by term number; at most `most`, which
 * is taken for RS_COMMON_MOST if it is larger. Returns how many there are. */
enum { RS_COMMON_MOST = 32 };
size_t rs_terms_common(const rs_terms *terms, size_t a, size_t b, uint32_t *found, size_t most);

#endif
