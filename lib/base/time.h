/* One unit of time: milliseconds since 1970-01-01 UTC. */
#ifndef RS_BASE_TIME_H
#define RS_BASE_TIME_H

#include <stdint.h>

/* Numbers below 10^11 are seconds (until the year 5138), all others milliseconds already. */
static inline int64_t rs_milliseconds(int64_t timestamp)
{
    const int64_t limit = INT64_C(100000000000);
    return timestamp > -limit && timestamp < limit ? timestamp * 1000 : timestamp;
}

#endif
