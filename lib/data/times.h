/* Times as they are written in data: seconds, milliseconds or ISO 8601. */
#ifndef RS_DATA_TIMES_H
#define RS_DATA_TIMES_H

#include <stddef.h>
#include <stdint.h>

/* The last millisecond of the year 9999; what is later is no time but another column. */
#define RS_TIME_MOST INT64_C(253402300799999)
/* Numbers below are seconds, others milliseconds. */
#define RS_TIME_SECONDS INT64_C(100000000000)

/* Milliseconds from a number of seconds or milliseconds; 0 if it is negative or too large. */
int rs_time_from_number(int64_t number, int64_t *milli);
/* Milliseconds from text: a number, decimals allowed, or "2013-02-28T12:34:56.789+01:00"
 * with any of its tail left out; without a zone it is UTC. 0 if it is anything else or before
 * 1970. */
int rs_time_parse(const char *text, size_t size, int64_t *milli);
/* "2013-02-28T12:34:56Z", with ".789" before the Z where there are milliseconds; of a time
 * from 0 to RS_TIME_MOST. */
void rs_time_format(char text[32], int64_t milli);

#endif
