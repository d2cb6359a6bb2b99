/* Head, middle and tail of the catalogue, by what was rated in training. */
#ifndef RS_EVAL_TAIL_H
#define RS_EVAL_TAIL_H

#include <stddef.h>
#include <stdint.h>

enum { RS_HEAD, RS_MIDDLE, RS_TAIL, RS_POPULARITY_GROUPS };

/* The group of each movie, in `group`. `popular`: the movies by raters, most first. The head is
 * the fewest of them that have half of all ratings, head and middle have 80 %, and all others
 * are the tail (after Celma 2008; Abdollahpouri et al. 2017). Movies without a rating are
 * tail. */
void rs_popularity_groups(uint8_t *group, const uint32_t *popular, const uint64_t *raters,
                          size_t movies);

#endif
