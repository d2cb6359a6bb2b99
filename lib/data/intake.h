/* Rows that arrive one after another in one thread, kept in blocks until they are built. */
#ifndef RS_DATA_INTAKE_H
#define RS_DATA_INTAKE_H

#include "data/build.h"

typedef struct rs_intake {
    recsys_runtime *rt;
    rs_collector *collector; /* one */
    rs_rows *blocks;
    size_t count, capacity;
} rs_intake;

recsys_status rs_intake_begin(rs_intake *intake, recsys_runtime *rt, recsys_error *err);
/* Add a row whose ids were numbered by the intake's collector. 0: out of memory. */
int rs_intake_put(rs_intake *intake, uint32_t user, uint32_t movie, float value, int64_t milli);
/* Build the ratings; the intake is used up, on failure too. */
recsys_status rs_intake_finish(rs_intake *intake, recsys_ratings **out, recsys_error *err);
void rs_intake_free(rs_intake *intake);

#endif
