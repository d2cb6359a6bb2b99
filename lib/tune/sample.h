/* Drawing values: a hash of seed, key and number, so that no order of events has a say. */
#ifndef RS_TUNE_SAMPLE_H
#define RS_TUNE_SAMPLE_H

#include "tune/space.h"

/* A number in [0, 1) from 53 bits of rs_hash64(key, seed mixed with draw). */
double rs_draw(const char *key, uint64_t seed, uint64_t draw);
/* The value at u in [0, 1): a choice; a whole number, each as likely (log: each ratio); or a
 * real, rounded to three significant digits. Its canonical text, which the caller frees.
 * Errors: NO_MEMORY. */
recsys_status rs_dimension_value(char **text, const rs_dimension *dimension,
                                 recsys_runtime *runtime, double u, recsys_error *err);

#endif
