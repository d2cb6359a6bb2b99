/* Which of many numbers are the largest, without sorting them. */
#ifndef RS_BASE_BAR_H
#define RS_BASE_BAR_H

#include <stddef.h>
#include <stdint.h>

/* The `most` largest are all that are above `least`, and `equal` of those that are it. */
typedef struct rs_bar {
    float least;
    size_t equal;
} rs_bar;

enum { RS_BAR_BINS = 2048 };

/* Of value[count], none below 0 and none NaN; with count <= most all are at or above the bar,
 * which is 0 then. bins: work space, [RS_BAR_BINS]. Takes three passes over the values. */
rs_bar rs_bar_find(const float *value, size_t count, size_t most, uint32_t *bins);

#endif
