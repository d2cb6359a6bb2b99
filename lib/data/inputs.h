/* The ways into a ratings handle that are not text: a callback, CSR arrays, an Arrow stream. */
#ifndef RS_DATA_INPUTS_H
#define RS_DATA_INPUTS_H

#include <recsys/ratings.h>

recsys_status rs_ratings_from_rows(recsys_ratings **out, recsys_runtime *runtime,
                                   recsys_row_fn next, void *user_data, recsys_error *err);
recsys_status rs_ratings_from_csr(recsys_ratings **out, recsys_runtime *runtime,
                                  const recsys_csr *csr, recsys_error *err);
recsys_status rs_ratings_from_arrow(recsys_ratings **out, recsys_runtime *runtime,
                                    struct ArrowArrayStream *stream,
                                    const recsys_config *config, recsys_error *err);

#endif
