/* Who gets the places in lists: the share that the most rated movies have of them, beside the
 * share that they have of the training ratings. */
#ifndef RS_EVAL_EXPOSURE_H
#define RS_EVAL_EXPOSURE_H

#include "base/text.h"

enum { RS_EXPOSURE_POINTS = 61 };

typedef struct rs_exposure {
    int known;
    double movies[RS_EXPOSURE_POINTS];   /* rising shares of all movies, most rated first */
    double lists[RS_EXPOSURE_POINTS];    /* share of list places that they have */
    double training[RS_EXPOSURE_POINTS]; /* share of training ratings */
    double head, middle;                 /* shares of movies where these end */
} rs_exposure;

void rs_exposure_put(rs_text *text, const rs_exposure *exposure); /* "exposure":{...} or null */

#endif
