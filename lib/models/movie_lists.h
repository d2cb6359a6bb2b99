/* Weights between movies while a source learns them, by the movie that they are to; and the
 * parts that they become, by the movie that they are from. */
#ifndef RS_MODELS_MOVIE_LISTS_H
#define RS_MODELS_MOVIE_LISTS_H

#include "base/heap.h"
#include "modelfile/model.h"

typedef struct rs_movie_lists {
    recsys_runtime *runtime;
    size_t targets, most;  /* at most so many weights to each target */
    const uint32_t *movie; /* [targets] numbers of the targets, ascending; NULL: 0, 1, ... */
    uint32_t *from;        /* [targets][most] places of movies among the targets, ascending */
    float *weight;         /* [targets][most] */
    uint32_t *count;       /* [targets] */
} rs_movie_lists;

/* Room for lists that are all empty; free it in any case. */
recsys_status rs_movie_lists_make(rs_movie_lists *lists, recsys_runtime *runtime,
                                  size_t targets, size_t most, const uint32_t *movie,
                                  recsys_error *err);
void rs_movie_lists_free(rs_movie_lists *lists);

/* Make the list of a target from what a heap of keys has kept: `value` of an item is the place
 * that a weight is from, and weight[place * stride] the weight. spare[best->count]. */
void rs_movie_lists_set(rs_movie_lists *lists, size_t target, rs_heap *best, rs_keyed *spare,
                        const float *weight, size_t stride);

/* Put a weight from a place, above those before it, at the end of a target's list, which has
 * room for it. */
static inline void rs_movie_lists_put(rs_movie_lists *lists, size_t target, size_t place,
                                      float weight)
{
    size_t at = target * lists->most + lists->count[target]++;
    lists->from[at] = (uint32_t)place;
    lists->weight[at] = weight;
}

/* Add the parts "<source>.ptr", ".movie" and ".weight": in each row targets rise. */
recsys_status rs_movie_lists_add(const rs_movie_lists *lists, recsys_model *model,
                                 size_t source, recsys_error *err);

#endif
