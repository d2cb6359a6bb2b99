/* Titles as people type them. */
#ifndef RS_RANK_SEARCH_H
#define RS_RANK_SEARCH_H

#include "data/catalogue.h"

/* The best `limit` titles for `text`, as recsys_catalogue_find says. movie_ptr (CSC offsets, or
 * NULL) puts movies with more raters first among equals. */
recsys_status rs_search(const rs_catalogue *catalogue, recsys_runtime *runtime,
                        const uint64_t *movie_ptr, const char *text, size_t limit,
                        size_t *movies, size_t *count, recsys_error *err);

#endif
