/* From collected rows to ratings: ids merged and sorted, rows grouped by user and sorted by
 * movie, the newest of each pair kept, nulls taken out. */
#ifndef RS_DATA_BUILD_H
#define RS_DATA_BUILD_H

#include "base/parallel.h"
#include "data/ratings.h"
#include "data/rows.h"

/* Of the rows with a rating, each is kept, replaced by a newer one or withdrawn by a null. */
typedef struct rs_build_counts {
    uint64_t replaced, withdrawn;
} rs_build_counts;

/* Rows come in the order of `chunks` and within each. Both arrays stay the caller's, but the
 * contents of chunks and collectors are freed as they are used up, on failure too. */
recsys_status rs_build(recsys_ratings **out, recsys_runtime *rt, rs_collector *collectors,
                       size_t collector_count, rs_rows *chunks, size_t chunk_count,
                       rs_build_counts *counts, const recsys_progress *progress,
                       recsys_error *err);

#endif
